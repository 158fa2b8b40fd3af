//! A training (bimtek, sosialisasi) and what becomes of it: `Planned → Held → Reported | Cancelled`.
//! One that nobody planned here is recorded after the fact.

use std::collections::HashSet;

use kim_values::{PublicName, Region, VaultRef};
use time::Date;

use super::{
    Refusal,
    ids::{CommunityId, OfficeId},
};

#[cfg(test)]
pub(crate) mod histories;
mod report;
mod session;
#[cfg(test)]
mod tests;

pub use report::{MAX_MATERIALS, Material, Report};
pub use session::{Attendance, AttendanceError, Ended, MAX_OFFICERS, MAX_PARTICIPANTS, Session};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainingKind {
    Bimtek,
    Sosialisasi,
}

/// What a training is about, for whom, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    pub kind: TrainingKind,
    /// Code of the topic: `platform_kim`.
    pub topic: Box<str>,
    /// The region that it is held for.
    pub region: Region,
    pub host: Option<OfficeId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub from: Date,
    pub to: Date,
    pub title: Option<PublicName>,
    /// Where it takes place.
    pub place: Option<Region>,
}

/// A training as its events made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Training {
    pub outline: Outline,
    /// `None` for one that was recorded after the fact.
    pub plan: Option<Plan>,
    pub invited: Vec<CommunityId>,
    pub stage: Stage,
}

/// A stage of a training's life, with what only that stage has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Planned,
    Held(Session),
    Reported { session: Session, report: Report, on: Date },
    Cancelled { on: Date, reason: CancellationReason },
}

/// A stage's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    Planned,
    Held,
    Reported,
    Cancelled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancellationReason {
    NoBudget,
    TooFewParticipants,
    HostUnavailable,
    Disaster,
    EnteredInError,
    Other,
}

/// `today` is the day in the zone of the training's region when the command is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Plan {
        outline: Outline,
        plan: Plan,
        today: Date,
    },
    /// `None` leaves it as it was.
    Amend {
        topic: Option<Box<str>>,
        from: Option<Date>,
        to: Option<Date>,
        today: Date,
    },
    /// Who is invited already stays so. `ended` are those of them that are no more.
    Invite {
        communities: Vec<CommunityId>,
        ended: Vec<Ended>,
    },
    /// After the fact, without a plan.
    Hold {
        outline: Outline,
        session: Session,
        ended: Vec<Ended>,
        today: Date,
    },
    HoldPlanned {
        session: Session,
        ended: Vec<Ended>,
        today: Date,
    },
    Report {
        report: Report,
        today: Date,
    },
    Cancel {
        reason: CancellationReason,
        note: Option<VaultRef>,
        today: Date,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Planned { outline: Outline, plan: Plan },
    Rescheduled { topic: Box<str>, from: Date, to: Date },
    Invited(Vec<CommunityId>),
    Held { outline: Outline, session: Session },
    Reported { report: Report, on: Date },
    Cancelled { on: Date, reason: CancellationReason, note: Option<VaultRef> },
}

impl Training {
    #[must_use]
    pub fn status(&self) -> Status {
        match self.stage {
            Stage::Planned => Status::Planned,
            Stage::Held(_) => Status::Held,
            Stage::Reported { .. } => Status::Reported,
            Stage::Cancelled { .. } => Status::Cancelled,
        }
    }

    /// When it was held, and who came; `None` before that.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        match &self.stage {
            Stage::Held(session) | Stage::Reported { session, .. } => Some(session),
            Stage::Planned | Stage::Cancelled { .. } => None,
        }
    }
}

/// What happens when `command` is given to a training.
pub fn decide(state: Option<&Training>, command: Command) -> Result<Vec<Event>, Refusal> {
    if let Command::Plan { .. } | Command::Hold { .. } = command {
        return if state.is_some() { Err(Refusal::TrainingExists) } else { begin(command) };
    }
    let training = state.ok_or(Refusal::TrainingNotFound)?;
    let status = training.status();
    match (command, &training.stage) {
        (Command::Plan { .. } | Command::Hold { .. }, _) => unreachable!("decided above"),
        (Command::Amend { topic, from, to, today }, Stage::Planned) => amend(training, topic, from, to, today),
        (Command::Invite { communities, ended }, Stage::Planned) => invite(&training.invited, communities, &ended),
        (Command::HoldPlanned { session, ended, today }, Stage::Planned) => {
            session.check(&ended, today)?;
            Ok(vec![Event::Held { outline: training.outline.clone(), session }])
        }
        (Command::Cancel { reason, note, today }, Stage::Planned) => {
            Ok(vec![Event::Cancelled { on: today, reason, note }])
        }
        (
            Command::Amend { .. } | Command::Invite { .. } | Command::HoldPlanned { .. } | Command::Cancel { .. },
            Stage::Held(_) | Stage::Reported { .. } | Stage::Cancelled { .. },
        ) => Err(Refusal::TrainingNotPlanned(status)),
        (Command::Report { report, today }, Stage::Held(_)) => {
            report.check()?;
            Ok(vec![Event::Reported { report, on: today }])
        }
        (Command::Report { .. }, Stage::Planned | Stage::Reported { .. } | Stage::Cancelled { .. }) => {
            Err(Refusal::TrainingNotHeld(status))
        }
    }
}

/// A training that nobody knew of: planned, or held already.
fn begin(command: Command) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Plan { outline, plan, today } => {
            ahead(plan.from, plan.to, today)?;
            Ok(vec![Event::Planned { outline, plan }])
        }
        Command::Hold { outline, session, ended, today } => {
            session.check(&ended, today)?;
            Ok(vec![Event::Held { outline, session }])
        }
        _ => Err(Refusal::TrainingNotFound),
    }
}

/// What is as it was decides nothing. Days that pass while the plan stands are no reason to refuse another topic.
fn amend(
    training: &Training,
    topic: Option<Box<str>>,
    from: Option<Date>,
    to: Option<Date>,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    let Some(plan) = &training.plan else { return Err(Refusal::TrainingNotPlanned(training.status())) };
    let topic = topic.unwrap_or_else(|| training.outline.topic.clone());
    let (from, to) = (from.unwrap_or(plan.from), to.unwrap_or(plan.to));
    if (from, to) != (plan.from, plan.to) {
        ahead(from, to, today)?;
    } else if topic == training.outline.topic {
        return Ok(Vec::new());
    }
    Ok(vec![Event::Rescheduled { topic, from, to }])
}

fn ahead(from: Date, to: Date, today: Date) -> Result<(), Refusal> {
    if to < from {
        return Err(Refusal::TrainingEndsBeforeBegin);
    }
    if from < today {
        return Err(Refusal::TrainingPlannedInPast);
    }
    Ok(())
}

fn invite(invited: &[CommunityId], communities: Vec<CommunityId>, ended: &[Ended]) -> Result<Vec<Event>, Refusal> {
    if communities.is_empty() {
        return Err(Refusal::NobodyInvited);
    }
    session::each_once(&communities)?;
    let already: HashSet<&CommunityId> = invited.iter().collect();
    let more: Vec<CommunityId> = communities.into_iter().filter(|community| !already.contains(community)).collect();
    if invited.len() + more.len() > MAX_PARTICIPANTS {
        return Err(Refusal::TooManyParticipants(MAX_PARTICIPANTS));
    }
    session::still_there(ended.iter().filter(|ended| more.contains(&ended.community)))?;
    Ok(if more.is_empty() { Vec::new() } else { vec![Event::Invited(more)] })
}

/// The training after `event`. An event that does not fit its state leaves it: `decide` makes none.
#[must_use]
pub fn evolve(state: Option<Training>, event: &Event) -> Option<Training> {
    let Some(mut training) = state else { return first(event) };
    match (&training.stage, event) {
        (Stage::Planned, Event::Rescheduled { topic, from, to }) => {
            training.outline.topic.clone_from(topic);
            if let Some(plan) = &mut training.plan {
                (plan.from, plan.to) = (*from, *to);
            }
        }
        (Stage::Planned, Event::Invited(communities)) => training.invited.extend(communities),
        (Stage::Planned, Event::Held { session, .. }) => training.stage = Stage::Held(session.clone()),
        (Stage::Planned, Event::Cancelled { on, reason, .. }) => {
            training.stage = Stage::Cancelled { on: *on, reason: *reason };
        }
        (Stage::Held(session), Event::Reported { report, on }) => {
            training.stage = Stage::Reported { session: session.clone(), report: report.clone(), on: *on };
        }
        _ => {}
    }
    Some(training)
}

fn first(event: &Event) -> Option<Training> {
    let (outline, plan, stage) = match event {
        Event::Planned { outline, plan } => (outline, Some(plan.clone()), Stage::Planned),
        Event::Held { outline, session } => (outline, None, Stage::Held(session.clone())),
        _ => return None,
    };
    Some(Training { outline: outline.clone(), plan, invited: Vec::new(), stage })
}
