//! Where messages of an endpoint go and what they are signed with: what the caller's vault keeps.

use time::OffsetDateTime;

use crate::{
    address::Address,
    message::EndpointId,
    signature::{Previous, Secret, Secrets},
};

/// An endpoint's address and secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub address: Address,
    pub secrets: Secrets,
}

impl Destination {
    /// As text of one line each, to be sealed.
    #[must_use]
    pub fn reveal(&self) -> String {
        let previous =
            |previous: &Previous| format!("{} {}", previous.secret.reveal(), previous.until.unix_timestamp());
        let previous = self.secrets.previous.as_ref().map(previous).unwrap_or_default();
        format!("{}\n{}\n{previous}", self.address.as_str(), self.secrets.current.reveal())
    }

    /// What was revealed; `None` when it was not by [`Destination::reveal`].
    #[must_use]
    pub fn parse(revealed: &str) -> Option<Self> {
        let mut lines = revealed.split('\n');
        let (address, current, previous) = (lines.next()?, lines.next()?, lines.next()?);
        let previous = if previous.is_empty() { None } else { Some(parse_previous(previous)?) };
        let secrets = Secrets { current: Secret::parse(current).ok()?, previous };
        Some(Self { address: Address::parse(address).ok()?, secrets })
    }
}

fn parse_previous(revealed: &str) -> Option<Previous> {
    let (secret, until) = revealed.split_once(' ')?;
    let until = OffsetDateTime::from_unix_timestamp(until.parse().ok()?).ok()?;
    Some(Previous { secret: Secret::parse(secret).ok()?, until })
}

/// The caller's vault, which alone can read what stands in a row of an endpoint: a sealed [`Destination`], or a reference to one.
pub trait Unseal: Send + Sync + 'static {
    /// `None` when it was erased: the endpoint is disabled then. An error is passing: the message is tried again, at nobody's charge.
    fn unseal(
        &self,
        endpoint: EndpointId,
        sealed: &[u8],
    ) -> impl Future<Output = Result<Option<Destination>, UnsealError>> + Send;
}

/// A vault that does not answer, or that cannot read what it has.
#[derive(Debug, thiserror::Error)]
#[error("the destination cannot be read: {0}")]
pub struct UnsealError(#[from] pub Box<dyn std::error::Error + Send + Sync>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_comes_out_of_the_vault_as_it_went_in() {
        let address = Address::parse("https://kim.riau.go.id/terima?kunci=1").expect("an address");
        let one = Secrets::one(Secret::generate());
        for secrets in [one.clone(), one.rotated(Secret::generate(), OffsetDateTime::now_utc())] {
            let destination = Destination { address: address.clone(), secrets };
            assert_eq!(Destination::parse(&destination.reveal()), Some(destination));
        }
        for bad in ["", "https://kim.riau.go.id/", "https://kim.riau.go.id/\nwhsec_x\n"] {
            assert_eq!(Destination::parse(bad), None, "{bad}");
        }
    }
}
