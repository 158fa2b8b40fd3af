//! Workers that are killed at any moment.

use std::{collections::BTreeSet, time::Duration};

use kim_webhook::{Clock, EndpointId, Options, What};
use rand::RngExt;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

use crate::{
    receiver::{Act, BUSY, OK, Receiver, say},
    rig::{Rig, client, guard, hasty, seed, until},
};

const MESSAGES: usize = 40;
const KILLS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_killed_loses_nothing_and_claims_nothing_that_did_not_arrive() {
    let mut dice = ChaCha8Rng::seed_from_u64(seed());
    let rig = Rig::start(Clock::system()).await;
    let receivers = [
        Receiver::start(|_| say(OK)).await,
        Receiver::start(|_| Act::SayAfter(Duration::from_millis(30), OK.into())).await,
        Receiver::start(|n| if n.is_multiple_of(3) { say(BUSY) } else { say(OK) }).await,
        Receiver::start(|n| if n.is_multiple_of(4) { Act::Close } else { say(OK) }).await,
        Receiver::start(|n| if n.is_multiple_of(5) { Act::Hang } else { say(OK) }).await,
    ];
    let mut expected: Vec<(&Receiver, EndpointId, BTreeSet<String>)> = Vec::new();
    for (n, receiver) in receivers.iter().enumerate() {
        let endpoint = rig.endpoint(&receiver.destination()).await;
        expected.push((receiver, endpoint, rig.enqueue(endpoint, &format!("m{n}"), MESSAGES).await));
    }
    let all: usize = expected.iter().map(|(.., messages)| messages.len()).sum();

    let client = client(guard(), Duration::from_millis(400));
    let options = Options { margin: Duration::from_millis(200), ..hasty() };
    let mut told: BTreeSet<(EndpointId, String)> = BTreeSet::new();
    let mut take = async || {
        for report in rig.take().await {
            let What::Delivered(message) = report.what else { panic!("{report:?}") };
            assert!(told.insert((report.endpoint, message.to_string())), "{message} is told once");
        }
        told.len()
    };
    for _ in 0..KILLS {
        let workers = [rig.worker(&client, &options), rig.replica(&client, &options).await];
        tokio::time::sleep(Duration::from_millis(dice.random_range(5..150))).await;
        for worker in workers {
            worker.kill().await;
        }
        for (receiver, endpoint, _) in &expected {
            assert!(rig.delivered(*endpoint).await.is_subset(&receiver.arrived()), "what is delivered has arrived");
        }
        take().await;
    }
    let worker = rig.worker(&client, &options);
    until(async || take().await == all).await;
    for (receiver, endpoint, messages) in &expected {
        assert_eq!(receiver.arrived(), *messages);
        assert_eq!(rig.delivered(*endpoint).await, *messages);
    }
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_told_to_stop_ends_what_it_has_begun() {
    let rig = Rig::start(Clock::system()).await;
    let receiver = Receiver::start(|_| Act::SayAfter(Duration::from_millis(500), OK.into())).await;
    let endpoint = rig.endpoint(&receiver.destination()).await;
    rig.enqueue(endpoint, "m", MESSAGES).await;
    let worker = rig.worker(&client(guard(), Duration::from_mins(1)), &hasty());
    until(async || receiver.connections() > 0).await;
    worker.stop().await;
    let arrived = receiver.arrived();
    assert!(!arrived.is_empty() && arrived.len() < MESSAGES);
    assert_eq!(rig.delivered(endpoint).await, arrived, "what was sent was written down");
}
