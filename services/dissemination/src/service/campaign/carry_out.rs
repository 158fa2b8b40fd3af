//! A command on a campaign: authorised by where its office is today, decided and appended.

use bytes::Bytes;
use kim_chassis::{
    access::{Action, Permit},
    errors::Thing,
};
use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{behind, unavailable, vault_failed},
    problem::one,
    target::{Expected, Target},
    wire::Happened,
};
use kim_eventlog::{Done, Proposal, Sealed, Snapshot};
use kim_values::VaultRef;
use time::Date;
use tonic::Status;

use super::{Handler, request};
use crate::{
    domain::{
        campaign::{self, Campaign, Command, MaterialStanding, Outline, Standing},
        ids::{CampaignId, MaterialId},
        material::Material,
    },
    service::{
        desk::{Rejection, failed},
        id,
    },
    wire::campaign::message,
};

/// A campaign that the caller may see, and what it may do there.
pub(super) struct Found {
    pub id: CampaignId,
    pub campaign: Campaign,
    pub permit: Permit,
}

impl Handler {
    /// A campaign of an office that the caller reaches with `action`; else it is not there.
    pub(super) async fn found(&self, call: &Call, action: Action, id: &str) -> Result<Found, Status> {
        let id = id::campaign(id)?;
        let snapshot = self.0.campaigns.load::<Rejection>(id.0).await.map_err(failed)?;
        let campaign = snapshot.state.clone().ok_or_else(|| Status::from(Thing::CAMPAIGN.not_found()))?;
        let (_, permit) = self.0.acting(call, action, campaign.outline.office, Thing::CAMPAIGN).await?;
        Ok(Found { id, campaign, permit })
    }

    /// Carries out what `command` makes of the day in the region of the campaign's office.
    pub(super) async fn carry_out(
        &self,
        call: &Call,
        target: &Target<'_>,
        command: impl Fn(Date) -> Command + Send + Sync,
    ) -> Result<pb::Campaign, Status> {
        let found = self.found(call, Action::CampaignWrite, target.id).await?;
        self.change(call, &found, target.expected()?, Vec::new(), command).await
    }

    /// The same with the office's own words, which go into the vault.
    pub(super) async fn carry_out_noting(
        &self,
        call: &Call,
        target: &Target<'_>,
        note: &str,
        command: impl Fn(Option<VaultRef>) -> Command + Send + Sync,
    ) -> Result<pb::Campaign, Status> {
        let note = one("note", request::note(note))?;
        let found = self.found(call, Action::CampaignWrite, target.id).await?;
        let sealed = self.0.records.seal_note(found.id.0, &note).await.map_err(|error| vault_failed(&error))?;
        let (reference, sealed) = sealed.unzip();
        self.change(call, &found, target.expected()?, sealed.into_iter().collect(), |_| command(reference)).await
    }

    /// A campaign that nobody knows yet.
    pub(super) async fn begin(
        &self,
        call: &Call,
        permit: Permit,
        id: CampaignId,
        (outline, command): (Outline, Command),
    ) -> Result<pb::Campaign, Status> {
        let done = self.execute(call, &permit, id, (outline, Expected::ANY), Vec::new(), |_| command.clone()).await?;
        self.settled(done).await
    }

    async fn change(
        &self,
        call: &Call,
        found: &Found,
        expected: Expected,
        sealed: Vec<Sealed>,
        command: impl Fn(Date) -> Command + Send + Sync,
    ) -> Result<pb::Campaign, Status> {
        let outline = found.campaign.outline;
        let done = self.execute(call, &found.permit, found.id, (outline, expected), sealed, command).await?;
        self.settled(done).await
    }

    async fn execute(
        &self,
        call: &Call,
        permit: &Permit,
        id: CampaignId,
        (outline, expected): (Outline, Expected),
        sealed: Vec<Sealed>,
        command: impl Fn(Date) -> Command + Send + Sync,
    ) -> Result<Done<Option<Campaign>>, Status> {
        let decide = |snapshot: &Snapshot<Option<Campaign>>| {
            expected.met_by(snapshot.version)?;
            let events = campaign::decide(snapshot.state.as_ref(), command(outline.region.today(call.now)))?;
            let happened = |event| Happened { aggregate: id.0, at: call.now, event };
            let events = events.into_iter().map(happened).collect();
            let result = Bytes::copy_from_slice(id.0.as_bytes());
            Ok::<_, Rejection>(Proposal { vault: sealed.clone(), result, ..Proposal::of(events) })
        };
        self.0.campaigns.execute(id.0, &call.envelope(permit), decide).await.map_err(failed)
    }

    /// The campaign as it stands now, once the index has it. Of a repeated request it is the one that the first request made.
    async fn settled(&self, done: Done<Option<Campaign>>) -> Result<pb::Campaign, Status> {
        let id = CampaignId(self.0.index.followed.made(&done).await?);
        self.shown(id).await
    }

    /// A campaign as it stands now, without the office's own words.
    async fn shown(&self, id: CampaignId) -> Result<pb::Campaign, Status> {
        let snapshot = self.0.campaigns.load::<Rejection>(id.0).await.map_err(failed)?;
        let campaign = snapshot.state.as_ref().ok_or_else(|| Status::from(Thing::CAMPAIGN.not_found()))?;
        Ok(message(id, campaign, snapshot.version))
    }

    /// The same with its office's words about a pause or the cancellation, for whoever may write them.
    pub(super) async fn whole(&self, call: &Call, id: &str) -> Result<pb::Campaign, Status> {
        let found = self.found(call, Action::CampaignRead, id).await?;
        let mut answer = self.shown(found.id).await?;
        if self.found(call, Action::CampaignWrite, id).await.is_ok() {
            self.0.index.followed.caught_up().await.map_err(|error| behind(&error))?;
            let reference = self.0.index.campaign_note(found.id).await.map_err(|error| unavailable(&error))?;
            answer.note = self.0.records.open_text(reference).await.map_err(|error| vault_failed(&error))?;
        }
        Ok(answer)
    }

    /// A material that is published, or that the caller may read before it is.
    pub(super) async fn material(&self, call: &Call, id: MaterialId) -> Result<Material, Status> {
        let hidden = || Status::from(Thing::MATERIAL.not_found());
        let snapshot = self.0.materials.load::<Rejection>(id.0).await.map_err(failed)?;
        let material = snapshot.state.clone().ok_or_else(hidden)?;
        if material.published.is_empty() {
            let (_, _permit) =
                self.0.acting(call, Action::MaterialRead, material.outline.office, Thing::MATERIAL).await?;
        }
        Ok(material)
    }

    /// How a campaign's office, its programme and its material stand now.
    pub(super) async fn standing(
        &self,
        call: &Call,
        outline: &Outline,
        material: &Material,
    ) -> Result<Standing, Status> {
        let office = self.0.office(outline.office).await?;
        let programme = self.0.programmes.load::<Rejection>(outline.programme.0).await.map_err(failed)?;
        let programme = programme.state.as_ref().ok_or_else(|| Status::from(Thing::PROGRAMME.not_found()))?;
        let today = outline.region.today(call.now);
        Ok(Standing {
            office_is_open: office.is_some_and(|office| office.is_open(today)),
            programme: programme.status(),
            material: material_standing(material),
        })
    }
}

fn material_standing(material: &Material) -> MaterialStanding {
    match (material.shown(), &material.working) {
        (Some(shown), _) => MaterialStanding::Published(shown.version),
        (None, Some(_)) if material.withdrawn.is_none() => MaterialStanding::Unpublished,
        _ => MaterialStanding::Ended,
    }
}
