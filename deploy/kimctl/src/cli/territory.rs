//! `kimctl territory`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kim_territory::Decree;

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
