//! Rules, lists of codes, rubrics, revoked grants and territories, in memory: few, and asked at every registration, report, timer and call.

use std::{collections::HashSet, sync::Arc};

use kim_eventlog::Position;
use kim_territory::Adopted;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::territory::{self, Accession};
use crate::{
    domain::{
        adoption::{self, Adoption, Event},
        code_list::CodeLists,
        due::Rules,
        rubric::Rubrics,
    },
    wire::master::{code_list_event, rubric_event, rule_event},
};

/// What the index knows of the master data.
#[derive(Debug, Clone, Default)]
pub struct Masters {
    pub rules: Arc<Rules>,
    pub code_lists: Arc<CodeLists>,
    pub rubrics: Arc<Rubrics>,
    pub revoked: Arc<HashSet<Uuid>>,
    pub adopted: Arc<Adopted>,
    /// The territories that came into force, the last one now.
    pub accessions: Arc<[Accession]>,
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
        let mut territory = Territories::default();
        let mut changes = territory::events(connection).await?.into_iter().peekable();
        for (position, event_type, payload) in events {
            // A rule is of the region that its code meant then.
            while let Some(change) = changes.next_if(|(at, ..)| at.get() < position) {
                territory.apply(change, &mut rules);
            }
            if let Some(event) = rule_event(&event_type, &payload) {
                rules.apply(&event);
            } else {
                tracing::error!(position, event_type, "a rule is not understood and does not hold here");
            }
        }
        changes.for_each(|change| territory.apply(change, &mut rules));
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
            adopted: Arc::new(territory.adoption.adopted),
            accessions: territory.accessions.into(),
            position,
        })
    }
}

/// The territories as their events bring them into force.
#[derive(Default)]
struct Territories {
    adoption: Adoption,
    accessions: Vec<Accession>,
}

impl Territories {
    fn apply(&mut self, (position, recorded_time, event): (Position, OffsetDateTime, Event), rules: &mut Rules) {
        let step = self.adoption.step.clone();
        self.adoption = adoption::evolve(std::mem::take(&mut self.adoption), &event);
        if let Event::Adopted { decree, on } = event {
            let changes = step.as_ref().map_or(0, |step| step.rows.len());
            if let Some(step) = &step {
                rules.adopt(step);
            }
            self.accessions.push(Accession { decree, on, position, recorded_time, changes });
        }
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
