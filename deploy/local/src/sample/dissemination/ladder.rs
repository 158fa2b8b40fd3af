//! How far up the ladder a campaign comes at a community, before it tells anybody: assigned, delivered, opened, acknowledged; or declined,
//! or not delivered at all.

use time::{Date, Duration, OffsetDateTime, Time, macros::time};

use super::{
    answer::Answering,
    report::{Channel, DeclineReason, Receipt, ReceiptKind, UndeliverableReason, What},
    standing::{Standing, Status},
};
use crate::sample::{
    dice::{Dice, Topic},
    month::Month,
};

/// The share of each rung among those that stand on the one before it. Nobody publishes such shares: they are of the size of what offices
/// say they get back from their groups, and each rung costs more than the one before.
struct Rungs {
    delivered: f64,
    opened: f64,
    acknowledged: f64,
    told: f64,
}

const ACTIVE: Rungs = Rungs { delivered: 0.93, opened: 0.78, acknowledged: 0.76, told: 0.42 };
/// Who has fallen silent has an address still, and rarely anybody who looks into it.
const DORMANT: Rungs = Rungs { delivered: 0.38, opened: 0.20, acknowledged: 0.25, told: 0.15 };
/// Whoever was never heard of does little more.
const REGISTERED: Rungs = Rungs { delivered: 0.42, opened: 0.28, acknowledged: 0.30, told: 0.15 };

/// How willing communities are, by year from 2020 on, against the last one, which stands for those after: people stayed at home, then
/// grew tired, and came back with the platform.
const MOOD: [f64; 5] = [0.90, 0.72, 0.80, 0.92, 1.0];
/// Who came back after a bimtek has learnt there how to answer.
const REVIVED: f64 = 1.22;
/// How much communities differ: the same ones answer again and again.
const ZEAL: (f64, f64) = (0.72, 1.28);

/// The platform brings an inbox.
const PLATFORM: Month = Month::new(2022, 10);
/// Channels with their weights, before the platform and since.
const BEFORE: [(Channel, u32); 3] = [(Channel::Office, 45), (Channel::Email, 35), (Channel::Bulletin, 20)];
const SINCE: [(Channel, u32); 4] =
    [(Channel::Inbox, 72), (Channel::Email, 11), (Channel::Office, 9), (Channel::Bulletin, 8)];

/// How often a digital channel does not reach a community: an active one, or another.
const FAILS: [f64; 2] = [0.06, 0.25];
/// How often an office brings by hand what no channel brought to an active community.
const BY_HAND: f64 = 0.45;
/// How often whoever opened it says no, instead of nothing or yes.
const DECLINED: f64 = 0.035;
/// How often a receipt comes a second time, from an officer who is not sure that it was sent.
const DOUBLED: f64 = 0.05;
/// How often an acknowledgement is known before the delivery that it is of: the paper comes later.
const OUT_OF_ORDER: f64 = 0.01;
/// How often somebody says that it arrived earlier than was known.
const EARLIER: f64 = 0.01;

/// How far it came.
pub struct Climbed {
    pub reports: Vec<(OffsetDateTime, What)>,
    pub delivered_on: Option<Date>,
    pub opened: bool,
    /// The day on which the community took it on, and will tell people.
    pub takes_on: Option<Date>,
}

#[must_use]
pub fn climb(answering: Answering<'_>) -> Climbed {
    let mut climb = Climb { answering, dice: answering.dice(Topic::Delivery), reports: Vec::new() };
    let (delivered_on, opened, takes_on) = climb.go();
    Climbed { reports: climb.reports, delivered_on, opened, takes_on }
}

struct Climb<'a> {
    answering: Answering<'a>,
    dice: Dice,
    reports: Vec<(OffsetDateTime, What)>,
}

impl Climb<'_> {
    /// The day of the delivery, whether it was opened, and the day from which on people are told.
    fn go(&mut self) -> (Option<Date>, bool, Option<Date>) {
        let standing = self.answering.standing();
        let rungs = rungs(standing);
        let willing = willing(self.answering);
        let opens = self.answering.campaign.from;
        let Some(channel) = self.channel(standing, opens) else { return (None, false, None) };
        if !self.dice.chance(rungs.delivered) {
            return (None, false, None);
        }
        let day = opens + Duration::days(self.way(channel));
        let delivered_on = self.deliver(channel, day);
        if !self.dice.chance((rungs.opened * willing).min(0.97)) {
            return (Some(delivered_on), false, None);
        }
        let day = day + Duration::days(i64::from(self.dice.below(6)));
        if day >= self.answering.withdrawn_on() {
            return (Some(delivered_on), false, None);
        }
        self.receive(ReceiptKind::Opened, channel, day);
        let day = day + Duration::days(i64::from(self.dice.below(5)));
        if day >= self.answering.withdrawn_on() {
            return (Some(delivered_on), true, None);
        }
        if self.dice.chance(DECLINED) {
            self.decline(day);
            return (Some(delivered_on), true, None);
        }
        if !self.dice.chance((rungs.acknowledged * willing).min(0.97)) {
            return (Some(delivered_on), true, None);
        }
        self.acknowledge(channel, day);
        let tells = self.dice.chance((rungs.told * willing).min(0.9));
        (Some(delivered_on), true, tells.then_some(day))
    }

    /// The way on which it comes; `None` when no channel brings it.
    fn channel(&mut self, standing: Standing, opens: Date) -> Option<Channel> {
        let channels: &[(Channel, u32)] = if Month::of(opens) < PLATFORM { &BEFORE } else { &SINCE };
        let channel = self.dice.weighed(channels);
        let [active, other] = FAILS;
        let is_active = standing.status == Status::Active;
        if matches!(channel, Channel::Office | Channel::Bulletin)
            || !self.dice.chance(if is_active { active } else { other })
        {
            return Some(channel);
        }
        let day = opens + Duration::days(i64::from(self.dice.below(4)));
        let reason =
            if self.dice.chance(0.6) { UndeliverableReason::NoAddress } else { UndeliverableReason::Unreachable };
        let at = self.moment(day, ON_ARRIVAL);
        self.report(day, What::Undeliverable { channel, reason, at });
        (is_active && self.dice.chance(BY_HAND)).then_some(Channel::Office)
    }

    /// Days until it is there.
    fn way(&mut self, channel: Channel) -> i64 {
        i64::from(match channel {
            Channel::Inbox | Channel::Email => 0,
            Channel::Office => self.dice.between(1, 9),
            Channel::Bulletin => self.dice.between(3, 14),
        })
    }

    /// Days until the receipt is written down: what comes on paper, or by word of mouth, is typed in when somebody has time.
    fn delay(&mut self, channel: Channel) -> i64 {
        i64::from(match channel {
            Channel::Inbox | Channel::Email => 0,
            Channel::Office => self.dice.below(6),
            Channel::Bulletin => self.dice.between(2, 25),
        })
    }

    fn deliver(&mut self, channel: Channel, day: Date) -> Date {
        if self.dice.chance(EARLIER) {
            let at = self.answering.at(day, BEFORE_ALL);
            let receipt = Receipt { at, channel: Channel::Office, version: self.version(day) };
            let later = day + Duration::days(i64::from(self.dice.between(20, 40)));
            self.report(later, What::Receipt { kind: ReceiptKind::Delivered, receipt });
        }
        let receipt = Receipt { at: self.moment(day, ON_ARRIVAL), channel, version: self.version(day) };
        let late = if self.dice.chance(OUT_OF_ORDER) { i64::from(self.dice.between(12, 18)) } else { 0 };
        let recorded_on = day + Duration::days(self.delay(channel) + late);
        self.report(recorded_on, What::Receipt { kind: ReceiptKind::Delivered, receipt });
        day
    }

    fn receive(&mut self, kind: ReceiptKind, channel: Channel, day: Date) -> What {
        let at = self.moment(day, if kind == ReceiptKind::Opened { ON_OPENING } else { ON_DECIDING });
        let what = What::Receipt { kind, receipt: Receipt { at, channel, version: self.version(day) } };
        let recorded_on = day + Duration::days(self.delay(channel));
        self.report(recorded_on, what);
        what
    }

    fn acknowledge(&mut self, channel: Channel, day: Date) {
        let what = self.receive(ReceiptKind::Acknowledged, channel, day);
        if self.dice.chance(DOUBLED) {
            let again = day + Duration::days(i64::from(self.dice.between(26, 32)));
            self.report(again, what);
        }
    }

    fn decline(&mut self, day: Date) {
        let reason = match self.dice.below(100) {
            ..48 => DeclineReason::NoCapacity,
            48..80 => DeclineReason::NotRelevant,
            80..94 => DeclineReason::Language,
            _ => DeclineReason::Content,
        };
        let at = self.moment(day, ON_DECIDING);
        self.report(day, What::Declined { reason, at });
    }

    fn version(&self, day: Date) -> u32 {
        self.answering.material.version_on(day)
    }

    /// Some time in the hour and a half after `from`, so that what follows on the same day comes after it.
    fn moment(&mut self, day: Date, from: Time) -> OffsetDateTime {
        self.answering.at(day, from) + Duration::seconds(i64::from(self.dice.below(85 * 60)))
    }

    fn report(&mut self, day: Date, what: What) {
        let recorded = self.answering.recorded(day, &mut self.dice);
        self.reports.push((recorded, what));
    }
}

/// After the hour at which campaigns open, and before the first that is written down.
const BEFORE_ALL: Time = time!(07:02);
const ON_ARRIVAL: Time = time!(07:05);
const ON_OPENING: Time = time!(08:35);
const ON_DECIDING: Time = time!(10:05);

fn rungs(standing: Standing) -> Rungs {
    match standing.status {
        Status::Active => ACTIVE,
        Status::Dormant => DORMANT,
        Status::Registered => REGISTERED,
    }
}

/// How likely it goes on from rung to rung, against an ordinary community of the last years.
fn willing(answering: Answering<'_>) -> f64 {
    let year = usize::try_from(answering.campaign.from.year() - 2020).unwrap_or_default().min(MOOD.len() - 1);
    let (least, most) = ZEAL;
    let zeal = least + (most - least) * Dice::of(Topic::Delivery, u64::from(answering.number()), 0).unit();
    MOOD[year] * zeal * if answering.standing().revived { REVIVED } else { 1.0 }
}
