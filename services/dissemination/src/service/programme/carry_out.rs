//! A command on a programme: its office is looked up where it is today, the caller's right is asked for there, and it is decided and appended.

use bytes::Bytes;
use kim_chassis::{
    access::{Action, Permit},
    errors::Thing,
};
use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    call::Call,
    failure::unavailable,
    target::{Expected, Target},
    wire::region,
};
use kim_eventlog::{Done, Proposal, Sealed, Version};
use kim_values::Region;
use time::Date;
use tonic::Status;

use super::Handler;
use crate::{
    audience::Office,
    domain::{
        ids::ProgrammeId,
        programme::{self, Command, Profile, Programme},
    },
    service::{
        desk::{Rejection, failed},
        id,
    },
    wire,
};

/// A programme that is there for the caller, and its office as it is now.
pub(super) struct Found {
    id: ProgrammeId,
    programme: Programme,
    version: Version,
    office: Office,
    permit: Permit,
}

impl Found {
    pub(super) fn message(&self) -> pb::Programme {
        let region = Some(region::to_proto(self.office.region));
        pb::Programme { region, ..wire::programme::message(self.id, &self.programme, self.version) }
    }
}

impl Handler {
    /// A programme that nobody knows yet.
    pub(super) async fn establish(
        &self,
        call: &Call,
        permit: &Permit,
        id: ProgrammeId,
        region: Region,
        command: &Command,
    ) -> Result<pb::Programme, Status> {
        let done = self.execute(call, permit, id, (region, Expected::ANY), &[], || command.clone()).await?;
        self.answer(call, &done).await
    }

    /// Carries out what `command` makes of the day at the programme's office.
    pub(super) async fn carry_out(
        &self,
        call: &Call,
        target: &Target<'_>,
        sealed: Vec<Sealed>,
        command: impl Fn(Date) -> Command + Send + Sync,
    ) -> Result<pb::Programme, Status> {
        let (id, expected) = (id::programme(target.id)?, target.expected()?);
        let found = self.found(call, Action::ProgrammeWrite, id).await?;
        let region = found.office.region;
        let decided = (region, expected);
        let done = self.execute(call, &found.permit, id, decided, &sealed, || command(region.today(call.now))).await?;
        self.answer(call, &done).await
    }

    async fn execute(
        &self,
        call: &Call,
        permit: &Permit,
        id: ProgrammeId,
        (region, expected): (Region, Expected),
        sealed: &[Sealed],
        command: impl Fn() -> Command + Send + Sync,
    ) -> Result<Done<Option<Programme>>, Status> {
        self.0
            .programmes
            .execute(id.0, &call.envelope(permit), |snapshot| {
                expected.met_by(snapshot.version)?;
                let events = programme::decide(snapshot.state.as_ref(), command())?;
                let happened = |event| wire::programme::happened(id.0, event, region, call.now);
                let result = Bytes::copy_from_slice(id.0.as_bytes());
                let proposal = Proposal::of(events.into_iter().map(happened).collect());
                Ok::<_, Rejection>(Proposal { vault: sealed.to_vec(), result, ..proposal })
            })
            .await
            .map_err(failed)
    }

    /// The programme as it stands once the command is carried out; the index has it when this returns.
    async fn answer(&self, call: &Call, done: &Done<Option<Programme>>) -> Result<pb::Programme, Status> {
        let id = ProgrammeId(self.0.index.followed.made(done).await?);
        Ok(self.found(call, Action::ProgrammeRead, id).await?.message())
    }

    /// The programme, if it is there for this caller.
    pub(super) async fn found(&self, call: &Call, action: Action, id: ProgrammeId) -> Result<Found, Status> {
        let snapshot = self.0.programmes.load::<Rejection>(id.0).await.map_err(failed)?;
        let programme = snapshot.state.clone().ok_or(Rejection::Hidden(Thing::PROGRAMME))?;
        let (office, permit) = self.0.acting(call, action, programme.office, Thing::PROGRAMME).await?;
        Ok(Found { id, programme, version: snapshot.version, office, permit })
    }

    /// Whether the registry's list in force on the programme's first day has its topic.
    pub(super) async fn topic_is_listed(&self, profile: &Profile) -> Result<bool, Status> {
        let audiences = &self.0.audiences;
        let is_listed = || audiences.known().topic_holds(profile.topic, profile.from);
        if is_listed() {
            return Ok(true);
        }
        // The copy may have it since a moment ago.
        audiences.learn().await.map_err(|error| unavailable(&error))?;
        Ok(is_listed())
    }
}
