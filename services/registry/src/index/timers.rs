//! What falls due by itself.

use kim_eventlog::answered;
use time::Date;
use uuid::Uuid;

use super::Index;

/// What falls due. What is due on one day comes in this order; [`DUE`] has the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[repr(i16)]
pub enum TimerKind {
    /// A silent community is reminded.
    Reminder = 1,
    /// A silent community becomes dormant.
    Dormancy = 2,
    /// The partners are reminded that their agreement ends.
    PartnershipReminder = 3,
    /// A partnership expires.
    PartnershipExpiry = 4,
    /// An officer's term ends.
    TermEnd = 5,
}

/// A day on which something falls due.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Timer {
    pub kind: TimerKind,
    pub aggregate_id: Uuid,
    /// Of what in the aggregate, where it may have several of a kind: the officer of a term.
    pub part_id: Option<Uuid>,
    /// Whose day it is: the seat of a community, the region of an office.
    pub region_code: String,
    /// What the day is reckoned from: the last activity, the last day of an agreement, the first of a term.
    pub reckoned_from: Date,
    pub due_on: Date,
}

/// Each part by its own index, whatever the statistics say.
const DUE: &str = "
    (SELECT 1::smallint AS kind, community_id AS aggregate_id, NULL::uuid AS part_id, seat_code AS region_code,
            last_activity_on AS reckoned_from, remind_on AS due_on
     FROM registry.community WHERE remind_on <= $1 ORDER BY remind_on, community_id LIMIT $2)
    UNION ALL
    (SELECT 2::smallint, community_id, NULL, seat_code, last_activity_on, dormant_on
     FROM registry.community WHERE dormant_on <= $1 ORDER BY dormant_on, community_id LIMIT $2)
    UNION ALL
    (SELECT 3::smallint, partnership_id, NULL, region_code, until_on, first_reminder_on
     FROM (SELECT * FROM registry.partnership WHERE first_reminder_on <= $1 ORDER BY first_reminder_on, partnership_id LIMIT $2) AS p
     JOIN registry.office USING (office_id))
    UNION ALL
    (SELECT 3::smallint, partnership_id, NULL, region_code, until_on, last_reminder_on
     FROM (SELECT * FROM registry.partnership WHERE last_reminder_on <= $1 ORDER BY last_reminder_on, partnership_id LIMIT $2) AS p
     JOIN registry.office USING (office_id))
    UNION ALL
    (SELECT 4::smallint, partnership_id, NULL, region_code, until_on, expire_on
     FROM (SELECT * FROM registry.partnership WHERE expire_on <= $1 ORDER BY expire_on, partnership_id LIMIT $2) AS p
     JOIN registry.office USING (office_id))
    UNION ALL
    (SELECT 5::smallint, community_id, officer_id, seat_code, begins_on, ends_on
     FROM (SELECT * FROM registry.term WHERE ends_on <= $1 ORDER BY ends_on, community_id, officer_id LIMIT $2) AS t
     JOIN registry.community USING (community_id))
    ORDER BY due_on, kind, aggregate_id, part_id LIMIT $2";

impl Index {
    /// What is due on `day` or before, in the order of the days: at most `limit` timers.
    pub async fn due(&self, day: Date, limit: i64) -> Result<Vec<Timer>, sqlx::Error> {
        answered(sqlx::query_as(DUE).bind(day).bind(limit).fetch_all(&self.pool)).await
    }
}
