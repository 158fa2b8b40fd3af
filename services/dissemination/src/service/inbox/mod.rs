//! `InboxService`: what is new for a community, what waits for it, what was corrected or withdrawn.

mod list;
mod position;
mod watch;

use std::collections::{HashMap, hash_map::Entry};

use kim_chassis::{
    access::{Action, Resource},
    errors::Thing,
};
use kim_contract::dissemination::v1::{self as pb, inbox_service_server::InboxService};
use kim_desk::{call::Call, failure::unavailable};
use time::Duration;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::{
    delivery::language,
    desk::{Desk, failed},
    id,
};
use crate::{
    domain::ids::ProgrammeId,
    index::{Inbox, Item},
};

/// How long an answer waits to be told to people.
const ANSWER_WAITS: Duration = Duration::days(30);

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl InboxService for Handler {
    async fn list_inbox(&self, request: Request<pb::ListInboxRequest>) -> Answer<pb::ListInboxResponse> {
        let (call, request) = Call::question(request)?;
        let inbox = self.inbox(&call, &request.community_id, &request.language).await?;
        Ok(Response::new(self.list(inbox, &call, &request).await?))
    }

    type WatchInboxStream = ReceiverStream<Result<pb::WatchInboxResponse, Status>>;

    async fn watch_inbox(&self, request: Request<pb::WatchInboxRequest>) -> Answer<Self::WatchInboxStream> {
        let (call, request) = Call::question(request)?;
        let inbox = self.inbox(&call, &request.community_id, &request.language).await?;
        Ok(Response::new(self.watch(inbox, &request.position_token).await?))
    }
}

impl Handler {
    /// The inbox of a community that the caller may look into; else it is not there.
    async fn inbox(&self, call: &Call, community: &str, tag: &str) -> Result<Inbox, Status> {
        let language = language(tag)?;
        let community = id::community(community)?;
        let hidden = || Status::from(Thing::COMMUNITY.not_found());
        let member = self.0.audiences.community_now(community).await.map_err(|error| unavailable(&error))?;
        let seat = member.ok_or_else(hidden)?.seat.on(&self.0.territory());
        let resource = Resource::Community { id: community.0, seat: &seat.code };
        let _permit = call.permit(Action::InboxRead, resource).map_err(|_| hidden())?;
        Ok(Inbox { community, language, answered_since: seat.today(call.now - ANSWER_WAITS) })
    }

    /// Items with their programmes' names.
    async fn named(&self, items: Vec<Item>) -> Result<Vec<pb::InboxItem>, Status> {
        let mut names: HashMap<ProgrammeId, String> = HashMap::new();
        let mut shown = Vec::with_capacity(items.len());
        for Item { mut item, programme, .. } in items {
            let name = match names.entry(programme) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => {
                    let snapshot = self.0.programmes.load(programme.0).await.map_err(failed)?;
                    let name = snapshot.state.as_ref().map(|known| known.profile.name.to_string());
                    unknown.insert(name.unwrap_or_default())
                }
            };
            item.programme_name.clone_from(name);
            shown.push(item);
        }
        Ok(shown)
    }
}
