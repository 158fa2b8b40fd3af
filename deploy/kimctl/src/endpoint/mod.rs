//! `kimctl endpoint`: where messages to a community go beside its inbox, and what became of them.

mod args;
mod screen;

pub use args::Command;
pub use screen::{Attempt, DeadLetter, Endpoint, Shown};

use kim_contract::dissemination::v1::{
    ListAttemptsRequest, ListDeadLettersRequest, ListEndpointsRequest, RemoveEndpointRequest, ReplayMessagesRequest,
    ResumeEndpointRequest, RotateSecretRequest, SetEmailAddressRequest, SetWebhookRequest, SuspendEndpointRequest,
};
use tonic::Status;
use uuid::Uuid;

use self::args::Sent;
use crate::{connection::Services, ids, pages, times};

/// Carries out a command; what there is to see of it.
pub async fn run(services: &Services, command: Command) -> anyhow::Result<Shown> {
    asked(services, command).await.map_err(|status| services.dissemination_said(&status))
}

async fn asked(services: &Services, command: Command) -> Result<Shown, Status> {
    let mut endpoints = services.endpoints();
    let request_id = Uuid::now_v7().to_string();
    let etag = String::new();
    /// Sends a command of this name, and gives its answer.
    macro_rules! send {
        ($method:ident, $request:expr) => {
            endpoints.$method(services.request($request)).await?.into_inner()
        };
    }
    let endpoint = match command {
        Command::List(whose) => {
            let answer = send!(list_endpoints, ListEndpointsRequest { community_id: ids::to_proto(whose.kim) });
            return Ok(Shown::List(answer.endpoints.into_iter().map(Endpoint::of).collect()));
        }
        Command::Attempts(wish) => return Ok(Shown::Attempts(attempts(services, &wish).await?)),
        Command::DeadLetters(wish) => return Ok(Shown::DeadLetters(dead_letters(services, &wish).await?)),
        Command::Replay(wish) => {
            let (community_id, channel) = (ids::to_proto(wish.which.whose.kim), wish.which.channel.into());
            let since = wish.since.map(times::to_proto);
            let answer = send!(replay_messages, ReplayMessagesRequest { community_id, channel, since });
            return Ok(Shown::Replayed { messages: answer.messages });
        }
        Command::SetWebhook(wish) => {
            let (community_id, address) = (ids::to_proto(wish.whose.kim), wish.address);
            let answer = send!(set_webhook, SetWebhookRequest { request_id, community_id, etag, address });
            return Ok(Shown::secret(answer.endpoint.unwrap_or_default(), answer.secret));
        }
        Command::RotateSecret(whose) => {
            let community_id = ids::to_proto(whose.kim);
            let answer = send!(rotate_secret, RotateSecretRequest { request_id, community_id, etag });
            return Ok(Shown::rotated(answer.endpoint.unwrap_or_default(), answer.secret));
        }
        Command::SetEmail(wish) => {
            let (community_id, address) = (ids::to_proto(wish.whose.kim), wish.address);
            send!(set_email_address, SetEmailAddressRequest { request_id, community_id, etag, address }).endpoint
        }
        Command::Suspend(which) => {
            let (community_id, channel) = (ids::to_proto(which.whose.kim), which.channel.into());
            send!(suspend_endpoint, SuspendEndpointRequest { request_id, community_id, etag, channel }).endpoint
        }
        Command::Resume(which) => {
            let (community_id, channel) = (ids::to_proto(which.whose.kim), which.channel.into());
            send!(resume_endpoint, ResumeEndpointRequest { request_id, community_id, etag, channel }).endpoint
        }
        Command::Remove(which) => {
            let (community_id, channel) = (ids::to_proto(which.whose.kim), which.channel.into());
            send!(remove_endpoint, RemoveEndpointRequest { request_id, community_id, etag, channel }).endpoint
        }
    };
    Ok(Shown::One(Endpoint::of(endpoint.unwrap_or_default())))
}

async fn attempts(services: &Services, wish: &Sent) -> Result<Vec<Attempt>, Status> {
    pages::listed(wish.limit, async |page_size, page_token| {
        let (community_id, channel) = (ids::to_proto(wish.which.whose.kim), wish.which.channel.into());
        let request = services.request(ListAttemptsRequest { community_id, channel, page_size, page_token });
        let page = services.endpoints().list_attempts(request).await?.into_inner();
        Ok((page.attempts.into_iter().map(Attempt::of).collect(), page.next_page_token))
    })
    .await
}

async fn dead_letters(services: &Services, wish: &Sent) -> Result<Vec<DeadLetter>, Status> {
    pages::listed(wish.limit, async |page_size, page_token| {
        let (community_id, channel) = (ids::to_proto(wish.which.whose.kim), wish.which.channel.into());
        let request = services.request(ListDeadLettersRequest { community_id, channel, page_size, page_token });
        let page = services.endpoints().list_dead_letters(request).await?.into_inner();
        Ok((page.dead_letters.into_iter().map(DeadLetter::of).collect(), page.next_page_token))
    })
    .await
}
