//! A whole list of communities at once, for what compares its rows.

use kim_contract::registry::v1::CommunityRow;
use kim_territory::{RegionCode, Territory};

use super::{Column, CommunityFile, Problem, Seats, Sheet, community_row};

/// The rows of a list, and those that cannot be read.
#[derive(Debug, Default)]
pub struct Listing {
    pub rows: Vec<CommunityRow>,
    pub unreadable: Vec<(i64, Vec<Problem>)>,
}

impl Listing {
    /// Reads a file to its end.
    pub fn read(
        CommunityFile { file, region, reading }: &CommunityFile,
        list: &'static [Column],
    ) -> anyhow::Result<Self> {
        let mut sheet = Sheet::open(file, list, reading)?;
        let mut seats = Seats::within(*region);
        let mut listing = Self::default();
        while let Some(record) = sheet.next_record()? {
            match community_row(sheet.columns(), &mut seats, &record) {
                Ok(row) => listing.rows.push(row),
                Err(problems) => listing.unreadable.push((record.row, problems)),
            }
        }
        Ok(listing)
    }
}

/// What a row lacks of a name and a seat, without which it is nobody's.
#[must_use]
pub fn unplaced(row: &CommunityRow) -> Vec<Problem> {
    let mut problems = Vec::new();
    let profile = row.profile.clone().unwrap_or_default();
    if profile.name.is_empty() {
        problems.push(Problem::new("nama_kim", "NAME_MISSING", "Nama KIM belum diisi.", "Isi nama KIM."));
    }
    let code = profile.seat.unwrap_or_default().code;
    let unknown = match code.parse::<RegionCode>() {
        Ok(code) => Territory::current().require(&code).err().map(|error| error.to_string()),
        Err(error) => Some(error.to_string()),
    };
    if let Some(message) = unknown {
        let remedy = "Betulkan kode_wilayah, atau isi nama wilayahnya.";
        problems.push(Problem::new("kode_wilayah", "SEAT_UNKNOWN", message, remedy));
    }
    problems
}
