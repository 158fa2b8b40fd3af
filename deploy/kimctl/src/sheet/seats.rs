//! Where a row's community has its seat: by its code, or by names.

use std::collections::HashMap;

use kim_territory::{Level, RegionCode, Territory};
use strsim::jaro_winkler;

use super::cells::{Cells, Problem};

/// The columns of names, from the top.
const NAMES: [(Level, &str); 4] = [
    (Level::Province, "provinsi"),
    (Level::Regency, "kabupaten_kota"),
    (Level::District, "kecamatan"),
    (Level::Village, "desa"),
];
/// How many candidates a person is shown.
const CANDIDATES: usize = 3;
/// A name that is at least so alike may have been meant.
const MEANT: f64 = 0.8;
/// Among more regions than these a misspelt name is not looked for.
const FEW: usize = 1_000;

/// Finds seats, each name once.
#[derive(Debug)]
pub struct Seats {
    within: RegionCode,
    found: HashMap<(RegionCode, Level, String), Vec<RegionCode>>,
}

impl Seats {
    /// Names are looked for in this region only.
    #[must_use]
    pub fn within(region: Option<RegionCode>) -> Self {
        Self { within: region.unwrap_or(RegionCode::NATION), found: HashMap::new() }
    }

    /// The code of a row's seat: the one that it says, or that of the region which it names. Empty when it says neither, or
    /// what it names is in doubt.
    pub(super) fn of(&mut self, cells: &mut Cells<'_>) -> String {
        // As an Indonesian spreadsheet shows 14.01 when it takes it for a number.
        let code = cells.text("kode_wilayah").replace(',', ".");
        if !code.is_empty() {
            if is_statistical(&code) {
                cells.problem(statistical(&code));
            }
            return code;
        }
        match self.named(cells) {
            Ok(seat) => seat.map(|seat| seat.to_string()).unwrap_or_default(),
            Err(problem) => {
                cells.problem(problem);
                String::new()
            }
        }
    }

    /// The region that the names lead to, from the top: `Malang` is both kabupaten and kota until its kecamatan is named.
    fn named(&mut self, cells: &Cells<'_>) -> Result<Option<RegionCode>, Problem> {
        let mut reached = vec![self.within];
        let mut last = None;
        for (level, column) in NAMES {
            let name = cells.text(column);
            // Above the region of all rows there is nothing to look for.
            if name.is_empty() || level <= self.within.level() {
                continue;
            }
            let below: Vec<RegionCode> =
                reached.iter().flat_map(|within| self.look_up(*within, level, name).to_vec()).collect();
            if below.is_empty() {
                return Err(unknown(column, name, level, &reached));
            }
            reached = below;
            last = Some((column, name));
        }
        match (reached.as_slice(), last) {
            (_, None) => Ok(None),
            ([seat], _) => Ok(Some(*seat)),
            (several, Some((column, name))) => Err(doubtful(column, name, several)),
        }
    }

    fn look_up(&mut self, within: RegionCode, level: Level, name: &str) -> &[RegionCode] {
        self.found.entry((within, level, name.to_owned())).or_insert_with(|| {
            Territory::current().named(name, level, within).iter().map(|region| region.code).collect()
        })
    }
}

/// Whether a code that the ministry does not have is written as those of the statistics office (BPS): three digits for a
/// district and three for a village, of which new ones are counted in tens.
fn is_statistical(code: &str) -> bool {
    let known = code.parse().is_ok_and(|code| Territory::current().get(&code).is_some());
    let digits: Vec<u8> = code.bytes().filter(|byte| *byte != b'.').collect();
    if known || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    // The ministry's villages begin with 1, 2 or 3.
    digits.len() == 7 || (digits.len() == 10 && !(b'1'..=b'3').contains(&digits[6]))
}

fn statistical(code: &str) -> Problem {
    Problem::new(
        "kode_wilayah",
        "CODE_OF_BPS",
        format!("Kode {code} tidak ada dalam daftar Kemendagri, dan bentuknya seperti kode BPS."),
        "Pakai kode Kemendagri, misalnya 14.01.01.2009, atau isi nama wilayahnya: provinsi, kabupaten_kota, kecamatan, desa.",
    )
}

fn unknown(column: &str, name: &str, level: Level, within: &[RegionCode]) -> Problem {
    let areas: Vec<String> = within.iter().take(CANDIDATES).copied().map(described).collect();
    let message = format!("Tidak ada {} bernama \"{name}\" di {}.", level.label(), areas.join(" atau "));
    let near: Vec<String> =
        within.iter().flat_map(|area| similar(name, level, *area)).take(CANDIDATES).map(described).collect();
    let remedy = if near.is_empty() {
        "Periksa ejaannya dan nama wilayah di atasnya, atau isi kode_wilayah.".to_owned()
    } else {
        format!("Mungkin {}? Betulkan namanya, atau isi kode_wilayah.", near.join(", atau "))
    };
    Problem::new(column, "REGION_UNKNOWN", message, remedy)
}

fn doubtful(column: &str, name: &str, several: &[RegionCode]) -> Problem {
    let shown: Vec<String> = several.iter().take(CANDIDATES).copied().map(described).collect();
    let more = if several.len() > CANDIDATES { ", dan lainnya" } else { "" };
    Problem::new(
        column,
        "REGION_DOUBTFUL",
        format!("\"{name}\" dapat berarti {}{more}.", shown.join(", ")),
        "Isi juga nama wilayah di atasnya, atau kode_wilayah.",
    )
}

/// Regions whose name holds this one, or is spelt nearly like it; the nearest first.
fn similar(name: &str, level: Level, within: RegionCode) -> Vec<RegionCode> {
    let territory = Territory::current();
    let holding = territory.search(name, Some(within), FEW);
    let mut near: Vec<RegionCode> =
        holding.iter().filter(|region| region.level() == level).map(|region| region.code).take(CANDIDATES).collect();
    if near.is_empty() && territory.count(&within, level) <= FEW {
        let spelt = name.to_lowercase();
        let regions = territory.within(&within, level);
        let mut all: Vec<(f64, RegionCode)> =
            regions.map(|region| (jaro_winkler(&spelt, &region.name.to_lowercase()), region.code)).collect();
        all.retain(|(likeness, _)| *likeness >= MEANT);
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        near = all.into_iter().take(CANDIDATES).map(|(_, code)| code).collect();
    }
    near
}

fn described(code: RegionCode) -> String {
    match Territory::current().get(&code) {
        Some(region) if code != RegionCode::NATION => format!("{code} {}", region.full_name()),
        _ => "Indonesia".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{COMMUNITY, Columns, Naming};

    /// The seat, or reason and remedy of why there is none.
    fn seat(within: Option<&str>, named: &[(&str, &str)]) -> Result<String, (String, String)> {
        let header: Vec<String> = ["nama_kim", "tanggal_pembentukan"]
            .iter()
            .chain(named.iter().map(|(column, _)| column))
            .map(|&name| name.to_owned())
            .collect();
        let record = csv::ByteRecord::from(
            ["KIM A", "2019-03-14"].iter().chain(named.iter().map(|(_, cell)| cell)).collect::<Vec<_>>(),
        );
        let columns = Columns::find(&header, &COMMUNITY, &Naming::default()).unwrap();
        let mut cells = Cells::read(&columns, &record).unwrap();
        let seat = Seats::within(within.map(|code| code.parse().unwrap())).of(&mut cells);
        cells
            .problems()
            .pop()
            .map_or(Ok(seat), |problem| Err((problem.reason, problem.message + " " + &problem.remedy)))
    }

    #[test]
    fn a_seat_is_found_by_its_name_and_those_above_it() {
        let kampar = [("Provinsi", "RIAU"), ("Kabupaten/Kota", "Kampar"), ("Kecamatan", "Bangkinang Kota")];
        for (village, code) in [("Kumantan", "14.01.01.2009"), ("desa kumantan", "14.01.01.2009"), ("-", "14.01.01")] {
            let named = [&kampar[..], &[("Desa/Kelurahan", village)]].concat();
            assert_eq!(seat(None, &named).as_deref(), Ok(code), "{village}");
        }
        let below = [("kecamatan", "Bangkinang Kota"), ("desa", "RIDAN PERMAI")];
        assert_eq!(seat(Some("14.01"), &below).as_deref(), Ok("14.01.01.2010"));
        assert_eq!(seat(None, &[("kode_wilayah", "14,01"), ("desa", "")]).as_deref(), Ok("14.01"));
        assert_eq!(seat(None, &[("desa", "")]).as_deref(), Ok(""), "the registry says that it is missing");
    }

    #[test]
    fn what_is_in_doubt_is_refused_with_its_candidates() {
        let (reason, said) = seat(None, &[("kabupaten_kota", "Malang")]).unwrap_err();
        assert_eq!(reason, "REGION_DOUBTFUL");
        assert!(said.contains("35.07 Kabupaten Malang") && said.contains("35.73 Kota Malang"), "{said}");
        let further = [("kabupaten_kota", "Malang"), ("kecamatan", "Klojen")];
        assert_eq!(seat(None, &further).as_deref(), Ok("35.73.02"), "its kecamatan says which");
        let (reason, said) =
            seat(Some("14.01"), &[("kecamatan", "Bangkinang Kota"), ("desa", "Kumentan")]).unwrap_err();
        assert_eq!(reason, "REGION_UNKNOWN");
        assert!(said.contains("Mungkin 14.01.01.2009 Desa Kumantan"), "{said}");
    }

    #[test]
    fn codes_of_the_statistics_office_are_told_from_mistyped_ones() {
        for code in ["1401010", "1401010001", "14.01.010", "14.01.010.001"] {
            assert_eq!(seat(None, &[("kode_wilayah", code)]).unwrap_err().0, "CODE_OF_BPS", "{code}");
        }
        for code in ["14.01.01.2009", "1401012009", "14.01.01.2999", "14.1", "1401"] {
            assert_eq!(seat(None, &[("kode_wilayah", code)]).as_deref(), Ok(code), "the registry says what is wrong");
        }
    }
}
