//! Lanes: rows with one key go one after another, others side by side.

use std::{future::Future, sync::Arc};

use tokio::sync::{mpsc, oneshot};
use tonic::Status;

/// As many rows of one stream are in flight: twice the log's largest group, so that the next one is full when one is committed.
const LANES: usize = 1024;
/// Rows that wait in a lane.
const DEPTH: usize = 8;

type Answer<T> = oneshot::Sender<Result<T, Status>>;

/// The lanes of one stream. They end when this goes out of scope and their rows are done.
pub(super) struct Lanes<R, T> {
    lanes: Vec<mpsc::Sender<(R, Answer<T>)>>,
}

impl<R: Send + 'static, T: Send + 'static> Lanes<R, T> {
    pub(super) fn start<W, F>(work: W) -> Self
    where
        W: Fn(R) -> F + Send + Sync + 'static,
        F: Future<Output = Result<T, Status>> + Send,
    {
        let work = Arc::new(work);
        let lanes = (0..LANES).map(|_| {
            let (sender, mut rows) = mpsc::channel::<(R, Answer<T>)>(DEPTH);
            let work = work.clone();
            tokio::spawn(async move {
                while let Some((row, answer)) = rows.recv().await {
                    // The caller may be gone; what was committed stands all the same.
                    let _ = answer.send(work(row).await);
                }
            });
            sender
        });
        Self { lanes: lanes.collect() }
    }

    /// Puts a row into the lane of its key, waiting until there is room.
    pub(super) async fn put(&self, key: u128, row: R) -> oneshot::Receiver<Result<T, Status>> {
        let (answer, answered) = oneshot::channel();
        let lane = usize::try_from(key % LANES as u128).expect("a remainder by the number of lanes");
        // A lane that is gone drops the answer, and the stream ends with that.
        let _ = self.lanes[lane].send((row, answer)).await;
        answered
    }
}
