//! Puts a notification into words when it is its turn, and sends it the way that its endpoint goes.

use std::{sync::Arc, time::Duration};

use kim_values::VaultRef;
use kim_webhook::{Carried, Carrier, Client, EndpointId, Failure, Message, UnsealError, VAULT_PATIENCE};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    address::Address,
    email::{self, Relay},
    message::{Kind, Notification},
    publication::Publications,
    webhook,
};
use crate::{
    domain::{endpoint::Kind as EndpointKind, material::Publication, material::Version},
    vault::Records,
};

/// Which address the vault has, as the queue keeps it: a byte for the kind, and the reference.
pub(super) fn sealed(kind: EndpointKind, reference: VaultRef) -> Vec<u8> {
    let kind = match kind {
        EndpointKind::Webhook => 1,
        EndpointKind::Email => 2,
    };
    [&[kind], reference.0.as_bytes().as_slice()].concat()
}

fn unsealed(sealed: &[u8]) -> Option<(EndpointKind, VaultRef)> {
    let (kind, reference) = sealed.split_first()?;
    let kind = match kind {
        1 => EndpointKind::Webhook,
        2 => EndpointKind::Email,
        _ => return None,
    };
    Some((kind, VaultRef(Uuid::from_slice(reference).ok()?)))
}

/// Cheap to clone.
#[derive(Clone)]
pub(super) struct Post {
    pub records: Records,
    pub publications: Publications,
    pub client: Client,
    /// `None` where there is no e-mail channel.
    pub relay: Option<Relay>,
}

/// What is to be told.
enum Told {
    /// With what was published; none of a withdrawal.
    This(Notification, Option<Arc<Publication>>),
    Nothing,
}

impl Carrier for Post {
    fn longest(&self) -> Duration {
        VAULT_PATIENCE + self.client.total().max(email::LONGEST)
    }

    async fn carry(
        &self,
        _endpoint: EndpointId,
        sealed: &[u8],
        message: &Message,
        at: OffsetDateTime,
    ) -> Result<Carried, UnsealError> {
        let (kind, reference) = unsealed(sealed).ok_or_else(|| UnsealError("a row of the queue".into()))?;
        let address = self.records.open_address(kind, reference).await.map_err(passing)?;
        let Some(address) = address else { return Ok(Carried::Erased) };
        let Told::This(notification, publication) = self.told(message).await? else { return Ok(Carried::Moot) };
        let publication = publication.as_deref();
        let attempt = match (address, &self.relay) {
            (Address::Webhook(destination), _) => {
                let message = webhook::message(message, &notification, publication).map_err(passing)?;
                self.client.attempt(&destination, &message, at).await
            }
            (Address::Email(address), Some(relay)) => {
                relay.send(&address, message.id.as_str(), &notification, publication).await
            }
            (Address::Email(_), None) => {
                kim_webhook::Attempt { outcome: Failure::Unavailable.into(), took: Duration::ZERO }
            }
        };
        Ok(Carried::Attempted(attempt))
    }
}

impl Post {
    /// What was withdrawn since is told as withdrawn alone, and what was assigned or corrected before that not any more.
    async fn told(&self, message: &Message) -> Result<Told, UnsealError> {
        let Some(notification) = Notification::read(message.payload()) else { return Ok(Told::Nothing) };
        if notification.kind == Kind::Withdrawn {
            return Ok(Told::This(notification, None));
        }
        if self.publications.is_withdrawn(notification.material).await.map_err(passing)? {
            return Ok(Told::Nothing);
        }
        let version = u32::try_from(notification.version).ok().and_then(Version::new);
        let Some(version) = version else { return Ok(Told::Nothing) };
        match self.publications.get(notification.material, version).await.map_err(passing)? {
            Some(publication) => Ok(Told::This(notification, Some(publication))),
            None => Ok(Told::Nothing),
        }
    }
}

fn passing(error: impl std::error::Error + Send + Sync + 'static) -> UnsealError {
    UnsealError(Box::new(error))
}
