//! What the log has adopted, as the read model keeps it.

use kim_eventlog::Position;
use kim_territory::{Adopted, Decree, RegionCode, RegionStep, Step};
use sqlx::PgConnection;

use super::{Place, batch::Relocation, codes, event::Adoption, rows::column};

/// What was adopted up to now, one after another.
pub async fn adopted(connection: &mut PgConnection) -> Result<Adopted, sqlx::Error> {
    let mut adopted = Adopted::default();
    let decrees: Vec<String> = sqlx::query_scalar(ADOPTED).fetch_all(&mut *connection).await?;
    for decree in decrees {
        let decree: Decree = decree.parse().map_err(|error| corrupt("decree", error))?;
        let rows: Vec<(String, i16, Option<i64>, Option<i64>)> =
            sqlx::query_as(CHANGES).bind(decree.key()).fetch_all(&mut *connection).await?;
        adopted.adopt(decree, step(decree, rows)?);
    }
    Ok(adopted)
}

/// `None` where nothing led from the territory before.
fn step(to: Decree, rows: Vec<(String, i16, Option<i64>, Option<i64>)>) -> Result<Option<Step>, sqlx::Error> {
    let Some((from, ..)) = rows.first() else { return Ok(None) };
    let from: Decree = from.parse().map_err(|error| corrupt("from_decree", error))?;
    let code = |place: Option<i64>| place.map(|place| Place::stored(place).code());
    let rows = rows.into_iter().map(|(_, kind, old, new)| {
        let kind = codes::stored_act(kind).ok_or_else(|| corrupt("kind", "not an act that the fold writes"))?;
        Ok(RegionStep { old: code(old), new: code(new), kind })
    });
    Ok(Some(Step { from, to, rows: rows.collect::<Result<_, sqlx::Error>>()? }))
}

fn corrupt(column: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.into(), source: source.into() }
}

/// Keeps what changed, and takes what is counted by its place alone to where that is now.
pub async fn relocate(connection: &mut PgConnection, relocation: &Relocation) -> Result<(), sqlx::Error> {
    let Relocation { position, changed, places } = relocation;
    let Step { from, to, rows } = &changed.step;
    sqlx::query("INSERT INTO territory_adopted (decree, position, adopted_on) VALUES ($1, $2, $3)")
        .bind(to.key())
        .bind(position.get())
        .bind(changed.changed_on)
        .execute(&mut *connection)
        .await?;
    let rows: Vec<(i32, &RegionStep)> = (1..).zip(rows).collect();
    let place = |code: Option<RegionCode>| code.map(|code| Place::from(&code).number());
    sqlx::query(INSERT_CHANGES)
        .bind(to.key())
        .bind(from.key())
        .bind(column(&rows, |(number, _)| *number))
        .bind(column(&rows, |(_, row)| codes::act(row.kind)))
        .bind(column(&rows, |(_, row)| place(row.old)))
        .bind(column(&rows, |(_, row)| place(row.new)))
        .execute(&mut *connection)
        .await?;
    let moved: Vec<(i64, i64)> = places.iter().map(|(old, new)| (old.number(), new.number())).collect();
    for statement in [RELOCATE_TRAININGS, RELOCATE_RULES] {
        sqlx::query(statement)
            .bind(column(&moved, |(old, _)| *old))
            .bind(column(&moved, |(_, new)| *new))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

pub async fn adopt(connection: &mut PgConnection, position: Position, adoption: &Adoption) -> Result<(), sqlx::Error> {
    sqlx::query(UPSERT_ADOPTED)
        .bind(adoption.decree.key())
        .bind(position.get())
        .bind(adoption.adopted_on)
        .bind(&adoption.digest)
        .execute(connection)
        .await?;
    Ok(())
}

const ADOPTED: &str = "SELECT decree FROM territory_adopted ORDER BY position";

/// It may be in force since its changes were told, right before.
const UPSERT_ADOPTED: &str = "
INSERT INTO territory_adopted (decree, position, adopted_on, digest) VALUES ($1, $2, $3, $4)
ON CONFLICT (decree) DO UPDATE SET position = excluded.position, adopted_on = excluded.adopted_on, digest = excluded.digest";

const CHANGES: &str =
    "SELECT from_decree, kind, old_place, new_place FROM territory_change WHERE to_decree = $1 ORDER BY number";

const INSERT_CHANGES: &str = "
INSERT INTO territory_change (to_decree, from_decree, number, kind, old_place, new_place)
SELECT $1, $2, * FROM unnest($3::int[], $4::smallint[], $5::bigint[], $6::bigint[])";

const RELOCATE_TRAININGS: &str = "
UPDATE training AS t SET place = u.new FROM unnest($1::bigint[], $2::bigint[]) AS u (old, new) WHERE t.place = u.old";

const RELOCATE_RULES: &str = "
UPDATE dormancy_rule AS r SET place = u.new FROM unnest($1::bigint[], $2::bigint[]) AS u (old, new) WHERE r.place = u.old";
