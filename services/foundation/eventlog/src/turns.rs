//! Commands on one aggregate take turns in this process. The version check at append would sort them out as well, but each one that
//! lost would read and decide again, and under many at once most of them lose.

use std::{num::NonZeroUsize, sync::Arc};

use tokio::sync::Mutex;
use uuid::Uuid;

use crate::{Aggregate, Done, Envelope, ExecuteError, Log, Proposal, Repository, Snapshot, Snapshots};

/// Aggregates share a turn by the hash of their ids; so many that two rarely meet.
const TURNS: usize = 4096;

/// A repository whose commands take turns.
pub struct InTurn<A: Aggregate> {
    repository: Repository<A>,
    turns: Arc<[Mutex<()>]>,
}

impl<A: Aggregate> Clone for InTurn<A> {
    fn clone(&self) -> Self {
        Self { repository: self.repository.clone(), turns: self.turns.clone() }
    }
}

impl<A: Aggregate> InTurn<A> {
    #[must_use]
    pub fn new(log: Log, cached: NonZeroUsize) -> Self {
        let turns = (0..TURNS).map(|_| Mutex::new(())).collect();
        Self { repository: Repository::new(log, cached), turns }
    }

    /// See [`Repository::load`].
    pub async fn load<R>(&self, id: Uuid) -> Result<Arc<Snapshot<A::State>>, ExecuteError<R>> {
        self.repository.load(id).await
    }

    /// See [`Repository::load_each`].
    pub async fn load_each(&self, ids: &[Uuid]) -> Result<Snapshots<A::State>, sqlx::Error> {
        self.repository.load_each(ids).await
    }

    /// See [`Repository::execute`].
    pub async fn execute<R: Send>(
        &self,
        id: Uuid,
        envelope: &Envelope,
        decide: impl FnMut(&Snapshot<A::State>) -> Result<Proposal<A::Event>, R> + Send,
    ) -> Result<Done<A::State>, ExecuteError<R>> {
        // The low bits of an id are random, or a hash.
        let turn = usize::try_from(id.as_u128() % TURNS as u128).expect("a remainder by the number of turns");
        let _turn = self.turns[turn].lock().await;
        self.repository.execute(id, envelope, decide).await
    }
}
