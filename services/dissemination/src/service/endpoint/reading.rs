//! Endpoints as they stand, and what became of what was sent to them.

use std::sync::Arc;

use kim_chassis::errors::Thing;
use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    failure::{list_failed, unavailable, vault_failed},
    list::Paging,
    target::etag_of,
    wire::Paired,
    words::Words,
};
use kim_eventlog::{Snapshot, timestamp};
use kim_webhook::{Again, DeadLetter, EndpointId as Queued, Logged, ReplayError};
use time::OffsetDateTime;
use tonic::{Code, Status};

use super::{Handler, carry_out::Place};
use crate::{
    channel::Address,
    domain::endpoint::{Endpoint, Stage},
    service::desk::{Rejection, failed},
};

impl Handler {
    async fn endpoint(&self, place: &Place) -> Result<Arc<Snapshot<Option<Endpoint>>>, Status> {
        self.desk.endpoints.load::<Rejection>(place.id.0).await.map_err(failed)
    }

    /// Where messages go; `None` for an endpoint that is not set.
    pub(super) async fn address(&self, place: &Place) -> Result<Option<Address>, Status> {
        let snapshot = self.endpoint(place).await?;
        let Some(reference) = snapshot.state.as_ref().and_then(Endpoint::address) else { return Ok(None) };
        self.desk.records.open_address(place.kind, reference).await.map_err(|error| vault_failed(&error))
    }

    /// A webhook's secret, for its owner alone.
    pub(super) async fn secret(&self, place: &Place) -> Result<String, Status> {
        Ok(self.address(place).await?.and_then(|address| address.secret()).unwrap_or_default())
    }

    /// As an answer shows it; `None` for one that was never set.
    pub(super) async fn shown(&self, place: &Place) -> Result<Option<pb::Endpoint>, Status> {
        let snapshot = self.endpoint(place).await?;
        let Some(endpoint) = &snapshot.state else { return Ok(None) };
        let address = self.address(place).await?.map(|address| address.hint()).unwrap_or_default();
        let suspension_reason = match endpoint.stage {
            Stage::Suspended { reason, .. } => reason.to_proto(),
            Stage::Set { .. } | Stage::Removed => 0,
        };
        Ok(Some(pb::Endpoint {
            endpoint_id: place.id.to_string(),
            community_id: endpoint.community.to_string(),
            channel: endpoint.kind.to_proto(),
            status: endpoint.status().to_proto(),
            address,
            suspension_reason,
            etag: etag_of(snapshot.version),
        }))
    }

    pub(super) async fn attempts(
        &self,
        place: &Place,
        size: i32,
        token: &str,
    ) -> Result<pb::ListAttemptsResponse, Status> {
        let paging = Paging::new(size, token, &format!("attempts {}", place.id)).map_err(list_failed)?;
        let queue = self.channels.queue();
        let (logged, next_page_token) = queue.attempts(Queued(place.id.0), &paging).await.map_err(list_failed)?;
        let attempt = |logged: Logged| pb::Attempt {
            message_id: logged.message.as_str().to_owned(),
            r#type: logged.kind.as_str().to_owned(),
            number: count(logged.number),
            attempted_at: Some(timestamp(logged.begun_at)),
            duration_ms: i64::try_from(logged.took.as_millis()).unwrap_or(i64::MAX),
            outcome: logged.verdict.code().to_owned(),
            answer_status: logged.status.map(i32::from).unwrap_or_default(),
        };
        Ok(pb::ListAttemptsResponse { attempts: logged.into_iter().map(attempt).collect(), next_page_token })
    }

    pub(super) async fn dead_letters(
        &self,
        place: &Place,
        size: i32,
        token: &str,
    ) -> Result<pb::ListDeadLettersResponse, Status> {
        let paging = Paging::new(size, token, &format!("dead letters {}", place.id)).map_err(list_failed)?;
        let queue = self.channels.queue();
        let (dead, next_page_token) = queue.dead_letters(Queued(place.id.0), &paging).await.map_err(list_failed)?;
        let letter = |dead: DeadLetter| pb::DeadLetter {
            message_id: dead.message.as_str().to_owned(),
            r#type: dead.kind.as_str().to_owned(),
            queued_at: Some(timestamp(dead.queued_at)),
            given_up_at: Some(timestamp(dead.ended_at)),
            attempts: count(dead.attempts),
            reason: dead.reason.code().to_owned(),
            last_failure: dead.last.map(|failure| failure.code().to_owned()).unwrap_or_default(),
        };
        Ok(pb::ListDeadLettersResponse { dead_letters: dead.into_iter().map(letter).collect(), next_page_token })
    }

    /// Dead letters again, or all that was queued since a time.
    pub(super) async fn replay(&self, place: &Place, since: Option<OffsetDateTime>) -> Result<i32, Status> {
        let again = since.map_or(Again::DeadLetters, Again::Since);
        match self.channels.replay(Queued(place.id.0), again).await {
            Ok(messages) => Ok(i32::try_from(messages).unwrap_or(i32::MAX)),
            Err(ReplayError::Database(error)) => Err(unavailable(&error)),
            Err(ReplayError::UnknownEndpoint) => Err(Thing::ENDPOINT.not_found().into()),
            Err(error) => Err(Words::new(
                "ENDPOINT_SUSPENDED",
                "Alamat ini sedang dihentikan; pesannya tidak dapat dikirim lagi.",
                "Aktifkan lagi alamatnya lebih dulu.",
            )
            .fault(Code::FailedPrecondition, error.to_string())
            .into()),
        }
    }
}

fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
