//! The stream's settings: what the relay makes it with, and puts right when somebody changed them.

use std::collections::HashMap;

use async_nats::jetstream::{
    context::UpdateStreamErrorKind,
    stream::{Compression, Config, DiscardPolicy, Info, RetentionPolicy, StorageType},
};

use super::{OwnStream, Unanswered};
use crate::{
    Log, Position, Retention,
    message::{stream_name, stream_subjects},
};

/// Says in the stream's metadata whose events it holds.
const LOG: &str = "kim-log";

/// A stream that is not there yet.
pub(super) fn fresh(log: &Log, retention: Retention, first: Position) -> Config {
    let bare = Config { first_sequence: Some(first.sequence()), ..Config::default() };
    right(&bare, log, retention)
}

/// The settings as they should be, with what the broker adds of its own.
fn right(found: &Config, log: &Log, retention: Retention) -> Config {
    let mut metadata: HashMap<String, String> = found.metadata.clone();
    metadata.insert(LOG.to_owned(), log.id().to_string());
    let max_consumers = if found.max_consumers == 0 { -1 } else { found.max_consumers };
    Config {
        name: stream_name(log.context()),
        subjects: vec![stream_subjects(log.context())],
        storage: StorageType::File,
        retention: RetentionPolicy::Limits,
        discard: DiscardPolicy::Old,
        discard_new_per_subject: false,
        max_age: retention.max_age,
        max_bytes: retention.max_bytes,
        max_messages: -1,
        max_messages_per_subject: -1,
        max_message_size: -1,
        max_consumers,
        num_replicas: retention.replicas,
        // A block that is full would be compressed, and meanwhile nobody could read from it.
        compression: Some(Compression::None),
        no_ack: false,
        sealed: false,
        consumer_limits: None,
        // Nobody takes a message out, or puts one in its place.
        deny_delete: true,
        deny_purge: true,
        allow_rollup: false,
        allow_message_ttl: false,
        subject_delete_marker_ttl: None,
        allow_message_schedules: false,
        allow_message_counter: false,
        // Any replica answers, so that each is compared with the log.
        allow_direct: true,
        mirror: None,
        sources: None,
        republish: None,
        subject_transform: None,
        metadata,
        ..found.clone()
    }
}

/// The settings as they should be, but for those that publishing does not depend on.
fn tolerating(wanted: &Config, found: &Config) -> Config {
    Config {
        num_replicas: found.num_replicas,
        max_age: found.max_age,
        max_bytes: found.max_bytes,
        compression: found.compression.clone(),
        allow_direct: found.allow_direct,
        ..wanted.clone()
    }
}

/// What became of settings that were not as they should be.
pub(crate) enum Settings {
    Right,
    Mended,
    /// All but what limits how much is kept and how often: publishing can go on.
    Partly(String),
    /// The broker does not change them on a stream that is there.
    Fixed(String),
}

impl OwnStream {
    /// Whether the stream says that it is this log's.
    pub(super) fn is_ours(&self, config: &Config) -> bool {
        config.metadata.get(LOG).is_some_and(|id| *id == self.log.id().to_string())
    }

    /// Whether somebody changed the settings. What the broker refused to change counts only when it was changed since.
    pub fn drifts(&self, info: &Info) -> bool {
        let wanted = right(&info.config, &self.log, self.retention);
        wanted != info.config && tolerating(&wanted, &info.config) != info.config
    }

    /// Puts the settings right.
    pub async fn put_right(&self, info: &Info) -> Result<Settings, Unanswered> {
        let found = &info.config;
        let wanted = right(found, &self.log, self.retention);
        if wanted == *found {
            return Ok(Settings::Right);
        }
        let Err(refusal) = self.update(&wanted).await? else {
            tracing::warn!(stream = wanted.name, "the stream's settings were changed by somebody, and put right");
            return Ok(Settings::Mended);
        };
        let tolerated = tolerating(&wanted, found);
        if tolerated == *found || self.update(&tolerated).await?.is_ok() {
            return Ok(Settings::Partly(refusal));
        }
        Ok(Settings::Fixed(refusal))
    }

    /// The broker's refusal, if it refuses.
    async fn update(&self, config: &Config) -> Result<Result<(), String>, Unanswered> {
        match self.jetstream.update_stream(config).await {
            Ok(_) => Ok(Ok(())),
            Err(error) => match error.kind() {
                UpdateStreamErrorKind::JetStream(refusal) => Ok(Err(refusal.to_string())),
                _ => Err(Unanswered::broker(error)),
            },
        }
    }
}
