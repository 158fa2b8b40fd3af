//! What becomes of a campaign at one community, rung by rung:
//! `Assigned → Delivered → Opened → Acknowledged → SessionHeld → ReachReported → Verified`, or `Declined`, `Undeliverable`.
//!
//! Reports come late, twice and in any order. A receipt is of the earliest time that was told, so that whatever the order in which
//! reports come, what is known in the end is the same. No rung implies another one: each is recorded by its own report.

use std::collections::BTreeMap;

use kim_values::{Region, VaultRef};
use time::{Date, OffsetDateTime};

use super::{
    campaign::Notice,
    ids::{CampaignId, CommunityId, OfficeId, SessionId},
    material::Version,
};

mod decide;
mod error;
mod evolve;
#[cfg(test)]
pub(crate) mod histories;
mod session;
#[cfg(test)]
mod tests;

pub use decide::decide;
pub use error::DeliveryError;
pub use evolve::evolve;
pub use session::{HeldSession, MAX_SESSIONS, Reach, Session, SessionChannel};

/// Whom a campaign was assigned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipient {
    pub campaign: CampaignId,
    pub community: CommunityId,
    /// The community's seat when the first report came: the delivery's events belong there.
    pub seat: Region,
}

/// A delivery as its events made it: from its first report on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub recipient: Recipient,
    pub receipts: BTreeMap<ReceiptKind, Receipt>,
    pub declined: Option<Decline>,
    /// Channels that do not reach the community.
    pub undeliverable: BTreeMap<Channel, Failure>,
    /// In the order in which they were reported.
    pub sessions: Vec<HeldSession>,
    pub reach: Option<Reach>,
    pub verification: Option<Verification>,
    pub notices: BTreeMap<Notice, NoticeReceipt>,
}

/// What a community confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReceiptKind {
    Delivered,
    Opened,
    Acknowledged,
}

/// Ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Receipt {
    pub at: OffsetDateTime,
    pub channel: Channel,
    pub version: Version,
}

/// The way on which a material comes to a community, and its receipts back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    Inbox,
    Webhook,
    Email,
    Bulletin,
    Office,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decline {
    pub reason: DeclineReason,
    pub at: OffsetDateTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeclineReason {
    NotRelevant,
    NoCapacity,
    Language,
    Content,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    pub reason: UndeliverableReason,
    pub at: OffsetDateTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndeliverableReason {
    NoAddress,
    Refused,
    Unreachable,
    NotAllowed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionWithdrawalReason {
    Doubled,
    NotHeld,
    WrongCampaign,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerificationWithdrawalReason {
    ToBeCorrected,
    EvidenceInvalid,
    EnteredInError,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verification {
    pub office: OfficeId,
    pub sessions: u32,
    pub people: u64,
    pub on: Date,
    /// Whether more was reported since.
    pub outdated: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeReceipt {
    pub at: OffsetDateTime,
    pub channel: Channel,
}

/// A rung's name, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    Assigned,
    Undeliverable,
    Delivered,
    Opened,
    Acknowledged,
    Declined,
    SessionHeld,
    ReachReported,
    Verified,
}

/// What is known on the campaign's side when a report comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub recipient: Recipient,
    /// `None` when the campaign was not assigned to the community.
    pub assigned: Option<Assigned>,
    /// The newest version that was published.
    pub newest: Version,
    /// When the material was withdrawn.
    pub withdrawn_at: Option<OffsetDateTime>,
    pub now: OffsetDateTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assigned {
    pub version: Version,
    pub at: OffsetDateTime,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Receive {
        kind: ReceiptKind,
        receipt: Receipt,
    },
    Decline {
        reason: DeclineReason,
        note: Option<VaultRef>,
        at: OffsetDateTime,
    },
    /// Of one channel: another one may reach the community.
    Fail {
        channel: Channel,
        reason: UndeliverableReason,
        at: OffsetDateTime,
    },
    HoldSession {
        id: SessionId,
        session: Session,
    },
    CorrectSession {
        id: SessionId,
        session: Session,
    },
    WithdrawSession {
        id: SessionId,
        reason: SessionWithdrawalReason,
    },
    ReportReach(Reach),
    CorrectReach(Reach),
    /// By an office: what was reported until now is so.
    Verify {
        office: OfficeId,
    },
    WithdrawVerification {
        office: OfficeId,
        reason: VerificationWithdrawalReason,
    },
    /// `issued_at` is when the community was told; `None` when it was not.
    AcknowledgeNotice {
        notice: Notice,
        issued_at: Option<OffsetDateTime>,
        channel: Channel,
        at: OffsetDateTime,
    },
}

/// What happened, and to whom: the first event of a delivery may be any of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub recipient: Recipient,
    pub fact: Fact,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    Received { kind: ReceiptKind, receipt: Receipt },
    ReceiptCorrected { kind: ReceiptKind, receipt: Receipt },
    Declined { decline: Decline, note: Option<VaultRef> },
    Undeliverable { channel: Channel, failure: Failure },
    SessionHeld { id: SessionId, session: Session },
    SessionCorrected { id: SessionId, before: Session, after: Session, on: Date },
    SessionWithdrawn { id: SessionId, reason: SessionWithdrawalReason, on: Date },
    ReachReported(Reach),
    ReachCorrected { before: Reach, after: Reach, on: Date },
    Verified { office: OfficeId, sessions: u32, people: u64, on: Date },
    VerificationWithdrawn { office: OfficeId, reason: VerificationWithdrawalReason, on: Date },
    NoticeAcknowledged { notice: Notice, receipt: NoticeReceipt },
}

impl Delivery {
    /// The highest rung. Who declined has, whatever was received before or after; people who were told were told all the same.
    #[must_use]
    pub fn status(&self) -> Status {
        if self.verification.is_some() {
            Status::Verified
        } else if self.reach.is_some() {
            Status::ReachReported
        } else if self.counted_sessions().next().is_some() {
            Status::SessionHeld
        } else if self.declined.is_some() {
            Status::Declined
        } else if let Some((kind, _)) = self.receipts.last_key_value() {
            match kind {
                ReceiptKind::Delivered => Status::Delivered,
                ReceiptKind::Opened => Status::Opened,
                ReceiptKind::Acknowledged => Status::Acknowledged,
            }
        } else if self.undeliverable.is_empty() {
            Status::Assigned
        } else {
            Status::Undeliverable
        }
    }

    /// Those that were not withdrawn.
    pub fn counted_sessions(&self) -> impl Iterator<Item = &HeldSession> {
        self.sessions.iter().filter(|held| !held.withdrawn)
    }

    /// People reached, 0 when that is not reported.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.reach.as_ref().map_or(0, Reach::people)
    }
}
