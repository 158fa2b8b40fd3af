//! What can be typed after `kimctl reconcile`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::sheet::CommunityFile;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Daftar KIM: yang cocok, berbeda, hanya ada di sana, dan hanya ada di sini, di wilayah --region atau di kabupaten/kota yang disebutnya
    Communities(Communities),
}

/// The list is of its region, or else of the regencies that occur in it.
#[derive(Debug, Args)]
pub struct Communities {
    #[command(flatten)]
    pub list: CommunityFile,
    /// Tulis hasilnya ke berkas CSV
    #[arg(long, value_name = "BERKAS")]
    pub report: Option<PathBuf>,
    /// Siapkan usulan perubahan untuk data yang berbeda; dikirim dengan --yes
    #[arg(long)]
    pub propose: bool,
    /// Kirim usulan perubahannya, satu per satu
    #[arg(long, requires = "propose")]
    pub yes: bool,
}
