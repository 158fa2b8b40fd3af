//! What a generation's rows were computed from.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{CONTEXT, FORMULA, Territories};
use crate::pages::{AsOf, Feed};

/// A generation's checkpoint and what is held back in it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Standing {
    pub position: i64,
    pub recorded_time: OffsetDateTime,
    pub parked: i64,
    pub aggregates: i64,
    /// Where the territory in force was adopted; `None` when none was.
    pub adopted_at: Option<i64>,
    /// What is known of the log: whether it is a simulated one. Without a log id, of the only log that is known.
    pub simulated: Option<bool>,
}

impl Standing {
    /// As the connection's transaction sees it. `None` when another generation serves there: what this one says may be newer
    /// than what is shown from then on.
    pub async fn read(connection: &mut PgConnection, generation: i64) -> Result<Option<Self>, sqlx::Error> {
        sqlx::query_as(STANDING).bind(CONTEXT).bind(generation).fetch_optional(connection).await
    }

    /// `None` while it is not known whether the log is a simulated one: a figure that does not say so must not be shown.
    pub fn as_of(&self, generation: i64, territories: &Territories, feed: Feed) -> Option<AsOf> {
        Some(AsOf {
            position: self.position,
            recorded_time: self.recorded_time,
            generation,
            decree: territories.adopted().in_force(),
            territories: territories.adopted().decrees().collect(),
            formula: FORMULA.to_owned(),
            parked: self.parked,
            // A parked aggregate may have been parked at its first event.
            aggregates: self.aggregates.max(self.parked),
            simulated: self.simulated?,
            feed,
        })
    }
}

/// Before the first event, figures are as old as the generation.
pub const STANDING: &str = "
SELECT coalesce(c.position, 0) AS position, coalesce(c.recorded_time, g.created_at) AS recorded_time,
    (SELECT count(*) FROM parked) AS parked, (SELECT aggregates FROM tally) AS aggregates,
    (SELECT max(position) FROM territory_adopted) AS adopted_at,
    (SELECT s.simulated FROM public.source s
     WHERE s.context = $1 AND (c.log_id IS NULL OR s.log_id = c.log_id) LIMIT 1) AS simulated
FROM public.generation g LEFT JOIN checkpoint c ON c.context = $1 AND c.partition = 0
WHERE g.number = $2 AND g.status = 'serving'";
