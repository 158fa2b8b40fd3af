//! Random histories of a training, for whoever folds its events.

use kim_values::{DocumentHash, PublicName, Region, VaultRef};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use time::{Date, Duration, macros::date};
use uuid::Uuid;

use super::{
    Attendance, CancellationReason, Command, Event, Material, Outline, Plan, Report, Session, TrainingKind, decide,
    evolve,
};
use crate::domain::ids::{CommunityId, OfficeId, OfficerId};

const BEGIN: Date = date!(2022 - 01 - 01);

/// What becomes of one training that is given twenty commands, whether or not they fit.
pub fn history(rng: &mut ChaCha8Rng) -> Vec<Event> {
    let (mut state, mut today, mut events) = (None, BEGIN, Vec::new());
    for _ in 0..20 {
        today += Duration::days(rng.random_range(0..20));
        let Ok(decided) = decide(state.as_ref(), command(rng, today)) else { continue };
        state = decided.iter().fold(state, evolve);
        events.extend(decided);
    }
    events
}

pub fn command(rng: &mut ChaCha8Rng, today: Date) -> Command {
    let day = |rng: &mut ChaCha8Rng| today + Duration::days(rng.random_range(-20..40));
    match rng.random_range(0..16) {
        0..4 => Command::Plan { outline: outline(rng), plan: plan(rng, today), today },
        4 | 5 => Command::Amend {
            topic: rng.random::<bool>().then(|| "cek_fakta".into()),
            from: rng.random::<bool>().then(|| day(rng)),
            to: rng.random::<bool>().then(|| day(rng)),
            today,
        },
        6..9 => Command::Invite { communities: communities(rng), ended: vec![] },
        9 => Command::Hold { outline: outline(rng), session: session(rng, today), ended: vec![], today },
        10 | 11 => Command::HoldPlanned { session: session(rng, today), ended: vec![], today },
        12 | 13 => Command::Report { report: report(rng), today },
        14 => Command::Cancel {
            reason: CancellationReason::HostUnavailable,
            note: Some(VaultRef(Uuid::from_u128(rng.random()))),
            today,
        },
        _ => Command::Cancel { reason: CancellationReason::Other, note: None, today },
    }
}

fn outline(rng: &mut ChaCha8Rng) -> Outline {
    Outline {
        kind: [TrainingKind::Bimtek, TrainingKind::Sosialisasi][rng.random_range(0..2)],
        topic: "platform_kim".into(),
        region: Region::nation(),
        host: rng.random::<bool>().then(|| OfficeId(Uuid::from_u128(rng.random()))),
    }
}

fn plan(rng: &mut ChaCha8Rng, today: Date) -> Plan {
    let from = today + Duration::days(rng.random_range(-3..30));
    Plan {
        from,
        to: from + Duration::days(rng.random_range(-1..3)),
        title: rng.random::<bool>().then(|| PublicName::stored("Bimtek Platform KIM")),
        place: rng.random::<bool>().then(Region::nation),
    }
}

fn communities(rng: &mut ChaCha8Rng) -> Vec<CommunityId> {
    (0..rng.random_range(0..6)).map(|_| CommunityId(Uuid::from_u128(rng.random_range(1..40)))).collect()
}

fn session(rng: &mut ChaCha8Rng, today: Date) -> Session {
    let held_from = today - Duration::days(rng.random_range(0..5));
    let mut participants = communities(rng);
    participants.sort_unstable();
    participants.dedup();
    let attendance = participants.iter().take(3).map(|community| Attendance {
        community: *community,
        officers: vec![OfficerId(Uuid::from_u128(rng.random()))],
        people: rng.random_range(0..5),
    });
    let attendance = attendance.collect();
    Session { held_from, held_to: held_from + Duration::DAY, participants, office_staff: 3, attendance }
}

fn report(rng: &mut ChaCha8Rng) -> Report {
    let material =
        |n| Material { title: PublicName::stored("Modul Platform KIM"), document: DocumentHash([n; 32]), link: None };
    let materials = (0..rng.random_range(0..3)).map(|_| material(rng.random_range(0..4))).collect();
    Report { document: DocumentHash([9; 32]), materials }
}
