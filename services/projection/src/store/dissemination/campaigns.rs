//! Campaigns that have begun.

use sqlx::PgConnection;
use time::Date;
use uuid::Uuid;

use crate::{
    fold::codes,
    pages::{Campaign, Material},
};

/// Campaigns whose window began in these days, of a programme or of all.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    pub from: Date,
    pub to: Date,
    pub programme: Option<Uuid>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    programme_id: Uuid,
    programme: Option<String>,
    office: Option<String>,
    title: Option<String>,
    version: Option<i32>,
    withdrawn_on: Option<Date>,
    from_on: Date,
    until_on: Date,
    status: i16,
}

impl TryFrom<Row> for Campaign {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let withdrawn_on = row.withdrawn_on;
        Ok(Self {
            id: row.id,
            name: row.name,
            programme_id: row.programme_id,
            programme: row.programme,
            office: row.office,
            material: row.title.zip(row.version).map(|(title, version)| Material { title, version, withdrawn_on }),
            from: row.from_on,
            until: row.until_on,
            status: codes::stored_campaign_status(row.status).ok_or_else(|| codes::corrupt("status"))?,
        })
    }
}

/// The newest first.
pub async fn begun(connection: &mut PgConnection, period: Period) -> Result<Vec<Campaign>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(CAMPAIGNS)
        .bind(period.from)
        .bind(period.to)
        .bind(period.programme)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Campaign::try_from).collect()
}

/// `None` when it is not there, or has not begun.
pub async fn one(connection: &mut PgConnection, id: Uuid) -> Result<Option<Campaign>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(CAMPAIGN).bind(id).fetch_optional(connection).await?;
    row.map(Campaign::try_from).transpose()
}

macro_rules! campaigns {
    ($wanted:literal) => {
        concat!(
            "
SELECT c.id, c.name, c.programme_id, p.name AS programme, o.name AS office, m.title, m.version, m.withdrawn_on,
    c.from_on, c.until_on, c.status
FROM campaign c LEFT JOIN programme p ON p.id = c.programme_id LEFT JOIN material m ON m.id = c.material_id
LEFT JOIN LATERAL (
    SELECT name FROM office_name
    WHERE office_id = c.office_id AND from_on <= (now() AT TIME ZONE 'Asia/Jakarta')::date
    ORDER BY from_on DESC LIMIT 1
) o ON true
WHERE c.started_at IS NOT NULL AND ",
            $wanted
        )
    };
}

pub const CAMPAIGNS: &str = campaigns!(
    "c.from_on BETWEEN $1 AND $2 AND ($3::uuid IS NULL OR c.programme_id = $3) ORDER BY c.from_on DESC, c.id DESC"
);

const CAMPAIGN: &str = campaigns!("c.id = $1");
