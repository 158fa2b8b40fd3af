//! What can be typed after `kimctl inbox`.

use clap::{Args, Subcommand};
use kim_contract::dissemination::v1::InboxTask;
use uuid::Uuid;

use crate::{cli::uuid, words::words};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Menampilkan isi kotak masuk, yang penting lebih dulu
    List(List),
    /// Mengikuti perubahan kotak masuk sampai dihentikan dengan Ctrl-C
    Watch(Watch),
}

#[derive(Debug, Args)]
pub struct Whose {
    /// Nomor KIM
    #[arg(value_name = "KIM", value_parser = uuid)]
    pub kim: Uuid,
    /// Bahasa judul, misalnya id, jv, min [bawaan: bahasa Indonesia]
    #[arg(long, value_name = "BAHASA", default_value = "", hide_default_value = true)]
    pub language: String,
}

#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    pub whose: Whose,
    /// Hanya yang menunggu: open, acknowledge, corrected, withdrawn, answered; boleh berulang [bawaan: semua]
    #[arg(long = "task", value_name = "TUGAS", hide_possible_values = true)]
    pub tasks: Vec<Task>,
    /// Paling banyak sekian baris [bawaan: 200]
    #[arg(long, value_name = "BANYAK", default_value_t = 200, hide_default_value = true)]
    pub limit: usize,
}

#[derive(Debug, Args)]
pub struct Watch {
    #[command(flatten)]
    pub whose: Whose,
    /// Lanjutkan dari tanda yang dicetak sebelumnya; tidak ada yang terlewat [bawaan: mulai sekarang]
    #[arg(long = "from", value_name = "TANDA", default_value = "", hide_default_value = true)]
    pub from: String,
}

words!(Task as InboxTask: Open, Acknowledge, Corrected, Withdrawn, Answered);
