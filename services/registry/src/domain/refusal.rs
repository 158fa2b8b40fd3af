//! Why a command is refused. One enum for the whole context: the edge maps it once.

use kim_territory::{Decree, RulingError};
use kim_values::Code;
use time::Date;

use super::{
    adoption::Doubt,
    baseline::BaselineError,
    code_list::{ListFlaw, NotListed},
    community::Status,
    ids::CommunityId,
    partnership::PartnershipError,
    profile::Flaw,
    rubric::RubricFlaw,
    rule::RuleError,
    score::ScoreFlaw,
    training::{self, AttendanceError},
};

/// Why a command is refused; its text is for developers, the words for officers stand at the edge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no such community")]
    CommunityNotFound,
    #[error("the community exists already")]
    CommunityExists,
    #[error("only a draft or a returned record can be amended; this one is {0:?}")]
    NotAmendable(Status),
    #[error("only a draft or a returned record can be submitted; this one is {0:?}")]
    NotSubmittable(Status),
    #[error("only a submitted record can be returned or registered; this one is {0:?}")]
    NotSubmitted(Status),
    #[error("the community is not registered; it is {0:?}")]
    NotRegistered(Status),
    #[error("only a dormant community is given a plan to come back; this one is {0:?}")]
    NotDormant(Status),
    #[error("the community has this plan already")]
    AlreadyPlanned,
    #[error("a seat does not leave its regency: another office would have to answer for it")]
    SeatLeavesRegency,
    #[error("the community is dissolved")]
    Dissolved,
    #[error("the community was merged into {0}")]
    Merged(CommunityId),
    #[error("the community was merged into another one")]
    MergedAway,
    #[error("a community is merged into another one of its regency only")]
    MergeLeavesRegency,
    #[error("a community is merged into itself")]
    MergeIntoItself,
    #[error("the community that goes on is not registered; it is {0:?}")]
    MergeIntoUnregistered(Status),
    #[error("the members are counted in the future")]
    CountInFuture,
    #[error("the members are counted before the community's formation")]
    CountBeforeFormation,
    #[error("a term begins in the future")]
    TermInFuture,
    #[error("there is no such officer in office")]
    OfficerNotInOffice,
    #[error("there is no such officer on the board")]
    OfficerUnknown,
    #[error("the officer's data was erased")]
    OfficerErased,
    #[error("an officer leaves in the future")]
    LeavesInFuture,
    #[error("an officer leaves before the term begins")]
    LeavesBeforeBegin,
    #[error("another change is waiting for the office's answer")]
    ChangeOpen,
    #[error("there is no such change waiting for an answer")]
    ChangeNotFound,
    #[error("what is proposed is what stands already")]
    NothingChanges,
    #[error("a change is refused with at least one reason")]
    ChangeReasonMissing,
    #[error("the record has flaws")]
    Record(Vec<Flaw>),
    #[error("a return needs at least one reason")]
    ReasonMissing,
    #[error("the activity lies in the future")]
    ActivityInFuture,
    #[error("the activity lies before the community's formation")]
    ActivityBeforeFormation,
    #[error("{topic} is no topic of what happened on {on}: {why}")]
    TopicNotListed { topic: Code, on: Date, why: NotListed },

    #[error("there is no such office")]
    OfficeNotFound,
    #[error("the office exists already")]
    OfficeExists,
    #[error("an office of this kind does not belong to a region of this level")]
    OfficeKindMismatch,
    #[error("the office is closed")]
    OfficeClosed,
    #[error("an office is closed when it is, not ahead of the day")]
    OfficeClosedInFuture,
    #[error("the day lies before the office's establishment")]
    BeforeEstablishment,
    #[error("the parent is neither of a wider region nor of a higher kind in the same")]
    ParentNotAbove,
    #[error("the parent is closed")]
    ParentClosed,
    #[error("the day lies more than ten years ahead")]
    TooFarAhead,
    #[error("there is no such grant")]
    GrantNotFound,
    #[error("the grant exists already")]
    GrantExists,
    #[error("the grant is revoked already")]
    GrantRevoked,
    #[error("an office of this kind does not give this role")]
    RoleMismatch,

    #[error("there is no such partnership")]
    PartnershipNotFound,
    #[error("the partnership exists already")]
    PartnershipExists,
    #[error(transparent)]
    Partnership(#[from] PartnershipError),

    #[error(transparent)]
    Rule(#[from] RuleError),
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    #[error("a later territory is in force already")]
    TerritoryOlder,
    #[error("between the territory in force and that one there is {0}")]
    TerritorySkips(Decree),
    #[error("the lists leave regions in doubt")]
    TerritoryUndecided(Vec<Doubt>),
    #[error("decisions about regions cannot hold")]
    TerritoryDecisions(Vec<RulingError>),

    #[error("there is no such training")]
    TrainingNotFound,
    #[error("the training exists already")]
    TrainingExists,
    #[error("the training ends before it begins")]
    TrainingEndsBeforeBegin,
    #[error("the training lies in the future")]
    TrainingInFuture,
    #[error("a community stands in the list twice")]
    ParticipantDoubled,
    #[error("these communities had ended: {0:?}")]
    ParticipantsEnded(Vec<CommunityId>),
    #[error("the training has more than {0} communities")]
    TooManyParticipants(usize),
    #[error("the training is planned into the past")]
    TrainingPlannedInPast,
    #[error("only a planned training is changed, invited to, held or cancelled; this one is {0:?}")]
    TrainingNotPlanned(training::Status),
    #[error("only a training that was held has a report and an outcome; this one is {0:?}")]
    TrainingNotHeld(training::Status),
    #[error("nobody is invited")]
    NobodyInvited,
    #[error(transparent)]
    Attendance(#[from] AttendanceError),
    #[error("the report has more than {0} materials")]
    TooManyMaterials(usize),
    #[error("a material stands in the report twice")]
    MaterialDoubled,

    #[error("the list has flaws")]
    CodeList(Vec<ListFlaw>),
    #[error("the rubric has flaws")]
    Rubric(Vec<RubricFlaw>),
    #[error("there is no such rubric")]
    RubricNotFound,
    #[error("no version of the rubric is in force on {0}")]
    RubricNotInForce(Date),

    #[error("there is no such assessment")]
    AssessmentNotFound,
    #[error("the community was assessed for this period already")]
    AssessmentExists,
    #[error("the assessment was withdrawn")]
    AssessmentWithdrawn,
    #[error("the period has not begun")]
    PeriodInFuture,
    #[error("the scores have flaws")]
    Scores(Vec<ScoreFlaw>),
}
