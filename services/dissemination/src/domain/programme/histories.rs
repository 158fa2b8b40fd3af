//! Random commands on a programme.

use kim_territory::Decree;
use kim_values::{Code, PublicName, Region, VaultRef};
use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use super::{Command, Profile, Programme};
use crate::domain::ids::OfficeId;

pub fn command(rng: &mut ChaCha8Rng, now: OffsetDateTime, state: Option<&Programme>) -> Command {
    let region = Region { code: "14".parse().expect("a code"), decree: Decree::CURRENT };
    let today = region.today(now);
    let day = |rng: &mut ChaCha8Rng| today + Duration::days(rng.random_range(-400..400));
    match rng.random_range(0..24) {
        0..6 => Command::Establish {
            office: OfficeId(Uuid::from_u128(rng.random())),
            office_is_open: rng.random_range(0..5) > 0,
            region,
            profile: profile(rng, today),
            topic_is_listed: rng.random_range(0..5) > 0,
            today,
        },
        6..12 => Command::Amend { profile: profile(rng, today), topic_is_listed: rng.random(), today },
        12 => Command::Amend {
            profile: state.map_or_else(|| profile(rng, today), |state| state.profile.clone()),
            topic_is_listed: false,
            today,
        },
        13..20 => Command::Extend { until: (rng.random_range(0..12) > 0).then(|| day(rng)), today },
        _ => {
            let on = *[day(rng), today, today + Duration::DAY].choose(rng).expect("three");
            Command::Close { on, note: rng.random::<bool>().then(|| VaultRef(Uuid::from_u128(rng.random()))), today }
        }
    }
}

fn profile(rng: &mut ChaCha8Rng, today: Date) -> Profile {
    let from = today + Duration::days(rng.random_range(-200..200));
    let from = if rng.random_range(0..30) == 0 { from + Duration::days(4_000) } else { from };
    Profile {
        name: PublicName::stored(["Cegah Stunting", "Periksa Kesehatan Gratis"].choose(rng).expect("two")),
        topic: Code::parse(["stunting", "kesehatan"].choose(rng).expect("two")).expect("a code"),
        from,
        until: (rng.random_range(0..5) > 0).then(|| from + Duration::days(rng.random_range(-20..400))),
    }
}
