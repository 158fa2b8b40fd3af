//! Inboxes: what waits, and watching what changes.

use kim_chassis::identity::{Role, Scope};
use kim_contract::dissemination::v1::{
    CampaignPriority, DeliveryStatus, InboxItem, InboxTask, ListInboxRequest, ListInboxResponse, WatchInboxRequest,
    WatchInboxResponse, inbox_service_client::InboxServiceClient,
};
use kim_dissemination::domain::material::RevisionReason;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, Streaming};

use crate::dissemination::{
    nation::{WITHIN, caller_at},
    stage::{Stage, reason},
};

use InboxTask::{Acknowledge, Answered, Corrected, Open, Withdrawn};

fn tasks(item: &InboxItem) -> Vec<InboxTask> {
    item.tasks().collect()
}

impl Stage {
    async fn inbox(&self, nth: usize, asked: ListInboxRequest) -> ListInboxResponse {
        let request = ListInboxRequest { community_id: self.communities[nth].clone(), ..asked };
        self.nation.inbox(&self.kim(nth)).list_inbox(request).await.unwrap().into_inner()
    }

    async fn watch(&self, nth: usize, position_token: &str) -> Streaming<WatchInboxResponse> {
        let request = WatchInboxRequest {
            community_id: self.communities[nth].clone(),
            position_token: position_token.into(),
            language: "jv".into(),
        };
        self.nation.inbox(&self.kim(nth)).watch_inbox(request).await.unwrap().into_inner()
    }
}

async fn next(watched: &mut Streaming<WatchInboxResponse>) -> Result<WatchInboxResponse, Status> {
    timeout(WITHIN, watched.message()).await.expect("something comes in time").map(|answer| answer.expect("it goes on"))
}

/// The next item that is so, and the position after it.
async fn until_item(
    watched: &mut Streaming<WatchInboxResponse>,
    is_so: impl Fn(&InboxItem) -> bool,
) -> (InboxItem, String) {
    loop {
        let WatchInboxResponse { item, position_token } = next(watched).await.unwrap();
        if let Some(item) = item.filter(&is_so) {
            return (item, position_token);
        }
    }
}

#[tokio::test]
async fn an_inbox_says_what_waits_important_ones_first() {
    let stage = Stage::set(&["14.01.01.2009"]).await;
    let mut campaigns = Vec::new();
    for (name, priority) in [
        ("Cegah stunting Juli", CampaignPriority::Important),
        ("Cegah stunting Agustus", CampaignPriority::Ordinary),
        ("Cegah stunting September", CampaignPriority::Important),
    ] {
        campaigns.push(stage.campaign(name, priority, 1).await);
    }
    let (all, waiting) = (ListInboxRequest::default(), |task: InboxTask| ListInboxRequest {
        tasks: vec![task.into()],
        ..Default::default()
    });
    let listed = stage.inbox(0, all.clone()).await;
    let order: Vec<&str> = listed.items.iter().map(|item| item.campaign_id.as_str()).collect();
    assert_eq!(order, [&campaigns[2], &campaigns[0], &campaigns[1]]);
    let item = &listed.items[0];
    assert_eq!((item.title.as_str(), item.programme_name.as_str()), ("Cegah stunting sejak dini 1", "Cegah Stunting"));
    assert_eq!((item.status(), tasks(item)), (DeliveryStatus::Assigned, vec![Open, Acknowledge]));
    let paged = |token: &str| ListInboxRequest { page_size: 2, page_token: token.into(), ..Default::default() };
    let first = stage.inbox(0, paged("")).await;
    let kim = stage.kim(0);
    stage.open(&kim, &campaigns[1], 0, "").await.unwrap();
    let second = stage.inbox(0, paged(&first.next_page_token)).await;
    assert_eq!(second.items.len(), 1);
    assert_eq!(tasks(&second.items[0]), [Acknowledge]);
    assert_eq!(second.position_token, first.position_token, "what changes while somebody pages is told again");
    let mut watched = stage.watch(0, &second.position_token).await;
    until_item(&mut watched, |item| item.campaign_id == campaigns[1] && item.status() == DeliveryStatus::Opened).await;

    stage.acknowledge(&kim, &campaigns[0], 0, None).await.unwrap();
    let (_, session) = stage.hold(&kim, &campaigns[0], 0, 20).await.unwrap();
    let asked = stage.ask(&kim, &campaigns[0], 0, &session, "Apakah gratis?").await.unwrap();
    assert!(stage.inbox(0, waiting(Answered)).await.items.is_empty());
    stage.answer(&stage.officer(), &asked.question_id, "Ya, gratis.").await.unwrap();
    let answered = stage.inbox(0, waiting(Answered)).await.items;
    assert_eq!((answered.len(), &answered[0].campaign_id, tasks(&answered[0])), (1, &campaigns[0], vec![Answered]));

    stage.publish(2, Some(RevisionReason::Correction)).await;
    for campaign in &campaigns {
        stage.until_told(campaign, 1).await;
    }
    let corrected = stage.inbox(0, ListInboxRequest { language: "jv".into(), ..waiting(Corrected) }).await.items;
    assert_eq!(corrected.len(), 3);
    assert_eq!((corrected[0].material_version, corrected[0].title.as_str()), (2, "Nyegah stunting wiwit cilik 2"));
    stage.withdraw(2).await;
    for campaign in &campaigns {
        stage.until_told(campaign, 2).await;
    }
    let withdrawn = stage.inbox(0, waiting(Withdrawn)).await.items;
    assert_eq!(withdrawn.len(), 3);
    assert!(withdrawn.iter().all(|item| item.title.is_empty() && !tasks(item).contains(&Open)));
    assert!(stage.inbox(0, waiting(Acknowledge)).await.items.is_empty(), "nobody takes on what is withdrawn");
}

#[tokio::test]
async fn a_watcher_misses_nothing_over_reconnects_and_replicas() {
    let stage = Stage::set(&["14.01.01.2009", "14.71.01.1003"]).await;
    let kim = stage.kim(0);
    let mut watched = stage.watch(0, "").await;
    let begun = next(&mut watched).await.unwrap();
    assert_eq!(begun.item, None, "the first answer says from where on it is watched");
    let campaign = stage.campaign("Cegah stunting Juli", CampaignPriority::Ordinary, 2).await;
    let (item, token) = until_item(&mut watched, |item| item.campaign_id == campaign).await;
    assert_eq!((item.title.as_str(), tasks(&item)), ("Nyegah stunting wiwit cilik 1", vec![Open, Acknowledge]));

    // Another community's reports are no news.
    stage.acknowledge(&stage.kim(1), &campaign, 1, None).await.unwrap();
    stage.open(&kim, &campaign, 0, "").await.unwrap();
    let (item, opened) = until_item(&mut watched, |item| item.status() == DeliveryStatus::Opened).await;
    assert_eq!(item.campaign_id, campaign);
    drop(watched);

    // While nobody watches, things go on; another replica tells of them.
    stage.acknowledge(&kim, &campaign, 0, None).await.unwrap();
    stage.publish(2, Some(RevisionReason::Correction)).await;
    stage.until_told(&campaign, 2).await;
    let stop = CancellationToken::new();
    let replica = stage.nation.replica(stop.clone()).await;
    let mut elsewhere = InboxServiceClient::new(caller_at(replica, &kim));
    let request = |token: &str| WatchInboxRequest {
        community_id: stage.communities[0].clone(),
        position_token: token.into(),
        language: String::new(),
    };
    let mut watched = elsewhere.watch_inbox(request(&opened)).await.unwrap().into_inner();
    let (item, _) = until_item(&mut watched, |item| item.status() == DeliveryStatus::Acknowledged).await;
    assert_eq!((item.material_version, tasks(&item)), (2, vec![Corrected]));
    // Whoever goes on from further back meets the same once more.
    let mut older = elsewhere.watch_inbox(request(&token)).await.unwrap().into_inner();
    let (again, _) = until_item(&mut older, |_| true).await;
    assert_eq!(again, item);

    // What is committed through one replica is heard by those who watch through another.
    let (_, _) = stage.hold(&kim, &campaign, 0, 20).await.unwrap();
    until_item(&mut watched, |item| item.status() == DeliveryStatus::SessionHeld).await;

    stop.cancel();
    let ended = loop {
        if let Err(status) = next(&mut watched).await {
            break status;
        }
    };
    assert_eq!(ended.code(), Code::Unavailable, "it ends when the service drains: {ended:?}");
}

#[tokio::test]
async fn an_inbox_is_for_its_own_officers() {
    let stage = Stage::set(&["14.01.01.2009", "14.71.01.1003"]).await;
    let citizen = stage.nation.token("test:citizen", Role::Citizen, Scope::Citizen);
    let list = |community: &str| ListInboxRequest { community_id: community.into(), ..ListInboxRequest::default() };
    let watch = |community: &str| WatchInboxRequest { community_id: community.into(), ..WatchInboxRequest::default() };
    let missing = uuid::Uuid::now_v7().to_string();
    for (who, token) in [("another KIM", stage.kim(1)), ("an office", stage.regency_officer()), ("a citizen", citizen)]
    {
        let mut inbox = stage.nation.inbox(&token);
        let unknown = inbox.list_inbox(list(&missing)).await.unwrap_err();
        for refused in [
            inbox.list_inbox(list(&stage.communities[0])).await.unwrap_err(),
            inbox.watch_inbox(watch(&stage.communities[0])).await.unwrap_err(),
        ] {
            assert_eq!((refused.code(), reason(&refused).as_str()), (Code::NotFound, "COMMUNITY_NOT_FOUND"), "{who}");
            assert_eq!((refused.message(), refused.details()), (unknown.message(), unknown.details()), "{who}");
        }
    }
    let unknown = WatchInboxRequest { position_token: "x".into(), ..watch(&stage.communities[0]) };
    let refused = stage.nation.inbox(&stage.kim(0)).watch_inbox(unknown).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::InvalidArgument, "POSITION_TOKEN_INVALID"));
}
