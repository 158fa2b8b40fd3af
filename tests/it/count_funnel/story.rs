//! What was said of one campaign at one community, and what it counts for.

use std::collections::{BTreeMap, BTreeSet};

/// Where and with which batch it was assigned.
pub struct Assigned {
    pub regency: String,
    pub batch: i32,
}

/// All that was said, as it was said last.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each was said, or was not")]
pub struct Story {
    pub assigned: Option<Assigned>,
    pub released: bool,
    pub delivered: bool,
    pub opened: bool,
    pub acknowledged: bool,
    pub declined: bool,
    pub undeliverable: bool,
    /// People who came to each session that counts.
    pub sessions: BTreeMap<String, i64>,
    /// People reached.
    pub reach: Option<i64>,
    pub verified: bool,
    /// Kind and version of the notices that were taken notice of.
    pub notices: BTreeSet<(i32, i32)>,
}

impl Story {
    /// What an assigned delivery counts for, whose batch was told this last.
    pub fn counts(&self, told: Option<&(i32, i32)>) -> Vec<(&'static str, i64)> {
        let held = !self.sessions.is_empty();
        let reached = self.reach.is_some();
        let told_people = held || reached || self.verified;
        let acknowledged = told_people || self.acknowledged;
        let opened = acknowledged || self.opened;
        let delivered = opened || self.delivered;
        let kind = told.filter(|_| !self.released).map(|(kind, _)| *kind);
        let took_notice = told.is_some_and(|told| self.notices.contains(told));
        vec![
            ("assigned", 1),
            ("delivered", i64::from(delivered)),
            ("opened", i64::from(opened)),
            ("acknowledged", i64::from(acknowledged)),
            ("session_held", i64::from(told_people)),
            ("reach_reported", i64::from(reached || self.verified)),
            ("verified", i64::from(self.verified)),
            ("assigned itself", 1),
            ("delivered itself", i64::from(self.delivered)),
            ("opened itself", i64::from(self.opened)),
            ("acknowledged itself", i64::from(self.acknowledged)),
            ("session_held itself", i64::from(held)),
            ("reach_reported itself", i64::from(reached)),
            ("verified itself", i64::from(self.verified)),
            ("declined", i64::from(self.declined && !told_people)),
            ("undeliverable", i64::from(self.undeliverable && !self.declined && !delivered)),
            ("released", i64::from(self.released)),
            ("sessions", i64::try_from(self.sessions.len()).expect("few")),
            ("attendance", self.sessions.values().sum()),
            ("people", self.reach.unwrap_or(0)),
            ("corrected told", i64::from(kind == Some(1))),
            ("corrected acknowledged", i64::from(kind == Some(1) && took_notice)),
            ("withdrawn told", i64::from(kind == Some(2))),
            ("withdrawn acknowledged", i64::from(kind == Some(2) && took_notice)),
        ]
    }
}
