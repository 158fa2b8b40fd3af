//! What waits: questions for an answer, corrections and withdrawals for somebody to take notice.

use std::collections::HashSet;

use sqlx::PgConnection;
use time::Date;
use uuid::Uuid;

use super::{
    counted::{Counted, arrays, seated_at},
    funnels,
};
use crate::{
    fold::dissemination::event::Regency,
    pages::{Funnel, NoticeKind, Unacknowledged, Unanswered, WAITING_UP_TO},
    store::{Scope, Territories},
};

/// Questions of a region that wait for an answer, by the office that owes it, the longest wait first.
pub async fn unanswered(
    connection: &mut PgConnection,
    territories: &Territories,
    scope: &Scope<'_>,
    office: Option<Uuid>,
    today: Date,
) -> Result<Vec<Unanswered>, sqlx::Error> {
    let up_to = WAITING_UP_TO.to_vec();
    let query = match Counted::of(territories, scope) {
        Counted::Everything => sqlx::query_as(IN_ALL).bind(today).bind(up_to).bind(office),
        Counted::Regencies(regencies) => {
            let (decrees, places) = arrays(&regencies);
            sqlx::query_as(IN_REGENCIES).bind(today).bind(up_to).bind(office).bind(decrees).bind(places)
        }
        Counted::Seats(places) => {
            let communities: Vec<Uuid> = seated_at(connection, &places).await?.into_keys().collect();
            sqlx::query_as(OF_COMMUNITIES).bind(today).bind(up_to).bind(office).bind(communities)
        }
    };
    let rows: Vec<Row> = query.fetch_all(connection).await?;
    let unanswered = |row: Row| Unanswered {
        office_id: row.office_id,
        office: row.name,
        by_age: [row.young, row.older, row.old, row.oldest],
        oldest: row.since,
    };
    Ok(rows.into_iter().map(unanswered).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    office_id: Uuid,
    name: Option<String>,
    young: i64,
    older: i64,
    old: i64,
    oldest: i64,
    since: Date,
}

/// Campaigns with communities in a region that were told of a correction or a withdrawal and did not all take notice: the most first.
pub async fn unacknowledged(
    connection: &mut PgConnection,
    territories: &Territories,
    scope: &Scope<'_>,
) -> Result<Vec<Unacknowledged>, sqlx::Error> {
    let regencies = match Counted::of(territories, scope) {
        Counted::Everything => Some(HashSet::from([Regency::ALL_TOGETHER])),
        Counted::Regencies(regencies) => Some(regencies),
        Counted::Seats(_) => None,
    };
    let found = match regencies {
        Some(regencies) => {
            let (decrees, places) = arrays(&regencies);
            let waiting: Vec<Uuid> =
                sqlx::query_scalar(UNACKNOWLEDGED).bind(decrees).bind(places).fetch_all(&mut *connection).await?;
            funnels::by_campaign(connection, territories, scope, &waiting).await?
        }
        // Below a regency all that was told there is looked at: it is little.
        None => funnels::at_seats(connection, &scope.places, None).await?,
    };
    let waits = |funnel: &Funnel| NoticeKind::ALL.into_iter().any(|kind| funnel.unacknowledged(kind) > 0);
    let ids: Vec<Uuid> = found.iter().filter(|(_, funnel)| waits(funnel)).map(|(id, _)| *id).collect();
    let names: Vec<(Uuid, String)> = sqlx::query_as(NAMES).bind(ids).fetch_all(connection).await?;
    let mut unacknowledged: Vec<Unacknowledged> = Vec::new();
    for (campaign_id, campaign) in names {
        let funnel = &found[&campaign_id];
        let kinds = NoticeKind::ALL.into_iter().filter(|kind| funnel.unacknowledged(*kind) > 0);
        unacknowledged.extend(kinds.map(|kind| Unacknowledged {
            campaign_id,
            campaign: campaign.clone(),
            kind,
            told: funnel.told(kind),
            acknowledged: funnel.took_notice(kind),
        }));
    }
    unacknowledged.sort_by_key(|one| (std::cmp::Reverse(one.told - one.acknowledged), one.campaign_id, one.kind));
    Ok(unacknowledged)
}

/// By how long they have waited: up to each of the days of `$2`, and longer.
macro_rules! unanswered {
    ($from:literal) => {
        concat!(
            "
SELECT q.office_id, o.name, q.young, q.older, q.old, q.oldest, q.since FROM (
    SELECT q.office_id, count(*) FILTER (WHERE $1 - q.waiting_since <= ($2::int[])[1]) AS young,
        count(*) FILTER (WHERE $1 - q.waiting_since > ($2::int[])[1] AND $1 - q.waiting_since <= ($2::int[])[2]) AS older,
        count(*) FILTER (WHERE $1 - q.waiting_since > ($2::int[])[2] AND $1 - q.waiting_since <= ($2::int[])[3]) AS old,
        count(*) FILTER (WHERE $1 - q.waiting_since > ($2::int[])[3]) AS oldest, min(q.waiting_since) AS since
    FROM ",
            $from,
            "
    WHERE q.waiting_since IS NOT NULL AND ($3::uuid IS NULL OR q.office_id = $3) GROUP BY q.office_id
) q
LEFT JOIN LATERAL (
    SELECT name FROM office_name WHERE office_id = q.office_id AND from_on <= $1::date ORDER BY from_on DESC LIMIT 1
) o ON true
ORDER BY q.since, q.office_id"
        )
    };
}

const IN_ALL: &str = unanswered!("question q");

const IN_REGENCIES: &str = unanswered!(
    "unnest($4::text[], $5::bigint[]) AS r (decree, place)
    JOIN question q ON q.decree = r.decree AND q.place = r.place"
);

const OF_COMMUNITIES: &str = unanswered!("(SELECT * FROM question WHERE community_id = ANY ($4)) q");

const UNACKNOWLEDGED: &str = "
SELECT DISTINCT f.campaign_id FROM unnest($1::text[], $2::bigint[]) AS r (decree, place)
JOIN funnel f ON f.decree = r.decree AND f.place = r.place
WHERE f.corrected_told > f.corrected_acknowledged OR f.withdrawn_told > f.withdrawn_acknowledged";

const NAMES: &str = "SELECT id, name FROM campaign WHERE id = ANY ($1) ORDER BY id";

/// All statements, by what they answer.
#[cfg(test)]
#[must_use]
pub fn statements() -> [(&'static str, &'static str); 4] {
    [
        ("unanswered in all", IN_ALL),
        ("unanswered in regencies", IN_REGENCIES),
        ("unanswered of communities", OF_COMMUNITIES),
        ("unacknowledged", UNACKNOWLEDGED),
    ]
}
