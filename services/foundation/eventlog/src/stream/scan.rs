//! Reads the whole stream against the log: before it is deleted, nothing of the log's own may be in it that the log lacks.

use async_nats::jetstream::stream::Stream;
use uuid::Uuid;

use super::{Found, OwnStream, Reader, Unanswered, found::Nature};
use crate::{Filter, LogId, Position};

const BATCH: usize = 500;

/// What a stream holds, as the log sees it.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// Events that the log has, too.
    pub same: u64,
    /// Messages that are none of the log's events.
    pub foreign: u64,
    /// The first event of the log's own that the log does not have.
    pub lost: Option<(Position, Uuid)>,
    /// The first event of another log.
    pub other_log: Option<(Position, LogId)>,
}

/// A walk through the stream, each message beside what the log has there.
pub(crate) struct Walk {
    own: OwnStream,
    reader: Reader,
}

impl Walk {
    /// The next messages and what they are; none at the end.
    pub async fn next(&mut self) -> Result<Vec<(Found, Nature)>, Unanswered> {
        let batch = self.reader.batch(BATCH).await?;
        let Some(first) = batch.first() else { return Ok(vec![]) };
        let count = i64::try_from(batch.len()).unwrap_or(i64::MAX);
        let (here, _) = self.own.log.select(first.position(), count, &Filter::default()).await?;
        let mut told = Vec::with_capacity(batch.len());
        for found in batch {
            let position = found.position();
            let event = match here.binary_search_by_key(&position, |event| event.position) {
                Ok(index) => Some(here[index].clone()),
                // Behind a gap of the stream, or beyond the log.
                Err(_) => self.own.log.at(position).await?,
            };
            let nature = found.nature(&self.own.log, event.as_ref()).await?;
            told.push((found, nature));
        }
        Ok(told)
    }
}

impl OwnStream {
    /// Walks from `from` to the stream's end as it is now.
    pub async fn walk(&self, stream: &Stream, from: Position) -> Result<Walk, Unanswered> {
        Ok(Walk { own: self.clone(), reader: Reader::open(stream, from.sequence(), u64::MAX).await? })
    }

    /// Reads the whole stream. Ends early at an event of the log's own that the log lacks.
    pub async fn scan(&self, stream: &Stream) -> Result<Scan, Unanswered> {
        let mut scan = Scan::default();
        let mut walk = self.walk(stream, Position::START.next()).await?;
        loop {
            let batch = walk.next().await?;
            if batch.is_empty() {
                return Ok(scan);
            }
            for (found, nature) in batch {
                let position = found.position();
                match nature {
                    Nature::Same => scan.same += 1,
                    Nature::Foreign(_) => scan.foreign += 1,
                    Nature::OtherLog(log_id) => {
                        scan.other_log.get_or_insert((position, log_id));
                    }
                    Nature::Lost(event) => {
                        scan.lost = Some((position, event));
                        return Ok(scan);
                    }
                }
            }
        }
    }
}
