//! Asks all parts at once, and looks again at what is behind.

use std::time::Duration;

use async_nats::jetstream::{self, ErrorCode, context::GetStreamErrorKind};
use kim_contract::{
    log::v1::{GetLogRequest, GetLogResponse},
    reporting::v1::{GetReadModelRequest, GetReadModelResponse},
};
use kim_eventlog::stream_name;
use tokio::time::{Instant, sleep, timeout};
use tonic::{Status, transport::Channel};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};

use super::{
    Broker, Health, ReadModelState, Report, Service, StreamState, figures::Load, http, metrics::Metrics, verdict,
};
use crate::{
    cli::Options,
    connection::{self, Services, broker, channel},
};

/// A part that takes longer does not answer.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long something may stand still before it is said to.
const STANDS_STILL: Duration = Duration::from_secs(3);
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// The write service whose log and stream are looked at.
const CONTEXT: &str = "registry";

/// What was answered, before anybody says what it means.
pub(super) struct Found {
    pub registry: Service,
    pub projection: Service,
    pub nats: Broker,
    pub log: Result<GetLogResponse, Silence>,
    pub stream: Result<StreamState, NoStream>,
    pub read_model: Result<ReadModelState, Silence>,
    /// What the registry measures, and what the projection.
    pub measured: [Option<Metrics>; 2],
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
    let registry = channel(&options.registry())?;
    let reporting = channel(&options.reporting())?;
    let services = match connection::token(options) {
        Ok(_) => Ok(Services::of(options)?),
        Err(error) => Err(format!("{error:#}")),
    };
    let client = timeout(PATIENCE, broker(options)).await;
    let client = client.unwrap_or_else(|_| Err(anyhow::anyhow!("NATS tidak menjawab di {}", options.nats())));
    let asked = Asked { services: services.as_ref().map_err(Clone::clone), client: client.as_ref().ok() };
    let (registry, projection, (mut log, mut stream, mut read_model)) = tokio::join!(
        service(options.registry(), registry, options.registry_http()),
        service(options.reporting(), reporting, options.reporting_http()),
        asked.positions(),
    );
    if let (Ok(log_then), true) = (&log, client.is_ok())
        && is_behind(log_then.head, &stream, &read_model)
    {
        let head = log_then.head;
        (log, stream, read_model) = asked.positions_when_moved(head, (stream, read_model), log).await;
    }
    let nats = Broker { address: options.nats(), trouble: client.err().map(|error| format!("{error:#}")) };
    // After the positions, so that what was asked is among what was measured.
    let measured: [Option<Metrics>; 2] =
        tokio::join!(measured(options.registry_http()), measured(options.reporting_http())).into();
    let with_load =
        |service: Service, metrics: &Option<Metrics>| Service { load: metrics.as_ref().map(Load::of), ..service };
    let (registry, projection) = (with_load(registry, &measured[0]), with_load(projection, &measured[1]));
    let found = Found { registry, projection, nats, log, stream, read_model, measured };
    Ok(verdict::report(found, &verdict::Advice::of(options)))
}

type Positions = (Result<GetLogResponse, Silence>, Result<StreamState, NoStream>, Result<ReadModelState, Silence>);

struct Asked<'a> {
    services: Result<&'a Services, String>,
    client: Option<&'a async_nats::Client>,
}

impl Asked<'_> {
    /// The stream before the log, and the read model before both: none is seen ahead of what it is made from, unless it is.
    async fn positions(&self) -> Positions {
        let read_model = self.read_model().await;
        let stream = self.stream().await;
        (self.log().await, stream, read_model)
    }

    /// Looks again until all have come to `head`, or too long a time has passed; marks what went on meanwhile.
    async fn positions_when_moved(
        &self,
        head: i64,
        before: (Result<StreamState, NoStream>, Result<ReadModelState, Silence>),
        log: Result<GetLogResponse, Silence>,
    ) -> Positions {
        let first_stream = before.0.as_ref().ok().map(|stream| stream.position);
        let first_model = before.1.as_ref().ok().map(|model| model.position);
        let deadline = Instant::now() + STANDS_STILL;
        let (mut log, (mut stream, mut read_model)) = (log, before);
        while is_behind(head, &stream, &read_model) && Instant::now() < deadline {
            sleep(LOOK_AGAIN).await;
            (log, stream, read_model) = self.positions().await;
        }
        if let Ok(stream) = &mut stream {
            stream.catching_up = stream.position < head && Some(stream.position) > first_stream;
        }
        if let Ok(model) = &mut read_model {
            model.catching_up = model.position < head && Some(model.position) > first_model;
        }
        (log, stream, read_model)
    }

    async fn log(&self) -> Result<GetLogResponse, Silence> {
        let services = self.services.clone().map_err(Silence::NoToken)?;
        patient(services.log().get_log(services.request(GetLogRequest {}))).await
    }

    async fn read_model(&self) -> Result<ReadModelState, Silence> {
        let services = self.services.clone().map_err(Silence::NoToken)?;
        patient(services.reporting().get_read_model(services.request(GetReadModelRequest {}))).await.map(state)
    }

    async fn stream(&self) -> Result<StreamState, NoStream> {
        let client = self.client.ok_or(NoStream::NoBroker)?;
        let name = stream_name(CONTEXT);
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

fn is_behind(head: i64, stream: &Result<StreamState, NoStream>, read_model: &Result<ReadModelState, Silence>) -> bool {
    stream.as_ref().is_ok_and(|stream| stream.position < head)
        || read_model.as_ref().is_ok_and(|model| model.position < head)
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
    ReadModelState {
        position: as_of.registry_position,
        lag_ms: model.lag_ms,
        generation: model.generation,
        decree: as_of.decree,
        parked_aggregates: listed.max(as_of.parked_aggregates),
        parked: parked.collect(),
        catching_up: false,
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
