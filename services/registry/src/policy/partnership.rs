//! What partnerships do by themselves: reminders before the last day, expiry on the day after it, and the end with either side.

use kim_eventlog::{Done, Envelope, ExecuteError, Proposal};
use kim_values::Region;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Policies, PolicyError, reaction::Reaction, timers::Ripe};
use crate::{
    claims,
    domain::{
        Refusal,
        ids::PartnershipId,
        partnership::{self, Command, Partnership, Side},
    },
    index::TimerKind,
    wire,
};

const POLICY: &str = "partnership";

type Told = Result<Done<Option<Partnership>>, ExecuteError<Refusal>>;

impl Policies {
    pub(super) async fn end_partnership(&self, ripe: &Ripe) -> Result<bool, PolicyError> {
        let (timer, office) = (&ripe.timer, ripe.place);
        let (until, due) = (timer.reckoned_from, timer.due_on);
        let (name, command) = match timer.kind {
            TimerKind::PartnershipExpiry => ("partnership-expiry", Command::Expire { until }),
            _ => ("partnership-reminder", Command::Remind { until, due }),
        };
        let envelope = self.envelope(ripe, POLICY, name);
        let done = self.tell_partnership(timer.aggregate_id, &envelope, &command, (office, ripe.now)).await;
        self.fired(ripe, name, done)
    }

    /// The day counts where the office is: that of the community may be another one.
    pub(super) async fn lose_partner(
        &self,
        reaction: &Reaction,
        envelope: &Envelope,
        side: Side,
    ) -> Result<Told, PolicyError> {
        let id = reaction.aggregate_id;
        let Some(office) = self.index.office_region(PartnershipId(id)).await? else {
            return Ok(Err(ExecuteError::Refused(Refusal::PartnershipNotFound)));
        };
        let on = match side {
            Side::Community => office.today(reaction.recorded_time),
            Side::Office => reaction.on_day,
        };
        let command = Command::LosePartner { side, on };
        Ok(self.tell_partnership(id, envelope, &command, (office, reaction.recorded_time)).await)
    }

    /// Carries out a command on a partnership with an office of this region.
    async fn tell_partnership(
        &self,
        id: Uuid,
        envelope: &Envelope,
        command: &Command,
        (office, now): (Region, OffsetDateTime),
    ) -> Told {
        let told = self.partnerships.execute(id, envelope, |snapshot| {
            let state = snapshot.state.as_ref();
            let events = partnership::decide(state, command.clone())?;
            let (claims, releases) = claims::of_partnership(&self.keys, state, &events);
            let happened = |event| wire::partnership::happened(id, event, office, now);
            let events = events.into_iter().map(happened).collect();
            Ok(Proposal { claims, releases, ..Proposal::of(events) })
        });
        told.await
    }
}
