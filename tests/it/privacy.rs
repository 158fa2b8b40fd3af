//! No person's name, phone number or address that went in comes out anywhere but from the vault, on record.

use std::{fs, time::Duration};

use axum::{Router, body::Body, extract::State, http::Request, response::Response};
use http_body_util::{BodyExt, Full};
use kim_contract::registry::v1::{
    CommunityContacts, DissolutionReason, DissolveCommunityRequest, DraftCommunityRequest, GetCommunityContactsRequest,
    GetPartnershipRequest, ImportCommunitiesRequest, OfficeKind, Officer, OfficerRole, PartnershipScope,
    ProposePartnershipRequest, ReturnCommunityRequest, ReturnReason, RowOutcome, SignPartnershipRequest,
    SubmitCommunityRequest, TerminatePartnershipRequest, TerminationReason,
    community_service_client::CommunityServiceClient, office_service_client::OfficeServiceClient,
    partnership_service_client::PartnershipServiceClient,
};
use time::OffsetDateTime;
use tokio::{net::TcpListener, sync::watch};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{
    service::Routes,
    transport::{Endpoint, Server},
};

use crate::harness::{Caller, Up, bearing, community_row, date, eventually, office, profile, request_id};

/// What is planted. Each is unlike anything else in the world.
const NAME: &str = "Zulkarnaen Xyqqvutama";
const PHONE: &str = "0899-7654-3219";
const ADDRESS: &str = "Gang Qwxzylophone 77B";
const MAIL: &str = "zulxyq@qwxzyl.example";
const DECREE: &str = "489/ZXQ-77431/2015";
const NOTE: &str = "Vwqzplonk memberi tahu";
const PURPOSE: &str = "verifikasi xqzwvpengurus";
const AGREEMENT: &str = "PKS/QZX-90817/2026";
const PLANTED: [&str; 8] = [NAME, PHONE, ADDRESS, MAIL, DECREE, NOTE, PURPOSE, AGREEMENT];

fn contacts() -> CommunityContacts {
    let officer =
        Officer { role: OfficerRole::Ketua.into(), name: NAME.into(), phone: PHONE.into(), ..Officer::default() };
    CommunityContacts { officers: vec![officer], address: ADDRESS.into(), phone: PHONE.into(), email: MAIL.into() }
}

type Arrived = watch::Sender<Vec<u8>>;

/// As much of a telemetry collector as keeps all that it is sent.
async fn collect(State(arrived): State<Arrived>, request: Request<Body>) -> Response {
    let body = request.into_body().collect().await.expect("a body comes whole").to_bytes();
    arrived.send_modify(|all| all.extend_from_slice(&body));
    let thanks = [("grpc-status".parse().expect("a name"), "0".parse().expect("a value"))];
    let thanks = async { Some(Ok(axum::http::HeaderMap::from_iter(thanks))) };
    let body = Full::new(bytes::Bytes::from_static(&[0; 5])).with_trailers(thanks);
    Response::builder().header("content-type", "application/grpc").body(Body::new(body)).expect("a response")
}

fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// Through a partnership and its end.
async fn agreed_and_ended(channel: Caller, community_id: String) {
    let mut offices = OfficeServiceClient::new(channel.clone());
    let established = offices.establish_office(office("Dinas Kominfo Kampar", OfficeKind::Regency, "14.01")).await;
    let until = OffsetDateTime::now_utc().year() + 1;
    let propose = ProposePartnershipRequest {
        request_id: request_id(),
        office_id: established.unwrap().into_inner().office.unwrap().office_id,
        community_id,
        scopes: vec![PartnershipScope::Literacy.into()],
        from: None,
        until: date(until, 12, 31),
        document_hash: String::new(),
        number: AGREEMENT.into(),
    };
    let mut partnerships = PartnershipServiceClient::new(channel);
    let proposed = partnerships.propose_partnership(propose).await.unwrap().into_inner().partnership.unwrap();
    let partnership_id = proposed.partnership_id;
    let sign = SignPartnershipRequest {
        request_id: request_id(),
        partnership_id: partnership_id.clone(),
        ..Default::default()
    };
    partnerships.sign_partnership(sign).await.unwrap();
    let terminate = TerminatePartnershipRequest {
        request_id: request_id(),
        partnership_id: partnership_id.clone(),
        etag: String::new(),
        on: None,
        reason: TerminationReason::Other.into(),
        note: NOTE.into(),
    };
    partnerships.terminate_partnership(terminate).await.unwrap();
    let question = GetPartnershipRequest { partnership_id };
    let ended = partnerships.get_partnership(question).await.unwrap().into_inner().partnership.unwrap();
    assert_eq!((ended.number.as_str(), ended.termination_note.as_str()), (AGREEMENT, NOTE));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn personal_data_stands_in_no_file_stream_log_trace_or_page() {
    let arrived: Arrived = watch::channel(Vec::new()).0;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let collector = Routes::from(Router::new().fallback(collect).with_state(arrived.clone()));
    tokio::spawn(Server::builder().add_routes(collector).serve_with_incoming(TcpListenerStream::new(listener)));
    let envs = vec![
        ("KIM__TELEMETRY__OTLP_ENDPOINT", endpoint),
        ("KIM__TELEMETRY__SAMPLE_RATIO", "1".into()),
        ("KIM__TELEMETRY__FILTER", "debug".into()),
    ];
    let mut up = Up::start_with("none", envs).await;

    let channel = Endpoint::from_shared(format!("http://127.0.0.1:{}", up.port + 1)).unwrap().connect().await.unwrap();
    let channel = bearing(channel, &up.token("national"));
    let mut communities = CommunityServiceClient::new(channel.clone());

    // Through a draft and what offices write about it.
    let draft = DraftCommunityRequest {
        request_id: request_id(),
        profile: profile("KIM Sumber Makmur", "14.01.01.2009"),
        decree_number: DECREE.into(),
        contacts: Some(contacts()),
        decree_issuer_name: String::new(),
    };
    let id = communities.draft_community(draft.clone()).await.unwrap().into_inner().community.unwrap().community_id;
    let etag = String::new;
    let submit = SubmitCommunityRequest { request_id: request_id(), community_id: id.clone(), etag: etag() };
    communities.submit_community(submit).await.unwrap();
    let give_back = ReturnCommunityRequest {
        request_id: request_id(),
        community_id: id.clone(),
        etag: etag(),
        reasons: vec![ReturnReason::Other.into()],
        note: NOTE.into(),
    };
    communities.return_community(give_back).await.unwrap();
    // Through an import, good and bad.
    let mut good = community_row(1, "KIM Baru Sekali", "14.01.01.2009");
    (good.contacts, good.decree_number) = (Some(contacts()), DECREE.into());
    let mut bad = good.clone();
    bad.row = 2;
    bad.profile.as_mut().unwrap().seat.as_mut().unwrap().code = "14.01.01.2001".into();
    let mut named = good.clone();
    named.row = 3;
    named.profile.as_mut().unwrap().name = format!("KIM {PHONE}");
    let rows = tokio_stream::once(ImportCommunitiesRequest { rows: vec![good, bad, named] });
    let mut answers = communities.import_communities(rows).await.unwrap().into_inner();
    let mut accepted = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        accepted.extend(answer.results.into_iter().filter(|r| r.outcome() == RowOutcome::Accepted));
    }
    assert_eq!(accepted.iter().map(|r| r.row).collect::<Vec<_>>(), [1]);
    agreed_and_ended(channel, accepted[0].id.clone()).await;
    let dissolve = DissolveCommunityRequest {
        request_id: request_id(),
        community_id: accepted[0].id.clone(),
        etag: etag(),
        reason: DissolutionReason::MembersDecided.into(),
        note: NOTE.into(),
    };
    communities.dissolve_community(dissolve).await.unwrap();
    // And through what is refused: a reused request id, a body that is no request, a wrong method.
    let mut reused = draft;
    reused.decree_number = format!("{DECREE} lagi");
    assert!(communities.draft_community(reused).await.is_err());

    // It is there all the same, for who says why.
    let question = GetCommunityContactsRequest { community_id: id.clone(), purpose: PURPOSE.into() };
    let read = communities.get_community_contacts(question).await.unwrap().into_inner().contacts.unwrap();
    assert_eq!((read.officers[0].name.as_str(), read.address.as_str()), (NAME, ADDRESS));
    let registry = up.pool("registry").await;
    let recorded: i64 = sqlx::query_scalar("SELECT count(*) FROM vault.access").fetch_one(&registry).await.unwrap();
    assert_eq!(recorded, 1, "reading is recorded");
    // Even without a purpose nothing is said.
    let question = GetCommunityContactsRequest { community_id: id, purpose: "a".into() };
    assert!(communities.get_community_contacts(question).await.is_err());

    eventually("traces have arrived", async || {
        holds(&arrived.borrow(), "kim-registry") || holds(&arrived.borrow(), "registry")
    })
    .await;
    eventually("the page has the event", async || up.page("/wilayah/14.01.01.2009").await.1.contains("KIM")).await;
    let mut pages = Vec::new();
    for path in ["/", "/wilayah/14.01.01.2009", "/wilayah/14.01.01/kim", "/wilayah/14.01.01.csv", "/en/region/14.01.01"]
    {
        let (status, page) = up.page(path).await;
        assert_eq!(status, 200, "{path}");
        pages.push((path, page));
    }
    for port in [up.port + 51, up.port + 54] {
        pages.push(("/metrics", kim_local::http::get(port, "/metrics").await.unwrap().1));
    }
    registry.close().await;
    tokio::time::timeout(Duration::from_mins(1), up.interrupt()).await.unwrap();

    for planted in PLANTED {
        for (path, page) in &pages {
            assert!(!page.contains(planted), "{planted} stands in {path}");
        }
        assert!(!holds(&arrived.borrow(), planted), "{planted} stands in a trace");
    }
    // Tables, write-ahead log, streams, log lines, everything that was written.
    let files = up.files();
    assert!(files.len() > 500, "the cluster's files are among them");
    for file in files {
        let content = fs::read(&file).unwrap();
        for planted in PLANTED {
            assert!(!holds(&content, planted), "{planted} stands in {}", file.display());
        }
    }
    up.erase().await;
}
