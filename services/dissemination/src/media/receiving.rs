//! A medium that comes in, chunk by chunk: looked at while it comes, and kept when all of it is as it was announced.

use std::mem;

use bytes::Bytes;
use kim_values::DocumentHash;
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload, path::Path};
use sha2::{Digest, Sha256};
use tokio::{runtime::Handle, sync::OwnedSemaphorePermit};

use super::{Store, StoreError, key, picture};
use crate::domain::content::{MediaError, MediaType};

/// Bytes that are held until they are sent on: the least that S3 takes as a part of more, and as many as a picture has at most.
const PART: usize = 5 * 1024 * 1024;
/// By so many of its first bytes a medium's type is told.
const BEGINNING: usize = 12;

/// A medium as its sender describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announced {
    hash: DocumentHash,
    media_type: MediaType,
    size: u64,
}

/// A medium as it is kept: of a picture, without what its camera wrote about place, time and owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub hash: DocumentHash,
    /// Bytes.
    pub size: u64,
}

/// Why a medium was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    #[error("as many media are received as the service takes at the same time")]
    Busy,
    #[error("there are more bytes than were announced")]
    Longer,
    #[error("there are fewer bytes than were announced")]
    Shorter,
    #[error("the bytes are not those that were announced")]
    OtherHash,
    #[error("the bytes are not of the type that was announced")]
    OtherType,
    #[error("the picture is broken")]
    BrokenPicture,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A medium that is coming in. One that is dropped before it is kept leaves nothing.
pub struct Receiving {
    store: Store,
    announced: Announced,
    received: u64,
    hash: Sha256,
    /// What was not sent on yet.
    held: Vec<u8>,
    sink: Sink,
    _place: OwnedSemaphorePermit,
}

enum Sink {
    /// Nothing was sent on.
    Untouched,
    Parts(Box<dyn MultipartUpload>),
    /// The store has it.
    There,
}

impl Announced {
    pub fn new(hash: DocumentHash, media_type: MediaType, size: u64) -> Result<Self, MediaError> {
        media_type.takes(size)?;
        Ok(Self { hash, media_type, size })
    }

    fn key(&self) -> Path {
        key(self.hash, self.media_type)
    }
}

impl Store {
    pub async fn receive(&self, announced: Announced) -> Result<Receiving, ReceiveError> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| ReceiveError::Busy)?;
        let is_there = self.size(announced.hash, announced.media_type).await? == Some(announced.size);
        Ok(Receiving {
            store: self.clone(),
            announced,
            received: 0,
            hash: Sha256::new(),
            held: Vec::new(),
            sink: if is_there { Sink::There } else { Sink::Untouched },
            _place: place,
        })
    }
}

impl Receiving {
    /// Takes the next bytes.
    pub async fn take(&mut self, mut chunk: &[u8]) -> Result<(), ReceiveError> {
        self.received += chunk.len() as u64;
        if self.received > self.announced.size {
            return Err(ReceiveError::Longer);
        }
        self.hash.update(chunk);
        if matches!(self.sink, Sink::There) {
            return Ok(());
        }
        while self.held.len() + chunk.len() > PART {
            let (fits, rest) = chunk.split_at(PART - self.held.len());
            self.hold(fits)?;
            self.send_on().await?;
            chunk = rest;
        }
        self.hold(chunk)
    }

    /// Whoever sends what it did not announce is told at once, and not after the last byte.
    fn hold(&mut self, bytes: &[u8]) -> Result<(), ReceiveError> {
        self.held.extend_from_slice(bytes);
        let is_beginning = matches!(self.sink, Sink::Untouched) && self.held.len() >= BEGINNING;
        if is_beginning { self.begins_as_announced() } else { Ok(()) }
    }

    fn begins_as_announced(&self) -> Result<(), ReceiveError> {
        if self.announced.media_type.begins(&self.held) { Ok(()) } else { Err(ReceiveError::OtherType) }
    }

    async fn send_on(&mut self) -> Result<(), StoreError> {
        let part = PutPayload::from(mem::take(&mut self.held));
        if matches!(self.sink, Sink::Untouched) {
            self.sink = Sink::Parts(self.store.objects.put_multipart(&self.announced.key()).await?);
        }
        if let Sink::Parts(upload) = &mut self.sink {
            upload.put_part(part).await?;
        }
        Ok(())
    }

    /// All bytes were taken. The store has the medium when this returns, and not before.
    pub async fn keep(mut self) -> Result<Kept, ReceiveError> {
        if self.received < self.announced.size {
            return Err(ReceiveError::Shorter);
        }
        if digest(mem::take(&mut self.hash)) != self.announced.hash {
            return Err(ReceiveError::OtherHash);
        }
        let as_announced = Kept { hash: self.announced.hash, size: self.announced.size };
        match self.sink {
            Sink::There => Ok(as_announced),
            Sink::Untouched => {
                self.begins_as_announced()?;
                self.keep_whole().await
            }
            Sink::Parts(_) => {
                self.send_on().await?;
                if let Sink::Parts(upload) = &mut self.sink {
                    upload.complete().await.map_err(StoreError::from)?;
                }
                self.sink = Sink::There;
                Ok(as_announced)
            }
        }
    }

    /// A medium that is held in one piece, as every picture is.
    async fn keep_whole(&mut self) -> Result<Kept, ReceiveError> {
        let Announced { media_type, .. } = self.announced;
        let mut bytes = Bytes::from(mem::take(&mut self.held));
        if media_type.is_picture() {
            bytes = picture::cleaned(media_type, bytes).ok_or(ReceiveError::BrokenPicture)?;
        }
        let kept = Kept { hash: digest(Sha256::new_with_prefix(&bytes)), size: bytes.len() as u64 };
        // One that is there already has the very same bytes.
        let payload = PutPayload::from(bytes);
        self.store.objects.put(&key(kept.hash, media_type), payload).await.map_err(StoreError::from)?;
        Ok(kept)
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        let Sink::Parts(mut upload) = mem::replace(&mut self.sink, Sink::Untouched) else { return };
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = upload.abort().await {
                    tracing::warn!(%error, "a half medium was not removed");
                }
            });
        }
    }
}

fn digest(hash: Sha256) -> DocumentHash {
    DocumentHash(hash.finalize().into())
}
