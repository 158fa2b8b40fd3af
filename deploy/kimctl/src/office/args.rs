//! What can be typed after `kimctl office`.

use clap::{Args, Subcommand, ValueEnum};
use kim_contract::registry::v1::OfficeKind;
use kim_territory::RegionCode;
use time::Date;
use uuid::Uuid;

use crate::cli::{date, region, uuid};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Menampilkan kantor yang ada pada suatu hari
    List(List),
    /// Menampilkan satu kantor dengan semua namanya
    Show {
        /// Nomor kantor
        #[arg(value_name = "NOMOR", value_parser = uuid)]
        office: Uuid,
    },
    /// Mencatat kantor baru
    Establish(Establish),
    /// Mengganti nama kantor; nama lama tetap diketahui
    Rename(Rename),
    /// Menempatkan kantor di bawah kantor lain
    Place(Place),
    /// Menutup kantor
    Close(Close),
}

#[derive(Debug, Args)]
pub struct List {
    /// Kode wilayah [bawaan: seluruh negeri]
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub region: Option<RegionCode>,
    /// Jenis: national, provincial, regency, agency [bawaan: semua]
    #[arg(long, value_name = "JENIS", hide_possible_values = true)]
    pub kind: Option<Kind>,
    /// Menurut keadaan pada tanggal ini [bawaan: hari ini]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub on: Option<Date>,
}

#[derive(Debug, Args)]
pub struct Establish {
    /// Nama resmi kantor
    #[arg(long, value_name = "NAMA")]
    pub name: String,
    /// Jenis: national, provincial, regency, agency
    #[arg(long, value_name = "JENIS", hide_possible_values = true)]
    pub kind: Kind,
    /// Kode wilayah kantor; 00 untuk pusat
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub region: RegionCode,
    /// Nomor kantor di atasnya
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub parent: Option<Uuid>,
}

#[derive(Debug, Args)]
pub struct Rename {
    /// Nomor kantor
    #[arg(value_name = "NOMOR", value_parser = uuid)]
    pub office: Uuid,
    /// Nama yang baru
    #[arg(long, value_name = "NAMA")]
    pub name: String,
    /// Mulai berlaku [bawaan: hari ini]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub from: Option<Date>,
}

#[derive(Debug, Args)]
pub struct Place {
    /// Nomor kantor
    #[arg(value_name = "NOMOR", value_parser = uuid)]
    pub office: Uuid,
    /// Nomor kantor di atasnya; tanpa pilihan ini kantor tidak lagi punya atasan
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub under: Option<Uuid>,
    /// Mulai berlaku [bawaan: hari ini]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub from: Option<Date>,
}

#[derive(Debug, Args)]
pub struct Close {
    /// Nomor kantor
    #[arg(value_name = "NOMOR", value_parser = uuid)]
    pub office: Uuid,
    /// Tanggal penutupan [bawaan: hari ini]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub on: Option<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    National,
    Provincial,
    Regency,
    Agency,
}

impl From<Kind> for OfficeKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::National => Self::National,
            Kind::Provincial => Self::Provincial,
            Kind::Regency => Self::Regency,
            Kind::Agency => Self::Agency,
        }
    }
}
