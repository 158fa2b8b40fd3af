//! What is replaced as a whole, version by version: a list of codes, a rubric.

use std::sync::Arc;

use time::Date;

/// One version, from 1, with the day from which it holds.
#[derive(Debug, PartialEq, Eq)]
pub struct Edition<T> {
    pub version: u32,
    pub content: Arc<T>,
    pub effective_from: Date,
}

impl<T> Clone for Edition<T> {
    fn clone(&self) -> Self {
        Self { version: self.version, content: self.content.clone(), effective_from: self.effective_from }
    }
}

/// All versions of one thing, in the order in which they were set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editions<T>(Vec<Edition<T>>);

impl<T> Default for Editions<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Editions<T> {
    #[must_use]
    pub fn newest(&self) -> Option<&Edition<T>> {
        self.0.last()
    }

    #[must_use]
    pub fn version(&self, version: u32) -> Option<&Edition<T>> {
        self.0.iter().find(|edition| edition.version == version)
    }

    /// The newest of those that hold by `day`: a version replaces the ones before it from its own day on.
    #[must_use]
    pub fn in_force(&self, day: Date) -> Option<&Edition<T>> {
        self.0.iter().rev().find(|edition| edition.effective_from <= day)
    }

    pub fn push(&mut self, edition: Edition<T>) {
        self.0.push(edition);
    }
}

impl<T: PartialEq> Editions<T> {
    /// The next version; `None` when the newest one says the same already.
    #[must_use]
    pub fn successor(&self, content: Arc<T>, effective_from: Date) -> Option<Edition<T>> {
        let newest = self.newest();
        if newest.is_some_and(|newest| newest.content == content && newest.effective_from == effective_from) {
            return None;
        }
        Some(Edition { version: newest.map_or(0, |newest| newest.version) + 1, content, effective_from })
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn versions_count_from_one_and_each_replaces_those_before_it_from_its_day_on() {
        let mut editions = Editions::default();
        for (content, from) in
            [("a", date!(2020 - 01 - 01)), ("b", date!(2022 - 01 - 01)), ("c", date!(2021 - 01 - 01))]
        {
            let next = editions.successor(Arc::new(content), from).expect("another");
            editions.push(next);
        }
        assert_eq!(editions.successor(Arc::new("c"), date!(2021 - 01 - 01)), None);
        let at = |day| editions.in_force(day).map(|edition| (edition.version, *edition.content));
        assert_eq!(at(date!(2019 - 12 - 31)), None);
        assert_eq!(at(date!(2020 - 12 - 31)), Some((1, "a")));
        assert_eq!(at(date!(2023 - 01 - 01)), Some((3, "c")), "the third took the second's place before it held");
        assert_eq!(editions.version(2).map(|edition| *edition.content), Some("b"));
        assert_eq!(editions.version(4), None);
    }
}
