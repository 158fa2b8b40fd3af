//! A list of communities in which one row in ten is bad, in ten different ways; and workbooks. Shared with the tests of imports.

mod workbook;

use std::fmt::Write;

use kim_territory::{Decree, Level, RegionCode, Territory};

pub use workbook::{Cell, workbook};

/// A way in which a row is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bad {
    UnknownCode,
    OtherDecree,
    FormedInFuture,
    EmptyName,
    Doubled,
    WrongEncoding,
    DecreeMissing,
    MalformedDate,
    NegativeMembers,
    PhoneInName,
}

impl Bad {
    pub const ALL: [Self; 10] = [
        Self::UnknownCode,
        Self::OtherDecree,
        Self::FormedInFuture,
        Self::EmptyName,
        Self::Doubled,
        Self::WrongEncoding,
        Self::DecreeMissing,
        Self::MalformedDate,
        Self::NegativeMembers,
        Self::PhoneInName,
    ];

    /// Whether the file's reader refuses it, and the registry never sees it.
    #[must_use]
    pub fn is_unreadable(self) -> bool {
        matches!(self, Self::WrongEncoding | Self::MalformedDate)
    }

    /// The column in which it is bad.
    #[must_use]
    pub fn column(self) -> &'static str {
        match self {
            Self::UnknownCode | Self::OtherDecree => "kode_wilayah",
            Self::FormedInFuture | Self::MalformedDate => "tanggal_pembentukan",
            Self::EmptyName | Self::WrongEncoding | Self::PhoneInName => "nama_kim",
            Self::Doubled => "",
            Self::DecreeMissing => "nomor_sk",
            Self::NegativeMembers => "jumlah_anggota",
        }
    }
}

/// How the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    pub separator: char,
    pub byte_order_mark: bool,
}

/// A file, and its bad rows by their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixture {
    pub bytes: Vec<u8>,
    pub bad: Vec<(i64, Bad)>,
}

/// `rows` rows on villages of today; each tenth is bad, in the ten ways one after another.
#[must_use]
pub fn communities(rows: usize, style: Style) -> Fixture {
    let villages: Vec<RegionCode> =
        Territory::current().within(&RegionCode::NATION, Level::Village).map(|village| village.code).collect();
    let elsewhere: Vec<RegionCode> = Territory::of(Decree::D2022)
        .within(&RegionCode::NATION, Level::Village)
        .map(|village| village.code)
        .filter(|code| Territory::current().get(code).is_none())
        .collect();
    let mut fixture = Fixture { bytes: Vec::new(), bad: Vec::new() };
    if style.byte_order_mark {
        fixture.bytes.extend(b"\xef\xbb\xbf");
    }
    let header = [
        "nama_kim",
        "kode_wilayah",
        "tanggal_pembentukan",
        "nomor_sk",
        "tanggal_sk",
        "tingkat_sk",
        "kelompok_basis",
        "jumlah_anggota",
        "ketua",
        "tanggal_registrasi",
        "kunci",
    ];
    let mut line = String::new();
    let separator = style.separator.to_string();
    let _ = writeln!(line, "{}", header.join(&separator));
    fixture.bytes.extend(line.as_bytes());
    for i in 0..rows {
        let bad = (i % 10 == 9).then(|| Bad::ALL[i / 10 % 10]);
        let mut cells = good(i, villages[(i * 7) % villages.len()]);
        match bad {
            None => {}
            Some(Bad::UnknownCode) => cells[1] = "14.01.01.2999".into(),
            Some(Bad::OtherDecree) => cells[1] = elsewhere[i % elsewhere.len()].to_string(),
            Some(Bad::FormedInFuture) => cells[2] = "2199-01-01".into(),
            Some(Bad::EmptyName) => cells[0].clear(),
            // Like the row before, to the letter.
            Some(Bad::Doubled) => cells = good(i - 1, villages[((i - 1) * 7) % villages.len()]),
            Some(Bad::WrongEncoding) => cells[0] = "KIM Caf\u{fffd}".into(),
            // A decree without its number is none, whatever the rule of the region asks for.
            Some(Bad::DecreeMissing) => cells[3].clear(),
            Some(Bad::MalformedDate) => cells[2] = "14 Maret 2019".into(),
            Some(Bad::NegativeMembers) => cells[7] = "-5".into(),
            Some(Bad::PhoneInName) => cells[0] = format!("KIM 0812345678{i:02}"),
        }
        let text = format!("{}\n", cells.join(&separator));
        // As Windows-1252 writes it.
        match text.split_once('\u{fffd}') {
            Some((before, after)) => {
                fixture.bytes.extend(before.as_bytes());
                fixture.bytes.push(0xe9);
                fixture.bytes.extend(after.as_bytes());
            }
            None => fixture.bytes.extend(text.as_bytes()),
        }
        if let Some(bad) = bad {
            fixture.bad.push((i64::try_from(i).expect("a small file") + 2, bad));
        }
    }
    fixture
}

fn good(i: usize, village: RegionCode) -> [String; 11] {
    let formed = match i % 3 {
        0 => format!("2019-{:02}-{:02}", i % 12 + 1, i % 28 + 1),
        1 => format!("{:02}/{:02}/2018", i % 28 + 1, i % 12 + 1),
        _ => format!("{:02}-{:02}-2017", i % 28 + 1, i % 12 + 1),
    };
    [
        format!("KIM Contoh {i}"),
        village.to_string(),
        formed,
        format!("489/{i}/2019"),
        "2019-12-30".into(),
        "kepala desa".into(),
        "pemuda".into(),
        (10 + i % 20).to_string(),
        format!("Ketua {i:05}"),
        "2020-01-15".into(),
        format!("uji-{i}"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[ignore = "writes a file to try imports with: KIM_FIXTURE=/path cargo test -p kimctl writes_a_file -- --ignored"]
    fn writes_a_file() {
        let path = std::env::var_os("KIM_FIXTURE").expect("KIM_FIXTURE names a file");
        let made = communities(10_000, Style { separator: ';', byte_order_mark: true });
        std::fs::write(path, made.bytes).expect("it can be written");
    }
}
