//! A community (KIM) and what becomes of it:
//! `Draft → Submitted → (Returned → Submitted) → Registered → Active ⇄ Dormant → Dissolved`.
//! Its activities belong to it, so that activation, dormancy and revitalisation are decided together with them.

use std::sync::Arc;

use time::Date;

use super::{
    Refusal,
    code_list::CodeList,
    ids::{ActivityId, TrainingId, VaultRef},
    profile::{Flaw, Profile},
    rule::{FormationRule, RuleVersion},
};

mod activity;
#[cfg(test)]
pub(crate) mod histories;
#[cfg(test)]
mod tests;

pub use activity::{Activity, ActivityKind};

/// A community as its events made it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Community {
    #[default]
    Absent,
    Known(Box<Record>),
}

/// What is always known of a community, and the stage of its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub profile: Profile,
    /// Officers, contacts and the decree's number, in the vault; `None` when there are none.
    pub sealed: Option<VaultRef>,
    pub stage: Stage,
}

/// A stage of a community's life, with what only that stage has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Draft,
    Submitted,
    Returned,
    Registered(Registration),
    Active(Registration, Active),
    Dormant(Registration, Dormant),
    Dissolved { registration: Registration, on: Date },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registration {
    pub on: Date,
    /// The formation rule that the record was checked against; `None` when its region had none.
    pub rule: Option<RuleVersion>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Active {
    pub from: Date,
    /// The latest day on which it did something; `from` when all that it did lies before.
    pub last_activity: Date,
    /// That it was reminded of this silence.
    pub reminded: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dormant {
    pub from: Date,
    /// What it was before the silence.
    pub before: Active,
    /// The last activity, in the silence too: without a plan it revives nothing.
    pub last_activity: Date,
    /// Plans to come back, in the order in which they were made.
    pub plans: Vec<Plan>,
}

/// A plan for a dormant community to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub on: Date,
    pub after: Preceding,
}

/// What precedes a revitalisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preceding {
    Training(TrainingId),
    Partnership,
    Visit,
}

/// A stage's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    Draft,
    Submitted,
    Returned,
    Registered,
    Active,
    Dormant,
    Dissolved,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnReason {
    DecreeUnreadable,
    DecreeMismatch,
    MembersBelowRule,
    OfficersIncomplete,
    SeatWrong,
    NameTaken,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DissolutionReason {
    MembersDecided,
    DecreeRevoked,
    RegisteredInError,
}

/// `today` is the day in the zone of the community's seat when the command is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Draft {
        profile: Profile,
        sealed: Option<VaultRef>,
        today: Date,
    },
    Amend {
        profile: Profile,
        sealed: Option<VaultRef>,
        today: Date,
    },
    Submit {
        on: Date,
    },
    Return {
        reasons: Vec<ReturnReason>,
        note: Option<VaultRef>,
        today: Date,
    },
    Register {
        on: Date,
        rule: Option<(RuleVersion, FormationRule)>,
        today: Date,
    },
    Report {
        activity: Activity,
        /// The list of topics in force on the day that it happened, if there is one.
        topics: Option<Arc<CodeList>>,
        today: Date,
    },
    PlanRevitalisation {
        after: Preceding,
        today: Date,
    },
    /// By the policy only: the community took part in a training. Decides nothing unless it is dormant.
    FollowTraining {
        training: TrainingId,
        held_from: Date,
    },
    /// By the policy only: `last_activity` is what the due day was reckoned from. Decides nothing when it no longer applies.
    Remind {
        last_activity: Date,
        due: Date,
        dormant_on: Date,
        rule: RuleVersion,
    },
    /// By the policy only, like `Remind`.
    FallDormant {
        last_activity: Date,
        due: Date,
        rule: RuleVersion,
    },
    Dissolve {
        reason: DissolutionReason,
        note: Option<VaultRef>,
        today: Date,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Drafted { profile: Profile, sealed: Option<VaultRef> },
    Amended { profile: Profile, sealed: Option<VaultRef> },
    Submitted { on: Date },
    Returned { reasons: Vec<ReturnReason>, note: Option<VaultRef>, on: Date },
    Registered { on: Date, rule: Option<RuleVersion> },
    ActivityReported(Activity),
    Activated { from: Date, activity: ActivityId },
    Reminded { last_activity: Date, due: Date, dormant_on: Date, rule: RuleVersion },
    BecameDormant { last_activity: Date, from: Date, rule: RuleVersion },
    DormancyCorrected { activity: ActivityId, last_activity: Date, dormant_from: Date },
    RevitalisationPlanned(Plan),
    Revitalised { from: Date, activity: ActivityId, after: Preceding },
    Dissolved { on: Date, reason: DissolutionReason, note: Option<VaultRef> },
}

impl Community {
    /// The record, or the refusal that says that there is none.
    pub fn known(&self) -> Result<&Record, Refusal> {
        match self {
            Self::Absent => Err(Refusal::CommunityNotFound),
            Self::Known(record) => Ok(record),
        }
    }
}

impl Stage {
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Draft => Status::Draft,
            Self::Submitted => Status::Submitted,
            Self::Returned => Status::Returned,
            Self::Registered(_) => Status::Registered,
            Self::Active(..) => Status::Active,
            Self::Dormant(..) => Status::Dormant,
            Self::Dissolved { .. } => Status::Dissolved,
        }
    }
}

/// What happens when `command` is given to a community.
pub fn decide(community: &Community, command: Command) -> Result<Vec<Event>, Refusal> {
    if let Command::Draft { profile, sealed, today } = command {
        return match community {
            Community::Absent => sound(&profile, today).map(|()| vec![Event::Drafted { profile, sealed }]),
            Community::Known(_) => Err(Refusal::CommunityExists),
        };
    }
    let record = community.known()?;
    let stage = &record.stage;
    let status = stage.status();
    match command {
        Command::Draft { .. } => unreachable!("decided above"),
        Command::Report { activity, topics, today } => activity::report(record, activity, topics.as_deref(), today),
        Command::FollowTraining { training, held_from } => Ok(follow_training(stage, training, held_from)),
        Command::Remind { last_activity, due, dormant_on, rule } => Ok(match stage {
            Stage::Active(_, active) if active.last_activity == last_activity && !active.reminded => {
                vec![Event::Reminded { last_activity, due, dormant_on, rule }]
            }
            _ => Vec::new(),
        }),
        Command::FallDormant { last_activity, due, rule } => Ok(match stage {
            Stage::Active(_, active) if active.last_activity == last_activity => {
                vec![Event::BecameDormant { last_activity, from: due, rule }]
            }
            _ => Vec::new(),
        }),
        _ if status == Status::Dissolved => Err(Refusal::Dissolved),
        Command::Amend { profile, sealed, today } => match stage {
            Stage::Draft | Stage::Returned if record.profile.seat.code.regency() != profile.seat.code.regency() => {
                Err(Refusal::SeatLeavesRegency)
            }
            Stage::Draft | Stage::Returned => sound(&profile, today).map(|()| vec![Event::Amended { profile, sealed }]),
            _ => Err(Refusal::NotAmendable(status)),
        },
        Command::Submit { on } => match stage {
            Stage::Draft | Stage::Returned => Ok(vec![Event::Submitted { on }]),
            _ => Err(Refusal::NotSubmittable(status)),
        },
        Command::Return { reasons, note, today } => match stage {
            Stage::Submitted if reasons.is_empty() => Err(Refusal::ReasonMissing),
            Stage::Submitted => Ok(vec![Event::Returned { reasons, note, on: today }]),
            _ => Err(Refusal::NotSubmitted(status)),
        },
        Command::Register { on, rule, today } => match stage {
            Stage::Submitted => register(&record.profile, on, rule, today),
            _ => Err(Refusal::NotSubmitted(status)),
        },
        Command::PlanRevitalisation { after, today } => match stage {
            Stage::Dormant(_, dormant) if dormant.plans.iter().any(|plan| plan.after == after) => {
                Err(Refusal::AlreadyPlanned)
            }
            Stage::Dormant(..) => Ok(vec![Event::RevitalisationPlanned(Plan { on: today, after })]),
            _ => Err(Refusal::NotDormant(status)),
        },
        Command::Dissolve { reason, note, today } => match stage {
            Stage::Registered(_) | Stage::Active(..) | Stage::Dormant(..) => {
                Ok(vec![Event::Dissolved { on: today, reason, note }])
            }
            _ => Err(Refusal::NotRegistered(status)),
        },
    }
}

/// A record that is entered whole: drafted, submitted and registered at once, under the same rules as step by step.
pub fn enter(
    profile: Profile,
    sealed: Option<VaultRef>,
    on: Date,
    rule: Option<(RuleVersion, FormationRule)>,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    let mut flaws = profile.flaws(today);
    flaws.extend(registration_flaws(&profile, on, rule.as_ref().map(|(_, rule)| rule), today));
    if !flaws.is_empty() {
        return Err(Refusal::Record(flaws));
    }
    let version = rule.map(|(version, _)| version);
    Ok(vec![Event::Drafted { profile, sealed }, Event::Submitted { on }, Event::Registered { on, rule: version }])
}

fn sound(profile: &Profile, today: Date) -> Result<(), Refusal> {
    let flaws = profile.flaws(today);
    if flaws.is_empty() { Ok(()) } else { Err(Refusal::Record(flaws)) }
}

fn register(
    profile: &Profile,
    on: Date,
    rule: Option<(RuleVersion, FormationRule)>,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    let flaws = registration_flaws(profile, on, rule.as_ref().map(|(_, rule)| rule), today);
    if flaws.is_empty() {
        Ok(vec![Event::Registered { on, rule: rule.map(|(version, _)| version) }])
    } else {
        Err(Refusal::Record(flaws))
    }
}

fn registration_flaws(profile: &Profile, on: Date, rule: Option<&FormationRule>, today: Date) -> Vec<Flaw> {
    let mut flaws = rule.map(|rule| profile.unmet(rule)).unwrap_or_default();
    if on > today {
        flaws.push(Flaw::RegisteredInFuture);
    }
    if on < profile.formed_on {
        flaws.push(Flaw::RegisteredBeforeFormation);
    }
    flaws
}

/// A training before the silence revives nothing of it: the plan counts from the dormancy on at the earliest.
fn follow_training(stage: &Stage, training: TrainingId, held_from: Date) -> Vec<Event> {
    let after = Preceding::Training(training);
    match stage {
        Stage::Dormant(_, dormant) if dormant.plans.iter().all(|plan| plan.after != after) => {
            vec![Event::RevitalisationPlanned(Plan { on: held_from.max(dormant.from), after })]
        }
        _ => Vec::new(),
    }
}

/// The community after `event`. An event that does not fit its state leaves it: `decide` makes none.
#[must_use]
pub fn evolve(state: Community, event: &Event) -> Community {
    match (state, event) {
        (Community::Absent, Event::Drafted { profile, sealed }) => {
            Community::Known(Box::new(Record { profile: profile.clone(), sealed: *sealed, stage: Stage::Draft }))
        }
        (Community::Known(mut record), Event::Amended { profile, sealed }) => {
            record.profile = profile.clone();
            record.sealed = *sealed;
            Community::Known(record)
        }
        (Community::Known(mut record), event) => {
            record.stage = next(record.stage, event);
            Community::Known(record)
        }
        (Community::Absent, _) => Community::Absent,
    }
}

fn next(stage: Stage, event: &Event) -> Stage {
    match (stage, event) {
        (Stage::Draft | Stage::Returned, Event::Submitted { .. }) => Stage::Submitted,
        (Stage::Submitted, Event::Returned { .. }) => Stage::Returned,
        (Stage::Submitted, Event::Registered { on, rule }) => Stage::Registered(Registration { on: *on, rule: *rule }),
        (Stage::Registered(registration), Event::Activated { from, .. }) => {
            Stage::Active(registration, Active { from: *from, last_activity: *from, reminded: false })
        }
        (Stage::Active(registration, active), Event::ActivityReported(activity)) => {
            Stage::Active(registration, active.after(activity.happened_on))
        }
        (Stage::Active(registration, active), Event::Reminded { .. }) => {
            Stage::Active(registration, Active { reminded: true, ..active })
        }
        (Stage::Active(registration, active), Event::BecameDormant { from, .. }) => {
            let dormant =
                Dormant { from: *from, before: active, last_activity: active.last_activity, plans: Vec::new() };
            Stage::Dormant(registration, dormant)
        }
        (Stage::Dormant(registration, mut dormant), Event::ActivityReported(activity)) => {
            dormant.last_activity = dormant.last_activity.max(activity.happened_on);
            Stage::Dormant(registration, dormant)
        }
        (Stage::Dormant(registration, mut dormant), Event::RevitalisationPlanned(plan)) => {
            dormant.plans.push(*plan);
            Stage::Dormant(registration, dormant)
        }
        (Stage::Dormant(registration, dormant), Event::Revitalised { from, .. }) => {
            let last_activity = dormant.last_activity.max(*from);
            Stage::Active(registration, Active { from: *from, last_activity, reminded: false })
        }
        (Stage::Dormant(registration, dormant), Event::DormancyCorrected { last_activity, .. }) => {
            let last_activity = dormant.last_activity.max(*last_activity);
            Stage::Active(registration, Active { from: dormant.before.from, last_activity, reminded: false })
        }
        (
            Stage::Registered(registration) | Stage::Active(registration, _) | Stage::Dormant(registration, _),
            Event::Dissolved { on, .. },
        ) => Stage::Dissolved { registration, on: *on },
        (stage, _) => stage,
    }
}

impl Active {
    /// After something that happened on `day`: a later day ends the silence, and with it its reminder.
    fn after(self, day: Date) -> Self {
        if day > self.last_activity { Self { last_activity: day, reminded: false, ..self } } else { self }
    }
}
