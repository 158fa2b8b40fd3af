use super::{
    Append, Command, Guards, Positions,
    property::{ACKNOWLEDGED, ALONE, FAILED, GAPLESS, NAMES, ONCE, READER, VERSIONS},
};
use crate::check::{breaks, holds, is_deep, recovers};

/// Three aggregates, of which one has data that the database refuses.
fn guilty() -> Append {
    Append {
        commands: vec![
            Command { events: 2, ..Command::on(0) },
            Command::on(1),
            Command { poisoned: true, ..Command::on(2) },
        ],
        replicas: 2,
        crashes: 1,
        cuts: u8::from(is_deep()),
        patience: if is_deep() { 2 } else { 1 },
        guards: Guards::ALL,
    }
}

/// Two aggregates that want the same name, and two commands on one of them, of which one wants to be the first.
fn names() -> Append {
    let named = |aggregate| Command { claim: Some(0), ..Command::on(aggregate) };
    let first = Command { first_only: true, ..Command::on(0) };
    Append { commands: vec![named(0), named(1), first], crashes: u8::from(is_deep()), cuts: 1, ..guilty() }
}

fn without(mut model: Append, change: impl FnOnce(&mut Guards)) -> Append {
    change(&mut model.guards);
    model
}

#[test]
fn appends_in_groups_are_gapless_and_each_command_happens_once() {
    holds("append: guilty", guilty());
    holds("append: names", names());
}

#[test]
fn each_client_is_answered_in_the_end() {
    recovers("append: guilty", &guilty());
    recovers("append: names", &names());
}

#[test]
fn each_guard_of_an_append_is_needed() {
    let unlocked = without(guilty(), |g| g.lock = false);
    breaks("append, no lock", unlocked, ALONE);
    let unlocked = without(guilty(), |g| (g.lock, g.constraints) = (false, false));
    breaks("append, no lock and no constraint", unlocked, GAPLESS);
    let early = without(guilty(), |g| g.snapshot_after_lock = false);
    breaks("append, snapshot before the lock", early, ALONE);
    let early = without(guilty(), |g| (g.snapshot_after_lock, g.constraints) = (false, false));
    breaks("append, snapshot before the lock and no constraint", early, GAPLESS);
    let unversioned = without(names(), |g| g.version_check = false);
    breaks("append, no version check", unversioned, ALONE);
    let unversioned = without(names(), |g| (g.version_check, g.constraints) = (false, false));
    breaks("append, no version check and no constraint", unversioned, VERSIONS);
    let unkeyed = without(guilty(), |g| (g.key_check, g.version_check) = (false, false));
    breaks("append, no key check", unkeyed, ALONE);
    let unkeyed = without(guilty(), |g| (g.key_check, g.constraints) = (false, false));
    breaks("append, no key check and no constraint", unkeyed, ONCE);
    let sequence = without(guilty(), |g| g.positions = Positions::Sequence);
    breaks("append, positions from a sequence", sequence, GAPLESS);
    let sequence = without(guilty(), |g| (g.positions, g.lock) = (Positions::Sequence, false));
    breaks("append, positions from a sequence and no lock", sequence, READER);
    let whole = without(guilty(), |g| g.split = false);
    breaks("append, the whole group refused", whole, ALONE);
    let hasty = without(guilty(), |g| g.reply_after_commit = false);
    breaks("append, reply before the commit", hasty, ACKNOWLEDGED);
    let curt = without(names(), |g| g.asks_before_refusing = false);
    breaks("append, a refusal without a look back", curt, FAILED);
    let clashing = without(names(), |g| g.clashes = false);
    breaks("append, a group with one name twice", clashing, NAMES);
}
