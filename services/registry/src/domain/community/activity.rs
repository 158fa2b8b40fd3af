//! What a reported activity does to a community in each stage of its life.

use time::Date;

use super::{Activity, Dormant, Event, Record, Stage};
use crate::domain::Refusal;

/// An activity is reported when it is known, which may be long after it happened: the stage on the day that it is recorded and
/// the day on which it happened decide together.
pub(super) fn report(record: &Record, activity: Activity, today: Date) -> Result<Vec<Event>, Refusal> {
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
