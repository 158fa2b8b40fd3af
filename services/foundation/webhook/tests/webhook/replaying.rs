//! What ended is sent again.

use std::{collections::BTreeSet, time::Duration};

use kim_desk::list::Paging;
use kim_webhook::{Again, Clock, DeadReason, EndpointId, Failure, Options, ReplayError, Schedule, State};
use time::OffsetDateTime;

use crate::{
    receiver::{BUSY, OK, Receiver, say},
    rig::{Rig, client, guard, hasty, message, until},
};

const NO_RETRY: [Duration; 0] = [];

async fn replay(rig: &Rig, endpoint: EndpointId, again: Again) -> Result<u64, ReplayError> {
    let mut connection = rig.pool.acquire().await.unwrap();
    rig.queue.replay(&mut connection, endpoint, &again).await
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_are_listed_and_arrive_when_they_are_sent_again() {
    let rig = Rig::start(Clock::system()).await;
    let receiver = Receiver::start(|n| if n < 5 { say(BUSY) } else { say(OK) }).await;
    let endpoint = rig.endpoint(&receiver.destination()).await;
    let messages = rig.enqueue(endpoint, "m", 5).await;
    let options = Options { schedule: Schedule::new(NO_RETRY, Duration::from_hours(1)), ..hasty() };
    let worker = rig.worker(&client(guard(), Duration::from_mins(1)), &options);
    let mut dead = 0;
    until(async || {
        dead += rig.take().await.len();
        dead == 5
    })
    .await;

    let first = Paging::new(3, "", "dead").unwrap();
    let (newest, token) = rig.queue.dead_letters(endpoint, &first).await.unwrap();
    let (rest, end) = rig.queue.dead_letters(endpoint, &Paging::new(3, &token, "dead").unwrap()).await.unwrap();
    assert_eq!((newest.len(), rest.len(), end.as_str()), (3, 2, ""));
    let listed: BTreeSet<String> = newest.iter().chain(&rest).map(|letter| letter.message.to_string()).collect();
    assert_eq!(listed, messages);
    let why = (newest[0].reason, newest[0].last, newest[0].attempts);
    assert_eq!(why, (DeadReason::Exhausted, Some(Failure::Unavailable), 1));

    assert_eq!(replay(&rig, endpoint, Again::DeadLetters).await.unwrap(), 5);
    until(async || rig.delivered(endpoint).await == messages).await;
    assert_eq!(rig.take().await.len(), 5, "they are told again, as delivered");
    assert!(rig.queue.dead_letters(endpoint, &first).await.unwrap().0.is_empty());
    assert_eq!(replay(&rig, endpoint, Again::DeadLetters).await.unwrap(), 0);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_delivered_is_sent_again_from_a_message_or_a_time_on() {
    let rig = Rig::start(Clock::system()).await;
    let receiver = Receiver::start(|_| say(OK)).await;
    let endpoint = rig.endpoint(&receiver.destination()).await;
    let worker = rig.worker(&client(guard(), Duration::from_mins(1)), &hasty());
    rig.enqueue(endpoint, "old", 3).await;
    until(async || rig.delivered(endpoint).await.len() == 3).await;
    let between = OffsetDateTime::now_utc();
    rig.enqueue(endpoint, "new", 3).await;
    until(async || rig.delivered(endpoint).await.len() == 6).await;

    let id = |name: &str| message(name).id;
    for (again, count) in [
        (Again::Message(id("old-1")), 1),
        (Again::SinceMessage(id("old-2")), 4),
        (Again::SinceMessage(id("new-0")), 3),
        (Again::Since(between), 3),
        (Again::Since(OffsetDateTime::now_utc() + Duration::from_mins(1)), 0),
    ] {
        let before = receiver.connections();
        assert_eq!(replay(&rig, endpoint, again.clone()).await.unwrap(), count, "{again:?}");
        until(async || rig.delivered(endpoint).await.len() == 6).await;
        assert_eq!(receiver.connections() - before, usize::try_from(count).unwrap(), "{again:?}");
    }
    let refused = replay(&rig, endpoint, Again::SinceMessage(id("nobody"))).await;
    assert!(matches!(refused, Err(ReplayError::UnknownMessage)));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_again_to_an_endpoint_before_it_is_resumed() {
    let rig = Rig::start(Clock::system()).await;
    let receiver = Receiver::start(|_| say(OK)).await;
    let endpoint = rig.endpoint(&receiver.destination()).await;
    let messages = rig.enqueue(endpoint, "m", 3).await;
    let mut connection = rig.pool.acquire().await.unwrap();
    assert!(rig.queue.disable(&mut connection, endpoint).await.unwrap());
    assert!(!rig.queue.disable(&mut connection, endpoint).await.unwrap());
    let worker = rig.worker(&client(guard(), Duration::from_mins(1)), &hasty());
    let paging = Paging::new(50, "", "dead").unwrap();
    until(async || rig.queue.dead_letters(endpoint, &paging).await.unwrap().0.len() == 3).await;
    let refused = replay(&rig, endpoint, Again::DeadLetters).await;
    assert!(matches!(refused, Err(ReplayError::NotActive(State::Disabled))));

    assert!(rig.queue.resume(&mut connection, endpoint).await.unwrap());
    assert_eq!(replay(&rig, endpoint, Again::DeadLetters).await.unwrap(), 3);
    until(async || rig.delivered(endpoint).await == messages).await;
    assert_eq!(receiver.arrived(), messages);
    worker.stop().await;
}
