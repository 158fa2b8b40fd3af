//! A community's inbox: what it got, what waits for it, and where the log has the last change of each. All of that stands in other tables.

use kim_contract::dissemination::v1 as pb;
use kim_eventlog::{Position, answered, timestamp};
use sqlx::{Postgres, Transaction};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{
    Index,
    delivery::{newest_notice, notice_waits},
};
use crate::domain::{
    content::Language,
    ids::{CommunityId, ProgrammeId},
};

/// As many changes as are read at once, and those at the same position as the last.
const CHANGES: i64 = 200;

/// Whose inbox, and how it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inbox {
    pub community: CommunityId,
    pub language: Language,
    /// An answer of this day or later waits to be told.
    pub answered_since: Date,
}

/// An item without the programme's name.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub item: pb::InboxItem,
    pub programme: ProgrammeId,
    pub key: ItemKey,
}

/// Its place: important ones first, then the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemKey {
    pub priority: i16,
    pub assigned_at: OffsetDateTime,
    pub campaign: Uuid,
}

/// Some of an inbox, and the position that the index had come to then.
#[derive(Debug, Clone, PartialEq)]
pub struct Items {
    pub items: Vec<Item>,
    pub at: Position,
}

#[derive(sqlx::FromRow)]
struct Row {
    campaign_id: Uuid,
    programme_id: Uuid,
    material_id: Uuid,
    version: i32,
    languages: Vec<String>,
    titles: Vec<String>,
    withdrawn: bool,
    priority: i16,
    status: i16,
    tasks: Vec<i16>,
    assigned_at: OffsetDateTime,
    position: i64,
}

impl Row {
    fn item(self, language: Language) -> Item {
        // Indonesian stands first.
        let nth = self.languages.iter().position(|tag| tag == language.as_str()).unwrap_or_default();
        let title = self.titles.into_iter().nth(nth).filter(|_| !self.withdrawn).unwrap_or_default();
        let item = pb::InboxItem {
            campaign_id: self.campaign_id.to_string(),
            material_id: self.material_id.to_string(),
            material_version: self.version,
            title,
            programme_name: String::new(),
            priority: self.priority.into(),
            status: self.status.into(),
            tasks: self.tasks.into_iter().map(i32::from).collect(),
            assigned_at: Some(timestamp(self.assigned_at)),
            position: self.position,
        };
        let key = ItemKey { priority: self.priority, assigned_at: self.assigned_at, campaign: self.campaign_id };
        Item { item, programme: ProgrammeId(self.programme_id), key }
    }
}

impl Index {
    /// Items with one of these tasks, all with none, that come after a place; `limit` at most.
    pub async fn inbox(
        &self,
        inbox: Inbox,
        tasks: &[i16],
        after: Option<ItemKey>,
        limit: i64,
    ) -> Result<Items, sqlx::Error> {
        let read = async {
            let (mut reading, at) = self.snapshot().await?;
            let rows: Vec<Row> = sqlx::query_as(PAGE)
                .bind(inbox.community.0)
                .bind(inbox.answered_since)
                .bind(tasks)
                .bind(after.map(|key| key.priority))
                .bind(after.map(|key| key.assigned_at))
                .bind(after.map(|key| key.campaign))
                .bind(limit)
                .fetch_all(&mut *reading)
                .await?;
            Ok(Items { items: rows.into_iter().map(|row| row.item(inbox.language)).collect(), at })
        };
        answered(read).await
    }

    /// What changed after `since`, in the order of positions; not all of it when there is much. [`Items::at`] is up to where this is all.
    pub async fn changes(&self, inbox: Inbox, since: Position) -> Result<Items, sqlx::Error> {
        let read = async {
            let (mut reading, at) = self.snapshot().await?;
            let rows: Vec<Row> = sqlx::query_as(CHANGED)
                .bind(inbox.community.0)
                .bind(inbox.answered_since)
                .bind(since.get())
                .bind(CHANGES)
                .fetch_all(&mut *reading)
                .await?;
            let is_cut = i64::try_from(rows.len()).is_ok_and(|rows| rows >= CHANGES);
            let last = rows.last().and_then(|row| Position::new(row.position)).filter(|_| is_cut);
            let items = rows.into_iter().map(|row| row.item(inbox.language)).collect();
            Ok(Items { items, at: last.unwrap_or(at) })
        };
        answered(read).await
    }

    /// All of one snapshot, and the position that it has.
    async fn snapshot(&self) -> Result<(Transaction<'static, Postgres>, Position), sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        sqlx::raw_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").execute(&mut *transaction).await?;
        let at: i64 =
            sqlx::query_scalar("SELECT position FROM dissemination.follower").fetch_one(&mut *transaction).await?;
        Ok((transaction, Position::new(at).unwrap_or_default()))
    }
}

/// The items of community `$1`: a material that is withdrawn, a campaign that has ended, and who told people already leave nothing to be opened
/// or taken on. The tasks are kim.dissemination.v1.InboxTask.
macro_rules! items {
    () => {
        concat!(
            "WITH item AS (
  SELECT a.campaign_id, c.programme_id, c.material_id, p.version, p.languages, p.titles, w.position IS NOT NULL AS withdrawn, c.priority,
    coalesce(d.status, 1::smallint) AS status, a.assigned_at,
    array_remove(ARRAY[
      CASE WHEN w.position IS NULL AND c.status IN (3, 4) AND coalesce(d.status, 1) < 4 THEN 1 END,
      CASE WHEN w.position IS NULL AND c.status IN (3, 4) AND coalesce(d.status, 1) < 5 THEN 2 END,
      CASE WHEN w.position IS NULL AND n.kind = 1 AND ",
            notice_waits!(),
            "THEN 3 END,
      CASE WHEN n.kind = 2 AND ",
            notice_waits!(),
            "THEN 4 END,
      CASE WHEN q.answered THEN 5 END], NULL)::smallint[] AS tasks,
    greatest(a.position, d.position, n.position, p.position, w.position, q.position,
             CASE WHEN c.status IN (5, 6) THEN c.last_position END) AS position
  FROM dissemination.assignment a
  JOIN dissemination.campaign c USING (campaign_id)
  JOIN LATERAL (SELECT version, languages, titles, position FROM dissemination.publication
                WHERE material_id = c.material_id ORDER BY version DESC LIMIT 1) p ON true
  LEFT JOIN dissemination.withdrawal w ON w.material_id = c.material_id
  LEFT JOIN dissemination.delivery d ON d.community_id = a.community_id AND d.campaign_id = a.campaign_id ",
            newest_notice!(),
            "LEFT JOIN LATERAL (SELECT max(position) AS position, bool_or(status = 3 AND answered_on >= $2) AS answered
                     FROM dissemination.question WHERE community_id = a.community_id AND campaign_id = a.campaign_id) q ON true
  WHERE a.community_id = $1 AND NOT a.released)
SELECT * FROM item "
        )
    };
}

const PAGE: &str = concat!(
    items!(),
    "WHERE (cardinality($3::smallint[]) = 0 OR tasks && $3)
  AND ($4::smallint IS NULL OR (priority, assigned_at, campaign_id) < ($4, $5::timestamptz, $6::uuid))
ORDER BY priority DESC, assigned_at DESC, campaign_id DESC LIMIT $7"
);

const CHANGED: &str = concat!(items!(), "WHERE position > $3 ORDER BY position FETCH FIRST $4 ROWS WITH TIES");
