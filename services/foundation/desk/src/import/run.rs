//! One stream of rows: messages in, an answer for each message, in order.

use std::future::Future;

use kim_chassis::errors::Fault;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Status, Streaming};

use super::{lanes::Lanes, metrics::Metrics};

/// Messages whose rows are in flight at a time; a caller that sends more waits.
const MESSAGES: usize = 8;

pub type Results<T> = ReceiverStream<Result<T, Status>>;

/// A row `R` at the door, whose result is a `T`.
pub enum Admitted<R, T> {
    Answered(T),
    /// To be worked on after the other rows of this key.
    Ready {
        key: u128,
        row: R,
    },
}

/// A row that an importer looked at.
pub type AdmittedBy<I> = Admitted<<I as Importer>::Row, <I as Importer>::Result>;

/// What one kind of import does with its rows.
pub trait Importer: Send + 'static {
    type Message: Send + 'static;
    type Answer: Send + 'static;
    type Row: Send + 'static;
    /// What a row is answered.
    type Result: Send + 'static;

    /// Looks at a message's rows in their order.
    fn admit(&mut self, message: Self::Message) -> impl Future<Output = Result<Vec<AdmittedBy<Self>>, Status>> + Send;
    fn work(&self) -> impl Fn(Self::Row) -> Self::Work + Send + Sync + 'static;
    type Work: Future<Output = Result<Self::Result, Status>> + Send;
    /// `None` while nothing is said of the row.
    fn outcome(result: &Self::Result) -> Option<Outcome>;
    fn answer(results: Vec<Self::Result>) -> Self::Answer;
}

/// What a row may come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was new, and is committed.
    Accepted,
    /// It was known already.
    Unchanged,
    Refused,
}

enum Pending<T> {
    Answered(T),
    Later(oneshot::Receiver<Result<T, Status>>),
}

/// Runs an import into the log of `context` until the caller ends its stream, or the service drains.
pub fn run<I: Importer>(
    importer: I,
    context: &str,
    messages: Streaming<I::Message>,
    draining: CancellationToken,
) -> Results<I::Answer> {
    let (answers, results) = mpsc::channel(MESSAGES);
    let (chunks, pending) = mpsc::channel(MESSAGES);
    tokio::spawn(take(importer, messages, draining, chunks));
    tokio::spawn(give::<I>(pending, answers, Metrics::new(context)));
    ReceiverStream::new(results)
}

async fn take<I: Importer>(
    mut importer: I,
    mut messages: Streaming<I::Message>,
    draining: CancellationToken,
    chunks: mpsc::Sender<Result<Vec<Pending<I::Result>>, Status>>,
) {
    let lanes = Lanes::start(importer.work());
    loop {
        let message = tokio::select! {
            message = messages.message() => message,
            () = draining.cancelled() => {
                let stopping = Fault::unavailable("the service is stopping; send the rows without an answer again");
                let _ = chunks.send(Err(stopping.into())).await;
                return;
            }
        };
        // A caller that went away gets no answer, and sends the rest again when it is back.
        let Ok(Some(message)) = message else { return };
        let chunk = match importer.admit(message).await {
            Err(status) => Err(status),
            Ok(rows) => {
                let mut chunk = Vec::with_capacity(rows.len());
                for row in rows {
                    chunk.push(match row {
                        Admitted::Answered(result) => Pending::Answered(result),
                        Admitted::Ready { key, row } => Pending::Later(lanes.put(key, row).await),
                    });
                }
                Ok(chunk)
            }
        };
        let ends = chunk.is_err();
        if chunks.send(chunk).await.is_err() || ends {
            return;
        }
    }
}

async fn give<I: Importer>(
    mut pending: mpsc::Receiver<Result<Vec<Pending<I::Result>>, Status>>,
    answers: mpsc::Sender<Result<I::Answer, Status>>,
    metrics: Metrics,
) {
    while let Some(chunk) = pending.recv().await {
        let answer = match chunk {
            Ok(chunk) => gather(chunk).await.map(|results| {
                metrics.answered(results.iter().filter_map(I::outcome));
                I::answer(results)
            }),
            Err(status) => Err(status),
        };
        let ends = answer.is_err();
        if answers.send(answer).await.is_err() || ends {
            return;
        }
    }
}

async fn gather<T>(chunk: Vec<Pending<T>>) -> Result<Vec<T>, Status> {
    let mut results = Vec::with_capacity(chunk.len());
    for pending in chunk {
        results.push(match pending {
            Pending::Answered(result) => result,
            Pending::Later(later) => later.await.map_err(|_| Status::from(Fault::internal()))??,
        });
    }
    Ok(results)
}
