//! The rules of one region, version by version: when a record may be registered, and when silence becomes dormancy.

use kim_values::Region;
use time::Date;

use super::{Refusal, board::Roles};

/// One version of a rule of a region, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RuleVersion {
    pub region: Region,
    pub version: u32,
}

/// What a record needs to be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormationRule {
    min_members: u32,
    max_members: Option<u32>,
    decree_required: bool,
    conditions: Conditions,
}

/// What a rule may ask beyond members and a decree; by default nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Conditions {
    /// A deliberation of the village.
    pub deliberation_required: bool,
    pub statutes_required: bool,
    /// Chairs that somebody must hold.
    pub officers: Roles,
    /// In whole years.
    pub min_officer_age: Option<u8>,
    pub civil_servants_excluded: bool,
}

/// After how many calendar months without an activity a community is reminded, and after how many it is dormant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DormancyRule {
    reminder_months: u16,
    dormant_months: u16,
}

/// Why a rule is no rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    #[error("the most members allowed are fewer than the fewest")]
    MembersReversed,
    #[error("a number of members is from 0 to 100,000")]
    MembersOutOfRange,
    #[error("a chair or an age that the rule asks for is not known")]
    ConditionUnknown,
    #[error("an officer's least age is from 1 to 99 years")]
    AgeOutOfRange,
    #[error("the months until dormancy are from 1 to 120")]
    MonthsOutOfRange,
    #[error("the reminder comes at least a month before dormancy")]
    ReminderTooLate,
}

impl Conditions {
    /// Whether they ask what only the vault knows.
    #[must_use]
    pub fn ask_about_people(&self) -> bool {
        self.min_officer_age.is_some() || self.civil_servants_excluded
    }
}

impl FormationRule {
    /// `max_members` 0 means no upper bound.
    pub fn new(min_members: u32, max_members: u32, decree_required: bool) -> Result<Self, RuleError> {
        if min_members > 100_000 || max_members > 100_000 {
            return Err(RuleError::MembersOutOfRange);
        }
        let max_members = (max_members > 0).then_some(max_members);
        if max_members.is_some_and(|max| max < min_members) {
            return Err(RuleError::MembersReversed);
        }
        Ok(Self { min_members, max_members, decree_required, conditions: Conditions::default() })
    }

    /// The same rule with these conditions.
    pub fn with(self, conditions: Conditions) -> Result<Self, RuleError> {
        if conditions.min_officer_age.is_some_and(|years| !(1..=99).contains(&years)) {
            return Err(RuleError::AgeOutOfRange);
        }
        Ok(Self { conditions, ..self })
    }

    #[must_use]
    pub fn min_members(&self) -> u32 {
        self.min_members
    }

    #[must_use]
    pub fn max_members(&self) -> Option<u32> {
        self.max_members
    }

    #[must_use]
    pub fn decree_required(&self) -> bool {
        self.decree_required
    }

    #[must_use]
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }
}

impl DormancyRule {
    pub fn new(reminder_months: u16, dormant_months: u16) -> Result<Self, RuleError> {
        if !(1..=120).contains(&dormant_months) {
            return Err(RuleError::MonthsOutOfRange);
        }
        if reminder_months == 0 || reminder_months >= dormant_months {
            return Err(RuleError::ReminderTooLate);
        }
        Ok(Self { reminder_months, dormant_months })
    }

    #[must_use]
    pub fn reminder_months(&self) -> u16 {
        self.reminder_months
    }

    #[must_use]
    pub fn dormant_months(&self) -> u16 {
        self.dormant_months
    }
}

/// A rule with the day from which it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dated<R> {
    pub version: RuleVersion,
    pub rule: R,
    pub effective_from: Date,
}

/// All versions of one region's rules, each kind counted by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleBook {
    pub formation: Vec<Dated<FormationRule>>,
    pub dormancy: Vec<Dated<DormancyRule>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    SetFormation { region: Region, rule: FormationRule, effective_from: Date },
    SetDormancy { region: Region, rule: DormancyRule, effective_from: Date },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    FormationSet(Dated<FormationRule>),
    DormancySet(Dated<DormancyRule>),
}

/// The rule that stands already decides nothing.
pub fn decide(state: &RuleBook, command: Command) -> Result<Vec<Event>, Refusal> {
    Ok(match command {
        Command::SetFormation { region, rule, effective_from } => {
            successor(&state.formation, region, rule, effective_from).map(Event::FormationSet).into_iter().collect()
        }
        Command::SetDormancy { region, rule, effective_from } => {
            successor(&state.dormancy, region, rule, effective_from).map(Event::DormancySet).into_iter().collect()
        }
    })
}

fn successor<R: PartialEq>(versions: &[Dated<R>], region: Region, rule: R, effective_from: Date) -> Option<Dated<R>> {
    // A code may have been another region's by an older territory.
    let stands =
        |last: &Dated<R>| (last.version.region, last.effective_from) == (region, effective_from) && last.rule == rule;
    if versions.last().is_some_and(stands) {
        return None;
    }
    let version = u32::try_from(versions.len()).expect("a region has few rule versions") + 1;
    Some(Dated { version: RuleVersion { region, version }, rule, effective_from })
}

#[must_use]
pub fn evolve(mut state: RuleBook, event: &Event) -> RuleBook {
    match event {
        Event::FormationSet(dated) => state.formation.push(*dated),
        Event::DormancySet(dated) => state.dormancy.push(*dated),
    }
    state
}

/// Of one region's versions the one in force on `day`: the newest of those that hold by then, so that a version replaces the
/// ones before it from its own day on.
#[must_use]
pub fn in_force<R>(versions: &[Dated<R>], day: Date) -> Option<&Dated<R>> {
    versions.iter().rev().find(|dated| dated.effective_from <= day)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn given(events: &[Event]) -> RuleBook {
        events.iter().fold(RuleBook::default(), evolve)
    }

    fn dormancy(months: u16) -> DormancyRule {
        DormancyRule::new(months - 3, months).expect("a valid rule")
    }

    #[test]
    fn a_rule_that_contradicts_itself_does_not_exist() {
        assert_eq!(FormationRule::new(10, 5, true), Err(RuleError::MembersReversed));
        assert_eq!(FormationRule::new(10, 100_001, true), Err(RuleError::MembersOutOfRange));
        let rule = FormationRule::new(10, 0, true).expect("a valid rule");
        let aged = |years| rule.with(Conditions { min_officer_age: Some(years), ..Conditions::default() });
        assert_eq!((aged(0), aged(100)), (Err(RuleError::AgeOutOfRange), Err(RuleError::AgeOutOfRange)));
        assert!(aged(18).is_ok());
        assert_eq!(DormancyRule::new(12, 12), Err(RuleError::ReminderTooLate));
        assert_eq!(DormancyRule::new(0, 12), Err(RuleError::ReminderTooLate));
        assert_eq!(DormancyRule::new(9, 0), Err(RuleError::MonthsOutOfRange));
        assert_eq!(DormancyRule::new(9, 121), Err(RuleError::MonthsOutOfRange));
        assert!(DormancyRule::new(9, 12).is_ok());
    }

    #[test]
    fn versions_count_from_one_for_each_kind_and_the_same_rule_again_is_none() {
        let region = Region::nation();
        let set = |rule, effective_from| Command::SetDormancy { region, rule, effective_from };
        let first = decide(&RuleBook::default(), set(dormancy(12), date!(2018 - 01 - 01))).expect("decided");
        let [Event::DormancySet(dated)] = first.as_slice() else { panic!("{first:?}") };
        assert_eq!(dated.version.version, 1);
        let state = given(&first);
        assert_eq!(decide(&state, set(dormancy(12), date!(2018 - 01 - 01))), Ok(vec![]));
        let second = decide(&state, set(dormancy(6), date!(2021 - 01 - 01))).expect("decided");
        let [Event::DormancySet(dated)] = second.as_slice() else { panic!("{second:?}") };
        assert_eq!(dated.version.version, 2);
        let rule = FormationRule::new(10, 0, true).expect("a valid rule");
        let formation = Command::SetFormation { region, rule, effective_from: date!(2018 - 01 - 01) };
        let [Event::FormationSet(dated)] = decide(&state, formation).expect("decided")[..] else { panic!() };
        assert_eq!(dated.version.version, 1);
    }
}
