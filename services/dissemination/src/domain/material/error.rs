//! Why a command on a material is refused.

use super::{Status, Version};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MaterialError {
    #[error("no version is worked on")]
    NothingWorkedOn,
    #[error("only a draft or a returned version is amended; this one is {0:?}")]
    NotAmendable(Status),
    #[error("only a draft is submitted; this one is {0:?}")]
    NotDraft(Status),
    #[error("only a version in review is approved; this one is {0:?}")]
    NotInReview(Status),
    #[error("only a version in review or an approved one is returned; this one is {0:?}")]
    NotReturnable(Status),
    #[error("only an approved version is published; this one is {0:?}")]
    NotApproved(Status),
    #[error("a return needs at least one reason")]
    ReturnReasonMissing,
    #[error("whoever wrote a part of a version does not approve it")]
    OwnWork,
    #[error("what was read is not what stands there now")]
    ContentChanged,
    #[error("what is to be published is not what was approved")]
    NotAsApproved,
    #[error("a revision says what was wrong, has changed or was added, and a first version does not")]
    RevisionNote,
    #[error("version {} is worked on already", .0.number())]
    WorkedOnAlready(Version),
}
