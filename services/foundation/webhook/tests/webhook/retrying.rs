//! Retries over days, on a clock that the test drives.

use std::time::Duration;

use kim_webhook::{Client, Clock, DeadReason, EndpointId, Failure, Options, Schedule, State, What};
use time::{OffsetDateTime, macros::datetime};

use crate::{
    receiver::{BUSY, OK, Receiver, say},
    rig::{Hand, Rig, Running, client, guard, hasty, message, until},
};

const BEGIN: OffsetDateTime = datetime!(2022-10-06 02:00 UTC);
/// Standard Webhooks' schedule, in seconds.
const DELAYS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

struct Days {
    rig: Rig,
    hand: Hand,
    client: Client,
}

impl Days {
    async fn start() -> Self {
        let hand = Hand::at(BEGIN);
        let client = client(guard(), Duration::from_mins(1));
        Self { rig: Rig::start(hand.clock()).await, hand, client }
    }

    fn worker(&self) -> Running {
        self.rig.worker(&self.client, &Options { schedule: Schedule::default(), ..hasty() })
    }

    /// When a message that is not being sent is due.
    async fn due(&self, endpoint: EndpointId) -> Option<OffsetDateTime> {
        sqlx::query_scalar(
            "SELECT min(due_at) FROM webhook.message WHERE endpoint_id = $1 AND state = 'waiting' AND lease IS NULL",
        )
        .bind(endpoint.0)
        .fetch_one(&self.rig.pool)
        .await
        .unwrap()
    }

    /// Waits until the worker has looked at everything that is due: what is queued last arrives.
    async fn looked(&self) {
        let marker = Receiver::start(|_| say(OK)).await;
        for n in 0..2 {
            let endpoint = self.rig.endpoint(&marker.destination()).await;
            self.rig.enqueue(endpoint, &format!("marker{n}"), 1).await;
            until(async || self.rig.delivered(endpoint).await.len() == 1).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_tried_ten_times_in_three_days_and_then_is_a_dead_letter() {
    let days = Days::start().await;
    let receiver = Receiver::start(|_| say(BUSY)).await;
    let endpoint = days.rig.endpoint(&receiver.destination()).await;
    days.rig.enqueue(endpoint, "m", 1).await;
    let worker = days.worker();
    for (n, delay) in DELAYS.into_iter().enumerate() {
        until(async || receiver.connections() == n + 1 && days.due(endpoint).await.is_some()).await;
        let due = days.due(endpoint).await.unwrap();
        let waits = (due - days.hand.now()).as_seconds_f64();
        let (least, most) = (delay as f64, delay as f64 * 1.2);
        assert!((least..=most).contains(&(waits + 0.001)), "after attempt {}: {waits} s", n + 1);
        days.hand.to(due - time::Duration::seconds(2));
        days.looked().await;
        assert_eq!(receiver.connections(), n + 1, "it is not tried before it is due");
        days.hand.to(due);
    }
    let [What::Dead { message: id, reason, last }] = &days.rig.told().await[..] else { panic!("a dead letter") };
    assert_eq!((id, *reason, *last), (&message("m-0").id, DeadReason::Exhausted, Some(Failure::Unavailable)));
    assert_eq!((receiver.connections(), receiver.most_often()), (10, 10), "each time with the same id");
    assert_eq!(days.rig.came(endpoint).await["unavailable"], 10);
    let condition = days.rig.queue.condition(endpoint).await.unwrap().unwrap();
    assert_eq!((condition.state, condition.failures), (State::Active, 10));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_fails_for_five_days_is_suspended_and_its_messages_are_dead_letters() {
    let days = Days::start().await;
    let receiver = Receiver::start(|_| say(BUSY)).await;
    let endpoint = days.rig.endpoint(&receiver.destination()).await;
    days.rig.enqueue(endpoint, "first", 1).await;
    let worker = days.worker();
    until(async || days.rig.came(endpoint).await.contains_key("unavailable")).await;
    days.hand.to(BEGIN + time::Duration::days(5) - time::Duration::minutes(10));
    days.rig.enqueue(endpoint, "later", 1).await;
    until(async || days.rig.came(endpoint).await["unavailable"] == 2).await;
    assert_eq!(days.rig.queue.condition(endpoint).await.unwrap().unwrap().state, State::Active);

    days.hand.to(BEGIN + time::Duration::days(5));
    let mut told = Vec::new();
    until(async || {
        told.extend(days.rig.take().await.into_iter().map(|report| report.what));
        told.len() == 3
    })
    .await;
    assert_eq!(told[0], What::Stopped(State::Suspended));
    for dead in &told[1..] {
        let expected = DeadReason::Stopped(State::Suspended);
        assert!(matches!(dead, What::Dead { reason, last: Some(Failure::Unavailable), .. } if *reason == expected));
    }
    let connections = receiver.connections();
    days.rig.enqueue(endpoint, "too-late", 1).await;
    let [What::Dead { message: id, last: None, .. }] = &days.rig.told().await[..] else { panic!("a dead letter") };
    assert_eq!((id, receiver.connections()), (&message("too-late-0").id, connections), "it is not called any more");
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_asks_for_time_gets_it_for_all_its_messages() {
    let days = Days::start().await;
    let busy = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 7200\r\ncontent-length: 0\r\n\r\n";
    let receiver = Receiver::start(move |n| if n == 0 { say(busy) } else { say(OK) }).await;
    let endpoint = days.rig.endpoint(&receiver.destination()).await;
    days.rig.enqueue(endpoint, "m", 1).await;
    let worker = days.worker();
    until(async || days.rig.came(endpoint).await.contains_key("unavailable")).await;
    days.rig.enqueue(endpoint, "n", 1).await;
    days.hand.to(BEGIN + time::Duration::seconds(7_199));
    days.looked().await;
    assert_eq!(receiver.connections(), 1);
    days.hand.to(BEGIN + time::Duration::seconds(7_201));
    until(async || days.rig.delivered(endpoint).await.len() == 2).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_wants_no_more_is_not_called_again() {
    let rig = Rig::start(Clock::system()).await;
    let receiver = Receiver::start(|_| say("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n")).await;
    let endpoint = rig.endpoint(&receiver.destination()).await;
    rig.enqueue(endpoint, "m", 10).await;
    let worker = rig.worker(&client(guard(), Duration::from_mins(1)), &hasty());
    let mut told = Vec::new();
    until(async || {
        told.extend(rig.take().await.into_iter().map(|report| report.what));
        told.len() == 11
    })
    .await;
    assert_eq!(told.iter().filter(|what| **what == What::Stopped(State::Gone)).count(), 1);
    let gone = |what: &&What| matches!(what, What::Dead { reason: DeadReason::Stopped(State::Gone), .. });
    assert_eq!(told.iter().filter(gone).count(), 10);
    assert!(receiver.connections() <= 4, "what was on its way, and no more");
    worker.stop().await;
}
