//! `kimctl inbox watch`: goes on where it was, whatever becomes of the connection.

use std::time::Duration;

use kim_contract::dissemination::v1::WatchInboxRequest;
use tokio::time::sleep;
use tonic::{Code, Status};

use super::{Change, Watch};
use crate::{connection::Services, ids};

/// Before a connection is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// Tells each change, until nobody listens any more. A connection that breaks is made again, from the last change that was told.
pub async fn watch(
    services: &Services,
    wish: &Watch,
    mut tell: impl FnMut(&Change) -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let mut position_token = wish.from.clone();
    let (mut heard, mut complained) = (false, false);
    loop {
        let request = services.request(WatchInboxRequest {
            community_id: ids::to_proto(wish.whose.kim),
            position_token: position_token.clone(),
            language: wish.whose.language.clone(),
        });
        let ended = match services.inboxes().watch_inbox(request).await {
            Err(status) => Some(status),
            Ok(answers) => {
                let mut answers = answers.into_inner();
                loop {
                    match answers.message().await {
                        Ok(Some(answer)) => {
                            (heard, complained) = (true, false);
                            position_token.clone_from(&answer.position_token);
                            if !tell(&Change::from(answer))? {
                                return Ok(());
                            }
                        }
                        Ok(None) => break None,
                        Err(status) => break Some(status),
                    }
                }
            }
        };
        if let Some(status) = ended.filter(|status| !heard || !will_pass(status)) {
            return Err(services.dissemination_said(&status));
        }
        if !complained {
            eprintln!("Sambungan terputus; dilanjutkan dari yang terakhir …");
            complained = true;
        }
        sleep(PAUSE).await;
    }
}

/// Whether it may be otherwise in a while: the service is started again, or is busy.
fn will_pass(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::Unavailable | Code::Unknown | Code::Cancelled | Code::DeadlineExceeded | Code::ResourceExhausted
    )
}
