//! Notices of a batch: corrections and withdrawals that its communities are told, and how many took notice. Pure.

use time::OffsetDateTime;

use super::event::{Issued, Regency};
use crate::pages::{Funnel, NoticeKind};

/// A correction by a version, or the withdrawal of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Notice {
    pub kind: NoticeKind,
    pub version: i32,
}

/// A batch of communities that got a campaign.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    pub regency: Regency,
    pub assigned_at: OffsetDateTime,
    /// Its communities that are still there.
    pub followed: i64,
    pub notices: Vec<Told>,
}

/// One notice to a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    pub notice: Notice,
    /// The how-manieth notice of the batch it is; `None` while it was not issued, as far as is known.
    pub turn: Option<i32>,
    pub issued_at: Option<OffsetDateTime>,
    /// Communities, still there, that took notice of it.
    pub acknowledged: i64,
}

impl Batch {
    #[must_use]
    pub fn assigned(regency: Regency, at: OffsetDateTime) -> Self {
        Self { regency, assigned_at: at, followed: 0, notices: Vec::new() }
    }

    pub fn issue(&mut self, issued: &Issued) {
        let turn = self.newest().and_then(|told| told.turn).unwrap_or(0) + 1;
        let told = self.told_mut(issued.notice);
        if told.turn.is_none() {
            told.turn = Some(turn);
            told.issued_at = Some(issued.at);
        }
    }

    /// More communities took notice; fewer when `by` is negative.
    pub fn take_notice(&mut self, notice: Notice, by: i64) {
        self.told_mut(notice).acknowledged += by;
    }

    /// What the batch was told last: an earlier notice waits for nobody any more.
    #[must_use]
    pub fn newest(&self) -> Option<&Told> {
        self.notices.iter().filter(|told| told.turn.is_some()).max_by_key(|told| told.turn)
    }

    /// What the batch counts for beside its deliveries.
    #[must_use]
    pub fn counts(&self) -> Funnel {
        let mut funnel = Funnel::default();
        if let Some(told) = self.newest() {
            *funnel.told_mut(told.notice.kind) = self.followed;
            *funnel.took_notice_mut(told.notice.kind) = told.acknowledged;
        }
        funnel
    }

    fn told_mut(&mut self, notice: Notice) -> &mut Told {
        let known = self.notices.iter().position(|told| told.notice == notice).unwrap_or_else(|| {
            self.notices.push(Told { notice, turn: None, issued_at: None, acknowledged: 0 });
            self.notices.len() - 1
        });
        &mut self.notices[known]
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const AT: OffsetDateTime = datetime!(2026-03-02 08:00 +7);

    fn issued(kind: NoticeKind, version: i32) -> Issued {
        Issued { batch: 1, notice: Notice { kind, version }, at: AT }
    }

    #[test]
    fn the_newest_notice_is_what_a_batch_is_to_take_notice_of() {
        let mut batch = Batch { followed: 5, ..Batch::assigned(Regency::ALL_TOGETHER, AT) };
        assert!(batch.counts().is_nothing());
        let (first, second) = (issued(NoticeKind::Corrected, 2), issued(NoticeKind::Withdrawn, 2));
        batch.issue(&first);
        batch.take_notice(first.notice, 2);
        assert_eq!(batch.counts().unacknowledged(NoticeKind::Corrected), 3);
        batch.issue(&second);
        let counts = batch.counts();
        assert_eq!((counts.told(NoticeKind::Corrected), counts.told(NoticeKind::Withdrawn)), (0, 5));
        assert_eq!(counts.unacknowledged(NoticeKind::Withdrawn), 5);
    }

    #[test]
    fn a_notice_that_was_taken_before_it_is_known_to_be_issued_counts_from_then_on() {
        let mut batch = Batch { followed: 5, ..Batch::assigned(Regency::ALL_TOGETHER, AT) };
        let first = issued(NoticeKind::Corrected, 2);
        batch.take_notice(first.notice, 1);
        assert!(batch.counts().is_nothing());
        batch.issue(&first);
        assert_eq!(batch.counts().took_notice(NoticeKind::Corrected), 1);
    }
}
