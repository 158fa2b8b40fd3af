//! The newest events that this process has committed, kept for its own readers: the relay and whoever follows the log in the
//! same process need not ask the database for what was in hand a moment ago.

use std::{
    collections::{VecDeque, vec_deque},
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

    /// The wanted of the next `limit` events from `from` on, and the last that was looked at; `None` when the first is not here.
    pub(crate) fn read(
        &self,
        from: Position,
        limit: usize,
        wanted: impl Fn(&Recorded) -> bool,
    ) -> Option<(Vec<Recorded>, Position)> {
        let run = self.run();
        let next = run.from(from, limit)?;
        let last = next.clone().next_back()?.event.position;
        Some((next.map(|whole| &whole.event).filter(|event| wanted(event)).cloned().collect(), last))
    }

    /// Events from `from` on with what stands beside them, `limit` at most; `None` when the first is not here.
    pub(crate) fn read_whole(&self, from: Position, limit: usize) -> Option<Vec<Whole>> {
        let run = self.run();
        let next = run.from(from, limit)?;
        (next.len() > 0).then(|| next.cloned().collect())
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
    fn from(&self, from: Position, limit: usize) -> Option<vec_deque::Iter<'_, Whole>> {
        let first = self.events.front()?.event.position;
        let begin = usize::try_from(from.get().checked_sub(first.get())?).ok()?.min(self.events.len());
        let end = begin.saturating_add(limit).min(self.events.len());
        Some(self.events.range(begin..end))
    }

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
        let (events, _) = tail.read(Position::new(from).expect("positive"), limit, |_| true)?;
        Some(events.iter().map(|event| event.position.get()).collect())
    }

    #[test]
    fn what_is_not_wanted_was_looked_at() {
        let tail = Tail::default();
        tail.push((5..9).map(|position| event(position, 1)));
        let at = |position| Position::new(position).expect("positive");
        let (events, last) = tail.read(at(5), 3, |event| event.position == at(6)).expect("it is here");
        assert_eq!((events.len(), events[0].position, last), (1, at(6), at(7)));
        let (events, last) = tail.read(at(7), 10, |_| false).expect("it is here");
        assert_eq!((events.len(), last), (0, at(8)));
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
