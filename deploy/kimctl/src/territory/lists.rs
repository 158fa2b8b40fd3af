//! The lists of regions that are compared: those that are built in, and those out of files.

use std::path::Path;

use anyhow::{Context, bail};
use kim_territory::{Decree, RegionCode, RegionList, Territory};
use serde::Serialize;

use crate::sheet::{Cells, Column, Reading, Sheet};

/// The files of a folder with a list, as lists are published.
const FILES: [&str; 4] = ["provinces.csv", "regencies.csv", "districts.csv", "villages.csv"];
/// What is read of a list; whatever else it has says nothing.
const REGION: [Column; 2] =
    [Column::new("kode", true, "").or_called(&["code"]), Column::new("nama", true, "").or_called(&["name"])];
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
        let reading = Reading { ignore_unknown: true, ..Reading::default() };
        let mut sheet = Sheet::open(path, &REGION, &reading)?;
        while let Some(record) = sheet.next_record().with_context(|| shown.to_string())? {
            let row = record.row;
            match Cells::read(sheet.columns(), &record.fields) {
                Ok(cells) => match cells.text("kode").parse() {
                    Ok(code) => self.regions.push((code, cells.text("nama").to_owned())),
                    Err(error) => self.mistakes.push(format!("{shown} baris {row}: {error}.")),
                },
                Err(problems) => {
                    let told = problems.into_iter().map(|problem| format!("{shown} baris {row}: {}", problem.message));
                    self.mistakes.extend(told);
                }
            }
        }
        Ok(())
    }
}
