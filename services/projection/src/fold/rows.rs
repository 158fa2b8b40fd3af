//! Writes what a batch changed: a few statements, each with all its rows as arrays.

use std::collections::HashMap;

use sqlx::PgConnection;
use time::Date;
use uuid::Uuid;

use super::{
    Stay, Timeline,
    batch::{Batch, Before, Rule},
    cache::Cache,
    codes,
    community::Community,
    event::Preceding,
    figures::Changes,
    sums, territory,
};
use crate::{context::Context, pages::Basis};

/// Writes a batch. Rows go in the order of their keys: the same pages of the same indexes one after another.
pub async fn write(
    connection: &mut PgConnection,
    cache: &Cache,
    batch: &Batch,
    changes: &Changes,
) -> Result<(), sqlx::Error> {
    communities(connection, cache, batch).await?;
    let spans = Spans::changed(cache, batch);
    spans.write(connection).await?;
    revivals(connection, cache, batch).await?;
    activities(connection, batch).await?;
    sums::figures(connection, changes).await?;
    sums::outcomes(connection, changes).await?;
    trainings(connection, batch).await?;
    master_data(connection, batch).await?;
    if batch.aggregates != 0 {
        tally(connection, Context::Registry, batch.aggregates).await?;
    }
    Ok(())
}

/// Counts aggregates that are new in the read model.
pub async fn tally(connection: &mut PgConnection, context: Context, aggregates: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE tally SET aggregates = aggregates + $2 WHERE context = $1")
        .bind(context.name())
        .bind(aggregates)
        .execute(connection)
        .await?;
    Ok(())
}

async fn communities(connection: &mut PgConnection, cache: &Cache, batch: &Batch) -> Result<(), sqlx::Error> {
    let known = |id: &Uuid| cache.communities.get(id).and_then(|known| known.community.as_ref());
    let mut touched: Vec<(Uuid, &Community)> =
        batch.communities.iter().filter_map(|id| known(id).map(|community| (*id, community))).collect();
    touched.sort_unstable_by_key(|(id, _)| *id);
    // Most events are activities, which change neither name nor seat.
    let (whole, light): (Vec<_>, Vec<_>) = touched.into_iter().partition(|(id, _)| batch.before.contains_key(id));
    if !light.is_empty() {
        sqlx::query(UPDATE_COMMUNITIES)
            .bind(column(&light, |(id, _)| *id))
            .bind(column(&light, |(_, c)| c.version))
            .bind(column(&light, |(_, c)| c.last_activity.map(|(day, _)| day)))
            .bind(column(&light, |(_, c)| c.last_activity.map(|(_, kind)| codes::kind(kind))))
            .execute(&mut *connection)
            .await?;
    }
    if !whole.is_empty() {
        sqlx::query(UPSERT_COMMUNITIES)
            .bind(column(&whole, |(id, _)| *id))
            .bind(column(&whole, |(_, c)| c.version))
            .bind(column(&whole, |(_, c)| c.name.as_str()))
            .bind(column(&whole, |(_, c)| c.seat.number()))
            .bind(column(&whole, |(_, c)| c.formed_on))
            .bind(column(&whole, |(_, c)| c.members))
            .bind(column(&whole, |(_, c)| c.members_on))
            .bind(column(&whole, |(_, c)| c.last_activity.map(|(day, _)| day)))
            .bind(column(&whole, |(_, c)| c.last_activity.map(|(_, kind)| codes::kind(kind))))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// A row of `span`: its key, then the rest.
type Span<'c> = (Uuid, i16, Stay, Date, &'c str);

/// Rows of `span` that are new or other than before, and the keys of those that are no more.
#[derive(Default)]
struct Spans<'c> {
    gone: Vec<(Uuid, i16, Date)>,
    written: Vec<Span<'c>>,
}

impl<'c> Spans<'c> {
    fn changed(cache: &'c Cache, batch: &Batch) -> Self {
        let mut spans = Self::default();
        for (id, before) in &batch.before {
            let Some(community) = cache.communities.get(id).and_then(|known| known.community.as_ref()) else {
                continue;
            };
            for basis in codes::BASES {
                spans.compare(*id, basis, before, community);
            }
        }
        spans.gone.sort_unstable();
        spans.written.sort_unstable_by_key(|(id, basis, stay, ..)| (*id, *basis, stay.from));
        spans
    }

    fn compare(&mut self, id: Uuid, basis: Basis, before: &Before, community: &'c Community) {
        let (old, new): (&Timeline, &Timeline) = match basis {
            Basis::Happened => (&before.happened, &community.happened),
            Basis::Recorded => (&before.recorded, &community.recorded),
        };
        let renamed = before.name != community.name;
        if old == new && !renamed {
            return;
        }
        let old: HashMap<Date, (Stay, Date)> = old.spans().map(|span| (span.0.from, span)).collect();
        for (stay, until) in new.spans() {
            if renamed || old.get(&stay.from) != Some(&(stay, until)) {
                self.written.push((id, codes::basis(basis), stay, until, &community.name));
            }
        }
        let stays = new.stays();
        let gone = old.keys().filter(|from| stays.binary_search_by_key(from, |stay| &stay.from).is_err());
        self.gone.extend(gone.map(|from| (id, codes::basis(basis), *from)));
    }

    async fn write(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        if !self.gone.is_empty() {
            sqlx::query(DELETE_SPANS)
                .bind(column(&self.gone, |row| row.0))
                .bind(column(&self.gone, |row| row.1))
                .bind(column(&self.gone, |row| row.2))
                .execute(&mut *connection)
                .await?;
        }
        if !self.written.is_empty() {
            sqlx::query(UPSERT_SPANS)
                .bind(column(&self.written, |row| row.0))
                .bind(column(&self.written, |row| row.1))
                .bind(column(&self.written, |row| row.2.from))
                .bind(column(&self.written, |row| row.3))
                .bind(column(&self.written, |row| codes::status(row.2.status)))
                .bind(column(&self.written, |row| row.2.seat.number()))
                .bind(column(&self.written, |row| row.4))
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }
}

async fn revivals(connection: &mut PgConnection, cache: &Cache, batch: &Batch) -> Result<(), sqlx::Error> {
    let mut changed = Vec::new();
    for (id, before) in &batch.before {
        let Some(community) = cache.communities.get(id).and_then(|known| known.community.as_ref()) else { continue };
        // A list has a community under the name and the seat that it has now, in its past, too.
        let stands = before.name == community.name && before.seat == Some(community.seat);
        let known = if stands { before.revivals } else { 0 };
        changed.extend(community.revivals.iter().skip(known).map(|revival| (*id, community, revival)));
    }
    if changed.is_empty() {
        return Ok(());
    }
    changed.sort_unstable_by_key(|(id, _, revival)| (*id, revival.version));
    let after = |preceding: Preceding| match preceding {
        Preceding::Training(training) => (1_i16, Some(training)),
        Preceding::Partnership => (2, None),
        Preceding::Visit => (3, None),
    };
    sqlx::query(UPSERT_REVIVALS)
        .bind(column(&changed, |(id, ..)| *id))
        .bind(column(&changed, |(_, _, revival)| revival.version))
        .bind(column(&changed, |(_, community, _)| community.seat.number()))
        .bind(column(&changed, |(_, community, _)| community.name.as_str()))
        .bind(column(&changed, |(_, _, revival)| revival.active_from))
        .bind(column(&changed, |(_, _, revival)| revival.recorded_on))
        .bind(column(&changed, |(_, _, revival)| after(revival.after).0))
        .bind(column(&changed, |(_, _, revival)| after(revival.after).1))
        .execute(connection)
        .await?;
    Ok(())
}

async fn activities(connection: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    if batch.activities.is_empty() {
        return Ok(());
    }
    let mut rows: Vec<_> = batch.activities.iter().collect();
    rows.sort_unstable_by_key(|(key, _)| **key);
    sqlx::query(UPSERT_ACTIVITIES)
        .bind(column(&rows, |((id, _), _)| *id))
        .bind(column(&rows, |((_, month), _)| month.first_day()))
        .bind(column(&rows, |(_, activity)| activity.happened.map(|(day, _)| day)))
        .bind(column(&rows, |(_, activity)| activity.happened.map(|(_, kind)| codes::kind(kind))))
        .bind(column(&rows, |(_, activity)| activity.known.map(|(day, _)| day)))
        .bind(column(&rows, |(_, activity)| activity.known.map(|(_, kind)| codes::kind(kind))))
        .execute(connection)
        .await?;
    Ok(())
}

async fn trainings(connection: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    for held in &batch.trainings {
        sqlx::query("INSERT INTO training (id, place, held_from, held_to, recorded_on) VALUES ($1, $2, $3, $4, $5)")
            .bind(held.id)
            .bind(held.place.number())
            .bind(held.attendance.held_from)
            .bind(held.attendance.held_to)
            .bind(held.attendance.recorded_on)
            .execute(&mut *connection)
            .await?;
        sqlx::query("INSERT INTO participant (community_id, training_id) SELECT unnest($1::uuid[]), $2")
            .bind(&held.communities)
            .bind(held.id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Few and rare: one statement a row.
async fn master_data(connection: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    for Rule { aggregate, place, set: rule, recorded_on } in &batch.rules {
        sqlx::query(INSERT_RULE)
            .bind(aggregate)
            .bind(rule.version)
            .bind(place.number())
            .bind(rule.effective_from)
            .bind(recorded_on)
            .bind(rule.reminder_months)
            .bind(rule.dormant_months)
            .execute(&mut *connection)
            .await?;
    }
    for baseline in &batch.baselines {
        sqlx::query("INSERT INTO baseline (code, version, value, as_of, source) VALUES ($1, $2, $3, $4, $5)")
            .bind(&baseline.code)
            .bind(baseline.version)
            .bind(baseline.value)
            .bind(baseline.as_of)
            .bind(&baseline.source)
            .execute(&mut *connection)
            .await?;
    }
    for (office, named) in &batch.offices {
        sqlx::query(UPSERT_OFFICE_NAME)
            .bind(office)
            .bind(named.from)
            .bind(&named.name)
            .execute(&mut *connection)
            .await?;
    }
    for relocation in &batch.relocations {
        territory::relocate(connection, relocation).await?;
    }
    for (position, adoption) in &batch.adoptions {
        territory::adopt(connection, *position, adoption).await?;
    }
    Ok(())
}

/// A column of an array for each value of the rows.
pub fn column<R, T>(rows: &[R], value: impl Fn(&R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

const UPDATE_COMMUNITIES: &str = "
UPDATE community AS c SET version = u.version, last_activity_on = u.day, last_activity_kind = u.kind
FROM unnest($1::uuid[], $2::bigint[], $3::date[], $4::smallint[]) AS u (id, version, day, kind)
WHERE c.id = u.id";

const UPSERT_COMMUNITIES: &str = "
INSERT INTO community (id, version, name, seat, formed_on, members, members_on, last_activity_on,
    last_activity_kind)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[], $5::date[], $6::int[], $7::date[], $8::date[],
    $9::smallint[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, seat = excluded.seat,
    formed_on = excluded.formed_on, members = excluded.members, members_on = excluded.members_on,
    last_activity_on = excluded.last_activity_on, last_activity_kind = excluded.last_activity_kind";

const DELETE_SPANS: &str = "
DELETE FROM span AS s USING unnest($1::uuid[], $2::smallint[], $3::date[]) AS u (community_id, basis, from_on)
WHERE s.community_id = u.community_id AND s.basis = u.basis AND s.from_on = u.from_on";

const UPSERT_SPANS: &str = "
INSERT INTO span (community_id, basis, from_on, until_on, status, seat, name)
SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::date[], $4::date[], $5::smallint[], $6::bigint[], $7::text[])
ON CONFLICT (community_id, basis, from_on) DO UPDATE
SET until_on = excluded.until_on, status = excluded.status, seat = excluded.seat, name = excluded.name";

const UPSERT_REVIVALS: &str = "
INSERT INTO revival (community_id, version, seat, name, active_from, recorded_on, after_kind, after_training)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::date[], $6::date[], $7::smallint[], $8::uuid[])
ON CONFLICT (community_id, version) DO UPDATE SET seat = excluded.seat, name = excluded.name";

/// A day that is not there is no day: `greatest` passes over NULL, and a comparison with it is not true.
const UPSERT_ACTIVITIES: &str = "
INSERT INTO activity AS a (community_id, month, happened_on, happened_kind, known_on, known_kind)
SELECT * FROM unnest($1::uuid[], $2::date[], $3::date[], $4::smallint[], $5::date[], $6::smallint[])
ON CONFLICT (community_id, month) DO UPDATE
SET happened_kind = CASE WHEN excluded.happened_on >= coalesce(a.happened_on, excluded.happened_on)
        THEN excluded.happened_kind ELSE a.happened_kind END,
    happened_on = greatest(a.happened_on, excluded.happened_on),
    known_kind = coalesce(excluded.known_kind, a.known_kind),
    known_on = coalesce(excluded.known_on, a.known_on)";

const UPSERT_OFFICE_NAME: &str = "
INSERT INTO office_name (office_id, from_on, name) VALUES ($1, $2, $3)
ON CONFLICT (office_id, from_on) DO UPDATE SET name = excluded.name";

const INSERT_RULE: &str = "
INSERT INTO dormancy_rule (aggregate_id, version, place, effective_from, recorded_on, reminder_months, dormant_months)
VALUES ($1, $2, $3, $4, $5, $6, $7)";
