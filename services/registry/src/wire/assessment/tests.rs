//! What goes into the log comes out of it, and the index says what the assessment itself says.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use time::{OffsetDateTime, macros::datetime};

use super::*;
use crate::domain::assessment::{evolve, histories};

const NOW: OffsetDateTime = datetime!(2026-10-06 03:41:00 UTC);

#[test]
fn whatever_became_of_an_assessment_the_log_has_it_and_the_index_says_it() {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut standing, mut withdrawn) = (0, 0);
    for _ in 0..200 {
        let id = AssessmentId(Uuid::from_u128(rng.random()));
        let (mut state, mut indexed, mut version) = (Assessment::default(), None, Version::NONE);
        for event in histories::history(&mut rng) {
            version = version.after(1);
            state = evolve(state, &event);
            let happened = Happened { aggregate: id.0, at: NOW, event };
            let written = Assessments::encode(&happened, &state);
            assert_eq!((written.place.province.as_str(), written.place.regency.as_str()), ("14", "1401"));
            assert_eq!(Assessments::decode(&happened.recorded(&written)).as_ref(), Some(&happened), "seed {seed}");
            indexed = fold(indexed, id, &happened.event, version);
            match &state {
                Assessment::Standing(_) => standing += 1,
                _ => withdrawn += 1,
            }
            let stands = matches!(state, Assessment::Standing(_));
            assert_eq!(indexed, message(id, &state, version).filter(|_| stands), "seed {seed}");
        }
    }
    assert!(standing > 0 && withdrawn > 0, "both came up, seed {seed}");
}

#[test]
fn a_community_a_rubric_and_a_period_have_one_assessment() {
    let id = |n, rubric, month| {
        assessment_id(CommunityId(Uuid::from_u128(n)), histories::code(rubric), histories::month(month))
    };
    assert_eq!(id(1, "kinerja_kim", 3), id(1, "kinerja_kim", 3));
    for other in [id(2, "kinerja_kim", 3), id(1, "literasi", 3), id(1, "kinerja_kim", 4)] {
        assert_ne!(id(1, "kinerja_kim", 3), other);
    }
}
