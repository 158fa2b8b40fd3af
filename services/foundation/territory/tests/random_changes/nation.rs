//! A small nation that changes by acts of which each is known.

use std::collections::{BTreeMap, HashMap};

use kim_territory::{Level, RegionCode, RegionList};
use rand::RngExt;
use rand::seq::{IndexedRandom, SliceRandom};
use rand_chacha::ChaCha8Rng;

/// Tells a region whatever its code and name are.
pub type Id = u32;

#[derive(Clone)]
pub struct Nation {
    pub regions: BTreeMap<RegionCode, Id>,
    names: HashMap<Id, String>,
    /// What ended in which other region.
    pub merged: HashMap<Id, Id>,
    ids: Id,
    /// Names that several regions may bear; none when every name is borne once.
    pool: Vec<String>,
}

impl Nation {
    pub fn random(rng: &mut ChaCha8Rng, pool: usize) -> Self {
        let pool = (0..pool).map(|i| format!("Suka {i}")).collect();
        let empty = (BTreeMap::new(), HashMap::new(), HashMap::new());
        let mut nation = Self { regions: empty.0, names: empty.1, merged: empty.2, ids: 0, pool };
        for province in 1..=3 {
            let province = nation.found(rng, &format!("{}", 10 + province));
            for regency in 1..=3 {
                let regency = nation.found(rng, &format!("{province}.{regency:02}"));
                for district in 1..=rng.random_range(1..=4) {
                    let district = nation.found(rng, &format!("{regency}.{district:02}"));
                    for village in 1..=rng.random_range(1..=8) {
                        nation.found(rng, &format!("{district}.{}", 2000 + village));
                    }
                }
            }
        }
        nation
    }

    pub fn list(&self) -> RegionList {
        RegionList::new(self.regions.iter().map(|(code, id)| (*code, &self.names[id]))).unwrap()
    }

    pub fn code_of(&self, id: Id) -> Option<RegionCode> {
        self.regions.iter().find(|(_, other)| **other == id).map(|(code, _)| *code)
    }

    /// One act of a decree. Codes and, without a pool, names that anything ever had are not given again.
    pub fn change(&mut self, rng: &mut ChaCha8Rng, before: &Self) {
        match rng.random_range(0..9) {
            0 => {
                let code = self.any(rng, None);
                let name = self.name(rng);
                self.names.insert(self.regions[&code], name);
            }
            1 => {
                let village = self.any(rng, Some(Level::Village));
                let to = self.beside(rng, village.parent().unwrap());
                if !self.is_alone(village) {
                    self.relocate(village, to, before);
                }
            }
            2 => {
                let district = self.any(rng, Some(Level::District));
                self.relocate(district, district.parent().unwrap(), before);
            }
            3 => self.split(rng, Level::District, before),
            4 => self.split(rng, Level::Province, before),
            5 => {
                let gone = self.any(rng, Some(Level::District));
                let into = self.beside(rng, gone);
                if into != gone {
                    for village in self.children(gone) {
                        self.relocate(village, into, before);
                    }
                    let id = self.regions.remove(&gone).unwrap();
                    self.merged.insert(id, self.regions[&into]);
                }
            }
            6 => {
                let district = self.any(rng, Some(Level::District));
                let code = self.free(district, before);
                self.found(rng, &code.to_string());
            }
            7 => {
                let village = self.any(rng, Some(Level::Village));
                if !self.is_alone(village) {
                    self.regions.remove(&village);
                }
            }
            _ if self.pool.is_empty() => {}
            _ => {
                let one = self.any(rng, Some(Level::District));
                let other = self.beside(rng, one);
                let names = [one, other].map(|code| self.names[&self.regions[&code]].clone());
                self.names.insert(self.regions[&other], names[0].clone());
                self.names.insert(self.regions[&one], names[1].clone());
            }
        }
    }

    fn found(&mut self, rng: &mut ChaCha8Rng, code: &str) -> RegionCode {
        let code = code.parse().unwrap();
        self.ids += 1;
        let name = self.name(rng);
        self.names.insert(self.ids, name);
        self.regions.insert(code, self.ids);
        code
    }

    fn name(&mut self, rng: &mut ChaCha8Rng) -> String {
        self.ids += 1;
        self.pool.choose(rng).cloned().unwrap_or_else(|| format!("Tempat {}", self.ids))
    }

    fn any(&self, rng: &mut ChaCha8Rng, level: Option<Level>) -> RegionCode {
        let codes: Vec<RegionCode> = self.regions.keys().copied().collect();
        let fit: Vec<RegionCode> =
            codes.into_iter().filter(|code| level.is_none_or(|level| code.level() == level)).collect();
        *fit.choose(rng).expect("the nation is not empty")
    }

    /// A region of the same rank in the same one above, itself among them.
    fn beside(&self, rng: &mut ChaCha8Rng, code: RegionCode) -> RegionCode {
        *self.children(code.parent().unwrap()).choose(rng).unwrap()
    }

    fn is_alone(&self, code: RegionCode) -> bool {
        self.children(code.parent().unwrap()).len() == 1
    }

    fn children(&self, code: RegionCode) -> Vec<RegionCode> {
        self.regions.keys().copied().filter(|child| child.parent() == Some(code)).collect()
    }

    /// The code after all that ever were in that region.
    fn free(&self, above: RegionCode, before: &Self) -> RegionCode {
        let ever = before.regions.keys().chain(self.regions.keys());
        let last = ever.filter(|code| code.parent() == Some(above)).max().map(RegionCode::undotted);
        let next = |digits: String| digits.parse::<u64>().unwrap() + 1;
        let first = match above.level() {
            Level::Nation => "11".to_owned(),
            Level::District => format!("{}2001", above.undotted()),
            _ => format!("{}01", above.undotted()),
        };
        last.map_or(first, |last| next(last).to_string()).parse().unwrap()
    }

    /// To the next code in a region, with all that lies in it.
    fn relocate(&mut self, code: RegionCode, above: RegionCode, before: &Self) {
        let to = self.free(above, before);
        let inside: Vec<RegionCode> = self.regions.keys().copied().filter(|other| code.contains(other)).collect();
        for old in inside {
            let id = self.regions.remove(&old).unwrap();
            let new = old.to_string().replacen(&code.to_string(), &to.to_string(), 1);
            self.regions.insert(new.parse().unwrap(), id);
        }
    }

    /// Some of what lies in a region goes to a new one beside it.
    fn split(&mut self, rng: &mut ChaCha8Rng, level: Level, before: &Self) {
        let code = self.any(rng, Some(level));
        let mut children = self.children(code);
        if children.len() < 2 {
            return;
        }
        children.shuffle(rng);
        let part = self.free(code.parent().unwrap(), before);
        let part = self.found(rng, &part.to_string());
        for child in &children[..rng.random_range(1..children.len())] {
            self.relocate(*child, part, before);
        }
    }
}
