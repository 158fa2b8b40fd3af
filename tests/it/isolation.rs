//! Nobody acts or reads outside their scope, or learns that something is there.

use std::time::Duration;

use kim_chassis::identity::{Issuer, Principal, Role, Scope};
use kim_contract::{
    log::v1::{DigestRequest, EventFilter, ReadRequest},
    registry::v1::{
        AcceptChangeRequest, AmendCommunityRequest, AppointOfficerRequest, ChangeRefusalReason,
        CorrectCommunityRequest, CountMembersRequest, DissolutionReason, DissolveCommunityRequest,
        DraftCommunityRequest, GetCommunityContactsRequest, GetCommunityHistoryRequest, GetCommunityRequest,
        ImportCommunitiesRequest, IssueGrantRequest, ListCommunitiesRequest, MergeCommunityRequest, MergeReason,
        OfficeKind, Officer, OfficerLeaveReason, OfficerRole, PlanRevitalisationRequest, Preceding, PrecedingKind,
        ProposeChangeRequest, RefuseChangeRequest, RegisterCommunityRequest, RemoveOfficerRequest,
        ReportActivityRequest, ReturnCommunityRequest, ReturnReason, RevokeGrantRequest, RowOutcome,
        SearchCommunitiesRequest, SubmitCommunityRequest, WithdrawChangeRequest,
    },
    reporting::v1::RebuildReadModelRequest,
};
use kim_territory::Decree;
use tonic::{Code, Status};
use uuid::Uuid;

use crate::harness::{Caller, Nation, activity, community_row, date, eventually, office, profile, region, request_id};

type Communities = kim_contract::registry::v1::community_service_client::CommunityServiceClient<Caller>;

/// Every RPC that speaks of one community, tried on it. `None` where it was allowed.
#[expect(clippy::too_many_lines, reason = "a request an RPC")]
async fn tried(office: &mut Communities, id: &str) -> Vec<(&'static str, Option<Status>)> {
    let id = || id.to_owned();
    let etag = String::new;
    let submit = SubmitCommunityRequest { request_id: request_id(), community_id: id(), etag: etag() };
    let amend = AmendCommunityRequest {
        request_id: request_id(),
        community_id: id(),
        etag: etag(),
        profile: profile("KIM Lain", "13.01.01.2001"),
        decree_number: "17/2024".into(),
        contacts: None,
        decree_issuer_name: String::new(),
    };
    let give_back = ReturnCommunityRequest {
        request_id: request_id(),
        community_id: id(),
        etag: etag(),
        reasons: vec![ReturnReason::SeatWrong.into()],
        note: String::new(),
    };
    let register =
        RegisterCommunityRequest { request_id: request_id(), community_id: id(), etag: etag(), registered_on: None };
    let plan = PlanRevitalisationRequest {
        request_id: request_id(),
        community_id: id(),
        etag: etag(),
        preceded_by: Some(Preceding { kind: PrecedingKind::Visit.into(), training_id: String::new() }),
    };
    let report = ReportActivityRequest {
        request_id: request_id(),
        community_id: id(),
        etag: etag(),
        activity: activity(date(2024, 1, 2)),
    };
    let dissolve = DissolveCommunityRequest {
        request_id: request_id(),
        community_id: id(),
        etag: etag(),
        reason: DissolutionReason::MembersDecided.into(),
        note: String::new(),
    };
    let count =
        CountMembersRequest { request_id: request_id(), community_id: id(), member_count: 9, ..Default::default() };
    let officer = Officer { role: OfficerRole::Ketua.into(), name: "Ketua 0002".into(), ..Officer::default() };
    let appoint = AppointOfficerRequest {
        request_id: request_id(),
        community_id: id(),
        officer: Some(officer),
        ..Default::default()
    };
    let remove = RemoveOfficerRequest {
        request_id: request_id(),
        community_id: id(),
        officer_id: Uuid::now_v7().to_string(),
        reason: OfficerLeaveReason::Resigned.into(),
        ..Default::default()
    };
    let propose = ProposeChangeRequest {
        request_id: request_id(),
        community_id: id(),
        profile: profile("KIM Lain", "13.01.01.2001"),
        decree_number: "17/2024".into(),
        ..Default::default()
    };
    let correct = CorrectCommunityRequest {
        request_id: request_id(),
        community_id: id(),
        profile: profile("KIM Lain", "13.01.01.2001"),
        decree_number: "17/2024".into(),
        ..Default::default()
    };
    let change_id = Uuid::now_v7().to_string();
    let accept = AcceptChangeRequest {
        request_id: request_id(),
        community_id: id(),
        change_id: change_id.clone(),
        ..Default::default()
    };
    let refuse = RefuseChangeRequest {
        request_id: request_id(),
        community_id: id(),
        change_id: change_id.clone(),
        reasons: vec![ChangeRefusalReason::ProofMissing.into()],
        ..Default::default()
    };
    let withdraw =
        WithdrawChangeRequest { request_id: request_id(), community_id: id(), change_id, ..Default::default() };
    let merge = MergeCommunityRequest {
        request_id: request_id(),
        community_id: Uuid::now_v7().to_string(),
        into_community_id: id(),
        reason: MergeReason::SameCommunity.into(),
        ..Default::default()
    };
    let contacts = GetCommunityContactsRequest { community_id: id(), purpose: "memeriksa pengurus".into() };
    let history = GetCommunityHistoryRequest { community_id: id(), ..Default::default() };
    vec![
        ("GetCommunityHistory", office.get_community_history(history).await.err()),
        ("GetCommunity", office.get_community(GetCommunityRequest { community_id: id() }).await.err()),
        ("GetCommunityContacts", office.get_community_contacts(contacts).await.err()),
        ("SubmitCommunity", office.submit_community(submit).await.err()),
        ("AmendCommunity", office.amend_community(amend).await.err()),
        ("ReturnCommunity", office.return_community(give_back).await.err()),
        ("RegisterCommunity", office.register_community(register).await.err()),
        ("PlanRevitalisation", office.plan_revitalisation(plan).await.err()),
        ("ReportActivity", office.report_activity(report).await.err()),
        ("DissolveCommunity", office.dissolve_community(dissolve).await.err()),
        ("MergeCommunity", office.merge_community(merge).await.err()),
        ("CountMembers", office.count_members(count).await.err()),
        ("AppointOfficer", office.appoint_officer(appoint).await.err()),
        ("RemoveOfficer", office.remove_officer(remove).await.err()),
        ("ProposeChange", office.propose_change(propose).await.err()),
        ("AcceptChange", office.accept_change(accept).await.err()),
        ("RefuseChange", office.refuse_change(refuse).await.err()),
        ("WithdrawChange", office.withdraw_change(withdraw).await.err()),
        ("CorrectCommunity", office.correct_community(correct).await.err()),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_province_can_neither_write_nor_read_a_community_of_another_nor_learn_that_it_exists() {
    let nation = Nation::start().await;
    let there = nation.import_one("13.01.01.2001").await;
    let nowhere = Uuid::now_v7().to_string();
    let head = nation.head().await;
    let strangers = [
        nation.office("14"),
        nation.office("14.01"),
        nation.office("13.02"),
        nation.token(Role::KimOfficer, Scope::Kim { id: Uuid::now_v7() }),
        nation.token(Role::Citizen, Scope::Citizen),
        nation.token(Role::Subscriber, Scope::Region { code: "14".parse().unwrap(), decree: Decree::CURRENT }),
    ];
    for (number, token) in strangers.iter().enumerate() {
        let mut office = nation.communities(token);
        let (known, unknown) = (tried(&mut office, &there).await, tried(&mut office, &nowhere).await);
        for ((rpc, there), (_, nowhere)) in known.into_iter().zip(unknown) {
            let there = there.unwrap_or_else(|| panic!("stranger {number} may {rpc}"));
            let nowhere = nowhere.expect("what is nowhere is refused");
            let words = |status: &Status| {
                let details = String::from_utf8_lossy(status.details()).into_owned();
                (status.code(), status.message().to_owned(), details)
            };
            assert_eq!(words(&there), words(&nowhere), "stranger {number}, {rpc}: the refusals differ");
            assert!(matches!(there.code(), Code::NotFound | Code::PermissionDenied), "{rpc}: {there:?}");
        }
        let list = office.list_communities(ListCommunitiesRequest { region: region("13"), ..Default::default() }).await;
        if let Ok(list) = list {
            assert!(list.into_inner().communities.is_empty(), "stranger {number}");
        }
        let search = SearchCommunitiesRequest { query: "sumber makmur".into(), ..Default::default() };
        if let Ok(found) = office.search_communities(search).await {
            assert!(found.into_inner().communities.is_empty(), "stranger {number}");
        }
        let draft = office
            .draft_community(DraftCommunityRequest {
                request_id: request_id(),
                profile: profile("KIM Sumber Makmur", "13.01.01.2001"),
                decree_number: "17/2024".into(),
                contacts: None,
                decree_issuer_name: String::new(),
            })
            .await
            .unwrap_err();
        assert_eq!(draft.code(), Code::PermissionDenied, "stranger {number}: not ALREADY_EXISTS, which would tell");
    }
    let rows = tokio_stream::once(ImportCommunitiesRequest {
        rows: vec![
            community_row(1, "KIM Sumber Makmur", "13.01.01.2001"),
            community_row(2, "KIM Yang Lain Sama Sekali", "13.01.01.2001"),
        ],
    });
    let mut answers = nation.communities(&nation.office("14")).import_communities(rows).await.unwrap().into_inner();
    let mut reasons = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        for result in answer.results {
            assert_eq!(result.outcome(), RowOutcome::Refused);
            assert!(result.id.is_empty());
            reasons.push(result.problems.into_iter().map(|p| (p.field, p.reason)).collect::<Vec<_>>());
        }
    }
    assert_eq!(reasons.len(), 2);
    assert_eq!(reasons[0], reasons[1], "the one that is there is refused like the one that is not");
    assert_eq!(nation.head().await, head, "nothing was written");
    // Its own offices may.
    for token in [nation.office("13"), nation.office("13.01"), nation.national()] {
        let request = GetCommunityRequest { community_id: there.clone() };
        assert!(nation.communities(&token).get_community(request).await.is_ok());
    }
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_is_read_within_scope_only() {
    let nation = Nation::start().await;
    nation.import_one("13.01.01.2001").await;
    nation.import_one("14.01.01.2009").await;
    let read = async |token: &str, region_code: &str| {
        let filter = Some(EventFilter { region_code: region_code.into(), ..Default::default() });
        let request = ReadRequest { from_position: 1, filter, follow: false };
        let mut answers = nation.log(token).read(request).await?.into_inner();
        let mut subjects = Vec::new();
        while let Some(answer) = answers.message().await? {
            subjects.extend(answer.events.into_iter().map(|event| event.subject));
        }
        Ok::<_, Status>(subjects)
    };
    assert_eq!(read(&nation.national(), "").await.unwrap().len(), 6);
    let subscriber =
        nation.token(Role::Subscriber, Scope::Region { code: "14".parse().unwrap(), decree: Decree::CURRENT });
    let seen = read(&subscriber, "").await.unwrap();
    assert!(seen.len() == 3 && seen.iter().all(|s| s.starts_with("kim.evt.registry.v1.14.1401.")), "{seen:?}");
    match read(&subscriber, "13").await {
        Ok(seen) => assert!(seen.is_empty(), "{seen:?}"),
        Err(status) => assert_eq!(status.code(), Code::PermissionDenied),
    }
    // A digest counts no more than may be read.
    let count = async |token: &str, region_code: &str| {
        let filter = Some(EventFilter { region_code: region_code.into(), ..Default::default() });
        let request = DigestRequest { filter, from_position: 1, to_position: 6 };
        let answer = nation.log(token).digest(request).await?.into_inner();
        Ok::<_, Status>((answer.count, answer.filter.unwrap_or_default().region_code))
    };
    assert_eq!(count(&nation.national(), "").await.unwrap(), (6, String::new()));
    assert_eq!(count(&subscriber, "").await.unwrap(), (3, "14".into()));
    assert_eq!(count(&subscriber, "14.02").await.unwrap(), (0, "14.02".into()));
    assert_eq!(count(&subscriber, "13").await.unwrap_err().code(), Code::PermissionDenied);
    for token in
        [nation.token(Role::Citizen, Scope::Citizen), nation.token(Role::KimOfficer, Scope::Kim { id: Uuid::now_v7() })]
    {
        assert_eq!(read(&token, "").await.unwrap_err().code(), Code::PermissionDenied);
        assert_eq!(count(&token, "").await.unwrap_err().code(), Code::PermissionDenied);
    }
    nation.stop();
}

/// Every RPC of every service of ours, called with nothing but a bearer, or without one.
async fn called(address: std::net::SocketAddr, bearer: Option<&str>) -> Vec<(String, Code)> {
    use tonic::client::Grpc;
    let channel =
        tonic::transport::Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
    let mut answers = Vec::new();
    for path in crate::harness::rpc_paths() {
        let mut grpc = Grpc::new(channel.clone());
        grpc.ready().await.unwrap();
        let mut request = tonic::Request::new(());
        if let Some(bearer) = bearer {
            request.metadata_mut().insert("authorization", bearer.parse().unwrap());
        }
        let codec = tonic_prost::ProstCodec::<(), ()>::default();
        let answer = grpc.unary(request, path.parse().unwrap(), codec).await;
        answers.push((path, answer.err().map_or(Code::Ok, |status| status.code())));
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_good_token_nothing_but_health_and_reflection_answers() {
    let nation = Nation::start().await;
    let principal = |role, scope| Principal { subject: "test:caller".parse().unwrap(), role, scope, grant: None };
    let national = principal(Role::NationalOffice, Scope::National);
    let hour = Duration::from_hours(1);
    let dir = tempfile::tempdir().unwrap();
    let stranger = Issuer::create(dir.path()).unwrap();
    let other_name = Issuer::open(nation.servers.dir.path().join("issuer")).unwrap().named("someone-else");
    let expired = nation.issuer.issue(&national, Duration::ZERO).unwrap();
    let bad: Vec<(&str, Option<String>)> = vec![
        ("no token", None),
        ("no bearer", Some("Basic eDp5".into())),
        ("no token in it", Some("Bearer ".into())),
        ("another key", Some(format!("Bearer {}", stranger.issue(&national, hour).unwrap()))),
        ("another issuer", Some(format!("Bearer {}", other_name.issue(&national, hour).unwrap()))),
        ("alg none", Some(format!("Bearer {}", unsigned(&nation.national())))),
    ];
    for address in [nation.registry, nation.reporting] {
        for (what, bearer) in &bad {
            for (path, code) in called(address, bearer.as_deref()).await {
                let open = path.starts_with("/grpc.health.v1.") || path.starts_with("/grpc.reflection.");
                if !open {
                    assert!(matches!(code, Code::Unauthenticated), "{what}: {path} answers {code:?}");
                }
            }
        }
        let health = called(address, None).await.into_iter().find(|(path, _)| path.ends_with("Health/Check"));
        assert_eq!(health.map(|(_, code)| code), Some(Code::Ok));
    }
    // Expiry has a leeway for clocks; after it, the token that was good is refused.
    let mut office = nation.communities(&expired);
    eventually("an expired token is refused", async || {
        let answer = office
            .clone()
            .list_communities(ListCommunitiesRequest { region: region("14"), ..Default::default() })
            .await;
        answer.is_err_and(|status| status.code() == Code::Unauthenticated)
    })
    .await;
    let _ = &mut office;
    nation.stop();
}

/// The token with `alg: none` and no signature.
fn unsigned(token: &str) -> String {
    let claims = token.split('.').nth(1).expect("a token has three parts");
    // {"alg":"none","typ":"JWT"}
    format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_grant_ends_its_tokens() {
    let nation = Nation::start().await;
    let mut offices = nation.offices(&nation.national());
    let office = offices
        .establish_office(office("Dinas Komunikasi dan Informatika Kabupaten Kampar", OfficeKind::Regency, "14.01"))
        .await
        .unwrap()
        .into_inner()
        .office
        .unwrap();
    let grant = offices
        .issue_grant(IssueGrantRequest {
            request_id: request_id(),
            subject: "test:granted".into(),
            role: kim_contract::registry::v1::Role::RegencyOffice.into(),
            office_id: office.office_id,
        })
        .await
        .unwrap()
        .into_inner()
        .grant
        .unwrap();
    let principal = Principal {
        subject: "test:granted".parse().unwrap(),
        role: Role::RegencyOffice,
        scope: Scope::Region { code: "14.01".parse().unwrap(), decree: Decree::CURRENT },
        grant: Some(grant.grant_id.parse().unwrap()),
    };
    let token = nation.issuer.issue(&principal, Duration::from_hours(1)).unwrap();
    let list = || ListCommunitiesRequest { region: region("14.01"), ..Default::default() };
    let office = nation.communities(&token);
    assert!(office.clone().list_communities(list()).await.is_ok());
    offices.revoke_grant(RevokeGrantRequest { request_id: request_id(), grant_id: grant.grant_id }).await.unwrap();
    eventually("the token of a revoked grant is refused", async || {
        office.clone().list_communities(list()).await.is_err_and(|status| status.code() == Code::Unauthenticated)
    })
    .await;
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_national_office_rebuilds_the_read_model() {
    let nation = Nation::start().await;
    for token in [nation.office("14"), nation.token(Role::Auditor, Scope::Audit { grant: Uuid::now_v7() })] {
        let refused = nation.reports(&token).rebuild_read_model(RebuildReadModelRequest {}).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied);
    }
    nation.stop();
}
