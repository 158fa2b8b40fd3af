//! Terms of officers that end by themselves, as timers and lists look for them. A term without an end, and one that is over, has no row.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgConnection;
use time::Date;
use uuid::Uuid;

use crate::domain::{
    board::{LeaveReason, Term},
    community::Event,
};

/// A community, an officer, and the term's first day.
type Key = (Uuid, Uuid, Date);

/// What events change, before it is written: all deletions come first.
#[derive(Debug, Default)]
pub(super) struct Terms {
    cleared: BTreeSet<Uuid>,
    left: Vec<(Uuid, Uuid, Option<Date>)>,
    begun: BTreeMap<Key, Date>,
}

impl Terms {
    pub fn fold(&mut self, community: Uuid, event: &Event) {
        match event {
            Event::Drafted { terms, .. } => self.begin(community, terms),
            Event::Amended { terms, .. } => {
                self.clear(community);
                self.begin(community, terms);
            }
            Event::OfficerAppointed(term) => self.begin(community, &[*term]),
            Event::OfficerLeft { officer, on, reason } => {
                self.leave(community, officer.0, (*reason == LeaveReason::TermEnded).then_some(*on));
            }
            Event::Dissolved { .. } | Event::Merged { .. } => self.clear(community),
            _ => {}
        }
    }

    fn begin(&mut self, community: Uuid, terms: &[Term]) {
        for term in terms {
            if let Some(ends) = term.ends() {
                self.begun.insert((community, term.officer.0, term.from), ends);
            }
        }
    }

    fn clear(&mut self, community: Uuid) {
        self.begun.retain(|key, _| key.0 != community);
        self.cleared.insert(community);
    }

    /// `ended_on` is the day of a term that ended by itself; else it is the latest that ends.
    fn leave(&mut self, community: Uuid, officer: Uuid, ended_on: Option<Date>) {
        let about = |(key, ends): &(&Key, &Date)| {
            (key.0, key.1) == (community, officer) && ended_on.is_none_or(|on| on == **ends)
        };
        let latest = self.begun.iter().rev().find(about).map(|(key, _)| *key);
        match latest {
            Some(key) => drop(self.begun.remove(&key)),
            None => self.left.push((community, officer, ended_on)),
        }
    }

    pub async fn save(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        if !self.cleared.is_empty() {
            sqlx::query("DELETE FROM registry.term WHERE community_id = ANY ($1)")
                .bind(self.cleared.into_iter().collect::<Vec<_>>())
                .execute(&mut *connection)
                .await?;
        }
        for (community, officer, ended_on) in self.left {
            sqlx::query(
                "DELETE FROM registry.term WHERE (community_id, officer_id, begins_on) =
                   (SELECT community_id, officer_id, begins_on FROM registry.term
                    WHERE community_id = $1 AND officer_id = $2 AND ($3::date IS NULL OR ends_on = $3)
                    ORDER BY begins_on DESC LIMIT 1)",
            )
            .bind(community)
            .bind(officer)
            .bind(ended_on)
            .execute(&mut *connection)
            .await?;
        }
        if self.begun.is_empty() {
            return Ok(());
        }
        let column = |of: fn(&Key) -> Uuid| self.begun.keys().map(of).collect::<Vec<_>>();
        sqlx::query(
            "INSERT INTO registry.term (community_id, officer_id, begins_on, ends_on)
             SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::date[])",
        )
        .bind(column(|key| key.0))
        .bind(column(|key| key.1))
        .bind(self.begun.keys().map(|key| key.2).collect::<Vec<_>>())
        .bind(self.begun.values().copied().collect::<Vec<_>>())
        .execute(connection)
        .await?;
        Ok(())
    }
}
