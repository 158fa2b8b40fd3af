//! A rebuild, asked for at any replica and done by the one that writes.

use std::time::Duration;

use kim_chassis::errors::Fault;
use kim_contract::reporting::v1::RebuildReadModelResponse;
use tokio::{sync::mpsc, time::sleep};
use tokio_stream::{Stream, wrappers::ReceiverStream};
use tonic::Status;

use crate::store::Store;

/// How often progress is looked at.
const LOOK: Duration = Duration::from_millis(200);

type Answer = Result<RebuildReadModelResponse, Status>;

/// Asks the writer for a rebuild. One that is under way is as good.
pub async fn request(store: Store) -> Result<impl Stream<Item = Answer> + use<>, sqlx::Error> {
    let before = store.generations().serving().await?;
    store.generations().request_rebuild().await?;
    let (sender, receiver) = mpsc::channel(8);
    tokio::spawn(async move {
        let outcome = follow(&store, before.map_or(0, |generation| generation.number), &sender).await;
        if let Err(error) = outcome {
            tracing::error!(%error, "pembangunan ulang tidak dapat diikuti");
            let _ = sender.send(Err(Fault::unavailable("the read model does not answer").into())).await;
        }
    });
    Ok(ReceiverStream::new(receiver))
}

/// Says how far the rebuild is, until it serves or was broken off. The rebuild goes on without a listener.
async fn follow(store: &Store, before: i64, sender: &mpsc::Sender<Answer>) -> Result<(), sqlx::Error> {
    let generations = store.generations();
    let mut is_begun = false;
    loop {
        let head: i64 = sqlx::query_scalar("SELECT coalesce(sum(head), 0)::bigint FROM public.writer")
            .fetch_one(store.base())
            .await?;
        // In this order: a request is gone when a generation begins to serve, and then that one is seen.
        let is_requested = generations.is_requested().await?;
        let building = generations.building().await?;
        let serving = generations.serving().await?;
        let answer = match (building, serving) {
            (Some(building), _) => {
                is_begun = true;
                let position = generations.positions(&building).await?.sum();
                let generation = building.number;
                RebuildReadModelResponse { position, head: head.max(position), generation, switched: false }
            }
            (None, Some(serving)) if serving.number > before => {
                let position = generations.positions(&serving).await?.sum();
                let generation = serving.number;
                let done = RebuildReadModelResponse { position, head: head.max(position), generation, switched: true };
                let _ = sender.send(Ok(done)).await;
                return Ok(());
            }
            (None, _) if is_begun && !is_requested => {
                let _ = sender.send(Err(broken_off())).await;
                return Ok(());
            }
            // The writer has not begun it yet, or was killed, and the next one begins it again.
            (None, _) => RebuildReadModelResponse { position: 0, head, generation: 0, switched: false },
        };
        if sender.send(Ok(answer)).await.is_err() {
            return Ok(());
        }
        tokio::select! {
            () = sleep(LOOK) => {}
            () = sender.closed() => return Ok(()),
        }
    }
}

fn broken_off() -> Status {
    Fault::new(
        tonic::Code::Aborted,
        "REBUILD_BROKEN_OFF",
        "Pembangunan ulang terhenti karena layanan dimulai ulang. Angka yang tampil tidak berubah; minta lagi.",
        "the writer was restarted in the midst of the rebuild; ask again",
    )
    .into()
}
