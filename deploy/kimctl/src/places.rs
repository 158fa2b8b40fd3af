//! Regions for a person, and for the registry.

use kim_contract::r#type::v1::Region;
use kim_territory::{Decree, Level, RegionCode, Territory};

/// `14.01 Kabupaten Kampar, Provinsi Riau`; the code alone where today's territory does not have it.
#[must_use]
pub fn place(code: &str) -> String {
    let name = |code: RegionCode| Territory::current().require(&code).map(|region| region.full_name());
    match code.parse().map(name) {
        Ok(Ok(name)) => format!("{code} {name}"),
        _ => code.to_owned(),
    }
}

/// `14.01.01.1013 Langgini, Bangkinang Kota`: of a seat among others, what it is called and where that lies.
#[must_use]
pub fn nearby(code: &str) -> String {
    let Some(region) = code.parse().ok().and_then(|code: RegionCode| Territory::current().get(&code)) else {
        return code.to_owned();
    };
    let above = region.code.parent().filter(|_| region.level() > Level::Regency);
    let above = above.and_then(|above| Territory::current().get(&above)).map(|above| format!(", {}", above.name));
    format!("{code} {}{}", region.name, above.unwrap_or_default())
}

/// A region of today's territory, as requests name it.
#[must_use]
pub fn to_proto(code: RegionCode) -> Region {
    Region { code: code.to_string(), decree: String::new() }
}

/// Today's code of a region; the one that it had where what became of it is in doubt.
#[must_use]
pub fn today(region: &Region) -> Option<RegionCode> {
    let code = region.code.parse().ok()?;
    let moved = |decree: Decree| Territory::current().moved(&code, decree);
    Some(region.decree.parse().ok().and_then(moved).unwrap_or(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_of_an_older_decree_has_the_code_of_today() {
        let region = |code: &str, decree: &str| Region { code: code.into(), decree: decree.into() };
        let now = |code: &str, decree: &str| today(&region(code, decree)).map(|code| code.to_string());
        assert_eq!(now("92.71", "2022").as_deref(), Some("96.71"));
        assert_eq!(now("14.01", "").as_deref(), Some("14.01"));
        assert_eq!(now("14.01.01.2999", "2025").as_deref(), Some("14.01.01.2999"));
        assert_eq!(now("kampar", "2025"), None);
    }

    #[test]
    fn a_region_is_shown_with_its_code_and_its_name() {
        assert_eq!(place("14.01"), "14.01 Kabupaten Kampar, Provinsi Riau");
        assert_eq!(place("99.99"), "99.99");
        assert_eq!(nearby("14.01.01.1013"), "14.01.01.1013 Langgini, Bangkinang Kota");
        assert_eq!(nearby("14.01"), "14.01 Kabupaten Kampar");
    }
}
