//! Partnerships one of whose sides is no more: noted for the policy, whichever came first in the log, the end of the side or what was
//! agreed without knowing of it.

use kim_desk::wire::to_columns;
use kim_eventlog::Recorded;
use kim_territory::Decree;
use kim_values::Region;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Index;
use crate::domain::{community, ids::PartnershipId, office, partnership::Status};

/// Events after which a partnership may stand without one of its sides.
#[derive(Debug, Default)]
pub(super) struct Endings {
    position: Vec<i64>,
    /// Of a partnership, a community or an office.
    aggregate: Vec<Uuid>,
    recorded_time: Vec<OffsetDateTime>,
}

const NOTE: &str = "
    INSERT INTO registry.reaction (position, aggregate_id, policy, cause_id, on_day, recorded_time)
    SELECT e.position, p.partnership_id,
           CASE WHEN o.closed_on IS NULL THEN 'community-gone' ELSE 'office-gone' END,
           CASE WHEN o.closed_on IS NULL THEN p.community_id ELSE p.office_id END,
           coalesce(o.closed_on, e.recorded_time::date), e.recorded_time
    FROM unnest($1::bigint[], $2::uuid[], $3::timestamptz[]) AS e (position, aggregate_id, recorded_time)
    JOIN registry.partnership p
      ON p.partnership_id = e.aggregate_id OR p.community_id = e.aggregate_id OR p.office_id = e.aggregate_id
    JOIN registry.community c USING (community_id)
    JOIN registry.office o USING (office_id)
    WHERE p.status = ANY ($4) AND (c.status = ANY ($5) OR o.closed_on IS NOT NULL)
    ON CONFLICT DO NOTHING";

impl Endings {
    pub fn of_community(&mut self, recorded: &Recorded, event: &community::Event) {
        if matches!(event, community::Event::Dissolved { .. } | community::Event::Merged { .. }) {
            self.push(recorded);
        }
    }

    pub fn of_office(&mut self, recorded: &Recorded, event: &office::Event) {
        if matches!(event, office::Event::Closed { .. }) {
            self.push(recorded);
        }
    }

    pub fn push(&mut self, recorded: &Recorded) {
        self.position.push(recorded.position.get());
        self.aggregate.push(recorded.aggregate);
        self.recorded_time.push(recorded.recorded_time);
    }

    /// Once the rows of all of them are written.
    pub async fn note(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        if self.position.is_empty() {
            return Ok(());
        }
        sqlx::query(NOTE)
            .bind(self.position)
            .bind(self.aggregate)
            .bind(self.recorded_time)
            .bind(to_columns(&[Status::Proposed, Status::Signed, Status::Renewed]))
            .bind(to_columns(&[community::Status::Dissolved, community::Status::Merged]))
            .execute(connection)
            .await?;
        Ok(())
    }
}

impl Index {
    /// The region of the office of a partnership: a day is a day there.
    pub async fn office_region(&self, partnership: PartnershipId) -> Result<Option<Region>, sqlx::Error> {
        let code: Option<String> = sqlx::query_scalar(
            "SELECT region_code FROM registry.partnership JOIN registry.office USING (office_id) WHERE partnership_id = $1",
        )
        .bind(partnership.0)
        .fetch_optional(&self.pool)
        .await?;
        Ok(code.and_then(|code| Some(Region { code: code.parse().ok()?, decree: Decree::CURRENT })))
    }
}
