//! What becomes of a registered record: its number, its board, changes, corrections, and its end in another one.

use std::collections::BTreeSet;

use kim_chassis::identity::{Role, Scope};
use kim_contract::registry::v1::{
    AcceptChangeRequest, AdvanceClockRequest, AppointOfficerRequest, ChangeRefusalReason, CommunityStatus,
    CorrectCommunityRequest, CountMembersRequest, EraseOfficerRequest, FormationRule, GetCommunityContactsRequest,
    GetCommunityRequest, ImportCommunitiesRequest, MergeCommunityRequest, MergeReason, Officer, OfficerLeaveReason,
    OfficerRole, ProposeChangeRequest, RefuseChangeRequest, RegisterCommunityRequest, RemoveOfficerRequest, RowOutcome,
    SetFormationRuleRequest, SubmitCommunityRequest, community_service_client::CommunityServiceClient,
};
use kim_eventlog::timestamp;
use time::macros::datetime;
use tonic::Code;

use crate::harness::{Caller, Nation, community_row, date, eventually, profile, region, request_id};

type Communities = CommunityServiceClient<Caller>;

async fn import(office: &mut Communities, names: &[&str]) -> Vec<String> {
    let rows = names.iter().zip(1..).map(|(name, row)| community_row(row, name, "14.01.01.2009")).collect();
    let rows = tokio_stream::once(ImportCommunitiesRequest { rows });
    let mut answers = office.import_communities(rows).await.unwrap().into_inner();
    let results = answers.message().await.unwrap().unwrap().results;
    assert!(results.iter().all(|result| result.outcome() == RowOutcome::Accepted), "{results:?}");
    results.into_iter().map(|result| result.id).collect()
}

async fn get(office: &mut Communities, id: &str) -> kim_contract::registry::v1::Community {
    let question = GetCommunityRequest { community_id: id.into() };
    office.get_community(question).await.unwrap().into_inner().community.unwrap()
}

fn officer(role: OfficerRole, name: &str) -> Officer {
    Officer { role: role.into(), name: name.into(), ..Officer::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn registration_numbers_are_counted_by_regency_and_year_and_given_once() {
    let nation = Nation::start().await;
    let mut office = nation.communities(&nation.office("14.01"));
    let names: Vec<String> = (0..40).map(|n| format!("KIM Nomor {n}")).collect();
    let halves: Vec<Vec<&str>> = names.chunks(20).map(|half| half.iter().map(String::as_str).collect()).collect();
    let (mut one, mut two) = (office.clone(), office.clone());
    let (first, second) = tokio::join!(import(&mut one, &halves[0]), import(&mut two, &halves[1]));
    let mut numbers = BTreeSet::new();
    for id in first.iter().chain(&second) {
        let number = get(&mut office, id).await.registration_number;
        assert!(number.starts_with("14.01/2018/"), "{number}");
        assert!(numbers.insert(number.clone()), "{number} was given twice");
    }
    // The same rows again take no number.
    let again = vec![community_row(1, "KIM Nomor 0", "14.01.01.2009")];
    let rows = tokio_stream::once(ImportCommunitiesRequest { rows: again });
    let mut answers = office.import_communities(rows).await.unwrap().into_inner();
    assert_eq!(answers.message().await.unwrap().unwrap().results[0].outcome(), RowOutcome::Unchanged);
    let last: i32 = sqlx::query_scalar("SELECT last FROM registry.registration_number WHERE year = 2018")
        .fetch_one(&nation.servers.pool("registry").await)
        .await
        .unwrap();
    assert_eq!(last, 40);
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_that_does_not_meet_the_rule_is_told_all_that_is_missing_when_it_is_handed_in() {
    let nation = Nation::start().await;
    let rule = FormationRule {
        min_members: 20,
        statutes_required: true,
        deliberation_required: true,
        officers_required: vec![OfficerRole::Ketua.into()],
        min_officer_age: 18,
        ..FormationRule::default()
    };
    let set = SetFormationRuleRequest {
        request_id: request_id(),
        region: region("14.01"),
        rule: Some(rule),
        effective_from: None,
    };
    nation.rules(&nation.office("14.01")).set_formation_rule(set).await.unwrap();
    let mut office = nation.communities(&nation.office("14.01"));
    let draft = kim_contract::registry::v1::DraftCommunityRequest {
        request_id: request_id(),
        profile: profile("KIM Sumber Makmur", "14.01.01.2009"),
        decree_number: "489/07/2015".into(),
        ..Default::default()
    };
    let id = office.draft_community(draft).await.unwrap().into_inner().community.unwrap().community_id;
    nation.settled().await;
    let submit = SubmitCommunityRequest { request_id: request_id(), community_id: id, etag: String::new() };
    let refused = office.submit_community(submit).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition, "{refused:?}");
    let details = String::from_utf8_lossy(refused.details()).into_owned();
    for word in ["sedikitnya 20 anggota", "musyawarah", "AD/ART", "Jabatan ketua belum terisi"] {
        assert!(details.contains(word), "{word} in {details}");
    }
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_board_is_handed_over_and_keeps_its_history() {
    let nation = Nation::start().await;
    let mut office = nation.communities(&nation.office("14.01"));
    let id = import(&mut office, &["KIM Sumber Makmur"]).await.remove(0);
    let before = get(&mut office, &id).await;
    let chair = before.officers[0].term.clone().unwrap();
    assert_eq!((before.officers.len(), chair.role()), (2, OfficerRole::Ketua));
    let appoint = |replaces: &str| AppointOfficerRequest {
        request_id: request_id(),
        community_id: id.clone(),
        etag: String::new(),
        officer: Some(officer(OfficerRole::Ketua, "Ketua 0002")),
        replaces_officer_id: replaces.into(),
    };
    let taken = office.appoint_officer(appoint("")).await.unwrap_err();
    assert!(String::from_utf8_lossy(taken.details()).contains("dua orang"), "{taken:?}");
    let handed = appoint(&chair.officer_id);
    let answer = office.appoint_officer(handed.clone()).await.unwrap().into_inner();
    let again = office.appoint_officer(handed).await.unwrap().into_inner();
    assert_eq!(answer.officer_id, again.officer_id, "a retry appoints nobody else");
    let after = get(&mut office, &id).await;
    assert_eq!(after.officers.len(), 3);
    assert_eq!(after.officers[0].leave_reason(), OfficerLeaveReason::Replaced);
    let remove = RemoveOfficerRequest {
        request_id: request_id(),
        community_id: id.clone(),
        etag: String::new(),
        officer_id: answer.officer_id.clone(),
        left_on: None,
        reason: OfficerLeaveReason::Resigned.into(),
    };
    office.remove_officer(remove).await.unwrap();
    let question = GetCommunityContactsRequest { community_id: id, purpose: "menghubungi pengurus".into() };
    let contacts = office.get_community_contacts(question).await.unwrap().into_inner().contacts.unwrap();
    let names: Vec<&str> = contacts.officers.iter().map(|officer| officer.name.as_str()).collect();
    assert_eq!(names, ["Ketua 0001", "Sekretaris 0001", "Ketua 0002"]);
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_proposed_by_the_kim_and_answered_by_the_office() {
    let nation = Nation::start().await;
    let mut office = nation.communities(&nation.office("14.01"));
    let ids = import(&mut office, &["KIM Sumber Makmur", "KIM Suara Desa"]).await;
    let id = ids[0].clone();
    let own = nation.token(Role::KimOfficer, Scope::Kim { id: id.parse().unwrap() });
    let mut kim = nation.communities(&own);
    let propose = |name: &str| ProposeChangeRequest {
        request_id: request_id(),
        community_id: id.clone(),
        profile: profile(name, "14.01.01.1011"),
        ..Default::default()
    };
    let proposed = kim.propose_change(propose("KIM Makmur Jaya")).await.unwrap().into_inner();
    assert_eq!(kim.propose_change(propose("KIM Lain")).await.unwrap_err().code(), Code::FailedPrecondition);
    let accept = |change_id: &str| AcceptChangeRequest {
        request_id: request_id(),
        community_id: id.clone(),
        etag: String::new(),
        change_id: change_id.into(),
    };
    assert_eq!(kim.accept_change(accept(&proposed.change_id)).await.unwrap_err().code(), Code::NotFound, "not the KIM");
    let shown = get(&mut office, &id).await;
    let waiting = shown.proposed_change.unwrap();
    assert_eq!(
        (waiting.change_id.as_str(), shown.profile.unwrap().name.as_str()),
        (proposed.change_id.as_str(), "KIM Sumber Makmur")
    );
    office.accept_change(accept(&proposed.change_id)).await.unwrap();
    let changed = get(&mut office, &id).await;
    assert_eq!(changed.profile.as_ref().unwrap().name, "KIM Makmur Jaya");
    assert_eq!(changed.decree_number, "489/07/401.403.6/2015", "what was not said stays");
    nation.settled().await;
    assert!(nation.page("/wilayah/14.01.01.1011").await.1.contains("KIM Makmur Jaya"));

    // The old name is free, the new one is not.
    let other = RefuseChangeRequest {
        request_id: request_id(),
        community_id: ids[1].clone(),
        change_id: String::new(),
        reasons: vec![ChangeRefusalReason::NameTaken.into()],
        ..Default::default()
    };
    let taking = ProposeChangeRequest { community_id: ids[1].clone(), ..propose("Makmur jaya") };
    let change_id = office.propose_change(taking).await.unwrap().into_inner().change_id;
    let clash = AcceptChangeRequest { community_id: ids[1].clone(), ..accept(&change_id) };
    assert_eq!(office.accept_change(clash).await.unwrap_err().code(), Code::AlreadyExists);
    office.refuse_change(RefuseChangeRequest { change_id, ..other }).await.unwrap();

    let correct = CorrectCommunityRequest {
        request_id: request_id(),
        community_id: ids[1].clone(),
        profile: profile("KIM Sumber Makmur", "14.01.01.2009"),
        note: "Namanya tertukar".into(),
        ..Default::default()
    };
    office.correct_community(correct).await.unwrap();
    let count = CountMembersRequest {
        request_id: request_id(),
        community_id: ids[1].clone(),
        member_count: 31,
        ..Default::default()
    };
    office.count_members(count).await.unwrap();
    let corrected = get(&mut office, &ids[1]).await.profile.unwrap();
    assert_eq!((corrected.name.as_str(), corrected.member_count), ("KIM Sumber Makmur", 31));
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_community_goes_on_in_another_which_learns_of_it_once() {
    let nation = Nation::start().await;
    let mut office = nation.communities(&nation.office("14.01"));
    let ids = import(&mut office, &["KIM Sumber Makmur", "KIM Suara Desa"]).await;
    let merge = |from: &str, into: &str| MergeCommunityRequest {
        request_id: request_id(),
        community_id: from.into(),
        etag: String::new(),
        into_community_id: into.into(),
        reason: MergeReason::MembersDecided.into(),
        note: String::new(),
    };
    let itself = office.merge_community(merge(&ids[0], &ids[0])).await.unwrap_err();
    assert_eq!(itself.code(), Code::InvalidArgument);
    let merged = office.merge_community(merge(&ids[0], &ids[1])).await.unwrap().into_inner().community.unwrap();
    assert_eq!((merged.status(), merged.merged_into_community_id.as_str()), (CommunityStatus::Merged, ids[1].as_str()));
    let registered =
        RegisterCommunityRequest { request_id: request_id(), community_id: ids[0].clone(), ..Default::default() };
    assert!(office.register_community(registered).await.unwrap_err().message().len() > 3);
    let pool = nation.servers.pool("registry").await;
    let learnt = async || {
        let counted: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM log.event WHERE type = 'kim.registry.v1.CommunityAbsorbed' AND aggregate_id = $1::uuid",
        )
        .bind(&ids[1])
        .fetch_one(&pool)
        .await
        .unwrap();
        counted
    };
    eventually("the other one learns of it", async || learnt().await > 0).await;
    nation.settled().await;
    assert_eq!(learnt().await, 1);
    // The name is free, and the list says what became of it.
    import(&mut office, &["Sumber makmur"]).await.remove(0);
    let (status, page) = nation.page("/wilayah/14.01.01/kim?status=bergabung").await;
    assert_eq!(status, 200);
    assert!(page.contains("Bergabung dengan KIM lain"), "{page}");
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_is_erased_is_gone_from_the_vault_and_the_history_stays() {
    let nation = Nation::start().await;
    let mut office = nation.communities(&nation.office("14.01"));
    let id = import(&mut office, &["KIM Sumber Makmur"]).await.remove(0);
    let before = get(&mut office, &id).await;
    let officer_id = before.officers[0].term.clone().unwrap().officer_id;
    let erase = EraseOfficerRequest {
        request_id: request_id(),
        community_id: id.clone(),
        etag: String::new(),
        officer_id: officer_id.clone(),
    };
    let mut stranger = nation.communities(&nation.office("13"));
    assert_eq!(stranger.erase_officer(erase.clone()).await.unwrap_err().code(), Code::NotFound);
    office.erase_officer(erase.clone()).await.unwrap();
    office.erase_officer(erase).await.unwrap();
    let pool = nation.servers.pool("registry").await;
    let kept = async || {
        let rows: i64 = sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM vault.record WHERE owner = $1::uuid) + (SELECT count(*) FROM vault.key WHERE owner = $1::uuid)",
        )
        .bind(&officer_id)
        .fetch_one(&pool)
        .await
        .unwrap();
        rows
    };
    eventually("the vault forgets", async || kept().await == 0).await;
    let question = GetCommunityContactsRequest { community_id: id.clone(), purpose: "menghubungi pengurus".into() };
    let contacts = office.get_community_contacts(question).await.unwrap().into_inner().contacts.unwrap();
    let names: Vec<&str> = contacts.officers.iter().map(|officer| officer.name.as_str()).collect();
    assert_eq!(names, ["", "Sekretaris 0001"]);
    assert_eq!(get(&mut office, &id).await.officers, before.officers, "the board's history stays");
    let again = AppointOfficerRequest {
        request_id: request_id(),
        community_id: id,
        officer: Some(Officer { officer_id, ..officer(OfficerRole::Bendahara, "Ketua 0001") }),
        ..Default::default()
    };
    assert_eq!(office.appoint_officer(again).await.unwrap_err().code(), Code::FailedPrecondition);
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn terms_end_by_themselves_on_the_day_after_their_last_one() {
    let nation = Nation::simulated().await;
    let mut office = nation.communities(&nation.simulator());
    let term = |role: OfficerRole, name: &str, year, month, day| Officer {
        role: role.into(),
        name: name.into(),
        term_until: date(year, month, day),
        ..Officer::default()
    };
    let mut row = community_row(1, "KIM Sumber Makmur", "91.03.01.1001");
    row.contacts.as_mut().unwrap().officers = vec![
        term(OfficerRole::Ketua, "Ketua 0001", 2020, 12, 31),
        term(OfficerRole::Sekretaris, "Sekretaris 0001", 2020, 12, 31),
        term(OfficerRole::Bendahara, "Bendahara 0001", 2021, 6, 30),
    ];
    row.recorded_time = Some(timestamp(datetime!(2018-02-01 03:00 UTC)));
    let rows = tokio_stream::once(ImportCommunitiesRequest { rows: vec![row] });
    let mut answers = office.import_communities(rows).await.unwrap().into_inner();
    let result = answers.message().await.unwrap().unwrap().results.remove(0);
    assert_eq!(result.outcome(), RowOutcome::Accepted, "{result:?}");
    let mut clock = nation.simulation(&nation.simulator());
    // Jayapura is nine hours ahead: its first of January begins when it is three in the afternoon in London.
    for (to, ended) in [
        (datetime!(2020-12-31 14:59 UTC), 0),
        (datetime!(2020-12-31 15:00 UTC), 2),
        (datetime!(2021-01-05 00:00 UTC), 2),
        (datetime!(2021-07-01 00:00 UTC), 3),
    ] {
        let advance = AdvanceClockRequest { to: Some(timestamp(to)) };
        clock.advance_clock(advance).await.unwrap();
        let shown = get(&mut office, &result.id).await;
        let left: Vec<_> = shown.officers.iter().filter(|officer| officer.left_on.is_some()).collect();
        assert_eq!(left.len(), ended, "at {to}");
        assert!(left.iter().all(|officer| officer.leave_reason() == OfficerLeaveReason::TermEnded));
    }
    nation.stop();
}
