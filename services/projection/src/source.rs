//! Where events come from, and what is known of each log.

use std::time::Duration;

use async_nats::jetstream;
use kim_eventlog::{Feed, Log, Position, RemoteLog, in_time, stream_name};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::context::Context;

/// How long to wait before a service that did not answer is asked again what its log is.
const AGAIN: Duration = Duration::from_secs(2);
/// And one that did: a log can be put in the place of another.
const ANEW: Duration = Duration::from_mins(1);

/// The events of one log, which can be opened again and again, once for each generation.
#[derive(Clone)]
pub struct Source {
    pub context: Context,
    origin: Origin,
}

#[derive(Clone)]
enum Origin {
    Stream { client: async_nats::Client, log: Option<RemoteLog> },
    Log(Log),
}

/// The source does not answer.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("the stream of {0} does not answer: {1}")]
    Stream(Context, String),
    #[error("the log does not answer")]
    Log(#[from] sqlx::Error),
}

impl Source {
    /// The stream; what it no longer keeps is read from the service whose log it is.
    #[must_use]
    pub fn stream(context: Context, client: async_nats::Client, log: Option<RemoteLog>) -> Self {
        Self { context, origin: Origin::Stream { client, log } }
    }

    /// The log itself, where a program has both.
    #[must_use]
    pub fn log(context: Context, log: Log) -> Self {
        Self { context, origin: Origin::Log(log) }
    }

    #[must_use]
    pub fn feed(&self) -> Feed {
        match &self.origin {
            Origin::Stream { client, log } => {
                Feed::Stream { client: client.clone(), context: self.context.name().into(), log: log.clone() }
            }
            Origin::Log(log) => Feed::Log(log.clone()),
        }
    }

    /// The newest position that it has.
    pub async fn head(&self) -> Result<Position, SourceError> {
        match &self.origin {
            Origin::Stream { client, .. } => {
                let jetstream = jetstream::new(client.clone());
                let stream = jetstream
                    .get_stream(stream_name(self.context.name()))
                    .await
                    .map_err(|error| SourceError::Stream(self.context, error.to_string()))?;
                Ok(Position::from_sequence(stream.cached_info().state.last_sequence).unwrap_or_default())
            }
            Origin::Log(log) => Ok(log.newest().await?),
        }
    }
}

/// What a service says of its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    pub context: Context,
    pub log_id: Uuid,
    pub simulated: bool,
}

impl Identity {
    /// Keeps it in the database, so that it is known when the service is down.
    pub async fn keep(self, pool: &PgPool) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO public.source (log_id, context, simulated) VALUES ($1, $2, $3)
             ON CONFLICT (log_id) DO UPDATE SET simulated = excluded.simulated",
        )
        .bind(self.log_id)
        .bind(self.context.name())
        .bind(self.simulated)
        .execute(pool)
        .await?;
        Ok(())
    }
}

/// Whether a service has ever said what its log is.
pub async fn is_known(context: Context, pool: &PgPool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM public.source WHERE context = $1)")
        .bind(context.name())
        .fetch_one(pool)
        .await
}

/// Asks a service what its log is, from time to time, and keeps the answer.
pub async fn learn(context: Context, log: RemoteLog, pool: PgPool, stop: CancellationToken) {
    let mut known = None;
    loop {
        let pause = match ask(context, &log).await {
            Ok(identity) if known == Some(identity) => ANEW,
            Ok(identity) => match in_time(AGAIN, identity.keep(&pool)).await {
                Ok(()) => {
                    known = Some(identity);
                    ANEW
                }
                Err(error) => {
                    tracing::warn!(%error, %context, "identitas log tidak dapat disimpan");
                    AGAIN
                }
            },
            Err(reason) => {
                tracing::info!(reason, %context, "layanan belum menjawab; dicoba lagi");
                if known.is_some() { ANEW } else { AGAIN }
            }
        };
        if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
            return;
        }
    }
}

async fn ask(context: Context, log: &RemoteLog) -> Result<Identity, String> {
    let log = log.head().await.map_err(|error| error.to_string())?;
    if log.context != context.name() {
        return Err(format!("this is the log of {}", log.context));
    }
    Ok(Identity { context, log_id: log.log_id.0, simulated: log.simulated })
}
