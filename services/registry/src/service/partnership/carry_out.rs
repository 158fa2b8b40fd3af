//! A command on a partnership: its partners are looked up, the caller's right is asked for on both, and it is decided and appended.

use std::sync::Arc;

use bytes::Bytes;
use kim_chassis::{
    access::{Action, Denied, Permit, Reach, Resource, reach},
    errors::Thing,
};
use kim_contract::registry::v1 as pb;
use kim_desk::{call::Call, target::Target, wire::Happened};
use kim_eventlog::{Done, Proposal, Sealed, Snapshot, Version};
use kim_values::Region;
use time::Date;
use tonic::Status;

use super::Handler;
use crate::{
    claims,
    domain::{
        community::Record,
        ids::{CommunityId, OfficeId, PartnershipId},
        office::Office,
        partnership::{self, Command, Partners, Partnership, Side},
    },
    service::{
        desk::{Rejection, failed},
        id,
    },
    wire,
};

/// Who carries out a command.
#[derive(Clone, Copy)]
pub(super) enum By {
    /// The office alone.
    Office,
    /// Either side; the caller is of this one.
    Side(Side),
}

/// A partnership that the caller may know of, and its office.
pub(super) struct Found {
    pub partnership: Partnership,
    pub version: Version,
    office: Office,
    partners: Partners,
    permit: Permit,
}

/// The side that the caller acts for: an officer of a community for that, everybody else for the office.
pub(super) fn side(call: &Call) -> Result<Side, Denied> {
    Ok(match reach(&call.principal, Action::PartnershipWrite)? {
        Reach::Community(_) => Side::Community,
        _ => Side::Office,
    })
}

impl Handler {
    /// Carries out what `command` makes of the partners and the day at the office.
    pub(super) async fn carry_out(
        &self,
        call: &Call,
        target: &Target<'_>,
        by: By,
        sealed: Vec<Sealed>,
        command: impl Fn(Partners, Date) -> Command + Send + Sync,
    ) -> Result<pb::Partnership, Status> {
        let id = id::partnership(target.id)?;
        let expected = target.expected()?;
        let Found { office, partners, permit, .. } = self.found(call, Action::PartnershipWrite, id).await?;
        if !matches!(by, By::Side(Side::Community)) {
            // That it is there is no secret here: another office's agreement with a community of this region.
            let resource = Resource::Region(&office.region.code);
            let _permit = call.permit(Action::PartnershipWrite, resource).map_err(Rejection::Forbidden)?;
        }
        let today = office.region.today(call.now);
        let done = self
            .0
            .partnerships
            .execute(id.0, &call.envelope(&permit), |snapshot| {
                expected.met_by(snapshot.version)?;
                self.proposal(call, id, snapshot, office.region, command(partners, today), &sealed)
            })
            .await
            .map_err(failed)?;
        self.answer(done).await
    }

    pub(super) fn proposal(
        &self,
        call: &Call,
        id: PartnershipId,
        snapshot: &Snapshot<Option<Partnership>>,
        office: Region,
        command: Command,
        sealed: &[Sealed],
    ) -> Result<Proposal<Happened<partnership::Event>>, Rejection> {
        let state = snapshot.state.as_ref();
        let events = partnership::decide(state, command)?;
        let (claims, releases) = claims::of_partnership(&self.0.keys, state, &events);
        let happened = |event| wire::partnership::happened(id.0, event, office, call.now);
        Ok(Proposal {
            events: events.into_iter().map(happened).collect(),
            claims,
            releases,
            vault: sealed.to_vec(),
            result: Bytes::copy_from_slice(id.0.as_bytes()),
        })
    }

    /// The partnership as it stands once the command is carried out; the index has it when this returns.
    pub(super) async fn answer(&self, done: Done<Option<Partnership>>) -> Result<pb::Partnership, Status> {
        let id = PartnershipId(self.0.index.followed.made(&done).await?);
        let snapshot = self.snapshot(id).await?;
        let partnership = snapshot.state.as_ref().ok_or(Rejection::Hidden(Thing::PARTNERSHIP))?;
        Ok(wire::partnership::message(id, partnership, snapshot.version))
    }

    /// The partnership, if it is there for this caller: who may know of the community may know of its partnerships.
    pub(super) async fn found(&self, call: &Call, action: Action, id: PartnershipId) -> Result<Found, Status> {
        let hidden = || Rejection::Hidden(Thing::PARTNERSHIP);
        let snapshot = self.snapshot(id).await?;
        let partnership = snapshot.state.clone().ok_or_else(hidden)?;
        let agreement = &partnership.agreement;
        let community = self.community(agreement.community).await?.ok_or_else(hidden)?;
        let office = self.office(agreement.office).await?.ok_or_else(hidden)?;
        let resource = Resource::Community { id: agreement.community.0, seat: &community.profile.seat.code };
        let permit = call.permit(action, resource).map_err(|_| hidden())?;
        let partners = partners(&office, &community);
        Ok(Found { partnership, version: snapshot.version, office, partners, permit })
    }

    async fn snapshot(&self, id: PartnershipId) -> Result<Arc<Snapshot<Option<Partnership>>>, Status> {
        self.0.partnerships.load::<Rejection>(id.0).await.map_err(failed)
    }

    pub(super) async fn community(&self, id: CommunityId) -> Result<Option<Record>, Status> {
        let snapshot = self.0.communities.load::<Rejection>(id.0).await.map_err(failed)?;
        Ok(snapshot.state.known().ok().cloned())
    }

    pub(super) async fn office(&self, id: OfficeId) -> Result<Option<Office>, Status> {
        Ok(self.0.offices.load::<Rejection>(id.0).await.map_err(failed)?.state.clone())
    }
}

pub(super) fn partners(office: &Office, community: &Record) -> Partners {
    Partners {
        office_region: office.region.code,
        office_is_open: office.is_open(),
        community: community.stage.status(),
    }
}
