//! The median time from rung to rung of one campaign.

use sqlx::PgConnection;
use uuid::Uuid;

use super::counted::{Counted, arrays, seated_at};
use crate::{
    pages::{Rung, Step},
    store::{Scope, Territories},
};

/// From each rung to the next, in a region.
pub async fn steps(
    connection: &mut PgConnection,
    territories: &Territories,
    scope: &Scope<'_>,
    campaign: Uuid,
) -> Result<Vec<Step>, sqlx::Error> {
    let row: Medians = match Counted::of(territories, scope) {
        Counted::Everything => sqlx::query_as(IN_ALL).bind(campaign).fetch_one(connection).await?,
        Counted::Regencies(regencies) => {
            let (decrees, places) = arrays(&regencies);
            sqlx::query_as(IN_REGENCIES).bind(campaign).bind(decrees).bind(places).fetch_one(connection).await?
        }
        Counted::Seats(places) => {
            let communities: Vec<Uuid> = seated_at(connection, &places).await?.into_keys().collect();
            sqlx::query_as(TO_COMMUNITIES).bind(campaign).bind(communities).fetch_one(connection).await?
        }
    };
    let rungs = Rung::ALL.windows(2).map(|rungs| (rungs[0], rungs[1]));
    let steps = rungs.zip(row.hours.into_iter().zip(row.deliveries));
    Ok(steps.map(|((from, to), (median_hours, deliveries))| Step { from, to, deliveries, median_hours }).collect())
}

#[derive(sqlx::FromRow)]
struct Medians {
    hours: Vec<Option<f64>>,
    deliveries: Vec<i64>,
}

/// Receipts are told to the moment, the rest by the day: a day of the community's zone.
macro_rules! medians {
    ($from:literal) => {
        concat!(
            "
WITH told AS (
    SELECT extract(epoch FROM d.delivered_at - b.assigned_at)::float8 / 3600 AS delivered,
        extract(epoch FROM d.opened_at - d.delivered_at)::float8 / 3600 AS opened,
        extract(epoch FROM d.acknowledged_at - d.opened_at)::float8 / 3600 AS acknowledged,
        (d.session_on - (d.acknowledged_at AT TIME ZONE make_interval(hours => b.zone))::date)::float8 * 24 AS session_held,
        (d.reach_on - d.session_on)::float8 * 24 AS reach_reported,
        (d.verified_on - d.reach_on)::float8 * 24 AS verified
    FROM ",
            $from,
            "
)
SELECT ARRAY[
        percentile_cont(0.5) WITHIN GROUP (ORDER BY delivered), percentile_cont(0.5) WITHIN GROUP (ORDER BY opened),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY acknowledged),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY session_held),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY reach_reported),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY verified)
    ] AS hours,
    ARRAY[count(delivered), count(opened), count(acknowledged), count(session_held), count(reach_reported), count(verified)]
        AS deliveries
FROM told"
        )
    };
}

const IN_ALL: &str = medians!(
    "batch b JOIN delivery d ON d.campaign_id = b.campaign_id AND d.batch = b.batch
    WHERE b.campaign_id = $1"
);

const IN_REGENCIES: &str = medians!(
    "batch b JOIN unnest($2::text[], $3::bigint[]) AS r (decree, place) ON b.decree = r.decree AND b.place = r.place
    JOIN delivery d ON d.campaign_id = b.campaign_id AND d.batch = b.batch
    WHERE b.campaign_id = $1"
);

const TO_COMMUNITIES: &str = medians!(
    "delivery d JOIN batch b ON b.campaign_id = d.campaign_id AND b.batch = d.batch
    WHERE d.campaign_id = $1 AND d.community_id = ANY ($2)"
);

/// All statements, by where they look.
#[cfg(test)]
#[must_use]
pub fn statements() -> [(&'static str, &'static str); 3] {
    [("medians in all", IN_ALL), ("medians in regencies", IN_REGENCIES), ("medians to communities", TO_COMMUNITIES)]
}
