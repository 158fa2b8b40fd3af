//! Which record a request is about, and the version of it that the caller read.

use std::str::FromStr;

use kim_chassis::errors::{Fault, Thing};
use kim_eventlog::Version;
use tonic::{Code, Status};

use crate::{failure::Rejection, words::Words};

/// Which record, and the version that the caller read.
pub struct Target<'a> {
    pub id: &'a str,
    pub etag: &'a str,
}

/// The version that a record must have to be changed; any where the caller did not say.
#[derive(Debug, Clone, Copy)]
pub struct Expected(Option<Version>);

impl Target<'_> {
    pub fn expected(&self) -> Result<Expected, Fault> {
        etag(self.etag).map(Expected)
    }
}

impl Expected {
    /// Of a record that is new, or changed whatever it is.
    pub const ANY: Self = Self(None);

    /// Refuses where somebody else changed the record since.
    pub fn met_by<R>(self, version: Version) -> Result<(), Rejection<R>> {
        if self.0.is_none_or(|expected| expected == version) { Ok(()) } else { Err(Rejection::Stale) }
    }
}

/// A malformed id is one that is not there.
pub fn found<T>(id: Option<T>, thing: Thing) -> Result<T, Status> {
    id.ok_or_else(|| thing.not_found().into())
}

/// The version that an etag stands for; `None` for an empty one, which is unconditional.
pub fn etag(text: &str) -> Result<Option<Version>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    let version = text.strip_prefix('v').and_then(|digits| i64::from_str(digits).ok());
    match version.and_then(Version::new) {
        Some(version) => Ok(Some(version)),
        None => Err(stale()),
    }
}

/// What stands for a version; what [`etag`] reads.
#[must_use]
pub fn etag_of(version: Version) -> String {
    format!("v{version}")
}

/// Somebody else was faster.
#[must_use]
pub fn stale() -> Fault {
    Words::new("ETAG_STALE", "Data ini sudah diubah orang lain sejak Anda membacanya.", "Muat ulang, lalu coba lagi.")
        .fault(Code::Aborted, "etag does not match the current version")
}
