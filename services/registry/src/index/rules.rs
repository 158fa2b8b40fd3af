//! Rules and revoked grants, in memory: few, and asked at every registration, timer and call.

use std::{collections::HashSet, sync::Arc};

use kim_eventlog::Position;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{domain::due::Rules, wire::master::rule_event};

/// What the index knows of the master data.
#[derive(Debug, Clone, Default)]
pub struct Masters {
    pub rules: Arc<Rules>,
    pub revoked: Arc<HashSet<Uuid>>,
    /// The last event that changed them.
    pub position: Position,
}

impl Masters {
    pub(super) async fn load(connection: &mut PgConnection, position: Position) -> Result<Self, sqlx::Error> {
        let events: Vec<(i64, String, Vec<u8>)> =
            sqlx::query_as("SELECT position, type, payload FROM registry.rule ORDER BY position")
                .fetch_all(&mut *connection)
                .await?;
        let mut rules = Rules::default();
        for (position, event_type, payload) in events {
            if let Some(event) = rule_event(&event_type, &payload) {
                rules.apply(&event);
            } else {
                tracing::error!(position, event_type, "a rule is not understood and does not hold here");
            }
        }
        let revoked: Vec<Uuid> =
            sqlx::query_scalar("SELECT grant_id FROM registry.revoked_grant").fetch_all(&mut *connection).await?;
        Ok(Self { rules: Arc::new(rules), revoked: Arc::new(revoked.into_iter().collect()), position })
    }
}
