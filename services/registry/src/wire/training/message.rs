//! What events and answers say of a training.

use kim_contract::registry::v1 as pb;
use kim_desk::wire::{
    Paired, date, region,
    stored::{count, or_empty},
};
use kim_eventlog::Version;
use time::Date;

use crate::{
    domain::{
        ids::TrainingId,
        training::{CancellationReason, Material, Outline, Plan, Report, Session, Training},
    },
    wire::community::etag,
};

#[must_use]
pub fn plan_message(outline: &Outline, plan: &Plan) -> pb::TrainingPlan {
    pb::TrainingPlan {
        kind: outline.kind.to_proto(),
        topic: outline.topic.to_string(),
        region: Some(region::to_proto(outline.region)),
        host_office_id: or_empty(outline.host),
        planned_from: Some(date::to_proto(plan.from)),
        planned_to: Some(date::to_proto(plan.to)),
        title: or_empty(plan.title.as_ref()),
        place: plan.place.map(region::to_proto),
    }
}

#[must_use]
pub fn training_message(outline: &Outline, session: &Session) -> pb::Training {
    let attendance = session.attendance.iter().map(|attendance| pb::Attendance {
        community_id: attendance.community.to_string(),
        officer_ids: attendance.officers.iter().map(ToString::to_string).collect(),
        people: count(attendance.people),
    });
    pb::Training {
        kind: outline.kind.to_proto(),
        topic: outline.topic.to_string(),
        region: Some(region::to_proto(outline.region)),
        host_office_id: or_empty(outline.host),
        held_from: Some(date::to_proto(session.held_from)),
        held_to: Some(date::to_proto(session.held_to)),
        community_ids: session.participants.iter().map(ToString::to_string).collect(),
        office_staff: count(session.office_staff),
        attendance: attendance.collect(),
    }
}

pub(super) fn material_message(material: &Material) -> pb::TrainingMaterial {
    pb::TrainingMaterial {
        title: material.title.to_string(),
        document_hash: material.document.to_string(),
        link: or_empty(material.link.as_ref()),
    }
}

#[must_use]
pub fn report_message(report: &Report, on: Date) -> pb::TrainingReport {
    pb::TrainingReport {
        report_hash: report.document.to_string(),
        materials: report.materials.iter().map(material_message).collect(),
        reported_on: Some(date::to_proto(on)),
    }
}

#[must_use]
pub fn cancellation_message(on: Date, reason: CancellationReason) -> pb::TrainingCancellation {
    pb::TrainingCancellation { cancelled_on: Some(date::to_proto(on)), reason: reason.to_proto() }
}

/// What a list says of a training.
#[must_use]
pub fn summary(id: TrainingId, training: &Training, version: Version) -> pb::TrainingSummary {
    let outline = &training.outline;
    let mut summary = pb::TrainingSummary {
        training_id: id.to_string(),
        status: training.status().to_proto(),
        kind: outline.kind.to_proto(),
        topic: outline.topic.to_string(),
        region: Some(region::to_proto(outline.region)),
        host_office_id: or_empty(outline.host),
        invited_communities: len(training.invited.len()),
        etag: etag(version),
        ..pb::TrainingSummary::default()
    };
    if let Some(plan) = &training.plan {
        summary.title = or_empty(plan.title.as_ref());
        summary.place = plan.place.map(region::to_proto);
        summary.begins_on = Some(date::to_proto(plan.from));
        summary.ends_on = Some(date::to_proto(plan.to));
    }
    if let Some(session) = training.session() {
        summarise(session, &mut summary);
    }
    summary
}

/// Writes when it was held, and how many came.
pub fn summarise(session: &Session, summary: &mut pb::TrainingSummary) {
    summary.begins_on = Some(date::to_proto(session.held_from));
    summary.ends_on = Some(date::to_proto(session.held_to));
    summary.communities = len(session.participants.len());
    summary.people = count(session.people());
}

#[must_use]
pub fn len(communities: usize) -> i32 {
    i32::try_from(communities).unwrap_or(i32::MAX)
}
