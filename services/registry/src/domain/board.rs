//! A community's officers: who sits on which chair, and for how long. Who the people are stands in the vault.

use time::Date;

use super::{ids::OfficerId, rule::Conditions};

/// As many terms as a community's board may have had over the years.
pub const MAX_TERMS: usize = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OfficerRole {
    Ketua,
    Sekretaris,
    Bendahara,
    /// A section without a name of its own.
    Section,
    Collecting,
    Managing,
    Spreading,
}

impl OfficerRole {
    pub const ALL: [Self; 7] = [
        Self::Ketua,
        Self::Sekretaris,
        Self::Bendahara,
        Self::Section,
        Self::Collecting,
        Self::Managing,
        Self::Spreading,
    ];
}

/// Some of the roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles(u8);

impl Roles {
    #[must_use]
    pub fn contains(self, role: OfficerRole) -> bool {
        self.0 & 1 << role as u8 != 0
    }

    pub fn iter(self) -> impl Iterator<Item = OfficerRole> {
        OfficerRole::ALL.into_iter().filter(move |role| self.contains(*role))
    }
}

impl FromIterator<OfficerRole> for Roles {
    fn from_iter<I: IntoIterator<Item = OfficerRole>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |all, role| all | 1 << role as u8))
    }
}

/// An officer's time on a chair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    pub officer: OfficerId,
    pub role: OfficerRole,
    pub from: Date,
    /// The last day; `None` for a term without an end.
    pub until: Option<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaveReason {
    TermEnded,
    Replaced,
    Resigned,
    Moved,
    Died,
    Dismissed,
}

/// An end of a term, on its day or before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// The first day on which the chair is theirs no more.
    pub on: Date,
    pub reason: LeaveReason,
}

/// A term, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    pub term: Term,
    pub left: Option<Left>,
}

/// All terms that a community's officers had, in the order in which they were entered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Board {
    pub served: Vec<Served>,
    /// Whose data was erased.
    pub erased: Vec<OfficerId>,
}

/// What is wrong with terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TermFlaw {
    #[error("a term ends before it begins")]
    Reversed,
    #[error("two officers sit on the chair of {0:?} at the same time")]
    ChairTaken(OfficerRole),
    #[error("one officer sits on two chairs at the same time")]
    TwoChairs,
    #[error("the board has more than {MAX_TERMS} terms")]
    TooMany,
}

/// What a rule asks about an officer, and the vault knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfficerFacts {
    pub officer: OfficerId,
    pub born_on: Option<Date>,
    pub civil_servant: bool,
}

/// What a board lacks under a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BoardFlaw {
    #[error("the rule asks for a {0:?}, and there is none in office")]
    Missing(OfficerRole),
    #[error("the rule asks for officers of {min} years, and when the {role:?} was born is not known")]
    AgeUnknown { role: OfficerRole, min: u8 },
    #[error("the rule asks for officers of {min} years, and the {role:?} is younger")]
    TooYoung { role: OfficerRole, min: u8 },
    #[error("the rule excludes civil servants, and the {role:?} is one")]
    CivilServant { role: OfficerRole },
}

impl Term {
    /// The first day after it; `None` when it has no end.
    #[must_use]
    pub fn ends(&self) -> Option<Date> {
        self.until.map(|last| last.next_day().unwrap_or(last))
    }
}

impl Served {
    /// The first day on which the chair is theirs no more.
    #[must_use]
    pub fn ends(&self) -> Option<Date> {
        self.left.map(|left| left.on).or_else(|| self.term.ends())
    }

    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.term.from <= day && self.ends().is_none_or(|end| day < end)
    }

    /// Whether there is a day of both.
    fn overlaps(&self, other: &Term) -> bool {
        let before = |end: Option<Date>, from: Date| end.is_some_and(|end| end <= from);
        !before(self.ends(), other.from) && !before(other.ends(), self.term.from)
    }
}

impl Board {
    /// A board of terms that all are still to run.
    #[must_use]
    pub fn of(terms: &[Term]) -> Self {
        Self { served: terms.iter().map(|&term| Served { term, left: None }).collect(), erased: Vec::new() }
    }

    /// All that is wrong with it.
    #[must_use]
    pub fn flaws(&self) -> Vec<TermFlaw> {
        let mut board = Self::default();
        let mut flaws = Vec::new();
        for served in &self.served {
            flaws.extend(board.flaw_of(&served.term));
            board.served.push(*served);
        }
        flaws.dedup();
        flaws
    }

    /// What is wrong with another term beside those that are there.
    #[must_use]
    pub fn flaw_of(&self, term: &Term) -> Option<TermFlaw> {
        if term.until.is_some_and(|until| until < term.from) {
            return Some(TermFlaw::Reversed);
        }
        if self.served.len() >= MAX_TERMS {
            return Some(TermFlaw::TooMany);
        }
        let mut beside = self.served.iter().filter(|served| served.overlaps(term));
        beside.find_map(|served| match served.term {
            Term { officer, .. } if officer == term.officer => Some(TermFlaw::TwoChairs),
            Term { role: OfficerRole::Ketua, .. } if term.role == OfficerRole::Ketua => {
                Some(TermFlaw::ChairTaken(term.role))
            }
            _ => None,
        })
    }

    /// Whether `officer` ever had a term here.
    #[must_use]
    pub fn knows(&self, officer: OfficerId) -> bool {
        self.served.iter().any(|served| served.term.officer == officer)
    }

    /// The term of `officer` that nobody ended yet; the latest, if the end of another one is due, too.
    #[must_use]
    pub fn running(&self, officer: OfficerId) -> Option<&Served> {
        self.served.iter().rev().find(|served| served.term.officer == officer && served.left.is_none())
    }

    /// The term of `officer` that ends by itself on `due`, unless somebody ended it.
    #[must_use]
    pub fn ending(&self, officer: OfficerId, due: Date) -> Option<&Served> {
        let ends = |served: &&Served| served.left.is_none() && served.term.ends() == Some(due);
        self.served.iter().filter(|served| served.term.officer == officer).find(ends)
    }

    /// Ends the term of `officer` that `left` is about.
    pub fn leave(&mut self, officer: OfficerId, left: Left) {
        let about = match left.reason {
            LeaveReason::TermEnded => self.ending(officer, left.on),
            _ => self.running(officer),
        };
        if let Some(term) = about.map(|served| served.term)
            && let Some(served) =
                self.served.iter_mut().rev().find(|served| served.term == term && served.left.is_none())
        {
            served.left = Some(left);
        }
    }

    /// Who is in office on `day`.
    pub fn in_office(&self, day: Date) -> impl Iterator<Item = &Served> {
        self.served.iter().filter(move |served| served.holds_on(day))
    }

    /// The day on which the next term ends by itself.
    #[must_use]
    pub fn next_end(&self) -> Option<Date> {
        self.served.iter().filter(|served| served.left.is_none()).filter_map(Served::ends).min()
    }

    /// All that it lacks on `day` under a rule's conditions.
    #[must_use]
    pub fn unmet(&self, conditions: &Conditions, facts: &[OfficerFacts], day: Date) -> Vec<BoardFlaw> {
        let mut flaws = Vec::new();
        let in_office = |role| self.in_office(day).any(|served| served.term.role == role);
        flaws.extend(conditions.officers.iter().filter(|&role| !in_office(role)).map(BoardFlaw::Missing));
        for served in self.in_office(day) {
            let (role, facts) = (served.term.role, facts.iter().find(|facts| facts.officer == served.term.officer));
            if let Some(min) = conditions.min_officer_age {
                match facts.and_then(|facts| facts.born_on) {
                    None => flaws.push(BoardFlaw::AgeUnknown { role, min }),
                    Some(born) if years(born, day) < i32::from(min) => flaws.push(BoardFlaw::TooYoung { role, min }),
                    Some(_) => {}
                }
            }
            if conditions.civil_servants_excluded && facts.is_some_and(|facts| facts.civil_servant) {
                flaws.push(BoardFlaw::CivilServant { role });
            }
        }
        flaws
    }
}

/// Whole years from one day to another.
fn years(from: Date, to: Date) -> i32 {
    let before_birthday = (u8::from(to.month()), to.day()) < (u8::from(from.month()), from.day());
    to.year() - from.year() - i32::from(before_birthday)
}

#[cfg(test)]
mod tests {
    use time::macros::date;
    use uuid::Uuid;

    use super::*;

    fn term(n: u128, role: OfficerRole, from: Date, until: Option<Date>) -> Term {
        Term { officer: OfficerId(Uuid::from_u128(n)), role, from, until }
    }

    #[test]
    fn there_is_one_chair_at_a_time() {
        use OfficerRole::{Ketua, Sekretaris};
        let first = term(1, Ketua, date!(2018 - 01 - 01), Some(date!(2020 - 12 - 31)));
        let board = Board::of(&[first]);
        let flaw = |from, until| board.flaw_of(&term(2, Ketua, from, until));
        assert_eq!(flaw(date!(2021 - 01 - 01), None), None, "the day after");
        assert_eq!(flaw(date!(2020 - 12 - 31), None), Some(TermFlaw::ChairTaken(Ketua)));
        assert_eq!(flaw(date!(2017 - 01 - 01), Some(date!(2017 - 12 - 31))), None, "before");
        assert_eq!(flaw(date!(2017 - 01 - 01), None), Some(TermFlaw::ChairTaken(Ketua)), "around");
        assert_eq!(flaw(date!(2022 - 01 - 01), Some(date!(2021 - 01 - 01))), Some(TermFlaw::Reversed));
        assert_eq!(
            board.flaw_of(&term(1, Sekretaris, date!(2020 - 01 - 01), None)),
            Some(TermFlaw::TwoChairs),
            "nobody sits on two"
        );
        let secretaries = [1, 2].map(|n| term(n, Sekretaris, date!(2018 - 01 - 01), None));
        assert_eq!(Board::of(&secretaries).flaws(), []);
        let gone = Left { on: date!(2019 - 06 - 01), reason: LeaveReason::Resigned };
        let board = Board { served: vec![Served { term: first, left: Some(gone) }], erased: Vec::new() };
        assert_eq!(board.flaw_of(&term(2, Ketua, date!(2019 - 06 - 01), None)), None, "whoever left holds no chair");
    }

    #[test]
    fn the_next_term_to_end_is_the_earliest_that_nobody_ended() {
        let ends = |n, until| term(n, OfficerRole::Section, date!(2018 - 01 - 01), until);
        let mut board =
            Board::of(&[ends(1, None), ends(2, Some(date!(2023 - 12 - 31))), ends(3, Some(date!(2020 - 12 - 31)))]);
        assert_eq!(board.next_end(), Some(date!(2021 - 01 - 01)));
        let third = board.served[2].term.officer;
        board.leave(third, Left { on: date!(2019 - 01 - 01), reason: LeaveReason::Died });
        assert_eq!(board.next_end(), Some(date!(2024 - 01 - 01)));
    }

    #[test]
    fn all_that_a_board_lacks_is_named() {
        use OfficerRole::{Bendahara, Ketua};
        let conditions = Conditions {
            officers: [Ketua, Bendahara].into_iter().collect(),
            min_officer_age: Some(18),
            civil_servants_excluded: true,
            ..Conditions::default()
        };
        let (day, begin) = (date!(2022 - 10 - 06), date!(2020 - 01 - 01));
        let board = Board::of(&[term(1, Ketua, begin, None), term(2, OfficerRole::Section, begin, None)]);
        let facts =
            |born_on, civil_servant| [OfficerFacts { officer: board.served[0].term.officer, born_on, civil_servant }];
        assert_eq!(
            board.unmet(&conditions, &facts(Some(date!(2004 - 10 - 07)), true), day),
            [
                BoardFlaw::Missing(Bendahara),
                BoardFlaw::TooYoung { role: Ketua, min: 18 },
                BoardFlaw::CivilServant { role: Ketua },
                BoardFlaw::AgeUnknown { role: OfficerRole::Section, min: 18 },
            ]
        );
        let of_age = board.unmet(&conditions, &facts(Some(date!(2004 - 10 - 06)), false), day);
        assert!(!of_age.iter().any(|flaw| matches!(flaw, BoardFlaw::TooYoung { .. })));
        assert_eq!(board.unmet(&Conditions::default(), &[], day), []);
        assert_eq!(Board::default().unmet(&conditions, &[], day).len(), 2);
    }
}
