//! Why a command on a campaign is refused.

use kim_territory::RegionCode;

use super::{MAX_BATCH, Status};
use crate::domain::window::MAX_DAYS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CampaignError {
    #[error("only a draft is amended or scheduled; this one is {0:?}")]
    NotDraft(Status),
    #[error("only a scheduled campaign is made a draft again; this one is {0:?}")]
    NotScheduled(Status),
    #[error("only a running campaign is paused, and assigns anything; this one is {0:?}")]
    NotRunning(Status),
    #[error("only a paused campaign is resumed; this one is {0:?}")]
    NotPaused(Status),
    #[error("the campaign has ended; it is {0:?}")]
    Ended(Status),
    #[error("a campaign is cancelled for this reason by itself only")]
    ByItselfOnly,
    #[error("{0} lies outside the office's region")]
    OutsideOfficeRegion(RegionCode),
    #[error("the window ends before it begins")]
    WindowReversed,
    #[error("the window is longer than {MAX_DAYS} days")]
    WindowTooLong,
    #[error("the window begins in the past")]
    WindowInPast,
    #[error("a batch has nobody")]
    BatchEmpty,
    #[error("a batch has more than {MAX_BATCH} communities")]
    BatchTooLarge,
    #[error("a batch is of one regency, and {0} is none")]
    BatchOfNoRegency(RegionCode),
    #[error("the communities of a batch do not stand in their order, each once")]
    BatchUnordered,
    #[error("a batch does not come after the one before it")]
    BatchBehind,
    #[error("the window is not open yet in the zone of {0}")]
    NotOpenYet(RegionCode),
    #[error("the window is over in the zone of {0}")]
    WindowOver(RegionCode),
    #[error("there are more communities than the {0} of the drawn audience")]
    AudienceExceeded(u32),
    #[error("of the drawn audience {done} communities of {size} are done")]
    AudienceIncomplete { done: u32, size: u32 },
    #[error("newcomers come after the drawn audience")]
    AudienceNotDrawn,
}
