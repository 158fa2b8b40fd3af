//! What pages of dissemination need to know.

use kim_territory::{Decree, RegionCode};
use time::Date;
use uuid::Uuid;

use super::funnel::{Funnel, NoticeKind, Rung};
use crate::{
    context::Context,
    pages::model::{AsOf, Month},
};

/// The logs that these figures are computed from: communities have their seats by the registry's, and offices their names.
pub const COUNTED_FROM: [Context; 2] = [Context::Registry, Context::Dissemination];

/// Where a campaign stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CampaignStatus {
    Draft,
    Scheduled,
    Running,
    Paused,
    Completed,
    Cancelled,
}

/// A campaign that has begun, as the public may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    pub id: Uuid,
    pub name: String,
    pub programme_id: Uuid,
    /// `None` where the programme's records are held back, as for the material and the office.
    pub programme: Option<String>,
    pub office: Option<String>,
    pub material: Option<Material>,
    /// First and last day of its window.
    pub from: Date,
    pub until: Date,
    pub status: CampaignStatus,
}

/// What a campaign tells, as its newest version has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Material {
    pub title: String,
    pub version: i32,
    pub withdrawn_on: Option<Date>,
}

/// A campaign's funnel in a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignFunnel {
    pub campaign: Campaign,
    pub funnel: Funnel,
}

/// A part of a region, and the funnel in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartFunnel {
    pub code: RegionCode,
    pub funnel: Funnel,
}

/// How long a question has waited for its answer: up to 3 days, up to 7, up to 30, longer.
pub const WAITING_UP_TO: [i32; 3] = [3, 7, 30];

/// Questions that wait for the answer of one office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    pub office_id: Uuid,
    pub office: Option<String>,
    /// By how long they have waited: see [`WAITING_UP_TO`].
    pub by_age: [i64; 4],
    /// Since when the oldest of them waits.
    pub oldest: Date,
}

impl Unanswered {
    #[must_use]
    pub fn total(&self) -> i64 {
        self.by_age.iter().sum()
    }
}

/// A campaign whose communities were told of a correction or a withdrawal, and not all of them took notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unacknowledged {
    pub campaign_id: Uuid,
    pub campaign: String,
    pub kind: NoticeKind,
    /// Communities that were told, and are still there.
    pub told: i64,
    /// Those of them that took notice.
    pub acknowledged: i64,
}

/// A programme, with all its campaigns that have begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProgrammeQuery {
    pub programme: Uuid,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programme {
    pub id: Uuid,
    pub name: String,
    pub office: Option<String>,
    pub from: Date,
    /// `None` when it has no last day.
    pub until: Option<Date>,
    pub closed_on: Option<Date>,
}

/// In the whole nation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgrammeView {
    pub as_of: AsOf,
    pub programme: Programme,
    /// The newest first.
    pub campaigns: Vec<CampaignFunnel>,
}

impl ProgrammeView {
    /// Of all its campaigns.
    #[must_use]
    pub fn funnel(&self) -> Funnel {
        self.campaigns.iter().map(|campaign| &campaign.funnel).sum()
    }
}

/// The median time from a rung to the next one, of deliveries of which both were reported.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    pub from: Rung,
    pub to: Rung,
    pub deliveries: i64,
    /// `None` when there are none. Rungs that are told by the day count in whole days; a report of a later rung with an earlier time
    /// counts as it was told, so that it may be negative.
    pub median_hours: Option<f64>,
}

/// Campaigns in a region: those whose window began in the twelve months up to a month's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DisseminationQuery {
    pub region: RegionCode,
    /// The territory that the region is one of; the one in force when none is named.
    pub territory: Option<Decree>,
    pub month: Month,
    /// By which it is told how long questions have waited.
    pub today: Date,
}

/// Dissemination in one region, read in one snapshot. Figures are as of now, whatever the month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisseminationView {
    pub as_of: AsOf,
    /// The newest first; those with a delivery in the region.
    pub campaigns: Vec<CampaignFunnel>,
    /// Its parts, in order of code, with the funnels of these campaigns.
    pub parts: Vec<PartFunnel>,
    /// Parts that cannot be counted: see [`crate::pages::QueryError::Untold`].
    pub untold: Vec<RegionCode>,
    /// Those with the longest wait first; of all campaigns, whenever they began.
    pub unanswered: Vec<Unanswered>,
    /// Of all campaigns, whenever they began.
    pub unacknowledged: Vec<Unacknowledged>,
}

impl DisseminationView {
    /// Of all its campaigns.
    #[must_use]
    pub fn funnel(&self) -> Funnel {
        self.campaigns.iter().map(|campaign| &campaign.funnel).sum()
    }
}

/// One campaign in a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CampaignQuery {
    pub campaign: Uuid,
    pub region: RegionCode,
    pub territory: Option<Decree>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CampaignView {
    pub as_of: AsOf,
    pub campaign: Campaign,
    pub funnel: Funnel,
    pub steps: Vec<Step>,
    pub parts: Vec<PartFunnel>,
    pub untold: Vec<RegionCode>,
}
