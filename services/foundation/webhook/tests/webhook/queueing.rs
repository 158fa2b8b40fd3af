//! What comes into the queue, and what its owner reads of it.

use std::{collections::BTreeSet, time::Duration};

use kim_desk::list::Paging;
use kim_webhook::{
    Clock, DeadReason, EndpointId, EnqueueError, Enqueued, Failure, Message, Options, State, Verdict, What,
};
use uuid::Uuid;

use crate::{
    receiver::{OK, Receiver, say},
    rig::{Rig, client, guard, hasty, message, until},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_queued_with_its_transaction_and_once() {
    let rig = Rig::start(Clock::system()).await;
    let receiver = Receiver::start(|_| say(OK)).await;
    let endpoint = rig.endpoint(&receiver.destination()).await;
    let other = rig.endpoint(&receiver.destination()).await;

    let mut transaction = rig.pool.begin().await.unwrap();
    let enqueued = rig.queue.enqueue(&mut transaction, endpoint, &message("undone")).await.unwrap();
    assert_eq!(enqueued, Enqueued::New);
    transaction.rollback().await.unwrap();

    let mut connection = rig.pool.acquire().await.unwrap();
    for (to, expected) in [(endpoint, Enqueued::New), (endpoint, Enqueued::Repeated), (other, Enqueued::New)] {
        assert_eq!(rig.queue.enqueue(&mut connection, to, &message("m")).await.unwrap(), expected);
    }
    let changed = Message::new(message("m").id, message("m").kind, "{}").unwrap();
    let refused = rig.queue.enqueue(&mut connection, endpoint, &changed).await;
    assert!(matches!(refused, Err(EnqueueError::IdReused(id)) if id.as_str() == "m"));
    let refused = rig.queue.enqueue(&mut connection, EndpointId(Uuid::now_v7()), &message("m")).await;
    assert!(matches!(refused, Err(EnqueueError::UnknownEndpoint)));

    let worker = rig.worker(&client(guard(), Duration::from_mins(1)), &hasty());
    let mut told = 0;
    until(async || {
        told += rig.take().await.len();
        told == 2
    })
    .await;
    assert_eq!((receiver.connections(), receiver.arrived()), (2, BTreeSet::from(["m".to_owned()])));
    let enqueued = rig.queue.enqueue(&mut connection, endpoint, &message("m")).await.unwrap();
    assert_eq!(enqueued, Enqueued::Repeated, "it went through the queue");
    worker.stop().await;
    assert_eq!(receiver.connections(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_that_is_not_settled_is_told_again_by_the_same_id_and_to_one_at_a_time() {
    let rig = Rig::start(Clock::system()).await;
    let receiver = Receiver::start(|_| say(OK)).await;
    let endpoint = rig.endpoint(&receiver.destination()).await;
    rig.enqueue(endpoint, "m", 5).await;
    let worker = rig.worker(&client(guard(), Duration::from_mins(1)), &hasty());
    until(async || rig.delivered(endpoint).await.len() == 5).await;
    worker.stop().await;

    let mut first = rig.pool.begin().await.unwrap();
    let mut second = rig.pool.begin().await.unwrap();
    let told = rig.queue.outcomes(&mut first, 3).await.unwrap();
    let others = rig.queue.outcomes(&mut second, 10).await.unwrap();
    assert_eq!((told.len(), others.len()), (3, 2), "another replica gets the others");
    let settled: Vec<Uuid> = told.iter().map(|report| report.id).collect();
    rig.queue.settle(&mut first, &settled[..1]).await.unwrap();
    first.rollback().await.unwrap();
    second.rollback().await.unwrap();

    let again = rig.take().await;
    assert_eq!(again.len(), 5, "what was rolled back is still to be told");
    assert_eq!(again[..3], told[..], "by the same ids");
    assert!(rig.take().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_removed_or_erased_gets_nothing_and_what_waited_is_told_to_be_dead() {
    let rig = Rig::start(Clock::system()).await;
    let receiver = Receiver::start(|_| say(OK)).await;
    let (removed, erased, silent) = (
        rig.endpoint(&receiver.destination()).await,
        rig.endpoint(&receiver.destination()).await,
        rig.endpoint(&receiver.destination()).await,
    );
    rig.enqueue(removed, "removed", 2).await;
    rig.enqueue(erased, "erased", 2).await;
    let messages = rig.enqueue(silent, "silent", 2).await;
    rig.put(erased, b"").await;
    rig.put(silent, b"silent").await;
    rig.queue.remove(&mut rig.pool.acquire().await.unwrap(), removed).await.unwrap();
    assert_eq!(rig.queue.condition(removed).await.unwrap(), None);

    let worker = rig.worker(&client(guard(), Duration::from_mins(1)), &hasty());
    let mut told = Vec::new();
    until(async || {
        told.extend(rig.take().await.into_iter().map(|report| (report.endpoint, report.what)));
        told.len() == 5
    })
    .await;
    assert!(told.contains(&(erased, What::Stopped(State::Disabled))));
    for (endpoint, prefix) in [(removed, "removed"), (erased, "erased")] {
        for n in 0..2 {
            let message = message(&format!("{prefix}-{n}")).id;
            let dead = What::Dead { message, reason: DeadReason::Stopped(State::Disabled), last: None };
            assert!(told.contains(&(endpoint, dead)), "{told:?}");
        }
    }
    assert_eq!(rig.queue.condition(erased).await.unwrap().unwrap().state, State::Disabled);
    let condition = rig.queue.condition(silent).await.unwrap().unwrap();
    assert_eq!((condition.state, condition.failures), (State::Active, 0), "a vault that is away is nobody's fault");
    assert!(rig.came(silent).await.is_empty() && receiver.connections() == 0);
    worker.stop().await;

    // The vault is back, and nobody has waited in vain.
    rig.put(silent, receiver.destination().reveal().as_bytes()).await;
    sqlx::query("UPDATE webhook.message SET due_at = queued_at").execute(&rig.pool).await.unwrap();
    let worker = rig.worker(&client(guard(), Duration::from_mins(1)), &hasty());
    until(async || rig.delivered(silent).await == messages).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_delivery_log_is_read_page_by_page_from_the_newest_on() {
    let rig = Rig::start(Clock::system()).await;
    let receiver = Receiver::start(|n| if n == 0 { say("HTTP/1.1 418 I'm a teapot\r\n\r\n") } else { say(OK) }).await;
    let endpoint = rig.endpoint(&receiver.destination()).await;
    let other = rig.endpoint(&receiver.destination()).await;
    let messages = rig.enqueue(endpoint, "m", 5).await;
    // One after the other, so that the first attempt ends first.
    let worker = rig.worker(&client(guard(), Duration::from_mins(1)), &Options { share: 1, ..hasty() });
    until(async || rig.delivered(endpoint).await == messages).await;
    rig.enqueue(other, "other", 1).await;
    until(async || rig.delivered(other).await.len() == 1).await;
    worker.stop().await;

    let mut attempts = Vec::new();
    let mut token = String::new();
    loop {
        let paging = Paging::new(4, &token, "attempts").unwrap();
        let (page, next) = rig.queue.attempts(endpoint, &paging).await.unwrap();
        assert!(page.len() <= 4);
        attempts.extend(page);
        if next.is_empty() {
            break;
        }
        token = next;
    }
    assert_eq!(attempts.len(), 6);
    let refused = attempts.last().unwrap();
    assert_eq!((refused.verdict, refused.status, refused.number), (Verdict::Failed(Failure::Refused), Some(418), 1));
    let arrived: BTreeSet<String> = attempts[..5].iter().map(|attempt| attempt.message.to_string()).collect();
    assert_eq!(arrived, messages);
    assert!(attempts[..5].iter().all(|attempt| attempt.verdict == Verdict::Delivered && attempt.status == Some(200)));

    let forgotten = rig.queue.forget(time::OffsetDateTime::now_utc() + Duration::from_mins(1), 4).await.unwrap();
    assert_eq!(forgotten, 4, "no more than so many at once");
    let paging = Paging::new(50, "", "attempts").unwrap();
    let left = rig.queue.attempts(endpoint, &paging).await.unwrap().0;
    assert!(left.len() < 6, "attempts go with their message");
}
