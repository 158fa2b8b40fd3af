//! Where communities are and where not.

use super::super::{
    format::{number, percent},
    language::Language,
};

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
        _ if !any => {
            language.say("Belum ada provinsi dengan KIM aktif", "No province has an active KIM yet").to_owned()
        }
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
        0 => language.say(
            format!("Belum satu pun {of} punya KIM aktif"),
            format!("None of the {all} {of} has an active KIM yet"),
        ),
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
        assert_eq!(
            of(&[share("A", 5, 9), share("B", 1, 2)]),
            "Di 1 dari 2 provinsi, lebih dari separuh kecamatan punya KIM aktif"
        );
        assert_eq!(of(&[share("A", 5, 9)]), "Di semua provinsi, lebih dari separuh kecamatan punya KIM aktif");
    }

    #[test]
    fn a_table_is_named_by_its_two_ends() {
        let shares = [share("Kampar", 9, 21), share("Pekanbaru", 15, 15), share("Siak", 0, 14)];
        assert_eq!(
            ends(Indonesian, &shares, "kecamatan"),
            "Cakupan kecamatan dari 0% di Siak sampai 100% di Pekanbaru"
        );
        assert_eq!(ends(Indonesian, &[share("Siak", 0, 14)], "kecamatan"), "Belum ada kecamatan dengan KIM aktif");
        assert_eq!(ends(Indonesian, &[], "kecamatan"), "");
        assert_eq!(covered(Indonesian, 9, 21, "kecamatan"), "9 dari 21 kecamatan punya KIM aktif");
        assert_eq!(covered(Indonesian, 0, 21, "kecamatan"), "Belum satu pun kecamatan punya KIM aktif");
    }
}
