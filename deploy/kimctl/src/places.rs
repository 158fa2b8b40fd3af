//! Regions for a person, and for the registry.

use kim_contract::r#type::v1::Region;
use kim_territory::{RegionCode, Territory};

/// `14.01 Kabupaten Kampar, Provinsi Riau`; the code alone where today's territory does not have it.
#[must_use]
pub fn place(code: &str) -> String {
    let name = |code: RegionCode| Territory::current().require(&code).map(|region| region.full_name());
    match code.parse().map(name) {
        Ok(Ok(name)) => format!("{code} {name}"),
        _ => code.to_owned(),
    }
}

/// A region of today's territory, as requests name it.
#[must_use]
pub fn to_proto(code: RegionCode) -> Region {
    Region { code: code.to_string(), decree: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_shown_with_its_code_and_its_name() {
        assert_eq!(place("14.01"), "14.01 Kabupaten Kampar, Provinsi Riau");
        assert_eq!(place("99.99"), "99.99");
    }
}
