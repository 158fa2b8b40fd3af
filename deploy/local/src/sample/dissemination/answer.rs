//! What one community makes of one campaign.

use time::{Date, Duration, OffsetDateTime, Time, macros::time};

use super::{
    campaign::Campaign,
    ladder::{Climbed, climb},
    lesson::Asked,
    material::Material,
    notice, question,
    report::What,
    session::{self, Session},
    standing::{Known, Standing},
    verification,
};
use crate::sample::{
    dice::{Dice, Topic},
    plan::Kim,
    zone,
};

/// A campaign at a community that is in its audience.
#[derive(Clone, Copy)]
pub struct Answering<'a> {
    pub campaign: &'a Campaign,
    pub material: &'a Material,
    pub community: (&'a Kim, &'a Known, Standing),
}

/// All that comes of it.
#[derive(Default)]
pub struct Answer {
    /// With the moment at which each is written down.
    pub reports: Vec<(OffsetDateTime, What)>,
    /// What is corrected, and what the office verifies, each at a stop of its own.
    pub turns: Vec<(Date, verification::Turn)>,
    pub question: Option<Question>,
}

/// What was asked in a session, and what became of it.
pub struct Question {
    pub session: Session,
    pub asked: &'static Asked,
    pub turns: Vec<(Date, question::Turn)>,
}

impl Answering<'_> {
    #[must_use]
    pub fn answer(self) -> Answer {
        let mut answer = Answer::default();
        let Climbed { reports, delivered_on, opened, takes_on } = climb(self);
        answer.reports = reports;
        if let Some(on) = delivered_on {
            answer.reports.extend(notice::acknowledged(self, on, opened));
        }
        let told = takes_on.map(|on| session::held(self, on)).unwrap_or_default();
        answer.reports.extend(told.reports());
        // Nothing more is heard of a community that is about to end.
        let until = self.community.1.tells_until();
        answer.reports.retain(|(recorded, _)| recorded.date() <= until);
        if !told.sessions.is_empty() && told.recorded().is_some_and(|last| last.date() < until) {
            answer.turns = verification::turns(self, &told);
            answer.question = question::asked(self, &told, until);
        }
        answer.turns.retain(|(on, _)| *on <= until);
        answer
    }

    /// Throws about one matter of this delivery.
    #[must_use]
    pub fn dice(&self, topic: Topic) -> Dice {
        Dice::of(topic, u64::from(self.number()), self.campaign.key())
    }

    #[must_use]
    pub fn number(&self) -> u32 {
        self.community.0.number
    }

    #[must_use]
    pub fn standing(&self) -> Standing {
        self.community.2
    }

    /// A moment of `day` at the community.
    #[must_use]
    pub fn at(&self, day: Date, time: Time) -> OffsetDateTime {
        zone::at(&self.community.0.record.seat, day).replace_time(time)
    }

    /// When something is written down on `day`: between noon and nine at night there.
    #[must_use]
    pub fn recorded(&self, day: Date, dice: &mut Dice) -> OffsetDateTime {
        self.at(day, time!(12:00)) + Duration::seconds(i64::from(dice.below(9 * 3_600)))
    }

    /// The day on which the material is not opened any more.
    #[must_use]
    pub fn withdrawn_on(&self) -> Date {
        self.material.withdrawn().map_or(Date::MAX, |(on, _)| on)
    }
}
