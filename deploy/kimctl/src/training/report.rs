//! Documents of a training's report: their contents stay here, and their hashes are sent.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use kim_contract::registry::v1::TrainingMaterial;
use sha2::{Digest, Sha256};

use crate::digest::hex;

/// A material as it is typed: `NAMA=BERKAS` or `NAMA=BERKAS=TAUTAN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaterialFile {
    title: String,
    path: PathBuf,
    link: String,
}

impl MaterialFile {
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, '=').map(str::trim);
        let (title, path) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if title.is_empty() || path.is_empty() {
            return Err("tulis NAMA=BERKAS, atau NAMA=BERKAS=TAUTAN".to_owned());
        }
        Ok(Self { title: title.into(), path: path.into(), link: parts.next().unwrap_or_default().into() })
    }

    pub fn material(&self) -> anyhow::Result<TrainingMaterial> {
        let document_hash = hash(&self.path)?;
        Ok(TrainingMaterial { title: self.title.clone(), document_hash, link: self.link.clone() })
    }
}

/// SHA-256 of a file, 64 hex digits.
pub fn hash(path: &Path) -> anyhow::Result<String> {
    let document = fs::read(path).with_context(|| format!("{} tidak terbaca", path.display()))?;
    Ok(hex(&Sha256::digest(&document)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_material_is_its_name_its_document_and_perhaps_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("modul.pdf");
        std::fs::write(&path, "abc").unwrap();
        let typed = format!("Modul Platform KIM={}=https://kim.id/materi=2", path.display());
        assert_eq!(
            MaterialFile::parse(&typed).unwrap().material().unwrap(),
            TrainingMaterial {
                title: "Modul Platform KIM".into(),
                // FIPS 180-2, the example of one block.
                document_hash: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".into(),
                link: "https://kim.id/materi=2".into(),
            }
        );
        assert!(MaterialFile::parse("Modul").is_err());
        assert!(MaterialFile::parse("=modul.pdf").is_err());
        assert!(MaterialFile::parse("Modul=tidak-ada.pdf").unwrap().material().is_err());
    }
}
