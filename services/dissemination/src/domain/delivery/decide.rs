//! What happens when something is reported of a delivery.

use time::{Date, Duration, OffsetDateTime};

use super::{
    Assigned, Command, Decline, Delivery, DeliveryError, Event, Fact, Failure, HeldSession, MAX_SESSIONS,
    NoticeReceipt, Reach, Receipt, ReceiptKind, Session, Told,
};
use crate::domain::{
    Refusal,
    ids::{OfficeId, SessionId},
};

/// How far a reporter's clock may be ahead of ours.
const CLOCKS_DIFFER: Duration = Duration::minutes(5);

/// What is known already decides nothing.
pub fn decide(state: Option<&Delivery>, told: &Told, command: Command) -> Result<Vec<Event>, Refusal> {
    let assigned = told.assigned.ok_or(DeliveryError::NotAssigned)?;
    // The first report says where the delivery belongs.
    let recipient = state.map_or(told.recipient, |delivery| delivery.recipient);
    let reported = Reported { state, told, assigned, today: recipient.seat.today(told.now) };
    let fact = reported.decide(command)?;
    Ok(fact.map(|fact| Event { recipient, fact }).into_iter().collect())
}

struct Reported<'a> {
    state: Option<&'a Delivery>,
    told: &'a Told,
    assigned: Assigned,
    /// At the community's seat.
    today: Date,
}

impl Reported<'_> {
    fn decide(&self, command: Command) -> Result<Option<Fact>, DeliveryError> {
        let today = self.today;
        match command {
            Command::Receive { kind, receipt } => self.receive(kind, receipt),
            Command::Decline { reason, note, at } => {
                self.after_assignment(at)?;
                match self.state.and_then(|delivery| delivery.declined) {
                    Some(declined) if declined.reason == reason => Ok(None),
                    Some(_) => Err(DeliveryError::DeclinedOtherwise),
                    None if self.has_told() => Err(DeliveryError::ToldAlready),
                    None => Ok(Some(Fact::Declined { decline: Decline { reason, at }, note })),
                }
            }
            Command::Fail { channel, reason, at } => {
                self.after_assignment(at)?;
                let known = self.state.is_some_and(|delivery| delivery.undeliverable.contains_key(&channel));
                Ok((!known).then_some(Fact::Undeliverable { channel, failure: Failure { reason, at } }))
            }
            Command::HoldSession { id, session } => self.hold(id, session),
            Command::CorrectSession { id, session } => {
                let held = self.session(id)?;
                self.day(session.held_on())?;
                match held {
                    HeldSession { withdrawn: true, .. } => Err(DeliveryError::SessionWithdrawn),
                    held if held.session == session => Ok(None),
                    held => {
                        self.correctable()?;
                        Ok(Some(Fact::SessionCorrected { id, before: held.session, after: session, on: today }))
                    }
                }
            }
            Command::WithdrawSession { id, reason } => {
                if self.session(id)?.withdrawn {
                    return Ok(None);
                }
                self.correctable()?;
                Ok(Some(Fact::SessionWithdrawn { id, reason, on: today }))
            }
            Command::ReportReach(reach) => {
                self.day(reach.counted_on())?;
                match self.reach() {
                    None => Ok(Some(Fact::ReachReported(reach))),
                    Some(known) if *known == reach => Ok(None),
                    Some(_) => Err(DeliveryError::ReachReportedOtherwise),
                }
            }
            Command::CorrectReach(after) => {
                self.day(after.counted_on())?;
                let before = self.reach().ok_or(DeliveryError::ReachNotReported)?;
                if *before == after {
                    return Ok(None);
                }
                self.correctable()?;
                Ok(Some(Fact::ReachCorrected { before: before.clone(), after, on: today }))
            }
            Command::Verify { office } => self.verify(office),
            Command::WithdrawVerification { office, reason } => {
                self.state.and_then(|delivery| delivery.verification).ok_or(DeliveryError::NotVerified)?;
                Ok(Some(Fact::VerificationWithdrawn { office, reason, on: today }))
            }
            Command::AcknowledgeNotice { notice, issued_at, channel, at } => {
                if at < issued_at.ok_or(DeliveryError::NoticeNotIssued)? {
                    return Err(DeliveryError::BeforeNotice);
                }
                self.after_assignment(at)?;
                let known = self.state.is_some_and(|delivery| delivery.notices.contains_key(&notice));
                let receipt = NoticeReceipt { at, channel };
                Ok((!known).then_some(Fact::NoticeAcknowledged { notice, receipt }))
            }
        }
    }

    /// Of two reports the one of the earlier time stands, whichever comes first.
    fn receive(&self, kind: ReceiptKind, receipt: Receipt) -> Result<Option<Fact>, DeliveryError> {
        self.after_assignment(receipt.at)?;
        if !(self.assigned.version..=self.told.newest).contains(&receipt.version) {
            return Err(DeliveryError::VersionNotShown);
        }
        match self.told.withdrawn_at {
            // What was on its way arrives all the same, but nobody opens it or takes it on.
            Some(withdrawn) if kind > ReceiptKind::Delivered && receipt.at >= withdrawn => {
                return Err(DeliveryError::Withdrawn(withdrawn));
            }
            _ => {}
        }
        Ok(match self.state.and_then(|delivery| delivery.receipts.get(&kind)) {
            None => Some(Fact::Received { kind, receipt }),
            Some(known) if receipt < *known => Some(Fact::ReceiptCorrected { kind, receipt }),
            Some(_) => None,
        })
    }

    fn hold(&self, id: SessionId, session: Session) -> Result<Option<Fact>, DeliveryError> {
        self.day(session.held_on())?;
        match self.session(id) {
            Ok(HeldSession { withdrawn: true, .. }) => Err(DeliveryError::SessionWithdrawn),
            Ok(held) if held.session == session => Ok(None),
            Ok(_) => Err(DeliveryError::SessionReportedOtherwise),
            Err(_) if self.state.is_some_and(|delivery| delivery.sessions.len() >= MAX_SESSIONS) => {
                Err(DeliveryError::TooManySessions)
            }
            Err(_) => Ok(Some(Fact::SessionHeld { id, session })),
        }
    }

    fn verify(&self, office: OfficeId) -> Result<Option<Fact>, DeliveryError> {
        let delivery = self.state.filter(|_| self.has_told()).ok_or(DeliveryError::NothingToVerify)?;
        if delivery.verification.is_some_and(|verification| !verification.outdated) {
            return Ok(None);
        }
        let sessions = u32::try_from(delivery.counted_sessions().count()).expect("a delivery has few sessions");
        Ok(Some(Fact::Verified { office, sessions, people: delivery.people(), on: self.today }))
    }

    fn session(&self, id: SessionId) -> Result<&HeldSession, DeliveryError> {
        let mut sessions = self.state.into_iter().flat_map(|delivery| &delivery.sessions);
        sessions.find(|held| held.id == id).ok_or(DeliveryError::SessionNotFound)
    }

    fn reach(&self) -> Option<&Reach> {
        self.state.and_then(|delivery| delivery.reach.as_ref())
    }

    /// Whether people were told, as far as it was reported.
    fn has_told(&self) -> bool {
        self.state.is_some_and(|delivery| delivery.reach.is_some() || delivery.counted_sessions().next().is_some())
    }

    fn correctable(&self) -> Result<(), DeliveryError> {
        let verified = self.state.is_some_and(|delivery| delivery.verification.is_some());
        if verified { Err(DeliveryError::Verified) } else { Ok(()) }
    }

    fn after_assignment(&self, at: OffsetDateTime) -> Result<(), DeliveryError> {
        if at > self.told.now + CLOCKS_DIFFER {
            Err(DeliveryError::InFuture)
        } else if at < self.assigned.at {
            Err(DeliveryError::BeforeAssignment)
        } else {
            Ok(())
        }
    }

    fn day(&self, day: Date) -> Result<(), DeliveryError> {
        if day > self.today {
            Err(DeliveryError::InFuture)
        } else if day < self.told.recipient.seat.today(self.assigned.at) {
            Err(DeliveryError::BeforeAssignment)
        } else {
            Ok(())
        }
    }
}
