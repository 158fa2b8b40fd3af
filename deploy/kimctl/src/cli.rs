//! What can be typed. Clap's own words are put into Indonesian by [`crate::refusal`].

mod assessment;
mod code_list;
mod options;
mod territory;

pub use assessment::{
    Assessment, ListAssessments, ReviseAssessment, RevisionReason, Scoring, SetAssessment, WithdrawalReason,
};
pub use code_list::{CodeList, CodeListName, Edition, Rubric, SetRubric};
pub use options::Options;
pub use territory::{AdoptTerritory, CheckTerritory, Diff, Territory};

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use kim_chassis::identity::Role;
use kim_territory::RegionCode;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::{
    campaign, community,
    dates::{self, BadDate},
    delivery, endpoint, inbox,
    log::LogContext,
    material, moments, office, partnership, programme, question, reconcile,
    sheet::{CommunityFile, Reading},
    training,
};

/// Baris perintah operator Kemitraan KIM.
#[derive(Debug, Parser)]
#[command(
    name = "kimctl",
    version,
    disable_help_flag = true,
    disable_help_subcommand = true,
    disable_version_flag = true,
    after_help = "Pilihan umum dapat juga ditetapkan lewat variabel: KIM_HOME, KIM_PORT, KIM_REGISTRY, KIM_DISSEMINATION, \
                  KIM_REPORTING, KIM_REGISTRY_HTTP, KIM_DISSEMINATION_HTTP, KIM_REPORTING_HTTP, KIM_NATS, KIM_NATS_SEED_FILE, \
                  KIM_NATS_INBOX, KIM_TOKEN, KIM_TOKEN_FILE.\n\
                  Kode keluar: 0 baik; 1 ada yang salah dan sudah disebut; 2 perintah tidak dapat dijalankan."
)]
pub struct Cli {
    #[command(flatten)]
    pub options: Options,
    /// Tampilkan bantuan ini
    #[arg(short, long, global = true, action = ArgAction::Help, help_heading = "Pilihan umum")]
    help: Option<bool>,
    /// Tampilkan versi
    #[arg(long, action = ArgAction::Version, help_heading = "Pilihan umum")]
    version: Option<bool>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Menunjukkan posisi log, aliran dan tampilan, ketertinggalan, dan kesehatan layanan
    Status,
    /// Membuat atau membaca token
    #[command(subcommand)]
    Token(Token),
    /// Mengurus tampilan (read model)
    #[command(subcommand)]
    Projection(Projection),
    /// Memeriksa log, dan memulihkannya
    #[command(subcommand)]
    Log(Log),
    /// Memasukkan daftar dari berkas CSV atau XLSX
    #[command(subcommand)]
    Import(Import),
    /// Membandingkan daftar pihak lain dengan registri
    #[command(subcommand)]
    Reconcile(reconcile::Command),
    /// Mengurus KIM: rancangan, pendaftaran, pengurus, perubahan, penggabungan
    #[command(subcommand)]
    Community(community::Command),
    /// Mengurus daftar kantor
    #[command(subcommand)]
    Office(office::Command),
    /// Mengurus kemitraan kantor dengan KIM
    #[command(subcommand)]
    Partnership(partnership::Command),
    /// Mengurus bimtek dan sosialisasi
    #[command(subcommand)]
    Training(training::Command),
    /// Mengurus program pemerintah yang disebarluaskan
    #[command(subcommand)]
    Programme(programme::Command),
    /// Mengurus materi: naskah, pemeriksaan, penerbitan, penarikan
    #[command(subcommand)]
    Material(material::Command),
    /// Mengurus kampanye: sasaran, jadwal, jeda, pembatalan
    #[command(subcommand)]
    Campaign(campaign::Command),
    /// Mencatat apa yang terjadi dengan sebuah kampanye di sebuah KIM
    #[command(subcommand)]
    Delivery(delivery::Command),
    /// Membaca kotak masuk sebuah KIM
    #[command(subcommand)]
    Inbox(inbox::Command),
    /// Mengurus alamat webhook dan surel sebuah KIM, dan pesan yang tidak sampai
    #[command(subcommand)]
    Endpoint(endpoint::Command),
    /// Mengurus pertanyaan warga dan jawabannya
    #[command(subcommand)]
    Question(question::Command),
    /// Mengurus daftar kode: jenis kegiatan dan topik
    #[command(subcommand)]
    CodeList(CodeList),
    /// Mengurus rubrik penilaian
    #[command(subcommand)]
    Rubric(Rubric),
    /// Menilai KIM, dan membandingkan nilainya
    #[command(subcommand)]
    Assessment(Assessment),
    /// Membandingkan daftar wilayah, dan memeriksa berkas perubahannya
    #[command(subcommand)]
    Territory(Territory),
    /// Mencetak pelengkap perintah untuk bash, zsh atau fish
    Completions {
        /// bash, zsh atau fish
        #[arg(value_name = "SHELL", hide_possible_values = true)]
        shell: Shell,
    },
}

#[derive(Debug, Subcommand)]
pub enum Token {
    /// Menerbitkan token dengan kunci penerbit negeri lokal
    Issue(Issue),
    /// Membaca token: milik siapa, untuk wilayah mana, sampai kapan
    Show {
        /// Berkas token, atau - untuk masukan baku [bawaan: token yang dipakai perintah lain]
        #[arg(value_name = "BERKAS")]
        file: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub struct Issue {
    /// Peran: national-office, provincial-office, regency-office, agency, kim-officer, auditor, subscriber, citizen, simulator
    #[arg(long, value_name = "PERAN", value_parser = role)]
    pub role: Role,
    /// Kode provinsi atau kabupaten/kota, untuk kantor daerah dan subscriber
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub region: Option<RegionCode>,
    /// Nomor KIM, untuk kim-officer
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub kim: Option<Uuid>,
    /// Nomor kantor, untuk agency
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub office: Option<Uuid>,
    /// Kode topik, untuk agency; boleh berulang
    #[arg(long = "topic", value_name = "TOPIK", requires = "office")]
    pub topics: Vec<String>,
    /// Nomor izin; wajib untuk auditor. Token dengan nomor izin dapat dicabut
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub grant: Option<Uuid>,
    /// Rujukan buram, bukan nama orang [bawaan: peran dan cakupannya]
    #[arg(long, value_name = "RUJUKAN")]
    pub subject: Option<String>,
    /// Masa berlaku dalam hari, 1 sampai 366 [bawaan: 30]
    #[arg(long, value_name = "HARI", default_value_t = 30, hide_default_value = true, value_parser = clap::value_parser!(u16).range(1..=366))]
    pub days: u16,
    /// Tulis ke berkas yang hanya terbaca pemiliknya, bukan ke layar
    #[arg(long, value_name = "BERKAS")]
    pub output: Option<PathBuf>,
}

fn role(text: &str) -> Result<Role, String> {
    let known = || Role::ALL.map(Role::as_str).join(", ");
    text.parse().map_err(|_| format!("peran tidak dikenal; pilih salah satu: {}", known()))
}

pub(crate) fn region(text: &str) -> Result<RegionCode, String> {
    text.parse().map_err(|_| "kode wilayah salah bentuk; tulis misalnya 14 atau 14.01".to_owned())
}

pub(crate) fn uuid(text: &str) -> Result<Uuid, String> {
    text.parse().map_err(|_| "nomor salah bentuk; tulis misalnya 018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d".to_owned())
}

pub(crate) fn date(text: &str) -> Result<Date, String> {
    dates::parse(text).map_err(|why| match why {
        BadDate::Form => "tulis tahun-bulan-hari 2019-03-14, atau hari/bulan/tahun 14/03/2019".to_owned(),
        BadDate::Calendar => "tanggal itu tidak ada di kalender".to_owned(),
    })
}

pub(crate) fn moment(text: &str) -> Result<OffsetDateTime, String> {
    moments::parse(text, OffsetDateTime::now_utc()).map_err(|why| match why {
        BadDate::Form => moments::FORM.to_owned(),
        BadDate::Calendar => "tanggal itu tidak ada di kalender".to_owned(),
    })
}

/// What an office says in its own words.
#[derive(Debug, Args)]
pub struct Note {
    /// Catatan kantor; disimpan tertutup
    #[arg(long, value_name = "CATATAN", default_value = "", hide_default_value = true)]
    pub note: String,
}

#[derive(Debug, Subcommand)]
pub enum Projection {
    /// Membangun ulang tampilan dari posisi 1 di samping yang melayani, lalu beralih
    Rebuild,
}

#[derive(Debug, Subcommand)]
pub enum Log {
    /// Membandingkan seluruh log dengan alirannya di NATS, kejadian demi kejadian
    Verify {
        #[command(flatten)]
        which: WhichLog,
    },
    /// Memulihkan log yang tertutup setelah basis data dipulihkan: menunjukkan keadaannya, dan mengerjakannya dengan --yes
    Reconcile(Reconcile),
}

/// One log. The registry's when none is named: it is the one that the others follow, and a command that decides about a log must mean one.
#[derive(Debug, Args)]
pub struct WhichLog {
    /// Log layanan yang mana: registry, dissemination [bawaan: registry]
    #[arg(
        long,
        value_name = "LOG",
        default_value = "registry",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub context: LogContext,
}

#[derive(Debug, Args)]
pub struct Reconcile {
    #[command(flatten)]
    pub which: WhichLog,
    /// Biarkan log seperti adanya; yang hanya ada di aliran hilang dari log, dan disisihkan
    #[arg(long)]
    pub keep_log: bool,
    /// Kerjakan; keputusannya dicatat atas nama pemilik token
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Subcommand)]
pub enum Import {
    /// Daftar KIM yang sudah terdaftar di kantor
    Communities(ImportCommunities),
    /// Daftar kegiatan KIM
    Activities(ImportTable),
    /// Laporan KIM tentang kampanye: sampai, dibuka, dikonfirmasi, sesi, jangkauan
    Reports(ImportTable),
    /// Mencetak contoh berkas dengan judul kolomnya
    Template {
        /// communities, activities atau reports
        #[arg(value_name = "DAFTAR", hide_possible_values = true)]
        list: List,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum List {
    Communities,
    Activities,
    Reports,
}

#[derive(Debug, Args)]
pub struct ImportCommunities {
    #[command(flatten)]
    pub list: CommunityFile,
    #[command(flatten)]
    pub report: Report,
    /// Periksa saja: baris yang salah, dan yang mirip baris lain atau KIM terdaftar; tidak ada yang dimasukkan
    #[arg(long)]
    pub check: bool,
    /// Masukkan juga baris yang mirip KIM terdaftar; tidak ada yang digabung
    #[arg(long, conflicts_with = "check")]
    pub accept_duplicates: bool,
}

/// A file whose rows are sent as they stand.
#[derive(Debug, Args)]
pub struct ImportTable {
    /// Berkas CSV (koma atau titik koma, UTF-8) atau XLSX
    #[arg(value_name = "BERKAS")]
    pub file: PathBuf,
    #[command(flatten)]
    pub report: Report,
    #[command(flatten)]
    pub reading: Reading,
}

/// Where the bad rows go.
#[derive(Debug, Args)]
pub struct Report {
    /// Tulis baris yang ditolak atau diragukan ke berkas CSV
    #[arg(long = "report", value_name = "BERKAS")]
    pub path: Option<PathBuf>,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Cli, Command};
    use crate::refusal::{self, Said};

    /// The command that was typed.
    pub fn typed(args: &[&str]) -> Command {
        parsed(args).unwrap_or_else(|said| panic!("{args:?}: {said}")).command
    }

    /// What is said of a wrong command.
    pub fn refused(args: &[&str]) -> String {
        parsed(args).expect_err("it is wrong")
    }

    fn parsed(args: &[&str]) -> Result<Cli, String> {
        let args = ["kimctl"].iter().chain(args).map(Into::into);
        refusal::parse::<Cli>(args).map_err(|said| match said {
            Said::Asked(text) | Said::Wrong(text) => text,
        })
    }
}
