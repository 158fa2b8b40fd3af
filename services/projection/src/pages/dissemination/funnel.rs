//! How far deliveries came: the ladder's funnel, which is folded, summed and shown as one thing.
//!
//! A delivery is one campaign at one community. It has *reached* a rung when that rung or a higher one was reported of it, so that no
//! rung holds more deliveries than the one below; and a rung was *reported* of it when its own report came. A community that was
//! told to have held a session without having confirmed the material is such a difference between the two.

/// A rung of the ladder, from the lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rung {
    Assigned,
    Delivered,
    Opened,
    Acknowledged,
    SessionHeld,
    ReachReported,
    Verified,
}

impl Rung {
    pub const ALL: [Self; 7] = [
        Self::Assigned,
        Self::Delivered,
        Self::Opened,
        Self::Acknowledged,
        Self::SessionHeld,
        Self::ReachReported,
        Self::Verified,
    ];
    /// Those that are reported.
    pub const REPORTED: [Self; 6] =
        [Self::Delivered, Self::Opened, Self::Acknowledged, Self::SessionHeld, Self::ReachReported, Self::Verified];
}

/// A correction or a withdrawal of what communities got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    Corrected,
    Withdrawn,
}

impl NoticeKind {
    pub const ALL: [Self; 2] = [Self::Corrected, Self::Withdrawn];
}

/// Counts of deliveries, and of what was told with them. All of them are sums: of campaigns, of regions, or of changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funnel(pub [i64; Funnel::COLUMNS.len()]);

impl Funnel {
    /// As the read model names them.
    pub const COLUMNS: [&'static str; 23] = [
        "assigned",
        "delivered",
        "opened",
        "acknowledged",
        "session_held",
        "reach_reported",
        "verified",
        "delivered_itself",
        "opened_itself",
        "acknowledged_itself",
        "session_held_itself",
        "reach_reported_itself",
        "verified_itself",
        "declined",
        "undeliverable",
        "released",
        "sessions",
        "attendance",
        "people",
        "corrected_told",
        "corrected_acknowledged",
        "withdrawn_told",
        "withdrawn_acknowledged",
    ];
    const REPORTED: usize = 6;
    const DECLINED: usize = 13;
    const UNDELIVERABLE: usize = 14;
    const RELEASED: usize = 15;
    const SESSIONS: usize = 16;
    const ATTENDANCE: usize = 17;
    const PEOPLE: usize = 18;
    const NOTICES: usize = 19;

    /// Deliveries that reached a rung.
    #[must_use]
    pub fn reached(&self, rung: Rung) -> i64 {
        self.0[rung as usize]
    }

    pub fn reached_mut(&mut self, rung: Rung) -> &mut i64 {
        &mut self.0[rung as usize]
    }

    /// Deliveries of which a rung's own report came. All were assigned.
    #[must_use]
    pub fn reported(&self, rung: Rung) -> i64 {
        self.0[Self::own(rung)]
    }

    pub fn reported_mut(&mut self, rung: Rung) -> &mut i64 {
        &mut self.0[Self::own(rung)]
    }

    const fn own(rung: Rung) -> usize {
        match rung {
            Rung::Assigned => 0,
            higher => Self::REPORTED + higher as usize,
        }
    }

    #[must_use]
    pub fn assigned(&self) -> i64 {
        self.reached(Rung::Assigned)
    }

    /// Deliveries whose community does not take the material on, and told nobody.
    #[must_use]
    pub fn declined(&self) -> i64 {
        self.0[Self::DECLINED]
    }

    pub fn declined_mut(&mut self) -> &mut i64 {
        &mut self.0[Self::DECLINED]
    }

    /// Deliveries of which nothing is known but that a channel does not reach the community.
    #[must_use]
    pub fn undeliverable(&self) -> i64 {
        self.0[Self::UNDELIVERABLE]
    }

    pub fn undeliverable_mut(&mut self) -> &mut i64 {
        &mut self.0[Self::UNDELIVERABLE]
    }

    /// Deliveries whose community was taken out since, as it is no more; they stay among the assigned.
    #[must_use]
    pub fn released(&self) -> i64 {
        self.0[Self::RELEASED]
    }

    pub fn released_mut(&mut self) -> &mut i64 {
        &mut self.0[Self::RELEASED]
    }

    /// Sessions that count.
    #[must_use]
    pub fn sessions(&self) -> i64 {
        self.0[Self::SESSIONS]
    }

    pub fn sessions_mut(&mut self) -> &mut i64 {
        &mut self.0[Self::SESSIONS]
    }

    /// People who came to them.
    #[must_use]
    pub fn attendance(&self) -> i64 {
        self.0[Self::ATTENDANCE]
    }

    pub fn attendance_mut(&mut self) -> &mut i64 {
        &mut self.0[Self::ATTENDANCE]
    }

    /// People reached, as communities counted them.
    #[must_use]
    pub fn people(&self) -> i64 {
        self.0[Self::PEOPLE]
    }

    pub fn people_mut(&mut self) -> &mut i64 {
        &mut self.0[Self::PEOPLE]
    }

    /// Communities that were told of a correction or a withdrawal as the newest notice of their batch, and are still there.
    #[must_use]
    pub fn told(&self, kind: NoticeKind) -> i64 {
        self.0[Self::notices(kind)]
    }

    pub fn told_mut(&mut self, kind: NoticeKind) -> &mut i64 {
        &mut self.0[Self::notices(kind)]
    }

    /// Those of them that took notice.
    #[must_use]
    pub fn took_notice(&self, kind: NoticeKind) -> i64 {
        self.0[Self::notices(kind) + 1]
    }

    pub fn took_notice_mut(&mut self, kind: NoticeKind) -> &mut i64 {
        &mut self.0[Self::notices(kind) + 1]
    }

    /// Those of them that did not yet.
    #[must_use]
    pub fn unacknowledged(&self, kind: NoticeKind) -> i64 {
        self.told(kind) - self.took_notice(kind)
    }

    const fn notices(kind: NoticeKind) -> usize {
        Self::NOTICES + 2 * kind as usize
    }

    pub fn add(&mut self, other: &Self) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum += more;
        }
    }

    pub fn take_away(&mut self, other: &Self) {
        for (sum, less) in self.0.iter_mut().zip(other.0) {
            *sum -= less;
        }
    }

    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl<'f> std::iter::Sum<&'f Funnel> for Funnel {
    fn sum<I: Iterator<Item = &'f Funnel>>(funnels: I) -> Self {
        funnels.fold(Self::default(), |mut sum, funnel| {
            sum.add(funnel);
            sum
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_figure_has_a_column_of_its_own_under_its_name() {
        let mut funnel = Funnel::default();
        let mut next = 0;
        let mut number = |column: &mut i64| {
            next += 1;
            *column = next;
        };
        for rung in Rung::ALL {
            number(funnel.reached_mut(rung));
        }
        for rung in Rung::REPORTED {
            number(funnel.reported_mut(rung));
        }
        number(funnel.declined_mut());
        number(funnel.undeliverable_mut());
        number(funnel.released_mut());
        number(funnel.sessions_mut());
        number(funnel.attendance_mut());
        number(funnel.people_mut());
        for kind in NoticeKind::ALL {
            number(funnel.told_mut(kind));
            number(funnel.took_notice_mut(kind));
        }
        let numbered: Vec<i64> = (1..).take(Funnel::COLUMNS.len()).collect();
        assert_eq!(funnel.0.to_vec(), numbered);
    }
}
