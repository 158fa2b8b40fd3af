//! How a message is brought to an endpoint. The queue and its worker know nothing of it: what is sent by other ways than HTTP goes through them,
//! too.

use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::timeout;

use crate::{
    client::Client,
    destination::{Unseal, UnsealError},
    message::{EndpointId, Message},
    outcome::Attempt,
};

/// How long a vault may take to read a destination.
pub const VAULT_PATIENCE: Duration = Duration::from_secs(5);

/// Brings messages to endpoints.
pub trait Carrier: Send + Sync + 'static {
    /// The longest that bringing a message may take; what takes longer is given up, and tried again at nobody's charge.
    fn longest(&self) -> Duration;

    /// Brings a message once. An error is passing: the message is tried again, at nobody's charge.
    fn carry(
        &self,
        endpoint: EndpointId,
        sealed: &[u8],
        message: &Message,
        at: OffsetDateTime,
    ) -> impl Future<Output = Result<Carried, UnsealError>> + Send;
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    Attempted(Attempt),
    /// The destination was erased: the endpoint is disabled.
    Erased,
    /// The message is not to be told any more: it is put aside, and nobody is told of that.
    Moot,
}

/// Messages go out as they are queued, as webhooks.
pub struct Webhooks<U> {
    client: Client,
    vault: U,
}

impl<U: Unseal> Webhooks<U> {
    #[must_use]
    pub fn new(client: Client, vault: U) -> Self {
        Self { client, vault }
    }
}

impl<U: Unseal> Carrier for Webhooks<U> {
    fn longest(&self) -> Duration {
        VAULT_PATIENCE + self.client.total()
    }

    async fn carry(
        &self,
        endpoint: EndpointId,
        sealed: &[u8],
        message: &Message,
        at: OffsetDateTime,
    ) -> Result<Carried, UnsealError> {
        let unsealed = timeout(VAULT_PATIENCE, self.vault.unseal(endpoint, sealed)).await;
        Ok(match unsealed.map_err(|late| UnsealError(late.into()))?? {
            Some(destination) => Carried::Attempted(self.client.attempt(&destination, message, at).await),
            None => Carried::Erased,
        })
    }
}
