//! A community's days: when it was registered, what it did on which day, and when that was written down.

use time::{Date, Duration, Weekday};

use super::{
    dice::{Dice, Topic},
    life::{Cause, Entry, Life},
    month::{Month, SILENT_FROM, STOPS, months_after, next_stop, stop_before},
    subject::{Subject, subject},
    tide::DORMANT_AFTER,
};

/// Something that a community did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deed {
    pub kind: DeedKind,
    pub happened_on: Date,
    /// The day on which it was reported, later than in the morning.
    pub recorded_on: Date,
    pub reached: u32,
    pub subject: Subject,
}

impl Deed {
    /// Whether nobody could tell the two apart, whenever they were reported.
    fn says_what(&self, other: &Self) -> bool {
        (self.kind, self.happened_on, self.reached) == (other.kind, other.happened_on, other.reached)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeedKind {
    Dissemination,
    LiteracyClass,
    Coverage,
    Meeting,
    Training,
    Economic,
    Social,
}

/// What an office enters about a community, in the morning of a stop of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entered {
    pub on: Date,
    pub what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// With the list of its office, registered on that day.
    Listed {
        registered_on: Date,
    },
    Drafted,
    Submitted,
    Returned,
    Registered,
    Planned(Cause),
    Dissolved,
    /// Into the community of that number.
    Merged(u32),
}

/// All about one community, in the order of the days on which it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diary {
    /// The stop in whose morning it was registered; `None` when it never was.
    pub registered: Option<Date>,
    pub entered: Vec<Entered>,
    pub deeds: Vec<Deed>,
}

/// From this many months on a silence may grow into one that is reminded of: it begins on a day of [`SILENT_FROM`].
const LONG: i32 = 8;

/// A report that keeps a reminder away must come in before so many months after the activity before it.
const IN_TIME: i32 = 8;

#[must_use]
pub fn diary(life: &Life) -> Diary {
    let mut diary = Diary::default();
    let registered = enter(life, &mut diary.entered);
    for planned in life.returns.iter().filter(|planned| !matches!(planned.after, Cause::Training(_))) {
        diary.entered.push(Entered { on: stop_before(planned.on, 1), what: What::Planned(planned.after) });
    }
    if let Some(month) = life.dissolved {
        let day = if Dice::of(Topic::Dissolve, u64::from(life.number), 1).chance(0.5) { 15 } else { 22 };
        let what = life.merged_into.map_or(What::Dissolved, What::Merged);
        diary.entered.push(Entered { on: month.day(day), what });
    }
    diary.registered = registered;
    if let Some(registered) = registered {
        diary.deeds = deeds(life, registered);
    }
    diary
}

/// Into the register; the answer is the stop from which on activities can be reported.
fn enter(life: &Life, entered: &mut Vec<Entered>) -> Option<Date> {
    let mut dice = Dice::of(Topic::Diary, u64::from(life.number), 0);
    let stop = life.entered.day(*dice.pick(&STOPS[..3]));
    let returned = dice.chance(0.25);
    let mut at = |before: u32, what| entered.push(Entered { on: stop_before(stop, before), what });
    match life.entry {
        Entry::Listed => {
            let days = if stop.day() == 1 { 0 } else { i64::from(dice.below(5)) };
            entered.push(Entered { on: stop, what: What::Listed { registered_on: stop - Duration::days(days) } });
        }
        Entry::Applied => {
            let (wait, draft) = (dice.between(1, 4), dice.between(1, 2));
            if returned {
                let (mend, first) = (dice.between(1, 3), dice.between(1, 3));
                at(wait + mend + first + draft, What::Drafted);
                at(wait + mend + first, What::Submitted);
                at(wait + mend, What::Returned);
            } else {
                at(wait + draft, What::Drafted);
            }
            at(wait, What::Submitted);
            at(0, What::Registered);
        }
        Entry::Stuck => {
            let wait = dice.between(1, 5);
            at(wait + 1, What::Drafted);
            if dice.chance(0.7) {
                at(wait, What::Submitted);
                if returned || dice.chance(0.2) {
                    at(0, What::Returned);
                }
            }
            return None;
        }
    }
    Some(stop)
}

fn deeds(life: &Life, registered: Date) -> Vec<Deed> {
    let mut deeds: Vec<Deed> = Vec::new();
    // Nothing is written down before it: what wakes a community up is known before what follows.
    let mut floor = registered;
    for (i, beat) in life.beats.iter().enumerate() {
        let mut dice = Dice::of(Topic::Diary, u64::from(life.number), beat.month.key());
        let long_before = i > 0 && beat.month.since(life.beats[i - 1].month) >= LONG - 1;
        let long_after = life.beats.get(i + 1).is_none_or(|next| next.month.since(beat.month) >= LONG);
        let back = life.returns.iter().find(|back| Month::of(back.on) == beat.month);
        let first = (i == 0).then_some(registered);
        let days = days(beat.month, beat.count, back.map(|back| back.on), first, long_after, &mut dice);
        for (n, day) in days.into_iter().enumerate() {
            let before = deeds.last().map(|deed| deed.happened_on);
            let urgent = n == 0 && (i == 0 || long_before || back.is_some());
            let mut recorded_on = if beat.belated {
                // The dormancy fell due a year after the activity before.
                let due = months_after(before.expect("a belated report is not the first"), DORMANT_AFTER);
                due + Duration::days(i64::from(dice.between(12, 40)))
            } else {
                day + Duration::days(delay(urgent, day, before, &mut dice))
            };
            recorded_on = recorded_on.max(floor);
            if urgent || beat.belated {
                floor = next_stop(recorded_on);
            }
            let mut deed = deed(day, recorded_on, &mut dice);
            // What says the same is the same: a second one reached somebody else.
            while deeds.iter().rev().take_while(|other| other.happened_on == day).any(|other| deed.says_what(other)) {
                deed.reached += 1;
            }
            deed.subject = subject(life.number, &deed);
            deeds.push(deed);
        }
    }
    deeds
}

/// The days of a month on which something happened, in order.
fn days(
    month: Month,
    count: u32,
    back: Option<Date>,
    registered: Option<Date>,
    long_after: bool,
    dice: &mut Dice,
) -> Vec<Date> {
    // Not before the community can do it: it is registered in the morning of a stop, or comes back on a day that is set.
    let earliest = back.or(registered.map(|stop| stop + Duration::DAY)).unwrap_or_else(|| month.day(1));
    let latest = if long_after {
        let fitting: Vec<Date> = SILENT_FROM.iter().map(|&day| month.day(day)).filter(|day| *day >= earliest).collect();
        // Coming back after the last of these days is followed by something before long.
        fitting.get(dice.below(u32::try_from(fitting.len()).expect("three at most")) as usize).copied()
    } else {
        None
    };
    let mut days: Vec<Date> = Vec::new();
    days.extend(back);
    days.extend(latest);
    let end = latest.unwrap_or_else(|| month.last_day());
    let length = u32::try_from((end - earliest).whole_days()).expect("the month's rest is not negative");
    while days.len() < count as usize {
        let mut day = earliest + Duration::days(i64::from(dice.below(length + 1)));
        if !matches!(day.weekday(), Weekday::Friday | Weekday::Saturday | Weekday::Sunday) {
            day = earliest + Duration::days(i64::from(dice.below(length + 1)));
        }
        days.push(day);
    }
    days.sort_unstable();
    days
}

/// Days until it is reported: mostly soon, sometimes much later, but never so late that a reminder goes out in between.
fn delay(urgent: bool, day: Date, before: Option<Date>, dice: &mut Dice) -> i64 {
    let usual = match dice.below(100) {
        ..55 => dice.below(3),
        55..86 => dice.between(3, 14),
        86..97 => dice.between(15, 45),
        _ => dice.between(46, 150),
    };
    if urgent {
        return i64::from(dice.below(3));
    }
    let room = before.map_or(0, |before| {
        let before = before.replace_day(before.day().min(28)).expect("a day that each month has");
        (months_after(before, IN_TIME) - day).whole_days()
    });
    i64::from(usual).min(room.max(0))
}

fn deed(happened_on: Date, recorded_on: Date, dice: &mut Dice) -> Deed {
    let (kind, usual) = match dice.below(100) {
        ..36 => (DeedKind::Dissemination, 60),
        36..51 => (DeedKind::Coverage, 150),
        51..68 => (DeedKind::Meeting, 18),
        68..82 => (DeedKind::LiteracyClass, 30),
        82..90 => (DeedKind::Social, 45),
        90..96 => (DeedKind::Economic, 25),
        _ => (DeedKind::Training, 22),
    };
    let reached = usual / 3 + dice.below(usual) + dice.below(usual);
    Deed { kind, happened_on, recorded_on, reached, subject: Subject::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_followed_by_a_long_silence_lies_on_a_day_on_which_the_clock_stops() {
        for number in 0..500 {
            let mut dice = Dice::of(Topic::Diary, number, 1);
            let days = days(Month::new(2020, 3), 1 + dice.below(3), None, None, true, &mut dice);
            assert!(SILENT_FROM.contains(&days.last().expect("a day").day()), "{days:?}");
        }
    }
}
