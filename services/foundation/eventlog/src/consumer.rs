//! A stream's consumer, watched: the client makes a lost one anew by itself, and then what comes may be of another stream.

use std::time::Duration;

use async_nats::{
    Client,
    connection::State,
    jetstream::{self, consumer::DeliverPolicy, consumer::pull, stream},
};
use futures::StreamExt;
use time::OffsetDateTime;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, timeout};
use tokio_stream::Stream;
use uuid::Uuid;

use crate::{
    Part, Position,
    feed::{Batch, FeedError},
    message::{recorded, stream_name},
};

/// How often the connection is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How long nothing comes before the broker is asked whether the stream is still the same.
const SILENCE: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(3);

type Message = Result<jetstream::Message, pull::OrderedError>;

/// A stream as it was when it was looked at.
pub(crate) struct Source {
    stream: stream::Stream,
    client: Client,
    /// The oldest sequence that it keeps, and the newest.
    pub(crate) first: Position,
    pub(crate) last: Position,
    created: OffsetDateTime,
}

pub(crate) struct Consumer {
    pub(crate) messages: Box<dyn Stream<Item = Message> + Send + Unpin>,
    source: Source,
    /// The consumer that messages come from.
    name: Option<String>,
    /// The last sequence that came.
    last: Position,
    look: Interval,
    heard: Instant,
}

impl Consumer {
    pub(crate) async fn source(client: &Client, context: &str) -> Result<Source, FeedError> {
        let asked = timeout(PATIENCE, jetstream::new(client.clone()).get_stream(stream_name(context))).await;
        let stream = asked.map_err(|_| broken("the broker does not answer"))?.map_err(broken)?;
        let info = stream.cached_info();
        let position = |sequence| Position::from_sequence(sequence).unwrap_or_default();
        Ok(Source {
            client: client.clone(),
            first: position(info.state.first_sequence),
            last: position(info.state.last_sequence),
            created: info.created,
            stream,
        })
    }

    /// Waits for a message. `None` when there is an end.
    pub(crate) async fn wait(&mut self) -> Result<Option<Message>, FeedError> {
        loop {
            tokio::select! {
                message = self.messages.next() => {
                    self.heard = Instant::now();
                    return Ok(message);
                }
                _ = self.look.tick() => self.check().await?,
            }
        }
    }

    /// Whether it still can be heard: the client would wait for a lost broker without end, and for a stream that was made anew
    /// until that one is as long as the old one was.
    async fn check(&mut self) -> Result<(), FeedError> {
        if self.source.client.connection_state() != State::Connected {
            return Err(broken("the broker is not connected"));
        }
        if self.heard.elapsed() > SILENCE {
            let now = self.now().await?;
            if now.created != self.source.created || now.last < self.last {
                return Err(broken("the stream was made anew"));
            }
            self.heard = Instant::now();
        }
        Ok(())
    }

    /// The stream as it is now.
    pub(crate) async fn now(&mut self) -> Result<Source, FeedError> {
        let name = &self.source.stream.cached_info().config.name;
        Self::source(&self.source.client, name).await
    }

    /// The events of messages that came one after the other.
    pub(crate) fn batch(&mut self, messages: Vec<Message>) -> Result<Batch, FeedError> {
        let mut batch = Batch {
            events: Vec::with_capacity(messages.len()),
            reached: self.last,
            head: self.last,
            published: OffsetDateTime::UNIX_EPOCH,
        };
        for message in messages {
            let message = match message {
                Ok(message) => message,
                // What came before the break is folded first; the break shows again.
                Err(_) if !batch.events.is_empty() => break,
                Err(error) => return Err(broken(error)),
            };
            let info = message.info().map_err(broken)?;
            if *self.name.get_or_insert_with(|| info.consumer.to_owned()) != info.consumer {
                if batch.events.is_empty() {
                    return Err(broken("its consumer was lost"));
                }
                // The next message shows it again.
                break;
            }
            let sequence = info.stream_sequence;
            let foreign = |reason: String| FeedError::Foreign { sequence, reason };
            let headers = message.headers.as_ref().ok_or_else(|| foreign("it has no headers".into()))?;
            let event =
                recorded(&message.subject, headers, message.payload.clone()).map_err(|e| foreign(e.to_string()))?;
            if event.position.sequence() != sequence {
                return Err(foreign(format!("it says that it is position {}", event.position)));
            }
            batch.head = Position::from_sequence(sequence + info.pending).unwrap_or_default();
            batch.published = info.published;
            batch.reached = event.position;
            batch.events.push(event);
        }
        self.last = batch.reached;
        Ok(batch)
    }
}

impl Source {
    /// What comes from `from` on, of a part or of all.
    pub(crate) async fn consume(
        self,
        from: Position,
        part: Option<&Part>,
        context: &str,
    ) -> Result<Consumer, FeedError> {
        let mut config = pull::OrderedConfig {
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: from.sequence() },
            ..pull::OrderedConfig::default()
        };
        if let Some(part) = part {
            // With a name, the subject that it is made by ends with the filter: so a reader can be kept to its part.
            config.name = Some(Uuid::now_v7().simple().to_string());
            config.filter_subject = part.subjects(context);
        }
        let consumer = self.stream.create_consumer(config).await.map_err(broken)?;
        let messages = consumer.messages().await.map_err(broken)?;
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Consumer {
            messages: Box::new(messages),
            source: self,
            name: None,
            last: Position::START,
            look,
            heard: Instant::now(),
        })
    }
}

fn broken(error: impl std::fmt::Display) -> FeedError {
    FeedError::Stream(error.to_string())
}
