//! A command on an endpoint: authorised by the community that it is of.

use bytes::Bytes;
use kim_chassis::{
    access::{Action, Permit, Resource},
    errors::Thing,
};
use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{unavailable, vault_failed},
    target::Target,
    wire::Happened,
};
use kim_eventlog::{Proposal, Sealed};
use tonic::Status;

use super::Handler;
use crate::{
    audience::Member,
    channel::Address,
    domain::{
        Refusal,
        endpoint::{self, Command, Kind},
        ids::EndpointId,
    },
    service::{
        desk::{Rejection, failed},
        id,
    },
};

/// Which endpoint, and by which right.
pub(super) struct Place {
    pub id: EndpointId,
    pub community: Member,
    pub kind: Kind,
    permit: Permit,
}

impl Handler {
    /// A community's endpoint of that kind, whether or not it is set; the community is not there for a caller who may not do that.
    pub(super) async fn place(
        &self,
        call: &Call,
        action: Action,
        community: &str,
        kind: Kind,
    ) -> Result<Place, Status> {
        let hidden = || Status::from(Thing::COMMUNITY.not_found());
        let id = id::community(community)?;
        let known = self.desk.audiences.community_now(id).await.map_err(|error| unavailable(&error))?;
        let community = known.ok_or_else(hidden)?;
        let resource = Resource::Community { id: id.0, seat: &community.seat.code };
        let permit = call.permit(action, resource).map_err(|_| hidden())?;
        Ok(Place { id: EndpointId::of(id, kind), community, kind, permit })
    }

    pub(super) async fn set(
        &self,
        call: &Call,
        place: &Place,
        target: &Target<'_>,
        address: &Address,
    ) -> Result<pb::Endpoint, Status> {
        let sealed = self.desk.records.seal_address(place.id, address).await.map_err(|error| vault_failed(&error))?;
        let seat = place.community.seat;
        let command = Command::Set {
            community: place.community.community,
            kind: place.kind,
            seat,
            address: sealed.0,
            today: seat.today(call.now),
        };
        self.execute(call, place, target, command, vec![sealed.1]).await
    }

    /// The secret before goes on beside the new one for a day.
    pub(super) async fn rotate(&self, call: &Call, place: &Place, target: &Target<'_>) -> Result<pb::Endpoint, Status> {
        let known = self.address(place).await?.ok_or_else(|| Status::from(Thing::ENDPOINT.not_found()))?;
        let rotated = known.rotated(call.now);
        let sealed = self.desk.records.seal_address(place.id, &rotated).await.map_err(|error| vault_failed(&error))?;
        let command = Command::RotateSecret { address: sealed.0, today: place.community.seat.today(call.now) };
        self.execute(call, place, target, command, vec![sealed.1]).await
    }

    pub(super) async fn carry_out(
        &self,
        call: &Call,
        place: &Place,
        target: &Target<'_>,
        command: Command,
    ) -> Result<pb::Endpoint, Status> {
        self.execute(call, place, target, command, Vec::new()).await
    }

    async fn execute(
        &self,
        call: &Call,
        place: &Place,
        target: &Target<'_>,
        command: Command,
        vault: Vec<Sealed>,
    ) -> Result<pb::Endpoint, Status> {
        let expected = target.expected()?;
        let (id, seat) = (place.id.0, place.community.seat);
        let envelope = call.envelope(&place.permit);
        let done = self.desk.endpoints.execute(id, &envelope, |snapshot| {
            expected.met_by::<Refusal>(snapshot.version)?;
            let events = endpoint::decide(snapshot.state.as_ref(), command.clone()).map_err(Rejection::from)?;
            let happened = |event| Happened::new(id, event, None, seat, call.now);
            Ok(Proposal {
                vault: vault.clone(),
                result: Bytes::copy_from_slice(id.as_bytes()),
                ..Proposal::of(events.into_iter().map(happened).collect())
            })
        });
        let done = done.await.map_err(failed)?;
        self.desk.index.followed.made(&done).await?;
        self.shown(place).await?.ok_or_else(|| Status::from(Thing::ENDPOINT.not_found()))
    }
}
