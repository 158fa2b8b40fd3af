//! What can be typed after `kimctl training`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kim_contract::registry::v1::{TrainingCancellationReason, TrainingKind, TrainingStatus};
use kim_territory::RegionCode;
use time::Date;
use uuid::Uuid;

use super::report::MaterialFile;
use crate::{
    cli::{date, region, uuid},
    words::words,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Menampilkan bimtek dan sosialisasi, yang terbaru lebih dulu
    List(List),
    /// Menampilkan satu bimtek: rencana, undangan, peserta, laporan
    Show(Which),
    /// Merencanakan bimtek
    Plan(Plan),
    /// Mengubah tanggal atau topik bimtek yang direncanakan
    Amend(Amend),
    /// Mengundang KIM ke bimtek yang direncanakan
    Invite(Invite),
    /// Mencatat bimtek yang sudah dilaksanakan, dengan pesertanya
    Hold(Hold),
    /// Melaporkan bimtek yang sudah dilaksanakan, dengan materinya
    Report(Report),
    /// Membatalkan bimtek yang direncanakan
    Cancel(Cancel),
    /// Menampilkan apa yang dilakukan KIM peserta sampai 90 hari sesudahnya
    Outcome(Which),
}

#[derive(Debug, Args)]
pub struct Which {
    /// Nomor bimtek
    #[arg(value_name = "NOMOR", value_parser = uuid)]
    pub training: Uuid,
}

#[derive(Debug, Args)]
pub struct List {
    /// Kode wilayah [bawaan: seluruh wilayah kerja]
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub region: Option<RegionCode>,
    /// Jenis: bimtek, sosialisasi [bawaan: semua]
    #[arg(long, value_name = "JENIS", hide_possible_values = true)]
    pub kind: Option<Kind>,
    /// Status: planned, held, reported, cancelled; boleh berulang [bawaan: semua]
    #[arg(long = "status", value_name = "STATUS", hide_possible_values = true)]
    pub statuses: Vec<Status>,
    /// Hanya yang berakhir pada tanggal ini atau sesudahnya
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub from: Option<Date>,
    /// Hanya yang mulai pada tanggal ini atau sebelumnya
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub to: Option<Date>,
}

#[derive(Debug, Args)]
pub struct Plan {
    /// Jenis: bimtek, sosialisasi
    #[arg(long, value_name = "JENIS", hide_possible_values = true)]
    pub kind: Kind,
    /// Kode topik, misalnya `platform_kim`
    #[arg(long, value_name = "TOPIK")]
    pub topic: String,
    /// Kode wilayah pesertanya
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub region: RegionCode,
    /// Nomor kantor penyelenggara
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub host: Option<Uuid>,
    /// Hari pertama
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub from: Date,
    /// Hari terakhir [bawaan: hari pertama]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub to: Option<Date>,
    /// Nama bimtek untuk umum
    #[arg(long, value_name = "NAMA", default_value = "", hide_default_value = true)]
    pub title: String,
    /// Kode wilayah tempatnya
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub place: Option<RegionCode>,
}

#[derive(Debug, Args)]
pub struct Amend {
    #[command(flatten)]
    pub which: Which,
    /// Kode topik yang baru
    #[arg(long, value_name = "TOPIK", default_value = "", hide_default_value = true)]
    pub topic: String,
    /// Hari pertama yang baru
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub from: Option<Date>,
    /// Hari terakhir yang baru
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub to: Option<Date>,
}

#[derive(Debug, Args)]
pub struct Invite {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub communities: Communities,
}

/// Communities, typed or in a file.
#[derive(Debug, Args)]
pub struct Communities {
    /// Nomor KIM; boleh berulang
    #[arg(long = "kim", value_name = "NOMOR", value_parser = uuid)]
    pub kims: Vec<Uuid>,
    /// Berkas CSV dengan kolom `id_kim`, dan bila ada `jumlah_orang` serta `pengurus`
    #[arg(long, value_name = "BERKAS")]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Hold {
    /// Nomor bimtek yang direncanakan; tanpa nomor, bimtek dicatat tanpa rencana
    #[arg(value_name = "NOMOR", value_parser = uuid, required_unless_present_all = ["kind", "topic", "region"])]
    pub training: Option<Uuid>,
    /// Jenis, bila tanpa rencana: bimtek, sosialisasi
    #[arg(long, value_name = "JENIS", hide_possible_values = true, conflicts_with = "training")]
    pub kind: Option<Kind>,
    /// Kode topik, bila tanpa rencana
    #[arg(long, value_name = "TOPIK", conflicts_with = "training")]
    pub topic: Option<String>,
    /// Kode wilayah pesertanya, bila tanpa rencana
    #[arg(long, value_name = "KODE", value_parser = region, conflicts_with = "training")]
    pub region: Option<RegionCode>,
    /// Nomor kantor penyelenggara, bila tanpa rencana
    #[arg(long, value_name = "NOMOR", value_parser = uuid, conflicts_with = "training")]
    pub host: Option<Uuid>,
    /// Hari pertama
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub from: Date,
    /// Hari terakhir [bawaan: hari pertama]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub to: Option<Date>,
    /// Jumlah petugas kantor yang ikut
    #[arg(long, value_name = "JUMLAH", default_value_t = 0, hide_default_value = true)]
    pub staff: u16,
    #[command(flatten)]
    pub communities: Communities,
}

#[derive(Debug, Args)]
pub struct Report {
    #[command(flatten)]
    pub which: Which,
    /// Berkas laporan; yang dikirim hanya sidiknya
    #[arg(long = "report", value_name = "BERKAS")]
    pub document: PathBuf,
    /// Materi: NAMA=BERKAS, atau NAMA=BERKAS=TAUTAN; boleh berulang
    #[arg(long = "material", value_name = "MATERI", value_parser = MaterialFile::parse)]
    pub materials: Vec<MaterialFile>,
}

#[derive(Debug, Args)]
pub struct Cancel {
    #[command(flatten)]
    pub which: Which,
    /// Alasan: no-budget, too-few-participants, host-unavailable, disaster, entered-in-error, other
    #[arg(long, value_name = "ALASAN", hide_possible_values = true)]
    pub reason: Cancelling,
    /// Catatan kantor; disimpan tertutup
    #[arg(long, value_name = "CATATAN", default_value = "", hide_default_value = true)]
    pub note: String,
}

words!(Kind as TrainingKind: Bimtek, Sosialisasi);
words!(Status as TrainingStatus: Planned, Held, Reported, Cancelled);
words!(Cancelling as TrainingCancellationReason:
    NoBudget, TooFewParticipants, HostUnavailable, Disaster, EnteredInError, Other);

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use time::macros::date;

    use super::*;
    use crate::{
        cli::{self, Cli},
        refusal::{self, Said},
    };

    const ID: &str = "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d";

    fn typed(args: &[&str]) -> Result<Command, String> {
        let args = ["kimctl", "training"].iter().chain(args).map(OsString::from);
        match refusal::parse::<Cli>(args) {
            Ok(Cli { command: cli::Command::Training(command), .. }) => Ok(command),
            Ok(cli) => panic!("{cli:?}"),
            Err(Said::Wrong(said) | Said::Asked(said)) => Err(said),
        }
    }

    #[test]
    fn codes_are_typed_as_words_and_dates_as_people_write_them() {
        let list = typed(&["list", "--kind", "bimtek", "--status", "reported", "--from", "06/10/2022"]).unwrap();
        let Command::List(list) = list else { panic!("{list:?}") };
        assert_eq!((list.kind, list.from), (Some(Kind::Bimtek), Some(date!(2022 - 10 - 06))));
        assert_eq!(list.statuses, [Status::Reported]);
        for (args, said) in [
            (&["list", "--kind", "rapat"][..], "pilih salah satu: bimtek, sosialisasi"),
            (&["list", "--from", "kemarin"], "tulis tahun-bulan-hari"),
            (&["cancel", ID, "--reason", "malas"], "pilih salah satu: no-budget, too-few-participants"),
            (&["report", ID, "--report", "a.pdf", "--material", "Modul"], "NAMA=BERKAS"),
        ] {
            let refused = typed(args).unwrap_err();
            assert!(refused.contains(said), "{args:?}: {refused}");
        }
    }

    #[test]
    fn a_training_is_held_as_it_was_planned_or_with_all_that_a_plan_would_say() {
        let outline = ["--kind", "bimtek", "--topic", "platform_kim", "--region", "14"];
        let hold = |args: &[&str]| typed(&[&["hold", "--from", "2022-10-06", "--kim", ID], args].concat());
        assert!(hold(&[ID]).is_ok());
        assert!(hold(&outline).is_ok());
        let refused = hold(&outline[..4]).unwrap_err();
        assert!(refused.contains("belum disebut"), "{refused}");
        let refused = hold(&[&[ID][..], &outline].concat()).unwrap_err();
        assert!(refused.contains("tidak dapat dipakai bersama"), "{refused}");
    }

    #[test]
    fn help_is_in_indonesian() {
        for command in ["list", "show", "plan", "amend", "invite", "hold", "report", "cancel", "outcome"] {
            let help = typed(&[command, "--help"]).unwrap_err();
            assert!(help.contains("Pakai:") && !help.contains('`'), "{command}: {help}");
            for english in ["Usage", "Options", "Arguments", "default:", "possible values", "Print"] {
                assert!(!help.contains(english), "{command} says {english}: {help}");
            }
        }
    }
}
