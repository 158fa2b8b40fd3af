//! Rules, lists of codes, rubrics and revoked grants, in memory: few, and asked at every registration, report, timer and call.

use std::{collections::HashSet, sync::Arc};

use kim_eventlog::Position;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    domain::{code_list::CodeLists, due::Rules, rubric::Rubrics},
    wire::master::{code_list_event, rubric_event, rule_event},
};

/// What the index knows of the master data.
#[derive(Debug, Clone, Default)]
pub struct Masters {
    pub rules: Arc<Rules>,
    pub code_lists: Arc<CodeLists>,
    pub rubrics: Arc<Rubrics>,
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
        let mut code_lists = CodeLists::default();
        let lists = "SELECT position, payload FROM registry.code_list ORDER BY position";
        understood(connection, lists, code_list_event).await?.iter().for_each(|event| code_lists.apply(event));
        let mut rubrics = Rubrics::default();
        let set = "SELECT position, payload FROM registry.rubric ORDER BY position";
        understood(connection, set, rubric_event).await?.iter().for_each(|event| rubrics.apply(event));
        let revoked: Vec<Uuid> =
            sqlx::query_scalar("SELECT grant_id FROM registry.revoked_grant").fetch_all(&mut *connection).await?;
        Ok(Self {
            rules: Arc::new(rules),
            code_lists: Arc::new(code_lists),
            rubrics: Arc::new(rubrics),
            revoked: Arc::new(revoked.into_iter().collect()),
            position,
        })
    }
}

/// The events of a table that are understood.
async fn understood<E>(
    connection: &mut PgConnection,
    select: &'static str,
    read: fn(&[u8]) -> Option<E>,
) -> Result<Vec<E>, sqlx::Error> {
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(select).fetch_all(connection).await?;
    let read = |(position, payload): (i64, Vec<u8>)| {
        let event = read(&payload);
        if event.is_none() {
            tracing::error!(position, "a list or a rubric is not understood and does not hold here");
        }
        event
    };
    Ok(rows.into_iter().filter_map(read).collect())
}
