//! What can be typed about trainings.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kim_contract::registry::v1::{TrainingCancellationReason, TrainingKind, TrainingStatus};
use kim_territory::RegionCode;
use time::Date;
use uuid::Uuid;

use super::{region, uuid};
use crate::{
    csv_rows::day,
    training::{KINDS, MaterialFile, REASONS, STATUSES, Word},
};

#[derive(Debug, Subcommand)]
pub enum Training {
    /// Mendaftar bimtek dan sosialisasi, yang terbaru lebih dulu
    List(ListTrainings),
    /// Menunjukkan satu bimtek: rencana, undangan, peserta, laporan
    Show(OneTraining),
    /// Merencanakan bimtek
    Plan(PlanTraining),
    /// Mengubah tanggal atau topik bimtek yang direncanakan
    Amend(AmendTraining),
    /// Mengundang KIM ke bimtek yang direncanakan
    Invite(InviteToTraining),
    /// Mencatat bimtek yang sudah dilaksanakan, dengan pesertanya
    Hold(HoldTraining),
    /// Melaporkan bimtek yang sudah dilaksanakan, dengan materinya
    Report(ReportTraining),
    /// Membatalkan bimtek yang direncanakan
    Cancel(CancelTraining),
    /// Menunjukkan apa yang dilakukan KIM peserta sampai 90 hari sesudahnya
    Outcome(OneTraining),
}

impl Training {
    /// Whether it changes something.
    #[must_use]
    pub fn writes(&self) -> bool {
        !matches!(self, Self::List(_) | Self::Show(_) | Self::Outcome(_))
    }
}

#[derive(Debug, Args)]
pub struct OneTraining {
    /// Nomor bimtek
    #[arg(value_name = "NOMOR", value_parser = uuid)]
    pub training: Uuid,
}

#[derive(Debug, Args)]
pub struct ListTrainings {
    /// Kode wilayah [bawaan: seluruh wilayah kerja]
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub region: Option<RegionCode>,
    /// bimtek atau sosialisasi
    #[arg(long, value_name = "JENIS", value_parser = kind)]
    pub kind: Option<TrainingKind>,
    /// direncanakan, dilaksanakan, dilaporkan atau dibatalkan; boleh berulang
    #[arg(long = "status", value_name = "STATUS", value_parser = status)]
    pub statuses: Vec<TrainingStatus>,
    /// Hanya yang berakhir pada tanggal ini atau sesudahnya
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub from: Option<Date>,
    /// Hanya yang mulai pada tanggal ini atau sebelumnya
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub to: Option<Date>,
}

#[derive(Debug, Args)]
pub struct PlanTraining {
    #[command(flatten)]
    pub outline: Outline,
    /// Hari pertama
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub from: Date,
    /// Hari terakhir [bawaan: hari pertama]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub to: Option<Date>,
    /// Nama bimtek untuk umum
    #[arg(long, value_name = "NAMA")]
    pub title: Option<String>,
    /// Kode wilayah tempatnya
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub place: Option<RegionCode>,
}

/// What a training is about, for whom, and by whom.
#[derive(Debug, Args)]
pub struct Outline {
    /// bimtek atau sosialisasi
    #[arg(long, value_name = "JENIS", value_parser = kind)]
    pub kind: TrainingKind,
    /// Kode topik, misalnya `platform_kim`
    #[arg(long, value_name = "TOPIK")]
    pub topic: String,
    /// Kode wilayah pesertanya
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub region: RegionCode,
    /// Nomor kantor penyelenggara
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub host: Option<Uuid>,
}

#[derive(Debug, Args)]
pub struct AmendTraining {
    #[command(flatten)]
    pub one: OneTraining,
    /// Kode topik yang baru
    #[arg(long, value_name = "TOPIK")]
    pub topic: Option<String>,
    /// Hari pertama yang baru
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub from: Option<Date>,
    /// Hari terakhir yang baru
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub to: Option<Date>,
}

#[derive(Debug, Args)]
pub struct InviteToTraining {
    #[command(flatten)]
    pub one: OneTraining,
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
pub struct HoldTraining {
    /// Nomor bimtek yang direncanakan; tanpa nomor, bimtek dicatat tanpa rencana
    #[arg(value_name = "NOMOR", value_parser = uuid, required_unless_present_all = ["kind", "topic", "region"])]
    pub training: Option<Uuid>,
    /// bimtek atau sosialisasi, bila tanpa rencana
    #[arg(long, value_name = "JENIS", value_parser = kind, conflicts_with = "training")]
    pub kind: Option<TrainingKind>,
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
pub struct ReportTraining {
    #[command(flatten)]
    pub one: OneTraining,
    /// Berkas laporan; yang dikirim hanya sidiknya
    #[arg(long, value_name = "BERKAS")]
    pub report: PathBuf,
    /// Materi: NAMA=BERKAS, atau NAMA=BERKAS=TAUTAN; boleh berulang
    #[arg(long = "material", value_name = "MATERI", value_parser = MaterialFile::parse)]
    pub materials: Vec<MaterialFile>,
}

#[derive(Debug, Args)]
pub struct CancelTraining {
    #[command(flatten)]
    pub one: OneTraining,
    /// anggaran, peserta, penyelenggara, bencana, keliru atau lain
    #[arg(long, value_name = "ALASAN", value_parser = reason)]
    pub reason: TrainingCancellationReason,
    /// Catatan kantor; disimpan tertutup
    #[arg(long, value_name = "CATATAN", default_value = "", hide_default_value = true)]
    pub note: String,
}

fn kind(text: &str) -> Result<TrainingKind, String> {
    one_of(&KINDS, text)
}

fn status(text: &str) -> Result<TrainingStatus, String> {
    one_of(&STATUSES, text)
}

fn reason(text: &str) -> Result<TrainingCancellationReason, String> {
    one_of(&REASONS, text)
}

fn one_of<E: Copy>(words: &[Word<E>], text: &str) -> Result<E, String> {
    let found = words.iter().find(|word| word.typed == text).map(|word| word.value);
    found.ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|word| word.typed).collect();
        format!("tidak dikenal; pilih salah satu: {}", known.join(", "))
    })
}

fn date(text: &str) -> Result<Date, String> {
    day(text).ok_or_else(|| "bukan tanggal; tulis misalnya 2022-10-06 atau 06/10/2022".to_owned())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use time::macros::date;

    use super::*;
    use crate::{
        cli::{Cli, Command},
        refusal::{self, Said},
    };

    const ID: &str = "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d";

    fn typed(args: &[&str]) -> Result<Training, String> {
        let args = ["kimctl", "training"].iter().chain(args).map(OsString::from);
        match refusal::parse::<Cli>(args) {
            Ok(Cli { command: Command::Training(training), .. }) => Ok(training),
            Ok(cli) => panic!("{cli:?}"),
            Err(Said::Wrong(said) | Said::Asked(said)) => Err(said),
        }
    }

    #[test]
    fn codes_are_typed_as_words_and_dates_as_people_write_them() {
        let list = typed(&["list", "--kind", "bimtek", "--status", "dilaporkan", "--from", "06/10/2022"]).unwrap();
        let Training::List(list) = list else { panic!("{list:?}") };
        assert_eq!((list.kind, list.from), (Some(TrainingKind::Bimtek), Some(date!(2022 - 10 - 06))));
        assert_eq!(list.statuses, [TrainingStatus::Reported]);
        for (args, said) in [
            (&["list", "--kind", "rapat"][..], "pilih salah satu: bimtek, sosialisasi"),
            (&["list", "--from", "kemarin"], "bukan tanggal"),
            (&["cancel", ID, "--reason", "malas"], "pilih salah satu: anggaran, peserta"),
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
        assert!(hold(&[ID]).is_ok_and(|hold| hold.writes()));
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
