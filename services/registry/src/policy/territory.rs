//! What a territory that came into force gives another code: seats of communities and regions of offices follow it, each once, and those
//! that were entered under an older decree while it did, too.

use futures::{StreamExt, TryStreamExt, stream};
use kim_desk::wire::Happened;
use kim_eventlog::{AppendError, Done, Envelope, ExecuteError, Proposal};
use kim_territory::Adopted;
use kim_values::Region;
use uuid::Uuid;

use super::{Policies, PolicyError};
use crate::{
    claims,
    domain::{Refusal, community, office},
    index::{Accession, Located},
    wire,
};

/// The policy's name in request keys. It never changes: by another name everything would be done again.
const POLICY: &str = "territory";
const SIDE_BY_SIDE: usize = 64;

/// What became of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    Moved,
    /// It is there already, or waits for a newer version of this service.
    Nothing,
    /// Another community has the name at the new seat; it may be about to move itself.
    NameTaken,
}

impl Policies {
    /// Moves all that the territory in force gives another code. Returns how many communities and offices moved.
    pub async fn follow_territory(&self) -> Result<u64, PolicyError> {
        let masters = self.index.masters().borrow().clone();
        let Some(accession) = masters.accessions.last() else { return Ok(0) };
        let offices = self.move_offices(accession, &masters.adopted).await?;
        Ok(offices + self.move_communities(accession, &masters.adopted).await?)
    }

    /// Until none is left. Where a name is taken, those go first that are free to: only of a circle does one move without its name.
    async fn move_communities(&self, accession: &Accession, adopted: &Adopted) -> Result<u64, PolicyError> {
        let mut moved = 0;
        loop {
            self.index.followed.caught_up().await?;
            let seats = self.index.seats_elsewhere(adopted).await?;
            let tried: Vec<_> = seats.iter().map(|seat| self.move_community(accession, seat, true)).collect();
            let given: Vec<Given> = stream::iter(tried).buffered(SIDE_BY_SIDE).try_collect().await?;
            let mut now = count(&given);
            let blocked = given.iter().position(|given| *given == Given::NameTaken);
            if let Some(seat) = blocked.filter(|_| now == 0).map(|at| &seats[at]) {
                now += count(&[self.move_community(accession, seat, false).await?]);
            }
            if now == 0 {
                return Ok(moved);
            }
            moved += now;
        }
    }

    async fn move_community(
        &self,
        accession: &Accession,
        (located, to): &(Located, Region),
        named: bool,
    ) -> Result<Given, PolicyError> {
        let (id, from, to, now) = (located.id, located.region, *to, accession.recorded_time);
        let command = community::Command::MoveSeat { from, to, on: to.today(now) };
        let done = self
            .communities
            .execute(id, &self.following(accession, located), |snapshot| {
                let record = snapshot.state.known()?;
                let events = community::decide(&snapshot.state, command.clone())?;
                let (claims, releases) = claims::of_move(&self.keys, record, &events);
                let happened = |event| wire::community::happened(id, event, to, now);
                let events = events.into_iter().map(happened).collect();
                Ok(Proposal { claims: if named { claims } else { Vec::new() }, releases, ..Proposal::of(events) })
            })
            .await;
        if !named {
            tracing::warn!(community = %id, seat = %to.code, "a community moved to where its name is taken, and holds it no longer");
        }
        self.of_move(id, "seat", done)
    }

    async fn move_offices(&self, accession: &Accession, adopted: &Adopted) -> Result<u64, PolicyError> {
        let mut moved = 0;
        for (located, to) in &self.index.offices_elsewhere(adopted).await? {
            let (id, from, to, now) = (located.id, located.region, *to, accession.recorded_time);
            let command = office::Command::MoveRegion { from, to, on: to.today(now) };
            let mut given = Given::NameTaken;
            for named in [true, false] {
                if given != Given::NameTaken {
                    break;
                }
                let done = self
                    .offices
                    .execute(id, &self.following(accession, located), |snapshot| {
                        let before = snapshot.state.as_ref();
                        let events = office::decide(before, command.clone())?;
                        let after = events.iter().fold(before.cloned(), office::evolve);
                        let claims = after.map(|office| claims::of_office(&self.keys, before, &office, to.today(now)));
                        let (claims, releases) = claims.filter(|_| !events.is_empty()).unwrap_or_default();
                        let happened = |event| Happened::new(id, event, None, to, now);
                        let events = events.into_iter().map(happened).collect();
                        Ok(Proposal {
                            claims: if named { claims } else { Vec::new() },
                            releases,
                            ..Proposal::of(events)
                        })
                    })
                    .await;
                given = self.of_move(id, "office", done)?;
            }
            moved += count(&[given]);
        }
        Ok(moved)
    }

    /// The key is of the version, too, that moves: what a command that was on its way brought back moves again.
    fn following(&self, accession: &Accession, located: &Located) -> Envelope {
        let Accession { position, recorded_time, .. } = *accession;
        let moving = Uuid::new_v5(&located.id, &located.version.to_be_bytes());
        Envelope {
            actor: format!("policy:{POLICY}"),
            key: Some(self.keys.reaction(POLICY, self.log.context(), (position, recorded_time), moving)),
            traceparent: None,
            recorded: self.log.is_simulated().then_some(recorded_time),
        }
    }

    fn of_move<S>(
        &self,
        id: Uuid,
        name: &'static str,
        done: Result<Done<S>, ExecuteError<Refusal>>,
    ) -> Result<Given, PolicyError> {
        match done {
            Ok(Done::New { first: Some(_), .. }) => {
                self.metrics.fired(name);
                Ok(Given::Moved)
            }
            Ok(Done::New { first: None, .. } | Done::Repeated { .. }) => Ok(Given::Nothing),
            Err(ExecuteError::Append(AppendError::Claimed { .. })) => Ok(Given::NameTaken),
            Err(ExecuteError::UnknownEvent { position, event_type }) => {
                tracing::error!(aggregate = %id, %position, event_type, "a move waits for a newer version of this service");
                Ok(Given::Nothing)
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn count(given: &[Given]) -> u64 {
    given.iter().map(|given| u64::from(*given == Given::Moved)).sum()
}
