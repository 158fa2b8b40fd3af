//! What is counted of the nation as it was told.

use std::collections::{BTreeMap, HashSet};

use kim_territory::{Level, RegionCode, Territory};
use time::Date;

use super::told::{Status, Told};
use crate::sample::{month::Month, plan::Plan};

impl Told {
    fn status_at(&self, kim: usize, day: Date) -> Option<Status> {
        self.known[kim].history.iter().rfind(|(since, _)| *since <= day).map(|(_, status)| *status)
    }

    pub fn at_end_of(&self, month: Month) -> BTreeMap<Status, u32> {
        let mut counts = BTreeMap::new();
        for kim in 0..self.known.len() {
            if let Some(status) = self.status_at(kim, month.last_day()) {
                *counts.entry(status).or_default() += 1;
            }
        }
        counts
    }

    pub fn active(&self, month: Month) -> u32 {
        self.at_end_of(month).get(&Status::Active).copied().unwrap_or_default()
    }

    pub fn covered(&self, plan: &Plan, within: RegionCode) -> f64 {
        let covered: HashSet<RegionCode> = (0..self.known.len())
            .filter(|&kim| self.known[kim].status == Some(Status::Active))
            .filter_map(|kim| plan.kims[kim].record.seat.district())
            .filter(|district| within.contains(district))
            .collect();
        covered.len() as f64 / Territory::current().count(&within, Level::District) as f64
    }
}
