//! `kimctl code-list` and `kimctl rubric`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use kim_contract::registry::v1 as pb;
use time::Date;

#[derive(Debug, Subcommand)]
pub enum CodeList {
    /// Menunjukkan daftar kode yang berlaku, atau versi lainnya
    Show {
        /// activity-kind atau topic
        #[arg(value_name = "DAFTAR", hide_possible_values = true)]
        list: CodeListName,
        #[command(flatten)]
        edition: Edition,
    },
    /// Menetapkan versi baru sebuah daftar kode dari berkas CSV
    Set {
        /// activity-kind atau topic
        #[arg(value_name = "DAFTAR", hide_possible_values = true)]
        list: CodeListName,
        /// Berkas CSV dengan kolom kode, nama, `nama_inggris`, induk, `berlaku_mulai`, berhenti, literasi
        #[arg(value_name = "BERKAS")]
        file: PathBuf,
        /// Berlaku mulai tanggal ini [bawaan: hari ini]
        #[arg(long, value_name = "TANGGAL", value_parser = super::date)]
        from: Option<Date>,
    },
    /// Mencetak daftar baku yang disertakan, sebagai berkas CSV
    Template {
        /// activity-kind atau topic
        #[arg(value_name = "DAFTAR", hide_possible_values = true)]
        list: CodeListName,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CodeListName {
    ActivityKind,
    Topic,
}

impl From<CodeListName> for pb::CodeListName {
    fn from(name: CodeListName) -> Self {
        match name {
            CodeListName::ActivityKind => Self::ActivityKind,
            CodeListName::Topic => Self::Topic,
        }
    }
}

/// Which version; the one in force today when neither is named.
#[derive(Debug, Clone, Copy, Args)]
pub struct Edition {
    /// Nomor versinya
    #[arg(long, value_name = "NOMOR", conflicts_with = "on")]
    pub version: Option<i32>,
    /// Yang berlaku pada tanggal ini
    #[arg(long, value_name = "TANGGAL", value_parser = super::date)]
    pub on: Option<Date>,
}

#[derive(Debug, Subcommand)]
pub enum Rubric {
    /// Menunjukkan sebuah rubrik, atau semua rubrik
    Show {
        /// Kode rubrik [bawaan: semua, versi terbarunya]
        #[arg(value_name = "KODE")]
        code: Option<String>,
        #[command(flatten)]
        edition: Edition,
    },
    /// Menetapkan versi baru sebuah rubrik; kriterianya dari berkas CSV
    Set(SetRubric),
    /// Mencetak kriteria rubrik contoh yang disertakan, sebagai berkas CSV
    Template,
}

#[derive(Debug, Args)]
pub struct SetRubric {
    /// Kode rubrik, misalnya `kinerja_kim`
    #[arg(value_name = "KODE")]
    pub code: String,
    /// Berkas CSV dengan kolom kode, nama, bobot; jumlah bobotnya 100
    #[arg(value_name = "BERKAS")]
    pub file: PathBuf,
    /// Nama rubrik; rubrik contoh memuat kata contoh
    #[arg(long, value_name = "NAMA")]
    pub name: String,
    /// Rubrik ini hanya contoh
    #[arg(long)]
    pub sample: bool,
    /// Nilai tertinggi, 1 sampai 100 [bawaan: 4]
    #[arg(long, value_name = "NILAI", default_value_t = 0, hide_default_value = true)]
    pub scale: i32,
    /// Berlaku mulai tanggal ini [bawaan: hari ini]
    #[arg(long, value_name = "TANGGAL", value_parser = super::date)]
    pub from: Option<Date>,
}
