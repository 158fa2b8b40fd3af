//! The newest events that this process has committed, kept for its own readers: the relay and whoever follows the log in the
//! same process need not ask the database for what was in hand a moment ago.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{Position, Recorded, whole::Whole};

const EVENTS: usize = 32_768;
const BYTES: usize = 16 * 1024 * 1024;
/// What an event takes beside its payload, about.
const FRAME: usize = 400;

/// A run of events without a hole. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Tail(Arc<Mutex<Run>>);

#[derive(Default)]
struct Run {
    events: VecDeque<Whole>,
    bytes: usize,
}

impl Tail {
    /// Adds what was committed. When others have appended in between, the run begins anew.
    pub(crate) fn push(&self, events: impl IntoIterator<Item = Whole>) {
        let mut run = self.run();
        for whole in events {
            if run.events.back().is_some_and(|last| last.event.position.next() != whole.event.position) {
                run.clear();
            }
            run.bytes += FRAME + whole.event.payload.len();
            run.events.push_back(whole);
        }
        while run.events.len() > EVENTS || run.bytes > BYTES {
            let Some(oldest) = run.events.pop_front() else { break };
            run.bytes -= FRAME + oldest.event.payload.len();
        }
    }

    /// Events from `from` on, `limit` at most; `None` when the first of them is not here.
    pub(crate) fn read(&self, from: Position, limit: usize) -> Option<Vec<Recorded>> {
        self.read_as(from, limit, |whole| whole.event.clone())
    }

    /// [`Tail::read`] with what stands beside the events.
    pub(crate) fn read_whole(&self, from: Position, limit: usize) -> Option<Vec<Whole>> {
        self.read_as(from, limit, Whole::clone)
    }

    fn read_as<T>(&self, from: Position, limit: usize, part: impl Fn(&Whole) -> T) -> Option<Vec<T>> {
        let run = self.run();
        let first = run.events.front()?.event.position;
        let skip = usize::try_from(from.get().checked_sub(first.get())?).ok()?;
        let events: Vec<T> = run.events.iter().skip(skip).take(limit).map(part).collect();
        (!events.is_empty()).then_some(events)
    }

    /// The database may have been put back: what is here proves nothing any more.
    pub(crate) fn clear(&self) {
        self.run().clear();
    }

    fn run(&self) -> MutexGuard<'_, Run> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Run {
    fn clear(&mut self) {
        self.events.clear();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use time::OffsetDateTime;
    use uuid::Uuid;

    use super::*;
    use crate::{LogId, Version};

    fn event(position: i64, payload: usize) -> Whole {
        let event = Recorded {
            log_id: LogId(Uuid::nil()),
            position: Position::new(position).expect("positive"),
            event_id: Uuid::now_v7(),
            event_type: "kim.registry.v1.CommunityDrafted".into(),
            aggregate: Uuid::nil(),
            version: Version::NONE,
            time: OffsetDateTime::UNIX_EPOCH,
            recorded_time: OffsetDateTime::UNIX_EPOCH,
            subject: String::new(),
            payload: Bytes::from(vec![0; payload]),
            traceparent: None,
        };
        Whole { event, actor: "somebody".into(), attached: None }
    }

    fn positions(tail: &Tail, from: i64, limit: usize) -> Option<Vec<i64>> {
        let events = tail.read(Position::new(from).expect("positive"), limit)?;
        Some(events.iter().map(|event| event.position.get()).collect())
    }

    #[test]
    fn a_run_has_no_hole() {
        let tail = Tail::default();
        assert_eq!(positions(&tail, 1, 10), None);
        tail.push((5..9).map(|position| event(position, 1)));
        assert_eq!(positions(&tail, 4, 10), None);
        assert_eq!(positions(&tail, 6, 2), Some(vec![6, 7]));
        assert_eq!(positions(&tail, 9, 10), None);
        // Another replica appended 9.
        tail.push([event(10, 1)]);
        assert_eq!(positions(&tail, 8, 10), None);
        assert_eq!(positions(&tail, 10, 10), Some(vec![10]));
        tail.clear();
        assert_eq!(positions(&tail, 10, 10), None);
    }

    #[test]
    fn it_holds_so_much_and_no_more() {
        let tail = Tail::default();
        tail.push((1..100).map(|position| event(position, BYTES / 10)));
        assert_eq!(positions(&tail, 90, 100), None);
        assert_eq!(positions(&tail, 91, 100), Some((91..100).collect()));
        assert!(tail.run().bytes <= BYTES);
    }
}
