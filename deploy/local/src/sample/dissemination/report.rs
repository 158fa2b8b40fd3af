//! What is reported of a delivery.

use time::{Date, OffsetDateTime};

use super::session::{Reach, Session};

/// A row of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    pub campaign: usize,
    pub kim: usize,
    pub recorded: OffsetDateTime,
    pub what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Receipt { kind: ReceiptKind, receipt: Receipt },
    Declined { reason: DeclineReason, at: OffsetDateTime },
    Undeliverable { channel: Channel, reason: UndeliverableReason, at: OffsetDateTime },
    Session(Session),
    Reach(Reach),
    Noticed { kind: NoticeKind, receipt: Receipt },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReceiptKind {
    Delivered,
    Opened,
    Acknowledged,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    pub at: OffsetDateTime,
    pub channel: Channel,
    pub version: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    Inbox,
    Email,
    Bulletin,
    Office,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeclineReason {
    NotRelevant,
    NoCapacity,
    Language,
    Content,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndeliverableReason {
    NoAddress,
    Unreachable,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    Corrected,
    Withdrawn,
}

impl What {
    /// The day of what is reported, in the zone of `recorded`.
    #[must_use]
    pub fn day(&self, recorded: OffsetDateTime) -> Date {
        let day = |at: &OffsetDateTime| at.to_offset(recorded.offset()).date();
        match self {
            Self::Receipt { receipt, .. } | Self::Noticed { receipt, .. } => day(&receipt.at),
            Self::Declined { at, .. } | Self::Undeliverable { at, .. } => day(at),
            Self::Session(session) => session.held_on,
            Self::Reach(reach) => reach.counted_on,
        }
    }
}
