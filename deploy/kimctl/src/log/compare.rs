//! Two accounts of one history, event by event. Keeps the last version of each aggregate, and nothing else that grows.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use anyhow::Context;
use kim_contract::log::v1::GetLogResponse;
use kim_eventlog::Recorded;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Difference, LogContext, Verdict, source::Message};

/// Which source goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Both,
    Log,
    Stream,
    End,
}

pub(super) struct Comparison {
    log_id: Uuid,
    /// The stream's first and last sequence.
    first: i64,
    last: i64,
    head: i64,
    /// The last position that the log had.
    position: i64,
    recorded: OffsetDateTime,
    versions: HashMap<Uuid, i64>,
    verdict: Verdict,
}

impl Comparison {
    pub fn new(context: LogContext, log: &GetLogResponse, first: i64, last: i64) -> anyhow::Result<Self> {
        let log_id = log.log_id.parse().with_context(|| format!("nomor log {:?} bukan UUID", log.log_id))?;
        let verdict = Verdict {
            context,
            events: 0,
            aggregates: 0,
            same: 0,
            stream_from: first,
            simulated: log.simulated,
            differing: 0,
            differences: Vec::new(),
            remedies: BTreeSet::new(),
            seconds: 0.0,
        };
        let recorded = OffsetDateTime::UNIX_EPOCH;
        Ok(Self { log_id, first, last, head: log.head, position: 0, recorded, versions: HashMap::new(), verdict })
    }

    /// Compares what stands at the front of both, and says which goes on.
    pub fn step(&mut self, event: Option<&Recorded>, message: Option<&Message>) -> Next {
        match (event, message) {
            (None, None) => Next::End,
            (Some(event), None) => self.log_alone(event),
            (None, Some(message)) => self.stream_alone(message),
            (Some(event), Some(message)) => match event.position.get().cmp(&message.sequence) {
                std::cmp::Ordering::Less => self.log_alone(event),
                std::cmp::Ordering::Greater => self.stream_alone(message),
                std::cmp::Ordering::Equal => {
                    self.log_event(event);
                    self.both(event, message);
                    Next::Both
                }
            },
        }
    }

    /// How far the log was read.
    pub fn looked_at(&self) -> i64 {
        self.position
    }

    pub fn end(mut self, took: Duration) -> Verdict {
        if self.position < self.head {
            self.verdict.add(Difference::LogGap { from: self.position + 1, to: self.head });
        }
        self.verdict.aggregates = i64::try_from(self.versions.len()).unwrap_or(i64::MAX);
        self.verdict.seconds = took.as_secs_f64();
        self.verdict
    }

    fn log_alone(&mut self, event: &Recorded) -> Next {
        self.log_event(event);
        let position = event.position.get();
        if position > self.last {
            self.verdict.add(Difference::Unpublished { from: position, to: position });
        } else if position >= self.first {
            self.verdict.add(Difference::NotInStream { from: position, to: position });
        }
        Next::Log
    }

    fn stream_alone(&mut self, message: &Message) -> Next {
        self.verdict.add(Difference::OnlyInStream { from: message.sequence, to: message.sequence });
        Next::Stream
    }

    fn log_event(&mut self, event: &Recorded) {
        let position = event.position.get();
        if position != self.position + 1 {
            self.verdict.add(Difference::LogGap { from: self.position + 1, to: position - 1 });
        }
        self.position = position;
        self.verdict.events += 1;
        if event.log_id.0 != self.log_id {
            self.verdict.add(Difference::ForeignInLog { position, log_id: event.log_id.0 });
        }
        let known = self.versions.entry(event.aggregate).or_default();
        let (version, expected) = (event.version.get(), *known + 1);
        *known = version;
        if version != expected {
            self.verdict.add(Difference::Version { position, aggregate_id: event.aggregate, version, expected });
        }
        if !self.verdict.simulated && event.recorded_time < self.recorded {
            self.verdict.add(Difference::RecordedEarlier { position });
        }
        self.recorded = event.recorded_time;
    }

    fn both(&mut self, event: &Recorded, message: &Message) {
        let position = event.position.get();
        match &message.event {
            Err(why) => self.verdict.add(Difference::NoEvent { position, why: why.clone() }),
            Ok(told) if told == event => self.verdict.same += 1,
            Ok(told) => self.verdict.add(Difference::Unlike { position, parts: unlike(event, told) }),
        }
    }
}

/// The parts in which two events differ.
fn unlike(event: &Recorded, told: &Recorded) -> Vec<&'static str> {
    let parts = [
        (event.log_id != told.log_id, "nomor log"),
        (event.position != told.position, "posisi"),
        (event.event_id != told.event_id, "nomor kejadian"),
        (event.event_type != told.event_type, "jenis"),
        (event.aggregate != told.aggregate, "data yang dimaksud"),
        (event.version != told.version, "versi"),
        (event.time != told.time, "waktu terjadi"),
        (event.recorded_time != told.recorded_time, "waktu dicatat"),
        (event.subject != told.subject, "subjek"),
        (event.payload != told.payload, "isi"),
        (event.traceparent != told.traceparent, "jejak"),
    ];
    parts.into_iter().filter(|(differ, _)| *differ).map(|(_, part)| part).collect()
}

#[cfg(test)]
mod tests;
