use super::{
    Compares, Faults, Guards, Relay,
    property::{COPY, NOTHING_ELSE, ONE_EVENT},
};
use crate::check::{breaks, gets_stuck, holds, is_deep, recovers};

const NONE: Faults = Faults {
    sessions: 0,
    restarts: 0,
    messages: 0,
    acks: 0,
    tails: 0,
    deletions: 0,
    remakes: 0,
    strangers: 0,
    restores: 0,
};

fn with(faults: Faults) -> Relay {
    // One fault more, whatever else goes wrong.
    let sessions = faults.sessions + u8::from(is_deep());
    Relay { events: 3, floor: 1, window: 2, faults: Faults { sessions, ..faults }, guards: Guards::ALL }
}

/// Two relays at once, and a network that loses messages and acknowledgements.
fn traffic() -> Relay {
    with(Faults { sessions: 1, messages: 1, acks: 1, ..NONE })
}

/// A broker that loses what it acknowledged.
fn tails() -> Relay {
    with(Faults { acks: 1, tails: 1, ..NONE })
}

/// A stream that is deleted, and one that somebody else made; the log is older than what the broker keeps.
fn remade() -> Relay {
    Relay { floor: 2, ..with(Faults { sessions: 1, deletions: 1, remakes: 1, ..NONE }) }
}

/// Somebody else on our subjects.
fn stranger() -> Relay {
    with(Faults { sessions: 1, strangers: 1, ..NONE })
}

/// A database set back to any earlier state, and a broker that lost something, too.
fn restored() -> Relay {
    with(Faults { restarts: 1, tails: 1, restores: 1, ..NONE })
}

fn without(mut model: Relay, change: impl FnOnce(&mut Guards)) -> Relay {
    change(&mut model.guards);
    model
}

fn all() -> [(&'static str, Relay); 5] {
    [
        ("relay: traffic", traffic()),
        ("relay: tails", tails()),
        ("relay: remade", remade()),
        ("relay: stranger", stranger()),
        ("relay: restored", restored()),
    ]
}

#[test]
fn the_stream_is_a_copy_of_the_log_whatever_goes_wrong() {
    for (title, model) in all() {
        holds(title, model);
    }
}

#[test]
fn the_stream_is_equal_to_the_log_in_the_end() {
    for (title, model) in all() {
        recovers(title, &model);
    }
}

#[test]
fn each_guard_of_the_relay_is_needed() {
    let blind = without(traffic(), |g| g.expected_sequence = false);
    breaks("relay, no expected sequence", blind, COPY);
    let mixed = without(with(NONE), |g| (g.expected_sequence, g.in_order) = (false, false));
    breaks("relay, window without order and no expected sequence", mixed, COPY);
    recovers("relay, window without order", &without(with(NONE), |g| g.in_order = false));
    let stubborn = without(traffic(), |g| (g.begins_again, g.looks_when_idle) = (false, false));
    gets_stuck("relay, a refusal is passed over and nobody looks", &stubborn);
    let idle = without(tails(), |g| g.looks_when_idle = false);
    gets_stuck("relay, nobody looks when nothing is appended", &idle);
    for compares in [Compares::Nothing, Compares::Last] {
        let hasty = without(stranger(), |g| g.compares = compares);
        gets_stuck(&format!("relay, compares {compares:?}"), &hasty);
    }
    recovers("relay, compares All", &without(stranger(), |g| g.compares = Compares::All));
    let careless = without(restored(), |g| g.gate = false);
    breaks("relay, no gate after a restore", careless, ONE_EVENT);
    let forgetful = without(restored(), |g| g.takes_back = false);
    breaks("relay, opened without what only the stream has", forgetful, NOTHING_ELSE);
    let oblivious = without(restored(), |g| g.remembers = false);
    breaks("relay, opened without what a process knows", oblivious, NOTHING_ELSE);
    let rash = without(restored(), |g| g.hears_all = false);
    breaks("relay, opened before all processes were heard", rash, NOTHING_ELSE);
}
