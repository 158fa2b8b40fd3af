//! What a list of communities would bring, before anything is written: bad rows, and rows that are likely the same community as
//! another row or as one that is registered. Nothing is merged, and nothing is decided here.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fmt::Write,
    path::Path,
};

use kim_contract::registry::v1::{Community, CommunityRow, CommunityStatus};
use kim_territory::{RegionCode, Territory, spelling::grouped};
use serde::Serialize;

use super::report::{self, BadRow, bad_rows, sort, table};
use crate::{
    connection::Services,
    likeness::{Alike, Known, among, between},
    places::place,
    registered,
    sheet::{COMMUNITY, CommunityFile, Listing, Problem, unplaced},
    table::Table,
};

/// Whoever holds a name at a seat, or will.
const STANDING: [CommunityStatus; 6] = [
    CommunityStatus::Draft,
    CommunityStatus::Submitted,
    CommunityStatus::Returned,
    CommunityStatus::Registered,
    CommunityStatus::Active,
    CommunityStatus::Dormant,
];

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    pub rows: i64,
    /// Rows whose name stands at their seat already: the registry answers that they are there, or that they differ.
    pub known: i64,
    /// Rows, not problems.
    pub bad: i64,
    pub problems: Vec<BadRow>,
    /// Rows that are likely a registered community.
    pub registered: Vec<Pair>,
    /// Rows that are likely the community of another row.
    pub doubled: Vec<Pair>,
}

/// A row, and what it is likely the same as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    pub row: i64,
    pub name: String,
    pub seat: String,
    /// Of a hundred.
    pub likeness: u8,
    /// The other row, or the community's id.
    pub other: String,
    pub other_name: String,
    pub other_seat: String,
}

/// Reads a list, and asks the registry what it has in the regions concerned.
pub async fn check(services: &Services, list: &CommunityFile) -> anyhow::Result<Check> {
    let list = list.clone();
    let listing = tokio::task::spawn_blocking(move || Listing::read(&list, &COMMUNITY)).await??;
    let rows: Vec<Row> = listing.rows.iter().filter_map(Row::of).collect();
    // A seat that is none today is told as the row's own mistake: the registry has nobody there.
    let is_there = |regency: &RegionCode| Territory::current().get(regency).is_some();
    let regions: BTreeSet<RegionCode> =
        rows.iter().filter_map(|row| row.known.seat.regency()).filter(is_there).collect();
    let standing = STANDING.map(i32::from);
    let there = registered::of_regions(services, &regions, &standing).await?;
    Ok(tokio::task::spawn_blocking(move || found(&listing, &rows, &there)).await?)
}

/// A row with a name and a seat.
#[derive(Debug)]
struct Row {
    number: i64,
    name: String,
    known: Known,
}

impl Row {
    fn of(row: &CommunityRow) -> Option<Self> {
        let known = Known::of(row.profile.as_ref())?;
        Some(Self { number: row.row, name: row.profile.clone()?.name, known })
    }

    fn with(&self, alike: &Alike, other: String, other_name: String, other_seat: RegionCode) -> Pair {
        Pair {
            row: self.number,
            name: self.name.clone(),
            seat: self.known.seat.to_string(),
            likeness: alike.percent(),
            other,
            other_name,
            other_seat: other_seat.to_string(),
        }
    }
}

fn found(listing: &Listing, rows: &[Row], there: &[Community]) -> Check {
    let mut problems: Vec<BadRow> =
        listing.unreadable.iter().flat_map(|(row, problems)| bad_rows(*row, problems.clone())).collect();
    problems.extend(listing.rows.iter().flat_map(|row| bad_rows(row.row, flaws(row))));
    sort(&mut problems);
    let bad: BTreeSet<i64> = problems.iter().map(|problem| problem.baris).collect();

    let theirs: Vec<(&Community, Known)> =
        there.iter().filter_map(|community| Some((community, Known::of(community.profile.as_ref())?))).collect();
    let (known, met) = met(rows, &theirs);
    let (open, ours): (Vec<&Row>, Vec<Known>) = rows
        .iter()
        .enumerate()
        .filter(|(place, _)| !known.contains(place))
        .map(|(_, row)| (row, row.known.clone()))
        .unzip();
    let (left, others): (Vec<&Community>, Vec<Known>) =
        theirs.into_iter().enumerate().filter(|(place, _)| !met.contains(place)).map(|(_, one)| one).unzip();
    let with_registered = |alike: &Alike| {
        let community = left[alike.other];
        let name = community.profile.as_ref().map(|profile| profile.name.clone()).unwrap_or_default();
        open[alike.one].with(alike, community.community_id.clone(), name, others[alike.other].seat)
    };
    let with_row = |alike: &Alike| {
        let (first, later) = (open[alike.one], open[alike.other]);
        later.with(alike, format!("baris {}", first.number), first.name.clone(), first.known.seat)
    };
    Check {
        rows: count(listing.rows.len() + listing.unreadable.len()),
        known: count(known.len()),
        bad: count(bad.len()),
        problems,
        registered: between(&ours, &others).iter().map(with_registered).collect(),
        doubled: among(&ours).iter().map(with_row).collect(),
    }
}

/// What a row lacks without which the registry takes none. It knows further rules, and says so when the row is sent.
fn flaws(row: &CommunityRow) -> Vec<Problem> {
    let mut flaws = unplaced(row);
    if row.profile.as_ref().is_none_or(|profile| profile.formed_on.is_none()) {
        let message = "Tanggal pembentukan belum diisi.";
        flaws.push(Problem::new("tanggal_pembentukan", "DATE_MISSING", message, "Isi tanggal, misalnya 2019-03-14."));
    }
    flaws
}

/// The rows whose name stands at their seat already, and what stands there: neither is in question any more.
fn met(rows: &[Row], theirs: &[(&Community, Known)]) -> (HashSet<usize>, HashSet<usize>) {
    let at: HashMap<(RegionCode, &str), usize> =
        theirs.iter().enumerate().map(|(place, (_, known))| ((known.seat, known.name.key()), place)).collect();
    let meets = |row: &Row| at.get(&(row.known.seat, row.known.name.key())).copied();
    rows.iter().enumerate().filter_map(|(place, row)| Some((place, meets(row)?))).unzip()
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

impl Check {
    /// Whether rows are likely registered already, so that a person should look first.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        !self.registered.is_empty()
    }

    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty() && self.registered.is_empty() && self.doubled.is_empty()
    }

    #[must_use]
    pub fn screen(&self) -> String {
        let mut text = table(&self.problems);
        for (what, pairs) in
            [("Mirip KIM yang sudah terdaftar", &self.registered), ("Mirip baris lain di berkas ini", &self.doubled)]
        {
            if pairs.is_empty() {
                continue;
            }
            let mut table =
                Table::new(&["BARIS", "KIM", "KEDUDUKAN", "MIRIP", "DENGAN", "KIM", "KEDUDUKAN"]).right(0).right(3);
            for pair in pairs {
                let (seat, other_seat) = (place(&pair.seat), place(&pair.other_seat));
                let likeness = format!("{}%", pair.likeness);
                table.row([
                    &grouped(pair.row),
                    &pair.name,
                    &seat,
                    &likeness,
                    &pair.other,
                    &pair.other_name,
                    &other_seat,
                ]);
            }
            let gap = if text.is_empty() { "" } else { "\n" };
            let _ = write!(text, "{gap}{what}:\n{table}");
        }
        text + &self.summary() + "\n"
    }

    #[must_use]
    pub fn summary(&self) -> String {
        let [rows, known, bad] = [self.rows, self.known, self.bad].map(grouped);
        let [registered, doubled] = [self.registered.len(), self.doubled.len()].map(grouped);
        format!(
            "dibaca {rows} · nama sudah ada di wilayahnya {known} · salah {bad} · mirip yang terdaftar {registered} · \
             mirip sesama baris {doubled}"
        )
    }

    /// All that was found as a file that spreadsheets open.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        let alike = self.registered.iter().chain(&self.doubled).map(|pair| BadRow {
            baris: pair.row,
            kolom: "nama_kim".into(),
            alasan: "LIKELY_DUPLICATE".into(),
            pesan: format!(
                "Mirip {}% dengan {} ({}) di {}.",
                pair.likeness,
                pair.other_name,
                pair.other,
                place(&pair.other_seat)
            ),
            perbaikan: "Hapus barisnya bila KIM yang sama; bila KIM lain, kirim dengan --accept-duplicates.".into(),
        });
        let mut bad: Vec<BadRow> = self.problems.iter().cloned().chain(alike).collect();
        sort(&mut bad);
        report::write(path, &bad)
    }
}

#[cfg(test)]
mod tests;
