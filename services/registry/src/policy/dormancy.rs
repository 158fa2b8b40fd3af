//! Timers of silence: a reminder, and dormancy, each on its day and once.

use futures::{StreamExt, TryStreamExt, stream};
use kim_eventlog::{Done, Envelope, ExecuteError, Proposal};
use kim_territory::{Decree, Zone};
use time::OffsetDateTime;

use super::{Policies, PolicyError};
use crate::{
    domain::{
        community::{self, Command},
        region::Region,
    },
    index::Timer,
    wire,
};

/// Timers looked up at a time, and carried out side by side.
const PAGE: i64 = 2_000;
const SIDE_BY_SIDE: usize = 64;

impl Policies {
    /// Carries out all that is due at `until`, in the order of the due days; what falls due on one day goes side by side.
    /// `simulated` is the clock of a simulated log: what falls due after it is recorded at its due day's beginning, the rest at
    /// the clock. Returns how many timers fired.
    pub async fn fire(&self, until: OffsetDateTime, simulated: Option<OffsetDateTime>) -> Result<u64, PolicyError> {
        // The day begins in the east: nothing is due anywhere that is not due there.
        let latest = Zone::Wit.date_of(until);
        let mut fired = 0;
        loop {
            self.index.caught_up().await?;
            let page = self.index.due(latest, PAGE).await?;
            let due: Vec<(Timer, Region)> = page.into_iter().filter_map(|timer| place(timer, until)).collect();
            let mut fired_now = 0;
            for day in due.chunk_by(|(a, _), (b, _)| (a.due_on, a.reminder) == (b.due_on, b.reminder)) {
                let timers = day.iter().map(|(timer, seat)| self.fire_one(timer.clone(), *seat, until, simulated));
                fired_now += stream::iter(timers.collect::<Vec<_>>())
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
    async fn fire_one(
        &self,
        timer: Timer,
        seat: Region,
        until: OffsetDateTime,
        simulated: Option<OffsetDateTime>,
    ) -> Result<bool, PolicyError> {
        let rules = self.index.masters().borrow().rules.clone();
        let Some(due) = rules.due(seat.code, timer.last_activity_on) else { return Ok(false) };
        let last_activity = timer.last_activity_on;
        let (name, command) = match due.reminder {
            Some((day, rule)) if timer.reminder && day == timer.due_on => {
                ("reminder", Command::Remind { last_activity, due: day, dormant_on: due.dormancy.0, rule })
            }
            _ if !timer.reminder && due.dormancy.0 == timer.due_on => {
                ("dormancy", Command::FallDormant { last_activity, due: due.dormancy.0, rule: due.dormancy.1 })
            }
            // The rules have changed since the index was asked: it is reckoned again.
            _ => return Ok(false),
        };
        let now = simulated.map_or(until, |clock| clock.max(seat.midnight(timer.due_on)));
        let id = timer.community_id;
        let envelope = Envelope {
            actor: "policy:dormancy".into(),
            // Two silences of one community may fall due on one day: that from which it is reckoned is part of the timer's name.
            key: Some(self.keys.timer(id, &format!("{name} {last_activity}"), timer.due_on)),
            traceparent: None,
            recorded: simulated.map(|_| now),
        };
        let done = self
            .communities
            .execute(id, &envelope, |snapshot| {
                let events = community::decide(&snapshot.state, command.clone())?;
                let happened = |event| wire::community::happened(id, event, seat, now);
                Ok(Proposal::of(events.into_iter().map(happened).collect()))
            })
            .await;
        match done {
            Ok(Done::New { first: None, .. } | Done::Repeated { .. }) => Ok(false),
            Ok(Done::New { .. }) => {
                self.metrics.fired(name);
                Ok(true)
            }
            Err(ExecuteError::UnknownEvent { position, event_type }) => {
                tracing::error!(community = %id, %position, event_type, "a timer waits for a newer version of this service");
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// A timer with its seat, if its day has come there.
fn place(timer: Timer, until: OffsetDateTime) -> Option<(Timer, Region)> {
    let seat = Region { code: timer.seat_code.parse().ok()?, decree: Decree::CURRENT };
    (timer.due_on <= seat.today(until)).then_some((timer, seat))
}
