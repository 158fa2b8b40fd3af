//! Keeps one server or service running: starts it, notices when it ends, starts it again, stops it when told.

use std::time::{Duration, Instant};

use tokio::{sync::watch, task::JoinHandle, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    process::{self, Process},
    screen::Screen,
};

/// Something that can be started again and again on the same data.
pub trait Kept: Send + 'static {
    fn name(&self) -> &'static str;
    /// Starts it and comes back when it is ready.
    fn launch(&mut self) -> impl Future<Output = anyhow::Result<()>> + Send;
    /// Its process, once launched.
    fn process(&self) -> Option<&Process>;
    /// Stops it cleanly, within seconds.
    fn halt(&mut self) -> impl Future<Output = ()> + Send;
}

#[derive(Debug, Clone)]
enum Health {
    Starting,
    Ready,
    /// It never became ready, and trying again did not help.
    GaveUp(String),
}

/// The keeper of one server or service.
#[derive(Debug)]
pub struct Keeper {
    name: &'static str,
    stop: CancellationToken,
    health: watch::Receiver<Health>,
    task: JoinHandle<()>,
}

impl Keeper {
    #[must_use]
    pub fn of(kept: impl Kept, screen: Screen) -> Keeper {
        let stop = CancellationToken::new();
        let (tell, health) = watch::channel(Health::Starting);
        let name = kept.name();
        let task = tokio::spawn(keep(kept, screen, stop.clone(), tell));
        Keeper { name, stop, health, task }
    }

    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Waits until it is ready; an error when it gave up.
    pub async fn ready(&mut self) -> anyhow::Result<()> {
        let health = self.health.wait_for(|health| !matches!(health, Health::Starting)).await;
        match health.as_deref() {
            Ok(Health::GaveUp(why)) => anyhow::bail!("{} tidak dapat dijalankan: {why}", self.name),
            Ok(_) => Ok(()),
            Err(_) => anyhow::bail!("{} berakhir", self.name),
        }
    }

    /// Stops it and waits until it is gone.
    pub async fn stop(self) {
        self.stop.cancel();
        // A keeper that panicked has dropped its process, which ends it.
        let _ = self.task.await;
    }
}

async fn keep(mut kept: impl Kept, screen: Screen, stop: CancellationToken, tell: watch::Sender<Health>) {
    /// In vain this often before it was ever ready: something is wrong that time does not heal.
    const TRIES: u32 = 3;
    const STEADY: Duration = Duration::from_mins(1);
    let mut was_ready = false;
    let mut failures = 0;
    loop {
        let launched = tokio::select! {
            biased;
            () = stop.cancelled() => None,
            launched = kept.launch() => Some(launched),
        };
        match launched {
            None => return kept.halt().await,
            Some(Err(error)) => {
                failures += 1;
                if !was_ready && failures >= TRIES {
                    kept.halt().await;
                    tell.send_replace(Health::GaveUp(format!("{error:#}")));
                    return;
                }
                if was_ready {
                    screen.say(&format!("! {} belum dapat dijalankan lagi, dicoba terus: {error:#}", kept.name()));
                }
            }
            Some(Ok(())) => {
                if was_ready {
                    screen.say(&format!("✓ {} berjalan lagi", kept.name()));
                }
                was_ready = true;
                tell.send_replace(Health::Ready);
                let since = Instant::now();
                let Some(process) = kept.process() else { return };
                let ended = tokio::select! {
                    biased;
                    () = stop.cancelled() => None,
                    ended = process.wait() => Some(ended),
                };
                let Some(ended) = ended else { return kept.halt().await };
                failures = if since.elapsed() > STEADY { 0 } else { failures + 1 };
                screen.say(&format!("! {} {}; dijalankan lagi", kept.name(), process::ending(&ended)));
            }
        }
        tokio::select! {
            () = stop.cancelled() => return kept.halt().await,
            () = sleep(pause(failures)) => {}
        }
    }
}

/// A quarter of a second, doubled with each failure in a row, at most half a minute.
fn pause(failures: u32) -> Duration {
    Duration::from_millis(250 << failures.saturating_sub(1).min(7)).min(Duration::from_secs(30))
}
