//! How a receiver knows that a message is ours: Standard Webhooks 1.0, symmetric (`v1`): HMAC-SHA256 over id, time and payload.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use rand::RngExt;
use sha2::Sha256;
use time::{Duration, OffsetDateTime};

use crate::message::MessageId;

pub const ID: &str = "webhook-id";
pub const TIMESTAMP: &str = "webhook-timestamp";
pub const SIGNATURE: &str = "webhook-signature";

const PREFIX: &str = "whsec_";
const VERSION: &str = "v1,";
/// How far a receiver's clock and ours may be apart, and how long a message may be on its way.
const TOLERANCE: Duration = Duration::minutes(5);

/// A key of 24 to 64 bytes that an endpoint and we share. `Debug` leaves it out.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// Why a secret is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("does not begin with {PREFIX}")]
    Prefix,
    #[error("is not base64")]
    Encoding,
    #[error("is not of 24 to 64 bytes")]
    Length,
}

impl Secret {
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(SecretError::Prefix)?;
        let key = STANDARD.decode(encoded).map_err(|_| SecretError::Encoding)?;
        if (24..=64).contains(&key.len()) { Ok(Self(key)) } else { Err(SecretError::Length) }
    }

    /// A new one, of 32 bytes.
    #[must_use]
    pub fn generate() -> Self {
        Self(rand::rng().random::<[u8; 32]>().to_vec())
    }

    /// As the receiver enters it; for the receiver and the vault alone.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    fn mac(&self, id: &str, timestamp: &str, payload: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", payload] {
            mac.update(part);
        }
        mac
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The secrets that are signed with: one, and a second one beside it while a receiver changes over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secrets {
    pub current: Secret,
    pub previous: Option<Previous>,
}

/// A secret that was current, and goes on until the receiver has changed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previous {
    pub secret: Secret,
    /// From then on nothing is signed with it.
    pub until: OffsetDateTime,
}

impl Secrets {
    #[must_use]
    pub fn one(current: Secret) -> Self {
        Self { current, previous: None }
    }

    /// What was current goes on until then, in whole seconds, and what was previous is no more.
    #[must_use]
    pub fn rotated(self, current: Secret, until: OffsetDateTime) -> Self {
        Self { current, previous: Some(Previous { secret: self.current, until: until.truncate_to_second() }) }
    }

    fn at(&self, at: OffsetDateTime) -> impl Iterator<Item = &Secret> {
        let previous = self.previous.as_ref().filter(|previous| at < previous.until);
        std::iter::once(&self.current).chain(previous.map(|previous| &previous.secret))
    }

    /// The header `webhook-signature`: a signature by each secret that holds then.
    #[must_use]
    pub fn sign(&self, id: &MessageId, at: OffsetDateTime, payload: &[u8]) -> String {
        let timestamp = at.unix_timestamp().to_string();
        let sign = |secret: &Secret| {
            let mac = secret.mac(id.as_str(), &timestamp, payload).finalize();
            format!("{VERSION}{}", STANDARD.encode(mac.into_bytes()))
        };
        self.at(at).map(sign).collect::<Vec<_>>().join(" ")
    }
}

/// The three headers, as a receiver has them.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    pub id: &'a str,
    pub timestamp: &'a str,
    pub signature: &'a str,
}

/// Why a receiver must not believe a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    #[error("the time is not in seconds since 1970")]
    Timestamp,
    #[error("too old, or from the future")]
    Time,
    #[error("no signature is of a secret of ours")]
    Signature,
}

/// What a receiver does first.
pub fn verify(secret: &Secret, signed: Signed<'_>, payload: &[u8], now: OffsetDateTime) -> Result<(), VerifyError> {
    let seconds = signed.timestamp.parse().map_err(|_| VerifyError::Timestamp)?;
    let at = OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| VerifyError::Timestamp)?;
    if (now - at).abs() > TOLERANCE {
        return Err(VerifyError::Time);
    }
    let ours = |signature: &str| {
        let encoded = signature.strip_prefix(VERSION)?;
        let tag = STANDARD.decode(encoded).ok()?;
        // In constant time.
        secret.mac(signed.id, signed.timestamp, payload).verify_slice(&tag).ok()
    };
    signed.signature.split(' ').find_map(ours).ok_or(VerifyError::Signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const MESSAGE: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const AT: i64 = 1_614_265_330;
    const PAYLOAD: &[u8] = br#"{"test": 2432232314}"#;
    const PUBLISHED: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(seconds).expect("a time")
    }

    fn signed(signature: &str) -> Signed<'_> {
        Signed { id: MESSAGE, timestamp: "1614265330", signature }
    }

    #[test]
    fn a_signature_is_the_published_one() {
        let secrets = Secrets::one(Secret::parse(SECRET).expect("a secret"));
        let id = MessageId::parse(MESSAGE).expect("an id");
        assert_eq!(secrets.sign(&id, at(AT), PAYLOAD), PUBLISHED);
        assert_eq!(secrets.current.reveal(), SECRET);
    }

    #[test]
    fn a_receiver_believes_its_own_secret_its_time_and_nothing_that_was_changed() {
        let secret = Secret::parse(SECRET).expect("a secret");
        let verified = |signature: &str, payload: &[u8], now| verify(&secret, signed(signature), payload, at(now));
        assert_eq!(verified(PUBLISHED, PAYLOAD, AT), Ok(()));
        assert_eq!(verified(&format!("v2,x {PUBLISHED} v1,AAAA"), PAYLOAD, AT + 300), Ok(()));
        assert_eq!(verified(PUBLISHED, PAYLOAD, AT + 301), Err(VerifyError::Time));
        assert_eq!(verified(PUBLISHED, PAYLOAD, AT - 301), Err(VerifyError::Time));
        assert_eq!(verified(PUBLISHED, br#"{"test": 2432232315}"#, AT), Err(VerifyError::Signature));
        assert_eq!(verified("", PAYLOAD, AT), Err(VerifyError::Signature));
        assert_eq!(verified(&PUBLISHED.replace("v1,", "v2,"), PAYLOAD, AT), Err(VerifyError::Signature));
        let other = verify(&secret, Signed { id: "msg_x", ..signed(PUBLISHED) }, PAYLOAD, at(AT));
        assert_eq!(other, Err(VerifyError::Signature));
        let timeless = verify(&secret, Signed { timestamp: "now", ..signed(PUBLISHED) }, PAYLOAD, at(AT));
        assert_eq!(timeless, Err(VerifyError::Timestamp));
    }

    #[test]
    fn while_a_secret_is_changed_the_receiver_of_either_believes() {
        let (old, new) = (Secret::generate(), Secret::generate());
        let both = Secrets::one(old.clone()).rotated(new.clone(), at(AT + 1));
        let id = MessageId::parse(MESSAGE).expect("an id");
        let signature = both.sign(&id, at(AT), PAYLOAD);
        assert_eq!(signature.split(' ').count(), 2);
        for secret in [&old, &new] {
            assert_eq!(verify(secret, signed(&signature), PAYLOAD, at(AT)), Ok(()));
        }
        let signature = both.sign(&id, at(AT + 1), PAYLOAD);
        let later = Signed { timestamp: "1614265331", ..signed(&signature) };
        assert_eq!(verify(&new, later, PAYLOAD, at(AT + 1)), Ok(()));
        assert_eq!(verify(&old, later, PAYLOAD, at(AT + 1)), Err(VerifyError::Signature));
    }

    #[test]
    fn a_secret_is_of_24_to_64_bytes_and_is_not_shown() {
        let of = |bytes: usize| format!("{PREFIX}{}", STANDARD.encode(vec![7; bytes]));
        for (text, verdict) in [
            (of(24), None),
            (of(64), None),
            (of(23), Some(SecretError::Length)),
            (of(65), Some(SecretError::Length)),
            ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into(), Some(SecretError::Prefix)),
            ("whsec_*".into(), Some(SecretError::Encoding)),
        ] {
            assert_eq!(Secret::parse(&text).err(), verdict, "{text}");
        }
        assert_eq!(format!("{:?}", Secrets::one(Secret::generate())), "Secrets { current: Secret(…), previous: None }");
    }
}
