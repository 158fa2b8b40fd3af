//! Reads into memory what events touch and is not there yet.

use std::collections::{HashMap, HashSet};

use kim_eventlog::Recorded;
use kim_territory::Decree;
use sqlx::PgConnection;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{
    cache::{BatchKey, Cache, DeliveryKey},
    delivery::{Delivery, Reach, Session},
    event::{CampaignEvent, Event, Regency},
    notice::{Batch, Notice, Told},
};
use crate::fold::{Place, codes};

/// Reads the deliveries that events speak of, and their batches.
pub async fn touched(
    connection: &mut PgConnection,
    cache: &mut Cache,
    events: &[(&Recorded, Event)],
) -> Result<(), sqlx::Error> {
    let (mut deliveries, mut batches): (HashSet<DeliveryKey>, HashSet<BatchKey>) = Default::default();
    for (recorded, event) in events {
        let campaign = recorded.aggregate;
        match event {
            Event::Campaign(CampaignEvent::Assigned(assignment)) => {
                batches.insert((campaign, assignment.batch));
                deliveries.extend(assignment.communities.iter().map(|community| (campaign, *community)));
            }
            Event::Campaign(CampaignEvent::Released(released)) => {
                deliveries.extend(released.communities.iter().map(|community| (campaign, *community)));
            }
            Event::Campaign(CampaignEvent::Issued(issued)) => {
                batches.insert((campaign, issued.batch));
            }
            Event::Delivery(event) => {
                deliveries.insert((event.campaign, event.community));
            }
            Event::Campaign(_) | Event::Programme(_) | Event::Material(_) | Event::Question(_) => {}
        }
    }
    let missing = deliveries.iter().filter(|key| !cache.deliveries.contains_key(*key)).copied().collect();
    load_deliveries(connection, cache, missing).await?;
    let of = |key: &DeliveryKey| Some((key.0, cache.deliveries.get(key)?.as_ref()?.batch?));
    batches.extend(deliveries.iter().filter_map(of));
    let missing = batches.into_iter().filter(|key| !cache.batches.contains_key(key)).collect();
    load_batches(connection, cache, missing).await
}

#[derive(sqlx::FromRow)]
struct Row {
    campaign_id: Uuid,
    community_id: Uuid,
    batch: Option<i32>,
    released: bool,
    delivered_at: Option<OffsetDateTime>,
    opened_at: Option<OffsetDateTime>,
    acknowledged_at: Option<OffsetDateTime>,
    declined_at: Option<OffsetDateTime>,
    undeliverable: bool,
    reach_on: Option<Date>,
    people: Option<i64>,
    verified_on: Option<Date>,
}

impl From<Row> for Delivery {
    fn from(row: Row) -> Self {
        Self {
            batch: row.batch,
            released: row.released,
            receipts: [row.delivered_at, row.opened_at, row.acknowledged_at],
            declined_at: row.declined_at,
            undeliverable: row.undeliverable,
            sessions: Vec::new(),
            reach: row.reach_on.zip(row.people).map(|(on, people)| Reach { on, people }),
            verified_on: row.verified_on,
            notices: Vec::new(),
        }
    }
}

async fn load_deliveries(
    connection: &mut PgConnection,
    cache: &mut Cache,
    missing: Vec<DeliveryKey>,
) -> Result<(), sqlx::Error> {
    if missing.is_empty() {
        return Ok(());
    }
    let (campaigns, communities): (Vec<Uuid>, Vec<Uuid>) = missing.iter().copied().unzip();
    let mut found: HashMap<DeliveryKey, Delivery> = HashMap::new();
    let rows: Vec<Row> =
        sqlx::query_as(DELIVERIES).bind(&campaigns).bind(&communities).fetch_all(&mut *connection).await?;
    found.extend(rows.into_iter().map(|row| ((row.campaign_id, row.community_id), row.into())));
    if !found.is_empty() {
        let (campaigns, communities): (Vec<Uuid>, Vec<Uuid>) = found.keys().copied().unzip();
        let sessions: Vec<(Uuid, Uuid, Uuid, Date, i32)> =
            sqlx::query_as(SESSIONS).bind(&campaigns).bind(&communities).fetch_all(&mut *connection).await?;
        for (campaign, community, id, held_on, attendance) in sessions {
            let delivery = found.entry((campaign, community)).or_default();
            delivery.sessions.push(Session { id, held_on, attendance });
        }
        let notices: Vec<(Uuid, Uuid, i16, i32)> =
            sqlx::query_as(NOTICES).bind(&campaigns).bind(&communities).fetch_all(&mut *connection).await?;
        for (campaign, community, kind, version) in notices {
            found.entry((campaign, community)).or_default().notices.push(notice(kind, version)?);
        }
    }
    cache.deliveries.extend(missing.into_iter().map(|key| (key, found.remove(&key))));
    Ok(())
}

#[derive(sqlx::FromRow)]
struct ToldRow {
    campaign_id: Uuid,
    batch: i32,
    notice_kind: i16,
    version: i32,
    turn: Option<i32>,
    issued_at: Option<OffsetDateTime>,
    acknowledged: i64,
}

async fn load_batches(
    connection: &mut PgConnection,
    cache: &mut Cache,
    missing: Vec<BatchKey>,
) -> Result<(), sqlx::Error> {
    if missing.is_empty() {
        return Ok(());
    }
    let (campaigns, numbers): (Vec<Uuid>, Vec<i32>) = missing.iter().copied().unzip();
    let mut found: HashMap<BatchKey, Batch> = HashMap::new();
    let rows: Vec<(Uuid, i32, String, i64, OffsetDateTime, i64)> =
        sqlx::query_as(BATCHES).bind(&campaigns).bind(&numbers).fetch_all(&mut *connection).await?;
    for (campaign, number, decree, place, assigned_at, followed) in rows {
        let decree: Decree = decree.parse().map_err(|_| codes::corrupt("decree"))?;
        let regency = Regency { decree: decree.key(), place: Place::stored(place) };
        found.insert((campaign, number), Batch { regency, assigned_at, followed, notices: Vec::new() });
    }
    let told: Vec<ToldRow> = sqlx::query_as(TOLD).bind(&campaigns).bind(&numbers).fetch_all(&mut *connection).await?;
    for ToldRow { campaign_id, batch, notice_kind, version, turn, issued_at, acknowledged } in told {
        if let Some(batch) = found.get_mut(&(campaign_id, batch)) {
            batch.notices.push(Told { notice: notice(notice_kind, version)?, turn, issued_at, acknowledged });
        }
    }
    cache.batches.extend(missing.into_iter().map(|key| (key, found.remove(&key))));
    Ok(())
}

fn notice(kind: i16, version: i32) -> Result<Notice, sqlx::Error> {
    let kind = codes::stored_notice(kind).ok_or_else(|| codes::corrupt("notice_kind"))?;
    Ok(Notice { kind, version })
}

const DELIVERIES: &str = "
SELECT d.campaign_id, d.community_id, d.batch, d.released, d.delivered_at, d.opened_at, d.acknowledged_at, d.declined_at,
    d.undeliverable, d.reach_on, d.people, d.verified_on
FROM unnest($1::uuid[], $2::uuid[]) AS u (campaign_id, community_id)
JOIN delivery d ON d.campaign_id = u.campaign_id AND d.community_id = u.community_id";

const SESSIONS: &str = "
SELECT s.campaign_id, s.community_id, s.id, s.held_on, s.attendance
FROM unnest($1::uuid[], $2::uuid[]) AS u (campaign_id, community_id)
JOIN session s ON s.campaign_id = u.campaign_id AND s.community_id = u.community_id ORDER BY s.id";

const NOTICES: &str = "
SELECT n.campaign_id, n.community_id, n.notice_kind, n.version
FROM unnest($1::uuid[], $2::uuid[]) AS u (campaign_id, community_id)
JOIN notice_receipt n ON n.campaign_id = u.campaign_id AND n.community_id = u.community_id";

const BATCHES: &str = "
SELECT b.campaign_id, b.batch, b.decree, b.place, b.assigned_at, b.followed
FROM unnest($1::uuid[], $2::int[]) AS u (campaign_id, batch)
JOIN batch b ON b.campaign_id = u.campaign_id AND b.batch = u.batch";

const TOLD: &str = "
SELECT n.campaign_id, n.batch, n.notice_kind, n.version, n.turn, n.issued_at, n.acknowledged
FROM unnest($1::uuid[], $2::int[]) AS u (campaign_id, batch)
JOIN batch_notice n ON n.campaign_id = u.campaign_id AND n.batch = u.batch";
