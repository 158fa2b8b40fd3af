//! What became of a community, event by event, from the log itself.

use kim_chassis::access::Action;
use kim_contract::registry::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{list_failed, unavailable},
    list::Paging,
    wire::date,
};
use kim_eventlog::{Aggregate, ExecuteError, Recorded, timestamp};
use tonic::Status;

use super::{carry_out::visible, changes, story};
use crate::{
    domain::community::Record,
    service::{
        desk::{Desk, Rejection, failed},
        id,
    },
    wire::community::Communities,
};

impl Desk {
    pub(super) async fn history(
        &self,
        call: &Call,
        request: &pb::GetCommunityHistoryRequest,
    ) -> Result<pb::GetCommunityHistoryResponse, Status> {
        let id = id::community(&request.community_id)?;
        let snapshot = self.communities.load(id.0).await.map_err(failed)?;
        let record = visible(&snapshot, call, Action::CommunityRead, id)?;
        let key = format!("history {id} {}", call.principal.subject);
        let paging = Paging::new(request.page_size, &request.page_token, &key).map_err(list_failed)?;
        let before = paging.version().map_err(list_failed)?;
        let mut events = self.log.load_back(id.0, before, paging.size() + 1).await.map_err(|e| unavailable(&e))?;
        let size = usize::try_from(paging.size()).unwrap_or(usize::MAX);
        let more = events.len() > size;
        events.truncate(size);
        let last = events.last().filter(|_| more);
        let next_page_token = last.map(|(event, _)| paging.write_version(event.version)).unwrap_or_default();
        let entries = events.into_iter().map(|(recorded, actor)| entry(&recorded, actor, record));
        Ok(pb::GetCommunityHistoryResponse { entries: entries.collect::<Result<_, _>>()?, next_page_token })
    }
}

/// `record` is the community's as it stands, which knows all chairs that its officers ever had.
fn entry(recorded: &Recorded, actor: String, record: &Record) -> Result<pb::CommunityHistoryEntry, Status> {
    let Some(happened) = Communities::decode(recorded) else {
        let event_type = recorded.event_type.clone();
        return Err(failed(ExecuteError::<Rejection>::UnknownEvent { position: recorded.position, event_type }));
    };
    let story = story::of(&happened.event, &record.board);
    Ok(pb::CommunityHistoryEntry {
        position: recorded.position.get(),
        version: recorded.version.get(),
        happened_on: Some(date::to_proto(record.profile.seat.today(recorded.time))),
        recorded_time: Some(timestamp(recorded.recorded_time)),
        event_type: recorded.event_type.clone(),
        actor,
        message_id: story.id,
        message_en: story.en,
        changes: changes::of(&happened.event),
    })
}
