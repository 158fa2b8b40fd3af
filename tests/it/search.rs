//! Communities found by mistyped names, numbers and filters, each office its own; and what became of one, event by event.

use std::collections::BTreeSet;

use kim_chassis::identity::{Role, Scope};
use kim_contract::{
    registry::v1::{
        AcceptChangeRequest, AppointOfficerRequest, BaseGroup, Community, CommunityHistoryEntry, CommunityRow,
        CommunityStatus, DraftCommunityRequest, GetCommunityHistoryRequest, ImportCommunitiesRequest,
        MergeCommunityRequest, MergeReason, Officer, OfficerLeaveReason, OfficerRole, ProposeChangeRequest,
        RegisterCommunityRequest, RemoveOfficerRequest, ReportActivityRequest, RowOutcome, SearchCommunitiesRequest,
        SearchCommunitiesResponse, SubmitCommunityRequest, community_service_client::CommunityServiceClient,
    },
    r#type::v1::Date,
};
use time::{Duration, OffsetDateTime};
use tonic::{Code, Status};
use uuid::Uuid;

use crate::harness::{Caller, Nation, activity, community_row, date, profile, region, request_id};

type Communities = CommunityServiceClient<Caller>;

const KUMANTAN: &str = "14.01.01.2009";

async fn import(office: &mut Communities, rows: Vec<CommunityRow>) -> Vec<String> {
    let rows = tokio_stream::once(ImportCommunitiesRequest { rows });
    let mut answers = office.import_communities(rows).await.unwrap().into_inner();
    let results = answers.message().await.unwrap().unwrap().results;
    assert!(results.iter().all(|result| result.outcome() == RowOutcome::Accepted), "{results:?}");
    results.into_iter().map(|result| result.id).collect()
}

/// What happened lately: no policy makes anything of it.
fn days_ago(days: i64) -> Option<Date> {
    let day = OffsetDateTime::now_utc().date() - Duration::days(days);
    date(day.year(), u8::from(day.month()).into(), day.day().into())
}

fn query(query: &str) -> SearchCommunitiesRequest {
    SearchCommunitiesRequest { query: query.into(), ..Default::default() }
}

async fn page(office: &Communities, request: SearchCommunitiesRequest) -> Result<SearchCommunitiesResponse, Status> {
    office.clone().search_communities(request).await.map(tonic::Response::into_inner)
}

fn names(communities: &[Community]) -> Vec<&str> {
    communities.iter().map(|community| community.profile.as_ref().unwrap().name.as_str()).collect()
}

async fn found(office: &Communities, request: SearchCommunitiesRequest) -> Vec<String> {
    let page = page(office, request).await.unwrap();
    names(&page.communities).into_iter().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_community_is_found_by_its_mistyped_name_its_number_and_by_filters() {
    let nation = Nation::start().await;
    let mut office = nation.communities(&nation.national());
    let mut farmers = community_row(3, "KIM Makmur Sumber Rejeki", "14.01.01.1011");
    farmers.profile.as_mut().unwrap().base_group = BaseGroup::Farmers.into();
    farmers.contacts.as_mut().unwrap().officers[0].term_until = date(2099, 12, 31);
    let rows = vec![
        community_row(1, "KIM Sumber Makmur Kumantan", KUMANTAN),
        community_row(2, "KIM Suara Desa", KUMANTAN),
        farmers,
        community_row(4, "KIM Sumber Makmur", "13.01.01.2001"),
    ];
    let ids = import(&mut office, rows).await;

    for typed in ["sumber mkmur kumantn", "Kumantan, MAKMUR sumber", "kim sumbr makmur kumantan"] {
        assert_eq!(found(&office, query(typed)).await[0], "KIM Sumber Makmur Kumantan", "{typed}");
    }
    assert_eq!(found(&office, query("swara deza")).await, ["KIM Suara Desa"]);
    assert!(found(&office, query("xyzzy")).await.is_empty());
    let likest = found(&office, query("sumber makmur")).await;
    assert_eq!(likest, ["KIM Sumber Makmur", "KIM Makmur Sumber Rejeki", "KIM Sumber Makmur Kumantan"]);

    let everything = page(&office, query("")).await.unwrap().communities;
    assert_eq!(everything.len(), ids.len(), "without a query the filters alone");
    for community in &everything {
        let number = community.registration_number.as_str();
        let by_number = page(&office, query(number)).await.unwrap().communities;
        assert_eq!(by_number.iter().map(|c| &c.community_id).collect::<Vec<_>>(), [&community.community_id]);
    }
    assert_eq!(found(&office, query("14.01/2018")).await.len(), 3);
    assert_eq!(found(&office, query("13.01")).await, ["KIM Sumber Makmur"]);

    let report = ReportActivityRequest {
        request_id: request_id(),
        community_id: ids[0].clone(),
        etag: String::new(),
        activity: activity(days_ago(5)),
    };
    office.report_activity(report).await.unwrap();
    let only = |filter: SearchCommunitiesRequest| found(&office, filter);
    let active = SearchCommunitiesRequest { statuses: vec![CommunityStatus::Active.into()], ..query("sumber makmur") };
    assert_eq!(only(active).await, ["KIM Sumber Makmur Kumantan"]);
    let silent = |day| SearchCommunitiesRequest { no_activity_since: day, ..query("makmur kumantan") };
    assert!(only(silent(days_ago(4))).await.contains(&"KIM Sumber Makmur Kumantan".to_owned()));
    assert!(!only(silent(days_ago(5))).await.contains(&"KIM Sumber Makmur Kumantan".to_owned()));
    let by_base = |group: BaseGroup, text| SearchCommunitiesRequest { base_groups: vec![group.into()], ..query(text) };
    assert_eq!(only(by_base(BaseGroup::Farmers, "makmur")).await, ["KIM Makmur Sumber Rejeki"]);
    assert_eq!(only(by_base(BaseGroup::Farmers, "")).await, ["KIM Makmur Sumber Rejeki"]);
    let ending = |day| SearchCommunitiesRequest { officer_term_ends_before: day, ..query("") };
    assert_eq!(only(ending(date(2100, 1, 1))).await, ["KIM Makmur Sumber Rejeki"]);
    assert!(only(ending(date(2099, 12, 31))).await.is_empty(), "the last day itself is not before it");
    let here = SearchCommunitiesRequest { region: region("14.01"), ..query("sumber makmur") };
    assert_eq!(only(here).await, ["KIM Makmur Sumber Rejeki", "KIM Sumber Makmur Kumantan"]);

    for short in ["ab", "?!"] {
        let refused = page(&office, query(short)).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{short}");
        assert!(String::from_utf8_lossy(refused.details()).contains("QUERY_TOO_SHORT"));
    }
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_office_finds_what_lies_in_its_region_and_a_kim_only_itself() {
    let nation = Nation::start().await;
    let mut national = nation.communities(&nation.national());
    let rows = vec![
        community_row(1, "KIM Sumber Makmur", KUMANTAN),
        community_row(2, "KIM Sumber Makmur", "13.01.01.2001"),
        community_row(3, "KIM Sumber Jaya", KUMANTAN),
    ];
    let ids = import(&mut national, rows).await;
    let ids_found = async |token: &str, request| {
        let page = page(&nation.communities(token), request).await.unwrap();
        page.communities.into_iter().map(|community| community.community_id).collect::<Vec<_>>()
    };
    assert_eq!(ids_found(&nation.office("14"), query("sumber makmur")).await, [ids[0].clone(), ids[2].clone()]);
    assert_eq!(ids_found(&nation.office("13.01"), query("sumber makmur")).await, [ids[1].clone()]);
    assert!(ids_found(&nation.office("12"), query("sumber makmur")).await.is_empty());
    for there in [query(""), query("sumber makmur"), query("14.01")] {
        let elsewhere = SearchCommunitiesRequest { region: region("14"), ..there };
        assert!(ids_found(&nation.office("13"), elsewhere).await.is_empty());
    }
    let own = nation.token(Role::KimOfficer, Scope::Kim { id: ids[2].parse().unwrap() });
    for typed in ["sumber", "", "14.01"] {
        assert_eq!(ids_found(&own, query(typed)).await, [ids[2].clone()], "{typed}");
    }
    let citizen = nation.communities(&nation.token(Role::Citizen, Scope::Citizen));
    assert_eq!(page(&citizen, query("sumber")).await.unwrap_err().code(), Code::PermissionDenied);
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_a_search_neither_double_nor_hide_a_row_while_others_come() {
    let nation = Nation::start().await;
    let mut office = nation.communities(&nation.office("14.01"));
    let row = |n: i64| community_row(n, &format!("KIM Makmur Bersama {n}"), KUMANTAN);
    let there: BTreeSet<String> = import(&mut office, (1..=12).map(row).collect()).await.into_iter().collect();
    for typed in ["makmr bersma", ""] {
        let (mut seen, mut page_token, mut next) =
            (Vec::new(), String::new(), if typed.is_empty() { 200 } else { 100 });
        loop {
            let request = SearchCommunitiesRequest { page_size: 3, page_token, ..query(typed) };
            let found = page(&office, request).await.unwrap();
            seen.extend(found.communities.into_iter().map(|community| community.community_id));
            page_token = found.next_page_token;
            if page_token.is_empty() {
                break;
            }
            if seen.len() < 9 {
                import(&mut office, vec![row(next)]).await;
                next += 1;
            }
        }
        let once: BTreeSet<String> = seen.iter().cloned().collect();
        assert_eq!(once.len(), seen.len(), "a row came twice");
        assert!(once.is_superset(&there), "a row was hidden");
    }
    let first = page(&office, SearchCommunitiesRequest { page_size: 3, ..query("makmur") }).await.unwrap();
    let other =
        SearchCommunitiesRequest { page_size: 3, page_token: first.next_page_token.clone(), ..query("bersama") };
    assert_eq!(page(&office, other).await.unwrap_err().code(), Code::InvalidArgument, "a token of another search");
    let anothers = SearchCommunitiesRequest { page_size: 3, page_token: first.next_page_token, ..query("") };
    assert_eq!(page(&office, anothers).await.unwrap_err().code(), Code::InvalidArgument);
    nation.stop();
}

/// Its history, the newest first, page by page.
async fn history(office: &Communities, id: &str) -> Vec<CommunityHistoryEntry> {
    let (mut entries, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = GetCommunityHistoryRequest { community_id: id.into(), page_size: 4, page_token };
        let page = office.clone().get_community_history(request).await.unwrap().into_inner();
        entries.extend(page.entries);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return entries;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_life_from_the_draft_to_the_merger_is_told_event_by_event() {
    let nation = Nation::start().await;
    let mut office = nation.communities(&nation.office("14.01"));
    let other = import(&mut office, vec![community_row(1, "KIM Suara Desa", KUMANTAN)]).await.remove(0);
    let draft = DraftCommunityRequest {
        request_id: request_id(),
        profile: profile("KIM Sumber Makmur", KUMANTAN),
        decree_number: "489/07/2015".into(),
        ..Default::default()
    };
    let id = office.draft_community(draft).await.unwrap().into_inner().community.unwrap().community_id;
    let command = || (request_id(), id.clone(), String::new());
    let (request_id, community_id, etag) = command();
    office.submit_community(SubmitCommunityRequest { request_id, community_id, etag }).await.unwrap();
    let (request_id, community_id, etag) = command();
    let register = RegisterCommunityRequest { request_id, community_id, etag, registered_on: date(2018, 2, 1) };
    let registered = office.register_community(register).await.unwrap().into_inner().community.unwrap();
    let (request_id, community_id, etag) = command();
    let report = ReportActivityRequest { request_id, community_id, etag, activity: activity(days_ago(5)) };
    office.report_activity(report).await.unwrap();
    let (request_id, community_id, etag) = command();
    let appoint = AppointOfficerRequest {
        request_id,
        community_id,
        etag,
        officer: Some(Officer { role: OfficerRole::Ketua.into(), name: "Ketua 0002".into(), ..Default::default() }),
        replaces_officer_id: String::new(),
    };
    let officer_id = office.appoint_officer(appoint).await.unwrap().into_inner().officer_id;
    let (request_id, community_id, etag) = command();
    let reason = OfficerLeaveReason::Resigned.into();
    let remove = RemoveOfficerRequest { request_id, community_id, etag, officer_id, left_on: None, reason };
    office.remove_officer(remove).await.unwrap();
    let (request_id, community_id, etag) = command();
    let profile = profile("KIM Makmur Jaya", "14.01.01.1011");
    let propose = ProposeChangeRequest { request_id, community_id, etag, profile, ..Default::default() };
    let change_id = office.propose_change(propose).await.unwrap().into_inner().change_id;
    let (request_id, community_id, etag) = command();
    let accept = AcceptChangeRequest { request_id, community_id, etag, change_id };
    office.accept_change(accept).await.unwrap();
    let (request_id, community_id, etag) = command();
    let merge = MergeCommunityRequest {
        request_id,
        community_id,
        etag,
        into_community_id: other.clone(),
        reason: MergeReason::MembersDecided.into(),
        note: "Catatan kantor".into(),
    };
    office.merge_community(merge).await.unwrap();

    let entries = history(&office, &id).await;
    let types: Vec<&str> = entries.iter().map(|entry| entry.event_type.rsplit('.').next().unwrap()).collect();
    assert_eq!(
        types,
        [
            "CommunityMerged",
            "ChangeAccepted",
            "ChangeProposed",
            "OfficerLeft",
            "OfficerAppointed",
            "CommunityActivated",
            "ActivityReported",
            "CommunityRegistered",
            "CommunitySubmitted",
            "CommunityDrafted"
        ]
    );
    assert!(entries.windows(2).all(|two| two[0].version == two[1].version + 1 && two[0].position > two[1].position));
    assert!(entries.iter().all(|entry| entry.actor == "test:caller" && entry.recorded_time.is_some()));
    let told = |name: &str| entries.iter().find(|entry| entry.event_type.ends_with(name)).unwrap();
    assert_eq!(
        told("CommunityDrafted").message_id,
        "Rancangan KIM Sumber Makmur di Desa Kumantan, Kecamatan Bangkinang Kota, Kabupaten Kampar dibuat."
    );
    assert!(told("CommunityRegistered").message_id.contains(&registered.registration_number));
    assert_eq!(told("CommunityRegistered").happened_on, date(2018, 2, 1));
    assert_eq!(told("OfficerLeft").message_id, "Seorang ketua berhenti: mengundurkan diri.");
    let changes = &told("ChangeProposed").changes;
    let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
    assert_eq!(fields, ["name", "seat"]);
    assert_eq!((changes[0].before.as_str(), changes[0].after.as_str()), ("KIM Sumber Makmur", "KIM Makmur Jaya"));
    assert!(changes[1].before.starts_with("Desa Kumantan, ") && changes[1].after.contains("Kabupaten Kampar"));
    let whole = format!("{entries:?}");
    for private in ["Ketua 0002", "489/07", "Catatan kantor"] {
        assert!(!whole.contains(private), "{private}");
    }
    assert_eq!(found(&office, query("makmr jaya")).await, ["KIM Makmur Jaya"], "found by its new name");

    let mut stranger = nation.communities(&nation.office("13"));
    let mut refused = Vec::new();
    for id in [id, Uuid::now_v7().to_string()] {
        let request = GetCommunityHistoryRequest { community_id: id, ..Default::default() };
        let status = stranger.get_community_history(request).await.unwrap_err();
        refused.push((status.code(), status.message().to_owned(), status.details().to_vec()));
    }
    assert_eq!(refused[0], refused[1]);
    assert_eq!(refused[0].0, Code::NotFound);
    nation.stop();
}
