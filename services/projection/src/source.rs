//! Where the registry's events come from, and what is known of its log.

use std::time::Duration;

use async_nats::jetstream;
use kim_eventlog::{Feed, Log, Position, RemoteLog, in_time, stream_name};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::store::CONTEXT;

/// How long to wait before a registry that did not answer is asked again what its log is.
const AGAIN: Duration = Duration::from_secs(2);
/// And one that did: a log can be put in the place of another.
const ANEW: Duration = Duration::from_mins(1);

/// A source of events that can be opened again and again, once for each generation.
#[derive(Clone)]
pub enum Source {
    /// The stream; what it no longer keeps is read from the registry.
    Stream { client: async_nats::Client, log: Option<RemoteLog> },
    /// The log itself, where a program has both.
    Log(Log),
}

/// The source does not answer.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("the stream does not answer: {0}")]
    Stream(String),
    #[error("the log does not answer")]
    Log(#[from] sqlx::Error),
}

impl Source {
    #[must_use]
    pub fn feed(&self) -> Feed {
        match self {
            Self::Stream { client, log } => {
                Feed::Stream { client: client.clone(), context: CONTEXT.into(), log: log.clone() }
            }
            Self::Log(log) => Feed::Log(log.clone()),
        }
    }

    /// The newest position that it has.
    pub async fn head(&self) -> Result<Position, SourceError> {
        match self {
            Self::Stream { client, .. } => {
                let jetstream = jetstream::new(client.clone());
                let stream = jetstream
                    .get_stream(stream_name(CONTEXT))
                    .await
                    .map_err(|error| SourceError::Stream(error.to_string()))?;
                Ok(Position::from_sequence(stream.cached_info().state.last_sequence).unwrap_or_default())
            }
            Self::Log(log) => Ok(log.newest().await?),
        }
    }
}

/// What a registry says of its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    pub log_id: Uuid,
    pub simulated: bool,
}

impl Identity {
    /// Keeps it in the database, so that it is known when the registry is down.
    pub async fn keep(self, pool: &PgPool) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO public.source (log_id, context, simulated) VALUES ($1, $2, $3)
             ON CONFLICT (log_id) DO UPDATE SET simulated = excluded.simulated",
        )
        .bind(self.log_id)
        .bind(CONTEXT)
        .bind(self.simulated)
        .execute(pool)
        .await?;
        Ok(())
    }
}

/// Asks the registry what its log is, from time to time, and keeps the answer.
pub async fn learn(log: RemoteLog, pool: PgPool, stop: CancellationToken) {
    let mut known = None;
    loop {
        let pause = match ask(&log).await {
            Ok(identity) if known == Some(identity) => ANEW,
            Ok(identity) => match in_time(AGAIN, identity.keep(&pool)).await {
                Ok(()) => {
                    known = Some(identity);
                    ANEW
                }
                Err(error) => {
                    tracing::warn!(%error, "identitas log tidak dapat disimpan");
                    AGAIN
                }
            },
            Err(reason) => {
                tracing::info!(reason, "registri belum menjawab; dicoba lagi");
                if known.is_some() { ANEW } else { AGAIN }
            }
        };
        if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
            return;
        }
    }
}

async fn ask(log: &RemoteLog) -> Result<Identity, String> {
    let log = log.head().await.map_err(|error| error.to_string())?;
    if log.context != CONTEXT {
        return Err(format!("this is the log of {}", log.context));
    }
    Ok(Identity { log_id: log.log_id.0, simulated: log.simulated })
}
