//! What was adopted, for whoever reads regions by it.

use kim_territory::{ActKind, Changes, Decree, Ruling, Rulings, Territory};
use time::macros::date;

use super::{Adoption, Command, decide, evolve};

/// A decision for each region that the lists leave in doubt: it went.
pub fn rulings(from: Option<Decree>, to: Decree) -> Rulings {
    let Some(from) = from.filter(|from| *from < to) else { return Rulings::new() };
    let [old, new] = [from, to].map(|decree| Territory::of(decree).list());
    let mut rulings = Rulings::new();
    loop {
        let changes = Changes::ruled(old, new, &rulings).expect("a region may always be gone");
        let doubtful = changes.all().filter(|change| change.act.kind() == ActKind::Doubtful);
        let more: Vec<_> = doubtful.map(|change| (change.act.code(), Ruling::Gone)).collect();
        if more.is_empty() {
            return rulings;
        }
        rulings.extend(more);
    }
}

/// All territories up to that one, one after another.
pub fn adoption(last: Decree) -> Adoption {
    Decree::ALL.into_iter().filter(|decree| *decree <= last).fold(Adoption::default(), |state, decree| {
        let rulings = rulings(state.last, decree);
        let command = Command::Adopt { decree, rulings, today: date!(2023 - 01 - 01) };
        decide(&state, &command).expect("adopted").iter().fold(state, evolve)
    })
}
