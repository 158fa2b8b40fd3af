//! `[media]`: where media are kept.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use kim_chassis::config::{Check, Problems};
use serde::Deserialize;
use url::Url;

/// A folder or a bucket, and not both.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Media {
    /// A folder of this machine that this service alone writes to; made at the first start.
    pub folder: PathBuf,
    pub s3: Option<Bucket>,
}

/// `[media.s3]`: a bucket that speaks S3. What a killed service left half sent is the bucket's to forget: give it a lifecycle rule that
/// aborts incomplete multipart uploads after a day.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bucket {
    /// `https://…`; `http://…` only inside a network of one's own.
    pub endpoint: String,
    pub bucket: String,
    pub region: String,
    /// A file of two lines: the access key's id, and the secret key.
    pub key_file: PathBuf,
}

/// What a request to a bucket is signed with.
pub(super) struct AccessKey {
    pub id: String,
    pub secret: String,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum AccessKeyError {
    #[error("tidak dapat dibaca ({0})")]
    Unreadable(#[from] io::Error),
    #[error("bukan berkas dua baris")]
    Malformed,
}

impl AccessKey {
    pub(super) fn read(path: &Path) -> Result<Self, AccessKeyError> {
        let text = fs::read_to_string(path)?;
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        match lines[..] {
            [id, secret] => Ok(Self { id: id.to_owned(), secret: secret.to_owned() }),
            _ => Err(AccessKeyError::Malformed),
        }
    }
}

impl Check for Media {
    fn check(&self, problems: &mut Problems) {
        match (&self.s3, self.folder.as_os_str().is_empty()) {
            (None, true) => problems.add(
                "folder",
                "belum diisi",
                "sebutkan folder tempat gambar dan rekaman disimpan, atau isi bagian media.s3",
            ),
            (Some(_), false) => problems.add(
                "folder",
                "terisi, padahal bagian media.s3 juga ada",
                "pilih salah satu: folder, atau media.s3",
            ),
            (Some(bucket), true) => problems.section("s3", bucket),
            (None, false) => {}
        }
    }
}

impl Check for Bucket {
    fn check(&self, problems: &mut Problems) {
        let is_web = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
        if !Url::parse(&self.endpoint).is_ok_and(|url| is_web(&url)) {
            problems.add("endpoint", "bukan alamat web", "tulis misalnya https://s3.contoh.go.id");
        }
        problems.required("bucket", &self.bucket, "tulis nama bucket");
        problems.required("region", &self.region, "tulis nama region bucket; bila tidak punya, tulis us-east-1");
        if let Err(error) = AccessKey::read(&self.key_file) {
            let remedy = "sebutkan berkas berisi dua baris: nomor kunci akses, lalu kunci rahasianya";
            problems.add("key_file", error.to_string(), remedy);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(config: &str) -> Vec<String> {
        let media: Media = toml::from_str(config).unwrap();
        let mut problems = Problems::default();
        media.check(&mut problems);
        problems.found().iter().map(|problem| problem.path.clone()).collect()
    }

    #[test]
    fn media_are_kept_in_one_place_that_is_described_wholly() {
        let key = tempfile::NamedTempFile::new().unwrap();
        fs::write(key.path(), "AKIA\nrahasia\n").unwrap();
        let key = key.path().display();
        let bucket = format!("bucket = 'kim'\nregion = 'id-1'\nkey_file = '{key}'");
        let nothing: [&str; 0] = [];
        assert_eq!(wrong("folder = '/srv/media'"), nothing);
        assert_eq!(wrong(&format!("[s3]\nendpoint = 'https://s3.kim.go.id'\n{bucket}")), nothing);
        assert_eq!(wrong(""), ["folder"]);
        assert_eq!(wrong(&format!("folder = '/srv/media'\n[s3]\n{bucket}")), ["folder"]);
        assert_eq!(wrong("[s3]"), ["s3.endpoint", "s3.bucket", "s3.region", "s3.key_file"]);
        for endpoint in ["s3.kim.go.id", "ftp://s3.kim.go.id", "file:///srv"] {
            assert_eq!(wrong(&format!("[s3]\nendpoint = '{endpoint}'\n{bucket}")), ["s3.endpoint"], "{endpoint}");
        }
    }

    #[test]
    fn a_key_is_two_lines() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let read = |text: &str| {
            fs::write(file.path(), text).unwrap();
            AccessKey::read(file.path()).ok().map(|key| (key.id, key.secret))
        };
        assert_eq!(read("AKIA\n rahasia \n\n"), Some(("AKIA".into(), "rahasia".into())));
        for bad in ["", "AKIA", "AKIA\nrahasia\nlagi"] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }
}
