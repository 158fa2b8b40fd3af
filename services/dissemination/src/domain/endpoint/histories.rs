//! Random commands on an endpoint.

use kim_territory::Decree;
use kim_values::{Region, VaultRef};
use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Command, Endpoint, Kind, SuspensionReason};
use crate::domain::ids::CommunityId;

pub fn command(rng: &mut ChaCha8Rng, now: OffsetDateTime, state: Option<&Endpoint>) -> Command {
    let seat = Region { code: "14.01.01.2009".parse().expect("a code"), decree: Decree::CURRENT };
    let today = seat.today(now);
    let address = VaultRef(Uuid::from_u128(rng.random()));
    match rng.random_range(0..12) {
        0..3 => {
            let kind =
                state.map_or_else(|| *[Kind::Webhook, Kind::Email].choose(rng).expect("two"), |endpoint| endpoint.kind);
            Command::Set { community: CommunityId(Uuid::from_u128(1)), kind, seat, address, today }
        }
        3..5 => Command::RotateSecret { address, today },
        5..8 => {
            use SuspensionReason::{Gone, Requested, Unreachable};
            Command::Suspend { reason: *[Unreachable, Gone, Requested].choose(rng).expect("three"), now }
        }
        8..11 => Command::Resume { now },
        _ => Command::Remove { today },
    }
}
