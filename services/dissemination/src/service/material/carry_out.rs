//! A command on a material: its office is looked up where it is today, the caller's right is asked for there, and it is decided and appended.

use std::collections::HashSet;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use kim_chassis::{
    access::{Action, Permit},
    errors::Thing,
};
use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{unavailable, vault_failed},
    problem::{Problems, one},
    target::Expected,
    wire::{Happened, region},
};
use kim_eventlog::{Done, Proposal, Sealed, Version};
use kim_values::{DocumentHash, Region, VaultRef};
use time::Date;
use tonic::Status;
use uuid::Uuid;

use super::{Handler, request};
use crate::{
    audience::Office,
    domain::{
        Refusal,
        content::{Media, Wording},
        ids::{ActorRef, MaterialId, ProgrammeId},
        material::{self, Command, Material, MaterialError, Outline, SealedContent, Stage, Working},
        programme,
    },
    service::desk::{Rejection, failed},
    wire,
};

/// Media that are looked for in the store at the same time.
const LOOKS: usize = 8;

/// A material that is there for the caller, and its office as it is now.
pub(super) struct Found {
    pub id: MaterialId,
    pub material: Material,
    version: Version,
    pub office: Office,
    permit: Permit,
}

/// Who carries out a command, and the day at the material's office.
#[derive(Clone, Copy)]
pub(super) struct Acting {
    pub by: ActorRef,
    pub today: Date,
}

impl Found {
    pub(super) fn message(&self) -> pb::Material {
        let region = Some(region::to_proto(self.office.region));
        pb::Material { region, ..wire::material::message(self.id, &self.material, self.version) }
    }
}

impl Handler {
    /// A material that nobody knows yet. Whoever may write for the programme's office may begin one.
    pub(super) async fn draft(
        &self,
        call: &Call,
        programme: ProgrammeId,
        wording: &Wording,
    ) -> Result<pb::Material, Status> {
        let hidden = || Status::from(Thing::PROGRAMME.not_found());
        let state = self.0.programmes.load::<Rejection>(programme.0).await.map_err(failed)?.state.clone();
        let established = state.ok_or_else(hidden)?;
        let owner = established.office;
        let (office, permit) = self.0.acting(call, Action::MaterialWrite, owner, Thing::PROGRAMME).await?;
        let id = MaterialId(Uuid::now_v7());
        let (content, sealed) = self.sealed(id, wording).await?;
        let outline = Outline { programme, office: owner, region: office.region };
        let command = Command::Draft {
            outline,
            content,
            programme: established.status(),
            by: self.0.actor(call),
            today: office.region.today(call.now),
        };
        let done =
            self.execute(call, &permit, id, (office.region, Expected::ANY), &[sealed], |_| Ok(command.clone())).await?;
        self.answer(call, &done).await
    }

    /// Carries out what `command` makes of whoever acts.
    pub(super) async fn carry_out(
        &self,
        call: &Call,
        found: &Found,
        expected: Expected,
        sealed: Vec<Sealed>,
        command: impl Fn(Acting) -> Command + Send + Sync,
    ) -> Result<pb::Material, Status> {
        let acting = self.acting(call, found);
        let decided = (found.office.region, expected);
        let done = self.execute(call, &found.permit, found.id, decided, &sealed, |_| Ok(command(acting))).await?;
        self.answer(call, &done).await
    }

    /// Writes the version that is worked on anew. One of a revision that does not say what has changed, and one of a first version that
    /// does, would not be published: its writer is told now.
    pub(super) async fn amend(
        &self,
        call: &Call,
        found: &Found,
        expected: Expected,
        wording: &Wording,
    ) -> Result<pb::Material, Status> {
        let (content, sealed) = self.sealed(found.id, wording).await?;
        let Acting { by, today } = self.acting(call, found);
        let amend = |state: Option<&Material>| {
            let version = state.ok_or(Refusal::MaterialNotFound)?.version_in_work()?;
            if wording.note.is_some() != version.revision.is_some() {
                return Err(MaterialError::RevisionNote.into());
            }
            Ok(Command::Amend { content: content.clone(), by, today })
        };
        let decided = (found.office.region, expected);
        let done = self.execute(call, &found.permit, found.id, decided, &[sealed], amend).await?;
        self.answer(call, &done).await
    }

    /// Publishes what the vault has of the version that is worked on. A request that published it before finds nothing in the vault that is
    /// still worked on, and is answered as then.
    pub(super) async fn publish(&self, call: &Call, found: &Found, expected: Expected) -> Result<pb::Material, Status> {
        let programme = self.programme_status(found.material.outline.programme).await?;
        let wording = match found.material.version_in_work() {
            Ok(working) => {
                let opened = self.0.records.open_wording(working.content.reference).await;
                opened.map_err(|error| vault_failed(&error))?.map(Box::new)
            }
            Err(_) => None,
        };
        let Acting { by, today } = self.acting(call, found);
        let publish = |state: Option<&Material>| {
            state.ok_or(Refusal::MaterialNotFound)?.version_in_work()?;
            let wording = wording.clone().ok_or(MaterialError::NotAsApproved)?;
            Ok(Command::Publish { wording, programme, by, today })
        };
        let decided = (found.office.region, expected);
        let done = self.execute(call, &found.permit, found.id, decided, &[], publish).await?;
        self.answer(call, &done).await
    }

    fn acting(&self, call: &Call, found: &Found) -> Acting {
        Acting { by: self.0.actor(call), today: found.office.region.today(call.now) }
    }

    async fn execute(
        &self,
        call: &Call,
        permit: &Permit,
        id: MaterialId,
        (region, expected): (Region, Expected),
        sealed: &[Sealed],
        command: impl Fn(Option<&Material>) -> Result<Command, Refusal> + Send + Sync,
    ) -> Result<Done<Option<Material>>, Status> {
        self.0
            .materials
            .execute(id.0, &call.envelope(permit), |snapshot| {
                expected.met_by(snapshot.version)?;
                let state = snapshot.state.as_ref();
                let events = material::decide(state, command(state)?)?;
                let happened = |event| Happened::new(id.0, event, None, region, call.now);
                let result = Bytes::copy_from_slice(id.0.as_bytes());
                let proposal = Proposal::of(events.into_iter().map(happened).collect());
                Ok::<_, Rejection>(Proposal { vault: sealed.to_vec(), result, ..proposal })
            })
            .await
            .map_err(failed)
    }

    /// The material as it stands once the command is carried out; the index has it when this returns.
    async fn answer(&self, call: &Call, done: &Done<Option<Material>>) -> Result<pb::Material, Status> {
        let id = MaterialId(self.0.index.followed.made(done).await?);
        Ok(self.found(call, Action::MaterialRead, id).await?.message())
    }

    /// The material, if it is there for this caller.
    pub(super) async fn found(&self, call: &Call, action: Action, id: MaterialId) -> Result<Found, Status> {
        let snapshot = self.0.materials.load::<Rejection>(id.0).await.map_err(failed)?;
        let material = snapshot.state.clone().ok_or(Rejection::Hidden(Thing::MATERIAL))?;
        let (office, permit) = self.0.acting(call, action, material.outline.office, Thing::MATERIAL).await?;
        Ok(Found { id, material, version: snapshot.version, office, permit })
    }

    pub(super) async fn programme_status(&self, id: ProgrammeId) -> Result<programme::Status, Status> {
        let snapshot = self.0.programmes.load::<Rejection>(id.0).await.map_err(failed)?;
        let programme = snapshot.state.as_ref().ok_or(Rejection::Hidden(Thing::PROGRAMME))?;
        Ok(programme.status())
    }

    /// A wording on its way into the vault. Its media are in the store already: whoever reviews it sees all of it.
    pub(super) async fn sealed(&self, id: MaterialId, wording: &Wording) -> Result<(SealedContent, Sealed), Status> {
        self.has_media(wording).await?;
        let sealed = self.0.records.seal_wording(id, wording).await;
        let (reference, sealed) = sealed.map_err(|error| vault_failed(&error))?;
        let content = SealedContent { reference, hash: wording.hash(), languages: wording.contents.languages() };
        Ok((content, sealed))
    }

    pub(super) async fn sealed_note(
        &self,
        id: MaterialId,
        note: &str,
    ) -> Result<(Option<VaultRef>, Vec<Sealed>), Status> {
        let sealed = self.0.records.seal_note(id.0, note).await.map_err(|error| vault_failed(&error))?;
        let (reference, sealed) = sealed.unzip();
        Ok((reference, sealed.into_iter().collect()))
    }

    /// Refuses what was read in a review if something in it looks like personal data. Another version than the one that was read is
    /// refused, or was approved already, whatever it says.
    pub(super) async fn has_no_marks(&self, found: &Found, read: DocumentHash) -> Result<(), Status> {
        let is_read = |version: &&Working| version.stage == Stage::InReview && version.content.hash == read;
        let Some(version) = found.material.working.as_ref().filter(is_read) else { return Ok(()) };
        let wording = self.0.records.open_wording(version.content.reference).await.map_err(|e| vault_failed(&e))?;
        let marks = wording.map(|wording| wording.marks()).unwrap_or_default();
        let problems: Problems = marks.iter().map(request::likely_personal).collect();
        Ok(problems.finish(marks.is_empty().then_some(()))?)
    }

    async fn has_media(&self, wording: &Wording) -> Result<(), Status> {
        let mut seen = HashSet::new();
        let media = wording.contents.each().flat_map(|content| &content.media);
        let each: Vec<Media> =
            media.filter(|media| seen.insert((media.hash, media.media_type, media.size))).cloned().collect();
        let looks = stream::iter(each).map(|media| async move {
            let size = self.0.media.size(media.hash, media.media_type).await?;
            Ok(if size == Some(media.size) { None } else { Some(media) })
        });
        let missing: Vec<Option<Media>> =
            looks.buffered(LOOKS).try_collect().await.map_err(|error: crate::media::StoreError| unavailable(&error))?;
        match missing.into_iter().flatten().next() {
            None => Ok(()),
            Some(media) => Ok(one("contents.media.hash", Err(request::not_uploaded(&media)))?),
        }
    }
}
