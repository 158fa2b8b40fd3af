//! Writes what a part changed: a few statements, each with all its rows as arrays, in the order of their keys.

use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::{
    cache::{BatchKey, Cache, DeliveryKey},
    delivery::{Delivery, Session},
    event::Regency,
    notice::{Batch, Notice, Told},
    part::{Changes, Part},
};
use crate::{
    fold::{Seat, codes, rows::column},
    pages::Funnel,
};

/// Writes a part, and what it changed in funnels.
pub async fn write(connection: &mut PgConnection, cache: &mut Cache, mut part: Part) -> Result<(), sqlx::Error> {
    let changes = part.settle(cache);
    deliveries(connection, cache, &part).await?;
    batches(connection, cache, &part).await?;
    funnels(connection, &changes).await
}

async fn deliveries(connection: &mut PgConnection, cache: &Cache, part: &Part) -> Result<(), sqlx::Error> {
    let mut rows: Vec<(DeliveryKey, Option<&Delivery>, &Delivery)> = Vec::with_capacity(part.deliveries.len());
    for (key, before) in &part.deliveries {
        if let Some(Some(after)) = cache.deliveries.get(key)
            && before.as_ref() != Some(after)
        {
            rows.push((*key, before.as_ref(), after));
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    rows.sort_unstable_by_key(|(key, ..)| *key);
    // Most are new, with nothing but their batch.
    let (new, other): (Vec<_>, Vec<_>) = rows.iter().copied().partition(|(_, before, after)| {
        before.is_none() && **after == Delivery { batch: after.batch, ..Delivery::default() }
    });
    if !new.is_empty() {
        sqlx::query(INSERT_ASSIGNED)
            .bind(column(&new, |((campaign, _), ..)| *campaign))
            .bind(column(&new, |((_, community), ..)| *community))
            .bind(column(&new, |(.., after)| after.batch))
            .execute(&mut *connection)
            .await?;
    }
    if !other.is_empty() {
        sqlx::query(UPSERT_DELIVERIES)
            .bind(column(&other, |((campaign, _), ..)| *campaign))
            .bind(column(&other, |((_, community), ..)| *community))
            .bind(column(&other, |(.., after)| after.batch))
            .bind(column(&other, |(.., after)| after.released))
            .bind(column(&other, |(.., after)| after.receipts[0]))
            .bind(column(&other, |(.., after)| after.receipts[1]))
            .bind(column(&other, |(.., after)| after.receipts[2]))
            .bind(column(&other, |(.., after)| after.declined_at))
            .bind(column(&other, |(.., after)| after.undeliverable))
            .bind(column(&other, |(.., after)| after.session_on()))
            .bind(column(&other, |(.., after)| i64::try_from(after.sessions.len()).unwrap_or(i64::MAX)))
            .bind(column(&other, |(.., after)| after.attendance()))
            .bind(column(&other, |(.., after)| after.reach.map(|reach| reach.on)))
            .bind(column(&other, |(.., after)| after.reach.map(|reach| reach.people)))
            .bind(column(&other, |(.., after)| after.verified_on))
            .execute(&mut *connection)
            .await?;
    }
    sessions(connection, &other).await?;
    receipts(connection, &other).await
}

type Touched<'d> = (DeliveryKey, Option<&'d Delivery>, &'d Delivery);

async fn sessions(connection: &mut PgConnection, rows: &[Touched<'_>]) -> Result<(), sqlx::Error> {
    let mut gone: Vec<(DeliveryKey, Uuid)> = Vec::new();
    let mut written: Vec<(DeliveryKey, Session)> = Vec::new();
    for (key, before, after) in rows {
        let old = before.map(|before| before.sessions.as_slice()).unwrap_or_default();
        let ended = old.iter().filter(|known| after.sessions.iter().all(|session| session.id != known.id));
        gone.extend(ended.map(|session| (*key, session.id)));
        written.extend(after.sessions.iter().filter(|session| !old.contains(session)).map(|session| (*key, *session)));
    }
    if !gone.is_empty() {
        sqlx::query(DELETE_SESSIONS)
            .bind(column(&gone, |((campaign, _), _)| *campaign))
            .bind(column(&gone, |((_, community), _)| *community))
            .bind(column(&gone, |(_, id)| *id))
            .execute(&mut *connection)
            .await?;
    }
    if !written.is_empty() {
        sqlx::query(UPSERT_SESSIONS)
            .bind(column(&written, |((campaign, _), _)| *campaign))
            .bind(column(&written, |((_, community), _)| *community))
            .bind(column(&written, |(_, session)| session.id))
            .bind(column(&written, |(_, session)| session.held_on))
            .bind(column(&written, |(_, session)| session.attendance))
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Notice is taken once, and that stays.
async fn receipts(connection: &mut PgConnection, rows: &[Touched<'_>]) -> Result<(), sqlx::Error> {
    let mut new: Vec<(DeliveryKey, Notice)> = Vec::new();
    for (key, before, after) in rows {
        let old = before.map(|before| before.notices.as_slice()).unwrap_or_default();
        new.extend(after.notices.iter().filter(|notice| !old.contains(notice)).map(|notice| (*key, *notice)));
    }
    if new.is_empty() {
        return Ok(());
    }
    sqlx::query(INSERT_RECEIPTS)
        .bind(column(&new, |((campaign, _), _)| *campaign))
        .bind(column(&new, |((_, community), _)| *community))
        .bind(column(&new, |(_, notice)| codes::notice(notice.kind)))
        .bind(column(&new, |(_, notice)| notice.version))
        .execute(connection)
        .await?;
    Ok(())
}

async fn batches(connection: &mut PgConnection, cache: &Cache, part: &Part) -> Result<(), sqlx::Error> {
    let known = |key: &BatchKey| Some((*key, cache.batches.get(key)?.as_ref()?));
    let mut rows: Vec<(BatchKey, &Batch)> = part.batches.keys().filter_map(known).collect();
    if rows.is_empty() {
        return Ok(());
    }
    rows.sort_unstable_by_key(|(key, _)| *key);
    sqlx::query(UPSERT_BATCHES)
        .bind(column(&rows, |((campaign, _), _)| *campaign))
        .bind(column(&rows, |((_, number), _)| *number))
        .bind(column(&rows, |(_, batch)| batch.regency.decree))
        .bind(column(&rows, |(_, batch)| batch.regency.place.number()))
        .bind(column(&rows, |(_, batch)| i16::from(Seat::at(batch.regency.place).zone.offset().whole_hours())))
        .bind(column(&rows, |(_, batch)| batch.assigned_at))
        .bind(column(&rows, |(_, batch)| batch.followed))
        .execute(&mut *connection)
        .await?;
    let told = rows.iter().flat_map(|(key, batch)| batch.notices.iter().map(move |told| (*key, *told)));
    let told: Vec<(BatchKey, Told)> = told.collect();
    if told.is_empty() {
        return Ok(());
    }
    // One that was neither issued nor taken notice of is none: a rebuild would not have it.
    let (none, told): (Vec<_>, Vec<_>) =
        told.into_iter().partition(|(_, told)| told.turn.is_none() && told.acknowledged == 0);
    if !none.is_empty() {
        sqlx::query(DELETE_TOLD)
            .bind(column(&none, |((campaign, _), _)| *campaign))
            .bind(column(&none, |((_, number), _)| *number))
            .bind(column(&none, |(_, told)| codes::notice(told.notice.kind)))
            .bind(column(&none, |(_, told)| told.notice.version))
            .execute(&mut *connection)
            .await?;
    }
    if !told.is_empty() {
        sqlx::query(UPSERT_TOLD)
            .bind(column(&told, |((campaign, _), _)| *campaign))
            .bind(column(&told, |((_, number), _)| *number))
            .bind(column(&told, |(_, told)| codes::notice(told.notice.kind)))
            .bind(column(&told, |(_, told)| told.notice.version))
            .bind(column(&told, |(_, told)| told.turn))
            .bind(column(&told, |(_, told)| told.issued_at))
            .bind(column(&told, |(_, told)| told.acknowledged))
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// What was assigned stays assigned, so no row ever sums to nothing.
async fn funnels(connection: &mut PgConnection, changes: &Changes) -> Result<(), sqlx::Error> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut rows: Vec<(&(Uuid, Regency), &Funnel)> = changes.iter().collect();
    rows.sort_unstable_by_key(|(key, _)| **key);
    let mut query = sqlx::query(AssertSqlSafe(upsert_funnels()))
        .bind(column(&rows, |((campaign, _), _)| *campaign))
        .bind(column(&rows, |((_, regency), _)| regency.decree))
        .bind(column(&rows, |((_, regency), _)| regency.place.number()));
    for n in 0..Funnel::COLUMNS.len() {
        query = query.bind(column(&rows, |(_, funnel)| funnel.0[n]));
    }
    query.execute(connection).await?;
    Ok(())
}

fn upsert_funnels() -> String {
    let columns = Funnel::COLUMNS;
    let arrays: Vec<String> = (4..4 + columns.len()).map(|n| format!("${n}::bigint[]")).collect();
    let sums = columns.map(|column| format!("{column} = f.{column} + excluded.{column}"));
    format!(
        "INSERT INTO funnel AS f (campaign_id, decree, place, {})
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], {})
         ON CONFLICT (campaign_id, decree, place) DO UPDATE SET {}",
        columns.join(", "),
        arrays.join(", "),
        sums.join(", ")
    )
}

const INSERT_ASSIGNED: &str = "
INSERT INTO delivery (campaign_id, community_id, batch, released, undeliverable, sessions, attendance)
SELECT campaign_id, community_id, batch, false, false, 0, 0
FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS u (campaign_id, community_id, batch)";

const UPSERT_DELIVERIES: &str = "
INSERT INTO delivery (campaign_id, community_id, batch, released, delivered_at, opened_at, acknowledged_at, declined_at,
    undeliverable, session_on, sessions, attendance, reach_on, people, verified_on)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::boolean[], $5::timestamptz[], $6::timestamptz[],
    $7::timestamptz[], $8::timestamptz[], $9::boolean[], $10::date[], $11::bigint[], $12::bigint[], $13::date[],
    $14::bigint[], $15::date[])
ON CONFLICT (campaign_id, community_id) DO UPDATE
SET batch = excluded.batch, released = excluded.released, delivered_at = excluded.delivered_at,
    opened_at = excluded.opened_at, acknowledged_at = excluded.acknowledged_at, declined_at = excluded.declined_at,
    undeliverable = excluded.undeliverable, session_on = excluded.session_on, sessions = excluded.sessions,
    attendance = excluded.attendance, reach_on = excluded.reach_on, people = excluded.people,
    verified_on = excluded.verified_on";

const DELETE_SESSIONS: &str = "
DELETE FROM session AS s USING unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS u (campaign_id, community_id, id)
WHERE s.campaign_id = u.campaign_id AND s.community_id = u.community_id AND s.id = u.id";

const UPSERT_SESSIONS: &str = "
INSERT INTO session (campaign_id, community_id, id, held_on, attendance)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::date[], $5::int[])
ON CONFLICT (campaign_id, community_id, id) DO UPDATE SET held_on = excluded.held_on, attendance = excluded.attendance";

const INSERT_RECEIPTS: &str = "
INSERT INTO notice_receipt (campaign_id, community_id, notice_kind, version)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::int[])";

const UPSERT_BATCHES: &str = "
INSERT INTO batch (campaign_id, batch, decree, place, zone, assigned_at, followed)
SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::bigint[], $5::smallint[], $6::timestamptz[], $7::bigint[])
ON CONFLICT (campaign_id, batch) DO UPDATE SET followed = excluded.followed";

const DELETE_TOLD: &str = "
DELETE FROM batch_notice AS n
USING unnest($1::uuid[], $2::int[], $3::smallint[], $4::int[]) AS u (campaign_id, batch, notice_kind, version)
WHERE n.campaign_id = u.campaign_id AND n.batch = u.batch AND n.notice_kind = u.notice_kind AND n.version = u.version";

const UPSERT_TOLD: &str = "
INSERT INTO batch_notice (campaign_id, batch, notice_kind, version, turn, issued_at, acknowledged)
SELECT * FROM unnest($1::uuid[], $2::int[], $3::smallint[], $4::int[], $5::int[], $6::timestamptz[], $7::bigint[])
ON CONFLICT (campaign_id, batch, notice_kind, version) DO UPDATE
SET turn = excluded.turn, issued_at = excluded.issued_at, acknowledged = excluded.acknowledged";
