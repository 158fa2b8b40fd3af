//! Programmes, as their newest events left them.

use sqlx::PgConnection;
use time::{Date, macros::date};
use uuid::Uuid;

use super::{campaigns::Period, in_scope};
use crate::{
    pages::{COUNTED_FROM, Programme, ProgrammeQuery, ProgrammeView, QueryError},
    store::{Snapshot, unanswered},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    office: Option<String>,
    from_on: Date,
    until_on: Option<Date>,
    closed_on: Option<Date>,
}

impl From<Row> for Programme {
    fn from(row: Row) -> Self {
        let Row { id, name, office, from_on, until_on, closed_on } = row;
        Self { id, name, office, from: from_on, until: until_on, closed_on }
    }
}

/// `None` when there is no such programme.
pub async fn programme(snapshot: &mut Snapshot, query: ProgrammeQuery) -> Result<Option<ProgrammeView>, QueryError> {
    super::heard(snapshot)?;
    let territories = snapshot.territories.clone();
    let scope = territories.scope(kim_territory::RegionCode::NATION, None)?;
    let as_of = snapshot.as_of.of(&COUNTED_FROM).by(scope.decree);
    let connection = &mut *snapshot.transaction;
    let found = async {
        let Some(programme) = one(connection, query.programme).await? else { return Ok(None) };
        // Whenever they began.
        let (from, to) = (date!(0001 - 01 - 01), date!(9999 - 12 - 31));
        let period = Period { from, to, programme: Some(query.programme) };
        let (campaigns, _) = in_scope(connection, &territories, &scope, period).await?;
        Ok::<_, sqlx::Error>(Some(ProgrammeView { as_of, programme, campaigns }))
    };
    found.await.map_err(unanswered)
}

async fn one(connection: &mut PgConnection, id: Uuid) -> Result<Option<Programme>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(PROGRAMME).bind(id).fetch_optional(connection).await?;
    Ok(row.map(Programme::from))
}

const PROGRAMME: &str = "
SELECT p.id, p.name, o.name AS office, p.from_on, p.until_on, p.closed_on
FROM programme p
LEFT JOIN LATERAL (
    SELECT name FROM office_name
    WHERE office_id = p.office_id AND from_on <= (now() AT TIME ZONE 'Asia/Jakarta')::date
    ORDER BY from_on DESC LIMIT 1
) o ON true
WHERE p.id = $1";
