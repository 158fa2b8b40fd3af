//! `EventLogService`: a service's own log over gRPC, for those allowed to read it.

mod reconcile;

use std::{pin::Pin, sync::Arc};

use kim_contract::log::v1::{
    DigestRequest, DigestResponse, EventFilter, GetLogRequest, GetLogResponse, ReadRequest, ReadResponse,
    ReconcileRequest, ReconcileResponse, event_log_service_server::EventLogService,
};
use tokio::sync::mpsc;
use tokio_stream::{Stream, wrappers::ReceiverStream};
use tonic::{Request, Response, Status};
use uuid::Uuid;

pub use self::reconcile::{AuthoriseDecision, Explain, Reconciling};
use crate::{
    Decision, Filter, Log, Position, Recorded, Version,
    remote::{timestamp, to_proto},
    tally::LONGEST_RANGE,
};

const BATCH: i64 = 500;
/// Bytes of payload in one message.
const ANSWER: usize = 1024 * 1024;

/// Decides whether a call may read the log, and narrows what it sees. The chassis' access rules stand behind it.
pub type Authorise = dyn Fn(&tonic::Extensions, Filter) -> Result<Filter, Status> + Send + Sync;

/// The service of one log.
pub struct LogService {
    log: Log,
    authorise: Box<Authorise>,
    reconciling: Option<Arc<Reconciling>>,
}

impl LogService {
    #[must_use]
    pub fn new(log: Log, authorise: Box<Authorise>) -> Self {
        Self { log, authorise, reconciling: None }
    }

    /// Lets those who may decide what becomes of the log after a restore.
    #[must_use]
    pub fn reconciling(self, reconciling: Reconciling) -> Self {
        Self { reconciling: Some(Arc::new(reconciling)), ..self }
    }
}

#[tonic::async_trait]
impl EventLogService for LogService {
    type ReconcileStream = Pin<Box<dyn Stream<Item = Result<ReconcileResponse, Status>> + Send>>;
    type ReadStream = Pin<Box<dyn Stream<Item = Result<ReadResponse, Status>> + Send>>;

    async fn get_log(&self, request: Request<GetLogRequest>) -> Result<Response<GetLogResponse>, Status> {
        (self.authorise)(request.extensions(), Filter::default())?;
        let head = self.log.newest().await.map_err(|e| unavailable(&e))?;
        let newest = self.log.at(head).await.map_err(|e| unavailable(&e))?;
        let decision = Decision::newest(self.log.pool()).await.map_err(|e| unavailable(&e))?;
        let alarm = self.log.gate().noted_alarm().await.map_err(|e| unavailable(&e))?;
        Ok(Response::new(GetLogResponse {
            log_id: self.log.id().to_string(),
            context: self.log.context().to_owned(),
            head: head.get(),
            simulated: self.log.is_simulated(),
            head_recorded_time: newest.map(|event| timestamp(event.recorded_time)),
            closure: self.log.gate().closed().map(reconcile::closure),
            alarm: reconcile::alarm(alarm).into(),
            last_decision: decision.as_ref().map(reconcile::decision_message),
        }))
    }

    async fn read(&self, request: Request<ReadRequest>) -> Result<Response<Self::ReadStream>, Status> {
        let wanted = filter(request.get_ref().filter.as_ref())?;
        let filter = (self.authorise)(request.extensions(), wanted)?;
        let ReadRequest { from_position, follow, .. } = request.into_inner();
        let from = Position::new(from_position.max(1)).unwrap_or_default();
        let head = self.log.newest().await.map_err(|e| unavailable(&e))?;
        if from > head.next() {
            return Err(Status::out_of_range(format!("the log ends at {head}")));
        }
        if let (Some(aggregate), false) = (filter.aggregate, follow) {
            // By the aggregate's own index, and not through all of the log.
            let events = self.log.load(aggregate, Version::NONE).await.map_err(|e| unavailable(&e))?;
            let matches = |event: &Recorded| (from..=head).contains(&event.position) && filter.matches(event);
            let answers = answers(events.into_iter().filter(matches).collect(), head);
            return Ok(Response::new(Box::pin(tokio_stream::iter(answers.into_iter().map(Ok)))));
        }
        let (sender, receiver) = mpsc::channel(4);
        tokio::spawn(stream(self.log.clone(), from, (!follow).then_some(head), filter, sender));
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    async fn digest(&self, request: Request<DigestRequest>) -> Result<Response<DigestResponse>, Status> {
        let wanted = filter(request.get_ref().filter.as_ref())?;
        let filter = (self.authorise)(request.extensions(), wanted)?;
        let DigestRequest { from_position, to_position, .. } = request.into_inner();
        let range = Position::new(from_position).zip(Position::new(to_position));
        let (from, to) = range
            .filter(|(from, to)| *from > Position::START && from <= to && to.get() - from.get() < LONGEST_RANGE)
            .ok_or_else(|| {
                Status::invalid_argument(format!(
                    "from_position and to_position: a range from 1 on, of 1 to {LONGEST_RANGE} positions; \
                     ask for the pieces of a longer one, add their counts and join their digests by XOR"
                ))
            })?;
        let head = self.log.newest().await.map_err(|e| unavailable(&e))?;
        if to > head {
            return Err(Status::out_of_range(format!("the log ends at {head}")));
        }
        let tally = self.log.tally(from, to, &filter).await.map_err(|e| unavailable(&e))?;
        Ok(Response::new(DigestResponse {
            log_id: self.log.id().to_string(),
            count: tally.count,
            digest: tally.digest.to_be_bytes().to_vec(),
            filter: Some(filter_to_proto(filter)),
        }))
    }

    async fn reconcile(&self, request: Request<ReconcileRequest>) -> Result<Response<Self::ReconcileStream>, Status> {
        let reconciling = self.reconciling.clone().ok_or_else(|| Status::unimplemented("this log has no guard"))?;
        let subject = (reconciling.authorise)(request.extensions())?;
        let (sender, receiver) = mpsc::channel(4);
        tokio::spawn(async move {
            let outcome = reconcile::reconcile(&reconciling, request.into_inner(), subject, &sender).await;
            if let Err(status) = outcome {
                let _ = sender.send(Err(status)).await;
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }
}

async fn stream(
    log: Log,
    mut next: Position,
    until: Option<Position>,
    filter: Filter,
    sender: mpsc::Sender<Result<ReadResponse, Status>>,
) {
    let mut head = log.head();
    while until.is_none_or(|until| next <= until) {
        head.borrow_and_update();
        let (mut events, last) = match log.read(next, BATCH, &filter).await {
            Ok(read) => read,
            Err(error) => {
                let _ = sender.send(Err(unavailable(&error))).await;
                return;
            }
        };
        if last < next {
            tokio::select! {
                changed = head.changed() => if changed.is_err() { return },
                () = sender.closed() => return,
            }
            continue;
        }
        let position = until.map_or(last, |until| last.min(until));
        events.retain(|event| event.position <= position);
        for answer in answers(events, position) {
            if sender.send(Ok(answer)).await.is_err() {
                return;
            }
        }
        next = position.next();
    }
}

/// Events in messages that every client takes: gRPC's usual limit is 4 MB.
fn answers(events: Vec<Recorded>, position: Position) -> Vec<ReadResponse> {
    let mut answers = vec![ReadResponse::default()];
    let mut size = 0;
    for event in events {
        let last = answers.last_mut().expect("there is one from the start");
        if size > 0 && size + event.payload.len() > ANSWER {
            last.position = event.position.get() - 1;
            size = 0;
            answers.push(ReadResponse::default());
        }
        size += event.payload.len();
        answers.last_mut().expect("there is one from the start").events.push(to_proto(event));
    }
    answers.last_mut().expect("there is one from the start").position = position.get();
    answers
}

fn filter(filter: Option<&EventFilter>) -> Result<Filter, Status> {
    let Some(filter) = filter else { return Ok(Filter::default()) };
    let code = filter.region_code.replace('.', "");
    let (province, regency) = match code.len() {
        0 => (None, None),
        2 => (Some(code), None),
        4 if code.is_ascii() => (Some(code[..2].to_owned()), Some(code)),
        _ => return Err(Status::invalid_argument("filter.region_code: a province (14) or a regency (14.01)")),
    };
    let aggregate = match filter.aggregate_id.as_str() {
        "" => None,
        id => Some(Uuid::parse_str(id).map_err(|_| Status::invalid_argument("filter.aggregate_id: not a UUID"))?),
    };
    Ok(Filter { types: filter.types.clone(), province, regency, aggregate })
}

fn filter_to_proto(filter: Filter) -> EventFilter {
    let dotted = |regency: String| format!("{}.{}", &regency[..2], &regency[2..]);
    EventFilter {
        types: filter.types,
        region_code: filter.regency.map(dotted).or(filter.province).unwrap_or_default(),
        aggregate_id: filter.aggregate.map(|id| id.to_string()).unwrap_or_default(),
    }
}

fn unavailable(error: &sqlx::Error) -> Status {
    tracing::error!(%error, "the log could not be read");
    Status::unavailable("the log could not be read; try again")
}
