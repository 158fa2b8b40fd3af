//! Communities of one regency, in the order of a fan-out.

use std::cmp::Reverse;

use kim_territory::{Decree, Level, RegionCode, Zone};
use kim_values::Region;
use time::UtcOffset;

use super::CampaignError;
use crate::domain::ids::CommunityId;

/// As many communities as one batch may have: its event is small, and soon folded.
pub const MAX_BATCH: usize = 500;

/// Communities of one regency, in the order of their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub regency: Region,
    pub communities: Vec<CommunityId>,
}

/// The community at which a fan-out stands: it goes from east to west, so that each zone's turn comes when its window opens, by regency and
/// then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub regency: RegionCode,
    pub community: CommunityId,
}

impl Cursor {
    /// What a fan-out is ordered by.
    #[must_use]
    pub fn key(&self) -> (Reverse<UtcOffset>, RegionCode, CommunityId) {
        (Reverse(Zone::of(&self.regency).offset()), self.regency, self.community)
    }
}

impl Group {
    /// Communities in the order of a fan-out, each with its regency by this decree, as batches have them.
    #[must_use]
    pub fn batches(cursors: &[Cursor], decree: Decree) -> Vec<Self> {
        let of_one = |run: &[Cursor]| Self {
            regency: Region { code: run[0].regency, decree },
            communities: run.iter().map(|cursor| cursor.community).collect(),
        };
        let regencies = cursors.chunk_by(|one, next| one.regency == next.regency);
        regencies.flat_map(|regency| regency.chunks(MAX_BATCH).map(of_one)).collect()
    }

    /// The same communities, as batches have them.
    #[must_use]
    pub fn chunked(self) -> Vec<Self> {
        let Self { regency, communities } = self;
        communities.chunks(MAX_BATCH).map(|some| Self { regency, communities: some.to_vec() }).collect()
    }

    pub(super) fn check(&self) -> Result<(), CampaignError> {
        if self.regency.code.level() != Level::Regency {
            return Err(CampaignError::BatchOfNoRegency(self.regency.code));
        }
        if self.communities.is_empty() {
            return Err(CampaignError::BatchEmpty);
        }
        if self.communities.len() > MAX_BATCH {
            return Err(CampaignError::BatchTooLarge);
        }
        if !self.communities.is_sorted_by(|one, other| one < other) {
            return Err(CampaignError::BatchUnordered);
        }
        Ok(())
    }

    /// The first one of a group that was checked.
    pub(super) fn first(&self) -> Option<Cursor> {
        self.communities.first().map(|community| self.at(*community))
    }

    pub(super) fn at(&self, community: CommunityId) -> Cursor {
        Cursor { regency: self.regency.code, community }
    }
}
