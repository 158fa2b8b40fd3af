//! What the communities that took part in a training did in the 90 days after it.

use kim_chassis::access::Action;
use kim_contract::registry::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{behind, unavailable},
    wire::date,
};
use tonic::Status;

use super::{Handler, carry_out::visible};
use crate::{
    domain::Refusal,
    index::Outcome,
    service::{
        desk::{Rejection, failed},
        id,
    },
    wire::training::len,
};

impl Handler {
    pub(super) async fn outcome(&self, call: &Call, id: &str) -> Result<pb::GetTrainingOutcomeResponse, Status> {
        let id = id::training(id)?;
        let snapshot = self.0.trainings.load(id.0).await.map_err(failed)?;
        let training = visible(&snapshot, call, Action::TrainingRead, &self.0.territory())?;
        let not_held = || Rejection::Refused(Refusal::TrainingNotHeld(training.status()));
        let session = training.session().ok_or_else(not_held)?;
        self.0.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        // What is folded while the rows are read may be in them already, and is not said to be.
        let as_of_position = self.0.index.followed.position().borrow().get();
        let outcomes = self.0.index.outcomes(id).await.map_err(|error| unavailable(&error))?;
        let with = |happened: fn(&Outcome) -> bool| len(outcomes.iter().filter(|outcome| happened(outcome)).count());
        Ok(pb::GetTrainingOutcomeResponse {
            training_id: id.to_string(),
            held_from: Some(date::to_proto(session.held_from)),
            follow_until: Some(date::to_proto(session.follow_until())),
            communities: len(outcomes.len()),
            active: with(|outcome| outcome.first_activity_on.is_some()),
            registered: with(|outcome| outcome.registered_on.is_some()),
            revitalised: with(|outcome| outcome.revitalised_on.is_some()),
            outcomes: outcomes.iter().map(outcome_message).collect(),
            as_of_position,
        })
    }
}

fn outcome_message(outcome: &Outcome) -> pb::CommunityOutcome {
    let profile = outcome.record.as_ref().and_then(|record| record.profile.as_ref());
    pb::CommunityOutcome {
        community_id: outcome.community.to_string(),
        name: profile.map(|profile| profile.name.clone()).unwrap_or_default(),
        seat: profile.and_then(|profile| profile.seat.clone()),
        first_activity_on: outcome.first_activity_on.map(date::to_proto),
        registered_on: outcome.registered_on.map(date::to_proto),
        revitalised_on: outcome.revitalised_on.map(date::to_proto),
    }
}
