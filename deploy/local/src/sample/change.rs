//! Changes to registered records: what communities propose and their offices answer, and what offices set right.

use time::{Date, Duration};

use super::{
    dice::{Dice, Topic},
    errand::{Errand, Matter, Told},
    life::Life,
    month::{Month, STOPS, stop_after},
    record::{Base, Record},
};

/// What becomes otherwise in a record. Never its name or its seat: by these a loading that goes on knows a community again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amendment {
    /// Another account, under the community's own name.
    Account(Site),
    /// Statutes adopted on that day.
    Statutes(Date),
    Base(Base),
    /// The document of the decree is there.
    DecreeDocument,
    FormedOn(Date),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
    Youtube,
    Tiktok,
    X,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Accepted,
    Refused(RefusalReason),
    /// By the community itself.
    Withdrawn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalReason {
    ProofMissing,
    ProofMismatch,
    RuleNotMet,
}

/// The first year in which communities propose changes, with the platform.
const PROPOSED_SINCE: i32 = 2023;
/// How likely a community that does things proposes one in a year. Records are rarely kept up; no source says how rarely.
const PROPOSES: f64 = 0.07;
/// Of ten records that were wrong on entry one is found out in a decade.
const CORRECTED: f64 = 0.006;
/// In the first months of a year offices count members and correct; in the months after it they answer proposals. So no answer brings
/// back what was set right in between.
const CORRECTING: [u8; 2] = [1, 3];
const PROPOSING: [u8; 2] = [4, 10];
/// The longest that an office takes to answer, in stops of the clock: two months.
const ANSWERED_AFTER: u32 = 7;

#[must_use]
pub fn errands(life: &Life, record: &Record, told: Told) -> Vec<Errand> {
    let mut errands = Vec::new();
    let mut stands = Stands::of(record);
    for year in told.years() {
        let key = u64::from(year.unsigned_abs());
        let mut dice = Dice::of(Topic::Change, u64::from(life.number), key);
        let on = day(year, CORRECTING, &mut dice);
        if dice.chance(CORRECTED) && told.is_lively(life, on) {
            let matter = Matter::Corrected(stands.corrected(&mut dice));
            errands.push(Errand { on, matter });
        }
        let on = day(year, PROPOSING, &mut dice);
        if year >= PROPOSED_SINCE && dice.chance(PROPOSES) && told.is_lively(life, on) {
            let amendment = stands.wish(on, &mut dice);
            errands.push(Errand { on, matter: Matter::Proposed(amendment) });
            let answer = answer(&mut dice);
            if answer == Answer::Accepted {
                stands.take(amendment);
            }
            let on = stop_after(on, dice.between(1, ANSWERED_AFTER));
            if told.contains(on) {
                errands.push(Errand { on, matter: Matter::Answered(answer) });
            }
        }
    }
    errands
}

fn day(year: i32, [first, last]: [u8; 2], dice: &mut Dice) -> Date {
    let month = u8::try_from(dice.between(first.into(), last.into())).expect("a month");
    Month::new(year, month).day(*dice.pick(&STOPS))
}

fn answer(dice: &mut Dice) -> Answer {
    match dice.below(100) {
        ..84 => Answer::Accepted,
        84..89 => Answer::Refused(RefusalReason::ProofMissing),
        89..92 => Answer::Refused(RefusalReason::ProofMismatch),
        92..94 => Answer::Refused(RefusalReason::RuleNotMet),
        _ => Answer::Withdrawn,
    }
}

/// What stands in a record, as far as a change must differ from it.
struct Stands {
    formed_on: Date,
    base: Base,
    accounts: Vec<Site>,
    has_statutes: bool,
    has_document: bool,
}

impl Stands {
    fn of(record: &Record) -> Self {
        Self {
            formed_on: record.formed_on,
            base: record.base,
            accounts: Vec::new(),
            has_statutes: record.statutes_on.is_some(),
            has_document: false,
        }
    }

    fn wish(&self, on: Date, dice: &mut Dice) -> Amendment {
        let account = [Site::Youtube, Site::Tiktok, Site::X].into_iter().find(|site| !self.accounts.contains(site));
        match (dice.below(10), account) {
            (..5, Some(site)) => Amendment::Account(site),
            (5 | 6, _) if !self.has_statutes => {
                Amendment::Statutes(on - Duration::days(i64::from(dice.between(5, 90))))
            }
            (7 | 8, _) if !self.has_document => Amendment::DecreeDocument,
            _ => Amendment::Base(self.other_base(dice)),
        }
    }

    /// A year was mistyped, or the group that the community grew out of.
    fn corrected(&mut self, dice: &mut Dice) -> Amendment {
        let amendment = if dice.chance(0.5) {
            Amendment::FormedOn(self.formed_on - Duration::days(365))
        } else {
            Amendment::Base(self.other_base(dice))
        };
        self.take(amendment);
        amendment
    }

    fn other_base(&self, dice: &mut Dice) -> Base {
        let others: Vec<Base> =
            [Base::Youth, Base::Farmers, Base::Pkk, Base::Pokdarwis].into_iter().filter(|b| *b != self.base).collect();
        *dice.pick(&others)
    }

    fn take(&mut self, amendment: Amendment) {
        match amendment {
            Amendment::Account(site) => self.accounts.push(site),
            Amendment::Statutes(_) => self.has_statutes = true,
            Amendment::Base(base) => self.base = base,
            Amendment::DecreeDocument => self.has_document = true,
            Amendment::FormedOn(day) => self.formed_on = day,
        }
    }
}
