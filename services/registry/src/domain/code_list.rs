//! The lists of codes that activities are told apart by: their kinds, and their topics. A list is replaced as a whole, and what it
//! published once it keeps: a code is retired, never removed.

use std::{collections::HashSet, sync::Arc};

use kim_values::{Code, Edition, Editions, PublicName};
use time::Date;

use super::{Refusal, community::ActivityKind};

#[cfg(test)]
mod tests;

/// As many entries as a list has at most: well within an event's size.
pub const MAX_ENTRIES: usize = 500;
/// Up to so many codes are all named to whoever has met none of them, and of more the nearest.
const NAMED: usize = 12;
const NEAREST: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeListName {
    ActivityKind,
    Topic,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub code: Code,
    pub name: PublicName,
    pub name_en: PublicName,
    /// The code above it in the same list.
    pub parent: Option<Code>,
    pub valid_from: Date,
    /// The first day on which it holds no more.
    pub retired_on: Option<Date>,
    /// Of an activity's kind: that it counts as literacy.
    pub literacy: bool,
}

impl Entry {
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.retired_on.is_none_or(|retired| day < retired)
    }
}

/// A list that contradicts itself nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeList {
    name: CodeListName,
    entries: Vec<Entry>,
}

/// What is wrong with a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListFlaw {
    #[error("a list has 1 to {MAX_ENTRIES} entries")]
    Size,
    #[error("{0} stands in the list twice")]
    Doubled(Code),
    #[error("{parent}, above {code}, is not in the list")]
    ParentUnknown { code: Code, parent: Code },
    #[error("{0} stands above itself")]
    Circle(Code),
    #[error("{0} is retired before it holds")]
    RetiredTooEarly(Code),
    #[error("{0} was published and may be retired, not removed")]
    Removed(Code),
    #[error("no activity is of the kind {0}")]
    KindUnknown(Code),
    #[error("the kind {0} is missing")]
    KindMissing(Code),
    #[error("{0} is a topic: literacy is a matter of kinds")]
    LiteracyOfTopic(Code),
}

/// Why a code is none on a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotListed {
    #[error("it is not in the list")]
    Unknown {
        /// Those that hold on that day: all when they are few, else those that are spelt most like it.
        near: Vec<Code>,
    },
    #[error("it holds from {0} on")]
    NotYet(Date),
    #[error("it was retired on {0}")]
    Retired(Date),
}

impl CodeList {
    /// The list, or all that is wrong with it.
    pub fn new(name: CodeListName, entries: Vec<Entry>) -> Result<Self, Vec<ListFlaw>> {
        let list = Self { name, entries };
        let flaws = list.flaws();
        if flaws.is_empty() { Ok(list) } else { Err(flaws) }
    }

    #[must_use]
    pub fn name(&self) -> CodeListName {
        self.name
    }

    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    #[must_use]
    pub fn get(&self, code: Code) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.code == code)
    }

    /// Whether `code` may be said of something that happened on `day`.
    pub fn check(&self, code: Code, day: Date) -> Result<(), NotListed> {
        match self.get(code) {
            None => Err(NotListed::Unknown { near: self.near(code, day) }),
            Some(entry) if day < entry.valid_from => Err(NotListed::NotYet(entry.valid_from)),
            Some(Entry { retired_on: Some(retired), .. }) if day >= *retired => Err(NotListed::Retired(*retired)),
            Some(_) => Ok(()),
        }
    }

    fn near(&self, code: Code, day: Date) -> Vec<Code> {
        let mut codes: Vec<Code> =
            self.entries.iter().filter(|entry| entry.holds_on(day)).map(|entry| entry.code).collect();
        if codes.len() > NAMED {
            codes.sort_by_key(|known| (known.distance(&code), *known));
            codes.truncate(NEAREST);
        }
        codes
    }

    fn flaws(&self) -> Vec<ListFlaw> {
        let mut flaws = Vec::new();
        if !(1..=MAX_ENTRIES).contains(&self.entries.len()) {
            flaws.push(ListFlaw::Size);
        }
        let mut seen = HashSet::new();
        for entry in &self.entries {
            let code = entry.code;
            if !seen.insert(code) {
                flaws.push(ListFlaw::Doubled(code));
            }
            match entry.parent {
                Some(parent) if self.get(parent).is_none() => flaws.push(ListFlaw::ParentUnknown { code, parent }),
                Some(_) if self.is_above_itself(entry) => flaws.push(ListFlaw::Circle(code)),
                _ => {}
            }
            if entry.retired_on.is_some_and(|retired| retired < entry.valid_from) {
                flaws.push(ListFlaw::RetiredTooEarly(code));
            }
        }
        match self.name {
            CodeListName::ActivityKind => self.kind_flaws(&mut flaws),
            CodeListName::Topic => {
                let literate = self.entries.iter().filter(|entry| entry.literacy);
                flaws.extend(literate.map(|entry| ListFlaw::LiteracyOfTopic(entry.code)));
            }
        }
        flaws
    }

    /// The kinds are those that the program knows: the list gives them names, and says which are literacy.
    fn kind_flaws(&self, flaws: &mut Vec<ListFlaw>) {
        let kinds = ActivityKind::ALL.map(ActivityKind::code);
        let unknown = self.entries.iter().filter(|entry| !kinds.contains(&entry.code));
        flaws.extend(unknown.map(|entry| ListFlaw::KindUnknown(entry.code)));
        let missing = kinds.into_iter().filter(|kind| self.get(*kind).is_none());
        flaws.extend(missing.map(ListFlaw::KindMissing));
    }

    fn is_above_itself(&self, entry: &Entry) -> bool {
        let mut above = entry.parent;
        for _ in 0..self.entries.len() {
            match above {
                Some(code) if code == entry.code => return true,
                Some(code) => above = self.get(code).and_then(|entry| entry.parent),
                None => return false,
            }
        }
        false
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Set { list: Arc<CodeList>, effective_from: Date },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Set(Edition<CodeList>),
}

/// The list that stands already decides nothing.
pub fn decide(state: &Editions<CodeList>, command: Command) -> Result<Vec<Event>, Refusal> {
    let Command::Set { list, effective_from } = command;
    let published = state.newest().map(|newest| newest.content.entries()).unwrap_or_default();
    let removed = published.iter().map(|entry| entry.code).filter(|code| list.get(*code).is_none());
    let removed: Vec<ListFlaw> = removed.map(ListFlaw::Removed).collect();
    if !removed.is_empty() {
        return Err(Refusal::CodeList(removed));
    }
    Ok(state.successor(list, effective_from).map(Event::Set).into_iter().collect())
}

#[must_use]
pub fn evolve(mut state: Editions<CodeList>, event: &Event) -> Editions<CodeList> {
    let Event::Set(edition) = event;
    state.push(edition.clone());
    state
}

/// Both lists, all versions.
#[derive(Debug, Clone, Default)]
pub struct CodeLists {
    kinds: Editions<CodeList>,
    topics: Editions<CodeList>,
}

impl CodeLists {
    pub fn apply(&mut self, event: &Event) {
        let Event::Set(edition) = event;
        let editions = match edition.content.name() {
            CodeListName::ActivityKind => &mut self.kinds,
            CodeListName::Topic => &mut self.topics,
        };
        editions.push(edition.clone());
    }

    #[must_use]
    pub fn of(&self, name: CodeListName) -> &Editions<CodeList> {
        match name {
            CodeListName::ActivityKind => &self.kinds,
            CodeListName::Topic => &self.topics,
        }
    }

    /// The list of topics in force on `day`; `None` where there is none.
    #[must_use]
    pub fn topics(&self, day: Date) -> Option<Arc<CodeList>> {
        self.topics.in_force(day).map(|edition| edition.content.clone())
    }
}
