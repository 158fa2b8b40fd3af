//! Packs each territory's four lists into one compressed list that the library embeds.
//!
//! A packed list has a line for each region, `1401<TAB>Kabupaten Kampar`, higher ranks first and by code within a rank.

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::ZlibEncoder;

#[path = "src/title_case.rs"]
mod title_case;

const YEARS: [&str; 3] = ["2025", "2023", "2022"];
const LISTS: [&str; 4] = ["provinces", "regencies", "districts", "villages"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=data/regions");
    println!("cargo::rerun-if-changed=src/title_case.rs");
    let out = std::env::var("OUT_DIR")?;
    // Newest first: an older list in capitals takes the newer one's spelling of a name that stayed.
    let mut spellings = HashMap::new();
    for year in YEARS {
        let mut packed = ZlibEncoder::new(File::create(Path::new(&out).join(year))?, Compression::default());
        writeln!(packed, "00\tIndonesia")?;
        for list in LISTS {
            pack(&format!("data/regions/{year}/{list}.csv"), &mut spellings, &mut packed)?;
        }
        packed.finish()?;
    }
    Ok(())
}

fn pack(list: &str, spellings: &mut HashMap<String, String>, packed: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let mut rows = csv::Reader::from_path(list)?;
    let name_column = rows.headers()?.len() - 1;
    let mut regions = Vec::new();
    for row in rows.records() {
        let row = row?;
        regions.push((row[0].replace('.', ""), row[name_column].to_owned()));
    }
    // A single name in capitals is a short form (`WKO`); a list of them was published in capitals.
    let in_capitals = regions.iter().all(|(_, name)| name.to_uppercase() == *name);
    regions.sort();
    for (code, name) in regions {
        let name = if in_capitals {
            let newer = spellings.get(&code).filter(|newer| newer.to_uppercase() == name);
            newer.cloned().unwrap_or_else(|| title_case::title_case(&name))
        } else {
            name
        };
        writeln!(packed, "{code}\t{name}")?;
        spellings.insert(code, name);
    }
    Ok(())
}
