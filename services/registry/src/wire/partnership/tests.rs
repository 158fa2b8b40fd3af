//! What goes into the log comes out of it.

use std::collections::BTreeSet;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use time::macros::{date, datetime};

use super::*;
use crate::domain::partnership::histories::history;

/// Half past ten in the evening in Jakarta: in the east the next day has begun.
const NOW: OffsetDateTime = datetime!(2022-10-06 15:30:00 UTC);

#[test]
fn every_event_comes_out_of_the_log_as_it_went_in() {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (id, office) = (Uuid::from_u128(4), Region::nation());
    let mut types = BTreeSet::new();
    for _ in 0..300 {
        let mut state = None;
        for event in history(&mut rng) {
            let there = happened(id, event, office, NOW);
            state = Partnerships::evolve(state, &there);
            let written = Partnerships::encode(&there, &state);
            assert_eq!((written.place.province.as_str(), written.place.regency.as_str()), ("14", "1401"));
            types.insert(written.event_type);
            assert_eq!(Partnerships::decode(&there.recorded(&written)), Some(there), "seed {seed}");
        }
    }
    assert_eq!(types.len(), 7, "each type came up, seed {seed}: {types:?}");
}

#[test]
fn an_event_happened_on_its_day_in_the_zone_of_the_office() {
    let office = Region { code: "91".parse().expect("a code"), decree: kim_territory::Decree::CURRENT };
    let at = |on| happened(Uuid::nil(), Event::Expired { on }, office, NOW).at;
    assert_eq!(at(date!(2022 - 10 - 07)), NOW);
    assert_eq!(at(date!(2022 - 10 - 06)), datetime!(2022-10-06 00:00 +9));
}
