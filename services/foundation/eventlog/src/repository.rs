//! Carries a command out on an aggregate: load, decide, append.

use std::{collections::HashMap, num::NonZeroUsize, sync::Arc, sync::Mutex};

use bytes::Bytes;
use lru::LruCache;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    AppendError, Appended, Claim, Log, Member, NewEvent, Position, Recorded, RequestKey, Sealed, Version,
    snapshot::EVERY,
};

/// How often a decision is made again because another command on the aggregate was faster.
const ATTEMPTS: usize = 8;

/// The domain's side of an aggregate: how events make a state, and how they are written.
pub trait Aggregate: Send + Sync + 'static {
    type State: Clone + Default + Send + Sync + 'static;
    type Event: Send + Sync;

    /// Reads an event of the log. `None` for a type, or a content, that this version of the service does not know.
    fn decode(recorded: &Recorded) -> Option<Self::Event>;
    /// Writes an event; `state` is the aggregate's after it.
    fn encode(event: &Self::Event, state: &Self::State) -> NewEvent;
    fn evolve(state: Self::State, event: &Self::Event) -> Self::State;

    /// The shape in which states are kept; `None` for aggregates that have few events and are always read from the first. Another
    /// name for whatever changes what is written or what events make of a state, a type of event that is new to [`Self::decode`]
    /// among it: else a service that does not know the type would decide on a state that has it.
    const SHAPE: Option<&'static str> = None;

    fn write(_state: &Self::State) -> Vec<u8> {
        Vec::new()
    }

    /// `None` for what [`Self::write`] does not write.
    #[must_use]
    fn read(_written: &[u8]) -> Option<Self::State> {
        None
    }
}

/// What a decision wants to be committed.
#[derive(Debug)]
pub struct Proposal<E> {
    pub events: Vec<E>,
    pub claims: Vec<Claim>,
    pub releases: Vec<Claim>,
    pub vault: Vec<Sealed>,
    /// What a retry of the same request is answered.
    pub result: Bytes,
}

impl<E> Proposal<E> {
    #[must_use]
    pub fn of(events: Vec<E>) -> Self {
        Self { events, claims: vec![], releases: vec![], vault: vec![], result: Bytes::new() }
    }
}

/// Who commands, and what makes the command happen once.
#[derive(Debug, Clone, Default)]
pub struct Envelope {
    /// An opaque subject.
    pub actor: String,
    pub key: Option<RequestKey>,
    pub traceparent: Option<Arc<str>>,
    /// Only in a simulated log: when it is recorded.
    pub recorded: Option<OffsetDateTime>,
}

/// A command that was carried out.
#[derive(Debug, Clone)]
pub enum Done<S> {
    New {
        /// The aggregate as the command left it.
        snapshot: Arc<Snapshot<S>>,
        first: Option<Position>,
        result: Bytes,
    },
    /// The request had been carried out before; here is what it was answered.
    Repeated { result: Bytes },
}

#[derive(Debug, thiserror::Error)]
pub enum ExecuteError<R> {
    /// The domain refused, from fresh state.
    #[error("refused")]
    Refused(R),
    /// The aggregate has an event of a type that this service does not know: no command on it is safe.
    #[error("event {position} of the aggregate is of the unknown type {event_type}")]
    UnknownEvent { position: Position, event_type: String },
    #[error(transparent)]
    Append(#[from] AppendError),
    #[error("the log could not be read")]
    Read(#[from] sqlx::Error),
}

/// An aggregate as it stands.
#[derive(Debug, Clone)]
pub struct Snapshot<S> {
    pub state: S,
    pub version: Version,
}

impl<S: Default> Default for Snapshot<S> {
    fn default() -> Self {
        Self { state: S::default(), version: Version::NONE }
    }
}

/// Aggregates by their ids.
pub type Snapshots<S> = HashMap<Uuid, Arc<Snapshot<S>>>;

type Cache<S> = Arc<Mutex<LruCache<Uuid, Arc<Snapshot<S>>>>>;

/// The aggregates of one kind in a log. The cache only saves reads: the version check at append decides.
pub struct Repository<A: Aggregate> {
    log: Log,
    cache: Cache<A::State>,
}

impl<A: Aggregate> Clone for Repository<A> {
    fn clone(&self) -> Self {
        Self { log: self.log.clone(), cache: self.cache.clone() }
    }
}

impl<A: Aggregate> Repository<A> {
    #[must_use]
    pub fn new(log: Log, cached: NonZeroUsize) -> Self {
        Self { log, cache: Arc::new(Mutex::new(LruCache::new(cached))) }
    }

    /// The aggregate from the log: what the cache has, or else the log's snapshot, and all that came after it.
    pub async fn load<R>(&self, id: Uuid) -> Result<Arc<Snapshot<A::State>>, ExecuteError<R>> {
        let (known, events, is_cached) = if let Some(cached) = self.cached(id) {
            let events = self.log.load(id, cached.version).await?;
            (cached, events, true)
        } else {
            let (kept, events) = self.kept(id).await?;
            (kept, events, false)
        };
        if events.is_empty() {
            self.remember(id, &known);
            return Ok(known);
        }
        let mut snapshot = Arc::unwrap_or_clone(known);
        for recorded in &events {
            let Some(event) = A::decode(recorded) else {
                let event_type = recorded.event_type.clone();
                return Err(ExecuteError::UnknownEvent { position: recorded.position, event_type });
            };
            snapshot.state = A::evolve(snapshot.state, &event);
            snapshot.version = recorded.version;
        }
        // Only what comes from the log alone is kept, and not what this process remembers.
        if let (Some(shape), Some(last)) = (A::SHAPE, events.last())
            && !is_cached
            && events.len() > EVERY
        {
            self.log.keeper().keep(last, shape, A::write(&snapshot.state));
        }
        let snapshot = Arc::new(snapshot);
        self.remember(id, &snapshot);
        Ok(snapshot)
    }

    /// Several aggregates from the log, in one question; one with an event of a type that this version does not know is left out. What is not
    /// there yet is remembered as such: the next decision on it asks nothing before, and the version check at append decides.
    pub async fn load_each(&self, ids: &[Uuid]) -> Result<Snapshots<A::State>, sqlx::Error> {
        let mut read: HashMap<Uuid, Option<Snapshot<A::State>>> =
            ids.iter().map(|id| (*id, Some(Snapshot::default()))).collect();
        for recorded in self.log.load_each(ids).await? {
            if let Some(known) = read.get_mut(&recorded.aggregate) {
                *known = known.take().and_then(|snapshot| {
                    let state = A::evolve(snapshot.state, &A::decode(&recorded)?);
                    Some(Snapshot { state, version: recorded.version })
                });
            }
        }
        let understood = read.into_iter().filter_map(|(id, snapshot)| Some((id, Arc::new(snapshot?))));
        let snapshots: Snapshots<A::State> = understood.collect();
        let mut cache = self.cache.lock().expect("no code panics while it holds the cache");
        for (id, snapshot) in &snapshots {
            put(&mut cache, *id, snapshot);
        }
        drop(cache);
        Ok(snapshots)
    }

    /// The log's own snapshot and what came after it; the beginning and all events when there is none.
    async fn kept(&self, id: Uuid) -> Result<(Arc<Snapshot<A::State>>, Vec<Recorded>), sqlx::Error> {
        let (stored, events) = match A::SHAPE {
            Some(shape) => self.log.load_from_snapshot(id, shape).await?,
            None => (None, self.log.load(id, Version::NONE).await?),
        };
        let Some(stored) = stored else { return Ok((Arc::default(), events)) };
        match A::read(&stored.state) {
            Some(state) => Ok((Arc::new(Snapshot { state, version: stored.version }), events)),
            None => Ok((Arc::default(), self.log.load(id, Version::NONE).await?)),
        }
    }

    /// Decides on the aggregate and appends. `decide` may be called several times: after a conflict, and a refusal or an empty
    /// decision that was made from cached state is made again from fresh state before it is given.
    pub async fn execute<R: Send>(
        &self,
        id: Uuid,
        envelope: &Envelope,
        mut decide: impl FnMut(&Snapshot<A::State>) -> Result<Proposal<A::Event>, R> + Send,
    ) -> Result<Done<A::State>, ExecuteError<R>> {
        let mut known = self.cached(id);
        for _ in 0..ATTEMPTS {
            let (snapshot, fresh) = match known.take() {
                Some(cached) => (cached, false),
                None => (self.load(id).await?, true),
            };
            let proposal = match decide(&snapshot) {
                Ok(proposal) if fresh || !proposal.events.is_empty() => proposal,
                Err(refusal) if fresh => return self.refused(envelope, refusal).await,
                Ok(_) | Err(_) => continue,
            };
            let (member, state) = member::<A>(id, envelope, &snapshot, proposal);
            let result = member.result.clone();
            match self.log.append(member).await {
                Ok(Appended::New { first, version, .. }) => {
                    let snapshot = Arc::new(Snapshot { state, version });
                    self.remember(id, &snapshot);
                    return Ok(Done::New { snapshot, first, result });
                }
                Ok(Appended::Repeated { result }) => return Ok(Done::Repeated { result }),
                Err(AppendError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppendError::Conflict.into())
    }

    /// A request that was carried out before is answered as then, though the state has moved on and would refuse it now.
    async fn refused<R>(&self, envelope: &Envelope, refusal: R) -> Result<Done<A::State>, ExecuteError<R>> {
        let Some(key) = envelope.key else { return Err(ExecuteError::Refused(refusal)) };
        match self.log.carried_out(key).await? {
            Some(Ok(result)) => Ok(Done::Repeated { result }),
            Some(Err(())) => Err(AppendError::RequestReused.into()),
            None => Err(ExecuteError::Refused(refusal)),
        }
    }

    fn cached(&self, id: Uuid) -> Option<Arc<Snapshot<A::State>>> {
        self.cache.lock().expect("no code panics while it holds the cache").get(&id).cloned()
    }

    fn remember(&self, id: Uuid, snapshot: &Arc<Snapshot<A::State>>) {
        if snapshot.version == Version::NONE {
            return;
        }
        put(&mut self.cache.lock().expect("no code panics while it holds the cache"), id, snapshot);
    }
}

/// What is newer than what the cache has.
fn put<S>(cache: &mut LruCache<Uuid, Arc<Snapshot<S>>>, id: Uuid, snapshot: &Arc<Snapshot<S>>) {
    if cache.peek(&id).is_none_or(|known| known.version < snapshot.version) {
        cache.put(id, Arc::clone(snapshot));
    }
}

fn member<A: Aggregate>(
    id: Uuid,
    envelope: &Envelope,
    snapshot: &Snapshot<A::State>,
    proposal: Proposal<A::Event>,
) -> (Member, A::State) {
    let mut state = snapshot.state.clone();
    let mut events = Vec::with_capacity(proposal.events.len());
    for event in &proposal.events {
        state = A::evolve(state, event);
        events.push(A::encode(event, &state));
    }
    let member = Member {
        aggregate: id,
        expected: snapshot.version,
        events,
        key: envelope.key,
        claims: proposal.claims,
        releases: proposal.releases,
        vault: proposal.vault,
        actor: envelope.actor.clone(),
        traceparent: envelope.traceparent.clone(),
        recorded: envelope.recorded,
        result: proposal.result,
    };
    (member, state)
}
