//! Follows the log: folds its events into the index, checkpoint and rows in one transaction. Replicas take turns by the lock on
//! the checkpoint's row; whichever comes second finds the work done.

use std::collections::BTreeSet;

use kim_desk::follow::BATCH;
use kim_eventlog::{Aggregate, Filter, Position, Recorded, Version};
use sqlx::{Postgres, Transaction};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Entry, Index, Masters, assessments, grant, office,
    partner::Endings,
    partnership,
    rows::{
        checkpoint, empty, insert_code_list, insert_merger, insert_rubric, insert_rule, load, raise_numbers,
        reckon_again, save,
    },
    term::Terms,
    territory,
    training::{self, Fact},
};
use crate::{
    domain::community::Event,
    wire::{
        assessment::Assessments,
        community::Communities,
        master::{
            CODE_LIST_SET, DORMANCY_RULE_SET, FORMATION_RULE_SET, GRANT_ISSUED, GRANT_REVOKED, Offices, RUBRIC_SET,
            TERRITORY_ADOPTED, TERRITORY_REGIONS_CHANGED,
        },
        partnership::Partnerships,
        training::{
            TRAINING_CANCELLED, TRAINING_HELD, TRAINING_INVITATIONS_SENT, TRAINING_PLANNED, TRAINING_REPORTED,
            TRAINING_RESCHEDULED,
        },
    },
};

#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("the index was made from another log: at {0} it has an event that this log does not have there")]
    OtherLog(Position),
    #[error("a row of the index is not understood")]
    Row,
}

impl Index {
    /// Follows the log to its head. Before that neither the rules nor the revoked grants are known: nothing may be served.
    /// An index of a log that is no more, after a restore, is made again.
    pub async fn prepare(&self) -> Result<(), FollowError> {
        loop {
            match self.advance().await {
                Ok(0) => return Ok(self.learn_names().await?),
                Ok(_) => {}
                Err(FollowError::OtherLog(at)) => {
                    tracing::warn!(%at, "indeks dibuat dari log yang lain; dibuat lagi dari awal");
                    empty(&mut *self.pool.acquire().await?).await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Follows the log until `stop`.
    pub async fn follow(self, stop: CancellationToken) {
        self.followed.follow(|| self.advance(), stop).await;
    }

    /// Folds the next events. Returns how many there were.
    async fn advance(&self) -> Result<i64, FollowError> {
        let mut transaction = self.pool.begin().await?;
        let (at, event_id, master_position) = checkpoint(&mut transaction).await?;
        if at > Position::START && self.followed.at() == Position::START {
            let there = self.log.at(at).await?.map(|event| event.event_id);
            if there != event_id {
                return Err(FollowError::OtherLog(at));
            }
        }
        if self.masters.borrow().position < master_position {
            self.know(Masters::load(&mut transaction, master_position).await?);
        }
        let (events, _) = self.log.read(at.next(), BATCH, &Filter::default()).await?;
        let Some(last) = events.last() else {
            self.arrived(at);
            return Ok(0);
        };
        let (position, event_id) = (last.position, last.event_id);
        let masters = self.fold(&mut transaction, &events).await?;
        sqlx::query("UPDATE registry.follower SET position = $1, event_id = $2, master_position = $3")
            .bind(position.get())
            .bind(event_id)
            .bind(masters.as_ref().map_or(master_position, |masters| masters.position).get())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        if let Some(masters) = masters {
            self.know(masters);
        }
        self.arrived(position);
        Ok(position.get() - at.get())
    }

    fn arrived(&self, position: Position) {
        self.metrics.arrived(position.sequence());
        self.followed.arrived(position);
    }

    /// Folds `events`; the new masters if any of them changed.
    async fn fold(
        &self,
        transaction: &mut Transaction<'_, Postgres>,
        events: &[Recorded],
    ) -> Result<Option<Masters>, FollowError> {
        let mut masters_changed = None;
        let mut adopted = self.territory();
        let mut rules_changed = false;
        let (mut communities, mut offices, mut partnerships) = (Vec::new(), Vec::new(), Vec::new());
        let mut assessed = Vec::new();
        let (mut numbers, mut terms) = (Vec::new(), Terms::default());
        let mut endings = Endings::default();
        for recorded in events {
            match recorded.event_type.as_str() {
                FORMATION_RULE_SET | DORMANCY_RULE_SET => {
                    insert_rule(transaction, recorded).await?;
                    masters_changed = Some(recorded.position);
                    rules_changed |= recorded.event_type == DORMANCY_RULE_SET;
                }
                TERRITORY_REGIONS_CHANGED | TERRITORY_ADOPTED => {
                    territory::fold(transaction, recorded, &mut adopted).await?;
                    masters_changed = Some(recorded.position);
                    rules_changed = true;
                }
                GRANT_ISSUED => grant::hold(transaction, recorded).await?,
                GRANT_REVOKED => {
                    grant::revoke(transaction, recorded).await?;
                    masters_changed = Some(recorded.position);
                }
                TRAINING_PLANNED
                | TRAINING_RESCHEDULED
                | TRAINING_INVITATIONS_SENT
                | TRAINING_HELD
                | TRAINING_REPORTED
                | TRAINING_CANCELLED => training::fold(transaction, recorded, &adopted).await?,
                CODE_LIST_SET => {
                    insert_code_list(transaction, recorded).await?;
                    masters_changed = Some(recorded.position);
                }
                RUBRIC_SET => {
                    insert_rubric(transaction, recorded).await?;
                    masters_changed = Some(recorded.position);
                }
                _ => {
                    if let Some(happened) = Communities::decode(recorded) {
                        match &happened.event {
                            Event::Registered { number, .. } => numbers.extend(*number),
                            Event::Merged { into, on, .. } => insert_merger(transaction, recorded, *into, *on).await?,
                            _ => {}
                        }
                        terms.fold(recorded.aggregate, &happened.event);
                        endings.of_community(recorded, &happened.event);
                        communities.push((recorded, happened.event));
                    } else if let Some(happened) = Offices::decode(recorded) {
                        endings.of_office(recorded, &happened.event);
                        offices.push((recorded, happened.event));
                    } else if let Some(happened) = Partnerships::decode(recorded) {
                        endings.push(recorded);
                        partnerships.push((recorded, happened.event));
                    } else if let Some(happened) = Assessments::decode(recorded) {
                        assessed.push((recorded.aggregate, recorded.version, happened.event));
                    }
                }
            }
        }
        raise_numbers(transaction, &numbers).await?;
        terms.save(transaction).await?;
        let masters = match masters_changed {
            None => None,
            Some(position) => Some(Masters::load(transaction, position).await?),
        };
        let rules =
            masters.as_ref().map_or_else(|| self.masters.borrow().rules.clone(), |masters| masters.rules.clone());
        let facts: Vec<Fact> =
            communities.iter().filter_map(|(recorded, event)| Fact::of(recorded.aggregate, event)).collect();
        training::note(transaction, &facts).await?;
        // Whoever begins here has no row yet.
        let mut ids: BTreeSet<Uuid> = communities.iter().map(|(recorded, _)| recorded.aggregate).collect();
        for (recorded, _) in communities.iter().filter(|(recorded, _)| recorded.version == Version::NONE.after(1)) {
            ids.remove(&recorded.aggregate);
        }
        let mut entries = load(transaction, &ids.into_iter().collect::<Vec<_>>()).await?;
        for (recorded, event) in communities {
            if let Some(first) = Entry::first(recorded.aggregate, &event) {
                entries.entry(recorded.aggregate).or_insert(first);
            }
            match entries.get_mut(&recorded.aggregate) {
                Some(entry) => entry.fold(&event, recorded.version, recorded.position),
                None => {
                    tracing::error!(position = %recorded.position, "a community's event came without its first one");
                }
            }
        }
        save(transaction, entries.values(), &rules).await?;
        office::fold(transaction, offices).await?;
        partnership::fold(transaction, partnerships).await?;
        endings.note(transaction).await?;
        assessments::fold(transaction, &assessed).await?;
        if rules_changed {
            reckon_again(transaction, &rules).await?;
        }
        Ok(masters)
    }
}
