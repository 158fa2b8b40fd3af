//! Assessments: their events in the log, and the message that answers show.

mod event;
#[cfg(test)]
mod tests;

use kim_contract::registry::v1 as pb;
use kim_desk::wire::{Happened, date, period, region};
use kim_eventlog::{Aggregate, NewEvent, Recorded, Version};
use kim_values::{Code, Period};
use uuid::Uuid;

use super::{community::etag, master::NAMESPACE};
use crate::domain::{
    assessment::{self, Assessment, Event, Record},
    ids::{AssessmentId, CommunityId},
    rubric::Rubrics,
    score::{Score, Scored},
};

/// The one assessment of a community by a rubric for a period.
#[must_use]
pub fn assessment_id(community: CommunityId, rubric: Code, period: Period) -> AssessmentId {
    AssessmentId(Uuid::new_v5(&NAMESPACE, format!("assessment/{community}/{rubric}/{period}").as_bytes()))
}

/// Assessments in the registry's log.
#[derive(Debug)]
pub struct Assessments;

impl Aggregate for Assessments {
    type State = Assessment;
    type Event = Happened<Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        event::read(recorded).map(|event| Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, state: &Self::State) -> NewEvent {
        let record = state.record().expect("an assessment is there from its first event on");
        event::write(happened, record, region::place(record.seat))
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        assessment::evolve(state, &happened.event)
    }
}

/// What an answer says of an assessment, but for its rubric's name: see [`name_rubric`]. `None` when there is none.
#[must_use]
pub fn message(id: AssessmentId, assessment: &Assessment, version: Version) -> Option<pb::Assessment> {
    let mut message = record_message(id, assessment.record()?, version);
    if let Assessment::Withdrawn { on, .. } = assessment {
        message.withdrawn_on = Some(date::to_proto(*on));
    }
    Some(message)
}

fn record_message(id: AssessmentId, record: &Record, version: Version) -> pb::Assessment {
    pb::Assessment {
        assessment_id: id.to_string(),
        community_id: record.community.to_string(),
        rubric: record.rubric.code.to_string(),
        rubric_version: count(record.rubric.version),
        period: Some(period::to_proto(record.period)),
        scores: scores(&record.scored),
        total_basis_points: total(&record.scored),
        office_id: record.office.to_string(),
        assessed_on: Some(date::to_proto(record.assessed_on)),
        revised_on: record.revised_on.map(date::to_proto),
        etag: etag(version),
        ..pb::Assessment::default()
    }
}

/// What the index has of an assessment after `event`, which made it version `version`; `None` when it stands no more.
#[must_use]
pub fn fold(
    before: Option<pb::Assessment>,
    id: AssessmentId,
    event: &Event,
    version: Version,
) -> Option<pb::Assessment> {
    match event {
        Event::Assessed { .. } => message(id, &assessment::evolve(Assessment::Absent, event), version),
        Event::Revised { rubric_version, scored, office, on, .. } => Some(pb::Assessment {
            rubric_version: count(*rubric_version),
            scores: scores(scored),
            total_basis_points: total(scored),
            office_id: office.to_string(),
            revised_on: Some(date::to_proto(*on)),
            etag: etag(version),
            ..before?
        }),
        Event::Withdrawn { .. } => None,
    }
}

/// Says by which rubric it is, and whether that is a sample.
pub fn name_rubric(message: &mut pb::Assessment, rubrics: &Rubrics) {
    let version = u32::try_from(message.rubric_version).ok();
    let found = Code::parse(&message.rubric).zip(version).and_then(|(code, version)| rubrics.version(code, version));
    if let Some(edition) = found {
        message.rubric_name = edition.content.name().to_string();
        message.is_sample = edition.content.is_sample();
    }
}

fn scores(scored: &Scored) -> Vec<pb::Score> {
    let score = |score: &Score| pb::Score {
        criterion: score.criterion.to_string(),
        score: score.score.into(),
        evidence_hashes: score.evidence.iter().map(ToString::to_string).collect(),
    };
    scored.scores.iter().map(score).collect()
}

fn total(scored: &Scored) -> i32 {
    scored.total.get().into()
}

fn count(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
