//! A rebuild, asked for at any replica and done by the one that writes.

use std::time::Duration;

use kim_chassis::errors::Fault;
use kim_contract::reporting::v1::RebuildReadModelResponse;
use tokio::{sync::mpsc, time::sleep};
use tokio_stream::{Stream, wrappers::ReceiverStream};
use tonic::Status;

use crate::store::{Generation, Store};

/// How often progress is looked at.
const LOOK: Duration = Duration::from_millis(200);

type Answer = Result<RebuildReadModelResponse, Status>;

/// Asks the writer for a rebuild, or follows the one that is under way.
pub async fn request(store: Store) -> Result<impl Stream<Item = Answer> + use<>, sqlx::Error> {
    let before = store.generations().serving().await?;
    if store.generations().building().await?.is_none() {
        store.generations().request_rebuild().await?;
    }
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
    let mut followed: Option<Generation> = None;
    loop {
        let head: i64 = sqlx::query_scalar("SELECT head FROM public.writer")
            .fetch_optional(store.base())
            .await?
            .unwrap_or_default();
        let building = generations.building().await?;
        let serving = generations.serving().await?;
        let answer = match (&building, &followed, serving) {
            (Some(building), _, _) => {
                let position = generations.position(building).await?;
                let generation = building.number;
                followed = Some(building.clone());
                RebuildReadModelResponse { position, head: head.max(position), generation, switched: false }
            }
            (None, followed, Some(serving))
                if followed.as_ref().map_or(serving.number > before, |known| known.number == serving.number) =>
            {
                let position = generations.position(&serving).await?;
                let generation = serving.number;
                let done = RebuildReadModelResponse { position, head: head.max(position), generation, switched: true };
                let _ = sender.send(Ok(done)).await;
                return Ok(());
            }
            (None, Some(_), _) => {
                let _ = sender.send(Err(broken_off())).await;
                return Ok(());
            }
            // The writer has not taken it yet.
            (None, None, _) => RebuildReadModelResponse { position: 0, head, generation: 0, switched: false },
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
