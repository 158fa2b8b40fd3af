//! `kimctl log verify`: the log and its stream side by side; and `kimctl log reconcile`, after a restore.

pub mod closure;
mod compare;
mod context;
mod difference;
mod reconcile;
mod source;
mod standing;
mod verdict;

use std::time::Duration;

use anyhow::{anyhow, bail};
use async_nats::jetstream::{self, ErrorCode, context::GetStreamErrorKind};
use kim_contract::log::v1::{GetLogRequest, GetLogResponse};
use kim_eventlog::stream_name;
use tokio::time::{Instant, sleep};

use self::{
    compare::{Comparison, Next},
    source::{LogSource, StreamSource},
};
pub use self::{
    context::LogContext,
    difference::{Difference, Remedy},
    reconcile::reconcile,
    standing::Standing,
    verdict::Verdict,
};
use crate::{
    cli::Options,
    connection::{self, Services, broker},
    progress::Progress,
    token::Claims,
};

/// How long the relay may stand still before what it has not published counts as missing.
const STANDS_STILL: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Reads both from their beginnings to the head that the log had when this began.
pub async fn verify(options: &Options, context: LogContext) -> anyhow::Result<Verdict> {
    let services = Services::of(options)?;
    // A narrower token sees a part of the log, and a part has holes.
    let claims = Claims::read(&connection::token(options)?)?;
    if !claims.is_national() {
        bail!("token ini hanya melihat sebagian log; pakai token nasional: --token-file");
    }
    let log = head(&services, context).await?;
    let jetstream = jetstream::new(broker(options).await?);
    let last = published(&jetstream, context, &log).await?;
    // Looked at again: what the stream had must be in the log by now.
    let log = GetLogResponse { head: head(&services, context).await?.head.max(log.head), ..log };

    let mut progress = Progress::begin("Membandingkan log dan aliran");
    let mut stream = StreamSource::open(&jetstream, &stream_name(context.as_str()), last).await?;
    let mut events = LogSource::open(&services, context, log.head).await?;
    let mut comparison = Comparison::new(context, &log, stream.first(), last)?;
    loop {
        let next = comparison.step(events.peek().await?, stream.peek().await?);
        match next {
            Next::Both => {
                events.take();
                stream.take();
            }
            Next::Log => events.take(),
            Next::Stream => stream.take(),
            Next::End => break,
        }
        if comparison.looked_at() % 256 == 0 {
            progress.set(comparison.looked_at(), log.head.max(last));
        }
    }
    Ok(comparison.end(progress.elapsed()))
}

async fn head(services: &Services, context: LogContext) -> anyhow::Result<GetLogResponse> {
    let answer = services.log(context).get_log(services.request(GetLogRequest {})).await;
    Ok(answer.map_err(|status| services.said(context, &status))?.into_inner())
}

/// The stream's last sequence, once it has come to the log's head or the relay stands still.
async fn published(jetstream: &jetstream::Context, context: LogContext, log: &GetLogResponse) -> anyhow::Result<i64> {
    let name = stream_name(context.as_str());
    let (mut last, mut moved) = (-1, Instant::now());
    loop {
        let stream = jetstream.get_stream(&name).await.map_err(|error| match error.kind() {
            GetStreamErrorKind::JetStream(e) if e.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                anyhow!(
                    "aliran {name} belum ada; relai membuatnya bila {} berjalan: periksa dengan kimctl status",
                    context.service()
                )
            }
            _ => {
                anyhow!("aliran {name} tidak terbaca: NATS tidak menjawab, atau kunci NATS ini tidak berhak ({error})")
            }
        })?;
        let now = i64::try_from(stream.cached_info().state.last_sequence).unwrap_or(i64::MAX);
        if now > last {
            (last, moved) = (now, Instant::now());
        }
        if last >= log.head || moved.elapsed() > STANDS_STILL {
            return Ok(last);
        }
        sleep(LOOK_AGAIN).await;
    }
}
