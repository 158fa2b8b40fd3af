//! Regions' figures, asked for once for each state of the read model, however many readers want them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::OnceCell;

use super::model::{AsOf, Queries, QueryError, RegionQuery, RegionView};
use crate::context::Positions;

/// Entries kept at most; beyond it all are dropped, as they are whenever the read model moves on.
const ROOM: usize = 512;

type Stamp = (Positions, i64);
type Cell = Arc<OnceCell<Arc<RegionView>>>;

#[derive(Default)]
struct Kept {
    /// The positions and generation that the entries belong to.
    stamp: Stamp,
    entries: HashMap<RegionQuery, Cell>,
}

/// A cache in front of [`Queries::region`].
pub struct Snapshots<Q> {
    queries: Arc<Q>,
    kept: Mutex<Kept>,
}

impl<Q: Queries> Snapshots<Q> {
    pub fn new(queries: Arc<Q>) -> Self {
        Self { queries, kept: Mutex::default() }
    }

    /// The figures as of `as_of` or later. Readers who ask for the same at once wait for one query.
    pub async fn region(&self, query: RegionQuery, as_of: &AsOf) -> Result<Arc<RegionView>, QueryError> {
        let cell = self.cell(query, (as_of.positions(), as_of.generation));
        let ask = || async { self.queries.region(query).await.map(Arc::new) };
        cell.get_or_try_init(ask).await.cloned()
    }

    fn cell(&self, query: RegionQuery, stamp: Stamp) -> Cell {
        // Entries are whole at any time: a panic elsewhere leaves nothing half done.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.stamp != stamp || kept.entries.len() >= ROOM {
            *kept = Kept { stamp, entries: HashMap::new() };
        }
        kept.entries.entry(query).or_default().clone()
    }
}
