//! Stores in a folder of the test: one directly, one behind a server that speaks S3.

use std::{fs, path::Path, time::Duration};

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use kim_dissemination::{
    domain::content::MediaType,
    media::{Announced, Bucket, Kept, Media, ReceiveError, Store},
};
use kim_values::DocumentHash;
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::{net::TcpListener, time::timeout};

const BUCKET: &str = "kim-media";
const KEY: (&str, &str) = ("AKIAUJI", "rahasia-uji");
/// The longest that anything here may take, on a busy machine.
const WITHIN: Duration = Duration::from_mins(1);

pub struct Rig {
    pub name: &'static str,
    pub store: Store,
    config: Media,
    dir: TempDir,
}

impl Rig {
    pub async fn both() -> [Self; 2] {
        [Self::folder().await, Self::bucket().await]
    }

    pub async fn folder() -> Self {
        let dir = tempfile::tempdir().unwrap();
        // One that is not there yet.
        let config = Media { folder: dir.path().join("data/media"), s3: None };
        Self { name: "folder", store: Store::open(&config).await.unwrap(), config, dir }
    }

    pub async fn bucket() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("data");
        fs::create_dir_all(root.join(BUCKET)).unwrap();
        let mut service = S3ServiceBuilder::new(FileSystem::new(&root).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY.0, KEY.1));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(socket), service.clone()));
            }
        });
        let key_file = key_file(dir.path(), KEY.0, KEY.1);
        let s3 = Bucket { endpoint, bucket: BUCKET.into(), region: "us-east-1".into(), key_file };
        let config = Media { s3: Some(s3), ..Media::default() };
        Self { name: "bucket", store: Store::open(&config).await.unwrap(), config, dir }
    }

    /// The same store, opened again.
    pub async fn again(&self) -> Store {
        Store::open(&self.config).await.unwrap()
    }

    /// The same bucket, with a key that is not its own.
    pub async fn with_key(&self, id: &str, secret: &str) -> Store {
        let key_file = key_file(self.dir.path(), id, secret);
        let s3 = self.config.s3.clone().map(|bucket| Bucket { key_file, ..bucket });
        Store::open(&Media { s3, ..Media::default() }).await.unwrap()
    }

    /// Media that are there, whole or half.
    pub fn files(&self) -> usize {
        files(&self.dir.path().join("data"))
    }

    /// Waits until nothing is there any more.
    pub async fn is_empty(&self) {
        let empty = async {
            while self.files() > 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        assert!(timeout(WITHIN, empty).await.is_ok(), "{}: {} files", self.name, self.files());
    }
}

fn key_file(dir: &Path, id: &str, secret: &str) -> std::path::PathBuf {
    let file = dir.join(id);
    fs::write(&file, format!("{id}\n{secret}\n")).unwrap();
    file
}

/// Without what the server notes of its own.
fn files(dir: &Path) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            count += files(&entry.path());
        } else if Path::new(&name).extension().is_none_or(|extension| extension != "json") {
            count += 1;
        }
    }
    count
}

pub fn hash(bytes: &[u8]) -> DocumentHash {
    DocumentHash(Sha256::digest(bytes).into())
}

pub fn announced(media_type: MediaType, bytes: &[u8]) -> Announced {
    Announced::new(hash(bytes), media_type, bytes.len() as u64).unwrap()
}

/// Sends a medium in chunks as a client does.
pub async fn received(store: &Store, media_type: MediaType, bytes: &[u8]) -> Result<Kept, ReceiveError> {
    let mut receiving = store.receive(announced(media_type, bytes)).await?;
    for chunk in bytes.chunks(200_000) {
        receiving.take(chunk).await?;
    }
    receiving.keep().await
}

pub fn pdf(size: usize) -> Vec<u8> {
    filled(b"%PDF-1.7\n", size)
}

pub fn mp4(size: usize) -> Vec<u8> {
    filled(b"\0\0\0\x18ftypisom\0\0\0\0", size)
}

/// No two pieces of it are alike.
fn filled(beginning: &[u8], size: usize) -> Vec<u8> {
    let mut bytes = beginning.to_vec();
    let rest = (0_u64..).flat_map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    bytes.extend(rest.take(size - beginning.len()));
    bytes
}
