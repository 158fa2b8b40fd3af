//! Who takes notice that what they got was corrected or withdrawn.

use time::{Date, Duration, OffsetDateTime, macros::time};

use super::{
    answer::Answering,
    report::{Channel, NoticeKind, Receipt, What},
    standing::Status,
};
use crate::sample::{
    dice::{Dice, Topic},
    month::next_stop,
};

/// How many take notice: of the active ones those that had opened it, or had not; and of the others. Less than read what was wrong.
const OPENED: f64 = 0.64;
const NOT_OPENED: f64 = 0.22;
const NOT_ACTIVE: f64 = 0.04;

/// Of a community that it was delivered to on `delivered_on`.
#[must_use]
pub fn acknowledged(answering: Answering<'_>, delivered_on: Date, opened: bool) -> Vec<(OffsetDateTime, What)> {
    let corrected = answering.material.corrected().map(|(on, version)| (NoticeKind::Corrected, on, version));
    let withdrawn = answering.material.withdrawn().map(|(on, version)| (NoticeKind::Withdrawn, on, version));
    let notices = corrected.into_iter().chain(withdrawn);
    // Those who got the newer version need none.
    let notices = notices.filter(|(_, on, _)| answering.campaign.from <= *on && delivered_on <= *on);
    notices.filter_map(|(kind, on, version)| taken(answering, (kind, on, version), opened)).collect()
}

fn taken(
    answering: Answering<'_>,
    (kind, on, version): (NoticeKind, Date, u32),
    opened: bool,
) -> Option<(OffsetDateTime, What)> {
    let (number, day) = (u64::from(answering.number()), u64::from(on.to_julian_day().unsigned_abs()));
    let mut dice = Dice::of(Topic::Notice, number, answering.campaign.key() + day);
    let (_, known, _) = answering.community;
    let chance = match known.status_at(on)? {
        Status::Active if opened => OPENED,
        Status::Active => NOT_OPENED,
        Status::Dormant | Status::Registered => NOT_ACTIVE,
    };
    if !dice.chance(chance) {
        return None;
    }
    // It is given when the clock next stops.
    let day = next_stop(on) + Duration::days(i64::from(dice.below(30)));
    let at = answering.at(day, time!(09:00)) + Duration::minutes(i64::from(dice.below(150)));
    let channel = if dice.chance(0.8) { Channel::Inbox } else { Channel::Email };
    let receipt = Receipt { at, channel, version };
    Some((answering.recorded(day, &mut dice), What::Noticed { kind, receipt }))
}
