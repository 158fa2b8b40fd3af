//! Why a report on a delivery is refused.

use time::OffsetDateTime;

use super::MAX_SESSIONS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    #[error("the campaign was not assigned to the community")]
    NotAssigned,
    #[error("what is reported lies in the future")]
    InFuture,
    #[error("what is reported lies before the assignment")]
    BeforeAssignment,
    #[error("the community never got this version")]
    VersionNotShown,
    #[error("the material was withdrawn at {0}")]
    Withdrawn(OffsetDateTime),
    #[error("people were told already")]
    ToldAlready,
    #[error("the community declined for another reason")]
    DeclinedOtherwise,
    #[error("the session was reported with other facts")]
    SessionReportedOtherwise,
    #[error("there is no such session")]
    SessionNotFound,
    #[error("the session was withdrawn")]
    SessionWithdrawn,
    #[error("the delivery has {MAX_SESSIONS} sessions already")]
    TooManySessions,
    #[error("the reach was reported with other numbers")]
    ReachReportedOtherwise,
    #[error("no reach was reported")]
    ReachNotReported,
    #[error("what is verified is not corrected")]
    Verified,
    #[error("nothing was reported that could be verified")]
    NothingToVerify,
    #[error("the delivery is not verified")]
    NotVerified,
    #[error("the community was not told of this")]
    NoticeNotIssued,
    #[error("the notice was acknowledged before it was given")]
    BeforeNotice,
}
