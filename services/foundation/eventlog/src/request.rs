//! What makes a command, a reaction or a timer happen once.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use crate::Position;

/// A request id older than this is refused: its key may be gone from the log's table of requests.
pub const MAX_REQUEST_AGE: Duration = Duration::days(90);

/// The key and the body of something that is carried out once, both as keyed hashes. The key begins with its time, so that keys
/// of one time lie together in the log's table, however large that grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestKey {
    pub(crate) key: Uuid,
    pub(crate) body: [u8; 32],
}

/// Makes keys. The secret keeps what stands in bodies from being guessed out of the table.
#[derive(Clone)]
pub struct RequestKeys {
    /// Keyed already: a request costs two of these.
    mac: Hmac<Sha256>,
}

/// Why a request id is no request id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RequestIdError {
    #[error("request_id is not a UUIDv7")]
    Malformed,
    #[error("request_id is older than 90 days")]
    Expired,
    #[error("request_id is more than a day in the future")]
    Future,
}

impl RequestKeys {
    #[must_use]
    pub fn new(secret: [u8; 32]) -> Self {
        Self { mac: Hmac::new_from_slice(&secret).expect("HMAC takes a key of any length") }
    }

    /// The key of a command: (principal, method, request id). `body` is the command's canonical encoding without the id.
    pub fn command(
        &self,
        principal: &str,
        method: &str,
        request_id: &str,
        body: &[u8],
        now: OffsetDateTime,
    ) -> Result<RequestKey, RequestIdError> {
        let id = Uuid::parse_str(request_id).map_err(|_| RequestIdError::Malformed)?;
        if id.get_version_num() != 7 {
            return Err(RequestIdError::Malformed);
        }
        let (seconds, _) = id.get_timestamp().ok_or(RequestIdError::Malformed)?.to_unix();
        let made = i64::try_from(seconds)
            .ok()
            .and_then(|s| OffsetDateTime::from_unix_timestamp(s).ok())
            .ok_or(RequestIdError::Malformed)?;
        if now - made > MAX_REQUEST_AGE {
            return Err(RequestIdError::Expired);
        }
        if made - now > Duration::days(1) {
            return Err(RequestIdError::Future);
        }
        Ok(self.key(made, &[b"command", principal.as_bytes(), method.as_bytes(), id.as_bytes()], body))
    }

    /// The key of a policy's reaction to an event: (policy, log, position), and the aggregate that it acts on. `recorded` is the event's.
    #[must_use]
    pub fn reaction(
        &self,
        policy: &str,
        context: &str,
        (position, recorded): (Position, OffsetDateTime),
        aggregate: Uuid,
    ) -> RequestKey {
        let position = position.get().to_be_bytes();
        self.key(recorded, &[b"reaction", policy.as_bytes(), context.as_bytes(), &position, aggregate.as_bytes()], b"")
    }

    /// The key of a timer: (aggregate, timer, due date).
    #[must_use]
    pub fn timer(&self, aggregate: Uuid, timer: &str, due: Date) -> RequestKey {
        let day = due.to_julian_day().to_be_bytes();
        self.key(midnight(due), &[b"timer", aggregate.as_bytes(), timer.as_bytes(), &day], b"")
    }

    /// The key of content that counts once however often it is sent: a row of an import. `date` is the content's own.
    #[must_use]
    pub fn content(&self, principal: &str, method: &str, date: Date, content: &[u8]) -> RequestKey {
        self.key(midnight(date), &[b"content", principal.as_bytes(), method.as_bytes(), content], b"")
    }

    /// The keyed hash of a claimed value, a normalised name for instance.
    #[must_use]
    pub fn claim_value(&self, value: &str) -> Uuid {
        Uuid::from_bytes(first(&self.mac(&[b"claim", value.as_bytes()])))
    }

    fn key(&self, time: OffsetDateTime, parts: &[&[u8]], body: &[u8]) -> RequestKey {
        let milliseconds = u64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or_default();
        let hash = first(&self.mac(parts));
        RequestKey {
            key: uuid::Builder::from_unix_timestamp_millis(milliseconds, &hash).into_uuid(),
            body: self.mac(&[b"body", body]),
        }
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.mac.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

fn first<const N: usize>(hash: &[u8; 32]) -> [u8; N] {
    *hash.first_chunk().expect("no key is longer than the hash")
}

fn midnight(date: Date) -> OffsetDateTime {
    date.midnight().assume_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(unix: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(unix).expect("a valid time")
    }

    #[test]
    fn an_id_that_is_no_uuid_v7_or_too_old_is_refused() {
        let keys = RequestKeys::new([1; 32]);
        let now = at(1_790_000_000);
        let id = |unix: u64| Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, unix, 0)).to_string();
        let key = |id: &str| keys.command("p", "m", id, b"body", now);
        assert_eq!(key("x"), Err(RequestIdError::Malformed));
        assert_eq!(key(&Uuid::new_v4().to_string()), Err(RequestIdError::Malformed));
        assert_eq!(key(&id(1_790_000_000 - 91 * 86_400)), Err(RequestIdError::Expired));
        assert_eq!(key(&id(1_790_000_000 + 2 * 86_400)), Err(RequestIdError::Future));
        assert!(key(&id(1_790_000_000 - 89 * 86_400)).is_ok());
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let keys = RequestKeys::new([1; 32]);
        let key = |principal: &str, method: &str| keys.content(principal, method, Date::MIN, b"");
        assert_ne!(key("ab", "c"), key("a", "bc"));
    }
}
