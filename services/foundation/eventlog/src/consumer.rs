//! A stream's consumer, watched: the client makes a lost one anew by itself, and then what comes may be of another stream.

use std::{convert::Infallible, time::Duration};

use async_nats::{
    Client,
    connection::State,
    jetstream::{self, consumer::DeliverPolicy, consumer::pull, stream},
};
use futures::{FutureExt, StreamExt};
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
    messages: Box<dyn Stream<Item = Message> + Send + Unpin>,
    source: Source,
    /// The consumer that messages come from.
    name: Option<String>,
    /// What was read, and is still to be handed on.
    read: Batch,
    /// Why no more comes after it.
    end: Option<End>,
    look: Interval,
    heard: Instant,
}

enum End {
    Over,
    Broken(FeedError),
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
    async fn wait(&mut self) -> Result<Option<Message>, FeedError> {
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
            if now.created != self.source.created || now.last < self.read.reached {
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

    /// The events that were read and those that have come since, `max` at most; waits for the first. `None` when there is an end.
    pub(crate) async fn next(&mut self, max: usize) -> Result<Option<Batch>, FeedError> {
        while self.read.events.is_empty() {
            match self.end.take() {
                None => self.read_one().await,
                Some(End::Over) => return Ok(None),
                Some(End::Broken(error)) => return Err(error),
            }
        }
        while self.may_read(max)
            && let Some(message) = self.messages.next().now_or_never()
        {
            self.comes(message);
        }
        let next = Batch::after(self.read.reached);
        Ok(Some(std::mem::replace(&mut self.read, next)))
    }

    /// Reads what comes, `max` events at most, for as long as it is awaited: it never ends by itself.
    pub(crate) async fn read_ahead(&mut self, max: usize) -> Infallible {
        while self.may_read(max) {
            self.read_one().await;
        }
        std::future::pending().await
    }

    fn may_read(&self, max: usize) -> bool {
        self.end.is_none() && self.read.events.len() < max
    }

    async fn read_one(&mut self) {
        match self.wait().await {
            Ok(message) => self.comes(message),
            Err(error) => self.end = Some(End::Broken(error)),
        }
    }

    /// What came before a break is handed on first.
    fn comes(&mut self, message: Option<Message>) {
        self.end = match message.map(|message| self.add(&message.map_err(broken)?)) {
            Some(Ok(())) => return,
            Some(Err(error)) => Some(End::Broken(error)),
            None => Some(End::Over),
        };
    }

    fn add(&mut self, message: &jetstream::Message) -> Result<(), FeedError> {
        let info = message.info().map_err(broken)?;
        if *self.name.get_or_insert_with(|| info.consumer.to_owned()) != info.consumer {
            return Err(broken("its consumer was lost"));
        }
        let sequence = info.stream_sequence;
        let foreign = |reason: String| FeedError::Foreign { sequence, reason };
        let headers = message.headers.as_ref().ok_or_else(|| foreign("it has no headers".into()))?;
        let event = recorded(&message.subject, headers, message.payload.clone()).map_err(|e| foreign(e.to_string()))?;
        if event.position.sequence() != sequence {
            return Err(foreign(format!("it says that it is position {}", event.position)));
        }
        self.read.head = Position::from_sequence(sequence + info.pending).unwrap_or_default();
        self.read.published = info.published;
        self.read.reached = event.position;
        self.read.events.push(event);
        Ok(())
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
            read: Batch::after(Position::START),
            end: None,
            look,
            heard: Instant::now(),
        })
    }
}

fn broken(error: impl std::fmt::Display) -> FeedError {
    FeedError::Stream(error.to_string())
}
