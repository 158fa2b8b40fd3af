//! What a generation's rows were computed from.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{FORMULA, Territories};
use crate::{
    context::Context,
    pages::{AsOf, Feed, LogAsOf},
};

/// A generation's checkpoints and what is held back in it.
#[derive(Clone, Debug)]
pub struct Standing {
    logs: Vec<LogStanding>,
}

/// Of one log.
#[derive(Clone, Debug, sqlx::FromRow)]
struct LogStanding {
    context: String,
    position: i64,
    recorded_time: OffsetDateTime,
    parked: i64,
    aggregates: i64,
    /// Where the territory in force was adopted; `None` when none was.
    adopted_at: Option<i64>,
    /// What is known of the log: whether it is a simulated one. Without a log id, of the only log that is known.
    simulated: Option<bool>,
}

impl Standing {
    /// As the connection's transaction sees it. `None` when another generation serves there: what this one says may be newer
    /// than what is shown from then on.
    pub async fn read(connection: &mut PgConnection, generation: i64) -> Result<Option<Self>, sqlx::Error> {
        let logs: Vec<LogStanding> =
            sqlx::query_as(STANDING).bind(Context::names()).bind(generation).fetch_all(connection).await?;
        Ok((!logs.is_empty()).then_some(Self { logs }))
    }

    pub fn adopted_at(&self) -> Option<i64> {
        self.logs.iter().find_map(|log| log.adopted_at)
    }

    /// `None` while it is not known whether the registry's log is a simulated one: a figure that does not say so must not be
    /// shown. Another log of which that is not known is left out, and its figures with it.
    pub fn as_of(&self, generation: i64, territories: &Territories, feeds: &Feeds) -> Option<AsOf> {
        let log = |context: Context| {
            let log = self.logs.iter().find(|log| log.context == context.name())?;
            Some(LogAsOf {
                context,
                position: log.position,
                recorded_time: log.recorded_time,
                parked: log.parked,
                // A parked aggregate may have been parked at its first event.
                aggregates: log.aggregates.max(log.parked),
                simulated: log.simulated?,
                feed: feeds.of(context),
            })
        };
        let as_of = AsOf {
            logs: Context::ALL.into_iter().filter_map(log).collect(),
            generation,
            decree: territories.adopted().in_force(),
            territories: territories.adopted().decrees().collect(),
            formula: FORMULA.to_owned(),
        };
        as_of.log(Context::Registry).is_some().then_some(as_of)
    }
}

/// How the writer hears each log.
#[derive(Clone, Debug)]
pub struct Feeds([Feed; Context::ALL.len()]);

impl Feeds {
    pub fn new(of: impl Fn(Context) -> Feed) -> Self {
        Self(Context::ALL.map(of))
    }

    fn of(&self, context: Context) -> Feed {
        self.0[context as usize]
    }
}

/// Before the first event, figures are as old as the generation.
pub const STANDING: &str = "
SELECT l.context, coalesce(c.position, 0) AS position, coalesce(c.recorded_time, g.created_at) AS recorded_time,
    (SELECT count(*) FROM parked p WHERE p.context = l.context) AS parked,
    coalesce((SELECT t.aggregates FROM tally t WHERE t.context = l.context), 0) AS aggregates,
    (SELECT max(position) FROM territory_adopted) AS adopted_at,
    (SELECT s.simulated FROM public.source s
     WHERE s.context = l.context AND (c.log_id IS NULL OR s.log_id = c.log_id) LIMIT 1) AS simulated
FROM public.generation g CROSS JOIN unnest($1::text[]) AS l (context)
LEFT JOIN checkpoint c ON c.context = l.context AND c.partition = 0
WHERE g.number = $2 AND g.status = 'serving'";
