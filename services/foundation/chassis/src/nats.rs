//! The connection to NATS, the same for every service.

use std::time::Duration;

use async_nats::{Client, ConnectOptions, Event};

use crate::config::Nats;

const FIRST_DELAY: Duration = Duration::from_millis(50);
const LONGEST_DELAY: Duration = Duration::from_secs(4);
/// A connection is given up when the second of these has no answer.
const PING: Duration = Duration::from_secs(2);

/// Why no connection could be set up.
#[derive(Debug, thiserror::Error)]
pub enum NatsError {
    /// The seed's file cannot be read.
    #[error("nats.nkey_seed_file tidak dapat dibaca: {0}")]
    SeedFile(#[source] std::io::Error),
    /// The address does not parse, or the broker refuses for good.
    #[error("NATS tidak dapat dipakai: {0}")]
    Connect(#[from] async_nats::ConnectError),
}

/// A client that connects in the background and goes on trying for as long as the process lives: the log is the truth,
/// and a service takes commands while the broker is away. `name` is what the broker shows of this connection.
///
/// # Errors
/// What no waiting would mend; see [`NatsError`].
pub async fn connect(config: &Nats, name: &str) -> Result<Client, NatsError> {
    let mut options = ConnectOptions::new()
        .name(name)
        .retry_on_initial_connect()
        .max_reconnects(None)
        .reconnect_delay_callback(delay)
        .connection_timeout(Duration::from_secs(5))
        .ping_interval(PING)
        .event_callback(|event| async move { report(&event) });
    if let Some(path) = &config.nkey_seed_file {
        let seed = tokio::fs::read_to_string(path).await.map_err(NatsError::SeedFile)?;
        options = options.nkey(seed.trim().to_owned());
    }
    if let Some(prefix) = &config.inbox_prefix {
        options = options.custom_inbox_prefix(prefix);
    }
    if let Some(path) = &config.ca_file {
        options = options.add_root_certificates(path.clone());
    }
    let servers = config.url.split(',').map(str::trim).filter(|server| !server.is_empty());
    Ok(options.connect(servers.collect::<Vec<_>>()).await?)
}

fn delay(attempts: usize) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1).min(16)).unwrap_or(16);
    FIRST_DELAY.saturating_mul(1 << doublings).min(LONGEST_DELAY)
}

fn report(event: &Event) {
    match event {
        Event::Connected => tracing::info!("tersambung ke NATS"),
        Event::Disconnected => tracing::warn!("sambungan ke NATS putus; mencoba lagi"),
        Event::Closed => tracing::info!("sambungan ke NATS ditutup"),
        other => tracing::warn!(event = %other, "kabar dari NATS"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reconnecting_starts_quickly_and_stays_gentle() {
        let delays = [1, 2, 3, 8, 1_000_000].map(delay).map(|delay| delay.as_millis());
        assert_eq!(delays, [50, 100, 200, 4000, 4000]);
    }
}
