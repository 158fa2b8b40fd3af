//! What should happen by itself, reckoned by the calendar alone: a day after the other, without timers, index or log.

use std::collections::BTreeSet;

use kim_territory::Zone;
use time::{Date, Duration, Month, OffsetDateTime, util::days_in_month};

/// What the log should have of a policy, and the moment that it happens at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    pub at: OffsetDateTime,
    pub event: &'static str,
    pub aggregate: String,
    /// The officer of a term.
    pub part: String,
}

pub const REMINDED: &str = "kim.registry.v1.DormancyReminded";
pub const DORMANT: &str = "kim.registry.v1.CommunityBecameDormant";
pub const PLANNED: &str = "kim.registry.v1.RevitalisationPlanned";
pub const TERM_ENDED: &str = "kim.registry.v1.OfficerLeft";
pub const PARTNERS_REMINDED: &str = "kim.registry.v1.PartnershipReminded";
pub const EXPIRED: &str = "kim.registry.v1.PartnershipExpired";
pub const TERMINATED: &str = "kim.registry.v1.PartnershipTerminated";

pub struct Rule {
    pub region: &'static str,
    pub reminder: i32,
    pub dormant: i32,
    pub from: Date,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// It has done nothing yet.
    Unbroken,
    Since {
        last: Date,
        reminded: bool,
    },
    Dormant {
        planned: bool,
    },
}

pub struct Term {
    /// The officer's.
    pub id: String,
    pub role: i32,
    /// `None` for a term without an end, and for one that is over.
    pub until: Option<Date>,
    pub in_office: bool,
}

pub struct Community {
    pub id: String,
    pub seat: String,
    pub zone: Zone,
    pub silence: Silence,
    pub officers: Vec<Term>,
    /// The days of which an activity was reported.
    pub told: BTreeSet<Date>,
    pub dissolved: bool,
}

pub struct Partnership {
    pub id: String,
    pub office: usize,
    pub community: usize,
    /// The office's.
    pub zone: Zone,
    pub until: Date,
    pub reminders: BTreeSet<Date>,
    pub in_force: bool,
}

#[derive(Default)]
pub struct Reckoning {
    pub rules: Vec<Rule>,
    pub communities: Vec<Community>,
    pub partnerships: Vec<Partnership>,
}

impl Reckoning {
    /// What happens by itself on `day`, at its beginning where it is due.
    pub fn day(&mut self, day: Date) -> Vec<Fact> {
        let Self { rules, communities, partnerships } = self;
        let mut facts = Vec::new();
        for community in communities.iter_mut().filter(|community| !community.dissolved) {
            let mut tell = |event, part: &str| facts.push(fact(day, community.zone, event, &community.id, part));
            let (reminder, dormant) = months_of(rules, &community.seat, day);
            if let Silence::Since { last, reminded } = &mut community.silence {
                if day >= months_after(*last, dormant) {
                    tell(DORMANT, "");
                    community.silence = Silence::Dormant { planned: false };
                } else if !*reminded && day >= months_after(*last, reminder) {
                    tell(REMINDED, "");
                    *reminded = true;
                }
            }
            for officer in &mut community.officers {
                if officer.in_office && officer.until.and_then(Date::next_day) == Some(day) {
                    tell(TERM_ENDED, &officer.id);
                    officer.in_office = false;
                }
            }
        }
        for partnership in partnerships.iter_mut().filter(|partnership| partnership.in_force) {
            let mut tell = |event| facts.push(fact(day, partnership.zone, event, &partnership.id, ""));
            if partnership.reminders.remove(&day) {
                tell(PARTNERS_REMINDED);
            }
            if partnership.until.next_day() == Some(day) {
                tell(EXPIRED);
                partnership.in_force = false;
            }
        }
        facts
    }

    /// The community did something on a day.
    pub fn active(&mut self, community: usize, on: Date) {
        let silence = &mut self.communities[community].silence;
        *silence = match *silence {
            Silence::Since { last, .. } if on <= last => return,
            // Without a plan an activity revives nothing.
            Silence::Dormant { planned: false } => return,
            _ => Silence::Since { last: on, reminded: false },
        };
    }

    /// A training that these communities took part in was recorded: those that are dormant have a plan from then on.
    pub fn trained(&mut self, communities: &[usize], at: OffsetDateTime) -> Vec<Fact> {
        let mut facts = Vec::new();
        for &community in communities {
            let community = &mut self.communities[community];
            if let Silence::Dormant { planned } = &mut community.silence {
                *planned = true;
                facts.push(Fact { at, event: PLANNED, aggregate: community.id.clone(), part: String::new() });
            }
        }
        facts
    }

    /// The community was dissolved: with it end its partnerships, and nothing of it falls due any more.
    pub fn dissolved(&mut self, community: usize, at: OffsetDateTime) -> Vec<Fact> {
        self.communities[community].dissolved = true;
        let mut facts = Vec::new();
        for partnership in self.partnerships.iter_mut().filter(|one| one.in_force && one.community == community) {
            partnership.in_force = false;
            let aggregate = partnership.id.clone();
            facts.push(Fact { at, event: TERMINATED, aggregate, part: String::new() });
        }
        facts
    }
}

impl Partnership {
    /// Signed or renewed: the reminders that lie ahead. One of this very day comes at once.
    pub fn runs_until(&mut self, until: Date, now: OffsetDateTime) -> Vec<Fact> {
        let today = self.zone.date_of(now);
        let days = [90, 30].map(|before| until - Duration::days(before));
        self.until = until;
        self.reminders = days.into_iter().filter(|&day| day > today).collect();
        let told = |_| Fact { at: now, event: PARTNERS_REMINDED, aggregate: self.id.clone(), part: String::new() };
        days.iter().filter(|&&day| day == today).map(told).collect()
    }
}

fn fact(day: Date, zone: Zone, event: &'static str, aggregate: &str, part: &str) -> Fact {
    let at = day.midnight().assume_offset(zone.offset());
    Fact { at, event, aggregate: aggregate.into(), part: part.into() }
}

/// The months until a reminder and until dormancy, by the rule of the nearest region on that day.
fn months_of(rules: &[Rule], seat: &str, day: Date) -> (i32, i32) {
    let covers = |rule: &&Rule| rule.from <= day && (rule.region == "00" || seat.starts_with(rule.region));
    let nearest = |rule: &&Rule| (rule.region != "00", rule.region.len(), rule.from);
    let rule = rules.iter().filter(covers).max_by_key(nearest).expect("the nation has a rule");
    (rule.reminder, rule.dormant)
}

fn months_after(date: Date, months: i32) -> Date {
    let months = date.year() * 12 + i32::from(u8::from(date.month())) - 1 + months;
    let month = u8::try_from(months.rem_euclid(12) + 1).expect("a month");
    let (year, month) = (months.div_euclid(12), Month::try_from(month).expect("a month"));
    Date::from_calendar_date(year, month, date.day().min(days_in_month(month, year))).expect("a day of the month")
}
