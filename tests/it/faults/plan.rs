//! What is broken, when and for how long: drawn from a seed.

use std::{fmt, time::Duration};

use rand::{
    RngExt,
    seq::{IndexedRandom, SliceRandom},
};
use rand_chacha::ChaCha8Rng;

use crate::harness::{Link, Part, Shape, Weather};

/// What is done to a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Harm {
    /// `kill -9`; it is started again when the time is over.
    Kill(Part),
    /// SIGSTOP, and SIGCONT when the time is over.
    Pause(Part),
    /// One of PostgreSQL's own processes is killed: it ends all connections and recovers by itself.
    CrashBackend,
    /// A part is cut off from all others.
    CutOff(Part),
    /// One way is disturbed.
    Disturb(Link, Weather),
    /// One connection of those on a way is forgotten, whichever this number says: it stays open at both ends, and is dead.
    Forget(Link, usize),
    /// A server's disk is full.
    FillDisk(Part),
    /// A clock is set back, or ahead, by so many seconds.
    SetClock(Part, i64),
}

/// A harm at a time after the beginning of the round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blow {
    pub after: Duration,
    pub lasts: Duration,
    pub harm: Harm,
}

impl fmt::Display for Blow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "after {} ms for {} ms: {:?}", self.after.as_millis(), self.lasts.as_millis(), self.harm)
    }
}

/// The rounds of one system after the other, each with its blows in the order of their times. Of 20 rounds 12 kill, pause and cut
/// off each kind of part; the rest do what else there is, and those of every second system, which is a special one, fill disks and
/// set clocks. Every fourth round has a second blow while the first lasts.
pub fn plan(rounds: usize, a_system: usize, shape: Shape, random: &mut ChaCha8Rng) -> Vec<(Shape, Vec<Vec<Blow>>)> {
    let mut deck = Vec::new();
    while deck.len() < rounds {
        let mut next: Vec<_> = main_harms(shape, random).into_iter().map(Some).collect();
        next.extend([const { None }; 8]);
        next.shuffle(random);
        deck.extend(next);
    }
    deck.truncate(rounds);
    let mut systems = Vec::new();
    for (n, harms) in deck.chunks(a_system).enumerate() {
        let shape = Shape { special: n % 2 == 1, ..shape };
        let mut rounds = Vec::new();
        for harm in harms {
            let harm = harm.clone().unwrap_or_else(|| any_harm(shape, random));
            rounds.push(round(harm, shape, random));
        }
        systems.push((shape, rounds));
    }
    systems
}

fn any_harm(shape: Shape, random: &mut ChaCha8Rng) -> Harm {
    if !shape.special || random.random_bool(0.3) {
        return other_harm(shape, random);
    }
    if random.random_bool(0.5) {
        return Harm::FillDisk(some_part(random.random_range(2..4), shape, random));
    }
    let part = some_part(*[0, 3].choose(random).expect("there are two"), shape, random);
    Harm::SetClock(part, *[-7_200, -30, 600].choose(random).expect("there are three"))
}

fn round(harm: Harm, shape: Shape, random: &mut ChaCha8Rng) -> Vec<Blow> {
    let mut blows = vec![blow(harm, random)];
    if random.random_ratio(1, 4) {
        let first = blows[0].after;
        let second = other_harm(shape, random);
        let mut second = blow(second, random);
        second.after = first + Duration::from_millis(random.random_range(0..300));
        blows.push(second);
    }
    blows
}

fn blow(harm: Harm, random: &mut ChaCha8Rng) -> Blow {
    let after = Duration::from_millis(random.random_range(50..1_200));
    // Longer than a leader may be silent, now and then.
    let lasts = if random.random_ratio(1, 4) { 3_000..6_000 } else { 50..1_500 };
    Blow { after, lasts: Duration::from_millis(random.random_range(lasts)), harm }
}

fn some_part(kind: usize, shape: Shape, random: &mut ChaCha8Rng) -> Part {
    match kind {
        0 => Part::Registry(random.random_range(0..shape.registries)),
        1 => Part::Projection(random.random_range(0..shape.projections)),
        2 => Part::Nats,
        _ => Part::Postgres,
    }
}

fn main_harms(shape: Shape, random: &mut ChaCha8Rng) -> Vec<Harm> {
    let mut harms = Vec::new();
    for kind in 0..4 {
        harms.push(Harm::Kill(some_part(kind, shape, random)));
        harms.push(Harm::Pause(some_part(kind, shape, random)));
        harms.push(Harm::CutOff(some_part(kind, shape, random)));
    }
    harms
}

fn other_harm(shape: Shape, random: &mut ChaCha8Rng) -> Harm {
    if random.random_ratio(1, 8) {
        return Harm::CrashBackend;
    }
    let registry = random.random_range(0..shape.registries);
    let projection = random.random_range(0..shape.projections);
    let link = match random.random_range(0..6) {
        0 => Link::RegistryToPostgres(registry),
        1 => Link::RegistryToNats(registry),
        2 => Link::ProjectionToPostgres(projection),
        3 => Link::ProjectionToNats(projection),
        4 => Link::ProjectionToRegistry(projection),
        _ => Link::ClientsToRegistry(registry),
    };
    if random.random_ratio(1, 4) {
        return Harm::Forget(link, random.random_range(0..1_000));
    }
    let weather = match random.random_range(0..6) {
        0 => Weather::Delayed(Duration::from_millis(random.random_range(5..200))),
        1 => Weather::Slow(random.random_range(20_000..200_000)),
        2 => Weather::Cut,
        3 => Weather::Reset,
        4 => Weather::Stalled,
        _ => Weather::HalfOpen,
    };
    Harm::Disturb(link, weather)
}
