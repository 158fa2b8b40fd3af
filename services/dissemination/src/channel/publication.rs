//! What a material says in a version, read from the log where it was published.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex},
};

use kim_eventlog::{Aggregate, ExecuteError, Log, Repository, Version as LogVersion};
use lru::LruCache;
use uuid::Uuid;

use crate::{
    domain::material::{Event, Publication, Version},
    wire::material::Materials,
};

/// Publications kept in memory: a campaign tells one of them many times.
const CACHED: NonZeroUsize = NonZeroUsize::new(64).expect("64 is not zero");

type Cache = Arc<Mutex<LruCache<(Uuid, Version), Arc<Publication>>>>;

/// Reads publications. Cheap to clone.
#[derive(Clone)]
pub(super) struct Publications {
    log: Log,
    materials: Repository<Materials>,
    cache: Cache,
}

impl Publications {
    pub fn new(log: Log, materials: Repository<Materials>) -> Self {
        Self { log, materials, cache: Arc::new(Mutex::new(LruCache::new(CACHED))) }
    }

    /// A version as it was published; `None` for one that never was.
    pub async fn get(&self, material: Uuid, version: Version) -> Result<Option<Arc<Publication>>, sqlx::Error> {
        let known = || self.cache.lock().expect("no code panics while it holds the cache");
        if let Some(publication) = known().get(&(material, version)) {
            return Ok(Some(publication.clone()));
        }
        for recorded in self.log.load(material, LogVersion::NONE).await? {
            match Materials::decode(&recorded).map(|happened| happened.event) {
                Some(Event::Published(publication)) if publication.version == version => {
                    let publication = Arc::new(*publication);
                    known().put((material, version), publication.clone());
                    return Ok(Some(publication));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// Whether a material is not to be used any more.
    pub async fn is_withdrawn(&self, material: Uuid) -> Result<bool, ExecuteError<std::convert::Infallible>> {
        let snapshot = self.materials.load(material).await?;
        Ok(snapshot.state.as_ref().is_some_and(|material| material.withdrawn.is_some()))
    }
}
