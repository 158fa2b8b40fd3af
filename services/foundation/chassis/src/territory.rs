//! The territory in force, from moment to moment, and what a person decides about the next one as the contract has it.

use std::sync::Arc;

use kim_contract::registry::v1::{TerritoryDecision, TerritoryDecisionKind};
use kim_territory::{Adopted, RegionCode, Ruling, Rulings};
use tokio::sync::watch;

/// What the log that a service follows has adopted. Cheap to clone. By default nothing: then the newest territory is in force.
#[derive(Clone, Debug)]
pub struct InForce(watch::Receiver<Arc<Adopted>>);

impl InForce {
    /// Whoever follows the log keeps the sender.
    #[must_use]
    pub fn new(adopted: watch::Receiver<Arc<Adopted>>) -> Self {
        Self(adopted)
    }

    /// What is adopted now.
    #[must_use]
    pub fn now(&self) -> Arc<Adopted> {
        Arc::clone(&self.0.borrow())
    }
}

impl Default for InForce {
    fn default() -> Self {
        Self(watch::channel(Arc::default()).1)
    }
}

/// Decisions about the regions that the lists leave in doubt, as `AdoptTerritory` takes them.
#[must_use]
pub fn decisions(rulings: &Rulings) -> Vec<TerritoryDecision> {
    let decision = |(old, ruling): (&RegionCode, &Ruling)| {
        let kind = match ruling {
            Ruling::Became(_) => TerritoryDecisionKind::Became,
            Ruling::Joined(_) => TerritoryDecisionKind::Joined,
            Ruling::Gone => TerritoryDecisionKind::Gone,
        };
        TerritoryDecision {
            old_code: old.to_string(),
            kind: kind.into(),
            new_code: ruling.heir().map(|new| new.to_string()).unwrap_or_default(),
        }
    };
    rulings.iter().map(decision).collect()
}

/// 2022, and then 2023 with Papua Barat Daya. What is in doubt between them went.
#[cfg(test)]
pub(crate) fn split() -> Adopted {
    use kim_territory::{ActKind, Changes, Decree, Step, Territory};
    let (from, to) = (Decree::D2022, Decree::D2023);
    let (old, new) = (Territory::of(from).list(), Territory::of(to).list());
    let told = Changes::between(old, new);
    let doubtful = told.all().filter(|change| change.act.kind() == ActKind::Doubtful);
    let rulings = doubtful.map(|change| (change.act.code(), Ruling::Gone)).collect();
    let changes = Changes::ruled(old, new, &rulings).unwrap();
    let mut adopted = Adopted::default();
    adopted.adopt(from, None);
    adopted.adopt(to, Step::of(from, to, &changes));
    adopted
}
