//! What can be typed after `kimctl campaign`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kim_contract::{
    dissemination::v1::{AudiencePartnership, CampaignCancellationReason, CampaignPriority, CampaignStatus},
    registry::v1::{BaseGroup, CommunityStatus, RegionLevel},
};
use kim_territory::RegionCode;
use time::Date;
use uuid::Uuid;

use crate::{
    cli::{Note, date, region, uuid},
    moments,
    words::words,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Menampilkan kampanye
    List(List),
    /// Menampilkan satu kampanye dengan rencana dan kemajuannya
    Show(Which),
    /// Menghitung KIM yang akan dituju, per provinsi, dengan contohnya; tidak ada yang disimpan
    Preview(Preview),
    /// Menampilkan KIM sasaran sebuah kampanye, seperti ditarik saat kampanye mulai
    Audience(Drawn),
    /// Merancang kampanye sebuah materi
    Draft(Draft),
    /// Menulis ulang rencana sebuah rancangan, seluruhnya
    Amend(Amend),
    /// Menjadwalkan rancangan: kampanye mulai sendiri pada waktunya
    Schedule(Which),
    /// Menjadikan yang terjadwal rancangan lagi
    Unschedule(Which),
    /// Menjeda kampanye yang berjalan
    Pause(Pause),
    /// Melanjutkan kampanye yang dijeda
    Resume(Which),
    /// Membatalkan kampanye: tidak ada lagi yang dikirimi
    Cancel(Cancel),
}

#[derive(Debug, Args)]
pub struct Which {
    /// Nomor kampanye
    #[arg(value_name = "NOMOR", value_parser = uuid)]
    pub campaign: Uuid,
}

#[derive(Debug, Args)]
pub struct List {
    /// Kode wilayah kantornya [bawaan: seluruh wilayah kerja]
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub region: Option<RegionCode>,
    /// Hanya dari program ini
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub programme: Option<Uuid>,
    /// Hanya dari materi ini
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub material: Option<Uuid>,
    /// Status: draft, scheduled, running, paused, completed, cancelled; boleh berulang [bawaan: semua]
    #[arg(long = "status", value_name = "STATUS", hide_possible_values = true)]
    pub statuses: Vec<Status>,
}

/// Whom a campaign is for: the communities that fit all of this.
#[derive(Debug, Args)]
pub struct Audience {
    /// Kode wilayah sasaran, 00 untuk seluruh negeri; boleh berulang
    #[arg(long = "region", value_name = "KODE", value_parser = region, required = true)]
    pub regions: Vec<RegionCode>,
    /// Tingkat kedudukan KIM: regency, district, village; boleh berulang [bawaan: semua]
    #[arg(long = "level", value_name = "TINGKAT", hide_possible_values = true)]
    pub levels: Vec<Level>,
    /// Status KIM: registered, active, dormant; boleh berulang [bawaan: ketiganya]
    #[arg(long = "status", value_name = "STATUS", hide_possible_values = true)]
    pub statuses: Vec<KimStatus>,
    /// Basis kelompok: none, youth, farmers, pkk, pokdarwis, other, unspecified untuk yang belum diketahui; boleh berulang [bawaan: semua]
    #[arg(long = "base-group", value_name = "BASIS", hide_possible_values = true)]
    pub base_groups: Vec<Base>,
    /// Hanya yang bermitra: in-force dengan kantor mana pun, with-this-office dengan kantor kampanye ini
    #[arg(long, value_name = "KEMITRAAN", hide_possible_values = true)]
    pub partnership: Option<Partnership>,
    /// Hanya KIM dalam berkas ini: CSV atau XLSX dengan kolom `id_kim`, paling banyak 1.000
    #[arg(long, value_name = "BERKAS")]
    pub only: Option<PathBuf>,
    /// Semua yang cocok kecuali KIM dalam berkas ini
    #[arg(long, value_name = "BERKAS", conflicts_with = "only")]
    pub except: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Plan {
    /// Nama kampanye untuk umum
    #[arg(long, value_name = "NAMA")]
    pub name: String,
    #[command(flatten)]
    pub audience: Audience,
    /// Hari pertama
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub from: Date,
    /// Hari terakhir
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub until: Date,
    /// Jam mulai pada hari pertama, di zona waktu tiap wilayah [bawaan: 08:00]
    #[arg(long = "at", value_name = "JAM", value_parser = minute, default_value = "08:00", hide_default_value = true)]
    pub starts_at_minute: i32,
    /// Prioritas: ordinary, important, urgent [bawaan: ordinary]
    #[arg(
        long,
        value_name = "PRIORITAS",
        default_value = "ordinary",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub priority: Priority,
}

#[derive(Debug, Args)]
pub struct Preview {
    /// Nomor kantor pemilik kampanye
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub office: Uuid,
    #[command(flatten)]
    pub audience: Audience,
    /// Banyaknya contoh KIM, 1 sampai 50 [bawaan: 10]
    #[arg(long, value_name = "BANYAK", default_value_t = 10, hide_default_value = true, value_parser = clap::value_parser!(i32).range(1..=50))]
    pub sample: i32,
}

#[derive(Debug, Args)]
pub struct Drawn {
    #[command(flatten)]
    pub which: Which,
    /// Paling banyak sekian KIM [bawaan: 200]
    #[arg(long, value_name = "BANYAK", default_value_t = 200, hide_default_value = true)]
    pub limit: usize,
}

#[derive(Debug, Args)]
pub struct Draft {
    /// Nomor materi
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub material: Uuid,
    /// Nomor kantor pemilik kampanye
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub office: Uuid,
    #[command(flatten)]
    pub plan: Plan,
}

#[derive(Debug, Args)]
pub struct Amend {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub plan: Plan,
}

#[derive(Debug, Args)]
pub struct Pause {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub note: Note,
}

#[derive(Debug, Args)]
pub struct Cancel {
    #[command(flatten)]
    pub which: Which,
    /// Alasan: not-needed, entered-in-error, disaster, other
    #[arg(long, value_name = "ALASAN", hide_possible_values = true)]
    pub reason: Cancelling,
    #[command(flatten)]
    pub note: Note,
}

/// Minutes after midnight.
fn minute(text: &str) -> Result<i32, String> {
    let time = moments::time_of_day(text).filter(|time| time.second() == 0);
    let time = time.ok_or("tulis jam dan menit, misalnya 08:00")?;
    Ok(i32::from(time.hour()) * 60 + i32::from(time.minute()))
}

words!(Status as CampaignStatus: Draft, Scheduled, Running, Paused, Completed, Cancelled);
words!(Level as RegionLevel: Regency, District, Village);
words!(KimStatus as CommunityStatus: Registered, Active, Dormant);
words!(Base as BaseGroup: None, Youth, Farmers, Pkk, Pokdarwis, Other, Unspecified);
words!(Partnership as AudiencePartnership: InForce, WithThisOffice);
words!(Priority as CampaignPriority: Ordinary, Important, Urgent);
words!(Cancelling as CampaignCancellationReason: NotNeeded, EnteredInError, Disaster, Other);
