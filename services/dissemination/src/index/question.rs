//! Questions in the index: with whom each is and how it stands, and pages of them.

use std::collections::BTreeMap;

use kim_chassis::access::Reach;
use kim_desk::{
    list::{ListError, Paging, range},
    wire::{Paired, to_columns},
};
use kim_eventlog::{Recorded, answered};
use kim_territory::RegionCode;
use sqlx::PgConnection;
use time::Date;
use uuid::Uuid;

use super::{FollowError, Index};
use crate::domain::{
    ids::{CampaignId, OfficeId, ProgrammeId, QuestionId},
    question::{Event, Origin, Status},
};

/// A question's row.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
struct Row {
    question_id: Uuid,
    asked_position: i64,
    position: i64,
    community_id: Uuid,
    campaign_id: Uuid,
    programme_id: Uuid,
    office_id: Uuid,
    status: i16,
    answered_on: Option<Date>,
    published: bool,
}

impl Row {
    /// `None` for an event that is not the first.
    fn first(recorded: &Recorded, event: &Event) -> Option<Self> {
        let Event::Asked { origin: Origin { campaign, programme, community, .. }, office, .. } = event else {
            return None;
        };
        Some(Self {
            question_id: recorded.aggregate,
            asked_position: recorded.position.get(),
            position: recorded.position.get(),
            community_id: community.0,
            campaign_id: campaign.0,
            programme_id: programme.0,
            office_id: office.0,
            status: Status::Asked.to_column(),
            answered_on: None,
            published: false,
        })
    }

    fn fold(&mut self, recorded: &Recorded, event: &Event) {
        self.position = recorded.position.get();
        let status = match event {
            Event::Asked { .. } => Status::Asked,
            Event::Answered { on, .. } => {
                self.answered_on = Some(*on);
                Status::Answered
            }
            Event::Reopened { .. } => Status::Reopened,
            Event::Redirected { to, .. } => {
                self.office_id = to.0;
                Status::Redirected
            }
            Event::SetAside { .. } => Status::SetAside,
            Event::AnswerPublished { .. } => {
                self.published = true;
                return;
            }
        };
        self.status = status.to_column();
    }
}

/// Folds events of questions.
pub(super) async fn fold(connection: &mut PgConnection, events: &[(&Recorded, Event)]) -> Result<(), FollowError> {
    if events.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = events.iter().map(|(recorded, _)| recorded.aggregate).collect();
    let stored: Vec<Row> = sqlx::query_as(LOAD).bind(ids).fetch_all(&mut *connection).await?;
    let mut rows: BTreeMap<Uuid, Row> = stored.into_iter().map(|row| (row.question_id, row)).collect();
    for (recorded, event) in events {
        if let Some(first) = Row::first(recorded, event) {
            rows.entry(recorded.aggregate).or_insert(first);
        }
        if let Some(row) = rows.get_mut(&recorded.aggregate) {
            row.fold(recorded, event);
        } else {
            tracing::error!(position = %recorded.position, "a question's event came without its first one");
        }
    }
    for row in rows.into_values() {
        sqlx::query(SAVE)
            .bind(row.question_id)
            .bind(row.asked_position)
            .bind(row.position)
            .bind(row.community_id)
            .bind(row.campaign_id)
            .bind(row.programme_id)
            .bind(row.office_id)
            .bind(row.status)
            .bind(row.answered_on)
            .bind(row.published)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

const LOAD: &str = "SELECT question_id, asked_position, position, community_id, campaign_id, programme_id, office_id, status, answered_on, published
FROM dissemination.question WHERE question_id = ANY ($1)";

const SAVE: &str = "INSERT INTO dissemination.question
  (question_id, asked_position, position, community_id, campaign_id, programme_id, office_id, status, answered_on, published)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (question_id) DO UPDATE SET
  position = excluded.position, office_id = excluded.office_id, status = excluded.status, answered_on = excluded.answered_on,
  published = excluded.published";

/// Which questions are asked for; what is not said, and an empty list, means all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionFilter {
    /// How far the caller reaches; `None` for whoever only reads what is published.
    pub reach: Option<Reach>,
    /// Where the communities have their seats.
    pub within: Option<RegionCode>,
    pub statuses: Vec<Status>,
    pub office: Option<OfficeId>,
    pub programme: Option<ProgrammeId>,
    pub campaign: Option<CampaignId>,
    /// Only what is published, which is for everybody.
    pub published: bool,
}

/// A question of a list, and whether it is within the caller's reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedQuestion {
    pub id: QuestionId,
    pub in_reach: bool,
}

impl Index {
    /// Questions, the oldest first: from communities within reach, and with offices within reach.
    pub async fn questions(
        &self,
        filter: &QuestionFilter,
        paging: &Paging,
    ) -> Result<(Vec<ListedQuestion>, String), ListError> {
        let everywhere = filter.reach == Some(Reach::Everywhere);
        let own = filter.reach.as_ref().and_then(Reach::region).map(range);
        let (own_first, own_beyond) = own.unzip();
        let only = if let Some(Reach::Community(id)) = filter.reach { Some(id) } else { None };
        let (first, beyond) = filter.within.map(range).unzip();
        let (after, ..) = paging.begin();
        let after = after.map(str::parse::<i64>).transpose().map_err(|_| ListError::Token)?;
        let asked = sqlx::query_as(PAGE)
            .bind(everywhere)
            .bind(own_first)
            .bind(own_beyond)
            .bind(only)
            .bind(filter.published)
            .bind(first)
            .bind(beyond)
            .bind(to_columns(&filter.statuses))
            .bind(filter.office.map(|office| office.0))
            .bind(filter.programme.map(|programme| programme.0))
            .bind(filter.campaign.map(|campaign| campaign.0))
            .bind(after.unwrap_or_default())
            .bind(paging.limit());
        let rows: Vec<(Uuid, i64, bool)> = answered(asked.fetch_all(&self.pool)).await?;
        let row = |(id, asked_position, in_reach): (Uuid, i64, bool)| {
            (id, asked_position.to_string(), String::new(), ListedQuestion { id: QuestionId(id), in_reach })
        };
        Ok(paging.cut(rows.into_iter().map(row).collect()))
    }

    /// Whose these questions are.
    pub async fn askers(&self, questions: &[QuestionId]) -> Result<Vec<Uuid>, sqlx::Error> {
        let ids: Vec<Uuid> = questions.iter().map(|question| question.0).collect();
        let asked =
            sqlx::query_scalar("SELECT DISTINCT community_id FROM dissemination.question WHERE question_id = ANY ($1)")
                .bind(ids);
        answered(asked.fetch_all(&self.pool)).await
    }
}

const PAGE: &str = "SELECT question_id, asked_position, in_reach FROM (
  SELECT q.question_id, q.asked_position, c.seat_code,
    $1 OR coalesce(c.seat_code >= $2 AND c.seat_code < $3 OR o.region_code >= $2 AND o.region_code < $3, false)
       OR coalesce(q.community_id = $4, false) AS in_reach
  FROM dissemination.question q
  LEFT JOIN audience.community c ON c.community_id = q.community_id AND c.until_position IS NULL
  LEFT JOIN audience.office o ON o.office_id = q.office_id AND o.until_position IS NULL
  WHERE (NOT $5 OR q.published)
    AND (cardinality($8::smallint[]) = 0 OR q.status = ANY ($8))
    AND ($9::uuid IS NULL OR q.office_id = $9)
    AND ($10::uuid IS NULL OR q.programme_id = $10)
    AND ($11::uuid IS NULL OR q.campaign_id = $11)
    AND q.asked_position > $12) q
WHERE (in_reach OR $5) AND ($6::text IS NULL OR seat_code >= $6 AND seat_code < $7)
ORDER BY asked_position LIMIT $13";
