//! What events make of a delivery.

use std::collections::BTreeMap;

use super::{Delivery, Event, Fact, HeldSession, Recipient, Verification};
use crate::domain::ids::SessionId;

/// The delivery after `event`; the first one may be any.
#[must_use]
pub fn evolve(state: Option<Delivery>, event: &Event) -> Option<Delivery> {
    let mut delivery = state.unwrap_or_else(|| begun(event.recipient));
    match &event.fact {
        Fact::Received { kind, receipt } | Fact::ReceiptCorrected { kind, receipt } => {
            delivery.receipts.insert(*kind, *receipt);
        }
        Fact::Declined { decline, .. } => delivery.declined = Some(*decline),
        Fact::Undeliverable { channel, failure } => {
            delivery.undeliverable.insert(*channel, *failure);
        }
        Fact::SessionHeld { id, session } => {
            delivery.sessions.push(HeldSession { id: *id, session: *session, withdrawn: false });
            delivery.outdate();
        }
        Fact::SessionCorrected { id, after, .. } => {
            if let Some(held) = delivery.session_mut(*id) {
                held.session = *after;
            }
        }
        Fact::SessionWithdrawn { id, .. } => {
            if let Some(held) = delivery.session_mut(*id) {
                held.withdrawn = true;
            }
        }
        Fact::ReachReported(reach) => {
            delivery.reach = Some(reach.clone());
            delivery.outdate();
        }
        Fact::ReachCorrected { after, .. } => delivery.reach = Some(after.clone()),
        Fact::Verified { office, sessions, people, on } => {
            let (office, sessions, people, on) = (*office, *sessions, *people, *on);
            delivery.verification = Some(Verification { office, sessions, people, on, outdated: false });
        }
        Fact::VerificationWithdrawn { .. } => delivery.verification = None,
        Fact::NoticeAcknowledged { notice, receipt } => {
            delivery.notices.insert(*notice, *receipt);
        }
    }
    Some(delivery)
}

fn begun(recipient: Recipient) -> Delivery {
    Delivery {
        recipient,
        receipts: BTreeMap::new(),
        declined: None,
        undeliverable: BTreeMap::new(),
        sessions: Vec::new(),
        reach: None,
        verification: None,
        notices: BTreeMap::new(),
    }
}

impl Delivery {
    fn session_mut(&mut self, id: SessionId) -> Option<&mut HeldSession> {
        self.sessions.iter_mut().find(|held| held.id == id)
    }

    /// More was reported than what was verified.
    fn outdate(&mut self) {
        if let Some(verification) = &mut self.verification {
            verification.outdated = true;
        }
    }
}
