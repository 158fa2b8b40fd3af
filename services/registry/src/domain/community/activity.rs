//! What a community did, and what a report of it does to the community in each stage of its life.

use kim_values::{Code, DocumentHash};
use time::Date;

use super::{Dormant, Event, Record, Stage};
use crate::domain::{Refusal, code_list::CodeList, ids::ActivityId, reach::Reach};

/// What a community did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityKind {
    Dissemination,
    LiteracyClass,
    Coverage,
    Meeting,
    Training,
    Economic,
    Social,
}

impl ActivityKind {
    pub const ALL: [Self; 7] = [
        Self::Dissemination,
        Self::LiteracyClass,
        Self::Coverage,
        Self::Meeting,
        Self::Training,
        Self::Economic,
        Self::Social,
    ];

    /// What the list of kinds calls it by.
    #[must_use]
    pub fn code(self) -> Code {
        let code = match self {
            Self::Dissemination => "dissemination",
            Self::LiteracyClass => "literacy_class",
            Self::Coverage => "coverage",
            Self::Meeting => "meeting",
            Self::Training => "training",
            Self::Economic => "economic",
            Self::Social => "social",
        };
        Code::parse(code).expect("these are codes")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activity {
    pub id: ActivityId,
    pub kind: ActivityKind,
    pub happened_on: Date,
    pub people_reached: u32,
    /// The same people by level; `None` when it is not known.
    pub reach: Option<Reach>,
    pub topic: Option<Code>,
    pub evidence: Option<DocumentHash>,
}

/// An activity is reported when it is known, which may be long after it happened: the stage on the day that it is recorded and
/// the day on which it happened decide together.
pub(super) fn report(
    record: &Record,
    activity: Activity,
    topics: Option<&CodeList>,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    let day = activity.happened_on;
    match &record.stage {
        stage @ (Stage::Draft | Stage::Submitted | Stage::Returned) => {
            return Err(Refusal::NotRegistered(stage.status()));
        }
        Stage::Dissolved { on, .. } | Stage::Merged { on, .. } if day > *on => return Err(record.ended()),
        _ if day > today => return Err(Refusal::ActivityInFuture),
        _ if day < record.profile.formed_on => return Err(Refusal::ActivityBeforeFormation),
        _ => {}
    }
    if let (Some(topic), Some(topics)) = (activity.topic, topics) {
        topics.check(topic, day).map_err(|why| Refusal::TopicNotListed { topic, on: day, why })?;
    }
    let reported = Event::ActivityReported(activity);
    Ok(match &record.stage {
        // What it did before it was registered makes it active from its registration on, not before.
        Stage::Registered(registration) => {
            vec![reported, Event::Activated { from: day.max(registration.on), activity: activity.id }]
        }
        Stage::Dormant(_, dormant) => match awakened(dormant, &activity) {
            Some(event) => vec![reported, event],
            None => vec![reported],
        },
        _ => vec![reported],
    })
}

fn awakened(dormant: &Dormant, activity: &Activity) -> Option<Event> {
    let day = activity.happened_on;
    if day > dormant.before.last_activity && day < dormant.from {
        // The silence that was reckoned from the last activity was none. A later one may be due from this day on.
        return Some(Event::DormancyCorrected {
            activity: activity.id,
            last_activity: day.max(dormant.last_activity),
            dormant_from: dormant.from,
        });
    }
    // Of several plans the latest before the activity is what preceded it.
    let plan = dormant.plans.iter().filter(|plan| day >= plan.on).max_by_key(|plan| plan.on)?;
    Some(Event::Revitalised { from: day, activity: activity.id, after: plan.after })
}
