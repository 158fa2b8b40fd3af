//! Whom a campaign is for, and where the registry's log stood when that was looked up.

use std::collections::BTreeSet;

use kim_territory::{Level, RegionCode};
use kim_values::Region;

use super::ids::{CommunityId, OfficeId};

/// As many regions as an audience may name.
pub const MAX_REGIONS: usize = 200;
/// As many communities as may be listed.
pub const MAX_LISTED: usize = 1_000;

/// How far the registry's log was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegistryPosition(pub u64);

/// The statuses in which a community is told something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    Registered,
    Active,
    Dormant,
}

/// The levels at which communities have their seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeatLevel {
    Regency,
    District,
    Village,
}

impl SeatLevel {
    /// `None` for the nation and its provinces.
    #[must_use]
    pub fn of(seat: &RegionCode) -> Option<Self> {
        match seat.level() {
            Level::Nation | Level::Province => None,
            Level::Regency => Some(Self::Regency),
            Level::District => Some(Self::District),
            Level::Village => Some(Self::Village),
        }
    }
}

/// What a community was built on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BaseGroup {
    Unknown,
    None,
    Youth,
    Farmers,
    Pkk,
    Pokdarwis,
    Other,
}

/// Which partnership a community has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Partnership {
    Any,
    InForce,
    WithThisOffice,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing {
    Everybody,
    Only(BTreeSet<CommunityId>),
    Except(BTreeSet<CommunityId>),
}

/// The communities that fit all of this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    regions: Vec<Region>,
    /// None of them means all.
    seat_levels: BTreeSet<SeatLevel>,
    standings: BTreeSet<Standing>,
    /// None of them means all.
    base_groups: BTreeSet<BaseGroup>,
    partnership: Partnership,
    listing: Listing,
}

/// Why an audience is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AudienceFlaw {
    #[error("an audience names at least one region")]
    RegionMissing,
    #[error("an audience names at most {MAX_REGIONS} regions")]
    TooManyRegions,
    #[error("an audience names at least one status")]
    StandingMissing,
    #[error("a list of communities is empty")]
    ListEmpty,
    #[error("a list names at most {MAX_LISTED} communities")]
    ListTooLong,
}

/// What is known of a community that may be in an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member<'a> {
    pub community: CommunityId,
    pub seat: RegionCode,
    pub standing: Standing,
    pub base_group: BaseGroup,
    /// The offices that it has a partnership in force with.
    pub partners: &'a [OfficeId],
}

impl Audience {
    /// A region within another one of them says nothing more, and is left out.
    pub fn new(
        regions: Vec<Region>,
        seat_levels: BTreeSet<SeatLevel>,
        standings: BTreeSet<Standing>,
        base_groups: BTreeSet<BaseGroup>,
        partnership: Partnership,
        listing: Listing,
    ) -> Result<Self, AudienceFlaw> {
        if regions.is_empty() {
            return Err(AudienceFlaw::RegionMissing);
        }
        if regions.len() > MAX_REGIONS {
            return Err(AudienceFlaw::TooManyRegions);
        }
        if standings.is_empty() {
            return Err(AudienceFlaw::StandingMissing);
        }
        if let Listing::Only(listed) | Listing::Except(listed) = &listing {
            if listed.is_empty() {
                return Err(AudienceFlaw::ListEmpty);
            }
            if listed.len() > MAX_LISTED {
                return Err(AudienceFlaw::ListTooLong);
            }
        }
        Ok(Self { regions: outermost(regions), seat_levels, standings, base_groups, partnership, listing })
    }

    /// Whether a community is in it when `office` asks.
    #[must_use]
    pub fn has(&self, member: &Member<'_>, office: OfficeId) -> bool {
        let partnership = match self.partnership {
            Partnership::Any => true,
            Partnership::InForce => !member.partners.is_empty(),
            Partnership::WithThisOffice => member.partners.contains(&office),
        };
        let listed = match &self.listing {
            Listing::Everybody => true,
            Listing::Only(listed) => listed.contains(&member.community),
            Listing::Except(listed) => !listed.contains(&member.community),
        };
        partnership
            && listed
            && self.standings.contains(&member.standing)
            && (self.base_groups.is_empty() || self.base_groups.contains(&member.base_group))
            && (self.seat_levels.is_empty()
                || SeatLevel::of(&member.seat).is_some_and(|level| self.seat_levels.contains(&level)))
            && self.regions.iter().any(|region| region.code.contains(&member.seat))
    }

    /// The same communities where a territory has other codes for its regions: `follow` says which.
    #[must_use]
    pub fn followed(&self, follow: impl Fn(Region) -> Vec<Region>) -> Self {
        let regions = self.regions.iter().copied().flat_map(follow).collect();
        Self { regions: outermost(regions), ..self.clone() }
    }

    #[must_use]
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    pub fn codes(&self) -> impl Iterator<Item = RegionCode> {
        self.regions.iter().map(|region| region.code)
    }

    #[must_use]
    pub fn seat_levels(&self) -> &BTreeSet<SeatLevel> {
        &self.seat_levels
    }

    #[must_use]
    pub fn standings(&self) -> &BTreeSet<Standing> {
        &self.standings
    }

    #[must_use]
    pub fn base_groups(&self) -> &BTreeSet<BaseGroup> {
        &self.base_groups
    }

    #[must_use]
    pub fn partnership(&self) -> Partnership {
        self.partnership
    }

    #[must_use]
    pub fn listing(&self) -> &Listing {
        &self.listing
    }
}

/// In the order of their codes.
fn outermost(mut regions: Vec<Region>) -> Vec<Region> {
    regions.sort_unstable_by_key(|region| region.code);
    regions.dedup();
    let all = regions.clone();
    let within_another = |region: &Region| all.iter().any(|o| o != region && o.code.contains(&region.code));
    regions.retain(|region| !within_another(region));
    regions
}

#[cfg(test)]
mod tests;
