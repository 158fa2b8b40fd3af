//! What can be typed of how a file is to be read.

use std::{fs, path::PathBuf};

use anyhow::{Context, anyhow};
use clap::Args;
use kim_territory::RegionCode;

use super::naming::Naming;
use crate::cli::region;

/// How a file is to be read.
#[derive(Debug, Clone, Default, Args)]
pub struct Reading {
    /// Lembar kerja berkas XLSX [bawaan: satu-satunya yang berisi]
    #[arg(long, value_name = "LEMBAR")]
    pub sheet: Option<String>,
    /// Padanan kolom berkas dengan kolom daftar, misalnya `Sebutan=nama_kim`, atau `Catatan=-` untuk dilewati; boleh berulang
    #[arg(long = "map", value_name = "KOLOM=KOLOM", value_parser = pair)]
    pub maps: Vec<(String, String)>,
    /// Berkas padanan kolom: tiap baris kolom berkas;kolom daftar
    #[arg(long, value_name = "BERKAS")]
    pub mapping: Option<PathBuf>,
    /// Lewati kolom yang tidak dikenal
    #[arg(long)]
    pub ignore_unknown: bool,
}

/// A list of communities, and how it is to be read.
#[derive(Debug, Clone, Default, Args)]
pub struct CommunityFile {
    /// Berkas CSV (koma atau titik koma, UTF-8) atau XLSX
    #[arg(value_name = "BERKAS")]
    pub file: PathBuf,
    /// Wilayah seluruh isi berkas, tempat nama wilayah dicari [bawaan: seluruh negeri]
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub region: Option<RegionCode>,
    #[command(flatten)]
    pub reading: Reading,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let told = text.split_once('=').filter(|(theirs, ours)| !theirs.trim().is_empty() && !ours.trim().is_empty());
    let (theirs, ours) = told.ok_or("tulis \"kolom berkas=kolom daftar\", misalnya \"Sebutan=nama_kim\"")?;
    Ok((theirs.to_owned(), ours.to_owned()))
}

impl Reading {
    /// What is typed goes before what the mapping file says.
    pub fn naming(&self) -> anyhow::Result<Naming> {
        let mut pairs = self.maps.clone();
        if let Some(path) = &self.mapping {
            let text = fs::read_to_string(path).with_context(|| format!("{} tidak terbaca", path.display()))?;
            pairs.extend(mapping(&text).with_context(|| path.display().to_string())?);
        }
        Ok(Naming::of(pairs, self.ignore_unknown))
    }
}

/// The pairs of a mapping file. Blank lines and lines that begin with `#` say nothing.
fn mapping(text: &str) -> anyhow::Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1..) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let told = line.split_once(';').filter(|(theirs, ours)| !theirs.trim().is_empty() && !ours.trim().is_empty());
        let (theirs, ours) = told.ok_or_else(|| anyhow!("baris {number}: tulis kolom berkas;kolom daftar"))?;
        pairs.push((theirs.to_owned(), ours.to_owned()));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_file_has_a_pair_a_line() {
        let text = "\u{feff}# dari kim.id\nNama Kelompok;nama_kim\r\n\nKeterangan;-\n";
        let pairs = mapping(text).unwrap();
        assert_eq!(pairs, [("Nama Kelompok".into(), "nama_kim".into()), ("Keterangan".into(), "-".into())]);
        let wrong = mapping("Nama Kelompok;nama_kim\nKeterangan\n").unwrap_err().to_string();
        assert_eq!(wrong, "baris 2: tulis kolom berkas;kolom daftar");
        assert!(pair("Nama Kelompok").is_err() && pair("=nama_kim").is_err());
    }
}
