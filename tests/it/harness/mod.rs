//! What tests stand on: private servers, and waiting for a condition.

mod browser;
mod by_hand;
mod clock;
mod disk;
mod events;
mod nation;
mod proxy;
mod recount;
mod rpc;
mod samples;
mod served;
mod servers;
mod service;
mod system;
mod up;

use std::{
    env,
    str::FromStr,
    time::{Duration, Instant},
};

pub use browser::{Browser, Screen};
pub use by_hand::{events_from, let_go_on, publish_by_hand, publish_forged, set_back, stream_ids};
pub use clock::Clock;
pub use disk::SmallDisk;
pub use events::{Plain, member, member_at, plain_event};
pub use nation::{Caller, Nation, bearing, request_id};
pub use proxy::{Proxy, Weather};
pub use recount::{Recount, Status, end_of};
pub use rpc::rpc_paths;
pub use samples::{activity, community_row, date, office, profile, region};
pub use served::serve;
pub use servers::{Servers, ServersOptions, copy};
pub use service::{Service, ServiceOptions, binary};
pub use system::{Link, Part, Shape, System};
pub use up::Up;

/// A number from the environment.
pub fn number<T: FromStr>(variable: &str) -> Option<T> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no number")))
}

/// The seed of a test: what the variable says, or any. It is printed, so that the test can be repeated.
pub fn seed(variable: &str) -> u64 {
    let seed = number(variable).unwrap_or_else(rand::random);
    println!("seed {seed}: repeat with {variable}={seed}");
    seed
}

/// What this machine cannot do is left out, and said; with `KIM_FAULT_ALL=1` it is an error.
pub fn left_out(what: impl std::fmt::Debug) {
    assert!(env::var_os("KIM_FAULT_ALL").is_none(), "this machine cannot do it: {what:?}");
    println!("LEFT OUT, since this machine cannot do it: {what:?}");
}

/// Waits until the condition holds.
///
/// # Panics
/// When it does not within a minute.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !holds().await {
        assert!(Instant::now() < deadline, "not within a minute: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
