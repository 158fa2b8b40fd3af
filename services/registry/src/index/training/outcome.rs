//! What the communities that took part in a training did from its first day to the 90th after its last: activity, registration,
//! revitalisation, each by the day on which it happened and in whatever order all of it was recorded. What was recorded before the
//! training is read from the log when the training comes; what is recorded after it is noted as it comes.

use kim_contract::registry::{event::EventType, v1 as pb};
use kim_eventlog::{Position, Recorded, answered};
use prost::Message;
use sqlx::PgConnection;
use time::{Date, Duration};
use uuid::Uuid;

use super::participants;
use crate::{
    domain::{community::Event, ids::TrainingId, training::Session},
    index::Index,
    wire::community::community_event,
};

/// Types of event that [`Fact::of`] looks at.
const TYPES: [&str; 3] =
    [EventType::ActivityReported.name(), EventType::CommunityRegistered.name(), EventType::CommunityRevitalised.name()];
/// Communities whose past is read at a time.
const AT_A_TIME: usize = 500;

/// Something of a community that may follow a training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    community: Uuid,
    what: What,
    on: Date,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Activity = 1,
    Registration = 2,
    Revitalisation = 3,
}

impl Fact {
    /// `None` for what follows no training.
    #[must_use]
    pub fn of(community: Uuid, event: &Event) -> Option<Self> {
        let (what, on) = match event {
            Event::ActivityReported(activity) => (What::Activity, activity.happened_on),
            Event::Registered { on, .. } => (What::Registration, *on),
            Event::Revitalised { from, .. } => (What::Revitalisation, *from),
            _ => return None,
        };
        Some(Self { community, what, on })
    }
}

/// What one community did after a training.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub community: Uuid,
    /// As the index has it.
    pub record: Option<pb::Community>,
    pub first_activity_on: Option<Date>,
    pub registered_on: Option<Date>,
    pub revitalised_on: Option<Date>,
}

/// Notes who took part in a training, and what they did that was recorded before it.
pub(super) async fn begin(
    connection: &mut PgConnection,
    recorded: &Recorded,
    session: &Session,
) -> Result<(), sqlx::Error> {
    let participants = participants(session);
    sqlx::query(
        "INSERT INTO registry.training_participant (training_id, community_id, held_from, follow_until)
         SELECT $1, community_id, $3, $4 FROM unnest($2::uuid[]) AS community_id",
    )
    .bind(recorded.aggregate)
    .bind(&participants)
    .bind(session.held_from)
    .bind(session.follow_until())
    .execute(&mut *connection)
    .await?;
    for some in participants.chunks(AT_A_TIME) {
        let facts = earlier(connection, some, recorded.position, session).await?;
        note(connection, &facts).await?;
    }
    Ok(())
}

async fn earlier(
    connection: &mut PgConnection,
    communities: &[Uuid],
    before: Position,
    session: &Session,
) -> Result<Vec<Fact>, sqlx::Error> {
    // An event's time is within its day in a zone east of Greenwich.
    let from = session.held_from.saturating_sub(Duration::DAY).midnight().assume_utc();
    let until = session.follow_until().saturating_add(Duration::DAY).midnight().assume_utc();
    let events: Vec<(Uuid, String, Vec<u8>)> = sqlx::query_as(
        "SELECT aggregate_id, type, payload FROM log.event
         WHERE aggregate_id = ANY ($1) AND position < $2 AND type = ANY ($3) AND time >= $4 AND time < $5",
    )
    .bind(communities)
    .bind(before.get())
    .bind(&TYPES[..])
    .bind(from)
    .bind(until)
    .fetch_all(connection)
    .await?;
    let fact =
        |(id, event_type, payload): (Uuid, String, Vec<u8>)| Fact::of(id, &community_event(&event_type, &payload)?);
    Ok(events.into_iter().filter_map(fact).collect())
}

/// Notes what communities did with every training whose days it falls into.
pub async fn note(connection: &mut PgConnection, facts: &[Fact]) -> Result<(), sqlx::Error> {
    if facts.is_empty() {
        return Ok(());
    }
    let communities: Vec<Uuid> = facts.iter().map(|fact| fact.community).collect();
    let whats: Vec<i16> = facts.iter().map(|fact| fact.what as i16).collect();
    let days: Vec<Date> = facts.iter().map(|fact| fact.on).collect();
    // The least of a day and null is the day.
    sqlx::query(
        "UPDATE registry.training_participant p SET
           first_activity_on = least(p.first_activity_on, followed.activity_on),
           registered_on = least(p.registered_on, followed.registered_on),
           revitalised_on = least(p.revitalised_on, followed.revitalised_on)
         FROM (SELECT p.training_id, p.community_id,
                      min(fact.happened_on) FILTER (WHERE fact.what = 1) AS activity_on,
                      min(fact.happened_on) FILTER (WHERE fact.what = 2) AS registered_on,
                      min(fact.happened_on) FILTER (WHERE fact.what = 3) AS revitalised_on
               FROM unnest($1::uuid[], $2::smallint[], $3::date[]) AS fact (community_id, what, happened_on)
               JOIN registry.training_participant p
                 ON p.community_id = fact.community_id AND fact.happened_on BETWEEN p.held_from AND p.follow_until
               GROUP BY p.training_id, p.community_id) AS followed
         WHERE p.training_id = followed.training_id AND p.community_id = followed.community_id
           AND (p.first_activity_on, p.registered_on, p.revitalised_on) IS DISTINCT FROM
               (least(p.first_activity_on, followed.activity_on), least(p.registered_on, followed.registered_on),
                least(p.revitalised_on, followed.revitalised_on))",
    )
    .bind(communities)
    .bind(whats)
    .bind(days)
    .execute(connection)
    .await?;
    Ok(())
}

type Row = (Uuid, Option<Vec<u8>>, Option<Date>, Option<Date>, Option<Date>);

impl Index {
    /// What the communities that took part in a training did after it, in the order of their seats and names.
    pub async fn outcomes(&self, training: TrainingId) -> Result<Vec<Outcome>, sqlx::Error> {
        let asked = sqlx::query_as(
            "SELECT p.community_id, c.record, p.first_activity_on, p.registered_on, p.revitalised_on
             FROM registry.training_participant p LEFT JOIN registry.community c USING (community_id)
             WHERE p.training_id = $1 ORDER BY c.seat_code, c.name_key, p.community_id",
        )
        .bind(training.0);
        let rows: Vec<Row> = answered(asked.fetch_all(&self.pool)).await?;
        rows.into_iter().map(outcome).collect()
    }
}

fn outcome((community, record, first_activity_on, registered_on, revitalised_on): Row) -> Result<Outcome, sqlx::Error> {
    let decode = |record: Vec<u8>| pb::Community::decode(record.as_slice());
    let record = record.map(decode).transpose().map_err(|e| sqlx::Error::Decode(e.into()))?;
    Ok(Outcome { community, record, first_activity_on, registered_on, revitalised_on })
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::domain::{
        community::{Activity, ActivityKind, Preceding},
        ids::{ActivityId, CommunityId},
    };

    #[test]
    fn an_activity_a_registration_and_a_revitalisation_may_follow_a_training_and_nothing_else_does() {
        let community = Uuid::from_u128(1);
        let (activity, day) = (ActivityId(Uuid::from_u128(2)), date!(2022 - 11 - 02));
        let reported = Activity {
            id: activity,
            kind: ActivityKind::Meeting,
            happened_on: day,
            people_reached: 1,
            reach: None,
            topic: None,
            evidence: None,
        };
        for (event, what) in [
            (Event::ActivityReported(reported), Some(What::Activity)),
            (Event::Registered { on: day, rule: None, number: None }, Some(What::Registration)),
            (Event::Revitalised { from: day, activity, after: Preceding::Visit }, Some(What::Revitalisation)),
            (Event::Activated { from: day, activity }, None),
            (Event::DormancyCorrected { activity, last_activity: day, dormant_from: day }, None),
            (Event::Submitted { on: day, rule: None }, None),
            (Event::MembersCounted { count: 14, on: day }, None),
            (Event::Absorbed { merged: CommunityId(Uuid::from_u128(3)), on: day }, None),
        ] {
            assert_eq!(Fact::of(community, &event), what.map(|what| Fact { community, what, on: day }), "{event:?}");
        }
    }
}
