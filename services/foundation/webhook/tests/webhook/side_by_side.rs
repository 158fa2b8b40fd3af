//! Several workers at the same time.

use std::time::Duration;

use kim_webhook::Clock;

use crate::{
    receiver::{Act, OK, Receiver},
    rig::{Rig, client, guard, hasty, until},
};

#[tokio::test(flavor = "multi_thread")]
async fn workers_side_by_side_double_nothing_and_keep_to_an_endpoints_share() {
    let rig = Rig::start(Clock::system()).await;
    let mut expected = Vec::new();
    for n in 0..5 {
        let receiver = Receiver::start(|_| Act::SayAfter(Duration::from_millis(10), OK.into())).await;
        let endpoint = rig.endpoint(&receiver.destination()).await;
        let messages = rig.enqueue(endpoint, &format!("m{n}"), 60).await;
        expected.push((receiver, endpoint, messages));
    }
    let client = client(guard(), Duration::from_mins(1));
    let options = hasty();
    let workers =
        [rig.worker(&client, &options), rig.replica(&client, &options).await, rig.replica(&client, &options).await];
    for (receiver, endpoint, messages) in &expected {
        until(async || rig.delivered(*endpoint).await == *messages).await;
        assert_eq!(receiver.arrived(), *messages);
        assert_eq!(receiver.most_often(), 1, "each came once");
        assert!(receiver.most_open() <= usize::from(options.share), "{} at once", receiver.most_open());
    }
    for worker in workers {
        worker.stop().await;
    }
}
