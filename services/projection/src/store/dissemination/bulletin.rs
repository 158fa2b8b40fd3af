//! What a campaign is hung up as.

use sqlx::PgConnection;
use time::Date;
use uuid::Uuid;

use super::campaigns::one;
use crate::{
    fold::codes,
    pages::{BulletinQuery, BulletinView, COUNTED_FROM, Content, ContentLink, Edition, QueryError, Revision},
    store::{Snapshot, unanswered},
};

#[derive(sqlx::FromRow)]
struct EditionRow {
    material_id: Uuid,
    published_on: Date,
    superseded_version: i32,
    revision_reason: Option<i16>,
    revision_note: String,
}

#[derive(sqlx::FromRow)]
struct ContentRow {
    language: String,
    title: String,
    body: String,
    link_titles: Vec<String>,
    link_addresses: Vec<String>,
    media: i32,
}

impl From<ContentRow> for Content {
    fn from(row: ContentRow) -> Self {
        let links = row.link_titles.into_iter().zip(row.link_addresses);
        Self {
            language: row.language,
            title: row.title,
            body: row.body,
            links: links.map(|(title, address)| ContentLink { title, address }).collect(),
            media: row.media,
        }
    }
}

/// `None` when no such campaign has begun.
pub async fn bulletin(snapshot: &mut Snapshot, query: BulletinQuery) -> Result<Option<BulletinView>, QueryError> {
    super::heard(snapshot)?;
    let as_of = snapshot.as_of.of(&COUNTED_FROM);
    let connection = &mut *snapshot.transaction;
    let found = async {
        let Some(campaign) = one(connection, query.campaign).await? else { return Ok(None) };
        let edition = edition(connection, query.campaign).await?;
        Ok::<_, sqlx::Error>(Some(BulletinView { as_of, campaign, edition }))
    };
    found.await.map_err(unanswered)
}

async fn edition(connection: &mut PgConnection, campaign: Uuid) -> Result<Option<Edition>, sqlx::Error> {
    let row: Option<EditionRow> = sqlx::query_as(EDITION).bind(campaign).fetch_optional(&mut *connection).await?;
    let Some(row) = row else { return Ok(None) };
    let revision = match row.revision_reason {
        None => None,
        Some(number) => Some(Revision {
            superseded_version: row.superseded_version,
            reason: codes::stored_revision_reason(number).ok_or_else(|| codes::corrupt("revision_reason"))?,
            note: row.revision_note,
        }),
    };
    let contents: Vec<ContentRow> = sqlx::query_as(CONTENTS).bind(row.material_id).fetch_all(connection).await?;
    let contents = contents.into_iter().map(Content::from).collect();
    Ok(Some(Edition { published_on: row.published_on, revision, contents }))
}

const EDITION: &str = "
SELECT m.id AS material_id, m.published_on, m.superseded_version, m.revision_reason, m.revision_note
FROM campaign c JOIN material m ON m.id = c.material_id WHERE c.id = $1";

const CONTENTS: &str = "
SELECT language, title, body, link_titles, link_addresses, media FROM material_content
WHERE material_id = $1 ORDER BY number";
