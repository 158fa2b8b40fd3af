//! Sentences made from figures: headlines, titles of pictures, what a table shows.
//!
//! Rules, not templates to be filled at any price: where there is too little to say something of, the sentence says
//! less. No ratio of fewer than [`FEW`] communities is given, since one of them would move it by a tenth or more.

use super::{
    format::{month, number, percent},
    language::Language,
    model::Month,
};

/// Below it, counts are compared as counts.
const FEW: i64 = 10;

/// A headline in two parts: the first is set in the accent colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headline {
    pub lead: String,
    pub rest: String,
}

impl Headline {
    #[must_use]
    pub fn plain(&self) -> String {
        format!("{}{}", self.lead, self.rest)
    }
}

/// What the headline compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// The published figure for the nation, at this month.
    Published { value: i64, month: Month },
    /// The region's own figure at the month of the published one.
    Own { value: i64, month: Month },
    /// The month shown is not after the reference.
    None,
}

/// `3.943 KIM aktif, 80,5% dari 4.900 sebelum pandemi`. `place` is empty for the nation.
#[must_use]
pub fn headline(
    language: Language,
    place: &str,
    active: i64,
    dormant: i64,
    ever: i64,
    reference: Reference,
) -> Headline {
    let said = |n| number(language, n);
    let at = if place.is_empty() { String::new() } else { language.say(format!(" di {place}"), format!(" in {place}")) };
    if active == 0 && dormant == 0 && ever == 0 {
        let lead = language.say("Belum ada KIM", "No KIM yet").to_owned();
        return Headline { lead, rest: if at.is_empty() { language.say(" di Indonesia", " in Indonesia").into() } else { at } };
    }
    let lead = match active {
        0 => language.say("Tidak ada KIM aktif", "No active KIM").to_owned(),
        _ => language.say(format!("{} KIM aktif", said(active)), format!("{} active KIM", said(active))),
    };
    let rest = match reference {
        Reference::Published { value, .. } if value > 0 => {
            let share = percent(language, active, value);
            language.say(
                format!(", {share} dari {} sebelum pandemi", said(value)),
                format!(", {share} of the {} before the pandemic", said(value)),
            )
        }
        Reference::Own { value, month: at_month } if value >= FEW => {
            let share = percent(language, active, value);
            let when = month(language, at_month);
            language
                .say(format!(", {share} dari {} pada {when}", said(value)), format!(", {share} of the {} in {when}", said(value)))
        }
        Reference::Own { value, month: at_month } if value > 0 => {
            let when = month(language, at_month);
            match active.cmp(&value) {
                std::cmp::Ordering::Equal => {
                    language.say(format!(", sama dengan {when}"), format!(", the same as in {when}"))
                }
                _ => language.say(format!(", {} pada {when}", said(value)), format!(", {} in {when}", said(value))),
            }
        }
        Reference::Own { month: at_month, .. } if active > 0 => {
            let when = month(language, at_month);
            language.say(format!(", belum ada pada {when}"), format!(", none in {when}"))
        }
        _ if active == 0 && dormant > 0 => {
            language.say(format!(", {} vakum", said(dormant)), format!(", {} dormant", said(dormant)))
        }
        _ => String::new(),
    };
    Headline { lead, rest: format!("{at}{rest}") }
}

/// The deepest fall of a series: from a high to the lowest point after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fall {
    pub high: usize,
    pub low: usize,
}

/// The deepest fall by count; `None` if the series never falls. Of equal ones the earliest, measured from the last month
/// at the high to the first at the low.
#[must_use]
pub fn deepest_fall(series: &[i64]) -> Option<Fall> {
    let mut high = 0;
    let mut deepest: Option<Fall> = None;
    for (at, value) in series.iter().enumerate() {
        if *value >= series[high] {
            high = at;
        }
        let depth = series[high] - value;
        if depth > deepest.map_or(0, |fall| series[fall.high] - series[fall.low]) {
            deepest = Some(Fall { high, low: at });
        }
    }
    deepest
}

/// The title of the picture of active communities over the months: what the line does.
#[must_use]
pub fn course(language: Language, first: Month, active: &[i64]) -> String {
    let at = |index: usize| first.plus(i32::try_from(index).expect("a series is shorter than the calendar"));
    let when = |index| month(language, at(index));
    let said = |n| number(language, n);
    let (Some(latest), Some(start)) = (active.last().copied(), active.iter().position(|n| *n > 0)) else {
        return language.say("Belum pernah ada KIM aktif di sini", "There has never been an active KIM here").to_owned();
    };
    let months = active.len() - start;
    if months <= 3 {
        return language.say(
            format!("{} KIM aktif, yang pertama sejak {}", said(latest), when(start)),
            format!("{} active KIM, the first since {}", said(latest), when(start)),
        );
    }
    if let Some(fall) = deepest_fall(active) {
        let (high, low) = (active[fall.high], active[fall.low]);
        if (high - low) * 10 >= high {
            return fallen(language, &at, fall, high, low, latest, active.len());
        }
    }
    let base = active[start];
    if (latest - base).abs() * 10 < base.max(FEW) {
        return language.say(
            format!("Aktif bertahan di sekitar {} sejak {}", said(latest), when(start)),
            format!("Active KIM have stayed around {} since {}", said(latest), when(start)),
        );
    }
    language.say(
        format!("Aktif naik dari {} menjadi {} sejak {}", said(base), said(latest), when(start)),
        format!("Active KIM rose from {} to {} since {}", said(base), said(latest), when(start)),
    )
}

fn fallen(
    language: Language,
    at: &dyn Fn(usize) -> Month,
    fall: Fall,
    high: i64,
    low: i64,
    latest: i64,
    length: usize,
) -> String {
    let said = |n| number(language, n);
    let high_month = month(language, at(fall.high));
    let months = |from: usize, to: usize| i64::try_from(to - from).expect("a series is shorter than the calendar");
    let (falling, rising) = (months(fall.high, fall.low), months(fall.low, length - 1));
    let (lost, back) = (high - low, latest - low);
    if back * 10 < lost {
        // It never came back: say it from the high to today.
        return if high < FEW {
            language.say(
                format!("Aktif turun dari {} menjadi {} sejak {high_month}", said(high), said(latest)),
                format!("Active KIM fell from {} to {} since {high_month}", said(high), said(latest)),
            )
        } else {
            let by = share(language, high - latest, high);
            language.say(
                format!("Aktif turun {by} sejak {high_month}"),
                format!("Active KIM are down {by} since {high_month}"),
            )
        };
    }
    let after = if latest >= high {
        language.say("lalu pulih", "then recovered")
    } else if back * 10 >= lost * 9 {
        language.say("lalu hampir pulih", "then almost recovered")
    } else if back * falling * 2 < lost * rising {
        language.say("lalu pulih perlahan", "then recovered slowly")
    } else {
        language.say("lalu pulih sebagian", "then recovered in part")
    };
    if high < FEW {
        return language.say(
            format!("Aktif turun dari {} menjadi {}, {after}", said(high), said(low)),
            format!("Active KIM fell from {} to {}, {after}", said(high), said(low)),
        );
    }
    let by = share(language, lost, high);
    let span = span(language, falling);
    language.say(format!("Aktif turun {by} dalam {span}, {after}"), format!("Active KIM fell {by} in {span}, {after}"))
}

/// A share in words where a plain word is near enough (two points), else in per cent.
fn share(language: Language, part: i64, whole: i64) -> String {
    const WORDS: [(i64, [&str; 2]); 6] = [
        (250, ["seperempat", "by a quarter"]),
        (333, ["sepertiga", "by a third"]),
        (500, ["setengah", "by half"]),
        (667, ["dua pertiga", "by two thirds"]),
        (750, ["tiga perempat", "by three quarters"]),
        (1000, ["habis", "to none"]),
    ];
    let thousandths = part * 1000 / whole.max(1);
    let near = |(value, _): &&(i64, [&str; 2])| {
        if *value == 1000 { part >= whole } else { (thousandths - value).abs() <= 20 }
    };
    match WORDS.iter().find(near) {
        Some((_, [id, en])) => language.say(*id, *en).to_owned(),
        None => {
            let share = percent(language, part, whole);
            language.say(share.clone(), format!("by {share}"))
        }
    }
}

/// A stretch of months in words: years where it is within two months of whole or half ones.
fn span(language: Language, months: i64) -> String {
    const YEARS: [(i64, [&str; 2]); 6] = [
        (12, ["setahun", "a year"]),
        (24, ["dua tahun", "two years"]),
        (30, ["dua setengah tahun", "two and a half years"]),
        (36, ["tiga tahun", "three years"]),
        (48, ["empat tahun", "four years"]),
        (60, ["lima tahun", "five years"]),
    ];
    let near = |(length, _): &&(i64, [&str; 2])| (months - length).abs() <= 2;
    match YEARS.iter().find(near) {
        Some((_, [id, en])) => language.say(*id, *en).to_owned(),
        None => language.say(format!("{months} bulan"), format!("{months} months")),
    }
}

/// A part's share of what could be covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub name: String,
    pub covered: i64,
    pub all: i64,
}

/// The title of the map: how many parts have an active community in more than half of their districts.
#[must_use]
pub fn spread(language: Language, shares: &[Share]) -> String {
    let all = i64::try_from(shares.len()).unwrap_or(i64::MAX);
    let half = i64::try_from(shares.iter().filter(|s| s.all > 0 && s.covered * 2 > s.all).count()).unwrap_or(i64::MAX);
    let any = shares.iter().any(|share| share.covered > 0);
    let said = |n| number(language, n);
    match half {
        _ if !any => language.say("Belum ada provinsi dengan KIM aktif", "No province has an active KIM yet").to_owned(),
        0 => language
            .say(
                "Belum ada provinsi yang lebih dari separuh kecamatannya punya KIM aktif",
                "No province has an active KIM in more than half of its districts yet",
            )
            .to_owned(),
        half if half == all => language
            .say(
                "Di semua provinsi, lebih dari separuh kecamatan punya KIM aktif",
                "In every province, more than half of the districts have an active KIM",
            )
            .to_owned(),
        half => language.say(
            format!("Di {} dari {} provinsi, lebih dari separuh kecamatan punya KIM aktif", said(half), said(all)),
            format!("In {} of {} provinces, more than half of the districts have an active KIM", said(half), said(all)),
        ),
    }
}

/// The title of a table of parts with their shares: its two ends.
#[must_use]
pub fn ends(language: Language, shares: &[Share], of: &str) -> String {
    let counted: Vec<_> = shares.iter().filter(|share| share.all > 0).collect();
    // Compared crosswise: shares are ratios of whole numbers, and stay so.
    let by_share = |a: &&&Share, b: &&&Share| (a.covered * b.all).cmp(&(b.covered * a.all));
    let (Some(least), Some(most)) = (counted.iter().min_by(by_share), counted.iter().max_by(by_share)) else {
        return String::new();
    };
    let share = |s: &Share| percent(language, s.covered, s.all);
    if most.covered == 0 {
        return language.say(format!("Belum ada {of} dengan KIM aktif"), format!("No {of} with an active KIM yet"));
    }
    if least.covered * most.all == most.covered * least.all {
        return if counted.len() == 1 {
            language.say(
                format!("{} {of} di {} punya KIM aktif", share(most), most.name),
                format!("{} of {of} in {} have an active KIM", share(most), most.name),
            )
        } else {
            language.say(
                format!("Di mana-mana {} {of} punya KIM aktif", share(most)),
                format!("Everywhere {} of {of} have an active KIM", share(most)),
            )
        };
    }
    language.say(
        format!("Cakupan {of} dari {} di {} sampai {} di {}", share(least), least.name, share(most), most.name),
        format!("{} of {of} in {} to {} in {} have an active KIM", share(least), least.name, share(most), most.name),
    )
}

/// `9 dari 21 kecamatan punya KIM aktif`.
#[must_use]
pub fn covered(language: Language, covered: i64, all: i64, of: &str) -> String {
    match covered {
        0 => language.say(format!("Belum satu pun {of} punya KIM aktif"), format!("No {of} has an active KIM yet")),
        covered if covered == all => {
            language.say(format!("Semua {all} {of} punya KIM aktif"), format!("All {all} {of} have an active KIM"))
        }
        covered => language.say(
            format!("{} dari {} {of} punya KIM aktif", number(language, covered), number(language, all)),
            format!("{} of {} {of} have an active KIM", number(language, covered), number(language, all)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{Language::*, *};

    fn line(points: &[(usize, i64)]) -> Vec<i64> {
        let mut series = Vec::new();
        for pair in points.windows(2) {
            let ((from, start), (to, end)) = (pair[0], pair[1]);
            let step = |i: usize| start + (end - start) * i64::try_from(i - from).unwrap() / i64::try_from(to - from).unwrap();
            series.extend((from..to).map(step));
        }
        series.push(points[points.len() - 1].1);
        series
    }

    #[test]
    fn the_title_says_what_the_line_does() {
        for (points, title) in [
            (vec![(0, 4700), (13, 4900), (37, 2450), (93, 3943)], "Aktif turun setengah dalam dua tahun, lalu pulih perlahan"),
            (vec![(0, 4700), (13, 4900), (43, 2450), (60, 3700)], "Aktif turun setengah dalam dua setengah tahun, lalu pulih sebagian"),
            (vec![(0, 100), (13, 120), (20, 72), (40, 119)], "Aktif turun 40,0% dalam 7 bulan, lalu hampir pulih"),
            (vec![(0, 100), (13, 120), (25, 80), (40, 140)], "Aktif turun sepertiga dalam setahun, lalu pulih"),
            (vec![(0, 100), (13, 120), (40, 30)], "Aktif turun tiga perempat sejak Februari 2020"),
            (vec![(0, 0), (13, 120), (40, 0)], "Aktif turun habis sejak Februari 2020"),
            (vec![(0, 5), (13, 5), (40, 2)], "Aktif turun dari 5 menjadi 2 sejak Februari 2020"),
            (vec![(0, 5), (13, 5), (30, 2), (40, 4)], "Aktif turun dari 5 menjadi 2, lalu pulih sebagian"),
            (vec![(0, 10), (40, 30)], "Aktif naik dari 10 menjadi 30 sejak Januari 2019"),
            (vec![(0, 200), (40, 205)], "Aktif bertahan di sekitar 205 sejak Januari 2019"),
            (vec![(0, 2), (40, 2)], "Aktif bertahan di sekitar 2 sejak Januari 2019"),
            (vec![(0, 0), (40, 0)], "Belum pernah ada KIM aktif di sini"),
            (vec![(0, 0), (39, 0), (40, 3)], "3 KIM aktif, yang pertama sejak Mei 2022"),
        ] {
            assert_eq!(course(Indonesian, Month::FIRST, &line(&points)), title, "{points:?}");
        }
        let series = line(&[(0, 4700), (13, 4900), (37, 2450), (93, 3943)]);
        assert_eq!(
            course(English, Month::FIRST, &series),
            "Active KIM fell by half in two years, then recovered slowly"
        );
        assert_eq!(course(Indonesian, Month::FIRST, &[]), "Belum pernah ada KIM aktif di sini");
    }

    #[test]
    fn the_headline_compares_only_what_can_be_compared() {
        let month = Month::new(2020, 2).unwrap();
        let own = |value| Reference::Own { value, month };
        for (place, active, dormant, ever, reference, text) in [
            ("", 3943, 1277, 6000, Reference::Published { value: 4900, month }, "3.943 KIM aktif, 80,5% dari 4.900 sebelum pandemi"),
            ("Riau", 96, 40, 140, own(131), "96 KIM aktif di Riau, 73,3% dari 131 pada Februari 2020"),
            ("Kecamatan Tapung", 2, 1, 3, own(5), "2 KIM aktif di Kecamatan Tapung, 5 pada Februari 2020"),
            ("Kecamatan Tapung", 5, 1, 6, own(5), "5 KIM aktif di Kecamatan Tapung, sama dengan Februari 2020"),
            ("Kecamatan Tapung", 2, 0, 2, own(0), "2 KIM aktif di Kecamatan Tapung, belum ada pada Februari 2020"),
            ("Desa Kumantan", 0, 1, 1, own(0), "Tidak ada KIM aktif di Desa Kumantan, 1 vakum"),
            ("Desa Kumantan", 0, 0, 0, own(0), "Belum ada KIM di Desa Kumantan"),
            ("", 0, 0, 0, Reference::Published { value: 4900, month }, "Belum ada KIM di Indonesia"),
            ("Riau", 120, 1, 130, Reference::None, "120 KIM aktif di Riau"),
        ] {
            assert_eq!(headline(Indonesian, place, active, dormant, ever, reference).plain(), text);
        }
    }

    fn share(name: &str, covered: i64, all: i64) -> Share {
        Share { name: name.to_owned(), covered, all }
    }

    #[test]
    fn the_map_says_where_most_districts_have_one() {
        let of = |shares: &[Share]| spread(Indonesian, shares);
        assert_eq!(of(&[share("A", 0, 9), share("B", 0, 3)]), "Belum ada provinsi dengan KIM aktif");
        assert_eq!(
            of(&[share("A", 1, 9), share("B", 1, 2)]),
            "Belum ada provinsi yang lebih dari separuh kecamatannya punya KIM aktif"
        );
        assert_eq!(of(&[share("A", 5, 9), share("B", 1, 2)]), "Di 1 dari 2 provinsi, lebih dari separuh kecamatan punya KIM aktif");
        assert_eq!(of(&[share("A", 5, 9)]), "Di semua provinsi, lebih dari separuh kecamatan punya KIM aktif");
    }

    #[test]
    fn a_table_is_named_by_its_two_ends() {
        let shares = [share("Kampar", 9, 21), share("Pekanbaru", 15, 15), share("Siak", 0, 14)];
        assert_eq!(ends(Indonesian, &shares, "kecamatan"), "Cakupan kecamatan dari 0% di Siak sampai 100% di Pekanbaru");
        assert_eq!(ends(Indonesian, &[share("Siak", 0, 14)], "kecamatan"), "Belum ada kecamatan dengan KIM aktif");
        assert_eq!(ends(Indonesian, &[], "kecamatan"), "");
        assert_eq!(covered(Indonesian, 9, 21, "kecamatan"), "9 dari 21 kecamatan punya KIM aktif");
        assert_eq!(covered(Indonesian, 0, 21, "kecamatan"), "Belum satu pun kecamatan punya KIM aktif");
    }
}
