//! A command on a community: authorised, decided and appended on one and the same state.

use bytes::Bytes;
use kim_chassis::{
    access::{Action, Permit, Resource},
    errors::Thing,
};
use kim_contract::registry::v1 as pb;
use kim_desk::{call::Call, failure::unavailable, target::Target, wire::Happened};
use kim_eventlog::{Done, Proposal, Sealed, Snapshot};
use kim_values::Region;
use time::Date;
use tonic::Status;
use uuid::Uuid;

use crate::{
    domain::{
        Refusal,
        community::{self, Command, Community, Event, Record},
        ids::CommunityId,
    },
    service::{
        claims,
        desk::{Desk, Rejection, failed},
        id,
    },
    wire,
};

impl Desk {
    /// Carries out what `command` makes of the community's record and the day at its seat.
    pub async fn carry_out(
        &self,
        call: &Call,
        action: Action,
        target: &Target<'_>,
        sealed: Vec<Sealed>,
        command: impl Fn(&Record, Date) -> Command + Send + Sync,
    ) -> Result<pb::Community, Status> {
        let id = id::community(target.id)?;
        let expected = target.expected()?;
        let done = self
            .communities
            .execute(id.0, &call.envelope_until_permitted(), |snapshot| {
                let record = visible(snapshot, call, action, id)?;
                expected.met_by(snapshot.version)?;
                let events = community::decide(&snapshot.state, command(record, record.profile.seat.today(call.now)))?;
                Ok(self.proposal(call, id, record, events, sealed.clone()))
            })
            .await
            .map_err(failed)?;
        match done {
            Done::New { snapshot, .. } => shown(id, &snapshot),
            Done::Repeated { .. } => self.present(id).await,
        }
    }

    fn proposal(
        &self,
        call: &Call,
        id: CommunityId,
        record: &Record,
        events: Vec<Event>,
        sealed: Vec<Sealed>,
    ) -> Proposal<Happened<Event>> {
        let (claims, releases) = claims::of_events(&self.keys, &record.profile, &events);
        let seat = record.profile.seat;
        let happened = |event| wire::community::happened(id.0, event, seat, call.now);
        Proposal {
            events: events.into_iter().map(happened).collect(),
            claims,
            releases,
            vault: sealed,
            result: Bytes::copy_from_slice(id.0.as_bytes()),
        }
    }

    /// A community that nobody knows yet.
    pub async fn begin(
        &self,
        call: &Call,
        permit: &Permit,
        command: Command,
        seat: Region,
        id: CommunityId,
        sealed: Vec<Sealed>,
    ) -> Result<pb::Community, Status> {
        let done = self
            .communities
            .execute(id.0, &call.envelope(permit), |snapshot| {
                let events = community::decide(&snapshot.state, command.clone())?;
                let happened = |event| wire::community::happened(id.0, event, seat, call.now);
                Ok::<_, Rejection>(Proposal {
                    vault: sealed.clone(),
                    result: Bytes::copy_from_slice(id.0.as_bytes()),
                    ..Proposal::of(events.into_iter().map(happened).collect())
                })
            })
            .await
            .map_err(failed)?;
        match done {
            Done::New { snapshot, .. } => shown(id, &snapshot),
            // The first request made another id, and that one stands.
            Done::Repeated { result } => {
                let first = Uuid::from_slice(&result).map_err(|error| unavailable(&error))?;
                self.present(CommunityId(first)).await
            }
        }
    }

    /// The community as it stands now.
    pub async fn present(&self, id: CommunityId) -> Result<pb::Community, Status> {
        let snapshot = self.communities.load(id.0).await.map_err(failed)?;
        shown(id, &snapshot)
    }
}

/// The record, if it is there for this caller.
pub fn visible<'s>(
    snapshot: &'s Snapshot<Community>,
    call: &Call,
    action: Action,
    id: CommunityId,
) -> Result<&'s Record, Rejection> {
    let hidden = || Rejection::Hidden(Thing::COMMUNITY);
    let record = snapshot.state.known().map_err(|_| hidden())?;
    let resource = Resource::Community { id: id.0, seat: &record.profile.seat.code };
    match call.permit(action, resource) {
        Ok(_permit) => Ok(record),
        Err(_) => Err(hidden()),
    }
}

fn shown(id: CommunityId, snapshot: &Snapshot<Community>) -> Result<pb::Community, Status> {
    Ok(wire::community::message(id, snapshot.state.known().map_err(gone)?, snapshot.version))
}

fn gone(refusal: Refusal) -> Status {
    Rejection::Refused(refusal).into()
}
