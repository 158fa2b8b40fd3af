//! Where messages of a community go, as the vault has it.

use kim_desk::words::Words;
use kim_webhook::{Destination, Secret, Secrets};
use time::{Duration, OffsetDateTime};

use crate::domain::endpoint::Kind;

/// An endpoint's address; of a webhook with its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    Webhook(Destination),
    Email(lettre::Address),
}

impl Address {
    /// A webhook's, with a secret of its own.
    #[must_use]
    pub fn webhook(address: kim_webhook::Address) -> Self {
        Self::Webhook(Destination { address, secrets: Secrets::one(Secret::generate()) })
    }

    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Webhook(_) => Kind::Webhook,
            Self::Email(_) => Kind::Email,
        }
    }

    /// With another secret; the one before signs beside it for a day. An e-mail address has none.
    #[must_use]
    pub fn rotated(&self, now: OffsetDateTime) -> Self {
        match self {
            Self::Webhook(Destination { address, secrets }) => Self::Webhook(Destination {
                address: address.clone(),
                secrets: secrets.clone().rotated(Secret::generate(), now + Duration::DAY),
            }),
            Self::Email(address) => Self::Email(address.clone()),
        }
    }

    /// The secret that is signed with, as the receiver enters it.
    #[must_use]
    pub fn secret(&self) -> Option<String> {
        match self {
            Self::Webhook(destination) => Some(destination.secrets.current.reveal()),
            Self::Email(_) => None,
        }
    }

    /// What may be shown of it: enough for its owner to know it again. A path may hold a key, and a mailbox is a person's.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Webhook(destination) => {
                let scheme = if destination.address.is_https() { "https" } else { "http" };
                format!("{scheme}://{}/…", destination.address.authority())
            }
            Self::Email(address) => {
                format!("{}…@{}", address.user().chars().take(1).collect::<String>(), address.domain())
            }
        }
    }

    /// All of it, to be sealed.
    #[must_use]
    pub fn reveal(&self) -> String {
        match self {
            Self::Webhook(destination) => destination.reveal(),
            Self::Email(address) => address.to_string(),
        }
    }

    /// What was revealed; `None` when it was not by [`Address::reveal`].
    #[must_use]
    pub fn parse(kind: Kind, revealed: &str) -> Option<Self> {
        match kind {
            Kind::Webhook => Destination::parse(revealed).map(Self::Webhook),
            Kind::Email => revealed.parse().ok().map(Self::Email),
        }
    }
}

/// An e-mail address that was typed.
pub(super) fn email(text: &str) -> Result<lettre::Address, Words> {
    text.trim().parse().map_err(|_| {
        Words::new("EMAIL_MALFORMED", "Alamat surel salah bentuk.", "Tulis seperti kim@contoh.desa.id, tanpa nama.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_comes_out_of_the_vault_as_it_went_in() {
        let webhook = Address::webhook(kim_webhook::Address::parse("https://kim.riau.go.id/terima").expect("one"));
        let email = Address::Email(email(" kim@kumantan.desa.id ").expect("an address"));
        assert_eq!(email.hint(), "k…@kumantan.desa.id");
        let now = OffsetDateTime::UNIX_EPOCH;
        for address in [webhook.clone(), webhook.rotated(now), email] {
            assert_eq!(Address::parse(address.kind(), &address.reveal()), Some(address));
        }
        assert_ne!(webhook.secret(), webhook.rotated(now).secret());
        assert_eq!(webhook.hint(), "https://kim.riau.go.id/…");
        assert!(super::email("kumantan").is_err());
    }
}
