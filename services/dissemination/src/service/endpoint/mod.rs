//! `EndpointService`: where messages to a community go beside its inbox.

mod carry_out;
mod reading;

use kim_chassis::access::Action;
use kim_contract::dissemination::v1::{self as pb, endpoint_service_server::EndpointService};
use kim_desk::{call::Call, field, problem::one, target::Target, wire::Paired, words::Words};
use kim_eventlog::instant;
use tonic::{Request, Response, Status};

use super::desk::Desk;
use crate::{
    channel::{Address, Channels},
    domain::endpoint::{Command, Kind, SuspensionReason},
};

/// The handlers.
#[derive(Clone)]
pub struct Handler {
    pub desk: Desk,
    pub channels: Channels,
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl EndpointService for Handler {
    async fn set_webhook(&self, request: Request<pb::SetWebhookRequest>) -> Answer<pb::SetWebhookResponse> {
        let (call, request) = self.desk.command(request)?;
        let place = self.place(&call, Action::EndpointWrite, &request.community_id, Kind::Webhook).await?;
        let target = Target { id: &request.community_id, etag: &request.etag };
        let address = one("address", self.channels.webhook_address(&request.address).await)?;
        let endpoint = self.set(&call, &place, &target, &Address::webhook(address)).await?;
        let secret = self.secret(&place).await?;
        Ok(Response::new(pb::SetWebhookResponse { endpoint: Some(endpoint), secret }))
    }

    async fn rotate_secret(&self, request: Request<pb::RotateSecretRequest>) -> Answer<pb::RotateSecretResponse> {
        let (call, request) = self.desk.command(request)?;
        let place = self.place(&call, Action::EndpointWrite, &request.community_id, Kind::Webhook).await?;
        let target = Target { id: &request.community_id, etag: &request.etag };
        let endpoint = self.rotate(&call, &place, &target).await?;
        let secret = self.secret(&place).await?;
        Ok(Response::new(pb::RotateSecretResponse { endpoint: Some(endpoint), secret }))
    }

    async fn set_email_address(
        &self,
        request: Request<pb::SetEmailAddressRequest>,
    ) -> Answer<pb::SetEmailAddressResponse> {
        let (call, request) = self.desk.command(request)?;
        let place = self.place(&call, Action::EndpointWrite, &request.community_id, Kind::Email).await?;
        let target = Target { id: &request.community_id, etag: &request.etag };
        let address = one("address", self.channels.email_address(&request.address))?;
        let endpoint = self.set(&call, &place, &target, &Address::Email(address)).await?;
        Ok(Response::new(pb::SetEmailAddressResponse { endpoint: Some(endpoint) }))
    }

    async fn suspend_endpoint(
        &self,
        request: Request<pb::SuspendEndpointRequest>,
    ) -> Answer<pb::SuspendEndpointResponse> {
        let (call, request) = self.desk.command(request)?;
        let kind = kind(request.channel)?;
        let place = self.place(&call, Action::EndpointWrite, &request.community_id, kind).await?;
        let target = Target { id: &request.community_id, etag: &request.etag };
        let suspend = Command::Suspend { reason: SuspensionReason::Requested, now: call.now };
        let endpoint = self.carry_out(&call, &place, &target, suspend).await?;
        Ok(Response::new(pb::SuspendEndpointResponse { endpoint: Some(endpoint) }))
    }

    async fn resume_endpoint(&self, request: Request<pb::ResumeEndpointRequest>) -> Answer<pb::ResumeEndpointResponse> {
        let (call, request) = self.desk.command(request)?;
        let kind = kind(request.channel)?;
        let place = self.place(&call, Action::EndpointWrite, &request.community_id, kind).await?;
        let target = Target { id: &request.community_id, etag: &request.etag };
        let endpoint = self.carry_out(&call, &place, &target, Command::Resume { now: call.now }).await?;
        Ok(Response::new(pb::ResumeEndpointResponse { endpoint: Some(endpoint) }))
    }

    async fn remove_endpoint(&self, request: Request<pb::RemoveEndpointRequest>) -> Answer<pb::RemoveEndpointResponse> {
        let (call, request) = self.desk.command(request)?;
        let kind = kind(request.channel)?;
        let place = self.place(&call, Action::EndpointWrite, &request.community_id, kind).await?;
        let target = Target { id: &request.community_id, etag: &request.etag };
        let remove = Command::Remove { today: place.community.seat.today(call.now) };
        let endpoint = self.carry_out(&call, &place, &target, remove).await?;
        Ok(Response::new(pb::RemoveEndpointResponse { endpoint: Some(endpoint) }))
    }

    async fn list_endpoints(&self, request: Request<pb::ListEndpointsRequest>) -> Answer<pb::ListEndpointsResponse> {
        let (call, request) = Call::question(request)?;
        let mut endpoints = Vec::new();
        for kind in [Kind::Webhook, Kind::Email] {
            let place = self.place(&call, Action::EndpointRead, &request.community_id, kind).await?;
            endpoints.extend(self.shown(&place).await?.filter(|shown| shown.status() != pb::EndpointStatus::Removed));
        }
        Ok(Response::new(pb::ListEndpointsResponse { endpoints }))
    }

    async fn list_attempts(&self, request: Request<pb::ListAttemptsRequest>) -> Answer<pb::ListAttemptsResponse> {
        let (call, request) = Call::question(request)?;
        let kind = kind(request.channel)?;
        let place = self.place(&call, Action::EndpointRead, &request.community_id, kind).await?;
        Ok(Response::new(self.attempts(&place, request.page_size, &request.page_token).await?))
    }

    async fn list_dead_letters(
        &self,
        request: Request<pb::ListDeadLettersRequest>,
    ) -> Answer<pb::ListDeadLettersResponse> {
        let (call, request) = Call::question(request)?;
        let kind = kind(request.channel)?;
        let place = self.place(&call, Action::EndpointRead, &request.community_id, kind).await?;
        Ok(Response::new(self.dead_letters(&place, request.page_size, &request.page_token).await?))
    }

    async fn replay_messages(&self, request: Request<pb::ReplayMessagesRequest>) -> Answer<pb::ReplayMessagesResponse> {
        let (call, request) = Call::question(request)?;
        let kind = kind(request.channel)?;
        let place = self.place(&call, Action::EndpointWrite, &request.community_id, kind).await?;
        let since = match request.since {
            None => None,
            Some(since) => Some(one("since", instant(since).ok_or_else(malformed_time))?),
        };
        let messages = self.replay(&place, since).await?;
        Ok(Response::new(pb::ReplayMessagesResponse { messages }))
    }
}

fn kind(channel: i32) -> Result<Kind, Status> {
    let kind = Kind::from_proto(channel).ok_or_else(|| field::unknown("ENDPOINT_CHANNEL_UNKNOWN", "Saluran"));
    Ok(one("channel", kind)?)
}

fn malformed_time() -> Words {
    Words::new("TIME_INVALID", "Waktu ini tidak sah.", "Tulis waktu yang sah, atau kosongkan.")
}
