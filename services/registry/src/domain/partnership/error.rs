//! Why a command on a partnership is refused.

use time::Date;

use super::Status;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PartnershipError {
    #[error("only a proposal can be signed, withdrawn or declined; this one is {0:?}")]
    NotProposed(Status),
    #[error("only a partnership in force can be renewed or terminated; this one is {0:?}")]
    NotInForce(Status),
    #[error("a side does not decline its own proposal")]
    OwnProposal,
    #[error("a side does not withdraw the other one's proposal")]
    NotOwnProposal,
    #[error("the community's seat lies outside of the office's region")]
    OutsideOfficeRegion,
    #[error("the agreement ends before it begins")]
    PeriodReversed,
    #[error("the agreement runs for more than ten years")]
    PeriodTooLong,
    #[error("the agreement is over by its own term")]
    Over,
    #[error("the signature lies in the future")]
    SignedInFuture,
    #[error("a renewal reaches beyond {0}")]
    RenewalNotLater(Date),
    #[error("the termination lies in the future")]
    TerminatedInFuture,
    #[error("the termination lies before the signature")]
    TerminatedBeforeSigning,
}
