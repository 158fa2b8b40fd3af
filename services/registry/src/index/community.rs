//! Communities in the index: a page of them, and which of some are there.

use std::collections::HashSet;

use kim_contract::registry::v1 as pb;
use kim_desk::wire::{Paired, region};
use kim_eventlog::answered;
use kim_values::Region;
use prost::Message;
use uuid::Uuid;

use super::Index;
use crate::domain::community::Status;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    pub communities: Vec<pb::Community>,
    pub next: String,
}

/// A community's seat, by the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub id: Uuid,
    pub seat: Region,
    pub status: Status,
}

impl Index {
    /// Which of these communities are there, where, and in which state.
    pub async fn find(&self, ids: &[Uuid]) -> Result<Vec<Found>, sqlx::Error> {
        let rows: Vec<(Uuid, Vec<u8>)> =
            sqlx::query_as("SELECT community_id, record FROM registry.community WHERE community_id = ANY ($1)")
                .bind(ids)
                .fetch_all(&self.pool)
                .await?;
        let found = |(id, record): (Uuid, Vec<u8>)| {
            let record = pb::Community::decode(record.as_slice()).ok()?;
            let status = Status::from_proto(record.status)?;
            Some(Found { id, seat: region::stored(record.profile?.seat.as_ref())?, status })
        };
        Ok(rows.into_iter().filter_map(found).collect())
    }

    /// Which of these communities are there.
    pub async fn known(&self, ids: &[Uuid]) -> Result<HashSet<Uuid>, sqlx::Error> {
        let asked = sqlx::query_scalar("SELECT community_id FROM registry.community WHERE community_id = ANY ($1)");
        let known: Vec<Uuid> = answered(asked.bind(ids).fetch_all(&self.pool)).await?;
        Ok(known.into_iter().collect())
    }
}
