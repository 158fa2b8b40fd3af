//! Who may what: decided here and nowhere else, closed by default (invariant 9).
//!
//! A right is a [`Permit`], which only [`permit`] makes; what needs a right asks for one, so that no handler forgets.
//! The whole matrix of role, action and resource stands in `access.expected.txt` beside this crate's manifest and a test
//! compares it; a changed right shows there in a review.
//!
//! Codes of resources are today's. A scope is resolved to the territory in force when its token is verified, and codes are
//! compared by component: after a split the new office is in and the old one out.

use kim_territory::RegionCode;
use uuid::Uuid;

use crate::{
    errors::{Fault, Thing},
    identity::{Principal, Role, Scope, Subject},
};

/// What a caller wants to do.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Action {
    /// Drafts, amends, submits, plans a revitalisation.
    CommunityWrite,
    /// Returns or registers what was submitted.
    CommunityVerify,
    /// Dissolves.
    CommunityDissolve,
    /// Reports what a community did.
    ActivityReport,
    /// Reads a community's record.
    CommunityRead,
    /// Reads a community's officers and contacts, which are personal data.
    ContactsRead,
    /// Erases a person's data from the vault.
    PersonErase,
    /// Establishes an office, renames, places and closes it.
    OfficeWrite,
    /// Reads offices.
    OfficeRead,
    /// Issues and revokes grants.
    GrantWrite,
    /// Sets formation and dormancy rules.
    RuleWrite,
    /// Reads rules.
    RuleRead,
    /// Sets a baseline.
    BaselineWrite,
    /// Adopts a territory.
    TerritoryWrite,
    /// Reads which territory is in force, and which were.
    TerritoryRead,
    /// Plans a training, invites to it, records that it was held, reports on it, cancels it.
    TrainingHold,
    /// Reads a training with those who took part, and what they did after it.
    TrainingRead,
    /// Reads a service's log.
    LogRead,
    /// Decides what becomes of a log that was closed after a restore.
    LogReconcile,
    /// Drives a simulated log's clock, and says when a row was recorded there.
    ClockDrive,
    /// Reads figures: counts and shares without personal data.
    ReportingRead,
    /// Rebuilds a read model.
    ReadModelRebuild,
    /// Proposes a partnership and what becomes of it; for an office the office's region must be within reach, too.
    PartnershipWrite,
    /// Reads partnerships.
    PartnershipRead,
    /// Sets a list of codes.
    CodeListWrite,
    /// Reads lists of codes.
    CodeListRead,
    /// Sets a rubric.
    RubricWrite,
    /// Reads rubrics.
    RubricRead,
    /// Assesses a community, revises and withdraws.
    AssessmentWrite,
    /// Reads a community's assessments.
    AssessmentRead,
    /// Establishes, amends, extends and closes a programme.
    ProgrammeWrite,
    /// Reads programmes, which are public.
    ProgrammeRead,
    /// Writes a material and puts it before the reviewers, publishes what was approved, withdraws; puts media into the store.
    MaterialWrite,
    /// Approves a version, or gives it back.
    MaterialReview,
    /// Reads a material with the version that is worked on.
    MaterialRead,
    /// Reads what is published.
    PublicationRead,
    /// Reads what was published and is withdrawn or superseded.
    PublicationAudit,
    /// Plans a campaign, schedules, pauses, resumes and cancels it.
    CampaignWrite,
    /// Reads campaigns and their audiences.
    CampaignRead,
    /// Reports what became of a delivery at a community.
    DeliveryReport,
    /// Verifies what was reported of a delivery.
    DeliveryVerify,
    /// Reads deliveries.
    DeliveryRead,
    /// Reads a community's inbox.
    InboxRead,
    /// Asks what people asked in a session, and follows it up.
    QuestionAsk,
    /// Answers a question that is with an office, redirects it, sets it aside, publishes the answer.
    QuestionAnswer,
    /// Reads questions and their answers.
    QuestionRead,
    /// Says where messages to a community go: a webhook, an address.
    EndpointWrite,
    /// Reads where messages to a community go, and what became of them.
    EndpointRead,
    /// Imports in bulk.
    Import,
}

// A new action is written above the last, so that the list cannot miss it.
const _: () = assert!(Action::ALL.len() == Action::Import as usize + 1);

impl Action {
    /// All of them.
    pub const ALL: [Self; 49] = [
        Self::CommunityWrite,
        Self::CommunityVerify,
        Self::CommunityDissolve,
        Self::ActivityReport,
        Self::CommunityRead,
        Self::ContactsRead,
        Self::PersonErase,
        Self::OfficeWrite,
        Self::OfficeRead,
        Self::GrantWrite,
        Self::RuleWrite,
        Self::RuleRead,
        Self::BaselineWrite,
        Self::TerritoryWrite,
        Self::TerritoryRead,
        Self::TrainingHold,
        Self::TrainingRead,
        Self::LogRead,
        Self::LogReconcile,
        Self::ClockDrive,
        Self::ReportingRead,
        Self::ReadModelRebuild,
        Self::PartnershipWrite,
        Self::PartnershipRead,
        Self::CodeListWrite,
        Self::CodeListRead,
        Self::RubricWrite,
        Self::RubricRead,
        Self::AssessmentWrite,
        Self::AssessmentRead,
        Self::ProgrammeWrite,
        Self::ProgrammeRead,
        Self::MaterialWrite,
        Self::MaterialReview,
        Self::MaterialRead,
        Self::PublicationRead,
        Self::PublicationAudit,
        Self::CampaignWrite,
        Self::CampaignRead,
        Self::DeliveryReport,
        Self::DeliveryVerify,
        Self::DeliveryRead,
        Self::InboxRead,
        Self::QuestionAsk,
        Self::QuestionAnswer,
        Self::QuestionRead,
        Self::EndpointWrite,
        Self::EndpointRead,
        Self::Import,
    ];
}

/// On what.
#[derive(Clone, Copy, Debug)]
pub enum Resource<'r> {
    /// The nation as a whole, and what belongs to no region.
    Nation,
    /// A region, or an office, training or rule of it.
    Region(&'r RegionCode),
    /// A community.
    Community {
        /// Its id.
        id: Uuid,
        /// The region of its seat, in today's territory.
        seat: &'r RegionCode,
    },
}

/// How far a caller reaches with an action; for lists and logs, which are narrowed to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reach {
    /// Everything.
    Everywhere,
    /// A region and what lies in it.
    Within(RegionCode),
    /// What lies in a region, without the region itself: an office makes no office of its own rank. A community whose
    /// seat is the region itself lies in it.
    Below(RegionCode),
    /// One community.
    Community(Uuid),
}

impl Reach {
    /// The region that results are narrowed to, if they are narrowed to one.
    #[must_use]
    pub fn region(&self) -> Option<RegionCode> {
        match self {
            Self::Within(code) | Self::Below(code) => Some(*code),
            Self::Everywhere | Self::Community(_) => None,
        }
    }

    /// Whether a resource is within reach.
    #[must_use]
    pub fn covers(&self, resource: Resource<'_>) -> bool {
        match (self, resource) {
            (Self::Everywhere, _) => true,
            (Self::Within(own), Resource::Region(code)) => own.contains(code),
            (Self::Below(own), Resource::Region(code)) => own != code && own.contains(code),
            (Self::Within(own) | Self::Below(own), Resource::Community { seat, .. }) => own.contains(seat),
            (Self::Community(own), Resource::Community { id, .. }) => *own == id,
            (Self::Within(_) | Self::Below(_) | Self::Community(_), Resource::Nation)
            | (Self::Community(_), Resource::Region(_)) => false,
        }
    }
}

/// The right to do one thing on one resource. There is no other way to get one than [`permit`].
#[derive(Clone, Debug)]
#[must_use = "a permit is shown to what needs it"]
pub struct Permit {
    action: Action,
    reach: Reach,
    subject: Subject,
}

impl Permit {
    /// What it permits.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// How far its holder reaches with this action.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Whose it is.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.subject
    }
}

/// The right is not given. Says nothing of the resource: whether it exists is not for this caller to know.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the caller's role and scope do not permit this")]
pub struct Denied {
    action: Action,
}

impl Denied {
    /// What was not permitted.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// For a thing that the caller named by its id: the same answer, to the letter, as for one that is not there.
    #[must_use]
    pub fn not_found(self, thing: Thing) -> Fault {
        thing.not_found()
    }

    /// For a region or the nation, whose existence is no secret.
    #[must_use]
    pub fn forbidden(self) -> Fault {
        Fault::new(
            tonic::Code::PermissionDenied,
            "OUT_OF_SCOPE",
            "Peran atau wilayah kerja Anda tidak mencakup tindakan ini. Hubungi kantor di atas Anda bila seharusnya mencakup.",
            self.to_string(),
        )
    }
}

impl From<Denied> for tonic::Status {
    fn from(denied: Denied) -> Self {
        denied.forbidden().into()
    }
}

/// Decides whether this caller may do this on that.
///
/// # Errors
/// [`Denied`] for whatever is not expressly given.
pub fn permit(principal: &Principal, action: Action, resource: Resource<'_>) -> Result<Permit, Denied> {
    let reach = reach(principal, action)?;
    if !reach.covers(resource) {
        return Err(Denied { action });
    }
    Ok(Permit { action, reach, subject: principal.subject.clone() })
}

/// How far this caller reaches with this action; for a list without a region named, and for a log's filter.
///
/// # Errors
/// [`Denied`] when it may not do this anywhere.
pub fn reach(principal: &Principal, action: Action) -> Result<Reach, Denied> {
    let denied = Denied { action };
    // A principal that no verifier made might carry a code that is none, or a scope that does not fit.
    let scope = &principal.scope;
    if !principal.role.fits(scope) || !scope.is_listed() {
        return Err(denied);
    }
    let reach = match (principal.role, scope) {
        // What becomes of a log is a person's decision, in a simulated one, too.
        (Role::Simulator, _) if action != Action::LogReconcile => Some(Reach::Everywhere),
        (Role::NationalOffice, _) => national(action),
        (Role::ProvincialOffice | Role::RegencyOffice, Scope::Region { code, .. }) => office(action, *code),
        (Role::KimOfficer, Scope::Kim { id }) => kim_officer(action, *id),
        (Role::Subscriber, Scope::Region { code, .. }) => subscriber(action, Reach::Within(*code)),
        (Role::Subscriber, Scope::National) => subscriber(action, Reach::Everywhere),
        (Role::Auditor, _) => auditor(action),
        (Role::Agency | Role::Citizen, _) => figures(action),
        _ => None,
    };
    reach.ok_or(denied)
}

/// Everything but the clock, which only a simulation has.
fn national(action: Action) -> Option<Reach> {
    match action {
        Action::ClockDrive => None,
        Action::CommunityWrite
        | Action::CommunityVerify
        | Action::CommunityDissolve
        | Action::ActivityReport
        | Action::CommunityRead
        | Action::ContactsRead
        | Action::PersonErase
        | Action::OfficeWrite
        | Action::OfficeRead
        | Action::GrantWrite
        | Action::RuleWrite
        | Action::RuleRead
        | Action::BaselineWrite
        | Action::TerritoryWrite
        | Action::TerritoryRead
        | Action::TrainingHold
        | Action::TrainingRead
        | Action::LogRead
        | Action::LogReconcile
        | Action::ReportingRead
        | Action::ReadModelRebuild
        | Action::PartnershipWrite
        | Action::PartnershipRead
        | Action::CodeListWrite
        | Action::CodeListRead
        | Action::RubricWrite
        | Action::RubricRead
        | Action::AssessmentWrite
        | Action::AssessmentRead
        | Action::ProgrammeWrite
        | Action::ProgrammeRead
        | Action::MaterialWrite
        | Action::MaterialReview
        | Action::MaterialRead
        | Action::PublicationRead
        | Action::PublicationAudit
        | Action::CampaignWrite
        | Action::CampaignRead
        | Action::DeliveryReport
        | Action::DeliveryVerify
        | Action::DeliveryRead
        | Action::InboxRead
        | Action::QuestionAsk
        | Action::QuestionAnswer
        | Action::QuestionRead
        | Action::EndpointWrite
        | Action::EndpointRead
        | Action::Import => Some(Reach::Everywhere),
    }
}

/// A provincial or a regency office, in its own region.
fn office(action: Action, own: RegionCode) -> Option<Reach> {
    match action {
        Action::CommunityWrite
        | Action::CommunityVerify
        | Action::CommunityDissolve
        // What comes on paper the office types in; importing it in bulk is the same right.
        | Action::ActivityReport
        | Action::Import
        | Action::CommunityRead
        | Action::ContactsRead
        | Action::PersonErase
        | Action::OfficeRead
        | Action::RuleWrite
        | Action::TrainingHold
        | Action::TrainingRead
        | Action::PartnershipWrite
        | Action::PartnershipRead
        | Action::AssessmentWrite
        | Action::AssessmentRead
        | Action::MaterialWrite
        | Action::MaterialReview
        | Action::MaterialRead
        | Action::ProgrammeWrite
        | Action::PublicationAudit
        | Action::CampaignWrite
        | Action::CampaignRead
        | Action::DeliveryReport
        | Action::DeliveryVerify
        | Action::DeliveryRead
        | Action::QuestionAsk
        | Action::QuestionAnswer
        | Action::QuestionRead
        | Action::EndpointWrite
        | Action::EndpointRead => Some(Reach::Within(own)),
        Action::OfficeWrite | Action::GrantWrite => Some(Reach::Below(own)),
        // A rule binds downwards, so those below must be able to read those above; rules are public law.
        Action::RuleRead => Some(Reach::Everywhere),
        _ => figures(action),
    }
}

/// An officer of a KIM, for that KIM.
fn kim_officer(action: Action, own: Uuid) -> Option<Reach> {
    match action {
        Action::CommunityWrite
        | Action::ActivityReport
        | Action::CommunityRead
        | Action::ContactsRead
        | Action::PersonErase
        | Action::PartnershipWrite
        | Action::PartnershipRead
        | Action::AssessmentRead
        | Action::DeliveryReport
        | Action::DeliveryRead
        | Action::InboxRead
        | Action::QuestionAsk
        | Action::QuestionRead
        | Action::EndpointWrite
        | Action::EndpointRead => Some(Reach::Community(own)),
        _ => figures(action),
    }
}

fn subscriber(action: Action, own: Reach) -> Option<Reach> {
    match action {
        Action::LogRead => Some(own),
        _ => figures(action),
    }
}

/// Whatever was ever shown to people is shown to an auditor again.
fn auditor(action: Action) -> Option<Reach> {
    match action {
        Action::PublicationAudit => Some(Reach::Everywhere),
        _ => figures(action),
    }
}

/// What everybody with a token may: figures are public, and so are the territory, the lists and the rubrics that they are made by, programmes and
/// what is published; records are not. What an agency and an auditor may beyond it depends on grants that no service here knows yet, so it stays
/// closed.
fn figures(action: Action) -> Option<Reach> {
    match action {
        Action::ReportingRead
        | Action::TerritoryRead
        | Action::CodeListRead
        | Action::RubricRead
        | Action::ProgrammeRead
        | Action::PublicationRead => Some(Reach::Everywhere),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
