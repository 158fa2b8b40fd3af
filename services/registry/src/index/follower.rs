//! Follows the log: folds its events into the index, checkpoint and rows in one transaction. Replicas take turns by the lock on
//! the checkpoint's row; whichever comes second finds the work done.

use std::{collections::HashMap, time::Duration};

use kim_eventlog::{Aggregate, Filter, Position, Recorded, Version};
use prost::Message;
use sqlx::{PgConnection, Postgres, Transaction};
use time::Date;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Entry, Index, LastSeen, Masters};
use crate::{
    domain::{community::Status, due::Rules, office, training},
    wire::{
        community::Communities,
        master::{
            DORMANCY_RULE_SET, FORMATION_RULE_SET, GRANT_REVOKED, Offices, TRAINING_HELD, Trainings, office_message,
        },
        pairs::Paired,
        region,
    },
};

/// Events folded in one transaction.
const BATCH: i64 = 4_000;
const BACKOFF: Duration = Duration::from_millis(500);
const GATHER: Duration = Duration::from_millis(50);

#[derive(Debug, thiserror::Error)]
pub(super) enum FollowError {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("the index was made from another log: at {0} it has an event that this log does not have there")]
    OtherLog(Position),
    #[error("a row of the index is not understood")]
    Row,
}

impl Index {
    /// Follows the log until `stop`.
    pub async fn follow(self, stop: CancellationToken) {
        let mut head = self.log.head();
        loop {
            head.borrow_and_update();
            match self.advance().await {
                Ok(BATCH) => {}
                Ok(1..) => self.gather(&stop).await,
                Ok(_) => {
                    let changed = stop.run_until_cancelled(head.changed()).await;
                    if changed.is_none_or(|changed| changed.is_err()) {
                        return;
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "indeks tidak dapat maju; dicoba lagi");
                    if stop.run_until_cancelled(sleep(BACKOFF)).await.is_none() {
                        return;
                    }
                }
            }
            if stop.is_cancelled() {
                return;
            }
        }
    }

    /// While the log grows fast, events gather a little so that a community that appears often is written once; but nobody waits for it.
    async fn gather(&self, stop: &CancellationToken) {
        tokio::select! {
            () = sleep(GATHER) => {}
            () = self.awaited.notified() => {}
            () = stop.cancelled() => {}
        }
    }

    /// Folds the next events. Returns how many there were.
    async fn advance(&self) -> Result<i64, FollowError> {
        let mut transaction = self.pool.begin().await?;
        let (at, event_id, master_position) = checkpoint(&mut transaction).await?;
        if at > Position::START && *self.position.borrow() == Position::START {
            let there = self.log.at(at).await?.map(|event| event.event_id);
            if there != event_id {
                return Err(FollowError::OtherLog(at));
            }
        }
        if self.masters.borrow().position < master_position {
            self.masters.send_replace(Masters::load(&mut transaction, master_position).await?);
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
            self.masters.send_replace(masters);
        }
        self.arrived(position);
        Ok(position.get() - at.get())
    }

    fn arrived(&self, position: Position) {
        self.position.send_if_modified(|at| {
            let newer = position > *at;
            *at = position.max(*at);
            newer
        });
    }

    /// Folds `events`; the new masters if any of them changed.
    async fn fold(
        &self,
        transaction: &mut Transaction<'_, Postgres>,
        events: &[Recorded],
    ) -> Result<Option<Masters>, FollowError> {
        let mut masters_changed = None;
        let mut rules_changed = false;
        let mut communities = Vec::new();
        for recorded in events {
            match recorded.event_type.as_str() {
                FORMATION_RULE_SET | DORMANCY_RULE_SET => {
                    insert_rule(transaction, recorded).await?;
                    masters_changed = Some(recorded.position);
                    rules_changed |= recorded.event_type == DORMANCY_RULE_SET;
                }
                GRANT_REVOKED => {
                    sqlx::query("INSERT INTO registry.revoked_grant (grant_id) VALUES ($1) ON CONFLICT DO NOTHING")
                        .bind(recorded.aggregate)
                        .execute(&mut **transaction)
                        .await?;
                    masters_changed = Some(recorded.position);
                }
                TRAINING_HELD => insert_reactions(transaction, recorded).await?,
                _ => {
                    if let Some(happened) = Communities::decode(recorded) {
                        communities.push((recorded, happened.event));
                    } else if let Some(happened) = Offices::decode(recorded) {
                        let office::Event::Established { office, .. } = &happened.event;
                        insert_office(transaction, recorded.aggregate, office).await?;
                    }
                }
            }
        }
        let masters = match masters_changed {
            None => None,
            Some(position) => Some(Masters::load(transaction, position).await?),
        };
        let rules =
            masters.as_ref().map_or_else(|| self.masters.borrow().rules.clone(), |masters| masters.rules.clone());
        let ids: Vec<Uuid> = communities.iter().map(|(recorded, _)| recorded.aggregate).collect();
        let mut entries = load(transaction, &ids).await?;
        for (recorded, event) in communities {
            if let Some(first) = Entry::first(recorded.aggregate, &event) {
                entries.entry(recorded.aggregate).or_insert(first);
            }
            match entries.get_mut(&recorded.aggregate) {
                Some(entry) => entry.fold(&event, recorded.version),
                None => {
                    tracing::error!(position = %recorded.position, "a community's event came without its first one");
                }
            }
        }
        save(transaction, entries.values(), &rules).await?;
        if rules_changed {
            reckon_again(transaction, &rules).await?;
        }
        Ok(masters)
    }
}

async fn checkpoint(connection: &mut PgConnection) -> Result<(Position, Option<Uuid>, Position), sqlx::Error> {
    let (position, event_id, master): (i64, Option<Uuid>, i64) =
        sqlx::query_as("SELECT position, event_id, master_position FROM registry.follower FOR UPDATE")
            .fetch_one(connection)
            .await?;
    Ok((Position::new(position).unwrap_or_default(), event_id, Position::new(master).unwrap_or_default()))
}

async fn insert_rule(connection: &mut PgConnection, recorded: &Recorded) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO registry.rule (position, type, payload) VALUES ($1, $2, $3)")
        .bind(recorded.position.get())
        .bind(&recorded.event_type)
        .bind(recorded.payload.as_ref())
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert_reactions(connection: &mut PgConnection, recorded: &Recorded) -> Result<(), sqlx::Error> {
    let Some(happened) = Trainings::decode(recorded) else {
        tracing::error!(position = %recorded.position, "a training is not understood, and gives nobody a plan");
        return Ok(());
    };
    let training::Event::Held(training) = &happened.event;
    let participants: Vec<Uuid> = training.participants.iter().map(|community| community.0).collect();
    sqlx::query(
        "INSERT INTO registry.reaction (position, community_id, training_id, held_from, recorded_time)
         SELECT $1, community_id, $3, $4, $5 FROM unnest($2::uuid[]) AS community_id",
    )
    .bind(recorded.position.get())
    .bind(participants)
    .bind(recorded.aggregate)
    .bind(training.held_from)
    .bind(recorded.recorded_time)
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert_office(connection: &mut PgConnection, id: Uuid, office: &office::Office) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO registry.office (office_id, region_code, name_key, record) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(office.region.code.to_string())
        .bind(office.name.key())
        .bind(office_message(crate::domain::ids::OfficeId(id), office).encode_to_vec())
        .execute(connection)
        .await?;
    Ok(())
}

type Row = (Uuid, i16, Option<Date>, bool, String, i64, Vec<u8>);

async fn load(connection: &mut PgConnection, ids: &[Uuid]) -> Result<HashMap<Uuid, Entry>, FollowError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT community_id, status, last_activity_on, reminded, name_key, version, record
         FROM registry.community WHERE community_id = ANY ($1)",
    )
    .bind(ids)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| entry(row).map(|entry| (entry.id, entry)).ok_or(FollowError::Row)).collect()
}

fn entry((id, status, last_activity_on, reminded, name_key, version, record): Row) -> Option<Entry> {
    let record = kim_contract::registry::v1::Community::decode(record.as_slice()).ok()?;
    Some(Entry {
        id,
        seat: region::stored(record.profile.as_ref()?.seat.as_ref())?,
        name_key,
        status: Status::from_proto(status.into())?,
        silence: last_activity_on.map(|on| LastSeen { on, reminded }),
        version: Version::new(version)?,
        record,
    })
}

#[derive(Default)]
struct Columns {
    id: Vec<Uuid>,
    seat: Vec<String>,
    name_key: Vec<String>,
    status: Vec<i16>,
    last_activity_on: Vec<Option<Date>>,
    reminded: Vec<bool>,
    remind_on: Vec<Option<Date>>,
    dormant_on: Vec<Option<Date>>,
    version: Vec<i64>,
    record: Vec<Vec<u8>>,
}

async fn save<'e>(
    connection: &mut PgConnection,
    entries: impl Iterator<Item = &'e Entry>,
    rules: &Rules,
) -> Result<(), sqlx::Error> {
    let mut columns = Columns::default();
    for entry in entries {
        let (remind_on, dormant_on) = entry.due(rules);
        columns.id.push(entry.id);
        columns.seat.push(entry.seat.code.to_string());
        columns.name_key.push(entry.name_key.clone());
        columns.status.push(i16::try_from(entry.status.to_proto()).unwrap_or_default());
        columns.last_activity_on.push(entry.silence.map(|seen| seen.on));
        columns.reminded.push(entry.silence.is_some_and(|seen| seen.reminded));
        columns.remind_on.push(remind_on);
        columns.dormant_on.push(dormant_on);
        columns.version.push(entry.version.get());
        columns.record.push(entry.record.encode_to_vec());
    }
    if columns.id.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO registry.community AS c
           (community_id, seat_code, name_key, status, last_activity_on, reminded, remind_on, dormant_on, version, record)
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::smallint[], $5::date[], $6::bool[], $7::date[],
                              $8::date[], $9::bigint[], $10::bytea[])
         ON CONFLICT (community_id) DO UPDATE SET
           seat_code = excluded.seat_code, name_key = excluded.name_key, status = excluded.status,
           last_activity_on = excluded.last_activity_on, reminded = excluded.reminded, remind_on = excluded.remind_on,
           dormant_on = excluded.dormant_on, version = excluded.version, record = excluded.record",
    )
    .bind(columns.id)
    .bind(columns.seat)
    .bind(columns.name_key)
    .bind(columns.status)
    .bind(columns.last_activity_on)
    .bind(columns.reminded)
    .bind(columns.remind_on)
    .bind(columns.dormant_on)
    .bind(columns.version)
    .bind(columns.record)
    .execute(connection)
    .await?;
    Ok(())
}

/// A changed rule changes what is due: reckons it again for every active community.
async fn reckon_again(connection: &mut PgConnection, rules: &Rules) -> Result<(), FollowError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT community_id, status, last_activity_on, reminded, name_key, version, record
         FROM registry.community WHERE status = $1",
    )
    .bind(i16::try_from(Status::Active.to_proto()).unwrap_or_default())
    .fetch_all(&mut *connection)
    .await?;
    let (mut ids, mut remind, mut dormant) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let entry = entry(row).ok_or(FollowError::Row)?;
        let (remind_on, dormant_on) = entry.due(rules);
        ids.push(entry.id);
        remind.push(remind_on);
        dormant.push(dormant_on);
    }
    sqlx::query(
        "UPDATE registry.community c SET remind_on = due.remind_on, dormant_on = due.dormant_on
         FROM unnest($1::uuid[], $2::date[], $3::date[]) AS due (community_id, remind_on, dormant_on)
         WHERE c.community_id = due.community_id
           AND (c.remind_on, c.dormant_on) IS DISTINCT FROM (due.remind_on, due.dormant_on)",
    )
    .bind(ids)
    .bind(remind)
    .bind(dormant)
    .execute(connection)
    .await?;
    Ok(())
}
