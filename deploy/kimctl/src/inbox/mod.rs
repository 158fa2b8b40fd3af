//! `kimctl inbox`: what is new for a community, what waits for it, and what changes there.

mod args;
mod screen;
mod watch;

pub use args::Command;
pub use screen::{Change, Inbox, Item};
pub use watch::watch;

use kim_contract::dissemination::v1::ListInboxRequest;
use tonic::Status;

pub use self::args::{List, Watch};
use crate::{connection::Services, ids, pages};

/// What stands in the inbox.
pub async fn list(services: &Services, wish: &List) -> anyhow::Result<Inbox> {
    asked(services, wish).await.map_err(|status| services.dissemination_said(&status))
}

async fn asked(services: &Services, wish: &List) -> Result<Inbox, Status> {
    let mut position_token = String::new();
    let items = pages::listed(wish.limit, async |page_size, page_token| {
        let request = services.request(ListInboxRequest {
            community_id: ids::to_proto(wish.whose.kim),
            tasks: wish.tasks.iter().copied().map(Into::into).collect(),
            language: wish.whose.language.clone(),
            page_size,
            page_token,
        });
        let page = services.inboxes().list_inbox(request).await?.into_inner();
        // Of the first page: what changes while the others are read comes to whoever watches from there.
        if position_token.is_empty() {
            position_token = page.position_token;
        }
        Ok((page.items.into_iter().map(Item::of).collect(), page.next_page_token))
    })
    .await?;
    Ok(Inbox { items, position_token })
}
