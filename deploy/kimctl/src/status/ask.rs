//! Asks all parts at once, and looks again at what is behind.

use std::time::Duration;

use async_nats::jetstream::{self, ErrorCode, context::GetStreamErrorKind};
use futures::future::join_all;
use kim_contract::{
    log::v1::{GetLogRequest, GetLogResponse},
    reporting::v1::{GetReadModelRequest, GetReadModelResponse},
};
use kim_eventlog::stream_name;
use tokio::time::{Instant, sleep, timeout};
use tonic::{Status, transport::Channel};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};

use super::{
    Broker, FoldedLog, Health, IndexState, ReadModelState, Report, Service, StreamState, figures::Load, http,
    metrics::Metrics, verdict,
};
use crate::{
    cli::Options,
    connection::{self, Services, broker, channel},
    log::LogContext,
};

/// A part that takes longer does not answer.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long something may stand still before it is said to.
const STANDS_STILL: Duration = Duration::from_secs(3);
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// What was answered, before anybody says what it means.
pub(super) struct Found {
    /// In the order of [`LogContext::ALL`].
    pub logs: Vec<FoundLog>,
    pub projection: Service,
    pub nats: Broker,
    pub read_model: Result<ReadModelState, Silence>,
    /// What the projection measures.
    pub measured: Option<Metrics>,
}

/// A write service with its log.
pub(super) struct FoundLog {
    pub context: LogContext,
    pub service: Service,
    pub log: Result<GetLogResponse, Silence>,
    pub stream: Result<StreamState, NoStream>,
    pub index: Option<IndexState>,
    /// What the service measures.
    pub measured: Option<Metrics>,
}

/// Why a service said nothing about where it stands.
#[derive(Debug)]
pub(super) enum Silence {
    /// There is no token to ask with.
    NoToken(String),
    /// It was waited for in vain.
    Late,
    Refused(Status),
}

/// Why nothing is known about the stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoStream {
    /// The broker does not answer; that is told of the broker.
    NoBroker,
    Missing,
    Unreadable(String),
}

/// Asks everyone. An error only for addresses that are none.
pub async fn report(options: &Options) -> anyhow::Result<Report> {
    let mut channels = Vec::with_capacity(LogContext::ALL.len());
    for context in LogContext::ALL {
        channels.push((context, channel(&options.address_of(context))?));
    }
    let reporting = channel(&options.reporting())?;
    let services = match connection::token(options) {
        Ok(_) => Ok(Services::of(options)?),
        Err(error) => Err(format!("{error:#}")),
    };
    let client = timeout(PATIENCE, broker(options)).await;
    let client = client.unwrap_or_else(|_| Err(anyhow::anyhow!("NATS tidak menjawab di {}", options.nats())));
    let asked = Asked { services: services.as_ref().map_err(Clone::clone), client: client.as_ref().ok() };
    let writers = channels
        .into_iter()
        .map(|(context, channel)| service(options.address_of(context), channel, options.http_of(context)));
    let (writers, projection, mut positions) = tokio::join!(
        join_all(writers),
        service(options.reporting(), reporting, options.reporting_http()),
        asked.positions(),
    );
    let heads = positions.heads();
    if client.is_ok() && positions.is_behind(&heads) {
        positions = asked.positions_when_moved(positions).await;
    }
    let nats = Broker { address: options.nats(), trouble: client.err().map(|error| format!("{error:#}")) };
    // After the positions, so that what was asked is among what was measured.
    let heads = positions.heads();
    let (measured, of_projection) =
        tokio::join!(measured_when_moved(options, &heads), measured(options.reporting_http()));
    let with_load =
        |service: Service, metrics: &Option<Metrics>| Service { load: metrics.as_ref().map(Load::of), ..service };
    let logs = LogContext::ALL.into_iter().zip(writers).zip(positions.logs).zip(measured).map(
        |(((context, service), (log, stream)), (measured, index))| FoundLog {
            context,
            service: with_load(service, &measured),
            log,
            stream,
            index,
            measured,
        },
    );
    let projection = with_load(projection, &of_projection);
    let (logs, read_model) = (logs.collect(), positions.read_model);
    let found = Found { logs, projection, nats, read_model, measured: of_projection };
    Ok(verdict::report(found, &verdict::Advice::of(options)))
}

/// How far everything is.
struct Positions {
    /// In the order of [`LogContext::ALL`].
    logs: Vec<(Result<GetLogResponse, Silence>, Result<StreamState, NoStream>)>,
    read_model: Result<ReadModelState, Silence>,
}

impl Positions {
    /// Where the logs end, as far as they say it.
    fn heads(&self) -> Vec<Option<i64>> {
        self.logs.iter().map(|(log, _)| log.as_ref().ok().map(|log| log.head)).collect()
    }

    /// Whether a stream, or the read model, is behind a log.
    fn is_behind(&self, heads: &[Option<i64>]) -> bool {
        let streams = self.logs.iter().map(|(_, stream)| stream.as_ref().ok().map(|stream| stream.position));
        let folded = LogContext::ALL.map(|context| self.folded(context));
        let is_behind = |(position, head): (Option<i64>, &Option<i64>)| {
            position.zip(*head).is_some_and(|(position, head)| position < head)
        };
        streams.zip(heads).chain(folded.into_iter().zip(heads)).any(is_behind)
    }

    /// How far the read model has come in a log, if it says so.
    fn folded(&self, context: LogContext) -> Option<i64> {
        self.read_model.as_ref().ok()?.folded(context).map(|log| log.position)
    }
}

struct Asked<'a> {
    services: Result<&'a Services, String>,
    client: Option<&'a async_nats::Client>,
}

impl Asked<'_> {
    /// A stream before its log, and the read model before all of them: none is seen ahead of what it is made from, unless it is.
    async fn positions(&self) -> Positions {
        let read_model = self.read_model().await;
        let logs = join_all(LogContext::ALL.map(|context| async move {
            let stream = self.stream(context).await;
            (self.log(context).await, stream)
        }));
        Positions { logs: logs.await, read_model }
    }

    /// Looks again until all have come to where the logs ended, or too long a time has passed; marks what went on meanwhile.
    async fn positions_when_moved(&self, before: Positions) -> Positions {
        let heads = before.heads();
        let deadline = Instant::now() + STANDS_STILL;
        let mut now = self.positions().await;
        while now.is_behind(&heads) && Instant::now() < deadline {
            sleep(LOOK_AGAIN).await;
            now = self.positions().await;
        }
        let moved = |now: i64, before: Option<i64>, head: &Option<i64>| {
            Some(now) < *head && before.is_some_and(|before| now > before)
        };
        for (((_, stream), (_, first)), head) in now.logs.iter_mut().zip(&before.logs).zip(&heads) {
            if let Ok(stream) = stream {
                stream.catching_up = moved(stream.position, first.as_ref().ok().map(|first| first.position), head);
            }
        }
        if let Ok(model) = &mut now.read_model {
            for (context, head) in LogContext::ALL.into_iter().zip(&heads) {
                if let Some(log) = model.logs.iter_mut().find(|log| log.context == context) {
                    log.catching_up = moved(log.position, before.folded(context), head);
                }
            }
        }
        now
    }

    async fn log(&self, context: LogContext) -> Result<GetLogResponse, Silence> {
        let services = self.services.clone().map_err(Silence::NoToken)?;
        patient(services.log(context).get_log(services.request(GetLogRequest {}))).await
    }

    async fn read_model(&self) -> Result<ReadModelState, Silence> {
        let services = self.services.clone().map_err(Silence::NoToken)?;
        patient(services.reporting().get_read_model(services.request(GetReadModelRequest {}))).await.map(state)
    }

    async fn stream(&self, context: LogContext) -> Result<StreamState, NoStream> {
        let client = self.client.ok_or(NoStream::NoBroker)?;
        let name = stream_name(context.as_str());
        let context = jetstream::new(client.clone());
        match timeout(PATIENCE, context.get_stream(&name)).await {
            Ok(Ok(stream)) => {
                let state = &stream.cached_info().state;
                let position = |sequence: u64| i64::try_from(sequence).unwrap_or(i64::MAX);
                let (first, last) = (position(state.first_sequence), position(state.last_sequence));
                Ok(StreamState { name, first, position: last, bytes: state.bytes, catching_up: false })
            }
            Ok(Err(error)) => Err(match error.kind() {
                GetStreamErrorKind::JetStream(e) if e.error_code() == ErrorCode::STREAM_NOT_FOUND => NoStream::Missing,
                _ => NoStream::Unreadable(error.to_string()),
            }),
            Err(_) => Err(NoStream::Unreadable("JetStream tidak menjawab".to_owned())),
        }
    }
}

fn state(model: GetReadModelResponse) -> ReadModelState {
    let as_of = model.as_of.unwrap_or_default();
    let listed = i64::try_from(model.parked.len()).unwrap_or(i64::MAX);
    let parked = model.parked.into_iter().map(|parked| super::ParkedState {
        aggregate_id: parked.aggregate_id,
        position: parked.position,
        r#type: parked.r#type,
        reason: parked.reason,
        events: parked.events,
    });
    let folded = |context: LogContext| {
        let log = model.logs.iter().find(|log| log.context == context.as_str())?;
        Some(FoldedLog { context, position: log.position, catching_up: false })
    };
    ReadModelState {
        logs: LogContext::ALL.into_iter().filter_map(folded).collect(),
        lag_ms: model.lag_ms,
        generation: model.generation,
        decree: as_of.decree,
        parked_aggregates: listed.max(as_of.parked_aggregates),
        parked: parked.collect(),
    }
}

async fn service(address: String, channel: Channel, http: Option<String>) -> Service {
    let (health, readiness) = tokio::join!(health(channel), async {
        match http {
            Some(address) => http::readyz(&address).await,
            None => None,
        }
    });
    Service { address, health, readiness, load: None }
}

/// What each write service measures, and how far its index is: looked at again while one is behind its log.
async fn measured_when_moved(options: &Options, heads: &[Option<i64>]) -> Vec<(Option<Metrics>, Option<IndexState>)> {
    let deadline = Instant::now() + STANDS_STILL;
    let mut first: Option<Vec<Option<i64>>> = None;
    loop {
        let measured = join_all(LogContext::ALL.map(|context| measured(options.http_of(context)))).await;
        let at: Vec<Option<i64>> = LogContext::ALL
            .into_iter()
            .zip(&measured)
            .map(|(context, metrics)| IndexState::position(context, metrics.as_ref()?))
            .collect();
        let is_behind = at.iter().zip(heads).any(|(at, head)| at.is_some() && at < head);
        let first = first.get_or_insert_with(|| at.clone());
        if !is_behind || Instant::now() >= deadline {
            let index = |((at, first), head): ((&Option<i64>, &Option<i64>), &Option<i64>)| {
                at.map(|position| IndexState { position, catching_up: Some(position) < *head && at > first })
            };
            let indexes: Vec<_> = at.iter().zip(first.iter()).zip(heads).map(index).collect();
            return measured.into_iter().zip(indexes).collect();
        }
        sleep(LOOK_AGAIN).await;
    }
}

async fn measured(address: Option<String>) -> Option<Metrics> {
    http::metrics(&address?).await
}

async fn health(channel: Channel) -> Health {
    let request = HealthCheckRequest { service: String::new() };
    match timeout(PATIENCE, HealthClient::new(channel).check(request)).await {
        Ok(Ok(answer)) if answer.get_ref().status() == ServingStatus::Serving => Health::Serving,
        Ok(Ok(_)) => Health::NotServing,
        Ok(Err(_)) | Err(_) => Health::Silent,
    }
}

async fn patient<A>(answer: impl Future<Output = Result<tonic::Response<A>, Status>>) -> Result<A, Silence> {
    match timeout(PATIENCE, answer).await {
        Ok(answer) => answer.map(tonic::Response::into_inner).map_err(Silence::Refused),
        Err(_) => Err(Silence::Late),
    }
}
