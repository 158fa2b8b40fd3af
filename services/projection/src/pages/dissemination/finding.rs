//! Sentences made from a funnel.

use super::funnel::{Funnel, Rung};
use crate::pages::{
    finding::{FEW, Headline},
    format::{number, percent},
    language::Language,
};

/// `61,2% dari 84.000 penugasan di Riau dikonfirmasi KIM`. `place` is empty for the nation.
#[must_use]
pub fn headline(l: Language, place: &str, campaigns: usize, funnel: &Funnel) -> Headline {
    let at = if place.is_empty() { String::new() } else { l.say(format!(" di {place}"), format!(" in {place}")) };
    if funnel.assigned() == 0 {
        return Headline {
            lead: l.say("Belum ada kampanye", "No campaign yet").into(),
            rest: if at.is_empty() { l.say(" di Indonesia", " in Indonesia").into() } else { at },
        };
    }
    let campaigns = i64::try_from(campaigns).unwrap_or(i64::MAX);
    let (all, taken_on) = (number(l, funnel.assigned()), funnel.reached(Rung::Acknowledged));
    let some = if funnel.assigned() < FEW { number(l, taken_on) } else { percent(l, taken_on, funnel.assigned()) };
    Headline {
        lead: l.say(format!("{some} dari {all} penugasan"), format!("{some} of {all} assignments")),
        rest: match campaigns {
            1 => l.say(format!("{at} dikonfirmasi KIM"), format!("{at} were taken on by their KIM")),
            _ => l.say(
                format!(" dari {} kampanye{at} dikonfirmasi KIM", number(l, campaigns)),
                format!(" of {} campaigns{at} were taken on by their KIM", number(l, campaigns)),
            ),
        },
    }
}

/// `Dari 84.000 penugasan, 70.112 sampai, 51.400 dikonfirmasi, dan 12.031 berlanjut ke sesi`.
#[must_use]
pub fn ladder(l: Language, funnel: &Funnel) -> String {
    let said = |rung| number(l, funnel.reached(rung));
    let [all, delivered, taken_on, held] =
        [Rung::Assigned, Rung::Delivered, Rung::Acknowledged, Rung::SessionHeld].map(said);
    l.say(
        format!(
            "Dari {all} penugasan, {delivered} sampai, {taken_on} dikonfirmasi, dan {held} berlanjut ke sesi warga"
        ),
        format!("Of {all} assignments, {delivered} arrived, {taken_on} were acknowledged, and {held} led to a session"),
    )
}

#[cfg(test)]
mod tests {
    use super::{super::super::language::Language::*, *};

    fn funnel(assigned: i64, taken_on: i64) -> Funnel {
        let mut funnel = Funnel::default();
        *funnel.reached_mut(Rung::Assigned) = assigned;
        *funnel.reached_mut(Rung::Acknowledged) = taken_on;
        funnel
    }

    #[test]
    fn the_headline_says_how_much_of_it_was_taken_on() {
        for (place, campaigns, funnel, text) in [
            ("", 12, funnel(84_000, 51_400), "61,2% dari 84.000 penugasan dari 12 kampanye dikonfirmasi KIM"),
            ("Riau", 1, funnel(1859, 1859), "100% dari 1.859 penugasan di Riau dikonfirmasi KIM"),
            ("Desa Kumantan", 2, funnel(3, 1), "1 dari 3 penugasan dari 2 kampanye di Desa Kumantan dikonfirmasi KIM"),
            ("", 0, Funnel::default(), "Belum ada kampanye di Indonesia"),
            ("Riau", 0, Funnel::default(), "Belum ada kampanye di Riau"),
        ] {
            assert_eq!(headline(Indonesian, place, campaigns, &funnel).plain(), text);
        }
        let english = headline(English, "Riau", 2, &funnel(1859, 93)).plain();
        assert_eq!(english, "5.0% of 1,859 assignments of 2 campaigns in Riau were taken on by their KIM");
    }
}
