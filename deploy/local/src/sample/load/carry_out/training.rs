//! Trainings, from plan to report.

use kim_contract::registry::v1::{self as pb, training_service_client::TrainingServiceClient};

use super::Moment;
use crate::sample::{
    load::{Loader, ids::Made, messages, messages::training},
    training::Turn,
};

const CLIENT: fn(tonic::transport::Channel) -> TrainingServiceClient<tonic::transport::Channel> =
    TrainingServiceClient::new;

impl Loader<'_> {
    pub(super) async fn train(&self, moment: Moment, place: usize, turn: Turn) -> anyhow::Result<Made> {
        let training = &self.plan.trainings[place];
        let session = &training.session;
        let (registry, at, request_id, etag) = (&self.registry, moment.at, self.request_id(moment, 0), String::new());
        if let Turn::Planned(from) = turn {
            let host = self.ids.office(self.plan, session.region)?;
            let message =
                pb::PlanTrainingRequest { request_id, plan: Some(training::plan(session, (at.date(), from), host)) };
            let answer = registry.call(CLIENT, message, at, |mut c, r| async move { c.plan_training(r).await }).await?;
            return Ok(Made::Training(place, answer.summary.unwrap_or_default().training_id));
        }
        let training_id = self.ids.training(place)?;
        match turn {
            Turn::Planned(_) => unreachable!("planned above"),
            Turn::Moved => {
                let message = pb::AmendTrainingRequest {
                    request_id,
                    training_id,
                    etag,
                    topic: String::new(),
                    planned_from: Some(messages::date(session.from)),
                    planned_to: Some(messages::date(session.to)),
                };
                registry.call(CLIENT, message, at, |mut c, r| async move { c.amend_training(r).await }).await?;
            }
            Turn::Invited => {
                let community_ids = self.numbered(&training.invited)?;
                let message = pb::InviteToTrainingRequest { request_id, training_id, etag, community_ids };
                registry.call(CLIENT, message, at, |mut c, r| async move { c.invite_to_training(r).await }).await?;
            }
            Turn::Held => {
                let held = training::held(training, self.numbered(&training.participants)?);
                let message = pb::HoldTrainingRequest { request_id, training: Some(held), training_id, etag };
                registry.call(CLIENT, message, at, |mut c, r| async move { c.hold_training(r).await }).await?;
            }
            Turn::Reported => {
                let message = training::report(request_id, session, training_id);
                registry.call(CLIENT, message, at, |mut c, r| async move { c.report_training(r).await }).await?;
            }
            Turn::Cancelled(reason) => {
                let reason = training::cancellation_reason(reason).into();
                let message = pb::CancelTrainingRequest { request_id, training_id, etag, reason, note: String::new() };
                registry.call(CLIENT, message, at, |mut c, r| async move { c.cancel_training(r).await }).await?;
            }
        }
        Ok(Made::Nothing)
    }

    /// The ids of the communities of these numbers.
    fn numbered(&self, numbers: &[u32]) -> anyhow::Result<Vec<String>> {
        let known = numbers.iter().filter_map(|number| self.plan.find(*number));
        known.map(|kim| self.ids.community(self.plan, kim)).collect()
    }
}
