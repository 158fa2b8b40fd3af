//! What communities are called, in memory, and which names are like a query: by the groups of three letters that they share,
//! whatever the order of the words. Some tens of thousands of names are gone through in a fraction of a millisecond.

use std::{cmp::Reverse, collections::HashMap};

use kim_desk::list::{After, ListError, Paging};
use kim_eventlog::Position;
use kim_territory::RegionCode;
use uuid::Uuid;

/// Three characters of a word, which begins after two spaces and ends before one.
type Trigram = u64;

/// Of a query's trigrams, a name has at least this many in a hundred: fewer, and two letters that changed places would hide a word.
const LEAST_SHARED: usize = 40;

/// A name's place among those that are like a query: the likest first, then by seat and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    pub likeness: Reverse<u16>,
    pub seat: RegionCode,
    pub words: String,
    pub id: Uuid,
}

impl Rank {
    /// The row of a search that a page begins after.
    pub fn after(paging: &Paging) -> Result<Option<Self>, ListError> {
        let rank = |after: &After| {
            let seat = after.code.parse().map_err(|_| ListError::Token)?;
            Ok(Self { likeness: Reverse(after.likeness), seat, words: after.name_key.clone(), id: after.id })
        };
        paging.after().map(rank).transpose()
    }

    /// The token of the page after this row of a search.
    pub fn token(&self, paging: &Paging) -> String {
        let (code, name_key) = (self.seat.to_string(), self.words.clone());
        paging.write(&After { likeness: self.likeness.0, code, name_key, id: self.id })
    }
}

/// All names up to a position of the index.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub position: Position,
    all: Vec<Name>,
    places: HashMap<Uuid, u32>,
    having: HashMap<Trigram, Vec<u32>>,
}

#[derive(Debug)]
struct Name {
    id: Uuid,
    seat: RegionCode,
    words: String,
    trigrams: usize,
}

impl Names {
    /// Says what a community is called from now on, and where it has its seat. `words` are those of [`own_words`], a space between two.
    ///
    /// [`own_words`]: crate::domain::name::own_words
    pub fn put(&mut self, id: Uuid, seat: RegionCode, words: String) {
        let trigrams = trigrams(&words);
        let name = Name { id, seat, words, trigrams: trigrams.len() };
        let place = if let Some(&place) = self.places.get(&id) {
            let before = std::mem::replace(&mut self.all[place as usize], name);
            self.forget(place, &before.words);
            place
        } else {
            let place = u32::try_from(self.all.len()).expect("there are far fewer communities than 2^32");
            self.all.push(name);
            self.places.insert(id, place);
            place
        };
        for trigram in trigrams {
            self.having.entry(trigram).or_default().push(place);
        }
    }

    fn forget(&mut self, place: u32, words: &str) {
        for trigram in trigrams(words) {
            if let Some(places) = self.having.get_mut(&trigram) {
                places.retain(|&other| other != place);
            }
        }
    }

    /// The `most` that come first after `after`, of those with their seat in `within`.
    pub fn like(
        &self,
        words: &str,
        within: RegionCode,
        only: Option<Uuid>,
        after: Option<&Rank>,
        most: usize,
    ) -> Vec<Rank> {
        let wanted = trigrams(words);
        let mut shared = vec![0_u8; self.all.len()];
        for places in wanted.iter().filter_map(|trigram| self.having.get(trigram)) {
            for &place in places {
                let count = &mut shared[place as usize];
                *count = count.saturating_add(1);
            }
        }
        let least = (wanted.len() * LEAST_SHARED).div_ceil(100).max(1);
        let mut ranked: Vec<_> = self
            .all
            .iter()
            .zip(shared)
            .map(|(name, shared)| (name, usize::from(shared)))
            .filter(|(name, shared)| *shared >= least && within.contains(&name.seat))
            .filter(|(name, _)| only.is_none_or(|id| id == name.id))
            .map(|(name, shared)| {
                let likeness = Reverse(likeness(shared, wanted.len(), name.trigrams));
                (likeness, name.seat, name.words.as_str(), name.id)
            })
            .filter(|rank| {
                after.is_none_or(|after| *rank > (after.likeness, after.seat, after.words.as_str(), after.id))
            })
            .collect();
        if most < ranked.len() {
            ranked.select_nth_unstable(most);
            ranked.truncate(most);
        }
        ranked.sort_unstable();
        let owned = |(likeness, seat, words, id): (_, _, &str, _)| Rank { likeness, seat, words: words.to_owned(), id };
        ranked.into_iter().map(owned).collect()
    }
}

/// How much of the query the name has comes first, and then how little else it has.
fn likeness(shared: usize, wanted: usize, had: usize) -> u16 {
    let of_query = shared * 100 / wanted;
    let of_both = shared * 200 / (wanted + had);
    u16::try_from(of_query * 101 + of_both).unwrap_or(u16::MAX)
}

fn trigrams(words: &str) -> Vec<Trigram> {
    let mut trigrams = Vec::with_capacity(words.len() + 1);
    for word in words.split(' ') {
        let mut last = [' ', ' '];
        for next in word.chars().chain([' ']) {
            let [first, second] = last;
            trigrams.push(u64::from(first) << 42 | u64::from(second) << 21 | u64::from(next));
            last = [second, next];
        }
    }
    trigrams.sort_unstable();
    trigrams.dedup();
    trigrams
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::name::own_words;

    const NAMES: [(&str, &str); 8] = [
        ("14.01.01.2009", "KIM Sumber Makmur Kumantan"),
        ("14.01.01.2010", "KIM Sumber Makmur"),
        ("14.02.01.1001", "KIM Makmur Sumber Rejeki"),
        ("14.02.01.1002", "KIM Suara Desa"),
        ("35.07.01.2001", "KIM Pasirhuni"),
        ("35.07.01.2002", "Kelompok Informasi Masyarakat Kumantan"),
        ("35.07.01.2003", "KIM Bestari"),
        ("35.07.01.2004", "KIM Makmur Jaya"),
    ];

    fn names() -> Names {
        let mut names = Names::default();
        for (number, (seat, name)) in NAMES.into_iter().enumerate() {
            names.put(Uuid::from_u128(number as u128), seat.parse().expect("a code"), own_words(name).join(" "));
        }
        names
    }

    fn found(names: &Names, query: &str, within: &str) -> Vec<String> {
        let within = within.parse().expect("a code");
        let ranked = names.like(&own_words(query).join(" "), within, None, None, 100);
        ranked.into_iter().map(|rank| rank.words).collect()
    }

    #[test]
    fn a_name_is_found_by_mistyped_words_in_any_order() {
        let names = names();
        for query in
            ["sumber mkmur kumantn", "Kumantan makmur SUMBER", "kim sumbr makmurr kumantan", "kumantan sumberrr makmu"]
        {
            assert_eq!(found(&names, query, "00")[0], "sumber makmur kumantan", "{query}");
        }
        for (query, name) in [
            ("pasir huni", "pasirhuni"),
            ("Pasirhni", "pasirhuni"),
            ("besatri", "bestari"),
            ("beztari", "bestari"),
            ("kmantan", "kumantan"),
            ("swara deza", "suara desa"),
        ] {
            assert_eq!(found(&names, query, "00").first().map(String::as_str), Some(name), "{query}");
        }
        assert_eq!(found(&names, "xyzzy qqq", "00"), [""; 0]);
    }

    #[test]
    fn the_likest_come_first_and_only_those_of_the_region() {
        let names = names();
        assert_eq!(found(&names, "kumantan", "00")[..2], ["kumantan", "sumber makmur kumantan"]);
        assert_eq!(
            found(&names, "sumber makmur", "14"),
            ["sumber makmur", "makmur sumber rejeki", "sumber makmur kumantan"]
        );
        assert_eq!(found(&names, "kumantan", "14.01"), ["sumber makmur kumantan"]);
        assert_eq!(found(&names, "kumantan", "14.02"), [""; 0]);
        let own = names.like("kumantan", RegionCode::NATION, Some(Uuid::from_u128(0)), None, 10);
        assert_eq!(own.len(), 1, "one's own only");
    }

    #[test]
    fn pages_go_on_where_the_last_one_ended() {
        let names = names();
        let all = names.like("makmur", RegionCode::NATION, None, None, 100);
        assert_eq!(all.len(), 4);
        let mut paged: Vec<Rank> = Vec::new();
        loop {
            let page = names.like("makmur", RegionCode::NATION, None, paged.last(), 1);
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        assert_eq!(paged, all);
    }

    #[test]
    fn a_community_that_was_renamed_is_found_by_its_new_name_only() {
        let mut names = names();
        names.put(Uuid::from_u128(6), "14.01".parse().expect("a code"), "cahaya".into());
        assert_eq!(found(&names, "bestari", "00"), [""; 0]);
        assert_eq!(found(&names, "cahya", "14"), ["cahaya"]);
        assert_eq!(names.all.len(), NAMES.len());
    }
}
