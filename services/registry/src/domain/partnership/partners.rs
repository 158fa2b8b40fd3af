//! The two sides of an agreement.

use kim_territory::RegionCode;

use crate::domain::{Refusal, community::Status};

/// The partners as they stand when something is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partners {
    pub office_region: RegionCode,
    pub office_is_open: bool,
    pub community: Status,
}

impl Partners {
    /// Both are there to agree on something.
    pub(super) fn may_agree(self) -> Result<(), Refusal> {
        match self.community {
            _ if !self.office_is_open => Err(Refusal::OfficeClosed),
            Status::Registered | Status::Active | Status::Dormant => Ok(()),
            Status::Dissolved => Err(Refusal::Dissolved),
            Status::Merged => Err(Refusal::MergedAway),
            status @ (Status::Draft | Status::Submitted | Status::Returned) => Err(Refusal::NotRegistered(status)),
        }
    }
}
