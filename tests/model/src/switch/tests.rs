use super::{
    Guards, Left, Switch, Taken,
    property::{AWAITED, FORWARD, ONE, THERE},
};
use crate::check::{breaks, gets_stuck, holds, is_deep, recovers};

/// A first start and a rebuild on request. A replica may lose its leadership at any step, and go on for a while.
fn deposed() -> Switch {
    let left = Left { sessions: 1, kills: u8::from(is_deep()), requests: 1 };
    Switch { events: 2, left, guards: Guards::ALL }
}

/// A replica may be killed at any step.
fn killed() -> Switch {
    let left = Left { sessions: 0, kills: 2, requests: 2 };
    Switch { left, ..deposed() }
}

/// Nothing goes wrong.
fn quiet() -> Switch {
    Switch { left: Left { requests: 2, ..Left::default() }, ..deposed() }
}

fn without(mut model: Switch, change: impl FnOnce(&mut Guards)) -> Switch {
    change(&mut model.guards);
    model
}

#[test]
fn one_generation_serves_and_no_page_goes_back() {
    holds("switch: deposed", deposed());
    holds("switch: killed", killed());
}

#[test]
fn the_newest_generation_serves_all_in_the_end() {
    recovers("switch: deposed", &deposed());
    recovers("switch: killed", &killed());
}

#[test]
fn each_guard_of_the_switch_is_needed() {
    let hasty = without(quiet(), |g| (g.catches_up, g.compares_checkpoints) = (false, false));
    breaks("switch, before it has caught up", hasty, FORWARD);
    let running = without(quiet(), |g| (g.stops_live, g.compares_checkpoints) = (false, false));
    breaks("switch, live not stopped before", running, FORWARD);
    let torn = without(quiet(), |g| g.one_transaction = false);
    breaks("switch, in two transactions", torn, ONE);
    let unchecked = without(deposed(), |g| g.switch_checks = false);
    breaks("switch, to what is gone", unchecked, ONE);
    let trusting = without(deposed(), |g| g.compares_checkpoints = false);
    breaks("switch, no look at the old checkpoint", trusting, FORWARD);
    let greedy = without(deposed(), |g| g.sweep_checks = false);
    breaks("switch, what serves by now is swept", greedy, THERE);
    let devouring = without(quiet(), |g| (g.spares_building, g.leader_looks) = (false, false));
    gets_stuck("switch, what is built is swept", &devouring);
    let unaware = without(deposed(), |g| g.leader_looks = false);
    gets_stuck("switch, a leader does not look", &unaware);
    let blind = without(deposed(), |g| g.pages_look = false);
    breaks("switch, a page of what served before", blind, FORWARD);
    let early = without(killed(), |g| g.taken = Taken::Before);
    breaks("switch, request taken before a generation is begun", early, AWAITED);
    let late = without(killed(), |g| g.taken = Taken::After);
    breaks("switch, request taken for good when a generation is begun", late, AWAITED);
}
