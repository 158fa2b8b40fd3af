//! `ImportActivities`: a row is an activity of a community that is named by its id, or by the importer's own key.
//!
//! An activity's id is made of what it says, so that a doubled report adds nothing. A community's rows keep their order.

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc};

use kim_chassis::access::{Action, Reach, Resource, reach};
use kim_contract::registry::v1 as pb;
use kim_desk::{
    call::Call,
    failure::unavailable,
    import::{Admitted, Importer, Outcome, RETRY, Results, at_time, is_busy, office_of, reach_by, run},
    problem::Problems,
    wire::Paired,
    words::Words,
};
use kim_eventlog::{Done, ExecuteError, Proposal, RequestKey};
use tokio::time::sleep;
use tonic::{Status, Streaming};
use uuid::Uuid;

use super::{accepted, outcome, refused, refused_for, unchanged};
use crate::{
    domain::{
        Refusal,
        code_list::{CodeList, CodeLists},
        community::{self, Activity, Command},
        ids::{ActivityId, CommunityId},
    },
    service::{
        claims,
        desk::{Desk, Rejection, failed},
        parse, refusals,
    },
    startup::CONTEXT,
    wire::{self, level},
};

pub fn activities(
    desk: Desk,
    call: Call,
    rows: Streaming<pb::ImportActivitiesRequest>,
) -> Result<Results<pb::ImportActivitiesResponse>, Status> {
    let draining = desk.draining.clone();
    let reach = reach(&call.principal, Action::Import)?;
    let office = office_of(&call.principal);
    Ok(run(Import { desk, call, reach, office, known: HashMap::new() }, CONTEXT, rows, draining))
}

struct Import {
    desk: Desk,
    call: Call,
    reach: Reach,
    office: String,
    /// The communities of the source keys that this stream has met.
    known: HashMap<Uuid, CommunityId>,
}

pub(super) struct Row {
    number: i64,
    call: Call,
    id: CommunityId,
    activity: Activity,
    /// The list that its topic must be in.
    topics: Option<Arc<CodeList>>,
    key: RequestKey,
    reach: Reach,
    by_key: bool,
}

impl Importer for Import {
    type Message = pb::ImportActivitiesRequest;
    type Answer = pb::ImportActivitiesResponse;
    type Row = Row;
    type Result = pb::RowResult;
    type Work = Pin<Box<dyn Future<Output = Result<pb::RowResult, Status>> + Send>>;

    async fn admit(&mut self, message: Self::Message) -> Result<Vec<Admitted<Row, pb::RowResult>>, Status> {
        self.reach = reach_by(&self.desk.territory(), &self.call.principal, Action::Import)?;
        self.resolve(&message.rows).await?;
        let lists = self.desk.index.masters().borrow().code_lists.clone();
        Ok(message.rows.into_iter().map(|row| self.admit_row(&row, &lists)).collect())
    }

    fn work(&self) -> impl Fn(Row) -> Self::Work + Send + Sync + 'static {
        let desk = Arc::new(self.desk.clone());
        move |row| {
            let desk = desk.clone();
            Box::pin(async move { report(&desk, row).await })
        }
    }

    fn outcome(result: &pb::RowResult) -> Option<Outcome> {
        outcome(result)
    }

    fn answer(results: Vec<pb::RowResult>) -> Self::Answer {
        pb::ImportActivitiesResponse { results }
    }
}

impl Import {
    /// Finds the communities of source keys that are new to this stream, in one question.
    async fn resolve(&mut self, rows: &[pb::ActivityRow]) -> Result<(), Status> {
        let by_key = rows.iter().filter(|row| row.community_id.is_empty());
        let keys: Vec<Uuid> =
            by_key.map(|row| self.value(&row.source_key)).filter(|value| !self.known.contains_key(value)).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let found =
            claims::holders(&self.desk.log, claims::SOURCE, &keys).await.map_err(|error| unavailable(&error))?;
        self.known.extend(found.into_iter().map(|(value, id)| (value, CommunityId(id))));
        Ok(())
    }

    fn value(&self, source_key: &str) -> Uuid {
        claims::source_value(&self.desk.keys, &self.office, source_key.trim())
    }

    fn admit_row(&self, row: &pb::ActivityRow, lists: &CodeLists) -> Admitted<Row, pb::RowResult> {
        let mut problems = Problems::default();
        let simulated = self.desk.log.is_simulated();
        let by_key = row.community_id.is_empty();
        let id = if by_key {
            problems.note("source_key", self.by_key(&row.source_key))
        } else {
            problems.note("community_id", parse::community_id(&row.community_id))
        };
        let activity = parse::activity(row.activity.as_ref(), &mut problems);
        let call = problems.note("recorded_time", at_time(&self.call, row.recorded_time.as_ref(), simulated));
        match problems.finish(id.zip(activity).zip(call)) {
            Err(problems) => Admitted::Answered(refused(row.row, problems)),
            Ok(((id, mut activity), call)) => {
                activity.id = content_id(id, &activity);
                let key =
                    self.desk.keys.content("", "ImportActivities", activity.happened_on, activity.id.0.as_bytes());
                let topics = activity.topic.and_then(|_| lists.topics(activity.happened_on));
                let row = Row { number: row.row, call, id, activity, topics, key, reach: self.reach, by_key };
                Admitted::Ready { key: id.0.as_u128(), row }
            }
        }
    }

    fn by_key(&self, source_key: &str) -> Result<CommunityId, Words> {
        if source_key.trim().is_empty() {
            return Err(Words::new(
                "COMMUNITY_MISSING",
                "KIM-nya belum disebut.",
                "Isi nomor KIM, atau kunci asal yang dipakai waktu mengimpor KIM.",
            ));
        }
        self.known.get(&self.value(source_key)).copied().ok_or_else(not_found)
    }
}

/// The same community, kind, day, evidence, number of people, topic and reach are the same activity. What an activity does not
/// have adds nothing, so that its id is the one that it had before there were topics.
fn content_id(id: CommunityId, activity: &Activity) -> ActivityId {
    let mut content = Vec::with_capacity(48);
    content.extend(activity.kind.to_proto().to_be_bytes());
    content.extend(activity.happened_on.to_julian_day().to_be_bytes());
    content.extend(activity.people_reached.to_be_bytes());
    content.extend(activity.evidence.iter().flat_map(|hash| hash.0));
    if let Some(topic) = activity.topic {
        content.extend(topic.as_str().as_bytes());
    }
    if let Some(reach) = activity.reach {
        for (level, people) in reach.levels() {
            content.extend(i32::from(level::to_proto(level)).to_be_bytes());
            content.extend(people.to_be_bytes());
        }
    }
    ActivityId(Uuid::new_v5(&id.0, &content))
}

async fn report(desk: &Desk, row: Row) -> Result<pb::RowResult, Status> {
    let Row { number, call, id, activity, topics, key, reach, by_key } = row;
    let field = if by_key { "source_key" } else { "community_id" };
    let mut envelope = call.envelope_until_permitted();
    envelope.key = Some(key);
    loop {
        let done = desk
            .communities
            .execute(id.0, &envelope, |snapshot| {
                let record = snapshot.state.known()?;
                let seat = record.profile.seat;
                if !reach.covers(Resource::Community { id: id.0, seat: &seat.code }) {
                    return Err(Rejection::from(Refusal::CommunityNotFound));
                }
                let report = Command::Report { activity, topics: topics.clone(), today: seat.today(call.now) };
                let events = community::decide(&snapshot.state, report)?;
                let happened = |event| wire::community::happened(id.0, event, seat, call.now);
                Ok(Proposal::of(events.into_iter().map(happened).collect()))
            })
            .await;
        return match done {
            Ok(Done::New { .. }) => Ok(accepted(number, activity.id.0)),
            Ok(Done::Repeated { .. }) => Ok(unchanged(number, activity.id.0)),
            Err(ExecuteError::Refused(Rejection::Refused(refusal))) => Ok(told(number, field, &refusal)),
            Err(ExecuteError::Append(error)) if is_busy(&error) => {
                sleep(RETRY).await;
                continue;
            }
            Err(error) => Err(failed(error)),
        };
    }
}

fn told(number: i64, field: &'static str, refusal: &Refusal) -> pb::RowResult {
    match refusal {
        Refusal::CommunityNotFound => refused_for(number, field, not_found(), None),
        Refusal::TopicNotListed { .. } => refused_for(number, "activity.topic", refusals::table(refusal).1, None),
        Refusal::ActivityInFuture | Refusal::ActivityBeforeFormation => {
            refused_for(number, "activity.happened_on", refusals::table(refusal).1, None)
        }
        _ => refused_for(number, field, refusals::table(refusal).1, None),
    }
}

/// Not there, or not for this caller: the same words.
fn not_found() -> Words {
    Words::new(
        "COMMUNITY_NOT_FOUND",
        "KIM ini tidak ditemukan.",
        "Periksa nomor atau kunci asalnya, atau wilayah kerja Anda; impor KIM-nya lebih dulu.",
    )
}
