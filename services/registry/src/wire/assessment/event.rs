//! An assessment's events, as the log has them.

use kim_contract::registry::{event::EventType, v1 as pb};
use kim_desk::wire::{Happened, Paired, date, period, region};
use kim_eventlog::{NewEvent, Place, Recorded};
use kim_values::{Code, DocumentHash, VaultRef};
use prost::Message;

use super::{count, scores, total};
use crate::domain::{
    assessment::{Event, Record, RubricVersion},
    ids::{CommunityId, OfficeId},
    score::{BasisPoints, Score, Scored},
};

const COMMUNITY_ASSESSED: &str = EventType::CommunityAssessed.name();
const ASSESSMENT_REVISED: &str = EventType::AssessmentRevised.name();
const ASSESSMENT_WITHDRAWN: &str = EventType::AssessmentWithdrawn.name();

pub(super) fn write(happened: &Happened<Event>, record: &Record, place: Place) -> NewEvent {
    let assessment_id = happened.aggregate.to_string();
    let reference = |note: &Option<VaultRef>| note.map(|note| note.to_string()).unwrap_or_default();
    match &happened.event {
        Event::Assessed { community, seat, rubric, period, scored, office, note, on } => happened.written(
            COMMUNITY_ASSESSED,
            place,
            &pb::CommunityAssessed {
                assessment_id,
                community_id: community.to_string(),
                seat: Some(region::to_proto(*seat)),
                rubric: rubric.code.to_string(),
                rubric_version: count(rubric.version),
                period: Some(period::to_proto(*period)),
                scores: scores(scored),
                total_basis_points: total(scored),
                assessed_by_office_id: office.to_string(),
                assessed_on: Some(date::to_proto(*on)),
                note_ref: reference(note),
            },
        ),
        Event::Revised { rubric_version, scored, office, reason, note, on } => happened.written(
            ASSESSMENT_REVISED,
            place,
            &pb::AssessmentRevised {
                assessment_id,
                community_id: record.community.to_string(),
                rubric_version: count(*rubric_version),
                scores: scores(scored),
                total_basis_points: total(scored),
                revised_by_office_id: office.to_string(),
                revised_on: Some(date::to_proto(*on)),
                reason: reason.to_proto(),
                note_ref: reference(note),
            },
        ),
        Event::Withdrawn { reason, note, on } => happened.written(
            ASSESSMENT_WITHDRAWN,
            place,
            &pb::AssessmentWithdrawn {
                assessment_id,
                community_id: record.community.to_string(),
                withdrawn_on: Some(date::to_proto(*on)),
                reason: reason.to_proto(),
                note_ref: reference(note),
            },
        ),
    }
}

/// `None` for an event that is no assessment's, or whose content this version does not know.
pub(super) fn read(recorded: &Recorded) -> Option<Event> {
    let payload = recorded.payload.as_ref();
    Some(match recorded.event_type.as_str() {
        COMMUNITY_ASSESSED => {
            let e = pb::CommunityAssessed::decode(payload).ok()?;
            Event::Assessed {
                community: CommunityId::parse(&e.community_id)?,
                seat: region::stored(e.seat.as_ref())?,
                rubric: RubricVersion { code: Code::parse(&e.rubric)?, version: u32::try_from(e.rubric_version).ok()? },
                period: period::from_proto(e.period.as_ref()?)?,
                scored: scored(&e.scores, e.total_basis_points)?,
                office: OfficeId::parse(&e.assessed_by_office_id)?,
                note: note(&e.note_ref).ok()?,
                on: date::from_proto(e.assessed_on.as_ref()?)?,
            }
        }
        ASSESSMENT_REVISED => {
            let e = pb::AssessmentRevised::decode(payload).ok()?;
            Event::Revised {
                rubric_version: u32::try_from(e.rubric_version).ok()?,
                scored: scored(&e.scores, e.total_basis_points)?,
                office: OfficeId::parse(&e.revised_by_office_id)?,
                reason: Paired::from_proto(e.reason)?,
                note: note(&e.note_ref).ok()?,
                on: date::from_proto(e.revised_on.as_ref()?)?,
            }
        }
        ASSESSMENT_WITHDRAWN => {
            let e = pb::AssessmentWithdrawn::decode(payload).ok()?;
            Event::Withdrawn {
                reason: Paired::from_proto(e.reason)?,
                note: note(&e.note_ref).ok()?,
                on: date::from_proto(e.withdrawn_on.as_ref()?)?,
            }
        }
        _ => return None,
    })
}

fn scored(scores: &[pb::Score], total: i32) -> Option<Scored> {
    let score = |score: &pb::Score| {
        Some(Score {
            criterion: Code::parse(&score.criterion)?,
            score: u8::try_from(score.score).ok()?,
            evidence: score.evidence_hashes.iter().map(|hash| DocumentHash::parse(hash)).collect::<Option<_>>()?,
        })
    };
    let total = BasisPoints::new(u16::try_from(total).ok()?)?;
    Some(Scored { scores: scores.iter().map(score).collect::<Option<_>>()?, total })
}

/// A reference that is none.
struct Malformed;

fn note(text: &str) -> Result<Option<VaultRef>, Malformed> {
    if text.is_empty() { Ok(None) } else { VaultRef::parse(text).map(Some).ok_or(Malformed) }
}
