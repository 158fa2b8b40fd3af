//! `SimulationService`: the clock of a simulated log.

use kim_chassis::access::{Action, Resource};
use kim_contract::dissemination::v1::{self as pb, simulation_service_server::SimulationService};
use kim_desk::{
    call::Call,
    clock,
    failure::{behind, unavailable},
};
use kim_eventlog::timestamp;
use tonic::{Request, Response, Status};

use super::desk::Desk;
use crate::policy::PolicyError;

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl SimulationService for Handler {
    async fn advance_clock(&self, request: Request<pb::AdvanceClockRequest>) -> Answer<pb::AdvanceClockResponse> {
        let (call, request) = Call::question(request)?;
        let _permit = call.permit(Action::ClockDrive, Resource::Nation)?;
        let to = clock::time(request.to.as_ref())?;
        let clock = self.0.policies.advance_clock(to).await.map_err(|error| error.status(stopped))?;
        let fired = i64::try_from(clock.fired).unwrap_or(i64::MAX);
        Ok(Response::new(pb::AdvanceClockResponse { fired, now: Some(timestamp(clock.now)) }))
    }

    async fn get_clock(&self, request: Request<pb::GetClockRequest>) -> Answer<pb::GetClockResponse> {
        let (call, _) = Call::question(request)?;
        let _permit = call.permit(Action::ClockDrive, Resource::Nation)?;
        let now = self.0.policies.clock.now().await.map_err(|error| error.status(stopped))?;
        Ok(Response::new(pb::GetClockResponse { now: Some(timestamp(now)) }))
    }
}

fn stopped(error: PolicyError) -> Status {
    match error {
        PolicyError::CatchUp(error) => behind(&error),
        error => unavailable(&error),
    }
}
