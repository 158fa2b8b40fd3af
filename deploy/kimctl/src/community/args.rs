//! What can be typed after `kimctl community`.

use clap::{Args, Subcommand};
use kim_contract::registry::v1::{
    BaseGroup, ChangeRefusalReason, CommunityStatus, DissolutionReason, MergeReason, OfficerLeaveReason, OfficerRole,
    ReturnReason,
};
use kim_territory::RegionCode;
use time::Date;
use uuid::Uuid;

use crate::{
    cli::{Note, date, region, uuid},
    sheet::CommunityFile,
    words::words,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Menampilkan KIM di suatu wilayah
    List(List),
    /// Mencari KIM menurut nama (boleh salah ketik) atau nomor pendaftaran
    Search(Search),
    /// Menampilkan riwayat satu KIM, yang terbaru lebih dulu
    History(History),
    /// Menampilkan satu KIM dengan pengurus dan usulan perubahannya
    Show(Which),
    /// Membaca pengurus dan kontak; keperluannya dicatat
    Contacts(Contacts),
    /// Membuat rancangan dari berkas satu baris (contoh kolom: `kimctl import template communities`)
    Draft {
        #[command(flatten)]
        record: CommunityFile,
    },
    /// Mengajukan rancangan ke kantor setempat
    Submit(Which),
    /// Mengembalikan yang diajukan, dengan alasan
    Return(Return),
    /// Mendaftarkan yang diajukan
    Register(Register),
    /// Mencatat jumlah anggota pada suatu hari
    Count(Count),
    /// Mengangkat pengurus, atau menggantikan yang lama
    Appoint(Appoint),
    /// Memberhentikan pengurus
    Remove(Remove),
    /// Menghapus data pribadi seorang pengurus untuk selamanya
    Erase(Erase),
    /// Mengusulkan perubahan data KIM terdaftar, dari satu baris berkas
    Propose(Changed),
    /// Menerima usulan perubahan
    Accept(Proposed),
    /// Menolak usulan perubahan, dengan alasan
    Refuse(Refuse),
    /// Menarik kembali usulan perubahan
    Withdraw(Proposed),
    /// Membetulkan data KIM terdaftar yang keliru sejak awal, dari satu baris berkas
    Correct(Correct),
    /// Menggabungkan sebuah KIM ke KIM lain yang dilanjutkan
    Merge(Merge),
    /// Membubarkan KIM
    Dissolve(Dissolve),
}

#[derive(Debug, Args)]
pub struct Which {
    /// Nomor KIM
    #[arg(value_name = "NOMOR", value_parser = uuid)]
    pub community: Uuid,
}

#[derive(Debug, Args)]
pub struct List {
    /// Kode wilayah [bawaan: seluruh negeri]
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub region: Option<RegionCode>,
    /// Status: draft, submitted, returned, registered, active, dormant, dissolved, merged; boleh berulang [bawaan: semua]
    #[arg(long = "status", value_name = "STATUS", hide_possible_values = true)]
    pub statuses: Vec<Status>,
    /// Paling banyak sekian baris [bawaan: 200]
    #[arg(long, value_name = "BANYAK", default_value_t = 200, hide_default_value = true)]
    pub limit: usize,
}

#[derive(Debug, Args)]
pub struct Search {
    /// Nama, atau nomor pendaftaran atau awalnya; kosongkan untuk memakai saringan saja
    #[arg(value_name = "TEKS", default_value = "", hide_default_value = true)]
    pub text: String,
    #[command(flatten)]
    pub list: List,
    /// Basis kelompok: none, youth, farmers, pkk, pokdarwis, other; boleh berulang [bawaan: semua]
    #[arg(long = "base-group", value_name = "BASIS", hide_possible_values = true)]
    pub base_groups: Vec<Base>,
    /// Hanya yang tidak berkegiatan sejak tanggal ini
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub no_activity_since: Option<Date>,
    /// Hanya yang masa jabatan pengurusnya berakhir sebelum tanggal ini
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub term_ends_before: Option<Date>,
}

#[derive(Debug, Args)]
pub struct History {
    #[command(flatten)]
    pub which: Which,
    /// Paling banyak sekian peristiwa [bawaan: 200]
    #[arg(long, value_name = "BANYAK", default_value_t = 200, hide_default_value = true)]
    pub limit: usize,
}

#[derive(Debug, Args)]
pub struct Contacts {
    #[command(flatten)]
    pub which: Which,
    /// Keperluannya, 10 sampai 200 huruf; dicatat
    #[arg(long, value_name = "KEPERLUAN")]
    pub purpose: String,
}

#[derive(Debug, Args)]
pub struct Return {
    #[command(flatten)]
    pub which: Which,
    /// Alasan: decree-unreadable, decree-mismatch, members-below-rule, officers-incomplete, seat-wrong, name-taken, other; boleh berulang
    #[arg(long = "reason", value_name = "ALASAN", required = true, hide_possible_values = true)]
    pub reasons: Vec<Returning>,
    #[command(flatten)]
    pub note: Note,
}

#[derive(Debug, Args)]
pub struct Register {
    #[command(flatten)]
    pub which: Which,
    /// Tanggal pendaftaran [bawaan: hari ini]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub on: Option<Date>,
}

#[derive(Debug, Args)]
pub struct Count {
    #[command(flatten)]
    pub which: Which,
    /// Jumlah anggota
    #[arg(long, value_name = "ORANG", value_parser = clap::value_parser!(i32).range(0..))]
    pub members: i32,
    /// Pada tanggal [bawaan: hari ini]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub on: Option<Date>,
}

#[derive(Debug, Args)]
pub struct Appoint {
    #[command(flatten)]
    pub which: Which,
    /// Jabatan: ketua, sekretaris, bendahara, section, section-collecting, section-managing, section-spreading
    #[arg(long, value_name = "JABATAN", hide_possible_values = true)]
    pub role: Role,
    /// Nama; disimpan tertutup
    #[arg(long, value_name = "NAMA")]
    pub name: String,
    /// Nomor telepon; disimpan tertutup
    #[arg(long, value_name = "TELEPON", default_value = "", hide_default_value = true)]
    pub phone: String,
    /// Tanggal lahir; disimpan tertutup
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub born: Option<Date>,
    /// Pegawai negeri
    #[arg(long)]
    pub civil_servant: bool,
    /// Hari pertama [bawaan: hari ini]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub from: Option<Date>,
    /// Hari terakhir [bawaan: tanpa batas]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub until: Option<Date>,
    /// Nomor pengurus yang berpindah jabatan [bawaan: orang baru]
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub officer: Option<Uuid>,
    /// Nomor pengurus yang digantikan
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub replaces: Option<Uuid>,
}

#[derive(Debug, Args)]
pub struct Remove {
    #[command(flatten)]
    pub which: Which,
    /// Nomor pengurus
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub officer: Uuid,
    /// Alasan: resigned, moved, died, dismissed
    #[arg(long, value_name = "ALASAN", hide_possible_values = true)]
    pub reason: Leaving,
    /// Hari pertama tidak lagi menjabat [bawaan: hari ini]
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub on: Option<Date>,
}

#[derive(Debug, Args)]
pub struct Erase {
    #[command(flatten)]
    pub which: Which,
    /// Nomor pengurus
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub officer: Uuid,
    /// Hapus; tidak dapat dibatalkan
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct Changed {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub record: CommunityFile,
}

#[derive(Debug, Args)]
pub struct Proposed {
    #[command(flatten)]
    pub which: Which,
    /// Nomor usulan
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub change: Uuid,
}

#[derive(Debug, Args)]
pub struct Refuse {
    #[command(flatten)]
    pub proposed: Proposed,
    /// Alasan: proof-missing, proof-mismatch, name-taken, rule-not-met, other; boleh berulang
    #[arg(long = "reason", value_name = "ALASAN", required = true, hide_possible_values = true)]
    pub reasons: Vec<Refusing>,
    #[command(flatten)]
    pub note: Note,
}

#[derive(Debug, Args)]
pub struct Correct {
    #[command(flatten)]
    pub changed: Changed,
    #[command(flatten)]
    pub note: Note,
}

#[derive(Debug, Args)]
pub struct Merge {
    #[command(flatten)]
    pub which: Which,
    /// Nomor KIM yang dilanjutkan
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub into: Uuid,
    /// Alasan: same-community, members-decided, seats-merged
    #[arg(long, value_name = "ALASAN", hide_possible_values = true)]
    pub reason: Merging,
    #[command(flatten)]
    pub note: Note,
}

#[derive(Debug, Args)]
pub struct Dissolve {
    #[command(flatten)]
    pub which: Which,
    /// Alasan: members-decided, decree-revoked, registered-in-error
    #[arg(long, value_name = "ALASAN", hide_possible_values = true)]
    pub reason: Dissolving,
    #[command(flatten)]
    pub note: Note,
}

words!(Status as CommunityStatus: Draft, Submitted, Returned, Registered, Active, Dormant, Dissolved, Merged);
words!(Base as BaseGroup: None, Youth, Farmers, Pkk, Pokdarwis, Other);
words!(Returning as ReturnReason:
    DecreeUnreadable, DecreeMismatch, MembersBelowRule, OfficersIncomplete, SeatWrong, NameTaken, Other);
words!(Role as OfficerRole:
    Ketua, Sekretaris, Bendahara, Section, SectionCollecting, SectionManaging, SectionSpreading);
words!(Leaving as OfficerLeaveReason: Resigned, Moved, Died, Dismissed);
words!(Refusing as ChangeRefusalReason: ProofMissing, ProofMismatch, NameTaken, RuleNotMet, Other);
words!(Merging as MergeReason: SameCommunity, MembersDecided, SeatsMerged);
words!(Dissolving as DissolutionReason: MembersDecided, DecreeRevoked, RegisteredInError);
