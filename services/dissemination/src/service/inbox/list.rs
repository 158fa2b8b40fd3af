//! Pages of an inbox: important ones first, then the newest.

use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{behind, list_failed, unavailable},
    field,
    list::{After, ListError, Paging},
    problem::one,
    words::Words,
};
use kim_eventlog::Position;
use time::OffsetDateTime;
use tonic::Status;

use super::{Handler, position};
use crate::index::{Inbox, ItemKey};

impl Handler {
    pub(super) async fn list(
        &self,
        inbox: Inbox,
        call: &Call,
        request: &pb::ListInboxRequest,
    ) -> Result<pb::ListInboxResponse, Status> {
        let tasks = one("tasks", tasks(&request.tasks))?;
        let depends_on = format!("inbox {} {} {tasks:?} {}", inbox.community, inbox.language, call.principal.subject);
        let paging = Paging::new(request.page_size, &request.page_token, &depends_on).map_err(list_failed)?;
        let begun =
            paging.after().map(|after| place(after).ok_or(ListError::Token)).transpose().map_err(list_failed)?;
        self.0.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let after = begun.map(|(key, _)| key);
        let page =
            self.0.index.inbox(inbox, &tasks, after, paging.limit()).await.map_err(|error| unavailable(&error))?;
        // What changes while somebody pages is told to whoever watches from the first page on.
        let at = begun.map_or(page.at, |(_, first)| first);
        let mut items = page.items;
        let size = usize::try_from(paging.size()).unwrap_or(usize::MAX);
        let more = items.len() > size;
        items.truncate(size);
        let next = items.last().filter(|_| more).map(|last| paging.write(&written(last.key, at)));
        Ok(pb::ListInboxResponse {
            items: self.named(items).await?,
            position_token: position::write(self.0.log.id(), at),
            next_page_token: next.unwrap_or_default(),
        })
    }
}

fn tasks(tasks: &[i32]) -> Result<Vec<i16>, Words> {
    let known = |&task: &i32| match pb::InboxTask::try_from(task) {
        Ok(pb::InboxTask::Unspecified) | Err(_) => Err(field::unknown("INBOX_TASK_UNKNOWN", "Tugas kotak masuk")),
        Ok(_) => Ok(i16::try_from(task).expect("the contract's numbers are small")),
    };
    tasks.iter().map(known).collect()
}

/// The item that a page ends with, and the position of the first page.
fn written(key: ItemKey, first: Position) -> After {
    let at = key.assigned_at.unix_timestamp_nanos();
    After { likeness: 0, code: format!("{} {at}", key.priority), name_key: first.to_string(), id: key.campaign }
}

fn place(after: &After) -> Option<(ItemKey, Position)> {
    let (priority, at) = after.code.split_once(' ')?;
    let assigned_at = OffsetDateTime::from_unix_timestamp_nanos(at.parse().ok()?).ok()?;
    let key = ItemKey { priority: priority.parse().ok()?, assigned_at, campaign: after.id };
    Some((key, after.name_key.parse().ok().and_then(Position::new)?))
}
