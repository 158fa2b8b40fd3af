//! A partnership (kemitraan): an agreement of an office with a community (KIM):
//! `Proposed → Signed → (Renewed) → Expired | Terminated`. A proposal that comes to nothing is `Declined`, by the other side or by
//! its own. A day is a day in the zone of the office.

use kim_values::{DocumentHash, VaultRef};
use time::{Date, Duration};

use super::Refusal;

mod agreement;
mod error;
#[cfg(test)]
pub(crate) mod histories;
mod partners;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod walks;

pub use agreement::{Agreement, Scope, Scopes};
pub use error::PartnershipError;
pub use partners::Partners;

/// How many days before the last day of an agreement its partners are reminded, the earliest first.
pub const REMINDERS: [u16; 2] = [90, 30];

/// A partnership as its events made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partnership {
    pub agreement: Agreement,
    pub proposed_by: Side,
    pub proposed_on: Date,
    pub stage: Stage,
}

/// A stage of a partnership, with what only that stage has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Proposed,
    /// `reminders` are still to come, in days before the last day.
    InForce {
        signature: Signature,
        reminders: Vec<u16>,
    },
    Expired {
        signature: Signature,
        on: Date,
    },
    Terminated {
        signature: Signature,
        on: Date,
        reason: TerminationReason,
        note: Option<VaultRef>,
    },
    Declined {
        on: Date,
        reason: DeclineReason,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    pub on: Date,
    /// Its last renewal.
    pub renewed_on: Option<Date>,
}

/// A stage's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    Proposed,
    Signed,
    Renewed,
    Expired,
    Terminated,
    Declined,
}

/// A side of an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Office,
    Community,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminationReason {
    BothAgreed,
    NotKept,
    CommunityDissolved,
    OfficeClosed,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeclineReason {
    /// By the side that had proposed it.
    Withdrawn,
    TermsNotAgreed,
    NotNeeded,
    Other,
    /// One of the sides is no more.
    PartnerGone,
}

/// `today` is the day in the zone of the office's region when the command is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Propose {
        agreement: Agreement,
        by: Side,
        partners: Partners,
        today: Date,
    },
    /// Number and document where the proposal had none yet, or other ones.
    Sign {
        on: Date,
        number: Option<VaultRef>,
        document: Option<DocumentHash>,
        partners: Partners,
        today: Date,
    },
    Renew {
        until: Date,
        document: Option<DocumentHash>,
        partners: Partners,
        today: Date,
    },
    Terminate {
        on: Date,
        reason: TerminationReason,
        note: Option<VaultRef>,
        today: Date,
    },
    Withdraw {
        by: Side,
        today: Date,
    },
    Decline {
        by: Side,
        reason: DeclineReason,
        today: Date,
    },
    /// By the policy only: `until` is what the due day was reckoned from. Decides nothing when it no longer applies.
    Remind {
        until: Date,
        due: Date,
    },
    /// By the policy only, like `Remind`.
    Expire {
        until: Date,
    },
    /// By the policy only: since that day one of the sides is no more. Decides nothing when it has ended, or is about to expire.
    LosePartner {
        side: Side,
        on: Date,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Proposed { agreement: Agreement, by: Side, on: Date },
    Signed { on: Date, number: Option<VaultRef>, document: Option<DocumentHash>, reminders: Vec<u16> },
    Renewed { on: Date, until: Date, document: Option<DocumentHash>, reminders: Vec<u16> },
    Reminded { due: Date, days_before: u16, expires_on: Date },
    Expired { on: Date },
    Terminated { on: Date, reason: TerminationReason, note: Option<VaultRef> },
    Declined { on: Date, reason: DeclineReason },
}

impl Partnership {
    #[must_use]
    pub fn status(&self) -> Status {
        match &self.stage {
            Stage::Proposed => Status::Proposed,
            Stage::InForce { signature: Signature { renewed_on: None, .. }, .. } => Status::Signed,
            Stage::InForce { .. } => Status::Renewed,
            Stage::Expired { .. } => Status::Expired,
            Stage::Terminated { .. } => Status::Terminated,
            Stage::Declined { .. } => Status::Declined,
        }
    }
}

/// The day on which an agreement until `until` has expired.
#[must_use]
pub fn expires_on(until: Date) -> Date {
    until.next_day().unwrap_or(until)
}

/// The day on which the partners are reminded, so many days before the last one.
#[must_use]
pub fn reminder_on(until: Date, days_before: u16) -> Date {
    until.checked_sub(Duration::days(days_before.into())).unwrap_or(Date::MIN)
}

/// What happens when `command` is given to a partnership.
pub fn decide(state: Option<&Partnership>, command: Command) -> Result<Vec<Event>, Refusal> {
    if let Command::Propose { agreement, by, partners, today } = command {
        return match state {
            None => propose(agreement, by, partners, today),
            Some(_) => Err(Refusal::PartnershipExists),
        };
    }
    let partnership = state.ok_or(Refusal::PartnershipNotFound)?;
    let until = partnership.agreement.until;
    match (command, &partnership.stage) {
        (Command::Propose { .. }, _) => unreachable!("decided above"),
        (Command::Sign { on, number, document, partners, today }, Stage::Proposed) => {
            partners.may_agree()?;
            if on > today {
                return Err(PartnershipError::SignedInFuture.into());
            }
            if until < today {
                return Err(PartnershipError::Over.into());
            }
            Ok(vec![Event::Signed { on, number, document, reminders: ahead(until, today) }])
        }
        (Command::Renew { until: later, document, partners, today }, Stage::InForce { .. }) => {
            partners.may_agree()?;
            if later <= until {
                return Err(PartnershipError::RenewalNotLater(until).into());
            }
            if later < today {
                return Err(PartnershipError::Over.into());
            }
            agreement::whole(expires_on(until), later)?;
            Ok(vec![Event::Renewed { on: today, until: later, document, reminders: ahead(later, today) }])
        }
        (Command::Terminate { on, reason, note, today }, Stage::InForce { signature, .. }) => {
            if on > today {
                return Err(PartnershipError::TerminatedInFuture.into());
            }
            if on < signature.on {
                return Err(PartnershipError::TerminatedBeforeSigning.into());
            }
            if on > until {
                return Err(PartnershipError::Over.into());
            }
            Ok(vec![Event::Terminated { on, reason, note }])
        }
        (Command::Withdraw { by, .. }, Stage::Proposed) if by != partnership.proposed_by => {
            Err(PartnershipError::NotOwnProposal.into())
        }
        (Command::Withdraw { today, .. }, Stage::Proposed) => {
            Ok(vec![Event::Declined { on: today, reason: DeclineReason::Withdrawn }])
        }
        (Command::Decline { by, .. }, Stage::Proposed) if by == partnership.proposed_by => {
            Err(PartnershipError::OwnProposal.into())
        }
        (Command::Decline { reason, today, .. }, Stage::Proposed) => Ok(vec![Event::Declined { on: today, reason }]),
        (Command::Sign { .. } | Command::Withdraw { .. } | Command::Decline { .. }, _) => {
            Err(PartnershipError::NotProposed(partnership.status()).into())
        }
        (Command::Renew { .. } | Command::Terminate { .. }, _) => {
            Err(PartnershipError::NotInForce(partnership.status()).into())
        }
        (Command::Remind { until: of, due }, Stage::InForce { reminders, .. }) if of == until => {
            let days_before = reminders.iter().copied().find(|&days| reminder_on(until, days) == due);
            let reminded = |days_before| Event::Reminded { due, days_before, expires_on: expires_on(until) };
            Ok(days_before.map(reminded).into_iter().collect())
        }
        (Command::Expire { until: of }, Stage::InForce { .. }) if of == until => {
            Ok(vec![Event::Expired { on: expires_on(until) }])
        }
        (Command::LosePartner { on, .. }, Stage::Proposed) => {
            Ok(vec![Event::Declined { on: on.max(partnership.proposed_on), reason: DeclineReason::PartnerGone }])
        }
        (Command::LosePartner { side, on }, Stage::InForce { signature, .. }) if on <= until => {
            let reason = match side {
                Side::Community => TerminationReason::CommunityDissolved,
                Side::Office => TerminationReason::OfficeClosed,
            };
            Ok(vec![Event::Terminated { on: on.max(signature.on), reason, note: None }])
        }
        (Command::Remind { .. } | Command::Expire { .. } | Command::LosePartner { .. }, _) => Ok(Vec::new()),
    }
}

fn propose(agreement: Agreement, by: Side, partners: Partners, today: Date) -> Result<Vec<Event>, Refusal> {
    partners.may_agree()?;
    if !partners.office_region.contains(&agreement.seat.code) {
        return Err(PartnershipError::OutsideOfficeRegion.into());
    }
    agreement.sound(today)?;
    Ok(vec![Event::Proposed { agreement, by, on: today }])
}

/// The reminders that still lie ahead.
fn ahead(until: Date, today: Date) -> Vec<u16> {
    REMINDERS.into_iter().filter(|&days| reminder_on(until, days) >= today).collect()
}

/// The partnership after `event`. `decide` makes none that does not fit its state.
#[must_use]
pub fn evolve(state: Option<Partnership>, event: &Event) -> Option<Partnership> {
    match (state, event) {
        (None, Event::Proposed { agreement, by, on }) => Some(Partnership {
            agreement: agreement.clone(),
            proposed_by: *by,
            proposed_on: *on,
            stage: Stage::Proposed,
        }),
        (Some(mut partnership), event) => {
            partnership.agreement.change(event);
            partnership.stage = next(partnership.stage, event);
            Some(partnership)
        }
        (None, _) => None,
    }
}

fn next(stage: Stage, event: &Event) -> Stage {
    match (stage, event) {
        (Stage::Proposed, Event::Signed { on, reminders, .. }) => {
            Stage::InForce { signature: Signature { on: *on, renewed_on: None }, reminders: reminders.clone() }
        }
        (Stage::Proposed, Event::Declined { on, reason }) => Stage::Declined { on: *on, reason: *reason },
        (Stage::InForce { signature, .. }, Event::Renewed { on, reminders, .. }) => {
            Stage::InForce { signature: Signature { renewed_on: Some(*on), ..signature }, reminders: reminders.clone() }
        }
        (Stage::InForce { signature, mut reminders }, Event::Reminded { days_before, .. }) => {
            reminders.retain(|days| days != days_before);
            Stage::InForce { signature, reminders }
        }
        (Stage::InForce { signature, .. }, Event::Expired { on }) => Stage::Expired { signature, on: *on },
        (Stage::InForce { signature, .. }, Event::Terminated { on, reason, note }) => {
            Stage::Terminated { signature, on: *on, reason: *reason, note: *note }
        }
        (stage, _) => stage,
    }
}
