//! How a community told people, and whom it reached.

use std::collections::BTreeMap;

use time::Date;

use crate::domain::ids::SessionId;

/// As many sessions as one delivery may have: one every day of the longest campaign.
pub const MAX_SESSIONS: usize = 366;

/// The way on which a community tells people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionChannel {
    Meeting,
    OnlineMeeting,
    HouseVisit,
    Radio,
    Loudspeaker,
    SocialMedia,
    MessagingGroup,
    Print,
    Performance,
    Other,
}

/// People who were told, together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    held_on: Date,
    channel: SessionChannel,
    attendance: u32,
    women: Option<u32>,
}

impl Session {
    /// `None` when there are more women than people.
    #[must_use]
    pub fn new(held_on: Date, channel: SessionChannel, attendance: u32, women: Option<u32>) -> Option<Self> {
        women.is_none_or(|women| women <= attendance).then_some(Self { held_on, channel, attendance, women })
    }

    #[must_use]
    pub fn held_on(&self) -> Date {
        self.held_on
    }

    #[must_use]
    pub fn channel(&self) -> SessionChannel {
        self.channel
    }

    #[must_use]
    pub fn attendance(&self) -> u32 {
        self.attendance
    }

    /// `None` when they were not counted.
    #[must_use]
    pub fn women(&self) -> Option<u32> {
        self.women
    }
}

/// A session of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldSession {
    pub id: SessionId,
    pub session: Session,
    /// That it does not count any more.
    pub withdrawn: bool,
}

/// People reached, as the community counted them by channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    counted_on: Date,
    by_channel: BTreeMap<SessionChannel, u32>,
}

impl Reach {
    /// `None` without a channel, and when one stands there twice.
    #[must_use]
    pub fn new(counted_on: Date, by_channel: Vec<(SessionChannel, u32)>) -> Option<Self> {
        let given = by_channel.len();
        let by_channel: BTreeMap<SessionChannel, u32> = by_channel.into_iter().collect();
        (given > 0 && by_channel.len() == given).then_some(Self { counted_on, by_channel })
    }

    #[must_use]
    pub fn counted_on(&self) -> Date {
        self.counted_on
    }

    /// In the order of the channels.
    pub fn by_channel(&self) -> impl Iterator<Item = (SessionChannel, u32)> {
        self.by_channel.iter().map(|(channel, people)| (*channel, *people))
    }

    #[must_use]
    pub fn people(&self) -> u64 {
        self.by_channel.values().copied().map(u64::from).sum()
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn a_session_has_no_more_women_than_people() {
        let session =
            |attendance, women| Session::new(date!(2026 - 01 - 10), SessionChannel::Meeting, attendance, women);
        assert!(session(20, Some(20)).is_some() && session(0, None).is_some());
        assert_eq!(session(20, Some(21)), None);
    }

    #[test]
    fn a_reach_has_each_channel_once() {
        use SessionChannel::{Meeting, Radio};
        let reach = |by_channel| Reach::new(date!(2026 - 01 - 10), by_channel);
        assert_eq!(reach(vec![]), None);
        assert_eq!(reach(vec![(Radio, 1), (Radio, 2)]), None);
        let reach = reach(vec![(Radio, u32::MAX), (Meeting, 2)]).expect("a reach");
        assert_eq!(reach.people(), 4_294_967_297);
        assert_eq!(reach.by_channel().collect::<Vec<_>>(), [(Meeting, 2), (Radio, u32::MAX)]);
    }
}
