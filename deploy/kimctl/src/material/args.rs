//! What can be typed after `kimctl material`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kim_contract::dissemination::v1::{MaterialReturnReason, MaterialStatus, MaterialWithdrawalReason, RevisionReason};
use kim_territory::RegionCode;
use uuid::Uuid;

use crate::{
    cli::{Note, region, uuid},
    words::words,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Menampilkan materi
    List(List),
    /// Menampilkan satu materi, dengan naskah yang sedang dikerjakan
    Show(Which),
    /// Menampilkan versi yang pernah terbit, seperti yang dibaca orang
    Version(Version),
    /// Mencetak contoh berkas naskah
    Template,
    /// Membuat materi baru dari berkas naskah, satu berkas tiap bahasa
    Draft(Draft),
    /// Menulis ulang naskah yang sedang dikerjakan, seluruhnya
    Amend(Amend),
    /// Mengajukan naskah untuk diperiksa
    Submit(Which),
    /// Mengembalikan naskah kepada penulisnya, dengan alasan
    Return(Return),
    /// Menunjukkan naskah yang menunggu, lalu menyetujuinya dengan sidiknya; oleh orang yang tidak ikut menulis
    Approve(Approve),
    /// Menerbitkan naskah yang sudah disetujui
    Publish(Which),
    /// Memulai versi berikutnya dari yang sudah terbit
    Revise(Revise),
    /// Membuang naskah yang sedang dikerjakan
    Discard(Which),
    /// Menarik materi yang sudah terbit; tidak dapat dibatalkan
    Withdraw(Withdraw),
    /// Mengunggah media, dan menunjukkan sidik, jenis, dan ukurannya
    Upload(Upload),
    /// Mengunduh media sebuah versi
    Download(Download),
}

#[derive(Debug, Args)]
pub struct Which {
    /// Nomor materi
    #[arg(value_name = "NOMOR", value_parser = uuid)]
    pub material: Uuid,
}

#[derive(Debug, Args)]
pub struct List {
    /// Kode wilayah kantornya [bawaan: seluruh wilayah kerja]
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub region: Option<RegionCode>,
    /// Hanya dari program ini
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub programme: Option<Uuid>,
    /// Status: draft, in-review, returned, approved, published, withdrawn, discarded; boleh berulang [bawaan: semua]
    #[arg(long = "status", value_name = "STATUS", hide_possible_values = true)]
    pub statuses: Vec<Status>,
}

#[derive(Debug, Args)]
pub struct Version {
    #[command(flatten)]
    pub which: Which,
    /// Nomor versinya [bawaan: yang terbit sekarang]
    #[arg(long, value_name = "VERSI", default_value_t = 0, hide_default_value = true)]
    pub version: i32,
}

/// Files that a version is written in.
#[derive(Debug, Args)]
pub struct Writing {
    /// Berkas naskah, satu tiap bahasa; bahasa Indonesia selalu ada. Medianya ikut diunggah
    #[arg(value_name = "BERKAS", required = true)]
    pub files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Draft {
    /// Nomor program
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub programme: Uuid,
    #[command(flatten)]
    pub writing: Writing,
}

#[derive(Debug, Args)]
pub struct Amend {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub writing: Writing,
    /// Keterangan versi, untuk dibaca semua orang; hanya untuk versi kedua dan seterusnya [bawaan: tetap seperti adanya]
    #[arg(long, value_name = "KETERANGAN")]
    pub note: Option<String>,
}

#[derive(Debug, Args)]
pub struct Return {
    #[command(flatten)]
    pub which: Which,
    /// Alasan: facts-wrong, source-missing, language-unclear, translation-differs, media-unsuitable, personal-data, other; boleh berulang
    #[arg(long = "reason", value_name = "ALASAN", required = true, hide_possible_values = true)]
    pub reasons: Vec<Returning>,
    #[command(flatten)]
    pub note: Note,
}

#[derive(Debug, Args)]
pub struct Approve {
    #[command(flatten)]
    pub which: Which,
    /// Sidik naskah yang sudah dibaca; tanpa ini naskahnya hanya ditunjukkan
    #[arg(long, value_name = "SIDIK")]
    pub hash: Option<String>,
    /// Yang tampak seperti data pribadi sudah diperiksa, dan boleh dibaca semua orang
    #[arg(long, requires = "hash")]
    pub personal_data_checked: bool,
}

#[derive(Debug, Args)]
pub struct Revise {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub writing: Writing,
    /// Alasan: correction, update, addition. Koreksi diberitahukan kepada semua yang sudah menerima
    #[arg(long, value_name = "ALASAN", hide_possible_values = true)]
    pub reason: Revising,
    /// Apa yang keliru, berubah, atau ditambahkan, untuk dibaca semua orang
    #[arg(long, value_name = "KETERANGAN")]
    pub note: String,
}

#[derive(Debug, Args)]
pub struct Withdraw {
    #[command(flatten)]
    pub which: Which,
    /// Alasan: facts-wrong, outdated, policy-revoked, personal-data, published-in-error, other
    #[arg(long, value_name = "ALASAN", hide_possible_values = true)]
    pub reason: Withdrawing,
    #[command(flatten)]
    pub note: Note,
}

#[derive(Debug, Args)]
pub struct Upload {
    /// Berkas JPEG, PNG, WebP, PDF, MP3, atau MP4
    #[arg(value_name = "BERKAS", required = true)]
    pub files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Download {
    #[command(flatten)]
    pub which: Which,
    /// Sidik medianya: lihat show atau version
    #[arg(value_name = "SIDIK")]
    pub hash: String,
    /// Nomor versinya [bawaan: yang terbit sekarang]
    #[arg(long, value_name = "VERSI", default_value_t = 0, hide_default_value = true)]
    pub version: i32,
    /// Tulis ke berkas ini [bawaan: awal sidiknya, di folder ini]
    #[arg(long, value_name = "BERKAS")]
    pub output: Option<PathBuf>,
}

words!(Status as MaterialStatus: Draft, InReview, Returned, Approved, Published, Withdrawn, Discarded);
words!(Returning as MaterialReturnReason:
    FactsWrong, SourceMissing, LanguageUnclear, TranslationDiffers, MediaUnsuitable, PersonalData, Other);
words!(Revising as RevisionReason: Correction, Update, Addition);
words!(Withdrawing as MaterialWithdrawalReason:
    FactsWrong, Outdated, PolicyRevoked, PersonalData, PublishedInError, Other);

#[cfg(test)]
mod tests {
    use crate::cli::tests::refused;

    const ID: &str = "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d";

    #[test]
    fn what_is_wrong_or_missing_is_said() {
        for (args, what) in [
            (&["material", "draft", "--programme", ID][..], "belum disebut: <BERKAS>"),
            (&["material", "draft", "naskah.md"], "belum disebut: --programme"),
            (&["material", "return", ID], "belum disebut: --reason"),
            (&["material", "revise", ID, "naskah.md", "--reason", "correction"], "belum disebut: --note"),
            (&["material", "withdraw", ID, "--reason", "old"], "pilih salah satu: facts-wrong, outdated"),
            (&["material", "list", "--status", "superseded"], "pilih salah satu: draft, in-review"),
        ] {
            let said = refused(args);
            assert!(said.contains(what), "{args:?}: {said}");
        }
    }
}
