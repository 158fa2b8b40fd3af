//! A command on an office: authorised, decided and appended on one and the same state.

use std::sync::Arc;

use bytes::Bytes;
use kim_chassis::{
    access::{Action, Permit, Resource},
    errors::Thing,
};
use kim_contract::registry::v1 as pb;
use kim_desk::{call::Call, problem::one, target::Target, wire::Happened, words::Words};
use kim_eventlog::{Proposal, Snapshot};
use kim_values::Region;
use time::Date;
use tonic::Status;
use uuid::Uuid;

use super::Handler;
use crate::{
    claims,
    domain::{
        ids::OfficeId,
        office::{self, Command, Office, Superior},
    },
    service::{
        desk::{Rejection, failed},
        id,
    },
    wire::master::office_message,
};

impl Handler {
    /// An office that nobody knows yet.
    pub(super) async fn establish(
        &self,
        call: &Call,
        permit: &Permit,
        region: Region,
        command: Command,
    ) -> Result<pb::Office, Status> {
        let id = Uuid::now_v7();
        let done = self
            .0
            .offices
            .execute(id, &call.envelope(permit), |snapshot| self.proposal(call, id, snapshot, region, command.clone()))
            .await
            .map_err(failed)?;
        let id = OfficeId(self.0.index.followed.made(&done).await?);
        self.shown(call, id).await
    }

    /// Carries out what `command` makes of the day at an office that the caller manages.
    pub(super) async fn carry_out(
        &self,
        call: &Call,
        target: &Target<'_>,
        command: impl Fn(Date) -> Command + Send + Sync,
    ) -> Result<pb::Office, Status> {
        let id = id::office(target.id)?;
        let expected = target.expected()?;
        let done = self
            .0
            .offices
            .execute(id.0, &call.envelope_until_permitted(), |snapshot| {
                let region = managed(snapshot, call)?.region;
                expected.met_by(snapshot.version)?;
                self.proposal(call, id.0, snapshot, region, command(region.today(call.now)))
            })
            .await
            .map_err(failed)?;
        self.0.index.followed.made(&done).await?;
        self.shown(call, id).await
    }

    fn proposal(
        &self,
        call: &Call,
        id: Uuid,
        snapshot: &Snapshot<Option<Office>>,
        region: Region,
        command: Command,
    ) -> Result<Proposal<Happened<office::Event>>, Rejection> {
        let events = office::decide(snapshot.state.as_ref(), command)?;
        let after = events.iter().fold(snapshot.state.clone(), office::evolve);
        let today = region.today(call.now);
        let (claims, releases) = after
            .map(|office| claims::of_office(&self.0.keys, snapshot.state.as_ref(), &office, today))
            .unwrap_or_default();
        let happened = |event: office::Event| {
            let day = day(&event);
            Happened::new(id, event, day, region, call.now)
        };
        let result = Bytes::copy_from_slice(id.as_bytes());
        Ok(Proposal { claims, releases, result, ..Proposal::of(events.into_iter().map(happened).collect()) })
    }

    pub(super) async fn office(&self, id: OfficeId) -> Result<Arc<Snapshot<Option<Office>>>, Status> {
        self.0.offices.load::<Rejection>(id.0).await.map_err(failed)
    }

    /// The office, if it is there for this caller to manage.
    pub(super) async fn managed(&self, call: &Call, target: &Target<'_>) -> Result<Office, Status> {
        let snapshot = self.office(id::office(target.id)?).await?;
        Ok(managed(&snapshot, call)?.clone())
    }

    async fn shown(&self, call: &Call, id: OfficeId) -> Result<pb::Office, Status> {
        let snapshot = self.office(id).await?;
        let office = snapshot.state.as_ref().ok_or(Rejection::Hidden(Thing::OFFICE))?;
        Ok(office_message(id, office, snapshot.version, office.region.today(call.now)))
    }

    /// The office that is to stand above one of `region`; `None` when none is named. One that the caller may not read and that does
    /// not stand above the region is one that is not there.
    pub(super) async fn superior(&self, call: &Call, id: &str, region: Region) -> Result<Option<Superior>, Status> {
        if id.is_empty() {
            return Ok(None);
        }
        let office = match OfficeId::parse(id) {
            None => None,
            Some(id) => self.office(id).await?.state.clone().map(|office| Superior { id, office }),
        };
        let is_known = |superior: &Superior| {
            let there = superior.office.region.code;
            there.contains(&region.code) || call.permit(Action::OfficeRead, Resource::Region(&there)).is_ok()
        };
        let parent = office.filter(is_known).ok_or_else(|| {
            Words::new("PARENT_OFFICE_NOT_FOUND", "Kantor atasan tidak ditemukan.", "Periksa nomor kantornya.")
        });
        Ok(Some(one("parent_office_id", parent)?))
    }
}

fn managed<'s>(snapshot: &'s Snapshot<Option<Office>>, call: &Call) -> Result<&'s Office, Rejection> {
    let hidden = || Rejection::Hidden(Thing::OFFICE);
    let office = snapshot.state.as_ref().ok_or_else(hidden)?;
    match call.permit(Action::OfficeWrite, Resource::Region(&office.region.code)) {
        Ok(_permit) => Ok(office),
        Err(_) => Err(hidden()),
    }
}

/// The day on which an event happened: what holds from a day on was decided when it was recorded.
fn day(event: &office::Event) -> Option<Date> {
    match event {
        office::Event::Closed { on } => Some(*on),
        _ => None,
    }
}
