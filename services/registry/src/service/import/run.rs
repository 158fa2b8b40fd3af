//! One stream of rows: messages in, an answer for each message, in order.

use std::future::Future;

use kim_chassis::errors::Fault;
use kim_contract::registry::v1::RowResult;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Status, Streaming};

use super::{lanes::Lanes, metrics::Metrics};

/// Messages whose rows are in flight at a time; a caller that sends more waits.
const MESSAGES: usize = 8;

pub type Results<T> = ReceiverStream<Result<T, Status>>;

/// A row at the door.
pub(super) enum Admitted<R> {
    Answered(RowResult),
    /// To be worked on after the other rows of this key.
    Ready {
        key: u128,
        row: R,
    },
}

/// What one kind of import does with its rows.
pub(super) trait Importer: Send + 'static {
    type Message: Send + 'static;
    type Answer: Send + 'static;
    type Row: Send + 'static;

    /// Looks at a message's rows in their order.
    fn admit(
        &mut self,
        message: Self::Message,
    ) -> impl Future<Output = Result<Vec<Admitted<Self::Row>>, Status>> + Send;
    fn work(&self) -> impl Fn(Self::Row) -> Self::Work + Send + Sync + 'static;
    type Work: Future<Output = Result<RowResult, Status>> + Send;
    fn answer(results: Vec<RowResult>) -> Self::Answer;
}

enum Pending {
    Answered(RowResult),
    Later(oneshot::Receiver<Result<RowResult, Status>>),
}

/// Runs an import until the caller ends its stream, or the service drains.
pub(super) fn run<I: Importer>(
    importer: I,
    messages: Streaming<I::Message>,
    draining: CancellationToken,
) -> Results<I::Answer> {
    let (answers, results) = mpsc::channel(MESSAGES);
    let (chunks, pending) = mpsc::channel(MESSAGES);
    tokio::spawn(take(importer, messages, draining, chunks));
    tokio::spawn(give::<I>(pending, answers));
    ReceiverStream::new(results)
}

async fn take<I: Importer>(
    mut importer: I,
    mut messages: Streaming<I::Message>,
    draining: CancellationToken,
    chunks: mpsc::Sender<Result<Vec<Pending>, Status>>,
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
    mut pending: mpsc::Receiver<Result<Vec<Pending>, Status>>,
    answers: mpsc::Sender<Result<I::Answer, Status>>,
) {
    let metrics = Metrics::new();
    while let Some(chunk) = pending.recv().await {
        let answer = match chunk {
            Ok(chunk) => gather(chunk).await.map(|results| {
                metrics.answered(&results);
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

async fn gather(chunk: Vec<Pending>) -> Result<Vec<RowResult>, Status> {
    let mut results = Vec::with_capacity(chunk.len());
    for pending in chunk {
        results.push(match pending {
            Pending::Answered(result) => result,
            Pending::Later(later) => later.await.map_err(|_| Status::from(Fault::internal()))??,
        });
    }
    Ok(results)
}
