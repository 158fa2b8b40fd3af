//! A command on a training: authorised, decided and appended on one and the same state.

use bytes::Bytes;
use kim_chassis::{
    access::{Action, Permit, Resource},
    errors::Thing,
};
use kim_contract::registry::v1 as pb;
use kim_desk::{call::Call, target::Target};
use kim_eventlog::{Done, Proposal, Sealed, Snapshot};
use kim_territory::Adopted;
use kim_values::Region;
use time::Date;
use tonic::Status;
use uuid::Uuid;

use super::Handler;
use crate::{
    domain::{
        ids::TrainingId,
        training::{self, Command, Training},
    },
    service::{
        desk::{Rejection, failed},
        id,
    },
    wire::training::{happened, summary},
};

impl Handler {
    /// The region of a training that the caller may change.
    pub(super) async fn region(&self, call: &Call, target: &Target<'_>) -> Result<Region, Status> {
        let snapshot = self.0.trainings.load(id::training(target.id)?.0).await.map_err(failed)?;
        let adopted = self.0.territory();
        Ok(visible(&snapshot, call, Action::TrainingHold, &adopted)?.outline.region.on(&adopted))
    }

    /// Carries out what `command` makes of the day in the training's region.
    pub(super) async fn carry_out(
        &self,
        call: &Call,
        target: &Target<'_>,
        sealed: Vec<Sealed>,
        command: impl Fn(Date) -> Command + Send + Sync,
    ) -> Result<pb::TrainingSummary, Status> {
        let id = id::training(target.id)?;
        let expected = target.expected()?;
        let adopted = self.0.territory();
        let done = self
            .0
            .trainings
            .execute(id.0, &call.envelope_until_permitted(), |snapshot| {
                let training = visible(snapshot, call, Action::TrainingHold, &adopted)?;
                expected.met_by(snapshot.version)?;
                let region = training.outline.region;
                let events = training::decide(Some(training), command(region.today(call.now)))?;
                let happened = |event| happened(id.0, event, region, call.now);
                Ok(Proposal {
                    vault: sealed.clone(),
                    result: Bytes::copy_from_slice(id.0.as_bytes()),
                    ..Proposal::of(events.into_iter().map(happened).collect())
                })
            })
            .await
            .map_err(failed)?;
        self.settled(done).await
    }

    /// A training that nobody knows yet.
    pub(super) async fn begin(
        &self,
        call: &Call,
        permit: &Permit,
        id: Uuid,
        region: Region,
        command: &Command,
    ) -> Result<pb::TrainingSummary, Status> {
        let done = self
            .0
            .trainings
            .execute(id, &call.envelope(permit), |snapshot| {
                let events = training::decide(snapshot.state.as_ref(), command.clone())?;
                let happened = |event| happened(id, event, region, call.now);
                let result = Bytes::copy_from_slice(id.as_bytes());
                Ok::<_, Rejection>(Proposal { result, ..Proposal::of(events.into_iter().map(happened).collect()) })
            })
            .await
            .map_err(failed)?;
        self.settled(done).await
    }

    /// The training as it stands now, once the index has it. Of a repeated request it is the one that the first request made.
    async fn settled(&self, done: Done<Option<Training>>) -> Result<pb::TrainingSummary, Status> {
        let id = TrainingId(self.0.index.followed.made(&done).await?);
        let snapshot = self.0.trainings.load(id.0).await.map_err(failed)?;
        let training = snapshot.state.as_ref().ok_or_else(|| Status::from(Thing::TRAINING.not_found()))?;
        Ok(summary(id, training, snapshot.version))
    }

    /// Gives the dormant participants of trainings their plans. Should that fail, the policy goes on by itself.
    pub(super) async fn give_plans(&self) {
        if let Err(error) = self.0.policies.react().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "plans are made later");
        }
    }
}

/// The training, if it is there for this caller: in the region that goes on for its own.
pub(super) fn visible<'s>(
    snapshot: &'s Snapshot<Option<Training>>,
    call: &Call,
    action: Action,
    adopted: &Adopted,
) -> Result<&'s Training, Rejection> {
    let hidden = || Rejection::Hidden(Thing::TRAINING);
    let training = snapshot.state.as_ref().ok_or_else(hidden)?;
    match call.permit(action, Resource::Region(&training.outline.region.on(adopted).code)) {
        Ok(_permit) => Ok(training),
        Err(_) => Err(hidden()),
    }
}
