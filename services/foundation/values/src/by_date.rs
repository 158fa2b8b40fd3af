//! Something that changes by date.

use time::Date;

/// Values with the day from which each holds, until the next one's day; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByDate<T>(Vec<(Date, T)>);

impl<T> ByDate<T> {
    /// The first one, from `day` on.
    #[must_use]
    pub fn new(day: Date, value: T) -> Self {
        Self(vec![(day, value)])
    }

    /// With `value` from `day` on, until the next one's day. What begins on the same day gives way to it.
    #[must_use]
    pub fn with(mut self, day: Date, value: T) -> Self {
        match self.0.binary_search_by_key(&day, |(from, _)| *from) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (day, value)),
        }
        self
    }

    /// What holds on `day`; before the first one's day it is the first.
    #[must_use]
    pub fn on(&self, day: Date) -> &T {
        &self.0[self.at(day)].1
    }

    /// What holds on `day`, and what will after it.
    pub fn on_and_after(&self, day: Date) -> impl Iterator<Item = &T> {
        self.0[self.at(day)..].iter().map(|(_, value)| value)
    }

    /// The last one, however far ahead its day lies.
    #[must_use]
    pub fn last(&self) -> &T {
        &self.0[self.0.len() - 1].1
    }

    /// All, each with its first day.
    #[must_use]
    pub fn entries(&self) -> &[(Date, T)] {
        &self.0
    }

    fn at(&self, day: Date) -> usize {
        self.0.partition_point(|(from, _)| *from <= day).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn each_value_holds_from_its_day_until_the_next_ones() {
        let names =
            ByDate::new(date!(2016 - 12 - 01), "a").with(date!(2024 - 10 - 21), "c").with(date!(2020 - 01 - 01), "b");
        for (day, name) in [
            (date!(2010 - 01 - 01), "a"),
            (date!(2016 - 12 - 01), "a"),
            (date!(2019 - 12 - 31), "a"),
            (date!(2020 - 01 - 01), "b"),
            (date!(2024 - 10 - 20), "b"),
            (date!(2024 - 10 - 21), "c"),
        ] {
            assert_eq!(*names.on(day), name, "{day}");
        }
        assert_eq!(names.on_and_after(date!(2021 - 01 - 01)).copied().collect::<Vec<_>>(), ["b", "c"]);
        assert_eq!(*names.last(), "c");
        let corrected = names.with(date!(2020 - 01 - 01), "d");
        assert_eq!(*corrected.on(date!(2021 - 01 - 01)), "d");
        assert_eq!(corrected.entries().len(), 3);
    }
}
