//! Pictures, recordings and documents, each kept once under its hash: in a folder of this machine, or in a bucket that speaks S3.
//!
//! What stands under a key is whole, has the hash and the type that the key names, and never changes: a medium comes into being in one
//! step, after all of it was looked at. A sender who goes away leaves nothing.

mod bucket;
mod config;
mod folder;
mod picture;
mod reading;
mod receiving;

use std::sync::Arc;

use kim_values::DocumentHash;
use object_store::{ObjectStore, ObjectStoreExt, path::Path};
use tokio::sync::Semaphore;

pub use config::{Bucket, Media};
pub use receiving::{Announced, Kept, ReceiveError, Receiving};

use crate::domain::content::MediaType;

/// Media that are received at the same time; each takes some 10 MiB of memory at most.
const PLACES: usize = 32;

/// Where media are kept. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    places: Arc<Semaphore>,
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("media are kept in a folder or in a bucket: configure one of them")]
    Nowhere,
    #[error("the folder of media could not be opened")]
    Folder(#[from] std::io::Error),
    #[error("the key file of the bucket is not understood: {0}")]
    Key(String),
    #[error(transparent)]
    Store(#[from] object_store::Error),
}

/// The store did not answer as it should.
#[derive(Debug, thiserror::Error)]
#[error("the store of media does not answer")]
pub struct StoreError(#[from] object_store::Error);

impl Store {
    /// A folder is made when it is not there, and what was left half written in it is removed.
    pub async fn open(config: &Media) -> Result<Self, OpenError> {
        let objects: Arc<dyn ObjectStore> = match &config.s3 {
            Some(bucket) => Arc::new(bucket::open(bucket)?),
            None if config.folder.as_os_str().is_empty() => return Err(OpenError::Nowhere),
            None => Arc::new(folder::open(&config.folder).await?),
        };
        Ok(Self { objects, places: Arc::new(Semaphore::new(PLACES)) })
    }

    /// Bytes of a medium; `None` for one that is not there, or that is of another type.
    pub async fn size(&self, hash: DocumentHash, media_type: MediaType) -> Result<Option<u64>, StoreError> {
        match self.objects.head(&key(hash, media_type)).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// `sha256/ab/cd/abcd….jpg`: an operator who looks into the store sees what it is.
fn key(hash: DocumentHash, media_type: MediaType) -> Path {
    let hex = hash.to_string();
    let ending = match media_type {
        MediaType::Jpeg => "jpg",
        MediaType::Png => "png",
        MediaType::Webp => "webp",
        MediaType::Pdf => "pdf",
        MediaType::Mp3 => "mp3",
        MediaType::Mp4 => "mp4",
    };
    Path::from(format!("sha256/{}/{}/{hex}.{ending}", &hex[..2], &hex[2..4]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_medium_is_where_it_was_ever() {
        let hash = DocumentHash([0xab; 32]);
        let hex = "ab".repeat(32);
        assert_eq!(key(hash, MediaType::Jpeg).as_ref(), format!("sha256/ab/ab/{hex}.jpg"));
    }
}
