//! What a line of active communities does over the months.

use super::{
    super::{
        format::{month, number, whole_percent},
        language::Language,
        model::Month,
    },
    FEW,
};

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
        return language
            .say("Belum pernah ada KIM aktif di sini", "There has never been an active KIM here")
            .to_owned();
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
            language
                .say(format!("Aktif turun {by} sejak {high_month}"), format!("Active KIM fell {by} since {high_month}"))
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
    const WORDS: [(i64, i64, [&str; 2]); 6] = [
        (230, 270, ["seperempat", "by a quarter"]),
        (313, 353, ["sepertiga", "by a third"]),
        (480, 520, ["setengah", "by half"]),
        (521, 590, ["lebih dari setengah", "by more than half"]),
        (647, 687, ["dua pertiga", "by two thirds"]),
        (730, 770, ["tiga perempat", "by three quarters"]),
    ];
    if part >= whole {
        return language.say("sampai habis", "to none").to_owned();
    }
    let thousandths = part * 1000 / whole.max(1);
    if let Some((_, _, [id, en])) = WORDS.iter().find(|(from, to, _)| (*from..=*to).contains(&thousandths)) {
        return language.say(*id, *en).to_owned();
    }
    let share = whole_percent(part, whole);
    language.say(share.clone(), format!("by {share}"))
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

#[cfg(test)]
mod tests {
    use super::{Language::*, *};

    fn line(points: &[(usize, i64)]) -> Vec<i64> {
        let mut series = Vec::new();
        for pair in points.windows(2) {
            let ((from, start), (to, end)) = (pair[0], pair[1]);
            let step =
                |i: usize| start + (end - start) * i64::try_from(i - from).unwrap() / i64::try_from(to - from).unwrap();
            series.extend((from..to).map(step));
        }
        series.push(points[points.len() - 1].1);
        series
    }

    #[test]
    fn the_title_says_what_the_line_does() {
        for (points, title) in [
            (
                vec![(0, 4700), (13, 4900), (37, 2450), (93, 3943)],
                "Aktif turun setengah dalam dua tahun, lalu pulih perlahan",
            ),
            (
                vec![(0, 4700), (13, 4900), (43, 2450), (60, 3700)],
                "Aktif turun setengah dalam dua setengah tahun, lalu pulih sebagian",
            ),
            (vec![(0, 100), (13, 120), (20, 72), (40, 119)], "Aktif turun 40% dalam 7 bulan, lalu hampir pulih"),
            (vec![(0, 100), (13, 120), (25, 80), (40, 140)], "Aktif turun sepertiga dalam setahun, lalu pulih"),
            (vec![(0, 100), (13, 120), (40, 30)], "Aktif turun tiga perempat sejak Februari 2020"),
            (vec![(0, 0), (13, 120), (40, 0)], "Aktif turun sampai habis sejak Februari 2020"),
            (vec![(0, 5), (13, 5), (40, 2)], "Aktif turun dari 5 menjadi 2 sejak Oktober 2020"),
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
}
