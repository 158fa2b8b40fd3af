//! How a log and its stream stand, and what a decision would do: shown before anything is done.

use std::collections::BTreeMap;

use async_nats::jetstream::stream::Stream;
use time::OffsetDateTime;

use crate::{
    Closed, Guard, LogId, Position, Reason,
    stream::{Compared, Found, Nature, Unanswered, last_of},
};

/// How a log stands to its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The log has all that the stream has.
    Whole,
    /// The stream has events that come after the log's own: they can be taken back.
    Behind,
    /// Log and stream have other events from a position on.
    Differs,
    /// The stream is that of another log.
    OtherLog(LogId),
    /// There is no stream.
    NoStream,
    /// Events up to this position were committed, and neither the log nor the stream has them.
    Lost(Position),
}

/// What a decision would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub relation: Relation,
    /// Why the log takes no events; `None` while it takes them.
    pub closed: Option<Closed>,
    /// The log's newest position.
    pub head: Position,
    /// The stream's oldest and newest; both 0 without a stream.
    pub first: Position,
    pub last: Position,
    /// What only the stream has, without a hole; both 0 when there is nothing.
    pub from: Position,
    pub to: Position,
    /// How many events that is, by type.
    pub types: BTreeMap<String, i64>,
    pub first_recorded: Option<OffsetDateTime>,
    pub last_recorded: Option<OffsetDateTime>,
    /// Events of these whose actor, request key and names the stream does not have.
    pub bare: i64,
    /// Records that these events' members put into the vault: they do not come back.
    pub records: i64,
    /// Events that only the stream has, behind a hole: they cannot be taken back.
    pub beyond_hole: i64,
    /// Messages behind `from` that are none of the log's events.
    pub foreign: i64,
    /// Events that only the log has, at positions at which the stream has others.
    pub only_log: i64,
}

impl Plan {
    fn new(relation: Relation, closed: Option<Closed>, head: Position) -> Self {
        Self {
            relation,
            closed,
            head,
            first: Position::START,
            last: Position::START,
            from: Position::START,
            to: Position::START,
            types: BTreeMap::new(),
            first_recorded: None,
            last_recorded: None,
            bare: 0,
            records: 0,
            beyond_hole: 0,
            foreign: 0,
            only_log: 0,
        }
    }

    /// Events that only the stream has, without a hole.
    #[must_use]
    pub fn events(&self) -> i64 {
        self.types.values().sum()
    }

    #[must_use]
    pub fn can_take_back(&self) -> bool {
        self.relation == Relation::Behind && self.events() > 0
    }

    #[must_use]
    pub fn can_keep_log(&self) -> bool {
        match self.relation {
            Relation::Behind | Relation::Differs | Relation::Lost(_) => true,
            // A log that takes events has a stream soon.
            Relation::NoStream => self.closed.is_some(),
            Relation::Whole | Relation::OtherLog(_) => false,
        }
    }
}

impl Guard {
    /// Looks how log and stream stand. Changes nothing.
    pub async fn plan(&self) -> Result<Plan, super::ReconcileError> {
        let log = &self.inner.log;
        let standing = log.gate().standing().await?;
        let (closed, head) = (standing.closed(), standing.head());
        let Some(stream) = self.found().await? else { return Ok(Plan::new(Relation::NoStream, closed, head)) };
        let mut plan = match self.divergence(&stream).await? {
            Divergence::None => match self.missing(&standing).await? {
                Some(missing) if closed.is_some_and(|closed| closed.reason != Reason::Damaged) => {
                    Plan::new(Relation::Lost(missing.position), closed, head)
                }
                _ => Plan::new(Relation::Whole, closed, head),
            },
            Divergence::OtherLog(log_id) => Plan::new(Relation::OtherLog(log_id), closed, head),
            Divergence::Behind => {
                let mut plan = Plan::new(Relation::Behind, closed, head);
                self.look_behind(&mut plan, &stream, head.next()).await?;
                plan
            }
            Divergence::From(position) => {
                let mut plan = Plan::new(Relation::Differs, closed, head);
                plan.only_log = head.get() - position.get() + 1;
                self.look_behind(&mut plan, &stream, position).await?;
                plan
            }
        };
        plan.first = Position::from_sequence(stream.cached_info().state.first_sequence).unwrap_or_default();
        plan.last = last_of(&stream);
        Ok(plan)
    }

    async fn divergence(&self, stream: &Stream) -> Result<Divergence, Unanswered> {
        let own = &self.inner.stream;
        Ok(match own.compare_with(stream).await? {
            Compared::Agrees(_) | Compared::Missing => Divergence::None,
            Compared::Behind { .. } => Divergence::Behind,
            Compared::OtherLog { log_id, .. } => Divergence::OtherLog(log_id),
            Compared::Differs { position, .. } => Divergence::From(own.first_difference(stream, position).await?),
            Compared::Spoilt(_) => {
                let scan = own.scan(stream).await?;
                match (scan.lost, scan.other_log) {
                    (Some((position, _)), _) if position > self.inner.log.newest().await? => Divergence::Behind,
                    (Some((position, _)), _) => Divergence::From(position),
                    (None, Some((_, log_id))) => Divergence::OtherLog(log_id),
                    (None, None) => Divergence::None,
                }
            }
        })
    }

    /// Looks at all that the stream has from `from` on.
    async fn look_behind(&self, plan: &mut Plan, stream: &Stream, from: Position) -> Result<(), Unanswered> {
        let mut walk = self.inner.stream.walk(stream, from).await?;
        let mut next = from;
        loop {
            let batch = walk.next().await?;
            if batch.is_empty() {
                return Ok(());
            }
            for (found, nature) in batch {
                match nature {
                    Nature::Lost(_) if found.position() == next => {
                        self.take_in(plan, &found);
                        next = next.next();
                    }
                    Nature::Lost(_) => plan.beyond_hole += 1,
                    Nature::Same => {}
                    Nature::OtherLog(_) | Nature::Foreign(_) => plan.foreign += 1,
                }
            }
        }
    }

    fn take_in(&self, plan: &mut Plan, found: &Found) {
        let Ok(event) = found.event() else { return };
        if plan.from == Position::START {
            plan.from = event.position;
            plan.first_recorded = Some(event.recorded_time);
        }
        plan.to = event.position;
        plan.last_recorded = Some(event.recorded_time);
        *plan.types.entry(event.event_type).or_default() += 1;
        match found.beside(event.event_id, &self.inner.seal) {
            Some(beside) => plan.records += beside.attached.map_or(0, |attached| i64::from(attached.records)),
            None => plan.bare += 1,
        }
    }
}

enum Divergence {
    None,
    Behind,
    From(Position),
    OtherLog(LogId),
}
