//! Timers: what falls due on a day at a place, each carried out on its day and once.

use futures::{StreamExt, TryStreamExt, stream};
use kim_eventlog::{Done, Envelope, ExecuteError};
use kim_territory::{Decree, Zone};
use kim_values::Region;
use time::OffsetDateTime;

use super::{Policies, PolicyError};
use crate::{
    domain::Refusal,
    index::{Timer, TimerKind},
};

/// Timers looked up at a time, and carried out side by side.
const PAGE: i64 = 2_000;
const SIDE_BY_SIDE: usize = 64;

/// A timer whose day has come where it is due.
pub(super) struct Ripe {
    pub timer: Timer,
    pub place: Region,
    /// When its command is carried out.
    pub now: OffsetDateTime,
    /// Only in a simulated log: when it is recorded.
    recorded: Option<OffsetDateTime>,
}

impl Policies {
    /// Carries out all that is due at `until`, in the order of the due days; what falls due on one day goes side by side.
    /// `simulated` is the clock of a simulated log: what falls due after it is recorded at its due day's beginning, the rest at
    /// the clock. Returns how many timers fired.
    pub async fn fire(&self, until: OffsetDateTime, simulated: Option<OffsetDateTime>) -> Result<u64, PolicyError> {
        // The day begins in the east: nothing is due anywhere that is not due there.
        let latest = Zone::Wit.date_of(until);
        let decree = self.index.territory().in_force();
        let mut fired = 0;
        loop {
            self.index.followed.caught_up().await?;
            let page = self.index.due(latest, PAGE).await?;
            let ripe: Vec<Ripe> =
                page.into_iter().filter_map(|timer| Ripe::at(timer, decree, until, simulated)).collect();
            let mut fired_now = 0;
            for day in ripe.chunk_by(|a, b| (a.timer.due_on, a.timer.kind) == (b.timer.due_on, b.timer.kind)) {
                let timers: Vec<_> = day.iter().map(|ripe| self.fire_one(ripe)).collect();
                fired_now += stream::iter(timers)
                    .buffer_unordered(SIDE_BY_SIDE)
                    .try_fold(0, |sum, fired| async move { Ok(sum + u64::from(fired)) })
                    .await?;
            }
            if fired_now == 0 {
                return Ok(fired);
            }
            fired += fired_now;
        }
    }

    /// Whether it fired: a timer that no longer applies, or that another replica was faster with, does nothing.
    async fn fire_one(&self, ripe: &Ripe) -> Result<bool, PolicyError> {
        match ripe.timer.kind {
            TimerKind::Reminder | TimerKind::Dormancy => self.end_silence(ripe).await,
            TimerKind::TermEnd => self.end_term(ripe).await,
            TimerKind::PartnershipReminder | TimerKind::PartnershipExpiry => self.end_partnership(ripe).await,
        }
    }

    /// Of the timer called `name`. What its day is reckoned from is part of what it is called by: two silences of one community may
    /// fall due on one day. Names never change: a changed one would fire again.
    pub(super) fn envelope(&self, ripe: &Ripe, policy: &str, name: &str) -> Envelope {
        let Timer { aggregate_id, reckoned_from, due_on, .. } = ripe.timer;
        Envelope {
            actor: format!("policy:{policy}"),
            key: Some(self.keys.timer(aggregate_id, &format!("{name} {reckoned_from}"), due_on)),
            traceparent: None,
            recorded: ripe.recorded,
        }
    }

    /// Whether the command of the timer called `name` did something.
    pub(super) fn fired<S>(
        &self,
        ripe: &Ripe,
        name: &'static str,
        done: Result<Done<S>, ExecuteError<Refusal>>,
    ) -> Result<bool, PolicyError> {
        match done {
            Ok(Done::New { first: None, .. } | Done::Repeated { .. }) => Ok(false),
            Ok(Done::New { .. }) => {
                self.metrics.fired(name);
                Ok(true)
            }
            Err(ExecuteError::UnknownEvent { position, event_type }) => {
                let aggregate = ripe.timer.aggregate_id;
                tracing::error!(%aggregate, %position, event_type, "a timer waits for a newer version of this service");
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl Ripe {
    /// `None` while its day has not come at its place.
    fn at(timer: Timer, decree: Decree, until: OffsetDateTime, simulated: Option<OffsetDateTime>) -> Option<Self> {
        let place = Region { code: timer.region_code.parse().ok()?, decree };
        if timer.due_on > place.today(until) {
            return None;
        }
        let now = simulated.map_or(until, |clock| clock.max(place.midnight(timer.due_on)));
        Some(Self { timer, place, now, recorded: simulated.map(|_| now) })
    }
}
