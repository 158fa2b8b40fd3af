//! Hears of commits that queue something. What is not heard is found by looking from time to time.

use std::time::Duration;

use sqlx::{PgPool, postgres::PgListener};
use tokio::{sync::Notify, time::sleep};

use crate::schema::CHANNEL;

const AGAIN: Duration = Duration::from_secs(1);

/// Notifies of each, on a connection of the pool's that it keeps. Never ends.
pub(crate) async fn listen(pool: &PgPool, heard: &Notify) {
    loop {
        if let Err(error) = hear(pool, heard).await {
            tracing::warn!(%error, "tidak mendengar antrean webhook; mencoba lagi");
        }
        sleep(AGAIN).await;
    }
}

async fn hear(pool: &PgPool, heard: &Notify) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        // What was committed before this began, or while the connection was lost, is looked for at once, too.
        heard.notify_one();
        listener.try_recv().await?;
    }
}
