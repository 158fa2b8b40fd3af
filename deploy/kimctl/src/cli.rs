//! What can be typed. Clap's own words are put into Indonesian by [`crate::refusal`].

mod assessment;
mod code_list;

pub use assessment::{
    Assessment, ListAssessments, ReviseAssessment, RevisionReason, Scoring, SetAssessment, WithdrawalReason,
};
pub use code_list::{CodeList, CodeListName, Edition, Rubric, SetRubric};

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use kim_chassis::identity::Role;
use kim_local::ports::Ports;
use kim_territory::{Decree, RegionCode};
use time::Date;
use uuid::Uuid;

use crate::{
    community,
    dates::{self, BadDate},
    office, partnership, reconcile,
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
    after_help = "Pilihan umum dapat juga ditetapkan lewat variabel: KIM_HOME, KIM_PORT, KIM_REGISTRY, KIM_REPORTING, KIM_REGISTRY_HTTP, \
                  KIM_REPORTING_HTTP, KIM_NATS, KIM_NATS_SEED_FILE, KIM_NATS_INBOX, KIM_TOKEN, KIM_TOKEN_FILE.\n\
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

/// Where the services are, who calls, and how the outcome is written.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Pilihan umum")]
pub struct Options {
    /// Alamat gRPC registri [bawaan: `http://127.0.0.1`, porta `KIM_PORT` + 1]
    #[arg(long, global = true, env = "KIM_REGISTRY", hide_env = true, value_name = "ALAMAT")]
    pub registry: Option<String>,
    /// Alamat gRPC pelaporan [bawaan: `http://127.0.0.1`, porta `KIM_PORT` + 4]
    #[arg(long, global = true, env = "KIM_REPORTING", hide_env = true, value_name = "ALAMAT")]
    pub reporting: Option<String>,
    /// Alamat HTTP registri, untuk kesehatan [bawaan: porta `KIM_PORT` + 51]
    #[arg(long, global = true, env = "KIM_REGISTRY_HTTP", hide_env = true, value_name = "ALAMAT")]
    pub registry_http: Option<String>,
    /// Alamat HTTP pelaporan, untuk kesehatan [bawaan: porta `KIM_PORT` + 54]
    #[arg(long, global = true, env = "KIM_REPORTING_HTTP", hide_env = true, value_name = "ALAMAT")]
    pub reporting_http: Option<String>,
    /// Alamat NATS [bawaan: `nats://127.0.0.1`, porta `KIM_PORT` + 22]
    #[arg(long, global = true, env = "KIM_NATS", hide_env = true, value_name = "ALAMAT")]
    pub nats: Option<String>,
    /// Berkas benih `NKey` untuk NATS [bawaan: `$KIM_HOME/secrets/admin.nk`]
    #[arg(long, global = true, env = "KIM_NATS_SEED_FILE", hide_env = true, value_name = "BERKAS")]
    pub nats_seed_file: Option<PathBuf>,
    /// Awalan kotak masuk pengguna NATS itu [bawaan: `_INBOX_admin`]
    #[arg(long, global = true, env = "KIM_NATS_INBOX", hide_env = true, value_name = "AWALAN")]
    pub nats_inbox: Option<String>,
    /// Token; lebih aman lewat berkas atau variabel `KIM_TOKEN`
    #[arg(long, global = true, env = "KIM_TOKEN", hide_env = true, hide_env_values = true, value_name = "TOKEN")]
    pub token: Option<String>,
    /// Berkas token [bawaan: `$KIM_HOME/tokens/national.jwt`]
    #[arg(
        long,
        global = true,
        env = "KIM_TOKEN_FILE",
        hide_env = true,
        value_name = "BERKAS",
        conflicts_with = "token"
    )]
    pub token_file: Option<PathBuf>,
    /// Folder negeri lokal [bawaan: `KIM_HOME`, atau `.local` di sini]
    #[arg(long, global = true, env = "KIM_HOME", hide_env = true, default_value = "", hide_default_value = true, value_parser = home, value_name = "FOLDER")]
    pub home: PathBuf,
    /// Porta halaman negeri lokal; porta lain mengikutinya [bawaan: `KIM_PORT`, atau 7400]
    #[arg(long = "port", global = true, env = "KIM_PORT", hide_env = true, default_value = "", hide_default_value = true, value_parser = ports, value_name = "PORTA")]
    pub ports: Ports,
    /// Cetak hasil sebagai JSON
    #[arg(long, global = true)]
    pub json: bool,
}

fn home(text: &str) -> Result<PathBuf, String> {
    let named = if text.is_empty() { ".local" } else { text };
    std::path::absolute(named).map_err(|error| error.to_string())
}

fn ports(text: &str) -> Result<Ports, String> {
    Ports::parse(Some(text)).map_err(|error| error.to_string())
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

#[derive(Debug, Subcommand)]
pub enum Projection {
    /// Membangun ulang tampilan dari posisi 1 di samping yang melayani, lalu beralih
    Rebuild,
}

#[derive(Debug, Subcommand)]
pub enum Log {
    /// Membandingkan seluruh log dengan alirannya di NATS, kejadian demi kejadian
    Verify,
    /// Memulihkan log yang tertutup setelah basis data dipulihkan: menunjukkan keadaannya, dan mengerjakannya dengan --yes
    Reconcile(Reconcile),
}

#[derive(Debug, Args)]
pub struct Reconcile {
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
    Activities(ImportActivities),
    /// Mencetak contoh berkas dengan judul kolomnya
    Template {
        /// communities atau activities
        #[arg(value_name = "DAFTAR", hide_possible_values = true)]
        list: List,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum List {
    Communities,
    Activities,
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

#[derive(Debug, Args)]
pub struct ImportActivities {
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

#[derive(Debug, Subcommand)]
pub enum Territory {
    /// Menunjukkan apa yang berubah antara dua daftar wilayah, dan menuliskannya ke berkas untuk diperiksa
    Diff(Diff),
    /// Memeriksa berkas perubahan: lengkap, atau apa yang masih harus diputuskan
    Check(CheckTerritory),
    /// Memberlakukan daftar wilayah: KIM dan kantor di wilayah yang berubah ikut pindah
    Adopt(AdoptTerritory),
    /// Menunjukkan daftar wilayah yang berlaku, dan sejak kapan
    Show,
}

#[derive(Debug, Args)]
pub struct AdoptTerritory {
    /// Berkas perubahan yang sudah lengkap: lihat kimctl territory check
    #[arg(value_name = "BERKAS", required_unless_present = "to")]
    pub file: Option<PathBuf>,
    /// Daftar pertama sebuah registri, atau daftar yang tidak menyisakan keraguan: 2022, 2023, atau 2025
    #[arg(long, value_name = "TAHUN", value_parser = decree, conflicts_with = "file")]
    pub to: Option<Decree>,
    /// Hanya tunjukkan apa yang akan berubah
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct Diff {
    /// Daftar lama yang ada dalam program: 2022, 2023, atau 2025
    #[arg(long, value_name = "TAHUN", value_parser = decree, required_unless_present = "from_list")]
    pub from: Option<Decree>,
    /// Daftar baru yang ada dalam program: 2022, 2023, atau 2025
    #[arg(long, value_name = "TAHUN", value_parser = decree, required_unless_present = "to_list")]
    pub to: Option<Decree>,
    /// Daftar lama dari berkas CSV, atau dari folder berisi provinces.csv, regencies.csv, districts.csv dan villages.csv
    #[arg(long, value_name = "BERKAS", conflicts_with = "from")]
    pub from_list: Option<PathBuf>,
    /// Daftar baru dari berkas CSV, atau dari folder seperti itu
    #[arg(long, value_name = "BERKAS", conflicts_with = "to")]
    pub to_list: Option<PathBuf>,
    /// Tulis berkas perubahan: CSV dengan titik koma, untuk diperiksa dalam lembar kerja
    #[arg(long, value_name = "BERKAS")]
    pub output: Option<PathBuf>,
}

fn decree(text: &str) -> Result<Decree, String> {
    text.parse().map_err(|_| format!("pilih salah satu: {}", Decree::ALL.map(Decree::key).join(", ")))
}

#[derive(Debug, Args)]
pub struct CheckTerritory {
    /// Berkas perubahan
    #[arg(value_name = "BERKAS")]
    pub file: PathBuf,
    /// Daftar lama dari berkas atau folder, bila berkas perubahan dibuat darinya
    #[arg(long, value_name = "BERKAS")]
    pub from_list: Option<PathBuf>,
    /// Daftar baru dari berkas atau folder, bila berkas perubahan dibuat darinya
    #[arg(long, value_name = "BERKAS")]
    pub to_list: Option<PathBuf>,
}
