//! The lists of regions that are compared: those that are built in, and those out of files.

use std::{fs::File, path::Path};

use anyhow::{Context, bail};
use kim_territory::{Decree, RegionCode, RegionList, Territory};
use serde::Serialize;

use crate::csv_rows::CsvFile;

/// The files of a folder with a list, as lists are published.
const FILES: [&str; 4] = ["provinces.csv", "regencies.csv", "districts.csv", "villages.csv"];
/// Mistakes of a list that are named.
const NAMED: usize = 20;

/// A list, and how a decree file names it.
pub enum Listed {
    BuiltIn(Decree),
    Read(RegionList),
}

/// A list by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListName {
    /// `2025`, or for a list out of files `sha256:` and the digest of its codes.
    pub key: String,
    pub name: String,
}

impl Listed {
    /// A list out of a file, or out of the files in a folder: a code and a name in each row, whatever else.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let mut rows = Rows::default();
        if path.is_dir() {
            for file in FILES {
                rows.read(&path.join(file))?;
            }
        } else {
            rows.read(path)?;
        }
        let Rows { regions, mut mistakes } = rows;
        match RegionList::new(regions) {
            Ok(list) if mistakes.is_empty() => return Ok(Self::Read(list)),
            Ok(_) => {}
            Err(errors) => mistakes.extend(errors.iter().map(|error| format!("{error}."))),
        }
        let more = mistakes.len().checked_sub(NAMED).filter(|more| *more > 0);
        mistakes.truncate(NAMED);
        mistakes.extend(more.map(|more| format!("Dan {more} lagi.")));
        bail!("daftar wilayah {} keliru:\n{}", path.display(), mistakes.join("\n"))
    }

    pub fn list(&self) -> &RegionList {
        match self {
            Self::BuiltIn(decree) => Territory::of(*decree).list(),
            Self::Read(list) => list,
        }
    }

    pub fn name(&self) -> ListName {
        match self {
            Self::BuiltIn(decree) => ListName { key: decree.key().to_owned(), name: decree.name().to_owned() },
            Self::Read(list) => {
                ListName { key: format!("{DIGEST}{}", list.digest()), name: "daftar dari berkas".to_owned() }
            }
        }
    }
}

/// Before the digest of a list out of files, where a decree's year would stand.
pub const DIGEST: &str = "sha256:";

#[derive(Default)]
struct Rows {
    regions: Vec<(RegionCode, String)>,
    mistakes: Vec<String>,
}

impl Rows {
    fn read(&mut self, path: &Path) -> anyhow::Result<()> {
        let shown = path.display();
        let file = File::open(path).with_context(|| format!("{shown} tidak dapat dibuka"))?;
        let mut file = CsvFile::open(file).with_context(|| shown.to_string())?;
        let place = |names: [&str; 2]| {
            file.header().iter().position(|head| names.iter().any(|name| head.trim().eq_ignore_ascii_case(name)))
        };
        let (Some(code), Some(name)) = (place(["code", "kode"]), place(["name", "nama"])) else {
            bail!("{shown}: kolom kode dan nama (atau code dan name) harus ada");
        };
        while let Some(record) = file.next_record().with_context(|| shown.to_string())? {
            let cell = |place| record.fields.get(place).and_then(|cell| std::str::from_utf8(cell).ok());
            let row = record.row;
            match (cell(code).map(str::parse), cell(name)) {
                (Some(Ok(code)), Some(name)) => self.regions.push((code, name.to_owned())),
                (Some(Err(error)), _) => self.mistakes.push(format!("{shown} baris {row}: {error}.")),
                _ => self.mistakes.push(format!("{shown} baris {row}: tidak lengkap, atau bukan UTF-8.")),
            }
        }
        Ok(())
    }
}
