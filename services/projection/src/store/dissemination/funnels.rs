//! Sums of funnels: of a region by campaign, of campaigns by part of a region.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use kim_territory::Decree;
use sqlx::{AssertSqlSafe, PgConnection, Row, postgres::PgRow};
use uuid::Uuid;

use super::counted::{Counted, arrays, seated_at};
use crate::{
    fold::{
        Place, codes,
        dissemination::{delivery::Reported, event::Regency},
    },
    pages::Funnel,
    store::{Scope, Territories},
};

/// Funnels in a region. A campaign without a delivery there is not among them.
pub async fn by_campaign(
    connection: &mut PgConnection,
    territories: &Territories,
    scope: &Scope<'_>,
    campaigns: &[Uuid],
) -> Result<HashMap<Uuid, Funnel>, sqlx::Error> {
    let regencies = match Counted::of(territories, scope) {
        Counted::Everything => HashSet::from([Regency::ALL_TOGETHER]),
        Counted::Regencies(regencies) => regencies,
        Counted::Seats(places) => return at_seats(connection, &places, Some(campaigns)).await,
    };
    let (decrees, places) = arrays(&regencies);
    let rows: Vec<PgRow> = sqlx::query(AssertSqlSafe(BY_CAMPAIGN.as_str()))
        .bind(campaigns)
        .bind(decrees)
        .bind(places)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok((row.try_get("campaign_id")?, funnel(row)?))).collect()
}

/// The same at some places; of all campaigns where none are named.
pub async fn at_seats(
    connection: &mut PgConnection,
    places: &[Place],
    campaigns: Option<&[Uuid]>,
) -> Result<HashMap<Uuid, Funnel>, sqlx::Error> {
    let mut funnels: HashMap<Uuid, Funnel> = HashMap::new();
    for seated in seated(connection, places, campaigns).await? {
        funnels.entry(seated.campaign).or_default().add(&seated.funnel);
    }
    Ok(funnels)
}

/// The funnel of campaigns in each of some regions.
pub async fn each(
    connection: &mut PgConnection,
    regions: &[Counted],
    campaigns: &[Uuid],
) -> Result<Vec<Funnel>, sqlx::Error> {
    let all_regencies = |counted: &Counted| match counted {
        Counted::Regencies(regencies) => regencies.iter().copied().collect(),
        Counted::Everything | Counted::Seats(_) => Vec::new(),
    };
    let all_seats = |counted: &Counted| match counted {
        Counted::Seats(places) => places.clone(),
        Counted::Everything | Counted::Regencies(_) => Vec::new(),
    };
    let regencies: HashSet<Regency> = regions.iter().flat_map(all_regencies).collect();
    let places: Vec<Place> = regions.iter().flat_map(all_seats).collect();
    let by_regency = by_regency(connection, &regencies, campaigns).await?;
    let seated = if places.is_empty() { Vec::new() } else { seated(connection, &places, Some(campaigns)).await? };
    let sum = |counted: &Counted| match counted {
        Counted::Everything => by_regency.iter().map(|(_, funnel)| funnel).sum(),
        Counted::Regencies(own) => {
            by_regency.iter().filter(|(regency, _)| own.contains(regency)).map(|(_, funnel)| funnel).sum()
        }
        Counted::Seats(own) => {
            let is_there = |seat: i64| own.iter().any(|place| place.inside().contains(&seat));
            seated.iter().filter(|seated| is_there(seated.seat)).map(|seated| &seated.funnel).sum()
        }
    };
    Ok(regions.iter().map(sum).collect())
}

async fn by_regency(
    connection: &mut PgConnection,
    regencies: &HashSet<Regency>,
    campaigns: &[Uuid],
) -> Result<Vec<(Regency, Funnel)>, sqlx::Error> {
    if regencies.is_empty() {
        return Ok(Vec::new());
    }
    let (decrees, places) = arrays(regencies);
    let rows: Vec<PgRow> = sqlx::query(AssertSqlSafe(BY_REGENCY.as_str()))
        .bind(campaigns)
        .bind(decrees)
        .bind(places)
        .fetch_all(connection)
        .await?;
    let regency = |row: &PgRow| {
        let decree: Decree = row.try_get::<String, _>("decree")?.parse().map_err(|_| codes::corrupt("decree"))?;
        Ok::<_, sqlx::Error>(Regency { decree: decree.key(), place: Place::stored(row.try_get("place")?) })
    };
    rows.iter().map(|row| Ok((regency(row)?, funnel(row)?))).collect()
}

/// A delivery to a community with its seat.
struct Seated {
    campaign: Uuid,
    seat: i64,
    funnel: Funnel,
}

/// What deliveries to communities with a seat at some places count for, one by one: they are few.
async fn seated(
    connection: &mut PgConnection,
    places: &[Place],
    campaigns: Option<&[Uuid]>,
) -> Result<Vec<Seated>, sqlx::Error> {
    let seats = seated_at(connection, places).await?;
    let communities: Vec<Uuid> = seats.keys().copied().collect();
    let rows: Vec<PgRow> = sqlx::query(TO_COMMUNITIES).bind(campaigns).bind(communities).fetch_all(connection).await?;
    let seated = |row: &PgRow| {
        let reported = Reported {
            receipts: [row.try_get("delivered")?, row.try_get("opened")?, row.try_get("acknowledged")?],
            declined: row.try_get("declined")?,
            undeliverable: row.try_get("undeliverable")?,
            sessions: row.try_get("sessions")?,
            attendance: row.try_get("attendance")?,
            people: row.try_get("people")?,
            verified: row.try_get("verified")?,
        };
        let mut funnel = reported.counts();
        *funnel.released_mut() = i64::from(row.try_get::<bool, _>("released")?);
        if let Some(kind) = row.try_get::<Option<i16>, _>("notice_kind")? {
            let kind = codes::stored_notice(kind).ok_or_else(|| codes::corrupt("notice_kind"))?;
            *funnel.told_mut(kind) = 1;
            *funnel.took_notice_mut(kind) = i64::from(row.try_get::<bool, _>("took_notice")?);
        }
        let community: Uuid = row.try_get("community_id")?;
        Ok(Seated { campaign: row.try_get("campaign_id")?, seat: seats[&community], funnel })
    };
    rows.iter().map(seated).collect()
}

fn funnel(row: &PgRow) -> Result<Funnel, sqlx::Error> {
    let mut funnel = Funnel::default();
    for (sum, column) in funnel.0.iter_mut().zip(Funnel::COLUMNS) {
        *sum = row.try_get(column)?;
    }
    Ok(funnel)
}

static BY_CAMPAIGN: LazyLock<String> = LazyLock::new(|| by("f.campaign_id"));

static BY_REGENCY: LazyLock<String> = LazyLock::new(|| by("f.decree, f.place"));

/// A regency of a campaign is one row, and rows of a campaign are one range of the key.
fn by(key: &str) -> String {
    let sums = Funnel::COLUMNS.map(|column| format!("sum(f.{column})::bigint AS {column}")).join(", ");
    format!(
        "SELECT {key}, {sums} FROM unnest($2::text[], $3::bigint[]) AS r (decree, place)
         JOIN funnel f ON f.decree = r.decree AND f.place = r.place WHERE f.campaign_id = ANY ($1) GROUP BY {key}"
    )
}

/// The newest notice of a batch is what its communities are to take notice of.
const TO_COMMUNITIES: &str = "
SELECT d.campaign_id, d.community_id, d.delivered_at IS NOT NULL AS delivered, d.opened_at IS NOT NULL AS opened,
    d.acknowledged_at IS NOT NULL AS acknowledged, d.declined_at IS NOT NULL AS declined, d.undeliverable, d.sessions,
    d.attendance, d.people, d.verified_on IS NOT NULL AS verified, d.released, t.notice_kind,
    n.community_id IS NOT NULL AS took_notice
FROM delivery d
LEFT JOIN LATERAL (
    SELECT b.notice_kind, b.version FROM batch_notice b
    WHERE b.campaign_id = d.campaign_id AND b.batch = d.batch AND b.turn IS NOT NULL ORDER BY b.turn DESC LIMIT 1
) t ON NOT d.released
LEFT JOIN notice_receipt n ON n.campaign_id = d.campaign_id AND n.community_id = d.community_id
    AND n.notice_kind = t.notice_kind AND n.version = t.version
WHERE d.community_id = ANY ($2) AND d.batch IS NOT NULL AND ($1::uuid[] IS NULL OR d.campaign_id = ANY ($1))";

/// All statements, by what they answer.
#[cfg(test)]
pub fn statements() -> [(&'static str, String); 3] {
    [
        ("by campaign", BY_CAMPAIGN.clone()),
        ("by regency", BY_REGENCY.clone()),
        ("to communities", TO_COMMUNITIES.to_owned()),
    ]
}
