//! Why a command on a programme is refused.

use kim_values::Code;
use time::Date;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProgrammeError {
    #[error("the programme ends before it begins")]
    EndsBeforeBegin,
    #[error("{0} is no topic of the registry's list")]
    TopicNotListed(Code),
    #[error("the programme has no end that could be put off")]
    WithoutEnd,
    #[error("the programme goes on until {0} already")]
    ExtensionNotLater(Date),
    #[error("the programme would be over before it is extended")]
    ExtendedIntoPast,
    #[error("a programme is closed when it is, not ahead of the day")]
    ClosedInFuture,
    #[error("a programme is not closed before it begins")]
    ClosedBeforeBegin,
}
