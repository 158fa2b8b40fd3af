//! What goes into the log comes out of it.

use kim_eventlog::MAX_PAYLOAD;
use kim_values::{DocumentHash, Link, PublicName, VaultRef};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use time::macros::{date, datetime};

use super::*;
use crate::domain::{
    ids::{CommunityId, OfficeId, OfficerId},
    training::{
        Attendance, CancellationReason, MAX_OFFICERS, MAX_PARTICIPANTS, Material, Outline, Plan, Report, Session,
        TrainingKind, evolve, histories::history,
    },
};

const NOW: OffsetDateTime = datetime!(2022-10-08 03:41:00 UTC);

fn outline() -> Outline {
    Outline {
        kind: TrainingKind::Sosialisasi,
        topic: "platform_kim".into(),
        region: Region { code: "14".parse().expect("a code"), decree: kim_territory::Decree::CURRENT },
        host: Some(OfficeId(Uuid::from_u128(3))),
    }
}

fn plan() -> Plan {
    Plan { from: date!(2022 - 10 - 06), to: date!(2022 - 10 - 07), title: None, place: None }
}

fn session(communities: usize, officers: usize) -> Session {
    let participants: Vec<CommunityId> =
        (0..communities).map(|n| CommunityId(Uuid::from_u128(u128::MAX - n as u128))).collect();
    let mut officers = (0..officers).map(|n| OfficerId(Uuid::from_u128(u128::MAX - n as u128)));
    let attendance = participants
        .iter()
        .map(|&community| Attendance { community, officers: officers.next().into_iter().collect(), people: 100_000 })
        .collect();
    Session {
        held_from: date!(2022 - 10 - 06),
        held_to: date!(2022 - 10 - 07),
        participants,
        office_staff: 100_000,
        attendance,
    }
}

fn recorded(happened: &Happened<Event>) -> Recorded {
    happened.recorded(&event::write(happened, region::place(outline().region)))
}

#[test]
fn every_event_comes_out_of_the_log_as_it_went_in() {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let material = Material {
        title: PublicName::stored("Modul Platform KIM"),
        document: DocumentHash([7; 32]),
        link: Some(Link::stored("https://kim.id/materi")),
    };
    let named = Plan { title: Some(PublicName::stored("Bimtek KIM")), place: Some(Region::nation()), ..plan() };
    let mut events = vec![
        Event::Planned { outline: Outline { host: None, ..outline() }, plan: plan() },
        Event::Planned { outline: outline(), plan: named },
        Event::Held { outline: outline(), session: session(3, 2) },
        Event::Reported {
            report: Report { document: DocumentHash([8; 32]), materials: vec![material] },
            on: date!(2022 - 10 - 09),
        },
        Event::Cancelled {
            on: date!(2022 - 10 - 05),
            reason: CancellationReason::Disaster,
            note: Some(VaultRef(Uuid::from_u128(9))),
        },
    ];
    events.extend((0..100).flat_map(|_| history(&mut rng)));
    let id = Uuid::from_u128(77);
    for event in events {
        let happened = happened(id, event, outline().region, NOW);
        let read = Trainings::decode(&recorded(&happened));
        assert_eq!(read.as_ref(), Some(&happened), "seed {seed}");
    }
}

#[test]
fn what_was_held_happened_when_it_was_held_and_the_rest_when_it_is_recorded() {
    let id = Uuid::from_u128(77);
    let held = happened(id, Event::Held { outline: outline(), session: session(1, 0) }, outline().region, NOW);
    assert_eq!(held.at, datetime!(2022-10-06 00:00 +7));
    assert_eq!(happened(id, Event::Invited(vec![]), outline().region, NOW).at, NOW);
    let planned = happened(id, Event::Planned { outline: outline(), plan: plan() }, outline().region, NOW);
    let state = evolve(None, &planned.event);
    assert_eq!(Trainings::encode(&planned, &state).place, region::place(outline().region));
}

#[test]
fn the_largest_training_fits_into_an_event() {
    let held = Event::Held { outline: outline(), session: session(MAX_PARTICIPANTS, MAX_OFFICERS) };
    let happened = happened(Uuid::from_u128(77), held, outline().region, NOW);
    let size = recorded(&happened).payload.len();
    assert!(size <= MAX_PAYLOAD, "{size} bytes");
}
