//! Endpoints that do everything wrong, beside endpoints that answer.

use std::{io, time::Duration};

use kim_webhook::{Addresses, Clock, Guard, Resolve};

use crate::{
    receiver::{Act, BUSY, OK, Receiver, say},
    rig::{Rig, client, exceptions, hasty, until},
};

/// Far longer than the test: what hangs hangs until its end.
const HANG: Duration = Duration::from_mins(30);
const MESSAGES: usize = 20;

/// A name whose owner leads it inside.
struct Inside;

impl Resolve for Inside {
    fn resolve<'a>(&'a self, name: &'a str) -> Addresses<'a> {
        Box::pin(async move {
            match name {
                "inside.example" => Ok(vec![[127, 0, 0, 2].into()]),
                "both.example" => Ok(vec![[127, 0, 0, 1].into(), [127, 0, 0, 2].into()]),
                _ => Err(io::ErrorKind::NotFound.into()),
            }
        })
    }
}

/// "Late" is what waits for an attempt to an endpoint that hangs: here none of those ever ends.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_an_endpoint_does_nothing_is_lost_and_the_others_are_not_late() {
    let rig = Rig::start(Clock::system()).await;
    let inside = Receiver::start_at([127, 0, 0, 2].into(), |_| say(OK)).await;
    let redirect = format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{}/terima\r\n\r\n", inside.at);
    let twice = format!("{OK}{OK}");
    let first = |times: usize, wrong: Act| move |n: usize| if n < times { wrong.clone() } else { say(OK) };

    // More of them than there are slots, each with more messages than its share.
    let mut hanging = Vec::new();
    for _ in 0..12 {
        hanging.push(Receiver::start(|_| Act::Hang).await);
    }
    // They come to all their messages, sooner or later.
    let arriving = [
        ("answers", Receiver::start(|_| say(OK)).await),
        ("answers too", Receiver::start(|_| say(OK)).await),
        ("answers twice", Receiver::start(move |_| say(&twice)).await),
        ("is slow", Receiver::start(|_| Act::SayAfter(Duration::from_millis(300), OK.into())).await),
        ("answers 500 at first", Receiver::start(first(5, say(BUSY))).await),
        ("closes at first", Receiver::start(first(5, Act::Close)).await),
        ("closes in the head at first", Receiver::start(first(5, say("HTTP/1.1 200 OK\r\ncontent-le"))).await),
        (
            "closes in the body at first",
            Receiver::start(first(5, say("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok"))).await,
        ),
        ("talks nonsense at first", Receiver::start(first(5, say("220 smtp.example ESMTP\r\n"))).await),
        ("redirects inside at first", Receiver::start(first(5, Act::Say(redirect))).await),
        ("writes without end", Receiver::start(|_| Act::Endless).await),
    ];
    let mut expected = Vec::new();
    for (n, receiver) in hanging.iter().enumerate() {
        let endpoint = rig.endpoint(&receiver.destination()).await;
        rig.enqueue(endpoint, &format!("hanging{n}"), MESSAGES).await;
    }
    let mut guarded = Vec::new();
    for name in ["inside.example", "both.example"] {
        let endpoint = rig.endpoint(&inside.named(name)).await;
        rig.enqueue(endpoint, "inside", 1).await;
        guarded.push(endpoint);
    }
    for (n, (what, receiver)) in arriving.iter().enumerate() {
        let endpoint = rig.endpoint(&receiver.destination()).await;
        expected.push((what, receiver, endpoint, rig.enqueue(endpoint, &format!("m{n}"), MESSAGES).await));
    }

    let client = client(Guard::resolving(exceptions(), Inside), HANG);
    let worker = rig.worker(&client, &hasty());
    for (what, receiver, endpoint, messages) in &expected {
        until(async || rig.delivered(*endpoint).await == *messages).await;
        assert_eq!(receiver.arrived(), *messages, "{what}");
    }
    for endpoint in guarded {
        until(async || rig.came(endpoint).await.contains_key("not_allowed")).await;
        assert!(rig.delivered(endpoint).await.is_empty());
        assert_eq!(rig.came(endpoint).await.len(), 1, "the guard does not change its mind");
    }
    assert_eq!(inside.connections(), 0, "nothing leads inside");
    for receiver in &hanging {
        assert!((1..=4).contains(&receiver.connections()), "each hangs, and has no more than its share");
    }
    let late: i64 = sqlx::query_scalar("SELECT count(*) FROM webhook.attempt WHERE outcome = 'late'")
        .fetch_one(&rig.pool)
        .await
        .unwrap();
    assert_eq!(late, 0, "nobody has waited for one that hangs");
    worker.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_with_very_many_messages_delays_none_with_a_single_one() {
    let rig = Rig::start(Clock::system()).await;
    let (many, one) = (Receiver::start(|_| say(OK)).await, Receiver::start(|_| say(OK)).await);
    let crowded = rig.endpoint(&many.destination()).await;
    rig.enqueue(crowded, "first", 1).await;
    sqlx::query(
        "INSERT INTO webhook.message (queued_id, endpoint_id, message_id, kind, payload, queued_at, due_at)
         SELECT gen_random_uuid(), endpoint_id, 'many-' || n, kind, payload, queued_at, due_at
         FROM webhook.message, generate_series(1, 30000) n",
    )
    .execute(&rig.pool)
    .await
    .unwrap();
    let worker = rig.worker(&client(crate::rig::guard(), HANG), &hasty());
    until(async || many.connections() > 0).await;
    let lonely = rig.endpoint(&one.destination()).await;
    let message = rig.enqueue(lonely, "single", 1).await;
    until(async || one.arrived() == message).await;
    assert!(many.connections() < 15_000, "it did not wait for its turn behind the others");
    worker.stop().await;
}
