//! The relay, from a full log to an empty stream, beside raw publishing of the very same messages.

use std::{collections::VecDeque, time::Instant};

use anyhow::{Context, ensure};
use async_nats::{
    Client, HeaderMap,
    jetstream::{self, stream},
};
use bytes::Bytes;
use futures::StreamExt;
use kim_eventlog::{Log, OpenOptions, Relay, RelayStatus, Retention, stream_name};
use tokio_util::sync::CancellationToken;

use crate::{
    nation::filled,
    report::{Figure, Report},
    series::{Ratio, Series},
    serve::Identity,
    servers,
    stand::{Done, Stand},
};

const COMMUNITIES: usize = 8_000;
const IN_FLIGHT: usize = 512;
const WANTED_RATIO: f64 = 0.7;
const WANTED: f64 = 50_000.0;

/// A message as the relay published it.
struct Message {
    subject: async_nats::Subject,
    headers: HeaderMap,
    payload: Bytes,
}

pub async fn measure(rounds: usize, events: i64) -> anyhow::Result<Report> {
    let stand = Stand::start().await?;
    let identity = Identity::of(&stand.servers)?;
    filled(&stand.servers, &identity, "registry", COMMUNITIES, events).await?;
    let stop = CancellationToken::new();
    let pool = stand.servers.pool("registry").await?;
    let log = Log::open(pool, "registry", OpenOptions { simulated: false }, stop.clone()).await?;
    let head = log.newest().await?.sequence();
    let publisher = servers::client(&stand.servers.nats, "registry").await?;
    let raw = servers::client(&stand.servers.nats, "raw").await?;
    let jetstream = jetstream::new(raw.clone());

    relayed(&log, &publisher).await?;
    let messages = messages(&jetstream, head).await?;
    let bytes: usize = messages.iter().map(|message| message.payload.len() + message.headers.len()).sum();
    let mut config = jetstream.get_stream(stream_name("registry")).await?.get_info().await?.config;
    config.first_sequence = None;

    let mut one_inbox = Series::new("raw publish, 512 in flight, acknowledgements counted on one inbox");
    let mut futures = Series::new("raw publish, 512 in flight, async-nats' acknowledgement futures");
    let mut relay = Series::new("the relay");
    for _ in 0..rounds {
        anew(&jetstream, Some(&config)).await?;
        one_inbox.slices.push(stand.slice(publish_counting(&raw, copies(&messages))).await?);
        anew(&jetstream, None).await?;
        relay.slices.push(stand.slice(relayed(&log, &publisher)).await?);
        anew(&jetstream, Some(&config)).await?;
        futures.slices.push(stand.slice(publish_awaiting(&raw, copies(&messages))).await?);
    }
    stop.cancel();
    let ratios = vec![Ratio::of(&relay, &one_inbox, Some(WANTED_RATIO)), Ratio::of(&relay, &futures, None)];
    Ok(Report {
        measure: "relay",
        how: format!("{rounds} rounds, {head} events each"),
        machine: stand.machine.clone(),
        figures: vec![
            Figure::rate(&one_inbox, vec![]),
            Figure::rate(&futures, vec![Ratio::of(&futures, &one_inbox, None)]),
            Figure::rate(&relay, ratios).wanted(WANTED),
        ],
        notes: vec![format!(
            "Subjects, headers and payloads are the relay's own, made before: {} bytes of payload and {} headers a message.",
            bytes / messages.len().max(1),
            messages.first().map_or(0, |message| message.headers.len()),
        )],
    })
}

/// Deletes the stream; with a configuration, makes it again.
async fn anew(jetstream: &jetstream::Context, config: Option<&stream::Config>) -> anyhow::Result<()> {
    jetstream.delete_stream(stream_name("registry")).await?;
    if let Some(config) = config {
        jetstream.create_stream(config.clone()).await?;
    }
    Ok(())
}

/// Runs a relay until the stream has the whole log.
async fn relayed(log: &Log, client: &Client) -> anyhow::Result<Done> {
    let (stop, head) = (CancellationToken::new(), log.newest().await?);
    let begun = Instant::now();
    let relay =
        Relay::new(log.clone(), client.clone(), Retention { max_bytes: 10_000_000_000, ..Retention::default() });
    let mut status = relay.status();
    let running = tokio::spawn(relay.run(stop.clone()));
    status.wait_for(|status| matches!(status, RelayStatus::Running(at) if *at >= head)).await?;
    let took = begun.elapsed();
    stop.cancel();
    running.await?;
    Ok(Done { operations: head.sequence(), took, latencies: Vec::new() })
}

/// All of the stream, in memory.
async fn messages(jetstream: &jetstream::Context, count: u64) -> anyhow::Result<Vec<Message>> {
    let stream = jetstream.get_stream(stream_name("registry")).await?;
    let mut incoming = servers::from_the_start(&stream).await?;
    let mut messages = Vec::new();
    while (messages.len() as u64) < count {
        let message = incoming.next().await.context("the stream ended")??.message;
        let headers = message.headers.unwrap_or_default();
        messages.push(Message { subject: message.subject, headers, payload: message.payload });
    }
    Ok(messages)
}

fn copies(messages: &[Message]) -> Vec<Message> {
    let copy = |message: &Message| Message {
        subject: message.subject.clone(),
        headers: message.headers.clone(),
        payload: message.payload.clone(),
    };
    messages.iter().map(copy).collect()
}

/// The quickest way for messages that are each acknowledged: all acknowledgements come to one subject, in order.
async fn publish_counting(client: &Client, messages: Vec<Message>) -> anyhow::Result<Done> {
    let count = messages.len() as u64;
    let inbox = client.new_inbox();
    let mut acknowledgements = client.subscribe(inbox.clone()).await?;
    let begun = Instant::now();
    let mut in_flight = 0;
    for message in messages {
        let Message { subject, headers, payload } = message;
        client.publish_with_reply_and_headers(subject, inbox.clone(), headers, payload).await?;
        in_flight += 1;
        while in_flight >= IN_FLIGHT {
            acknowledged(&mut acknowledgements).await?;
            in_flight -= 1;
        }
    }
    for _ in 0..in_flight {
        acknowledged(&mut acknowledgements).await?;
    }
    Ok(Done { operations: count, took: begun.elapsed(), latencies: Vec::new() })
}

async fn acknowledged(acknowledgements: &mut async_nats::Subscriber) -> anyhow::Result<()> {
    let answer = acknowledgements.next().await.context("the connection is gone")?;
    let refused = answer.payload.windows(8).any(|part| part == b"\"error\":");
    ensure!(!refused, "the broker refused: {}", String::from_utf8_lossy(&answer.payload));
    Ok(())
}

async fn publish_awaiting(client: &Client, messages: Vec<Message>) -> anyhow::Result<Done> {
    let jetstream = jetstream::ContextBuilder::new().max_ack_inflight(2 * IN_FLIGHT).build(client.clone());
    let count = messages.len() as u64;
    let begun = Instant::now();
    let mut in_flight = VecDeque::new();
    for Message { subject, headers, payload } in messages {
        in_flight.push_back(jetstream.publish_with_headers(subject, headers, payload).await?);
        while in_flight.len() >= IN_FLIGHT
            && let Some(oldest) = in_flight.pop_front()
        {
            oldest.await?;
        }
    }
    for acknowledgement in in_flight {
        acknowledgement.await?;
    }
    Ok(Done { operations: count, took: begun.elapsed(), latencies: Vec::new() })
}
