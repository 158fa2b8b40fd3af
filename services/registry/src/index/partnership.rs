//! Partnerships in the index, event by event. A record says all that its due days are reckoned from.

use std::collections::BTreeMap;

use kim_contract::registry::v1 as pb;
use kim_desk::{
    list::{ListError, Paging, decoded, range},
    wire::{Paired, date, to_columns},
};
use kim_eventlog::{Recorded, Version};
use kim_territory::RegionCode;
use kim_values::DocumentHash;
use prost::Message;
use sqlx::PgConnection;
use time::Date;
use uuid::Uuid;

use super::{Index, follower::FollowError};
use crate::{
    domain::{
        ids::{CommunityId, OfficeId, PartnershipId},
        partnership::{Event, REMINDERS, Status, evolve, expires_on, reminder_on},
    },
    wire::{community::etag, partnership::message},
};

/// Which partnerships are listed.
#[derive(Debug, Clone)]
pub struct PartnershipFilter {
    /// The region that the communities have their seats in.
    pub within: RegionCode,
    pub community: Option<CommunityId>,
    pub office: Option<OfficeId>,
    /// None means all.
    pub statuses: Vec<Status>,
    /// Only those in force whose last day lies before it.
    pub expiring_before: Option<Date>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PartnershipPage {
    pub partnerships: Vec<pb::Partnership>,
    pub next: String,
}

/// Folds events of partnerships into their rows.
pub(super) async fn fold(connection: &mut PgConnection, events: Vec<(&Recorded, Event)>) -> Result<(), FollowError> {
    let ids: Vec<Uuid> = events.iter().map(|(recorded, _)| recorded.aggregate).collect();
    let mut records = load(connection, &ids).await?;
    for (recorded, event) in events {
        if let Some(first) = first(recorded.aggregate, &event) {
            records.entry(recorded.aggregate).or_insert(first);
        }
        if let Some(record) = records.get_mut(&recorded.aggregate) {
            next(record, &event, recorded.version);
        } else {
            tracing::error!(position = %recorded.position, "a partnership's event came without its first one");
        }
    }
    save(connection, records).await
}

/// The record of a partnership with its first event; `None` for any other event.
fn first(id: Uuid, event: &Event) -> Option<pb::Partnership> {
    Some(message(PartnershipId(id), &evolve(None, event)?, Version::NONE))
}

/// The record after `event`, which made its partnership's version `version`.
fn next(record: &mut pb::Partnership, event: &Event, version: Version) {
    record.etag = etag(version);
    let some = |day: &Date| Some(date::to_proto(*day));
    let days = |reminders: &[u16]| reminders.iter().map(|days| i32::from(*days)).collect();
    match event {
        Event::Proposed { .. } => {}
        Event::Signed { on, document, reminders, .. } => {
            record.status = Status::Signed.to_proto();
            record.signed_on = some(on);
            bring(record, *document);
            record.reminder_days = days(reminders);
        }
        Event::Renewed { on, until, document, reminders } => {
            record.status = Status::Renewed.to_proto();
            record.renewed_on = some(on);
            record.until = some(until);
            bring(record, *document);
            record.reminder_days = days(reminders);
        }
        Event::Reminded { days_before, .. } => record.reminder_days.retain(|days| *days != i32::from(*days_before)),
        Event::Expired { on } => end(record, Status::Expired, *on),
        Event::Terminated { on, reason, .. } => {
            end(record, Status::Terminated, *on);
            record.termination_reason = reason.to_proto();
        }
        Event::Declined { on, reason } => {
            end(record, Status::Declined, *on);
            record.decline_reason = reason.to_proto();
        }
    }
}

fn bring(record: &mut pb::Partnership, document: Option<DocumentHash>) {
    if let Some(document) = document {
        record.document_hash = document.to_string();
    }
}

fn end(record: &mut pb::Partnership, status: Status, on: Date) {
    record.status = status.to_proto();
    record.ended_on = Some(date::to_proto(on));
    record.reminder_days.clear();
}

async fn load(connection: &mut PgConnection, ids: &[Uuid]) -> Result<BTreeMap<Uuid, pb::Partnership>, FollowError> {
    let rows: Vec<(Uuid, Vec<u8>)> =
        sqlx::query_as("SELECT partnership_id, record FROM registry.partnership WHERE partnership_id = ANY ($1)")
            .bind(ids)
            .fetch_all(connection)
            .await?;
    let record = |record: Vec<u8>| pb::Partnership::decode(record.as_slice()).map_err(|_| FollowError::Row);
    rows.into_iter().map(|(id, written)| Ok((id, record(written)?))).collect()
}

#[derive(Default)]
struct Columns {
    id: Vec<Uuid>,
    office: Vec<Uuid>,
    community: Vec<Uuid>,
    status: Vec<i16>,
    until_on: Vec<Date>,
    first_reminder_on: Vec<Option<Date>>,
    last_reminder_on: Vec<Option<Date>>,
    expire_on: Vec<Option<Date>>,
    record: Vec<Vec<u8>>,
}

impl Columns {
    /// `None` for a record that this version does not write.
    fn push(&mut self, id: Uuid, record: &pb::Partnership) -> Option<()> {
        let until = date::from_proto(record.until.as_ref()?)?;
        let status = Status::from_proto(record.status)?;
        let is_to_come = |days: u16| record.reminder_days.contains(&i32::from(days));
        let [first, last] = REMINDERS.map(|days| is_to_come(days).then(|| reminder_on(until, days)));
        let in_force = matches!(status, Status::Signed | Status::Renewed);
        self.id.push(id);
        self.office.push(OfficeId::parse(&record.office_id)?.0);
        self.community.push(CommunityId::parse(&record.community_id)?.0);
        self.status.push(status.to_column());
        self.until_on.push(until);
        self.first_reminder_on.push(first);
        self.last_reminder_on.push(last);
        self.expire_on.push(in_force.then(|| expires_on(until)));
        self.record.push(record.encode_to_vec());
        Some(())
    }
}

async fn save(connection: &mut PgConnection, records: BTreeMap<Uuid, pb::Partnership>) -> Result<(), FollowError> {
    let mut columns = Columns::default();
    for (id, record) in &records {
        columns.push(*id, record).ok_or(FollowError::Row)?;
    }
    if columns.id.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO registry.partnership
           (partnership_id, office_id, community_id, status, until_on, first_reminder_on, last_reminder_on, expire_on, record)
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::smallint[], $5::date[], $6::date[], $7::date[],
                              $8::date[], $9::bytea[])
         ON CONFLICT (partnership_id) DO UPDATE SET
           status = excluded.status, until_on = excluded.until_on, first_reminder_on = excluded.first_reminder_on,
           last_reminder_on = excluded.last_reminder_on, expire_on = excluded.expire_on, record = excluded.record",
    )
    .bind(columns.id)
    .bind(columns.office)
    .bind(columns.community)
    .bind(columns.status)
    .bind(columns.until_on)
    .bind(columns.first_reminder_on)
    .bind(columns.last_reminder_on)
    .bind(columns.expire_on)
    .bind(columns.record)
    .execute(connection)
    .await?;
    Ok(())
}

impl Index {
    /// Partnerships by where the communities have their seats now, ordered by seat and name.
    pub async fn partnerships(
        &self,
        filter: &PartnershipFilter,
        paging: &Paging,
    ) -> Result<PartnershipPage, ListError> {
        let (from, to) = range(filter.within);
        let statuses = to_columns(&filter.statuses);
        let (code, name_key, id) = paging.begin();
        let rows = sqlx::query_as(
            "SELECT p.partnership_id, c.seat_code, c.name_key, p.record
             FROM registry.partnership p JOIN registry.community c USING (community_id)
             WHERE c.seat_code >= $1 AND c.seat_code < $2
               AND ($3::uuid IS NULL OR p.community_id = $3)
               AND ($4::uuid IS NULL OR p.office_id = $4)
               AND (cardinality($5::smallint[]) = 0 OR p.status = ANY ($5))
               AND ($6::date IS NULL OR p.expire_on <= $6)
               AND ($7::text IS NULL OR (c.seat_code, c.name_key, p.partnership_id) > ($7, $8, $9))
             ORDER BY c.seat_code, c.name_key, p.partnership_id LIMIT $10",
        )
        .bind(from)
        .bind(to)
        .bind(filter.community.map(|community| community.0))
        .bind(filter.office.map(|office| office.0))
        .bind(statuses)
        // It expires on the day after its last one.
        .bind(filter.expiring_before)
        .bind(code)
        .bind(name_key)
        .bind(id)
        .bind(paging.limit())
        .fetch_all(&self.pool)
        .await?;
        let (records, next) = paging.cut(rows);
        Ok(PartnershipPage { partnerships: decoded(&records)?, next })
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::domain::partnership::{Partnership, Stage, histories::history};

    /// The index folds events by itself: whatever becomes of a partnership, it says what the partnership itself would say.
    #[test]
    fn the_index_says_of_a_partnership_what_its_own_state_says() {
        let seed: u64 = rand::rng().random();
        println!("seed {seed}");
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for _ in 0..300 {
            let id = Uuid::from_u128(rng.random());
            let (mut state, mut record, mut version) = (None::<Partnership>, None, Version::NONE);
            for event in history(&mut rng) {
                version = version.after(1);
                state = evolve(state, &event);
                record = record.or_else(|| first(id, &event));
                next(record.as_mut().expect("a first event came before"), &event, version);
            }
            let Some(partnership) = state else { continue };
            let record = record.expect("a known partnership has a record");
            assert_eq!(record, message(PartnershipId(id), &partnership, version), "seed {seed}");
            let mut columns = Columns::default();
            columns.push(id, &record).expect("what this version writes");
            let until = partnership.agreement.until;
            let (reminders, expiry) = match &partnership.stage {
                Stage::InForce { reminders, .. } => (reminders.as_slice(), Some(expires_on(until))),
                _ => (&[] as &[u16], None),
            };
            assert_eq!(columns.expire_on, [expiry], "seed {seed}");
            let to_come: Vec<Date> = reminders.iter().map(|&days| reminder_on(until, days)).collect();
            let due = columns.first_reminder_on.into_iter().chain(columns.last_reminder_on);
            assert_eq!(due.flatten().collect::<Vec<_>>(), to_come, "seed {seed}");
        }
    }
}
