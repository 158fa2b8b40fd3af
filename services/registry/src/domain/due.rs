//! Which rule holds for a place on a day, and on which day a community's silence falls due.

use std::collections::BTreeMap;

use kim_territory::{ActKind, RegionCode, Step};
use kim_values::months_after;
use time::Date;

use super::rule::{self, Dated, DormancyRule, FormationRule, RuleBook, RuleVersion};

/// The rule books of all regions. A region without a rule in force inherits its parent's.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    books: BTreeMap<RegionCode, RuleBook>,
}

/// The days on which a community's silence falls due, unless it does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// With the rule that it follows from; `None` when dormancy comes first.
    pub reminder: Option<(Date, RuleVersion)>,
    pub dormancy: (Date, RuleVersion),
}

impl Rules {
    pub fn apply(&mut self, event: &rule::Event) {
        let region = match event {
            rule::Event::FormationSet(dated) => dated.version.region,
            rule::Event::DormancySet(dated) => dated.version.region,
        };
        let book = self.books.entry(region.code).or_default();
        *book = rule::evolve(std::mem::take(book), event);
    }

    /// A territory came into force: the book of a region is found where the region goes on, and what was split off has its origin's.
    pub fn adopt(&mut self, step: &Step) {
        let mut books = std::mem::take(&mut self.books);
        let rows = || step.rows.iter().filter_map(|row| Some((row.kind, row.old?, row.new)));
        for (kind, old, new) in rows() {
            let goes_on = new.filter(|_| matches!(kind, ActKind::Moved | ActKind::Split));
            if let Some((new, book)) = goes_on.zip(books.get(&old)) {
                self.books.insert(new, book.clone());
            }
        }
        for (_, old, _) in rows().filter(|(kind, ..)| *kind != ActKind::Renamed) {
            books.remove(&old);
        }
        self.books.append(&mut books);
    }

    /// The regions that have a book of their own.
    pub fn regions(&self) -> impl Iterator<Item = RegionCode> {
        self.books.keys().copied()
    }

    /// The formation rule that holds at `place` on `day`.
    #[must_use]
    pub fn formation(&self, place: RegionCode, day: Date) -> Option<&Dated<FormationRule>> {
        self.nearest(place, |book| rule::in_force(&book.formation, day))
    }

    /// The dormancy rule that holds at `place` on `day`.
    #[must_use]
    pub fn dormancy(&self, place: RegionCode, day: Date) -> Option<&Dated<DormancyRule>> {
        self.nearest(place, |book| rule::in_force(&book.dormancy, day))
    }

    /// When a community at `seat` that is silent since `last_activity` falls due: the first day on which the rule in force on
    /// that very day says so. `None` where no rule ever holds.
    #[must_use]
    pub fn due(&self, seat: RegionCode, last_activity: Date) -> Option<Due> {
        let dormancy = self.first_day(seat, last_activity, DormancyRule::dormant_months)?;
        let reminder =
            self.first_day(seat, last_activity, DormancyRule::reminder_months).filter(|(day, _)| *day < dormancy.0);
        Some(Due { reminder, dormancy })
    }

    fn first_day(
        &self,
        seat: RegionCode,
        last_activity: Date,
        months: impl Fn(&DormancyRule) -> u16,
    ) -> Option<(Date, RuleVersion)> {
        // Between two days on which some rule begins to hold, one and the same rule is in force.
        let mut begins: Vec<Date> =
            self.books_of(seat).flat_map(|book| &book.dormancy).map(|dated| dated.effective_from).collect();
        begins.sort_unstable();
        begins.dedup();
        begins.iter().enumerate().find_map(|(i, &begin)| {
            let dated = self.dormancy(seat, begin)?;
            let day = months_after(last_activity, months(&dated.rule)).max(begin);
            begins.get(i + 1).is_none_or(|&end| day < end).then_some((day, dated.version))
        })
    }

    fn nearest<'r, R>(&'r self, place: RegionCode, rule: impl Fn(&'r RuleBook) -> Option<R>) -> Option<R> {
        self.books_of(place).find_map(rule)
    }

    fn books_of(&self, place: RegionCode) -> impl Iterator<Item = &RuleBook> + use<'_> {
        place.ancestors().filter_map(|region| self.books.get(&region))
    }
}

#[cfg(test)]
mod tests {
    use kim_territory::{Decree, RegionStep};
    use kim_values::Region;
    use time::macros::date;

    use super::*;

    fn code(text: &str) -> RegionCode {
        text.parse().expect("a region's code")
    }

    fn rules(set: &[(&str, u32, u16, u16, Date)]) -> Rules {
        let mut rules = Rules::default();
        for &(region, version, reminder, dormant, effective_from) in set {
            let region = Region { code: code(region), decree: Decree::CURRENT };
            let rule = DormancyRule::new(reminder, dormant).expect("a valid rule");
            let version = RuleVersion { region, version };
            rules.apply(&rule::Event::DormancySet(Dated { version, rule, effective_from }));
        }
        rules
    }

    const LONG_AGO: Date = date!(2010 - 01 - 01);

    #[test]
    fn without_a_rule_nothing_falls_due() {
        assert_eq!(Rules::default().due(code("14.01.01.2009"), date!(2020 - 02 - 01)), None);
        let other = rules(&[("13", 1, 9, 12, LONG_AGO)]);
        assert_eq!(other.due(code("14.01.01.2009"), date!(2020 - 02 - 01)), None);
    }

    #[test]
    fn a_place_follows_the_nearest_region_that_has_a_rule() {
        let rules = rules(&[("00", 1, 9, 12, LONG_AGO), ("14", 1, 3, 6, LONG_AGO), ("14.02", 1, 20, 24, LONG_AGO)]);
        for (seat, dormant) in [
            ("13.01.01.2001", date!(2021 - 03 - 10)),
            ("14.01.01.2009", date!(2020 - 09 - 10)),
            ("14.02.01.2001", date!(2022 - 03 - 10)),
            ("14.02", date!(2022 - 03 - 10)),
        ] {
            let due = rules.due(code(seat), date!(2020 - 03 - 10)).expect("a rule");
            assert_eq!(due.dormancy.0, dormant, "{seat}");
        }
    }

    #[test]
    fn a_book_is_found_where_its_region_goes_on_and_what_was_split_off_has_its_origins() {
        let step = |rows: &[(ActKind, &str, &str)]| Step {
            from: Decree::D2022,
            to: Decree::D2023,
            rows: rows
                .iter()
                .map(|&(kind, old, new)| RegionStep { old: old.parse().ok(), new: new.parse().ok(), kind })
                .collect(),
        };
        let mut rules =
            rules(&[("92", 1, 3, 6, LONG_AGO), ("92.71", 1, 6, 9, LONG_AGO), ("92.02", 1, 9, 12, LONG_AGO)]);
        rules.adopt(&step(&[
            (ActKind::Split, "92", "92"),
            (ActKind::Split, "92", "96"),
            (ActKind::Moved, "92.71", "96.71"),
            (ActKind::Moved, "92.02", "92.71"),
            (ActKind::Renamed, "92.03", "92.03"),
            (ActKind::New, "", "96.05"),
        ]));
        for (place, dormant) in [
            ("92.01", Some(6)),
            ("96.05", Some(6)),
            ("96.71.01.1001", Some(9)),
            ("92.71", Some(12)),
            ("92.02", Some(6)),
            ("14", None),
        ] {
            assert_eq!(months_of(&rules, place), dormant, "{place}");
        }
        rules.adopt(&step(&[(ActKind::Merged, "96.71", "96.01"), (ActKind::Gone, "92", "")]));
        assert_eq!(months_of(&rules, "96.71"), Some(6), "what ended took its rule along");
        assert_eq!(months_of(&rules, "92.01"), None);
    }

    fn months_of(rules: &Rules, place: &str) -> Option<u16> {
        rules.dormancy(code(place), LONG_AGO).map(|dated| dated.rule.dormant_months())
    }

    #[test]
    fn the_rule_in_force_on_the_due_day_decides() {
        let nation = |list: &[(u32, u16, u16, Date)]| {
            rules(&list.iter().map(|&(v, r, d, from)| ("00", v, r, d, from)).collect::<Vec<_>>())
        };
        let seat = code("14.01.01.2009");
        let day = |rules: &Rules, last| rules.due(seat, last).map(|due| (due.dormancy.0, due.dormancy.1.version));
        // From 12 to 24 months: who was due before the change is due by the old rule, who was not waits for the new one.
        let longer = nation(&[(1, 9, 12, LONG_AGO), (2, 20, 24, date!(2021 - 06 - 01))]);
        assert_eq!(day(&longer, date!(2020 - 03 - 15)), Some((date!(2021 - 03 - 15), 1)));
        assert_eq!(day(&longer, date!(2020 - 06 - 01)), Some((date!(2022 - 06 - 01), 2)));
        assert_eq!(day(&longer, date!(2020 - 08 - 01)), Some((date!(2022 - 08 - 01), 2)));
        // From 12 to 6: nobody was dormant before the rule said so.
        let shorter = nation(&[(1, 9, 12, LONG_AGO), (2, 3, 6, date!(2021 - 01 - 01))]);
        assert_eq!(day(&shorter, date!(2020 - 04 - 15)), Some((date!(2021 - 01 - 01), 2)));
        assert_eq!(day(&shorter, date!(2020 - 11 - 30)), Some((date!(2021 - 05 - 30), 2)));
        // A rule that begins to hold later than the silence.
        let late = nation(&[(1, 9, 12, date!(2022 - 01 - 01))]);
        assert_eq!(day(&late, date!(2020 - 03 - 15)), Some((date!(2022 - 01 - 01), 1)));
    }

    #[test]
    fn a_reminder_comes_before_dormancy_or_not_at_all() {
        let usual = rules(&[("00", 1, 9, 12, LONG_AGO)]);
        let due = usual.due(code("14.01"), date!(2019 - 05 - 31)).expect("a rule");
        assert_eq!(due.reminder.map(|(day, _)| day), Some(date!(2020 - 02 - 29)));
        assert_eq!(due.dormancy.0, date!(2020 - 05 - 31));
        let late = rules(&[("00", 1, 9, 12, date!(2022 - 01 - 01))]);
        assert_eq!(late.due(code("14.01"), date!(2019 - 05 - 31)).expect("a rule").reminder, None);
    }
}
