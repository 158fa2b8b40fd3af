//! The two accounts of one history, read from the front.

use std::{collections::VecDeque, time::Duration};

use anyhow::{Context, anyhow};
use async_nats::jetstream::{
    self,
    consumer::{
        DeliverPolicy,
        pull::{Ordered, OrderedConfig},
    },
};
use futures::StreamExt;
use kim_contract::log::v1::{ReadRequest, ReadResponse};
use kim_eventlog::{Recorded, from_proto, recorded};
use tokio::time::timeout;
use tonic::Streaming;

use super::LogContext;
use crate::connection::{Services, words};

/// A source that is silent for longer has gone away.
const PATIENCE: Duration = Duration::from_secs(30);

/// The log as its service reads it out.
pub(super) struct LogSource {
    answers: Streaming<ReadResponse>,
    ready: VecDeque<Recorded>,
    /// What was appended later is not looked at.
    until: i64,
    ended: bool,
    context: LogContext,
}

impl LogSource {
    pub async fn open(services: &Services, context: LogContext, until: i64) -> anyhow::Result<Self> {
        let request = services.request(ReadRequest { from_position: 1, filter: None, follow: false });
        let asked = services.log(context).read(request).await;
        let answers = asked.map_err(|status| services.said(context, &status))?.into_inner();
        Ok(Self { answers, ready: VecDeque::new(), until, ended: until == 0, context })
    }

    /// The event at the front; `None` at the end.
    pub async fn peek(&mut self) -> anyhow::Result<Option<&Recorded>> {
        while self.ready.is_empty() && !self.ended {
            let silent = || format!("{} berhenti menjawab; coba lagi", self.context.service());
            let answer = timeout(PATIENCE, self.answers.message()).await.with_context(silent)?;
            match answer.map_err(|status| anyhow!("log: {}", words(&status)))? {
                None => self.ended = true,
                Some(answer) => {
                    self.ended = answer.position >= self.until;
                    for event in answer.events {
                        let position = event.position;
                        let event = from_proto(event).with_context(|| {
                            format!("kejadian di posisi {position} rusak: ada kolom yang tidak sah")
                        })?;
                        if event.position.get() <= self.until {
                            self.ready.push_back(event);
                        }
                    }
                }
            }
        }
        Ok(self.ready.front())
    }

    pub fn take(&mut self) {
        self.ready.pop_front();
    }
}

/// A message of the stream, and the event that it is, or why it is none.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub sequence: i64,
    pub event: Result<Recorded, String>,
}

/// The stream as the broker has it.
pub(super) struct StreamSource {
    messages: Ordered,
    ready: Option<Message>,
    first: i64,
    until: i64,
    ended: bool,
}

impl StreamSource {
    pub async fn open(jetstream: &jetstream::Context, name: &str, until: i64) -> anyhow::Result<Self> {
        let stream = jetstream.get_stream(name).await.with_context(|| format!("aliran {name} tidak terbaca"))?;
        let state = &stream.cached_info().state;
        let (first, is_empty) = (state.first_sequence.max(1), state.messages == 0);
        let deliver_policy = DeliverPolicy::ByStartSequence { start_sequence: first };
        let config = OrderedConfig { deliver_policy, ..OrderedConfig::default() };
        let consumer = stream.create_consumer(config).await.with_context(|| format!("aliran {name} tidak terbaca"))?;
        let messages = consumer.messages().await.with_context(|| format!("aliran {name} tidak terbaca"))?;
        let first = i64::try_from(first).unwrap_or(i64::MAX);
        Ok(Self { messages, ready: None, first, until, ended: is_empty || first > until })
    }

    /// The oldest sequence that the broker keeps.
    pub fn first(&self) -> i64 {
        self.first
    }

    /// The message at the front; `None` at the end.
    pub async fn peek(&mut self) -> anyhow::Result<Option<&Message>> {
        if self.ready.is_none() && !self.ended {
            let message = timeout(PATIENCE, self.messages.next()).await.context("NATS berhenti menjawab; coba lagi")?;
            let message = message.context("aliran terputus; coba lagi")?.context("aliran terputus; coba lagi")?;
            let info = message.info().map_err(|error| anyhow!("pesan tanpa nomor urut: {error}"))?;
            let sequence = i64::try_from(info.stream_sequence).unwrap_or(i64::MAX);
            // The last ones may be missing, and then nothing more comes.
            self.ended = sequence >= self.until || info.pending == 0;
            if sequence <= self.until {
                let headers = message.headers.clone().unwrap_or_default();
                let event = recorded(&message.subject, &headers, message.payload.clone()).map_err(|e| e.to_string());
                self.ready = Some(Message { sequence, event });
            }
        }
        Ok(self.ready.as_ref())
    }

    pub fn take(&mut self) {
        self.ready = None;
    }
}
