//! A community (KIM) and what becomes of it:
//! `Draft → Submitted → (Returned → Submitted) → Registered → Active ⇄ Dormant → Dissolved`, or merged into another.
//! Its activities belong to it, so that activation, dormancy and revitalisation are decided together with them.

use std::sync::Arc;

use kim_values::{Region, VaultRef};
use time::Date;

use super::{
    Refusal,
    board::{Board, LeaveReason, Term},
    code_list::CodeList,
    ids::{ActivityId, ChangeId, CommunityId, OfficerId, TrainingId},
    profile::{Profile, Standard},
    registration::RegistrationNumber,
    rule::RuleVersion,
};

mod activity;
mod change;
mod decide;
mod evolve;
#[cfg(test)]
pub(crate) mod histories;
mod officer;
mod seat;
#[cfg(test)]
mod tests;

pub use activity::{Activity, ActivityKind};
pub use decide::{decide, enter, entry_flaws};
pub use evolve::evolve;

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
    /// The day for which the number of members in the profile was told after the registration.
    pub members_on: Option<Date>,
    pub board: Board,
    /// Officers, contacts and the decree's number, in the vault; `None` when there are none.
    pub sealed: Option<VaultRef>,
    /// The change that is proposed, and not answered yet.
    pub change: Option<Change>,
    pub stage: Stage,
}

/// A change that the community proposes to its registered record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub id: ChangeId,
    pub profile: Profile,
    pub sealed: Option<VaultRef>,
    pub on: Date,
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
    Merged { registration: Registration, on: Date, into: CommunityId },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registration {
    pub on: Date,
    /// `None` for one from before numbers were given.
    pub number: Option<RegistrationNumber>,
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
    Merged,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeReason {
    SameCommunity,
    MembersDecided,
    SeatsMerged,
}

/// Why an office does not accept a proposed change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeRefusalReason {
    ProofMissing,
    ProofMismatch,
    NameTaken,
    RuleNotMet,
    Other,
}

/// `today` is the day in the zone of the community's seat when the command is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Draft {
        profile: Profile,
        terms: Vec<Term>,
        sealed: Option<VaultRef>,
        today: Date,
    },
    Amend {
        profile: Profile,
        terms: Vec<Term>,
        sealed: Option<VaultRef>,
        today: Date,
    },
    Submit {
        standard: Standard,
        today: Date,
    },
    Return {
        reasons: Vec<ReturnReason>,
        note: Option<VaultRef>,
        today: Date,
    },
    Register {
        on: Date,
        number: RegistrationNumber,
        standard: Standard,
        today: Date,
    },
    CountMembers {
        count: u32,
        on: Date,
        today: Date,
    },
    /// `replaces` leaves on the day on which the term begins.
    Appoint {
        term: Term,
        replaces: Option<OfficerId>,
        today: Date,
    },
    Leave {
        officer: OfficerId,
        on: Date,
        reason: LeaveReason,
        today: Date,
    },
    /// By the policy only: the officer's term has run out. Decides nothing when it no longer applies.
    EndTerm {
        officer: OfficerId,
        due: Date,
    },
    EraseOfficer {
        officer: OfficerId,
        today: Date,
    },
    ProposeChange {
        id: ChangeId,
        profile: Profile,
        sealed: Option<VaultRef>,
        today: Date,
    },
    AcceptChange {
        id: ChangeId,
        today: Date,
    },
    RefuseChange {
        id: ChangeId,
        reasons: Vec<ChangeRefusalReason>,
        note: Option<VaultRef>,
        today: Date,
    },
    WithdrawChange {
        id: ChangeId,
        today: Date,
    },
    /// By the office: what stands in the record was wrong from the beginning.
    Correct {
        profile: Profile,
        sealed: Option<VaultRef>,
        note: Option<VaultRef>,
        today: Date,
    },
    Merge {
        into: CommunityId,
        /// Seat and status of the one that goes on.
        other: (Region, Status),
        reason: MergeReason,
        note: Option<VaultRef>,
        today: Date,
    },
    /// By the policy only: another community was merged into this one.
    Absorb {
        merged: CommunityId,
        on: Date,
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
    /// By the policy only: a territory came into force, and `from` is `to` by it. Decides nothing for a seat that is not there, or
    /// no longer.
    MoveSeat {
        from: Region,
        to: Region,
        on: Date,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Drafted { profile: Profile, terms: Vec<Term>, sealed: Option<VaultRef> },
    Amended { profile: Profile, terms: Vec<Term>, sealed: Option<VaultRef> },
    Submitted { on: Date, rule: Option<RuleVersion> },
    Returned { reasons: Vec<ReturnReason>, note: Option<VaultRef>, on: Date },
    Registered { on: Date, rule: Option<RuleVersion>, number: Option<RegistrationNumber> },
    MembersCounted { count: u32, on: Date },
    OfficerAppointed(Term),
    OfficerLeft { officer: OfficerId, on: Date, reason: LeaveReason },
    OfficerErased { officer: OfficerId, on: Date },
    ChangeProposed { change: Change, before: Profile },
    ChangeAccepted { change: Change, on: Date },
    ChangeRefused { id: ChangeId, reasons: Vec<ChangeRefusalReason>, note: Option<VaultRef>, on: Date },
    ChangeWithdrawn { id: ChangeId, on: Date },
    Corrected { before: Profile, after: Profile, sealed: Option<VaultRef>, note: Option<VaultRef>, on: Date },
    ActivityReported(Activity),
    Activated { from: Date, activity: ActivityId },
    Reminded { last_activity: Date, due: Date, dormant_on: Date, rule: RuleVersion },
    BecameDormant { last_activity: Date, from: Date, rule: RuleVersion },
    DormancyCorrected { activity: ActivityId, last_activity: Date, dormant_from: Date },
    RevitalisationPlanned(Plan),
    Revitalised { from: Date, activity: ActivityId, after: Preceding },
    Dissolved { on: Date, reason: DissolutionReason, note: Option<VaultRef> },
    Merged { into: CommunityId, on: Date, reason: MergeReason, note: Option<VaultRef> },
    Absorbed { merged: CommunityId, on: Date },
    SeatMoved { from: Region, to: Region, on: Date },
    MovedOut { from: Region, to: Region, on: Date },
    MovedIn(Arrival),
}

/// A community that came into a regency, with what its new office's readers need who heard nothing of it before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    pub from: Region,
    /// At its new seat.
    pub profile: Profile,
    pub status: Status,
    pub registered_on: Option<Date>,
    pub number: Option<RegistrationNumber>,
    pub last_activity: Option<Date>,
    pub on: Date,
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

impl Status {
    /// Dissolved, or merged into another.
    #[must_use]
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Dissolved | Self::Merged)
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
            Self::Merged { .. } => Status::Merged,
        }
    }

    /// The last day on which it did something; `None` where that no longer counts, or not yet.
    #[must_use]
    pub fn last_activity(&self) -> Option<Date> {
        match self {
            Self::Active(_, active) => Some(active.last_activity),
            Self::Dormant(_, dormant) => Some(dormant.last_activity),
            _ => None,
        }
    }

    /// The first day on which it was no more.
    #[must_use]
    pub fn ended_on(&self) -> Option<Date> {
        match self {
            Self::Dissolved { on, .. } | Self::Merged { on, .. } => Some(*on),
            _ => None,
        }
    }

    /// The registration, from which on it has one.
    #[must_use]
    pub fn registration(&self) -> Option<&Registration> {
        match self {
            Self::Draft | Self::Submitted | Self::Returned => None,
            Self::Registered(registration)
            | Self::Active(registration, _)
            | Self::Dormant(registration, _)
            | Self::Dissolved { registration, .. }
            | Self::Merged { registration, .. } => Some(registration),
        }
    }
}

impl Record {
    /// Registered, and not at its end.
    fn lives(&self) -> Result<(), Refusal> {
        match &self.stage {
            Stage::Registered(_) | Stage::Active(..) | Stage::Dormant(..) => Ok(()),
            Stage::Dissolved { .. } | Stage::Merged { .. } => Err(self.ended()),
            stage => Err(Refusal::NotRegistered(stage.status())),
        }
    }
    fn ended(&self) -> Refusal {
        if let Stage::Merged { into, .. } = self.stage { Refusal::Merged(into) } else { Refusal::Dissolved }
    }
}
