//! Which record a request is about, and the version of it that the caller read.

use kim_chassis::errors::{Fault, Thing};
use kim_eventlog::Version;
use tonic::Status;

use super::{call, desk::Rejection};
use crate::domain::ids::{CommunityId, OfficeId, PartnershipId, TrainingId};

/// Which record, and the version that the caller read.
pub struct Target<'a> {
    pub id: &'a str,
    pub etag: &'a str,
}

/// The version that a record must have to be changed; any where the caller did not say.
#[derive(Debug, Clone, Copy)]
pub struct Expected(Option<Version>);

impl<'a> Target<'a> {
    /// A record in whatever version it is.
    #[must_use]
    pub const fn any(id: &'a str) -> Self {
        Self { id, etag: "" }
    }

    pub fn community(&self) -> Result<CommunityId, Status> {
        found(CommunityId::parse(self.id), Thing::COMMUNITY)
    }

    pub fn office(&self) -> Result<OfficeId, Status> {
        found(OfficeId::parse(self.id), Thing::OFFICE)
    }

    pub fn partnership(&self) -> Result<PartnershipId, Status> {
        found(PartnershipId::parse(self.id), Thing::PARTNERSHIP)
    }

    pub fn training(&self) -> Result<TrainingId, Status> {
        found(TrainingId::parse(self.id), Thing::TRAINING)
    }

    pub fn expected(&self) -> Result<Expected, Fault> {
        call::etag(self.etag).map(Expected)
    }
}

impl Expected {
    /// Of a record that is new, or changed whatever it is.
    pub const ANY: Self = Self(None);

    /// Refuses where somebody else changed the record since.
    pub fn met_by(self, version: Version) -> Result<(), Rejection> {
        if self.0.is_none_or(|expected| expected == version) { Ok(()) } else { Err(Rejection::Stale) }
    }
}

/// A malformed id is one that is not there.
fn found<T>(id: Option<T>, thing: Thing) -> Result<T, Status> {
    id.ok_or_else(|| thing.not_found().into())
}
