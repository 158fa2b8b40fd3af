//! `SimulationService`: the clock of a simulated log.

use kim_chassis::{
    access::{Action, Resource},
    errors::Fault,
};
use kim_contract::registry::v1::{self as pb, simulation_service_server::SimulationService};
use kim_desk::{
    call::Call,
    failure::{behind, unavailable},
    words::Words,
};
use kim_eventlog::timestamp;
use time::OffsetDateTime;
use tonic::{Code, Request, Response, Status};

use super::{
    desk::Desk,
    words::{self},
};
use crate::policy::{ClockError, PolicyError};

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl SimulationService for Handler {
    async fn advance_clock(&self, request: Request<pb::AdvanceClockRequest>) -> Answer<pb::AdvanceClockResponse> {
        let (call, request) = Call::question(request)?;
        let _permit = call.permit(Action::ClockDrive, Resource::Nation)?;
        let to = time(request.to.as_ref())?;
        let clock = self.0.policies.advance_clock(to).await.map_err(stopped)?;
        let fired = i64::try_from(clock.fired).unwrap_or(i64::MAX);
        Ok(Response::new(pb::AdvanceClockResponse { fired, now: Some(timestamp(clock.now)) }))
    }

    async fn get_clock(&self, request: Request<pb::GetClockRequest>) -> Answer<pb::GetClockResponse> {
        let (call, _) = Call::question(request)?;
        let _permit = call.permit(Action::ClockDrive, Resource::Nation)?;
        let now = self.0.policies.clock().await.map_err(stopped)?;
        Ok(Response::new(pb::GetClockResponse { now: Some(timestamp(now)) }))
    }
}

fn time(time: Option<&prost_types::Timestamp>) -> Result<OffsetDateTime, Fault> {
    let nanos = time.map(|time| i128::from(time.seconds) * 1_000_000_000 + i128::from(time.nanos));
    nanos.and_then(|nanos| OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()).ok_or_else(|| {
        Words::new("TIME_MISSING", "Waktu tujuan jam belum diisi.", "Isi waktu yang sah.")
            .fault(Code::InvalidArgument, "to: a time that can be written")
    })
}

fn stopped(error: ClockError) -> Status {
    match error {
        ClockError::NotSimulated => {
            Words::new("LOG_NOT_SIMULATED", "Log ini bukan log simulasi.", "Jamnya adalah jam dunia.")
                .fault(Code::FailedPrecondition, "the log was not made as simulated")
                .into()
        }
        ClockError::Backwards(now) => words::clock_backwards(now).into(),
        ClockError::Policy(PolicyError::CatchUp(error)) => behind(&error),
        ClockError::Policy(error) => unavailable(&error),
    }
}
