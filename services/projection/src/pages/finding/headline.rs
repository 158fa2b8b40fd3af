//! The headline of a page: how many, and how that compares.

use super::{
    super::{
        format::{month, number, percent},
        language::Language,
        model::Month,
    },
    FEW,
};

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
    let at =
        if place.is_empty() { String::new() } else { language.say(format!(" di {place}"), format!(" in {place}")) };
    if active == 0 && dormant == 0 && ever == 0 {
        let lead = language.say("Belum ada KIM", "No KIM yet").to_owned();
        return Headline {
            lead,
            rest: if at.is_empty() { language.say(" di Indonesia", " in Indonesia").into() } else { at },
        };
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
            language.say(
                format!(", {share} dari {} pada {when}", said(value)),
                format!(", {share} of the {} in {when}", said(value)),
            )
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

#[cfg(test)]
mod tests {
    use super::{Language::*, *};

    #[test]
    fn the_headline_compares_only_what_can_be_compared() {
        let month = Month::new(2020, 2).unwrap();
        let own = |value| Reference::Own { value, month };
        for (place, active, dormant, ever, reference, text) in [
            (
                "",
                3943,
                1277,
                6000,
                Reference::Published { value: 4900, month },
                "3.943 KIM aktif, 80,5% dari 4.900 sebelum pandemi",
            ),
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
}
