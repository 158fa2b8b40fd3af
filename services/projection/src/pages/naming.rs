//! Names of regions and of levels, as they stand in sentences.

use kim_territory::{Decree, Level, Region, RegionCode, Territory};

use super::language::Language;

/// A region as a page names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub code: RegionCode,
    /// `Indonesia`, `Riau`, `Kabupaten Kampar`, `Kecamatan Tapung`, `Desa Kumantan`.
    pub name: String,
}

/// A region of a decree's territory; `None` when it has no such code.
#[must_use]
pub fn named(decree: Decree, code: RegionCode) -> Option<Named> {
    if code.level() == Level::Nation {
        return Some(Named { code, name: "Indonesia".to_owned() });
    }
    Territory::of(decree).get(&code).map(|region| Named { code, name: name(&region) })
}

/// A region's name, with the word for its kind where the name alone would not tell it.
#[must_use]
pub fn name(region: &Region<'_>) -> String {
    match region.level() {
        Level::Province | Level::Nation => region.name.to_owned(),
        _ => region.title(),
    }
}

/// The name of a code that stood in a figure: its territory knows it, or the code itself stands for it.
#[must_use]
pub fn name_of(decree: Decree, code: RegionCode) -> String {
    named(decree, code).map_or_else(|| code.to_string(), |named| named.name)
}

/// The name without its kind, for tables of one kind only.
#[must_use]
pub fn short_name_of(decree: Decree, code: RegionCode) -> String {
    match code.level() {
        Level::District => {
            Territory::of(decree).get(&code).map_or_else(|| code.to_string(), |region| region.name.to_owned())
        }
        _ => name_of(decree, code),
    }
}

/// The regions above, the nation first, without the region itself.
#[must_use]
pub fn above(decree: Decree, code: RegionCode) -> Vec<Named> {
    let mut above: Vec<Named> = code.ancestors().skip(1).filter_map(|code| named(decree, code)).collect();
    above.reverse();
    above
}

/// The word for regions of a level, in the middle of a sentence; plural in English.
#[must_use]
pub fn level_word(language: Language, level: Level) -> &'static str {
    match level {
        Level::Nation => language.say("negara", "nation"),
        Level::Province => language.say("provinsi", "provinces"),
        Level::Regency => language.say("kabupaten/kota", "regencies and cities"),
        Level::District => language.say("kecamatan", "districts"),
        Level::Village => language.say("desa/kelurahan", "villages"),
    }
}

/// The word for one region of a level, at the head of a column.
#[must_use]
pub fn level_head(language: Language, level: Level) -> &'static str {
    match level {
        Level::Nation => language.say("Negara", "Nation"),
        Level::Province => language.say("Provinsi", "Province"),
        Level::Regency => language.say("Kabupaten/kota", "Regency or city"),
        Level::District => language.say("Kecamatan", "District"),
        Level::Village => language.say("Desa/kelurahan", "Village"),
    }
}
