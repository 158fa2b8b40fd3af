//! How communities tell people, and how many they reach.

use time::{Date, Duration, OffsetDateTime};

use super::{answer::Answering, report::What};
use crate::sample::{
    dice::{Dice, Topic},
    month::Month,
};

/// People who were told, together. A delivery has one a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    pub held_on: Date,
    pub channel: SessionChannel,
    pub attendance: u32,
    pub women: Option<u32>,
}

/// People reached, as the community counted them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    pub counted_on: Date,
    /// Each channel once.
    pub by_channel: [Option<(SessionChannel, u32)>; MOST_SESSIONS],
}

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
}

use SessionChannel::{
    HouseVisit, Loudspeaker, Meeting, MessagingGroup, OnlineMeeting, Performance, Print, Radio, SocialMedia,
};

/// Channels with their weights: as long as people were not to meet, and since.
const APART: [(SessionChannel, u32); 6] =
    [(MessagingGroup, 40), (Loudspeaker, 20), (SocialMedia, 18), (HouseVisit, 10), (OnlineMeeting, 8), (Print, 4)];
const TOGETHER: [(SessionChannel, u32); 9] = [
    (Meeting, 46),
    (MessagingGroup, 17),
    (SocialMedia, 11),
    (HouseVisit, 8),
    (Loudspeaker, 6),
    (Radio, 3),
    (Print, 3),
    (Performance, 3),
    (OnlineMeeting, 3),
];
const TOGETHER_SINCE: Month = Month::new(2022, 4);

const MOST_SESSIONS: usize = 3;
/// How likely there is a second session, and a third after it.
const AGAIN: f64 = 0.30;
/// How likely women are counted where people sit together.
const WOMEN_COUNTED: f64 = 0.45;
/// How likely the community counts whom it reached: the form asks for it, and it is one more evening's work.
const COUNTED: f64 = 0.68;

/// What a community did with a campaign, each with the moment at which it is written down.
#[derive(Debug, Default)]
pub struct Told {
    /// In the order of their days.
    pub sessions: Vec<(OffsetDateTime, Session)>,
    pub reach: Option<(OffsetDateTime, Reach)>,
}

impl Told {
    pub fn reports(&self) -> impl Iterator<Item = (OffsetDateTime, What)> {
        let sessions = self.sessions.iter().map(|(recorded, session)| (*recorded, What::Session(*session)));
        sessions.chain(self.reach.iter().map(|(recorded, reach)| (*recorded, What::Reach(*reach))))
    }

    /// When the last of the sessions is written down.
    #[must_use]
    pub fn recorded(&self) -> Option<OffsetDateTime> {
        self.sessions.iter().map(|(recorded, _)| *recorded).max()
    }
}

/// The sessions of a community that took a campaign on, on `day`.
#[must_use]
pub fn held(answering: Answering<'_>, day: Date) -> Told {
    let mut dice = answering.dice(Topic::Session);
    let mut told = Told::default();
    let last = answering.campaign.until.max(day + Duration::days(4));
    let mut held_on = day;
    while told.sessions.len() < MOST_SESSIONS && (told.sessions.is_empty() || dice.chance(AGAIN)) {
        held_on += Duration::days(i64::from(dice.between(1, 12)));
        held_on = if told.sessions.is_empty() { held_on.min(last) } else { held_on };
        if held_on > last || held_on >= answering.withdrawn_on() {
            break;
        }
        let recorded_on = held_on + Duration::days(delay(&mut dice));
        told.sessions.push((answering.recorded(recorded_on, &mut dice), session(held_on, &mut dice)));
    }
    if let Some(recorded) = told.recorded()
        && dice.chance(COUNTED)
    {
        let sessions: Vec<Session> = told.sessions.iter().map(|(_, session)| *session).collect();
        let reach = reach(&sessions, &mut dice);
        let recorded_on = recorded.date().max(reach.counted_on) + Duration::days(i64::from(dice.below(12)));
        told.reach = Some((answering.recorded(recorded_on, &mut dice), reach));
    }
    told
}

fn session(held_on: Date, dice: &mut Dice) -> Session {
    let channels: &[(SessionChannel, u32)] = if Month::of(held_on) < TOGETHER_SINCE { &APART } else { &TOGETHER };
    let channel = dice.weighed(channels);
    let (least, most) = match channel {
        Meeting => (12, 48),
        OnlineMeeting => (8, 32),
        HouseVisit => (4, 22),
        Radio => (80, 500),
        Loudspeaker => (60, 320),
        SocialMedia => (50, 600),
        MessagingGroup => (30, 190),
        Print => (40, 220),
        Performance => (60, 380),
    };
    let attendance = dice.between(least, most);
    let is_face_to_face = matches!(channel, Meeting | HouseVisit);
    let women = (is_face_to_face && dice.chance(WOMEN_COUNTED)).then(|| attendance * dice.between(32, 68) / 100);
    Session { held_on, channel, attendance, women }
}

/// Those of the sessions, and whom they told at home.
fn reach(sessions: &[Session], dice: &mut Dice) -> Reach {
    let mut by_channel = [None; MOST_SESSIONS];
    for session in sessions {
        let told = session.attendance * dice.between(100, 185) / 100;
        let known = by_channel.iter_mut().find(|counted| counted.is_none_or(|(channel, _)| channel == session.channel));
        let counted = known.expect("there are no more channels than sessions");
        let before = counted.map_or(0, |(_, people)| people);
        *counted = Some((session.channel, before + told));
    }
    let last = sessions.last().expect("a session was held").held_on;
    Reach { counted_on: last + Duration::days(i64::from(dice.below(6))), by_channel }
}

/// Days until a session is written down: as with activities, mostly soon, and sometimes much later.
fn delay(dice: &mut Dice) -> i64 {
    i64::from(match dice.below(100) {
        ..56 => dice.below(4),
        56..86 => dice.between(4, 14),
        86..97 => dice.between(15, 45),
        _ => dice.between(46, 120),
    })
}
