//! What can be typed after `kimctl partnership`.

use clap::{Args, Subcommand};
use kim_contract::registry::v1::{DeclineReason, PartnershipScope, PartnershipStatus, TerminationReason};
use kim_territory::RegionCode;
use time::Date;
use uuid::Uuid;

use crate::cli::{date, region, uuid};
use crate::words::words;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Menampilkan kemitraan
    List(List),
    /// Menampilkan satu kemitraan dengan nomor perjanjiannya
    Show(Which),
    /// Mengusulkan kemitraan sebuah kantor dengan sebuah KIM
    Propose(Propose),
    /// Mencatat bahwa perjanjian sudah ditandatangani
    Sign(Sign),
    /// Memperpanjang kemitraan yang berlaku
    Renew(Renew),
    /// Mengakhiri kemitraan sebelum waktunya
    Terminate(Terminate),
    /// Menarik kembali usulan sendiri
    Withdraw(Which),
    /// Menolak usulan pihak lain
    Decline(Decline),
}

#[derive(Debug, Args)]
pub struct Which {
    /// Nomor kemitraan
    #[arg(value_name = "NOMOR", value_parser = uuid)]
    pub partnership: Uuid,
}

#[derive(Debug, Args)]
pub struct List {
    /// Kode wilayah kedudukan KIM [bawaan: seluruh negeri]
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub region: Option<RegionCode>,
    /// Hanya milik KIM ini
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub kim: Option<Uuid>,
    /// Hanya milik kantor ini
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub office: Option<Uuid>,
    /// Status: proposed, signed, renewed, expired, terminated, declined; boleh berulang [bawaan: semua]
    #[arg(long = "status", value_name = "STATUS", hide_possible_values = true)]
    pub statuses: Vec<Status>,
    /// Hanya yang berlaku dan berakhir sebelum tanggal ini
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub expiring_before: Option<Date>,
}

#[derive(Debug, Args)]
pub struct Propose {
    /// Nomor kantor
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub office: Uuid,
    /// Nomor KIM
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub kim: Uuid,
    /// Lingkup: dissemination, aspirations, literacy; boleh berulang
    #[arg(long = "scope", value_name = "LINGKUP", required = true, hide_possible_values = true)]
    pub scopes: Vec<Scope>,
    /// Hari pertama [bawaan: hari ini]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub from: Option<Date>,
    /// Hari terakhir
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub until: Date,
    #[command(flatten)]
    pub paper: Paper,
}

/// What stands on paper.
#[derive(Debug, Args)]
pub struct Paper {
    /// Nomor perjanjian, seperti tertulis
    #[arg(long, value_name = "NOMOR", default_value = "", hide_default_value = true)]
    pub number: String,
    /// Sidik SHA-256 dokumennya
    #[arg(long, value_name = "SIDIK", default_value = "", hide_default_value = true)]
    pub document_hash: String,
}

#[derive(Debug, Args)]
pub struct Sign {
    #[command(flatten)]
    pub which: Which,
    /// Tanggal penandatanganan [bawaan: hari ini]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub on: Option<Date>,
    #[command(flatten)]
    pub paper: Paper,
}

#[derive(Debug, Args)]
pub struct Renew {
    #[command(flatten)]
    pub which: Which,
    /// Hari terakhir yang baru
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub until: Date,
    /// Sidik SHA-256 dokumen perpanjangannya
    #[arg(long, value_name = "SIDIK", default_value = "", hide_default_value = true)]
    pub document_hash: String,
}

#[derive(Debug, Args)]
pub struct Terminate {
    #[command(flatten)]
    pub which: Which,
    /// Alasan: both-agreed, not-kept, community-dissolved, office-closed, other
    #[arg(long, value_name = "ALASAN", hide_possible_values = true)]
    pub reason: Ending,
    /// Tanggal pengakhiran [bawaan: hari ini]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub on: Option<Date>,
    /// Catatan kantor; disimpan tertutup
    #[arg(long, value_name = "CATATAN", default_value = "", hide_default_value = true)]
    pub note: String,
}

#[derive(Debug, Args)]
pub struct Decline {
    #[command(flatten)]
    pub which: Which,
    /// Alasan: terms-not-agreed, not-needed, other
    #[arg(long, value_name = "ALASAN", hide_possible_values = true)]
    pub reason: Refusing,
}

words!(Status as PartnershipStatus: Proposed, Signed, Renewed, Expired, Terminated, Declined);
words!(Scope as PartnershipScope: Dissemination, Aspirations, Literacy);
words!(Ending as TerminationReason: BothAgreed, NotKept, CommunityDissolved, OfficeClosed, Other);
words!(Refusing as DeclineReason: TermsNotAgreed, NotNeeded, Other);
