//! A medium read piece by piece, however long its reader takes.

use bytes::Bytes;
use futures::{Stream, stream};
use kim_values::DocumentHash;
use object_store::ObjectStoreExt;

use super::{Store, StoreError, key};
use crate::domain::content::MediaType;

/// Bytes that are asked for at a time, and held for one reader.
const PIECE: u64 = 256 * 1024;

impl Store {
    /// The bytes of a medium of `size` bytes, in pieces of 256 KiB. Each is asked for by itself: a store closes no connection on a slow reader.
    pub fn read(
        &self,
        hash: DocumentHash,
        media_type: MediaType,
        size: u64,
    ) -> impl Stream<Item = Result<Bytes, StoreError>> + Send + use<> {
        let (objects, key) = (self.objects.clone(), key(hash, media_type));
        stream::try_unfold(0, move |at| {
            let (objects, key) = (objects.clone(), key.clone());
            async move {
                if at >= size {
                    return Ok(None);
                }
                let end = size.min(at + PIECE);
                let piece = objects.get_range(&key, at..end).await?;
                Ok(Some((piece, end)))
            }
        })
    }
}
