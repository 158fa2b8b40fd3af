//! Answers as the contract writes them.

use kim_contract::{reporting::v1 as proto, r#type::v1 as common};
use kim_eventlog::{Parked, timestamp};
use kim_territory::{Decree, RegionCode, Territory};
use time::Date;

use crate::{
    context::Context,
    pages::{AsOf, Coverage, Existence, Feed, LogAsOf, Month, Part, Training},
};

pub fn month(month: Month) -> proto::Month {
    proto::Month { year: month.year(), month: i32::from(month.number()) }
}

pub fn date(date: Date) -> common::Date {
    common::Date { year: date.year(), month: i32::from(u8::from(date.month())), day: i32::from(date.day()) }
}

pub fn as_of(as_of: &AsOf) -> proto::AsOf {
    let registry = as_of.registry();
    proto::AsOf {
        registry_position: registry.position,
        recorded_time: Some(timestamp(registry.recorded_time)),
        decree: as_of.decree.key().into(),
        formula: as_of.formula.clone(),
        complete: as_of.is_complete(),
        parked_aggregates: as_of.parked(),
        simulated: as_of.is_simulated(),
        stopped: as_of.logs.iter().any(is_stopped),
        logs: as_of.logs.iter().map(log).collect(),
    }
}

fn log(log: &LogAsOf) -> proto::LogAsOf {
    proto::LogAsOf {
        context: log.context.name().into(),
        position: log.position,
        recorded_time: Some(timestamp(log.recorded_time)),
        parked_aggregates: log.parked,
        stopped: is_stopped(log),
    }
}

fn is_stopped(log: &LogAsOf) -> bool {
    matches!(log.feed, Feed::Stopped { .. })
}

/// How a log stands in the read model; what the writer last said of it is its head, and how far it is behind.
pub fn log_state(log: &LogAsOf, head: i64, lag: i64) -> proto::LogState {
    proto::LogState {
        context: log.context.name().into(),
        position: log.position,
        stream_position: head.max(log.position),
        lag_ms: self::lag(log, lag),
    }
}

/// How far the read model is behind, in milliseconds: as the writer says, or since when it hears nothing.
fn lag(log: &LogAsOf, said: i64) -> i64 {
    match log.feed {
        Feed::Live { .. } => said,
        Feed::Silent { since } | Feed::Stopped { since } => {
            i64::try_from((time::OffsetDateTime::now_utc() - since).whole_milliseconds()).unwrap_or(i64::MAX).max(said)
        }
    }
}

pub fn existence(existence: &Existence) -> proto::Existence {
    let Existence { draft, submitted, returned, registered, active, dormant, dissolved, merged, revitalised } =
        *existence;
    proto::Existence { draft, submitted, returned, registered, active, dormant, dissolved, merged, revitalised }
}

pub fn coverage(coverage: &Coverage) -> proto::Coverage {
    let Coverage { regencies_covered, regencies, districts_covered, districts, villages_covered, villages } = *coverage;
    proto::Coverage { regencies_covered, regencies, districts_covered, districts, villages_covered, villages }
}

pub fn region_figures(part: &Part, decree: Decree) -> proto::RegionFigures {
    proto::RegionFigures {
        region: Some(region(part.code, decree)),
        name: name(part.code, decree),
        existence: Some(existence(&part.figures.existence)),
        coverage: Some(coverage(&part.figures.coverage)),
    }
}

/// A region without figures: today no regions are it and nothing else.
pub fn untold(code: RegionCode, decree: Decree) -> proto::RegionFigures {
    proto::RegionFigures {
        region: Some(region(code, decree)),
        name: name(code, decree),
        ..proto::RegionFigures::default()
    }
}

/// Where it was held is told by the territory in force.
pub fn training(training: &Training, in_force: Decree) -> proto::TrainingOutcome {
    proto::TrainingOutcome {
        training_id: training.id.to_string(),
        region: Some(region(training.region, in_force)),
        region_name: name(training.region, in_force),
        held_from: Some(date(training.held_from)),
        held_to: Some(date(training.held_to)),
        communities: training.communities,
        revitalised_in_90_days: training.revitalised_in_90_days,
        dormant_before: training.dormant_before,
    }
}

pub fn parked(context: Context, parked: Parked) -> proto::ParkedAggregate {
    proto::ParkedAggregate {
        context: context.name().into(),
        aggregate_id: parked.aggregate_id.to_string(),
        position: parked.position,
        r#type: parked.event_type,
        reason: parked.reason,
        events: parked.events,
    }
}

fn region(code: RegionCode, decree: Decree) -> common::Region {
    common::Region { code: code.to_string(), decree: decree.key().into() }
}

fn name(code: RegionCode, decree: Decree) -> String {
    Territory::of(decree).get(&code).map(|region| region.title()).unwrap_or_default()
}
