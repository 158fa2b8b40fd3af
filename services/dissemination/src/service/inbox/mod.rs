//! `InboxService`.

use kim_contract::dissemination::v1::{self as pb, inbox_service_server::InboxService};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::desk::Desk;

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl InboxService for Handler {
    async fn list_inbox(&self, _request: Request<pb::ListInboxRequest>) -> Answer<pb::ListInboxResponse> {
        Err(Status::unimplemented(""))
    }

    type WatchInboxStream = ReceiverStream<Result<pb::WatchInboxResponse, Status>>;

    async fn watch_inbox(&self, _request: Request<pb::WatchInboxRequest>) -> Answer<Self::WatchInboxStream> {
        Err(Status::unimplemented(""))
    }
}
