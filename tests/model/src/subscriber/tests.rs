use super::{
    Content, Faults, Guards, Subscriber, Written,
    property::{CHECKPOINT, ONCE, PARKED, ROWS},
};
use crate::check::{breaks, gets_stuck, holds, is_deep, recovers};

const NONE: Faults = Faults { kills: 0, failures: 0, slips: 0, crashes: 0, restores: 0 };

/// Two aggregates; one has an event that cannot be folded, and one after it that could be.
fn with(bad: Content, faults: Faults) -> Subscriber {
    let event = |aggregate, content| Written { aggregate, content };
    let mut events = vec![event(0, Content::Sound), event(1, bad), event(0, Content::Sound), event(1, Content::Sound)];
    if is_deep() {
        events.push(event(0, bad));
    }
    Subscriber { events, batch: if is_deep() { 3 } else { 2 }, faults, guards: Guards::ALL }
}

/// All that happens to a reader while its log stays the same.
fn running() -> Subscriber {
    with(Content::Poisonous, Faults { kills: 1, failures: 1, slips: 1, crashes: 1, ..NONE })
}

/// Events that the database refuses, and does not say which.
fn refused() -> Subscriber {
    with(Content::Refused, Faults { kills: 1, failures: 1, ..NONE })
}

/// A log that was set back and went on otherwise.
fn restored() -> Subscriber {
    with(Content::Poisonous, Faults { kills: 1, restores: 1, crashes: u8::from(is_deep()), ..NONE })
}

fn without(mut model: Subscriber, change: impl FnOnce(&mut Guards)) -> Subscriber {
    change(&mut model.guards);
    model
}

#[test]
fn the_read_model_is_the_fold_of_one_log_whatever_goes_wrong() {
    holds("subscriber: running", running());
    holds("subscriber: refused", refused());
    holds("subscriber: restored", restored());
}

#[test]
fn a_reader_has_all_in_the_end_or_has_stopped_and_says_why() {
    recovers("subscriber: running", &running());
    recovers("subscriber: refused", &refused());
    recovers("subscriber: restored", &restored());
}

#[test]
fn each_guard_of_the_subscriber_is_needed() {
    let apart = without(running(), |g| g.one_transaction = false);
    breaks("subscriber, checkpoint apart from the rows", apart, CHECKPOINT);
    let unfenced = without(running(), |g| g.fence = false);
    breaks("subscriber, no fence", unfenced, ONCE);
    let holed = without(running(), |g| g.hole_check = false);
    breaks("subscriber, no hole check", holed, ONCE);
    let dirty = without(running(), |g| g.resets = false);
    breaks("subscriber, memory outlives its transaction", dirty, ROWS);
    let piecemeal = without(running(), |g| g.parks_aggregate = false);
    breaks("subscriber, the event is parked and not its aggregate", piecemeal, PARKED);
    let deaf = without(running(), |g| g.notices_crash = false);
    gets_stuck("subscriber, a crash of its database is not noticed", &deaf);
    let trusting = without(restored(), |g| g.compares_at_start = false);
    breaks("subscriber, starts after its checkpoint", trusting, ONCE);
    let resuming = without(restored(), |g| g.compares_on_resumption = false);
    breaks("subscriber, resumes after its checkpoint", resuming, ONCE);
    let idle = without(restored(), |g| g.compares_when_idle = false);
    gets_stuck("subscriber, compares only what comes", &idle);
}
