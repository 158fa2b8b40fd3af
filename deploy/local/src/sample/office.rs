//! The offices of the sample nation.

use kim_territory::{Level, RegionCode, Territory};

use super::places::code;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    pub name: String,
    pub region: RegionCode,
}

/// The nation's office, each province's and each regency's: of `region`, and of what stands above it.
#[must_use]
pub fn offices(region: RegionCode) -> Vec<Office> {
    let territory = Territory::current();
    [Level::Nation, Level::Province, Level::Regency]
        .into_iter()
        .flat_map(|level| territory.within(&RegionCode::NATION, level))
        .map(|office| office.code)
        .filter(|office| region.contains(office) || office.contains(&region))
        .map(|region| Office { name: name(territory, region), region })
        .collect()
}

fn name(territory: &Territory, region: RegionCode) -> String {
    let place = territory.get(&region).expect("offices are of today's territory").title();
    match region.level() {
        Level::Nation => "Direktorat Jenderal Informasi dan Komunikasi Publik".to_owned(),
        // Riau's has a name of its own: no office's name follows from its kind.
        _ if region == code("14") => format!("Dinas Komunikasi, Informatika dan Statistik (Diskominfotik) {place}"),
        _ => format!("Dinas Komunikasi dan Informatika {place}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_its_own_offices_and_those_above() {
        let names: Vec<String> = offices(code("14")).into_iter().map(|office| office.name).collect();
        assert_eq!(
            names[..3],
            [
                "Direktorat Jenderal Informasi dan Komunikasi Publik",
                "Dinas Komunikasi, Informatika dan Statistik (Diskominfotik) Provinsi Riau",
                "Dinas Komunikasi dan Informatika Kabupaten Kampar",
            ]
        );
        assert_eq!(names.len(), 2 + 12);
        assert_eq!(offices(RegionCode::NATION).len(), 1 + 38 + 514);
    }
}
