//! What a reconciliation found, as it is shown and written.

use std::{collections::HashMap, fmt::Write, path::Path};

use anyhow::Context;
use kim_contract::registry::v1::{Community, CommunityProfile};
use kim_territory::spelling::grouped;
use serde::Serialize;

use super::{Difference, Ours, Proposed, Theirs, differences, matching::Matching};
use crate::{
    community,
    import::{BadRow, table},
    likeness::Alike,
    places::place,
    table::Table,
};

/// A community of one of the lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct One {
    /// The row, or the community's id.
    pub which: String,
    pub name: String,
    pub seat: String,
    /// Of a row that is not registered: that it is a draft, or that it was dissolved or merged.
    pub remark: &'static str,
}

/// A row and the community that it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pairing {
    pub theirs: One,
    pub ours: One,
    /// Of a hundred.
    pub likeness: u8,
    pub differences: Vec<Difference>,
}

/// A row and a community that it may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Doubt {
    pub theirs: One,
    pub ours: One,
    pub likeness: u8,
}

/// All that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reconciled {
    /// The regions that were compared.
    pub regions: Vec<String>,
    /// Rows that could not be compared.
    pub problems: Vec<BadRow>,
    pub matched: Vec<Pairing>,
    pub differing: Vec<Pairing>,
    pub doubtful: Vec<Doubt>,
    /// Registered, and not in the list.
    pub missing_there: Vec<One>,
    /// In the list, and not registered.
    pub missing_here: Vec<One>,
    /// Differing records of which a change can be proposed.
    pub to_propose: usize,
    pub proposed: Vec<Proposed>,
}

impl Reconciled {
    pub(super) fn of(theirs: &Theirs, ours: &Ours, matching: &Matching, boards: &HashMap<usize, Community>) -> Self {
        let row = |place: usize| One {
            which: format!("baris {}", theirs.rows[place].row),
            ..one(theirs.rows[place].profile.as_ref())
        };
        let registered = |place: usize| One {
            which: ours.registered[place].community_id.clone(),
            ..one(ours.registered[place].profile.as_ref())
        };
        let pairs = matching.matched.iter().map(|pair| Pairing {
            theirs: row(pair.one),
            ours: registered(pair.other),
            likeness: pair.percent(),
            differences: differences(
                &theirs.rows[pair.one],
                boards.get(&pair.other).unwrap_or(&ours.registered[pair.other]),
            ),
        });
        let (matched, differing) = pairs.partition(|pair| pair.differences.is_empty());
        let doubt =
            |alike: &Alike| Doubt { theirs: row(alike.one), ours: registered(alike.other), likeness: alike.percent() };
        let absent = |&place: &usize| {
            let known = &theirs.known[place];
            let other = ours.others.get(&(known.seat, known.name.key().to_owned()));
            One { remark: other.map_or("", |status| community::status(*status)), ..row(place) }
        };
        Self {
            regions: vec![],
            problems: theirs.problems.clone(),
            matched,
            differing,
            doubtful: matching.doubtful.iter().map(doubt).collect(),
            missing_there: matching.only_ours.iter().map(|&place| registered(place)).collect(),
            missing_here: matching.only_theirs.iter().map(absent).collect(),
            to_propose: 0,
            proposed: vec![],
        }
    }

    /// Whether both lists say the same.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.problems.is_empty()
            && self.differing.is_empty()
            && self.doubtful.is_empty()
            && self.missing_there.is_empty()
            && self.missing_here.is_empty()
    }

    #[must_use]
    pub fn screen(&self) -> String {
        let mut text = String::new();
        let mut part = |head: &str, table: String| {
            let _ = writeln!(text, "{head}:\n{table}");
        };
        if !self.problems.is_empty() {
            part("Tidak dapat dibandingkan", table(&self.problems));
        }
        if !self.differing.is_empty() {
            let mut table = Table::new(&["BARIS", "NOMOR", "KIM", "ISIAN", "DI DAFTAR", "DI REGISTRI"]);
            for pair in &self.differing {
                for Difference { field, theirs, ours } in &pair.differences {
                    table.row([&pair.theirs.which, &pair.ours.which, &pair.ours.name, *field, theirs, ours]);
                }
            }
            part("Berbeda", table.to_string());
        }
        if !self.doubtful.is_empty() {
            let mut table = Table::new(&["BARIS", "KIM", "KEDUDUKAN", "MIRIP", "NOMOR", "KIM", "KEDUDUKAN"]).right(3);
            for Doubt { theirs, ours, likeness } in &self.doubtful {
                let (there, here) = (place(&theirs.seat), place(&ours.seat));
                let likeness = format!("{likeness}%");
                table.row([&theirs.which, &theirs.name, &there, &likeness, &ours.which, &ours.name, &here]);
            }
            part("Meragukan, periksa sendiri", table.to_string());
        }
        for (head, list) in
            [("Tidak ada di daftar", &self.missing_there), ("Belum terdaftar di registri", &self.missing_here)]
        {
            if !list.is_empty() {
                let mut table = Table::new(&["", "KIM", "KEDUDUKAN", "KETERANGAN"]);
                for One { which, name, seat, remark } in list {
                    table.row([which, name, &place(seat), *remark]);
                }
                part(head, table.to_string());
            }
        }
        if !self.proposed.is_empty() {
            let mut table = Table::new(&["NOMOR", "KIM", "USULAN", "DITOLAK KARENA"]);
            for Proposed { community_id, name, change_id, refused } in &self.proposed {
                table.row([community_id, name, change_id, refused.as_deref().unwrap_or_default()]);
            }
            part("Usulan perubahan", table.to_string());
        }
        text + &self.summary()
    }

    fn summary(&self) -> String {
        let mut text = format!(
            "cocok {} · berbeda {} · meragukan {} · tidak ada di daftar {} · belum terdaftar {}\n",
            grouped(self.matched.len()),
            grouped(self.differing.len()),
            grouped(self.doubtful.len()),
            grouped(self.missing_there.len()),
            grouped(self.missing_here.len())
        );
        let refused = self.proposed.iter().filter(|proposed| proposed.refused.is_some()).count();
        let _ = match (self.to_propose, self.proposed.len()) {
            (0, _) => Ok(()),
            (ready, 0) => writeln!(
                text,
                "{} usulan perubahan siap; kirim dengan --propose --yes, lalu kantor yang menjawabnya",
                grouped(ready)
            ),
            (_, sent) => writeln!(text, "diusulkan {} · ditolak {}", grouped(sent - refused), grouped(refused)),
        };
        text
    }

    /// All that was found, as a file that spreadsheets open: one line for each thing.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        self.lines(path).with_context(|| path.display().to_string())
    }

    fn lines(&self, path: &Path) -> Result<(), csv::Error> {
        let mut file = csv::Writer::from_path(path)?;
        file.write_record([
            "golongan",
            "baris",
            "kim_di_daftar",
            "kedudukan_di_daftar",
            "nomor_kim",
            "kim_di_registri",
            "kedudukan_di_registri",
            "mirip",
            "isian",
            "di_daftar",
            "di_registri",
            "keterangan",
        ])?;
        let nobody = One { which: String::new(), name: String::new(), seat: String::new(), remark: "" };
        let mut line = |kind: &str, theirs: &One, ours: &One, rest: [&str; 5]| {
            let row = theirs.which.trim_start_matches("baris ");
            let both = [kind, row, &theirs.name, &theirs.seat, &ours.which, &ours.name, &ours.seat];
            file.write_record(both.into_iter().chain(rest))
        };
        for problem in &self.problems {
            let row = One { which: problem.baris.to_string(), ..nobody.clone() };
            let said = format!("{} {}", problem.pesan, problem.perbaikan);
            line("tidak dibandingkan", &row, &nobody, ["", &problem.kolom, "", "", &said])?;
        }
        for Pairing { theirs, ours, likeness, .. } in &self.matched {
            line("cocok", theirs, ours, [&likeness.to_string(), "", "", "", ""])?;
        }
        for pair in &self.differing {
            let refused = self.proposed.iter().find(|proposed| proposed.community_id == pair.ours.which);
            let said = match refused {
                None => String::new(),
                Some(Proposed { refused: Some(why), .. }) => format!("usulan ditolak: {why}"),
                Some(Proposed { change_id, .. }) => format!("diusulkan: {change_id}"),
            };
            for one in &pair.differences {
                let likeness = pair.likeness.to_string();
                let rest = [&likeness, one.field, &one.theirs, &one.ours, &said];
                line("berbeda", &pair.theirs, &pair.ours, rest)?;
            }
        }
        for Doubt { theirs, ours, likeness } in &self.doubtful {
            line("meragukan", theirs, ours, [&likeness.to_string(), "", "", "", ""])?;
        }
        for ours in &self.missing_there {
            line("tidak ada di daftar", &nobody, ours, [""; 5])?;
        }
        for theirs in &self.missing_here {
            line("belum terdaftar", theirs, &nobody, ["", "", "", "", theirs.remark])?;
        }
        Ok(file.flush()?)
    }
}

fn one(profile: Option<&CommunityProfile>) -> One {
    let profile = profile.cloned().unwrap_or_default();
    One { which: String::new(), name: profile.name, seat: profile.seat.unwrap_or_default().code, remark: "" }
}
