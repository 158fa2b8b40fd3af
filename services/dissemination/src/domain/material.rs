//! A material of a programme, version by version:
//! `Draft → InReview → (Returned → Draft) → Approved → Published → Superseded | Withdrawn`. A version that is given up is `Discarded`.
//! What is worked on stands in the vault, and is known here by its hash; what is published stands in its event.

use std::{collections::BTreeSet, num::NonZeroU32};

use kim_values::{DocumentHash, Region, VaultRef};
use time::Date;

use super::{
    content::{Language, Wording},
    ids::{ActorRef, OfficeId, ProgrammeId},
    programme,
};

mod decide;
mod error;
mod evolve;
#[cfg(test)]
pub(crate) mod histories;
#[cfg(test)]
mod tests;

pub use decide::decide;
pub use error::MaterialError;
pub use evolve::evolve;

/// A version's number, from 1. One that was given up is not given again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(NonZeroU32);

impl Version {
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// `None` for 0.
    #[must_use]
    pub fn new(number: u32) -> Option<Self> {
        NonZeroU32::new(number).map(Self)
    }

    #[must_use]
    pub fn number(self) -> u32 {
        self.0.get()
    }

    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Whose a material is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outline {
    pub programme: ProgrammeId,
    pub office: OfficeId,
    /// The office's region: its events belong there.
    pub region: Region,
}

/// A wording in the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedContent {
    pub reference: VaultRef,
    pub hash: DocumentHash,
    pub languages: Vec<Language>,
}

/// A material as its events made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    pub outline: Outline,
    /// The version that is worked on.
    pub working: Option<Working>,
    /// All that were ever published, in their order; the last one is the one that is shown.
    pub published: Vec<Published>,
    /// The highest number that was given.
    pub last: Version,
    pub withdrawn: Option<Withdrawal>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Working {
    pub version: Version,
    pub content: SealedContent,
    /// `None` for the first version.
    pub revision: Option<RevisionReason>,
    /// All who wrote any part of it.
    pub authors: BTreeSet<ActorRef>,
    pub stage: Stage,
}

/// A stage of a version that is not published, with what only that stage has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Draft,
    InReview,
    Returned { reasons: Vec<ReturnReason>, note: Option<VaultRef> },
    Approved { by: ActorRef, on: Date },
}

/// A version as it was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub version: Version,
    pub hash: DocumentHash,
    pub languages: Vec<Language>,
    pub revision: Option<RevisionReason>,
    pub on: Date,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withdrawal {
    pub reason: WithdrawalReason,
    pub note: Option<VaultRef>,
    pub on: Date,
}

/// A stage's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    Draft,
    InReview,
    Returned,
    Approved,
    Published,
    Superseded,
    Withdrawn,
    Discarded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RevisionReason {
    /// What is published is wrong: whoever got it is told.
    Correction,
    Update,
    Addition,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnReason {
    FactsWrong,
    SourceMissing,
    LanguageUnclear,
    TranslationDiffers,
    MediaUnsuitable,
    PersonalData,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawalReason {
    FactsWrong,
    Outdated,
    PolicyRevoked,
    PersonalData,
    PublishedInError,
    Other,
}

/// `by` is whoever acts, `today` the day in the zone of the office's region, and `programme` how its programme stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Draft {
        outline: Outline,
        content: SealedContent,
        programme: programme::Status,
        by: ActorRef,
        today: Date,
    },
    Amend {
        content: SealedContent,
        by: ActorRef,
        today: Date,
    },
    Submit {
        by: ActorRef,
        today: Date,
    },
    Return {
        reasons: Vec<ReturnReason>,
        note: Option<VaultRef>,
        by: ActorRef,
        today: Date,
    },
    /// `hash` is of what was read.
    Approve {
        hash: DocumentHash,
        by: ActorRef,
        today: Date,
    },
    /// `wording` is what the vault has of the version.
    Publish {
        wording: Box<Wording>,
        programme: programme::Status,
        by: ActorRef,
        today: Date,
    },
    Revise {
        reason: RevisionReason,
        content: SealedContent,
        programme: programme::Status,
        by: ActorRef,
        today: Date,
    },
    Discard {
        by: ActorRef,
        today: Date,
    },
    Withdraw {
        reason: WithdrawalReason,
        note: Option<VaultRef>,
        by: ActorRef,
        today: Date,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Drafted { outline: Outline, content: SealedContent, by: ActorRef, on: Date },
    Amended { version: Version, content: SealedContent, by: ActorRef, on: Date },
    Submitted { version: Version, by: ActorRef, on: Date },
    Returned { version: Version, reasons: Vec<ReturnReason>, note: Option<VaultRef>, by: ActorRef, on: Date },
    Approved { version: Version, hash: DocumentHash, by: ActorRef, on: Date },
    Published(Box<Publication>),
    Revised { version: Version, reason: RevisionReason, content: SealedContent, by: ActorRef, on: Date },
    Discarded { version: Version, by: ActorRef, on: Date },
    Withdrawn { version: Version, withdrawal: Withdrawal, by: ActorRef },
}

/// A version that is shown from now on, with all that it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    pub programme: ProgrammeId,
    pub version: Version,
    pub wording: Wording,
    pub hash: DocumentHash,
    pub superseded: Option<Version>,
    pub revision: Option<RevisionReason>,
    pub by: ActorRef,
    pub on: Date,
}

impl Publication {
    /// What a material remembers of it.
    #[must_use]
    pub fn shown(&self) -> Published {
        Published {
            version: self.version,
            hash: self.hash,
            languages: self.wording.contents.languages(),
            revision: self.revision,
            on: self.on,
        }
    }
}

impl Stage {
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Draft => Status::Draft,
            Self::InReview => Status::InReview,
            Self::Returned { .. } => Status::Returned,
            Self::Approved { .. } => Status::Approved,
        }
    }
}

impl Material {
    /// Of the version that is shown, or else of the one that is worked on.
    #[must_use]
    pub fn status(&self) -> Status {
        match (&self.withdrawn, &self.working) {
            (Some(_), _) => Status::Withdrawn,
            (None, _) if !self.published.is_empty() => Status::Published,
            (None, Some(working)) => working.stage.status(),
            (None, None) => Status::Discarded,
        }
    }

    /// The version that is shown; `None` before the first, and once it is withdrawn.
    #[must_use]
    pub fn shown(&self) -> Option<&Published> {
        if self.withdrawn.is_some() { None } else { self.published.last() }
    }

    /// What became of a version; `None` for a number that was never given.
    #[must_use]
    pub fn status_of(&self, version: Version) -> Option<Status> {
        if let Some(working) = self.working.as_ref().filter(|working| working.version == version) {
            return Some(working.stage.status());
        }
        let newest = self.published.last().map(|published| published.version);
        let was_published = self.published.iter().any(|published| published.version == version);
        match (was_published, newest == Some(version)) {
            (true, true) => Some(self.status()),
            (true, false) => Some(Status::Superseded),
            (false, _) => (version <= self.last).then_some(Status::Discarded),
        }
    }
}
