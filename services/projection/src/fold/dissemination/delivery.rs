//! What the read model knows of a delivery, and what it counts for. Pure: no I/O, no clock.
//!
//! Its reports and its assignment may be folded in any order: it counts from its assignment on, with all that was reported of it.

use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{event::Fact, notice::Notice};
use crate::pages::{Funnel, Rung};

/// A campaign at a community.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivery {
    /// The batch that it was assigned in; `None` while that is not known.
    pub batch: Option<i32>,
    /// The community is no more.
    pub released: bool,
    /// When each receipt was earned, by [`Receipt`].
    pub receipts: [Option<OffsetDateTime>; 3],
    pub declined_at: Option<OffsetDateTime>,
    /// Some channel does not reach the community.
    pub undeliverable: bool,
    /// Those that count.
    pub sessions: Vec<Session>,
    pub reach: Option<Reach>,
    pub verified_on: Option<Date>,
    pub notices: Vec<Notice>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    Delivered,
    Opened,
    Acknowledged,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: Uuid,
    pub held_on: Date,
    pub attendance: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    pub on: Date,
    pub people: i64,
}

impl Delivery {
    pub fn evolve(&mut self, fact: &Fact) {
        match *fact {
            Fact::Received { receipt, at } => self.receipts[receipt as usize] = Some(at),
            Fact::Declined { at } => self.declined_at = Some(at),
            Fact::Undeliverable => self.undeliverable = true,
            Fact::Session(session) => match self.sessions.iter_mut().find(|known| known.id == session.id) {
                Some(known) => *known = session,
                None => self.sessions.push(session),
            },
            Fact::SessionWithdrawn { id } => self.sessions.retain(|known| known.id != id),
            Fact::Reach { on, people } => self.reach = Some(Reach { on, people }),
            Fact::Verified { on } => self.verified_on = Some(on),
            Fact::VerificationWithdrawn => self.verified_on = None,
            Fact::TookNotice(notice) => {
                if !self.notices.contains(&notice) {
                    self.notices.push(notice);
                }
            }
        }
    }

    /// Whether its community is to be told what becomes of the material.
    #[must_use]
    pub fn is_followed(&self) -> bool {
        self.batch.is_some() && !self.released
    }

    /// The first day on which a session was held.
    #[must_use]
    pub fn session_on(&self) -> Option<Date> {
        self.sessions.iter().map(|session| session.held_on).min()
    }

    #[must_use]
    pub fn attendance(&self) -> i64 {
        self.sessions.iter().map(|session| i64::from(session.attendance)).sum()
    }

    /// What it counts for; nothing before its assignment is known.
    #[must_use]
    pub fn counts(&self) -> Funnel {
        if self.batch.is_none() {
            return Funnel::default();
        }
        let mut funnel = Reported {
            receipts: self.receipts.map(|at| at.is_some()),
            declined: self.declined_at.is_some(),
            undeliverable: self.undeliverable,
            sessions: i64::try_from(self.sessions.len()).expect("a delivery has few sessions"),
            attendance: self.attendance(),
            people: self.reach.map(|reach| reach.people),
            verified: self.verified_on.is_some(),
        }
        .counts();
        *funnel.released_mut() = i64::from(self.released);
        funnel
    }
}

/// What was reported of an assigned delivery, as far as it is counted.
#[derive(Clone, Copy, Debug)]
pub struct Reported {
    /// By [`Receipt`].
    pub receipts: [bool; 3],
    pub declined: bool,
    pub undeliverable: bool,
    pub sessions: i64,
    pub attendance: i64,
    /// `None` when no reach was reported.
    pub people: Option<i64>,
    pub verified: bool,
}

impl Reported {
    /// One delivery in each figure that it counts for.
    #[must_use]
    pub fn counts(&self) -> Funnel {
        let mut funnel = Funnel::default();
        let told = self.sessions > 0 || self.people.is_some() || self.verified;
        let [delivered, opened, acknowledged] = self.receipts;
        let own = [delivered, opened, acknowledged, self.sessions > 0, self.people.is_some(), self.verified];
        let said = Rung::REPORTED.into_iter().zip(own).filter(|(_, said)| *said);
        let highest = said.map(|(rung, _)| rung).max();
        for rung in Rung::ALL.into_iter().filter(|rung| *rung <= highest.unwrap_or(Rung::Assigned)) {
            *funnel.reached_mut(rung) = 1;
        }
        for (rung, said) in Rung::REPORTED.into_iter().zip(own) {
            *funnel.reported_mut(rung) = i64::from(said);
        }
        // Who declined has, whatever was received before or after; people who were told were told all the same.
        *funnel.declined_mut() = i64::from(self.declined && !told);
        *funnel.undeliverable_mut() = i64::from(self.undeliverable && !self.declined && highest.is_none());
        *funnel.sessions_mut() = self.sessions;
        *funnel.attendance_mut() = self.attendance;
        *funnel.people_mut() = self.people.unwrap_or_default();
        funnel
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    fn received(receipt: Receipt) -> Fact {
        Fact::Received { receipt, at: datetime!(2026-03-02 08:00 +7) }
    }

    fn session(id: u128, attendance: i32) -> Fact {
        Fact::Session(Session { id: Uuid::from_u128(id), held_on: date!(2026 - 03 - 05), attendance })
    }

    const REACH: Fact = Fact::Reach { on: date!(2026 - 03 - 09), people: 120 };
    const DECLINED: Fact = Fact::Declined { at: datetime!(2026-03-03 08:00 +7) };
    const VERIFIED: Fact = Fact::Verified { on: date!(2026 - 03 - 20) };

    fn counted(facts: &[Fact]) -> Funnel {
        let mut delivery = Delivery { batch: Some(1), ..Delivery::default() };
        for fact in facts {
            delivery.evolve(fact);
        }
        delivery.counts()
    }

    /// The highest rung reached, what else it counts as, and the rungs that were reported themselves.
    #[test]
    fn a_delivery_reaches_all_rungs_up_to_the_highest_that_was_reported() {
        use Receipt::{Acknowledged, Delivered, Opened};
        let (held, withdrawn) = (session(7, 30), Fact::SessionWithdrawn { id: Uuid::from_u128(7) });
        for (facts, highest, itself, declined, undeliverable) in [
            (vec![], Rung::Assigned, vec![], 0, 0),
            (vec![Fact::Undeliverable], Rung::Assigned, vec![], 0, 1),
            (vec![Fact::Undeliverable, received(Delivered)], Rung::Delivered, vec![Rung::Delivered], 0, 0),
            (vec![received(Acknowledged)], Rung::Acknowledged, vec![Rung::Acknowledged], 0, 0),
            (
                vec![received(Acknowledged), received(Delivered)],
                Rung::Acknowledged,
                vec![Rung::Delivered, Rung::Acknowledged],
                0,
                0,
            ),
            (vec![received(Opened), DECLINED], Rung::Opened, vec![Rung::Opened], 1, 0),
            (vec![DECLINED, Fact::Undeliverable], Rung::Assigned, vec![], 1, 0),
            (vec![DECLINED, held.clone()], Rung::SessionHeld, vec![Rung::SessionHeld], 0, 0),
            (vec![DECLINED, held.clone(), withdrawn.clone()], Rung::Assigned, vec![], 1, 0),
            (vec![held.clone(), REACH], Rung::ReachReported, vec![Rung::SessionHeld, Rung::ReachReported], 0, 0),
            (
                vec![held.clone(), VERIFIED, Fact::VerificationWithdrawn],
                Rung::SessionHeld,
                vec![Rung::SessionHeld],
                0,
                0,
            ),
            (vec![REACH, VERIFIED], Rung::Verified, vec![Rung::ReachReported, Rung::Verified], 0, 0),
        ] {
            let funnel = counted(&facts);
            for rung in Rung::ALL {
                assert_eq!(funnel.reached(rung), i64::from(rung <= highest), "{rung:?} after {facts:?}");
            }
            for rung in Rung::REPORTED {
                assert_eq!(funnel.reported(rung), i64::from(itself.contains(&rung)), "{rung:?} after {facts:?}");
            }
            assert_eq!((funnel.declined(), funnel.undeliverable()), (declined, undeliverable), "{facts:?}");
        }
    }

    #[test]
    fn what_is_corrected_counts_as_it_was_corrected() {
        let funnel = counted(&[session(7, 30), session(8, 5), session(7, 20), REACH]);
        assert_eq!((funnel.sessions(), funnel.attendance(), funnel.people()), (2, 25, 120));
        let corrected = Fact::Reach { on: date!(2026 - 03 - 10), people: 90 };
        assert_eq!(counted(&[REACH, corrected]).people(), 90);
    }

    #[test]
    fn nothing_counts_before_its_assignment_is_known() {
        let mut delivery = Delivery::default();
        delivery.evolve(&received(Receipt::Acknowledged));
        assert!(delivery.counts().is_nothing());
        delivery.batch = Some(3);
        assert_eq!(delivery.counts().reached(Rung::Acknowledged), 1);
    }
}
