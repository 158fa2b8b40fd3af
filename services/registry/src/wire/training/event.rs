//! A training's events, as the log has them.

use kim_contract::registry::v1 as pb;
use kim_desk::wire::{
    Happened, Paired, date, region,
    stored::{optional, or_empty, stored_date, stored_reference},
};
use kim_eventlog::{NewEvent, Place, Recorded};
use kim_values::{DocumentHash, Link, PublicName};
use prost::Message;

use super::{
    TRAINING_CANCELLED, TRAINING_HELD, TRAINING_INVITATIONS_SENT, TRAINING_PLANNED, TRAINING_REPORTED,
    TRAINING_RESCHEDULED,
    message::{material_message, plan_message, training_message},
};
use crate::domain::{
    ids::{CommunityId, OfficeId, OfficerId},
    training::{Attendance, Event, Material, Outline, Plan, Report, Session},
};

pub(super) fn write(happened: &Happened<Event>, place: Place) -> NewEvent {
    let training_id = happened.aggregate.to_string();
    match &happened.event {
        Event::Planned { outline, plan } => {
            let plan = Some(plan_message(outline, plan));
            happened.written(TRAINING_PLANNED, place, &pb::TrainingPlanned { training_id, plan })
        }
        Event::Rescheduled { topic, from, to } => happened.written(
            TRAINING_RESCHEDULED,
            place,
            &pb::TrainingRescheduled {
                training_id,
                topic: topic.to_string(),
                planned_from: Some(date::to_proto(*from)),
                planned_to: Some(date::to_proto(*to)),
            },
        ),
        Event::Invited(communities) => {
            let community_ids = communities.iter().map(ToString::to_string).collect();
            let invited = pb::TrainingInvitationsSent { training_id, community_ids };
            happened.written(TRAINING_INVITATIONS_SENT, place, &invited)
        }
        Event::Held { outline, session } => {
            let training = Some(training_message(outline, session));
            happened.written(TRAINING_HELD, place, &pb::TrainingHeld { training_id, training })
        }
        Event::Reported { report, on } => happened.written(
            TRAINING_REPORTED,
            place,
            &pb::TrainingReported {
                training_id,
                report_hash: report.document.to_string(),
                materials: report.materials.iter().map(material_message).collect(),
                reported_on: Some(date::to_proto(*on)),
            },
        ),
        Event::Cancelled { on, reason, note } => happened.written(
            TRAINING_CANCELLED,
            place,
            &pb::TrainingCancelled {
                training_id,
                cancelled_on: Some(date::to_proto(*on)),
                reason: reason.to_proto(),
                note_ref: or_empty(*note),
            },
        ),
    }
}

/// `None` for an event that is no training's, or whose content this version does not know.
pub(super) fn read(recorded: &Recorded) -> Option<Event> {
    let payload = recorded.payload.as_ref();
    Some(match recorded.event_type.as_str() {
        TRAINING_PLANNED => {
            let (outline, plan) = stored_plan(&pb::TrainingPlanned::decode(payload).ok()?.plan?)?;
            Event::Planned { outline, plan }
        }
        TRAINING_RESCHEDULED => {
            let e = pb::TrainingRescheduled::decode(payload).ok()?;
            Event::Rescheduled {
                topic: e.topic.into(),
                from: stored_date(e.planned_from)?,
                to: stored_date(e.planned_to)?,
            }
        }
        TRAINING_INVITATIONS_SENT => {
            Event::Invited(stored_communities(&pb::TrainingInvitationsSent::decode(payload).ok()?.community_ids)?)
        }
        TRAINING_HELD => {
            let (outline, session) = stored_training(&pb::TrainingHeld::decode(payload).ok()?.training?)?;
            Event::Held { outline, session }
        }
        TRAINING_REPORTED => {
            let e = pb::TrainingReported::decode(payload).ok()?;
            let report = Report {
                document: DocumentHash::parse(&e.report_hash)?,
                materials: e.materials.iter().map(stored_material).collect::<Option<_>>()?,
            };
            Event::Reported { report, on: stored_date(e.reported_on)? }
        }
        TRAINING_CANCELLED => {
            let e = pb::TrainingCancelled::decode(payload).ok()?;
            Event::Cancelled {
                on: stored_date(e.cancelled_on)?,
                reason: Paired::from_proto(e.reason)?,
                note: stored_reference(&e.note_ref).ok()?,
            }
        }
        _ => return None,
    })
}

fn stored_plan(plan: &pb::TrainingPlan) -> Option<(Outline, Plan)> {
    let outline = Outline {
        kind: Paired::from_proto(plan.kind)?,
        topic: plan.topic.as_str().into(),
        region: region::stored(plan.region.as_ref())?,
        host: optional(&plan.host_office_id, OfficeId::parse).ok()?,
    };
    let place = match &plan.place {
        None => None,
        Some(place) => Some(region::stored(Some(place))?),
    };
    let plan = Plan {
        from: stored_date(plan.planned_from)?,
        to: stored_date(plan.planned_to)?,
        title: Some(plan.title.as_str()).filter(|title| !title.is_empty()).map(PublicName::stored),
        place,
    };
    Some((outline, plan))
}

fn stored_training(training: &pb::Training) -> Option<(Outline, Session)> {
    let outline = Outline {
        kind: Paired::from_proto(training.kind)?,
        topic: training.topic.as_str().into(),
        region: region::stored(training.region.as_ref())?,
        host: optional(&training.host_office_id, OfficeId::parse).ok()?,
    };
    let session = Session {
        held_from: stored_date(training.held_from)?,
        held_to: stored_date(training.held_to)?,
        participants: stored_communities(&training.community_ids)?,
        office_staff: u32::try_from(training.office_staff).ok()?,
        attendance: training.attendance.iter().map(stored_attendance).collect::<Option<_>>()?,
    };
    Some((outline, session))
}

/// `Some(None)` is a training without a host.
fn stored_communities(ids: &[String]) -> Option<Vec<CommunityId>> {
    ids.iter().map(|id| CommunityId::parse(id)).collect()
}

fn stored_attendance(attendance: &pb::Attendance) -> Option<Attendance> {
    Some(Attendance {
        community: CommunityId::parse(&attendance.community_id)?,
        officers: attendance.officer_ids.iter().map(|id| OfficerId::parse(id)).collect::<Option<_>>()?,
        people: u32::try_from(attendance.people).ok()?,
    })
}

fn stored_material(material: &pb::TrainingMaterial) -> Option<Material> {
    Some(Material {
        title: PublicName::stored(&material.title),
        document: DocumentHash::parse(&material.document_hash)?,
        link: Some(material.link.as_str()).filter(|link| !link.is_empty()).map(Link::stored),
    })
}
