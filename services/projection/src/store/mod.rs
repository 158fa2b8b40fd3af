//! The read model: its generations, and the questions it answers.

mod as_of;
mod communities;
mod digest;
pub mod dissemination;
pub mod figures;
pub mod generation;
#[cfg(test)]
mod plans;
mod reader;
pub mod region;
mod territory;
pub mod trainings;

pub use digest::{TableDigest, digest};
pub use figures::{Figure, monthly};
pub use generation::{Generation, Generations, Switched, checkpoints};
pub use reader::{Snapshot, Store};
pub use territory::{Scope, Territories};

use crate::pages::{
    BulletinQuery, BulletinView, CampaignQuery, CampaignView, CommunityPage, CommunityQuery, DisseminationQuery,
    DisseminationView, ProgrammeQuery, ProgrammeView, Queries, QueryError, RegionQuery, RegionView, State,
};

/// Version of the formulas by which figures are made of rows, as shown beside every figure.
///
/// `v1`: a community counts in the state that it is in on the month's last day, at its seat in the territory in force; a region is
/// covered on a day on which a community in it is active; a revival followed a training when it came in its days or in the 90
/// after its last one. A region of an older territory is counted by those in force that together are it; where none are,
/// it is covered when the one that goes on for it is. A delivery reached a rung when that or a higher one was reported of it; it
/// counts where it was assigned, below a regency where its community's seat is now.
pub const FORMULA: &str = "v1";

impl Queries for Store {
    fn state(&self) -> tokio::sync::watch::Receiver<State> {
        self.states()
    }

    async fn region(&self, query: RegionQuery) -> Result<RegionView, QueryError> {
        let mut snapshot = self.snapshot().await?;
        region::view(&mut snapshot, query).await
    }

    async fn communities(&self, query: CommunityQuery) -> Result<CommunityPage, QueryError> {
        let mut snapshot = self.snapshot().await?;
        communities::page(&mut snapshot, query).await
    }

    async fn dissemination(&self, query: DisseminationQuery) -> Result<DisseminationView, QueryError> {
        let mut snapshot = self.snapshot().await?;
        dissemination::view(&mut snapshot, query).await
    }

    async fn campaign(&self, query: CampaignQuery) -> Result<Option<CampaignView>, QueryError> {
        let mut snapshot = self.snapshot().await?;
        dissemination::campaign(&mut snapshot, query).await
    }

    async fn programme(&self, query: ProgrammeQuery) -> Result<Option<ProgrammeView>, QueryError> {
        let mut snapshot = self.snapshot().await?;
        dissemination::programme(&mut snapshot, query).await
    }

    async fn bulletin(&self, query: BulletinQuery) -> Result<Option<BulletinView>, QueryError> {
        let mut snapshot = self.snapshot().await?;
        dissemination::bulletin(&mut snapshot, query).await
    }
}

fn unanswered(error: sqlx::Error) -> QueryError {
    QueryError::Store(error.into())
}
