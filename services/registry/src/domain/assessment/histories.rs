//! Assessments for tests, and random histories of one.

use std::sync::Arc;

use kim_territory::Decree;
use kim_values::{Code, DocumentHash, Edition, Period, PeriodKind, PublicName, Region, VaultRef};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use time::{Date, Duration, macros::date};
use uuid::Uuid;

use super::{Assessment, Command, Event, RevisionReason, WithdrawalReason, decide, evolve};
use crate::domain::{
    community::Status,
    ids::{CommunityId, OfficeId},
    rubric::{Criterion, Rubric},
    score::Given,
};

pub fn code(text: &str) -> Code {
    Code::parse(text).expect("a code")
}

pub fn seat() -> Region {
    Region { code: "14.01.01.2009".parse().expect("a code"), decree: Decree::CURRENT }
}

pub fn month(month: u8) -> Period {
    Period::new(PeriodKind::Month, 2026, month).expect("a month")
}

/// A version of the rubric: from the second on it has another weight.
pub fn rubric(version: u32) -> Edition<Rubric> {
    let weight = if version == 1 { 50 } else { 40 };
    let criterion =
        |(text, weight_percent)| Criterion { code: code(text), name: PublicName::stored(text), weight_percent };
    let criteria = [("kelembagaan", weight), ("kegiatan", 100 - weight)].map(criterion).to_vec();
    let rubric = Rubric::new(code("kinerja_kim"), PublicName::stored("Kinerja KIM"), false, 4, criteria);
    let content = Arc::new(rubric.expect("a rubric"));
    Edition { version, content, effective_from: date!(2026 - 01 - 01) }
}

pub fn given(scores: [i32; 2]) -> Vec<Given> {
    let [first, second] = scores;
    let evidence = vec![DocumentHash([7; 32])];
    vec![
        Given { criterion: code("kelembagaan"), score: first, evidence },
        Given { criterion: code("kegiatan"), score: second, evidence: vec![] },
    ]
}

pub fn assess(status: Status, period: Period, scores: [i32; 2], today: Date) -> Command {
    Command::Assess {
        community: CommunityId(Uuid::from_u128(1)),
        status,
        seat: seat(),
        rubric: rubric(1),
        period,
        given: given(scores),
        office: OfficeId(Uuid::from_u128(2)),
        note: None,
        today,
    }
}

/// What becomes of one assessment that is given thirty commands, whether or not they fit.
pub fn history(rng: &mut ChaCha8Rng) -> Vec<Event> {
    let (mut state, mut today, mut events) = (Assessment::default(), date!(2026 - 04 - 01), Vec::new());
    for _ in 0..30 {
        today += Duration::days(rng.random_range(0..20));
        let Ok(decided) = decide(&state, command(rng, today)) else { continue };
        state = decided.iter().fold(state, evolve);
        events.extend(decided);
    }
    events
}

pub fn command(rng: &mut ChaCha8Rng, today: Date) -> Command {
    let scores = [rng.random_range(0..=4), rng.random_range(0..=4)];
    match rng.random_range(0..6) {
        0 | 1 => assess(Status::Active, month(3), scores, today),
        2 => Command::Withdraw { reason: WithdrawalReason::Other, note: None, today },
        _ => Command::Revise {
            rubric: rubric(rng.random_range(1..=2)),
            given: given(scores),
            office: OfficeId(Uuid::from_u128(rng.random_range(2..4))),
            reason: RevisionReason::EvidenceAdded,
            note: rng.random::<bool>().then(|| VaultRef(Uuid::from_u128(rng.random()))),
            today,
        },
    }
}
