//! What an event's member brought beside its events: who did it, what makes a retry meet the first outcome, and the names that it
//! holds. It goes with the event to the stream, sealed for the log's own service alone, so that an event that a restored database
//! lacks comes back with all that hangs on it. The vault's records do not: what was erased must be gone everywhere.

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use prost::Message;
use sha2::Sha256;
use uuid::Uuid;

use crate::{Member, cipher::Cipher};

/// At the first event of a member, in `log.event.attached`; none when there is nothing to say.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Attached {
    #[prost(bytes = "bytes", tag = "1")]
    pub key: Bytes,
    #[prost(bytes = "bytes", tag = "2")]
    pub body: Bytes,
    #[prost(bytes = "bytes", tag = "3")]
    pub result: Bytes,
    #[prost(message, repeated, tag = "4")]
    pub claims: Vec<Held>,
    #[prost(message, repeated, tag = "5")]
    pub releases: Vec<Held>,
    /// How many records it put into the vault: they do not come back.
    #[prost(uint32, tag = "6")]
    pub records: u32,
}

/// A name: [`crate::Claim`].
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Held {
    #[prost(string, tag = "1")]
    pub kind: String,
    #[prost(bytes = "bytes", tag = "2")]
    pub value: Bytes,
}

impl Held {
    pub fn value(&self) -> Option<Uuid> {
        Uuid::from_slice(&self.value).ok()
    }
}

impl Attached {
    /// What a member brings; `None` when it brings nothing.
    pub fn of(member: &Member) -> Option<Bytes> {
        let held = |claims: &[crate::Claim]| {
            let held = |claim: &crate::Claim| Held {
                kind: claim.kind.to_owned(),
                value: Bytes::copy_from_slice(claim.value.as_bytes()),
            };
            claims.iter().map(held).collect()
        };
        let mut attached = Self {
            claims: held(&member.claims),
            releases: held(&member.releases),
            records: u32::try_from(member.vault.len()).unwrap_or(u32::MAX),
            ..Self::default()
        };
        if let Some(key) = member.key {
            attached.key = Bytes::copy_from_slice(key.key.as_bytes());
            attached.body = Bytes::copy_from_slice(&key.body);
            attached.result = member.result.clone();
        }
        (attached != Self::default()).then(|| attached.encode_to_vec().into())
    }

    pub fn key(&self) -> Option<Uuid> {
        Uuid::from_slice(&self.key).ok()
    }
}

/// What stands sealed beside an event in the stream.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Beside {
    #[prost(string, tag = "1")]
    pub actor: String,
    #[prost(message, optional, tag = "2")]
    pub attached: Option<Attached>,
}

/// Seals what goes beside an event, for whoever has the service's master key. Cheap to clone.
#[derive(Clone)]
pub struct Seal {
    cipher: Cipher,
}

impl Seal {
    /// `master` is the vault's key; what is sealed here has a key of its own, made from it.
    #[must_use]
    pub fn new(master: [u8; 32]) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(&master).expect("HMAC takes a key of any length");
        mac.update(b"kim.log.beside");
        let key: [u8; 32] = mac.finalize().into_bytes().into();
        Self { cipher: Cipher::new(&key) }
    }

    /// As a header's value. `attached` is as it stands in `log.event`.
    pub(crate) fn seal(&self, event: Uuid, actor: &str, attached: Option<&[u8]>) -> String {
        let attached = attached.and_then(|bytes| Attached::decode(bytes).ok());
        let beside = Beside { actor: actor.to_owned(), attached };
        BASE64_STANDARD_NO_PAD.encode(self.cipher.encrypt(event.as_bytes(), &beside.encode_to_vec()))
    }

    /// `None` when it was sealed with another key, for another event, or not at all.
    pub(crate) fn open(&self, event: Uuid, sealed: &str) -> Option<Beside> {
        let sealed = BASE64_STANDARD_NO_PAD.decode(sealed).ok()?;
        let beside = self.cipher.decrypt(event.as_bytes(), &sealed)?;
        Beside::decode(beside.as_slice()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Claim, RequestKeys, Version};

    fn member() -> Member {
        let keys = RequestKeys::new([1; 32]);
        Member {
            aggregate: Uuid::now_v7(),
            expected: Version::NONE,
            events: vec![],
            key: Some(keys.content("p", "m", time::macros::date!(2022 - 10 - 06), b"c")),
            claims: vec![Claim { kind: "name", value: Uuid::from_u128(1) }],
            releases: vec![Claim { kind: "name", value: Uuid::from_u128(2) }],
            vault: vec![],
            actor: "somebody".into(),
            traceparent: None,
            recorded: None,
            result: Bytes::from_static(b"id"),
        }
    }

    #[test]
    fn what_a_member_brings_comes_out_of_the_stream_for_its_own_service_alone() {
        let (member, event) = (member(), Uuid::now_v7());
        let attached = Attached::of(&member).expect("it brings something");
        let seal = Seal::new([7; 32]);
        let sealed = seal.seal(event, &member.actor, Some(&attached));
        let beside = seal.open(event, &sealed).expect("it opens");
        assert_eq!(beside.actor, "somebody");
        let back = beside.attached.expect("it was attached");
        assert_eq!((back.key(), &back.result), (member.key.map(|k| k.key), &member.result));
        assert_eq!(back.claims[0].value(), Some(Uuid::from_u128(1)));
        assert_eq!(back.releases[0].value(), Some(Uuid::from_u128(2)));
        assert_eq!(Seal::new([8; 32]).open(event, &sealed), None, "another key");
        assert_eq!(seal.open(Uuid::now_v7(), &sealed), None, "another event");
        assert!(!sealed.contains("somebody"));
    }

    #[test]
    fn a_member_that_brings_nothing_has_nothing_attached() {
        let member = Member { key: None, claims: vec![], releases: vec![], ..member() };
        assert_eq!(Attached::of(&member), None);
    }
}
