//! A command on an assessment: decided and appended on one and the same state.

use bytes::Bytes;
use kim_chassis::{
    access::{Action, Resource},
    errors::Thing,
};
use kim_contract::registry::v1 as pb;
use kim_desk::{
    call::Call, failure::vault_failed, field, problem::one, target::Expected, wire::Happened, words::Words,
};
use kim_eventlog::{Done, Proposal, Sealed, Snapshot};
use kim_values::{Region, VaultRef};
use tonic::Status;

use crate::{
    domain::{
        assessment::{self, Assessment, Command},
        ids::{AssessmentId, CommunityId, OfficeId},
    },
    service::desk::{Desk, Rejection, failed},
    wire::{self, assessment::name_rubric},
};

/// An assessment that the caller may know of.
pub struct Known {
    pub id: AssessmentId,
    pub community: CommunityId,
    pub seat: Region,
}

/// What a command is about.
pub struct Subject {
    pub id: AssessmentId,
    pub seat: Region,
    pub expected: Expected,
    pub sealed: Vec<Sealed>,
}

impl Desk {
    /// Carries out what `command` makes of the assessment. The caller's right was asked for on the community.
    pub(super) async fn decide_assessment(
        &self,
        call: &Call,
        subject: &Subject,
        command: impl Fn(&Assessment) -> Result<Command, Rejection> + Send + Sync,
    ) -> Result<pb::Assessment, Status> {
        let id = subject.id;
        let done = self
            .assessments
            .execute(id.0, &call.envelope_until_permitted(), |snapshot| {
                subject.expected.met_by(snapshot.version)?;
                let events = assessment::decide(&snapshot.state, command(&snapshot.state)?)?;
                let happened = |event| Happened::new(id.0, event, None, subject.seat, call.now);
                Ok(Proposal {
                    vault: subject.sealed.clone(),
                    result: Bytes::copy_from_slice(id.0.as_bytes()),
                    ..Proposal::of(events.into_iter().map(happened).collect())
                })
            })
            .await
            .map_err(failed)?;
        match done {
            Done::New { snapshot, first, .. } => {
                self.index.followed.settle(first).await;
                self.shown_assessment(id, &snapshot)
            }
            Done::Repeated { .. } => self.present_assessment(id).await,
        }
    }

    /// The assessment as it stands now.
    pub(super) async fn present_assessment(&self, id: AssessmentId) -> Result<pb::Assessment, Status> {
        let snapshot = self.assessments.load(id.0).await.map_err(failed)?;
        self.shown_assessment(id, &snapshot)
    }

    fn shown_assessment(&self, id: AssessmentId, snapshot: &Snapshot<Assessment>) -> Result<pb::Assessment, Status> {
        let message = wire::assessment::message(id, &snapshot.state, snapshot.version);
        let mut message = message.ok_or_else(|| Status::from(Thing::ASSESSMENT.not_found()))?;
        name_rubric(&mut message, &self.index.masters().borrow().rubrics);
        Ok(message)
    }

    /// The office is in the register, in the caller's reach, and the community's seat lies under it. Any other is one that is
    /// not there.
    pub(super) async fn may_assess(&self, call: &Call, office: OfficeId, seat: Region) -> Result<(), Status> {
        let office = self.offices.load::<Rejection>(office.0).await.map_err(failed)?;
        let may = office.state.as_ref().is_some_and(|office| {
            let there = office.region.code;
            there.contains(&seat.code) && call.permit(Action::AssessmentWrite, Resource::Region(&there)).is_ok()
        });
        let words = || {
            Words::new(
                "ASSESSING_OFFICE_NOT_FOUND",
                "Kantor penilai tidak ditemukan, atau tidak membawahi KIM ini.",
                "Periksa nomor kantornya.",
            )
        };
        Ok(one("office_id", may.then_some(()).ok_or_else(words))?)
    }

    /// The office's words about a community, sealed.
    pub(super) async fn assessment_note(
        &self,
        community: CommunityId,
        note: &str,
    ) -> Result<(Option<VaultRef>, Vec<Sealed>), Status> {
        let note = one("note", field::private(note, 2_000, "NOTE_TOO_LONG", "Catatan"))?;
        let sealed = self.records.seal_note(community.0, &note).await.map_err(|error| vault_failed(&error))?;
        let (reference, sealed) = sealed.unzip();
        Ok((reference, sealed.into_iter().collect()))
    }
}
