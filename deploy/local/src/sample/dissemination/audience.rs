//! Whom a campaign is for.

use kim_territory::RegionCode;

use super::{
    campaign::Campaign,
    standing::{Known, Standing, Status},
};
use crate::sample::{
    places::code,
    record::{Base, Record},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audience {
    /// Codes of provinces; none means the whole region of the campaign's office.
    pub regions: &'static [&'static str],
    pub statuses: &'static [Status],
    /// None means all.
    pub bases: &'static [Base],
    pub partners: Partners,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partners {
    /// Whether or not it has a partnership.
    Any,
    /// With any office.
    InForce,
    WithThisOffice,
}

pub const EVERYBODY: Audience = Audience {
    regions: &[],
    statuses: &[Status::Registered, Status::Active, Status::Dormant],
    bases: &[],
    partners: Partners::Any,
};
pub const ACTIVE: Audience = Audience { statuses: &[Status::Active], ..EVERYBODY };
pub const PARTNERS: Audience = Audience { partners: Partners::InForce, ..ACTIVE };
pub const OWN_PARTNERS: Audience = Audience { partners: Partners::WithThisOffice, ..ACTIVE };

impl Audience {
    /// How a community stands when the campaign opens; `None` when it is not in the audience.
    #[must_use]
    pub fn standing(&self, record: &Record, known: &Known, campaign: &Campaign) -> Option<Standing> {
        let stop = campaign.from;
        if !self.has_place(campaign.office, &record.seat) {
            return None;
        }
        let standing = known.standing_at(stop)?;
        let fits = self.statuses.contains(&standing.status)
            && (self.bases.is_empty() || self.bases.contains(&known.base_at(stop)))
            && match self.partners {
                Partners::Any => true,
                Partners::InForce => known.has_partner(None, stop),
                Partners::WithThisOffice => known.has_partner(Some(campaign.office), stop),
            };
        fits.then_some(standing)
    }

    /// Whether a seat is in one of its regions when `office` asks.
    #[must_use]
    pub fn has_place(&self, office: RegionCode, seat: &RegionCode) -> bool {
        let named = || self.regions.iter().any(|region| code(region).contains(seat));
        office.contains(seat) && (self.regions.is_empty() || named())
    }

    /// When `office` asks.
    #[must_use]
    pub fn regions(&self, office: RegionCode) -> Vec<RegionCode> {
        if self.regions.is_empty() { vec![office] } else { self.regions.iter().map(|region| code(region)).collect() }
    }
}
