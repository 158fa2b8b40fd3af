//! What a community is told goes to its webhook and by e-mail, too.

use kim_contract::dissemination::v1::{
    CampaignPriority, DeliveryChannel, Endpoint, EndpointStatus, EndpointSuspensionReason, ListAttemptsRequest,
    ListDeadLettersRequest, ListEndpointsRequest, ReceiptKind, RemoveEndpointRequest, ReplayMessagesRequest,
    ResumeEndpointRequest, RotateSecretRequest, SetEmailAddressRequest, SetWebhookRequest, SetWebhookResponse,
    SuspendEndpointRequest,
};
use kim_dissemination::domain::material::RevisionReason;
use tonic::{Code, Status};

use crate::dissemination::{
    nation::{request_id, until},
    receivers::WebServer,
    stage::{Stage, reason},
};

const SEATS: [&str; 3] = ["14.01.01.2009", "14.01.02.2001", "14.02.01.1004"];
const WEBHOOK: i32 = DeliveryChannel::Webhook as i32;
const EMAIL: i32 = DeliveryChannel::Email as i32;

impl Stage {
    async fn webhook(&self, token: &str, nth: usize, address: &str) -> Result<SetWebhookResponse, Status> {
        let request = SetWebhookRequest {
            request_id: request_id(),
            community_id: self.communities[nth].clone(),
            etag: String::new(),
            address: address.into(),
        };
        Ok(self.nation.endpoints(token).set_webhook(request).await?.into_inner())
    }

    async fn endpoints(&self, token: &str, nth: usize) -> Result<Vec<Endpoint>, Status> {
        let request = ListEndpointsRequest { community_id: self.communities[nth].clone() };
        Ok(self.nation.endpoints(token).list_endpoints(request).await?.into_inner().endpoints)
    }

    async fn has_receipt(&self, campaign: &str, nth: usize, channel: DeliveryChannel) -> bool {
        let delivery = self.delivery(campaign, nth).await;
        let mut receipts = delivery.receipts.iter();
        receipts.any(|receipt| receipt.kind() == ReceiptKind::Delivered && receipt.channel() == channel)
    }
}

#[tokio::test]
async fn what_a_community_is_told_goes_to_its_webhook_signed_and_comes_back_as_a_receipt() {
    let stage = Stage::set(&SEATS).await;
    let server = WebServer::start(200).await;
    let set = stage.webhook(&stage.kim(0), 0, &server.url()).await.unwrap();
    assert!(set.secret.starts_with("whsec_"));
    stage.until_listening(1).await;
    let campaign = stage.campaign("Cegah Stunting", CampaignPriority::Ordinary, 3).await;

    until(async || !server.received().is_empty()).await;
    let [told] = &server.of("campaign.assigned")[..] else { panic!("{:?}", server.received()) };
    assert!(told.is_signed(&set.secret));
    let data = &told.json["data"];
    assert_eq!(data["campaign_id"], campaign);
    assert_eq!(data["community_id"], stage.communities[0]);
    assert_eq!(data["material_version"], 1);
    let languages: Vec<&str> =
        data["contents"].as_array().unwrap().iter().map(|content| content["language"].as_str().unwrap()).collect();
    assert_eq!(languages, ["id", "jv"]);
    until(async || stage.has_receipt(&campaign, 0, DeliveryChannel::Webhook).await).await;
    assert!(stage.delivery(&campaign, 1).await.receipts.is_empty(), "the others have no endpoint");

    // Another secret: both sign.
    let rotate = RotateSecretRequest {
        request_id: request_id(),
        community_id: stage.communities[0].clone(),
        etag: set.endpoint.unwrap().etag,
    };
    let rotated = stage.nation.endpoints(&stage.kim(0)).rotate_secret(rotate).await.unwrap().into_inner();
    assert_ne!(rotated.secret, set.secret);
    stage.until_indexed().await;
    stage.publish(2, Some(RevisionReason::Correction)).await;
    until(async || !server.of("material.corrected").is_empty()).await;
    let corrected = server.of("material.corrected").remove(0);
    assert!(corrected.is_signed(&rotated.secret));
    assert_eq!(corrected.json["data"]["material_version"], 2);
    assert_eq!(corrected.json["data"]["revision_note"], "Jadwal timbang sudah diperbaiki.");
    stage.withdraw(2).await;
    until(async || !server.of("material.withdrawn").is_empty()).await;
    let withdrawn = server.of("material.withdrawn").remove(0);
    assert!(withdrawn.json["data"].get("contents").is_none(), "{}", withdrawn.json);
}

#[tokio::test]
async fn receivers_that_fail_lose_nothing_and_delay_no_other() {
    let stage = Stage::set(&SEATS).await;
    let (hanging, failing, well) =
        (WebServer::start(1).await, WebServer::start(500).await, WebServer::start(200).await);
    for (nth, server) in [&hanging, &failing, &well].into_iter().enumerate() {
        stage.webhook(&stage.officer(), nth, &server.url()).await.unwrap();
    }
    stage.until_listening(3).await;
    let campaign = stage.campaign("Cegah Stunting", CampaignPriority::Ordinary, 3).await;
    until(async || stage.has_receipt(&campaign, 2, DeliveryChannel::Webhook).await).await;
    assert_eq!(hanging.received().len(), 1, "it still hangs, and the others did not wait for it");
    // The failing one recovers, and is told the same by the same id.
    until(async || !failing.received().is_empty()).await;
    failing.answers(204);
    until(async || stage.has_receipt(&campaign, 1, DeliveryChannel::Webhook).await).await;
    let ids: Vec<String> = failing.received().into_iter().map(|received| received.id).collect();
    assert!(ids.len() > 1 && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert!(!stage.has_receipt(&campaign, 0, DeliveryChannel::Webhook).await);
    let attempts = ListAttemptsRequest {
        community_id: stage.communities[1].clone(),
        channel: WEBHOOK,
        ..ListAttemptsRequest::default()
    };
    let listed = stage.nation.endpoints(&stage.kim(1)).list_attempts(attempts).await.unwrap().into_inner().attempts;
    let outcomes: Vec<(&str, i32)> =
        listed.iter().rev().map(|attempt| (attempt.outcome.as_str(), attempt.answer_status)).collect();
    assert_eq!(outcomes.first(), Some(&("unavailable", 500)));
    assert_eq!(outcomes.last(), Some(&("delivered", 204)));
}

#[tokio::test]
async fn one_that_is_gone_is_suspended_and_what_was_withdrawn_meanwhile_is_not_told_again() {
    let stage = Stage::set(&SEATS).await;
    let server = WebServer::start(410).await;
    stage.webhook(&stage.kim(0), 0, &server.url()).await.unwrap();
    stage.until_listening(1).await;
    let campaign = stage.campaign("Cegah Stunting", CampaignPriority::Ordinary, 3).await;
    let is_suspended = async || {
        let endpoints = stage.endpoints(&stage.kim(0), 0).await.unwrap();
        endpoints[0].status() == EndpointStatus::Suspended
            && endpoints[0].suspension_reason() == EndpointSuspensionReason::Gone
    };
    until(is_suspended).await;
    until(async || !stage.delivery(&campaign, 0).await.undeliverable.is_empty()).await;
    let dead = ListDeadLettersRequest {
        community_id: stage.communities[0].clone(),
        channel: WEBHOOK,
        ..ListDeadLettersRequest::default()
    };
    let letters = stage.nation.endpoints(&stage.kim(0)).list_dead_letters(dead).await.unwrap().into_inner();
    assert_eq!(letters.dead_letters.len(), 1, "{letters:?}");

    stage.withdraw(1).await;
    stage.until_told(&campaign, 1).await;
    let replay = || ReplayMessagesRequest { community_id: stage.communities[0].clone(), channel: WEBHOOK, since: None };
    let refused = stage.nation.endpoints(&stage.kim(0)).replay_messages(replay()).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "ENDPOINT_SUSPENDED"));
    server.answers(200);
    let before = server.received().len();
    let resume = ResumeEndpointRequest {
        request_id: request_id(),
        community_id: stage.communities[0].clone(),
        etag: String::new(),
        channel: WEBHOOK,
    };
    stage.nation.endpoints(&stage.kim(0)).resume_endpoint(resume).await.unwrap();
    let replayed = async || {
        let replayed = stage.nation.endpoints(&stage.kim(0)).replay_messages(replay()).await;
        replayed.is_ok_and(|replayed| replayed.into_inner().messages > 0)
    };
    until(replayed).await;
    until(async || !server.of("material.withdrawn").is_empty()).await;
    let after: Vec<_> =
        server.received().into_iter().skip(before).map(|received| received.json["type"].clone()).collect();
    assert!(after.iter().all(|kind| kind == "material.withdrawn"), "{after:?}");
}

#[tokio::test]
async fn an_address_inside_the_network_is_refused_in_words() {
    let stage = Stage::set(&SEATS[..1]).await;
    for (address, expected) in [
        ("https://127.0.0.1/terima", "ENDPOINT_INSIDE"),
        ("https://[::1]/", "ENDPOINT_INSIDE"),
        ("https://10.1.2.3/", "ENDPOINT_INSIDE"),
        ("https://169.254.169.254/latest/meta-data", "ENDPOINT_INSIDE"),
        ("https://[::ffff:192.168.1.1]/", "ENDPOINT_INSIDE"),
        ("http://93.184.216.34/", "ENDPOINT_NOT_ENCRYPTED"),
        ("ftp://kim.riau.go.id/", "ENDPOINT_SCHEME"),
        ("https://siapa@kim.riau.go.id/", "ENDPOINT_HAS_USER"),
        ("kim", "ENDPOINT_MALFORMED"),
    ] {
        let refused = stage.webhook(&stage.kim(0), 0, address).await.unwrap_err();
        assert_eq!((refused.code(), reason(&refused).as_str()), (Code::InvalidArgument, expected), "{address}");
    }
    assert!(stage.endpoints(&stage.kim(0), 0).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_letter_goes_to_the_communitys_address_which_is_erased_with_the_endpoint() {
    const ADDRESS: &str = "kim-kumantan@contoh.desa.id";
    let stage = Stage::set(&SEATS[..1]).await;
    let mut endpoints = stage.nation.endpoints(&stage.kim(0));
    let request = SetEmailAddressRequest {
        request_id: request_id(),
        community_id: stage.communities[0].clone(),
        etag: String::new(),
        address: ADDRESS.into(),
    };
    let retried = request.clone();
    let set = endpoints.set_email_address(request).await.unwrap().into_inner().endpoint.unwrap();
    assert_eq!((set.address.as_str(), set.status()), ("k…@contoh.desa.id", EndpointStatus::Set));
    let again = endpoints.set_email_address(retried).await.unwrap().into_inner().endpoint.unwrap();
    assert_eq!(again, set, "a retry has no further effect");
    stage.until_listening(1).await;
    let campaign = stage.campaign("Cegah Stunting", CampaignPriority::Ordinary, 1).await;
    until(async || stage.has_receipt(&campaign, 0, DeliveryChannel::Email).await).await;
    let letters = stage.nation.mail.letters();
    assert_eq!(letters.len(), 1, "{letters:?}");
    for expected in [ADDRESS, "Subject: Materi KIM: Cegah stunting sejak dini 1", "timbang anak setiap bulan"] {
        assert!(letters[0].contains(expected), "{expected} is not in\n{}", letters[0]);
    }

    let known: i64 =
        sqlx::query_scalar("SELECT count(*) FROM log.event WHERE position('kumantan'::bytea IN payload) > 0")
            .fetch_one(&stage.nation.pool)
            .await
            .unwrap();
    assert_eq!(known, 0, "no event has the address");
    let remove = RemoveEndpointRequest {
        request_id: request_id(),
        community_id: stage.communities[0].clone(),
        etag: set.etag,
        channel: EMAIL,
    };
    endpoints.remove_endpoint(remove).await.unwrap();
    assert!(stage.endpoints(&stage.kim(0), 0).await.unwrap().is_empty());
    let sealed = async || {
        let kept = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM vault.record WHERE kind = 'address'");
        kept.fetch_one(&stage.nation.pool).await.unwrap() == 0
    };
    until(sealed).await;
}

#[tokio::test]
async fn nobody_elses_endpoints_are_there() {
    let stage = Stage::set(&SEATS).await;
    let server = WebServer::start(200).await;
    stage.webhook(&stage.kim(0), 0, &server.url()).await.unwrap();
    let neighbour = stage.nation.officer_of("test:indragiri", "14.02");
    let citizen = stage.nation.citizen();
    for token in [stage.kim(1), neighbour, citizen] {
        let mut endpoints = stage.nation.endpoints(&token);
        let community_id = stage.communities[0].clone();
        let id = || (request_id(), community_id.clone(), String::new());
        let mut refused = vec![
            stage.webhook(&token, 0, &server.url()).await.map(|_| ()),
            stage.endpoints(&token, 0).await.map(|_| ()),
        ];
        let (request_id, community_id, etag) = id();
        let rotate = RotateSecretRequest { request_id, community_id, etag };
        refused.push(endpoints.rotate_secret(rotate).await.map(|_| ()));
        let (request_id, community_id, etag) = id();
        let set = SetEmailAddressRequest { request_id, community_id, etag, address: "a@contoh.id".into() };
        refused.push(endpoints.set_email_address(set).await.map(|_| ()));
        let (request_id, community_id, etag) = id();
        let suspend = SuspendEndpointRequest { request_id, community_id, etag, channel: WEBHOOK };
        refused.push(endpoints.suspend_endpoint(suspend).await.map(|_| ()));
        let (request_id, community_id, etag) = id();
        let resume = ResumeEndpointRequest { request_id, community_id, etag, channel: WEBHOOK };
        refused.push(endpoints.resume_endpoint(resume).await.map(|_| ()));
        let (request_id, community_id, etag) = id();
        let remove = RemoveEndpointRequest { request_id, community_id, etag, channel: WEBHOOK };
        refused.push(endpoints.remove_endpoint(remove).await.map(|_| ()));
        let (_, community_id, _) = id();
        let (page_size, page_token) = (0, String::new());
        let attempts = ListAttemptsRequest { community_id, channel: WEBHOOK, page_size, page_token };
        refused.push(endpoints.list_attempts(attempts).await.map(|_| ()));
        let (_, community_id, _) = id();
        let dead = ListDeadLettersRequest { community_id, channel: WEBHOOK, ..ListDeadLettersRequest::default() };
        refused.push(endpoints.list_dead_letters(dead).await.map(|_| ()));
        let (_, community_id, _) = id();
        let replay = ReplayMessagesRequest { community_id, channel: WEBHOOK, since: None };
        refused.push(endpoints.replay_messages(replay).await.map(|_| ()));
        for refused in refused {
            let status = refused.unwrap_err();
            assert_eq!((status.code(), reason(&status).as_str()), (Code::NotFound, "COMMUNITY_NOT_FOUND"));
        }
    }
}
