//! What can be typed after `kimctl question`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kim_contract::dissemination::v1::{QuestionStatus, SetAsideReason};
use kim_territory::RegionCode;
use uuid::Uuid;

use crate::{
    cli::{Note, region, uuid},
    words::words,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Menampilkan pertanyaan, yang terlama lebih dulu
    List(List),
    /// Menampilkan satu pertanyaan dengan tanya jawabnya
    Show(Which),
    /// Mencatat pertanyaan warga dalam sebuah sesi
    Ask(Ask),
    /// Menjawab pertanyaan; oleh kantor yang memegangnya
    Answer(Reply),
    /// Menanyakan lagi: jawabannya belum cukup
    Reopen(Reply),
    /// Meneruskan pertanyaan ke kantor lain
    Redirect(Redirect),
    /// Mengesampingkan pertanyaan, dengan alasan
    SetAside(SetAside),
    /// Menerbitkan tanya jawab untuk semua orang; oleh orang yang tidak menjawabnya
    Publish(Publish),
    /// Mencetak contoh berkas tanya jawab yang akan diterbitkan
    Template,
}

#[derive(Debug, Args)]
pub struct Which {
    /// Nomor pertanyaan
    #[arg(value_name = "NOMOR", value_parser = uuid)]
    pub question: Uuid,
}

#[derive(Debug, Args)]
pub struct List {
    /// Kode wilayah kedudukan KIM [bawaan: seluruh wilayah kerja]
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub region: Option<RegionCode>,
    /// Status: asked, redirected, answered, reopened, set-aside; boleh berulang [bawaan: semua]
    #[arg(long = "status", value_name = "STATUS", hide_possible_values = true)]
    pub statuses: Vec<Status>,
    /// Hanya yang dipegang kantor ini
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub office: Option<Uuid>,
    /// Hanya tentang program ini
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub programme: Option<Uuid>,
    /// Hanya dari kampanye ini
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub campaign: Option<Uuid>,
    /// Hanya yang jawabannya sudah diterbitkan
    #[arg(long)]
    pub published: bool,
}

/// Somebody's words, typed or from a file.
#[derive(Debug, Args)]
pub struct Text {
    /// Isinya; disimpan tertutup
    #[arg(long, value_name = "TEKS", required_unless_present = "file")]
    pub text: Option<String>,
    /// Isinya dari berkas
    #[arg(long, value_name = "BERKAS", conflicts_with = "text")]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Ask {
    /// Nomor kampanye
    #[arg(value_name = "KAMPANYE", value_parser = uuid)]
    pub campaign: Uuid,
    /// Nomor KIM
    #[arg(value_name = "KIM", value_parser = uuid)]
    pub kim: Uuid,
    /// Nomor sesi tempat pertanyaan diajukan: lihat kimctl delivery show
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub session: Uuid,
    #[command(flatten)]
    pub text: Text,
}

#[derive(Debug, Args)]
pub struct Reply {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub text: Text,
}

#[derive(Debug, Args)]
pub struct Redirect {
    #[command(flatten)]
    pub which: Which,
    /// Nomor kantor yang dituju
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub to: Uuid,
    #[command(flatten)]
    pub note: Note,
}

#[derive(Debug, Args)]
pub struct SetAside {
    #[command(flatten)]
    pub which: Which,
    /// Alasan: not-a-question, not-about-the-programme, asked-before, abusive, aspiration, other
    #[arg(long, value_name = "ALASAN", hide_possible_values = true)]
    pub reason: SettingAside,
    #[command(flatten)]
    pub note: Note,
}

#[derive(Debug, Args)]
pub struct Publish {
    #[command(flatten)]
    pub which: Which,
    /// Berkas tanya jawab, satu tiap bahasa; bahasa Indonesia selalu ada
    #[arg(value_name = "BERKAS", required = true)]
    pub files: Vec<PathBuf>,
}

words!(Status as QuestionStatus: Asked, Redirected, Answered, Reopened, SetAside);
words!(SettingAside as SetAsideReason: NotAQuestion, NotAboutTheProgramme, AskedBefore, Abusive, Aspiration, Other);

#[cfg(test)]
mod tests {
    use crate::cli::tests::refused;

    const ID: &str = "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d";

    #[test]
    fn what_is_wrong_or_missing_is_said() {
        for (args, what) in [
            (&["question", "ask", ID, ID, "--text", "Kapan?"][..], "belum disebut: --session"),
            (&["question", "answer", ID], "belum disebut: --text"),
            (&["question", "answer", ID, "--text", "Besok.", "--file", "a.txt"], "tidak dapat dipakai bersama"),
            (&["question", "set-aside", ID, "--reason", "rude"], "pilih salah satu: not-a-question"),
            (&["question", "publish", ID], "belum disebut: <BERKAS>"),
        ] {
            let said = refused(args);
            assert!(said.contains(what), "{args:?}: {said}");
        }
    }
}
