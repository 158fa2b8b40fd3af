//! Trainings, from plan to report.

use kim_contract::registry::v1 as pb;
use time::Date;

use super::{count, date, digest, region};
use crate::sample::{
    dice::{Dice, Topic},
    month::Month,
    places::key,
    training::{CancellationReason, Session, Training},
};

/// What is taught with, by its public name.
const MATERIALS: [&str; 5] = [
    "Panduan platform KIM",
    "Menulis berita warga",
    "Melawan hoaks di kampung sendiri",
    "Mengelola media sosial komunitas",
    "Menyerap dan meneruskan aspirasi",
];

/// As it is planned on `on`, to begin on `from`.
#[must_use]
pub fn plan(session: &Session, (on, from): (Date, Date), host_office_id: String) -> pb::TrainingPlan {
    pb::TrainingPlan {
        kind: pb::TrainingKind::Bimtek.into(),
        topic: "platform_kim".into(),
        region: Some(region(session.region, on)),
        host_office_id,
        planned_from: Some(date(from)),
        planned_to: Some(date(from + (session.to - session.from))),
        title: session.title(),
        place: None,
    }
}

/// As it was held. What it is about, for whom and by whom is the plan's.
#[must_use]
pub fn held(training: &Training, community_ids: Vec<String>) -> pb::Training {
    let session = &training.session;
    let attendance = training.participants.iter().zip(&community_ids).map(|(number, community_id)| {
        let mut dice = Dice::of(Topic::Training, u64::from(*number), 3_000_000 + Month::of(session.from).key());
        pb::Attendance { community_id: community_id.clone(), officer_ids: vec![], people: count(dice.between(1, 3)) }
    });
    pb::Training {
        held_from: Some(date(session.from)),
        held_to: Some(date(session.to)),
        attendance: attendance.collect(),
        community_ids,
        office_staff: count(session.office_staff),
        ..pb::Training::default()
    }
}

#[must_use]
pub fn report(request_id: String, session: &Session, training_id: String) -> pb::ReportTrainingRequest {
    let mut dice = Dice::of(Topic::Training, key(&session.region), 2_000_000 + Month::of(session.from).key());
    let report_hash = digest(dice.bytes());
    let titles = &MATERIALS[..dice.between(2, 5) as usize];
    let materials = titles.iter().map(|title| pb::TrainingMaterial {
        title: (*title).into(),
        document_hash: digest(dice.bytes()),
        link: String::new(),
    });
    pb::ReportTrainingRequest {
        request_id,
        training_id,
        etag: String::new(),
        report_hash,
        materials: materials.collect(),
    }
}

#[must_use]
pub fn cancellation_reason(reason: CancellationReason) -> pb::TrainingCancellationReason {
    match reason {
        CancellationReason::NoBudget => pb::TrainingCancellationReason::NoBudget,
        CancellationReason::TooFewParticipants => pb::TrainingCancellationReason::TooFewParticipants,
        CancellationReason::HostUnavailable => pb::TrainingCancellationReason::HostUnavailable,
        CancellationReason::Disaster => pb::TrainingCancellationReason::Disaster,
    }
}
