//! How a message is brought to an endpoint. The queue and its worker know nothing of it: what is sent by other ways than HTTP goes through them,
//! too.

use std::time::Duration;

use time::OffsetDateTime;

use crate::{
    client::Client,
    destination::{Unseal, UnsealError},
    message::{EndpointId, Message},
    outcome::Attempt,
};

/// Brings messages to endpoints.
pub trait Carrier: Send + Sync + 'static {
    /// The longest that an attempt may take.
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
        self.client.total()
    }

    async fn carry(
        &self,
        endpoint: EndpointId,
        sealed: &[u8],
        message: &Message,
        at: OffsetDateTime,
    ) -> Result<Carried, UnsealError> {
        Ok(match self.vault.unseal(endpoint, sealed).await? {
            Some(destination) => Carried::Attempted(self.client.attempt(&destination, message, at).await),
            None => Carried::Erased,
        })
    }
}
