//! No person's name, phone number or address that went in comes out anywhere but from the vault, on record.

use std::{fs, time::Duration};

use axum::{Router, body::Body, extract::State, http::Request, response::Response};
use http_body_util::{BodyExt, Full};
use kim_contract::registry::v1::{
    CommunityContacts, DissolutionReason, DissolveCommunityRequest, DraftCommunityRequest, GetCommunityContactsRequest,
    ImportCommunitiesRequest, Officer, OfficerRole, ReturnCommunityRequest, ReturnReason, RowOutcome,
    SubmitCommunityRequest, community_service_client::CommunityServiceClient,
};
use tokio::{net::TcpListener, sync::watch};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{
    service::Routes,
    transport::{Endpoint, Server},
};

use crate::harness::{Up, bearing, community_row, eventually, profile, request_id};

/// What is planted. Each is unlike anything else in the world.
const NAME: &str = "Zulkarnaen Xyqqvutama";
const PHONE: &str = "0899-7654-3219";
const ADDRESS: &str = "Gang Qwxzylophone 77B";
const MAIL: &str = "zulxyq@qwxzyl.example";
const DECREE: &str = "489/ZXQ-77431/2015";
const NOTE: &str = "Vwqzplonk memberi tahu";
const PURPOSE: &str = "verifikasi xqzwvpengurus";
const PLANTED: [&str; 7] = [NAME, PHONE, ADDRESS, MAIL, DECREE, NOTE, PURPOSE];

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
    let mut office = CommunityServiceClient::new(bearing(channel, &up.token("national")));

    // Through a draft and what offices write about it.
    let draft = DraftCommunityRequest {
        request_id: request_id(),
        profile: profile("KIM Sumber Makmur", "14.01.01.2009"),
        decree_number: DECREE.into(),
        contacts: Some(contacts()),
        decree_issuer_name: String::new(),
    };
    let id = office.draft_community(draft.clone()).await.unwrap().into_inner().community.unwrap().community_id;
    let etag = String::new;
    let submit = SubmitCommunityRequest { request_id: request_id(), community_id: id.clone(), etag: etag() };
    office.submit_community(submit).await.unwrap();
    let give_back = ReturnCommunityRequest {
        request_id: request_id(),
        community_id: id.clone(),
        etag: etag(),
        reasons: vec![ReturnReason::Other.into()],
        note: NOTE.into(),
    };
    office.return_community(give_back).await.unwrap();
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
    let mut answers = office.import_communities(rows).await.unwrap().into_inner();
    let mut accepted = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        accepted.extend(answer.results.into_iter().filter(|r| r.outcome() == RowOutcome::Accepted));
    }
    assert_eq!(accepted.iter().map(|r| r.row).collect::<Vec<_>>(), [1]);
    let dissolve = DissolveCommunityRequest {
        request_id: request_id(),
        community_id: accepted[0].id.clone(),
        etag: etag(),
        reason: DissolutionReason::MembersDecided.into(),
        note: NOTE.into(),
    };
    office.dissolve_community(dissolve).await.unwrap();
    // And through what is refused: a reused request id, a body that is no request, a wrong method.
    let mut reused = draft;
    reused.decree_number = format!("{DECREE} lagi");
    assert!(office.draft_community(reused).await.is_err());

    // It is there all the same, for who says why.
    let question = GetCommunityContactsRequest { community_id: id.clone(), purpose: PURPOSE.into() };
    let read = office.get_community_contacts(question).await.unwrap().into_inner().contacts.unwrap();
    assert_eq!((read.officers[0].name.as_str(), read.address.as_str()), (NAME, ADDRESS));
    let registry = up.pool("registry").await;
    let recorded: i64 = sqlx::query_scalar("SELECT count(*) FROM vault.access").fetch_one(&registry).await.unwrap();
    assert_eq!(recorded, 1, "reading is recorded");
    // Even without a purpose nothing is said.
    let question = GetCommunityContactsRequest { community_id: id, purpose: "a".into() };
    assert!(office.get_community_contacts(question).await.is_err());

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
