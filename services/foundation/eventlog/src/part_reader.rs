//! What a reader of a part knows beyond its checkpoint: whether an event follows the last one of its aggregate, and whether all
//! that the log has there was folded.
//!
//! Positions of a part have holes by nature, so two other things are minded. A version that does not follow is noticed at once:
//! the log is asked for what is between, and it is folded first; when the log has nothing between in this part, the aggregate was
//! elsewhere meanwhile, as after a move. A withheld event that no other of its aggregate follows shows in count and digest, which are
//! compared with the log's from time to time.

use std::time::Duration;

use futures::future::BoxFuture;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use tokio::time::{Instant, sleep_until};

use crate::{
    Agreement, Checkpoint, Part, Position, Recorded, RemoteLog, Tally, Version,
    checkpoint::Checkpoints,
    feed::FeedError,
    ledger::{Account, Ledger},
    subscriber::ReadError,
};

/// How often count and digest are compared, unless it is said otherwise.
pub(crate) const EVERY: Duration = Duration::from_mins(5);
/// How soon a comparison is made again that could not be made.
const AGAIN: Duration = Duration::from_secs(20);
/// How long the stream must be silent before an event that it should have brought is held to be missing.
const QUIET: Duration = Duration::from_secs(2);

pub(crate) struct PartReader {
    pub(crate) part: Part,
    pub(crate) log: RemoteLog,
    pub(crate) every: Duration,
    ledger: Ledger,
    account: Account,
    due: Instant,
    comparing: Option<Comparison>,
    mended: u64,
    /// That the stream withheld something; it stays until the reader starts again.
    withheld: Option<String>,
    /// Why it could not be compared the last time.
    silent: Option<String>,
}

/// A comparison up to a position, while reading goes on.
struct Comparison {
    until: Position,
    /// Of what was folded up to there.
    ours: Tally,
    /// Whether an event behind `until` has come: then all before it has come, too.
    passed: bool,
    heard: Instant,
    asked: BoxFuture<'static, Result<Tally, NoTally>>,
    theirs: Option<Result<Tally, NoTally>>,
}

/// Why the log gave no count and digest.
enum NoTally {
    /// It is another log, or it ends before what is compared.
    Diverged,
    Silent(FeedError),
}

impl From<FeedError> for NoTally {
    fn from(error: FeedError) -> Self {
        Self::Silent(error)
    }
}

/// What a comparison asks for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stand {
    /// Nothing; wait.
    Wait,
    /// It is time to begin one.
    Due,
    /// Ours are theirs.
    Agreed,
    /// They are not, and nothing is on its way.
    Differs,
    /// The log is not the one that was read.
    Diverged,
}

impl PartReader {
    pub(crate) fn new(part: Part, log: RemoteLog, checkpoints: &Checkpoints) -> Self {
        Self {
            part,
            log,
            every: EVERY,
            ledger: Ledger::beside(checkpoints),
            account: Account::default(),
            due: Instant::now(),
            comparing: None,
            mended: 0,
            withheld: None,
            silent: None,
        }
    }

    /// Reads the account that belongs to the checkpoint.
    pub(crate) async fn load(
        &mut self,
        connection: &mut PgConnection,
        checkpoint: Option<Checkpoint>,
    ) -> Result<(), ReadError> {
        self.ledger.create(connection).await?;
        self.comparing = None;
        self.due = Instant::now();
        self.account = match (self.ledger.load(connection).await?, checkpoint) {
            (None, None) => Account::default(),
            (Some((part, account)), _) if part == self.part.to_string() => account,
            (Some((part, _)), _) => return Err(ReadError::OfAnotherPart(part)),
            (None, Some(_)) => return Err(ReadError::OfAnotherPart("the whole log".into())),
        };
        Ok(())
    }

    pub(crate) fn agreed(&self) -> Position {
        self.account.agreed
    }

    pub(crate) fn agreement(&self) -> Agreement {
        Agreement {
            position: self.account.agreed,
            at: self.account.at,
            mended: self.mended,
            remark: self.silent.as_ref().or(self.withheld.as_ref()).cloned(),
        }
    }

    /// The events that are new, each after the one before it of its aggregate: what the stream withheld is put in from the log.
    pub(crate) async fn in_order(&mut self, pool: &PgPool, events: &[Recorded]) -> Result<Vec<Recorded>, ReadError> {
        let mut known = self.ledger.versions(pool, events).await?;
        let mut ordered = Vec::with_capacity(events.len());
        for event in events {
            let last = known.entry(event.aggregate).or_default();
            if event.version <= *last {
                // The digest shows whether it is the one that was folded.
                tracing::warn!(position = %event.position, "the stream has an event of a version that was folded already");
                continue;
            }
            if event.version != last.after(1) {
                let of_log = self.log.of_aggregate(event.aggregate, &self.part).await?;
                if !of_log.iter().any(|there| there.position == event.position && there.event_id == event.event_id) {
                    return Err(ReadError::Unknown(event.position));
                }
                let between = |there: &Recorded| there.version > *last && there.version < event.version;
                let withheld: Vec<Recorded> = of_log.into_iter().filter(between).collect();
                self.note_withheld(&withheld);
                ordered.extend(withheld);
            }
            *last = event.version;
            ordered.push(event.clone());
        }
        Ok(ordered)
    }

    /// Those of the log's events that were not folded. What comes after a folded event of the same aggregate was folded, so these
    /// are each aggregate's newest.
    pub(crate) async fn missing(&mut self, pool: &PgPool, of_log: Vec<Recorded>) -> Result<Vec<Recorded>, ReadError> {
        let known = self.ledger.versions(pool, &of_log).await?;
        let is_new = |event: &Recorded| event.version > known.get(&event.aggregate).copied().unwrap_or(Version::NONE);
        let missing: Vec<Recorded> = of_log.into_iter().filter(is_new).collect();
        self.note_withheld(&missing);
        Ok(missing)
    }

    fn note_withheld(&mut self, events: &[Recorded]) {
        let Some(first) = events.first() else { return };
        tracing::error!(position = %first.position, events = events.len(), "the stream withheld events; they come from the log");
        self.mended += events.len() as u64;
        self.withheld = Some(format!(
            "the stream withheld the event at {}; it was taken from the log: `kimctl log verify` shows what else the stream lacks",
            first.position
        ));
    }

    /// Enters folded events in the ledger, in the transaction that folds them. [`Self::entered`] follows when it is committed.
    pub(crate) async fn enter(
        &mut self,
        connection: &mut PgConnection,
        events: &[Recorded],
    ) -> Result<(), sqlx::Error> {
        let account = Account { since: self.account.since.plus(events.iter().collect()), ..self.account };
        self.ledger.note(connection, events).await?;
        self.ledger.save(connection, &self.part, account).await
    }

    pub(crate) fn entered(&mut self, events: &[Recorded]) {
        self.account.since = self.account.since.plus(events.iter().collect());
        if let Some(comparison) = &mut self.comparing {
            let until = comparison.until;
            comparison.ours = comparison.ours.plus(events.iter().filter(|event| event.position <= until).collect());
            comparison.passed |= events.iter().any(|event| event.position > until);
            comparison.heard = Instant::now();
        }
    }

    /// Begins to compare up to `until`, which the source has, with all folded up to the checkpoint.
    pub(crate) fn compare(&mut self, checkpoint: Option<Checkpoint>, until: Position) {
        let (log, part, from) = (self.log.clone(), self.part.clone(), self.account.agreed.next());
        let of_log = checkpoint.map(|checkpoint| checkpoint.log_id);
        self.comparing = Some(Comparison {
            until,
            ours: self.account.since,
            passed: checkpoint.is_some_and(|checkpoint| checkpoint.position >= until),
            heard: Instant::now(),
            asked: Box::pin(async move {
                let head = log.head().await?;
                if of_log.is_some_and(|log_id| log_id != head.log_id) || head.position < until {
                    return Err(NoTally::Diverged);
                }
                Ok(log.tally(head.log_id, from, until, &part).await?)
            }),
            theirs: None,
        });
    }

    /// Waits until the comparison asks for something. Nothing is lost when the wait is given up.
    pub(crate) async fn wait(&mut self) {
        match &mut self.comparing {
            None => sleep_until(self.due).await,
            Some(comparison) if comparison.theirs.is_none() => {
                comparison.theirs = Some((&mut comparison.asked).await);
            }
            Some(comparison) => sleep_until(comparison.heard + QUIET).await,
        }
    }

    pub(crate) fn stand(&mut self) -> Stand {
        let Some(comparison) = &self.comparing else {
            return if self.due <= Instant::now() { Stand::Due } else { Stand::Wait };
        };
        match &comparison.theirs {
            Some(Err(NoTally::Diverged)) => Stand::Diverged,
            Some(Err(NoTally::Silent(error))) => {
                self.put_off(&error.to_string());
                Stand::Wait
            }
            Some(Ok(theirs)) if *theirs == comparison.ours => Stand::Agreed,
            Some(Ok(_)) if comparison.passed || comparison.heard.elapsed() >= QUIET => Stand::Differs,
            None | Some(Ok(_)) => Stand::Wait,
        }
    }

    /// It could not be compared: later.
    pub(crate) fn put_off(&mut self, why: &str) {
        tracing::warn!(why, "count and digest could not be compared with the log's");
        self.silent = Some(format!("not compared with the log, it is tried again: {why}"));
        self.comparing = None;
        self.due = Instant::now() + AGAIN;
    }

    pub(crate) fn compare_soon(&mut self) {
        self.due = Instant::now();
    }

    /// What is compared: from where, and to where.
    pub(crate) fn range(&self) -> (Position, Position) {
        (self.account.agreed.next(), self.comparing.as_ref().map_or(self.account.agreed, |comparison| comparison.until))
    }

    /// Writes that ours are theirs up to where they were compared; [`Self::agree`] follows when it is committed.
    pub(crate) async fn write_agreement(&mut self, connection: &mut PgConnection) -> Result<Account, sqlx::Error> {
        let (_, until) = self.range();
        let ours = self.comparing.as_ref().map(|comparison| comparison.ours).unwrap_or_default();
        let since = self.account.since.minus(ours);
        let account = Account { agreed: until.max(self.account.agreed), at: Some(OffsetDateTime::now_utc()), since };
        self.ledger.save(connection, &self.part, account).await?;
        Ok(account)
    }

    pub(crate) fn agree(&mut self, account: Account) {
        self.account = account;
        self.comparing = None;
        self.due = Instant::now() + self.every;
        self.silent = None;
    }
}
