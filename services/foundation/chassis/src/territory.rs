//! The territory in force, from moment to moment.

use std::sync::Arc;

use kim_territory::Adopted;
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

/// 2022, and then 2023 with Papua Barat Daya. What is in doubt between them went.
#[cfg(test)]
pub(crate) fn split() -> Adopted {
    use kim_territory::{ActKind, Changes, Decree, Ruling, Step, Territory};
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
