//! Media between files here and the service's store.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use anyhow::{Context, anyhow, bail, ensure};
use futures::stream;
use kim_contract::dissemination::v1::{
    GetMediaRequest, MediaDescription, MediaType, UploadMediaRequest, UploadMediaResponse,
};
use kim_territory::spelling::decimal;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::args::Download;
use crate::{connection::Services, digest::hex, ids};

/// As large as the service takes a piece.
const CHUNK: usize = 256 * 1024;
/// As many of the first bytes as tell the type.
const BEGINNING: usize = 12;

/// A medium in the service's store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stored {
    pub file: PathBuf,
    /// SHA-256, 64 hex digits: of what is kept. The store takes out of a picture what a camera wrote into it.
    pub hash: String,
    pub r#type: &'static str,
    /// Bytes that are kept.
    pub size: i64,
    #[serde(skip)]
    pub media_type: MediaType,
}

/// Brings a file into the store.
pub async fn upload(services: &Services, path: &Path) -> anyhow::Result<Stored> {
    let description = describe(path)?;
    let media_type = description.r#type();
    eprintln!("Mengunggah {} ({} MB) …", path.display(), decimal(description.size as f64 / 1e6));
    let broken = Arc::new(OnceLock::new());
    let file = File::open(path).with_context(|| format!("{} tidak terbaca", path.display()))?;
    let first = UploadMediaRequest {
        request_id: Uuid::now_v7().to_string(),
        description: Some(description),
        ..UploadMediaRequest::default()
    };
    let messages = std::iter::once(first).chain(Chunks { file, broken: broken.clone() });
    let sent = services.materials().upload_media(services.request(stream::iter(messages))).await;
    if let Some(error) = broken.get() {
        bail!("{} tidak terbaca sampai akhir: {error}", path.display());
    }
    let said = |status| services.dissemination_said(&status).context(path.display().to_string());
    let UploadMediaResponse { hash, size } = sent.map_err(said)?.into_inner();
    Ok(Stored { file: path.to_owned(), hash, r#type: type_name(media_type), size, media_type })
}

/// What a file is: looked at from its first byte to its last.
fn describe(path: &Path) -> anyhow::Result<MediaDescription> {
    let look = || -> io::Result<_> {
        let (mut file, mut hash, mut size) = (File::open(path)?, Sha256::new(), 0);
        let mut begins = Vec::new();
        let mut buffer = vec![0; CHUNK];
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                return Ok((begins, hash.finalize(), size));
            }
            let missing = BEGINNING.saturating_sub(begins.len());
            begins.extend_from_slice(&buffer[..missing.min(read)]);
            hash.update(&buffer[..read]);
            size += i64::try_from(read).expect("a piece is small");
        }
    };
    let (begins, hash, size) = look().with_context(|| format!("{} tidak terbaca", path.display()))?;
    let media_type = type_of(&begins).with_context(|| {
        format!("{}: jenisnya tidak dikenal; pakai JPEG, PNG, WebP, PDF, MP3, atau MP4", path.display())
    })?;
    Ok(MediaDescription { hash: hex(&hash), r#type: media_type.into(), size })
}

/// By the first bytes, whatever the file is called. The service looks for itself; here it saves a transfer in vain.
fn type_of(begins: &[u8]) -> Option<MediaType> {
    match begins {
        [0xff, 0xd8, 0xff, ..] => Some(MediaType::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(MediaType::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(MediaType::Webp),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(MediaType::Pdf),
        [b'I', b'D', b'3', ..] => Some(MediaType::Mp3),
        [0xff, second, ..] if second & 0xe6 == 0xe2 => Some(MediaType::Mp3),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some(MediaType::Mp4),
        _ => None,
    }
}

/// A file's bytes as messages; it ends early where the file cannot be read on, and says why.
struct Chunks {
    file: File,
    broken: Arc<OnceLock<io::Error>>,
}

impl Iterator for Chunks {
    type Item = UploadMediaRequest;

    fn next(&mut self) -> Option<UploadMediaRequest> {
        let mut chunk = Vec::with_capacity(CHUNK);
        match (&self.file).take(CHUNK as u64).read_to_end(&mut chunk) {
            Ok(0) => None,
            Ok(_) => Some(UploadMediaRequest { chunk, ..UploadMediaRequest::default() }),
            Err(error) => {
                let _ = self.broken.set(error);
                None
            }
        }
    }
}

/// A medium that was written to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Downloaded {
    pub file: PathBuf,
    pub r#type: &'static str,
    pub size: i64,
}

/// Writes a medium of a version to a file, once all of it is here and is what its hash says.
pub async fn download(services: &Services, wish: &Download) -> anyhow::Result<Downloaded> {
    let hash = wish.hash.to_lowercase();
    let request = services.request(GetMediaRequest {
        material_id: ids::to_proto(wish.which.material),
        version: wish.version,
        hash: hash.clone(),
    });
    let said = |status| services.dissemination_said(&status);
    let mut answers = services.materials().get_media(request).await.map_err(said)?.into_inner();
    let first = answers.message().await.map_err(said)?.ok_or_else(|| anyhow!(BROKEN_OFF))?;
    let media_type = first.r#type();
    let beginning = &hash[..hash.len().min(12)];
    let file = wish.output.clone().unwrap_or_else(|| format!("{beginning}.{}", ending(media_type)).into());
    let mut part = file.clone().into_os_string();
    part.push(".part");
    let part = PathBuf::from(part);
    let kept = async {
        let mut out = File::create(&part).with_context(|| part.display().to_string())?;
        let (mut digest, mut size, announced) = (Sha256::new(), 0, first.size);
        let mut next = Some(first);
        while let Some(answer) = next {
            digest.update(&answer.chunk);
            size += i64::try_from(answer.chunk.len()).expect("a piece is small");
            out.write_all(&answer.chunk).with_context(|| part.display().to_string())?;
            next = answers.message().await.map_err(said)?;
        }
        ensure!(size == announced, BROKEN_OFF);
        ensure!(hex(&digest.finalize()) == hash, "isi yang diterima tidak sesuai dengan sidiknya; coba lagi");
        out.sync_all().with_context(|| part.display().to_string())?;
        fs::rename(&part, &file).with_context(|| file.display().to_string())?;
        Ok(size)
    };
    let kept: anyhow::Result<i64> = kept.await;
    let size = kept.inspect_err(|_| drop(fs::remove_file(&part)))?;
    Ok(Downloaded { file, r#type: type_name(media_type), size })
}

const BROKEN_OFF: &str = "media terputus di tengah jalan; coba lagi";

pub fn type_name(media_type: MediaType) -> &'static str {
    match media_type {
        MediaType::Unspecified => "tidak dikenal",
        MediaType::Jpeg => "JPEG",
        MediaType::Png => "PNG",
        MediaType::Webp => "WebP",
        MediaType::Pdf => "PDF",
        MediaType::Mp3 => "MP3",
        MediaType::Mp4 => "MP4",
    }
}

fn ending(media_type: MediaType) -> &'static str {
    match media_type {
        MediaType::Unspecified => "bin",
        MediaType::Jpeg => "jpg",
        MediaType::Png => "png",
        MediaType::Webp => "webp",
        MediaType::Pdf => "pdf",
        MediaType::Mp3 => "mp3",
        MediaType::Mp4 => "mp4",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_described_by_what_is_in_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("foto.txt");
        fs::write(&path, b"%PDF-abc").unwrap();
        let described = describe(&path).unwrap();
        assert_eq!((described.r#type(), described.size), (MediaType::Pdf, 8));
        assert_eq!(described.hash, hex(&Sha256::digest(b"%PDF-abc")));
        for (begins, media_type) in [
            (&b"\xff\xd8\xff\xe0"[..], Some(MediaType::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Some(MediaType::Png)),
            (b"RIFF\x01\x02\x03\x04WEBP", Some(MediaType::Webp)),
            (b"ID3\x04", Some(MediaType::Mp3)),
            (b"\xff\xfb\x90", Some(MediaType::Mp3)),
            (b"\0\0\0\x18ftypisom", Some(MediaType::Mp4)),
            (b"<script>", None),
            (b"", None),
        ] {
            assert_eq!(type_of(begins), media_type, "{begins:?}");
        }
        fs::write(&path, b"catatan").unwrap();
        assert!(describe(&path).unwrap_err().to_string().contains("jenisnya tidak dikenal; pakai JPEG"));
        assert!(describe(dir.path()).unwrap_err().to_string().contains("tidak terbaca"));
    }

    #[test]
    fn a_file_is_sent_in_pieces_that_the_service_takes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("rekaman");
        let bytes: Vec<u8> = (0..=255).cycle().take(2 * CHUNK + 7).collect();
        fs::write(&path, &bytes).unwrap();
        let broken = Arc::new(OnceLock::new());
        let pieces: Vec<Vec<u8>> =
            Chunks { file: File::open(&path).unwrap(), broken: broken.clone() }.map(|message| message.chunk).collect();
        assert_eq!(pieces.iter().map(Vec::len).collect::<Vec<_>>(), [CHUNK, CHUNK, 7]);
        assert_eq!(pieces.concat(), bytes);
        assert!(broken.get().is_none());
        let folder = Chunks { file: File::open(dir.path()).unwrap(), broken: broken.clone() };
        assert_eq!((folder.count(), broken.get().is_some()), (0, true), "why it ends is not lost");
    }
}
