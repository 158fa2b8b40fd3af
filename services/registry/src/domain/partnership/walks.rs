//! Whatever is commanded, what happens is what the domain has.

use std::collections::BTreeSet;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Event, REMINDERS, Status, evolve, expires_on, histories::history, reminder_on};

/// Histories of forty commands each: 100,000 steps.
const HISTORIES: usize = 2_500;

#[test]
fn a_partnership_ends_once_and_each_reminder_comes_once_for_each_last_day() {
    use Status::{Declined, Expired, Proposed, Renewed, Signed, Terminated};
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut reached = BTreeSet::new();
    for _ in 0..HISTORIES {
        let (mut state, mut reminded) = (None, BTreeSet::new());
        for event in history(&mut rng) {
            let before = state.clone();
            state = evolve(state, &event);
            let after = state.as_ref().expect("a partnership that something happened to");
            let until = after.agreement.until;
            let has_ended = |status| matches!(status, Status::Expired | Status::Terminated | Status::Declined);
            if let Some(before) = &before {
                assert!(!has_ended(before.status()), "{event:?} after the end, seed {seed}");
                assert!(before.agreement.until <= until, "{event:?} brings the end nearer, seed {seed}");
            }
            match &event {
                Event::Reminded { due, days_before, expires_on: day } => {
                    assert!(REMINDERS.contains(days_before), "seed {seed}");
                    assert_eq!((*due, *day), (reminder_on(until, *days_before), expires_on(until)), "seed {seed}");
                    assert!(reminded.insert((until, *days_before)), "{event:?} again, seed {seed}");
                }
                Event::Expired { on } => assert_eq!(*on, expires_on(until), "seed {seed}"),
                _ => {}
            }
            reached.insert((before.map(|before| before.status()), after.status()));
        }
    }
    let ways = [
        (None, Proposed),
        (Some(Proposed), Signed),
        (Some(Proposed), Declined),
        (Some(Signed), Signed),
        (Some(Signed), Renewed),
        (Some(Signed), Expired),
        (Some(Signed), Terminated),
        (Some(Renewed), Renewed),
        (Some(Renewed), Expired),
        (Some(Renewed), Terminated),
    ];
    assert_eq!(reached, ways.into_iter().collect(), "seed {seed}");
}
