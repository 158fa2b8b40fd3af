//! A campaign's state as the log keeps it beside its events. Ids stand as their 16 bytes: of the whole nation there are many.

use kim_contract::{dissemination::v1 as pb, r#type::v1 as pbt};
use kim_desk::wire::{
    Paired, region,
    stored::{count, optional},
};
use kim_territory::RegionCode;
use prost::Message;
use prost_types::Timestamp;
use uuid::Uuid;

use super::message::{draw, notice};
use crate::{
    domain::{
        campaign::{Batch, Campaign, Cursor, Draw, FanOut, Notice, NoticeProgress, Outline, Stage, Status},
        ids::{CommunityId, MaterialId, OfficeId, ProgrammeId},
    },
    wire::{
        audience::{plan, stored_plan},
        stored::{moment, position, stored_count, stored_moment, stored_position, stored_version, version},
    },
};

#[derive(Clone, PartialEq, Message)]
struct State {
    #[prost(string, tag = "1")]
    material_id: String,
    #[prost(string, tag = "2")]
    programme_id: String,
    #[prost(string, tag = "3")]
    office_id: String,
    #[prost(message, optional, tag = "4")]
    region: Option<pbt::Region>,
    #[prost(message, optional, tag = "5")]
    plan: Option<pb::CampaignPlan>,
    #[prost(int32, tag = "6")]
    status: i32,
    /// Only while it is scheduled.
    #[prost(int32, tag = "7")]
    scheduled_version: i32,
    /// Only when it was cancelled.
    #[prost(int32, tag = "8")]
    cancellation_reason: i32,
    /// From its start on.
    #[prost(message, optional, tag = "9")]
    fan_out: Option<Progress>,
}

#[derive(Clone, PartialEq, Message)]
struct Progress {
    #[prost(message, optional, tag = "1")]
    draw: Option<pb::CampaignDraw>,
    #[prost(int32, tag = "2")]
    version: i32,
    #[prost(message, repeated, tag = "3")]
    batches: Vec<StoredBatch>,
    /// Empty before the first batch.
    #[prost(string, tag = "4")]
    cursor_regency: String,
    #[prost(bytes = "vec", tag = "5")]
    cursor_community: Vec<u8>,
    #[prost(int32, tag = "6")]
    done: i32,
    #[prost(bool, tag = "7")]
    drawn: bool,
    #[prost(bytes = "vec", tag = "8")]
    newcomers: Vec<u8>,
    #[prost(int64, tag = "9")]
    newcomers_up_to: i64,
    #[prost(bytes = "vec", tag = "10")]
    released: Vec<u8>,
    #[prost(bytes = "vec", tag = "11")]
    deferred: Vec<u8>,
    /// Of each that is deferred, in the same order.
    #[prost(int32, repeated, tag = "12")]
    deferred_in: Vec<i32>,
    #[prost(message, optional, tag = "13")]
    notice: Option<pb::CampaignNotice>,
    #[prost(message, optional, tag = "14")]
    started_at: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Message)]
struct StoredBatch {
    #[prost(message, optional, tag = "1")]
    regency: Option<pbt::Region>,
    #[prost(int32, tag = "2")]
    communities: i32,
    #[prost(int32, tag = "3")]
    version: i32,
}

pub(super) fn write(campaign: &Campaign) -> Vec<u8> {
    let Campaign { outline, plan: planned, stage } = campaign;
    let state = State {
        material_id: outline.material.to_string(),
        programme_id: outline.programme.to_string(),
        office_id: outline.office.to_string(),
        region: Some(region::to_proto(outline.region)),
        plan: Some(plan(planned)),
        status: stage.status().to_proto(),
        scheduled_version: match stage {
            Stage::Scheduled { version: scheduled } => version(*scheduled),
            _ => 0,
        },
        cancellation_reason: match stage {
            Stage::Cancelled { reason, .. } => reason.to_proto(),
            _ => 0,
        },
        fan_out: stage.fan_out().map(progress),
    };
    state.encode_to_vec()
}

/// `None` for what is not written so.
pub(super) fn read(bytes: &[u8]) -> Option<Campaign> {
    let written = State::decode(bytes).ok()?;
    let outline = Outline {
        material: MaterialId::parse(&written.material_id)?,
        programme: ProgrammeId::parse(&written.programme_id)?,
        office: OfficeId::parse(&written.office_id)?,
        region: region::stored(written.region.as_ref())?,
    };
    let fan_out = match &written.fan_out {
        None => None,
        Some(progress) => Some(Box::new(stored_progress(progress)?)),
    };
    let stage = match Status::from_proto(written.status)? {
        Status::Draft => Stage::Draft,
        Status::Scheduled => Stage::Scheduled { version: stored_version(written.scheduled_version)? },
        Status::Running => Stage::Running(fan_out?),
        Status::Paused => Stage::Paused(fan_out?),
        Status::Completed => Stage::Completed(fan_out?),
        Status::Cancelled => Stage::Cancelled { reason: Paired::from_proto(written.cancellation_reason)?, fan_out },
    };
    Some(Campaign { outline, plan: *stored_plan(written.plan.as_ref())?, stage })
}

fn progress(fan_out: &FanOut) -> Progress {
    Progress {
        draw: Some(draw(&fan_out.draw)),
        version: version(fan_out.version),
        batches: fan_out.batches.iter().map(batch).collect(),
        cursor_regency: fan_out.cursor.map(|cursor| cursor.regency.to_string()).unwrap_or_default(),
        cursor_community: ids(fan_out.cursor.iter().map(|cursor| &cursor.community)),
        done: count(fan_out.done),
        drawn: fan_out.drawn,
        newcomers: ids(&fan_out.newcomers),
        newcomers_up_to: position(fan_out.newcomers_up_to),
        released: ids(&fan_out.released),
        deferred: ids(fan_out.deferred.keys()),
        deferred_in: fan_out.deferred.values().map(|batch| count(*batch)).collect(),
        notice: fan_out.notice.as_ref().map(notice),
        started_at: moment(fan_out.started_at),
    }
}

fn stored_progress(progress: &Progress) -> Option<FanOut> {
    let draw = progress.draw.as_ref()?;
    let regency = optional(&progress.cursor_regency, |code| code.parse::<RegionCode>().ok()).ok()?;
    let cursor = match (regency, stored_ids(&progress.cursor_community)?.first()) {
        (Some(regency), Some(community)) => Some(Cursor { regency, community: *community }),
        (None, None) => None,
        _ => return None,
    };
    let deferred = stored_ids(&progress.deferred)?;
    if deferred.len() != progress.deferred_in.len() {
        return None;
    }
    let batches = progress.deferred_in.iter().map(|batch| stored_count(*batch)).collect::<Option<Vec<_>>>()?;
    Some(FanOut {
        draw: Draw {
            position: stored_position(draw.registry_position)?,
            decree: draw.decree.parse().ok()?,
            size: stored_count(draw.communities)?,
        },
        started_at: stored_moment(progress.started_at)?,
        version: stored_version(progress.version)?,
        batches: progress.batches.iter().map(stored_batch).collect::<Option<_>>()?,
        cursor,
        done: stored_count(progress.done)?,
        drawn: progress.drawn,
        newcomers: stored_ids(&progress.newcomers)?.into_iter().collect(),
        newcomers_up_to: stored_position(progress.newcomers_up_to)?,
        released: stored_ids(&progress.released)?.into_iter().collect(),
        deferred: deferred.into_iter().zip(batches).collect(),
        notice: match &progress.notice {
            None => None,
            Some(notice) => Some(stored_notice(notice)?),
        },
    })
}

fn stored_notice(notice: &pb::CampaignNotice) -> Option<NoticeProgress> {
    Some(NoticeProgress {
        notice: Notice { kind: Paired::from_proto(notice.kind)?, version: stored_version(notice.material_version)? },
        of: stored_count(notice.batches)?,
        told: stored_count(notice.batches_told)?,
    })
}

fn batch(batch: &Batch) -> StoredBatch {
    StoredBatch {
        regency: Some(region::to_proto(batch.regency)),
        communities: count(batch.communities),
        version: version(batch.version),
    }
}

fn stored_batch(batch: &StoredBatch) -> Option<Batch> {
    Some(Batch {
        regency: region::stored(batch.regency.as_ref())?,
        communities: stored_count(batch.communities)?,
        version: stored_version(batch.version)?,
    })
}

fn ids<'a>(ids: impl IntoIterator<Item = &'a CommunityId>) -> Vec<u8> {
    ids.into_iter().flat_map(|id| id.0.into_bytes()).collect()
}

fn stored_ids(bytes: &[u8]) -> Option<Vec<CommunityId>> {
    let (ids, rest) = bytes.as_chunks::<16>();
    rest.is_empty().then(|| ids.iter().map(|id| CommunityId(Uuid::from_bytes(*id))).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use time::Duration;

    use super::*;
    use crate::domain::{
        campaign::{decide, evolve, histories::command},
        walks::walk,
    };

    #[test]
    fn whatever_became_of_a_campaign_its_state_is_read_as_it_was_written() {
        let (mut stages, mut waited) = (BTreeSet::new(), false);
        walk(
            Duration::hours(20),
            command,
            decide,
            evolve,
            |_| String::new(),
            |_, _, _, after: &Campaign| {
                assert_eq!(read(&write(after)).as_ref(), Some(after));
                stages.insert(after.stage.status());
                waited |= after.stage.fan_out().is_some_and(|fan_out| !fan_out.deferred.is_empty());
            },
        );
        assert_eq!(stages.len(), 6, "each stage came up");
        assert!(waited, "somebody was deferred");
        assert_eq!(read(b"another"), None);
    }

    #[test]
    fn a_community_costs_sixteen_bytes() {
        let all: Vec<CommunityId> = (0..1_000).map(|n| CommunityId(Uuid::from_u128(n))).collect();
        assert_eq!(ids(&all).len(), 16_000);
        assert_eq!(stored_ids(&ids(&all)), Some(all));
        assert_eq!(stored_ids(&[0; 17]), None);
    }

    /// A service that does not know an event's type must not decide on a state that has it: the shape's name keeps them apart.
    #[test]
    fn a_shape_is_of_the_types_of_events_that_were_known_then() {
        let known: Vec<&str> = include_str!("../campaign.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("pub const ")?.split_once(':').map(|(name, _)| name))
            .collect();
        let then = [
            "CAMPAIGN_DRAFTED",
            "CAMPAIGN_AMENDED",
            "CAMPAIGN_SCHEDULED",
            "CAMPAIGN_UNSCHEDULED",
            "CAMPAIGN_STARTED",
            "CAMPAIGN_ASSIGNED",
            "CAMPAIGN_AUDIENCE_DRAWN",
            "CAMPAIGN_RELEASED",
            "CAMPAIGN_PAUSED",
            "CAMPAIGN_RESUMED",
            "CAMPAIGN_COMPLETED",
            "CAMPAIGN_CANCELLED",
            "CAMPAIGN_MATERIAL_REPLACED",
            "CAMPAIGN_MATERIAL_WITHDRAWN",
            "CAMPAIGN_NOTICE_ISSUED",
        ];
        assert_eq!(
            (super::super::SHAPE, known.as_slice()),
            ("campaign.1", then.as_slice()),
            "give the shape another name"
        );
    }
}
