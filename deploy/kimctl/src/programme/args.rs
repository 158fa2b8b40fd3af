//! What can be typed after `kimctl programme`.

use clap::{Args, Subcommand};
use kim_contract::dissemination::v1::ProgrammeStatus;
use kim_territory::RegionCode;
use time::Date;
use uuid::Uuid;

use crate::{
    cli::{Note, date, region, uuid},
    words::words,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Menampilkan program
    List(List),
    /// Menampilkan satu program
    Show(Which),
    /// Mencatat program baru sebuah kantor
    Establish(Establish),
    /// Membetulkan data program; yang tidak disebut tetap seperti adanya
    Amend(Amend),
    /// Memperpanjang program
    Extend(Extend),
    /// Menutup program: tidak ada lagi yang dirancang di dalamnya
    Close(Close),
}

#[derive(Debug, Args)]
pub struct Which {
    /// Nomor program
    #[arg(value_name = "NOMOR", value_parser = uuid)]
    pub programme: Uuid,
}

#[derive(Debug, Args)]
pub struct List {
    /// Kode wilayah kantornya [bawaan: seluruh wilayah kerja]
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub region: Option<RegionCode>,
    /// Status: established, closed; boleh berulang [bawaan: semua]
    #[arg(long = "status", value_name = "STATUS", hide_possible_values = true)]
    pub statuses: Vec<Status>,
    /// Hanya yang bertopik ini
    #[arg(long, value_name = "TOPIK", default_value = "", hide_default_value = true)]
    pub topic: String,
    /// Hanya milik kantor ini
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub office: Option<Uuid>,
}

#[derive(Debug, Args)]
pub struct Establish {
    /// Nomor kantor
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub office: Uuid,
    /// Nama program untuk umum
    #[arg(long, value_name = "NAMA")]
    pub name: String,
    /// Kode topik: lihat kimctl code-list show topic
    #[arg(long, value_name = "TOPIK")]
    pub topic: String,
    /// Hari pertama [bawaan: hari ini]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub from: Option<Date>,
    /// Hari terakhir [bawaan: tanpa akhir]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub until: Option<Date>,
}

#[derive(Debug, Args)]
pub struct Amend {
    #[command(flatten)]
    pub which: Which,
    /// Nama yang benar
    #[arg(long, value_name = "NAMA")]
    pub name: Option<String>,
    /// Kode topik yang benar
    #[arg(long, value_name = "TOPIK")]
    pub topic: Option<String>,
    /// Hari pertama yang benar
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub from: Option<Date>,
    /// Hari terakhir yang benar
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub until: Option<Date>,
    /// Program ini tanpa akhir
    #[arg(long, conflicts_with = "until")]
    pub open_ended: bool,
}

#[derive(Debug, Args)]
pub struct Extend {
    #[command(flatten)]
    pub which: Which,
    /// Hari terakhir yang baru
    #[arg(long, value_name = "TANGGAL", value_parser = date, required_unless_present = "open_ended")]
    pub until: Option<Date>,
    /// Tanpa akhir
    #[arg(long, conflicts_with = "until")]
    pub open_ended: bool,
}

#[derive(Debug, Args)]
pub struct Close {
    #[command(flatten)]
    pub which: Which,
    /// Tanggal penutupan [bawaan: hari ini]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub on: Option<Date>,
    #[command(flatten)]
    pub note: Note,
}

words!(Status as ProgrammeStatus: Established, Closed);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli;

    #[test]
    fn a_programme_is_extended_to_a_day_or_without_an_end() {
        let id = "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d";
        let said = cli::tests::refused(&["programme", "extend", id]);
        assert!(said.contains("belum disebut: --until"), "{said}");
        let cli::Command::Programme(Command::Extend(wish)) =
            cli::tests::typed(&["programme", "extend", id, "--open-ended"])
        else {
            panic!("it is another command")
        };
        assert!(wish.open_ended && wish.until.is_none());
        let said = cli::tests::refused(&["programme", "amend", id, "--until", "2026-12-31", "--open-ended"]);
        assert!(said.contains("tidak dapat dipakai bersama"), "{said}");
    }
}
