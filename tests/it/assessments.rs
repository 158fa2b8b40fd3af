//! Lists of codes, and communities assessed by a rubric, from gRPC to the log and back.

use std::path::{Path, PathBuf};

use kim_chassis::identity::{Role, Scope};
use kim_contract::{
    log::v1::{EventFilter, ReadRequest},
    registry::v1::{
        Activity, ActivityReported, ActivityRow, AssessCommunityRequest, Assessment, AssessmentRevisionReason,
        AssessmentStep, AssessmentWithdrawalReason, CodeList, CodeListName, CompareAssessmentsRequest, ComparisonBasis,
        GetAssessmentRequest, GetCodeListRequest, GetRubricRequest, ImportActivitiesRequest, ListAssessmentsRequest,
        ListRubricsRequest, OfficeKind, ReachByLevel, RegionLevel, ReportActivityRequest, ReviseAssessmentRequest,
        RowOutcome, Rubric, Score, SetCodeListRequest, SetRubricRequest, WithdrawAssessmentRequest,
        get_code_list_request::Edition,
    },
    r#type::v1::{Date, Period, PeriodKind},
};
use kimctl::sheet::{CODE, CRITERION, code_row, criterion_row, whole};
use prost::Message;
use tonic::{Code, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::harness::{Nation, activity, date, office, region, request_id};

/// The lists that come with the operator's command line.
fn list(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/kimctl/lists").join(name)
}

fn reason(status: &Status) -> String {
    status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default()
}

/// All that a refusal says to a person.
fn said(status: &Status) -> String {
    let details = status.get_error_details();
    let message = details.localized_message().map(|told| told.message.clone()).unwrap_or_default();
    let wrong = details.bad_request().map(|bad| bad.field_violations.clone()).unwrap_or_default();
    wrong.into_iter().fold(message, |text, wrong| format!("{text}\n{}: {}", wrong.field, wrong.description))
}

/// Establishes the office of a regency.
async fn regency_office(nation: &Nation, code: &str) -> String {
    let request = office(&format!("Dinas Komunikasi dan Informatika {code}"), OfficeKind::Regency, code);
    let answer = nation.offices(&nation.national()).establish_office(request).await.unwrap().into_inner();
    answer.office.unwrap().office_id
}

/// The sample rubric, on a scale from 0 to `scale_max`.
async fn sample_rubric(nation: &Nation, scale_max: i32, effective_from: Option<Date>) -> Rubric {
    let request = SetRubricRequest {
        request_id: request_id(),
        code: "contoh_kinerja".into(),
        name: "Rubrik contoh kinerja KIM".into(),
        is_sample: true,
        scale_max,
        criteria: whole(&list("sample_rubric.csv"), &CRITERION, criterion_row).unwrap(),
        effective_from,
    };
    nation.assessments(&nation.national()).set_rubric(request).await.unwrap().into_inner().rubric.unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "messages have their parts in an `Option`")]
fn month(number: i32) -> Option<Period> {
    Some(Period { kind: PeriodKind::Month.into(), year: 2024, number })
}

/// `score` for every criterion of the rubric but the first, which gets `first`.
fn scores(rubric: &Rubric, first: i32, score: i32) -> Vec<Score> {
    let one = |(i, criterion): (usize, &kim_contract::registry::v1::Criterion)| Score {
        criterion: criterion.code.clone(),
        score: if i == 0 { first } else { score },
        evidence_hashes: vec!["0f".repeat(32)],
    };
    rubric.criteria.iter().enumerate().map(one).collect()
}

fn assess(community: &str, office: &str, rubric: &Rubric, number: i32, first: i32) -> AssessCommunityRequest {
    AssessCommunityRequest {
        request_id: request_id(),
        community_id: community.into(),
        rubric: rubric.code.clone(),
        rubric_version: 0,
        period: month(number),
        scores: scores(rubric, first, 2),
        office_id: office.into(),
        note: "Dinilai bersama pengurus".into(),
    }
}

fn revise(assessment: &Assessment, office: &str, scores: Vec<Score>) -> ReviseAssessmentRequest {
    ReviseAssessmentRequest {
        request_id: request_id(),
        assessment_id: assessment.assessment_id.clone(),
        etag: assessment.etag.clone(),
        rubric_version: 0,
        scores,
        office_id: office.into(),
        reason: AssessmentRevisionReason::Objection.into(),
        note: String::new(),
    }
}

async fn compared(nation: &Nation, token: &str, community: &str, rubric: &Rubric) -> Vec<AssessmentStep> {
    let request = CompareAssessmentsRequest { community_id: community.into(), rubric: rubric.code.clone() };
    nation.assessments(token).compare_assessments(request).await.unwrap().into_inner().steps
}

async fn listed(nation: &Nation, token: &str, wanted: ListAssessmentsRequest) -> Vec<Assessment> {
    nation.assessments(token).list_assessments(wanted).await.unwrap().into_inner().assessments
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_community_is_assessed_period_after_period_and_its_course_is_compared() {
    let nation = Nation::start().await;
    let (community, office_id) = (nation.import_one("14.01.01.2009").await, regency_office(&nation, "14.01").await);
    let token = nation.office("14.01");
    let mut assessments = nation.assessments(&token);
    let rubric = sample_rubric(&nation, 0, date(2024, 1, 1)).await;
    assert_eq!((rubric.version, rubric.is_sample, rubric.scale_max), (1, true, 4));
    assert_eq!(sample_rubric(&nation, 4, date(2024, 1, 1)).await.version, 1, "the same again is no other version");

    let mut wrong = assess(&community, &office_id, &rubric, 1, 5);
    wrong.scores.pop();
    let refused = assessments.assess_community(wrong).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused:?}");
    for what in ["kelembagaan", "0 sampai 4", "kemitraan belum dinilai"] {
        assert!(said(&refused).contains(what), "{}", said(&refused));
    }
    let before = assess(&community, &office_id, &rubric, 1, 2);
    let early = AssessCommunityRequest {
        request_id: request_id(),
        period: Some(Period { kind: PeriodKind::Year.into(), year: 2023, number: 0 }),
        ..before.clone()
    };
    assert_eq!(reason(&assessments.assess_community(early).await.unwrap_err()), "RUBRIC_NOT_IN_FORCE");

    let first = assessments.assess_community(before.clone()).await.unwrap().into_inner().assessment.unwrap();
    assert_eq!((first.total_basis_points, first.is_sample), (5_000, true));
    let again = assessments.assess_community(before).await.unwrap().into_inner().assessment.unwrap();
    assert_eq!(again, first, "a retry makes no second one");
    let twice = assess(&community, &office_id, &rubric, 1, 4);
    let twice = assessments.assess_community(twice).await.unwrap_err();
    assert_eq!((twice.code(), reason(&twice).as_str()), (Code::AlreadyExists, "ASSESSMENT_EXISTS"));

    let second = assess(&community, &office_id, &rubric, 2, 4);
    let second = assessments.assess_community(second).await.unwrap().into_inner().assessment.unwrap();
    let request = revise(&first, &office_id, scores(&rubric, 1, 2));
    let revised = assessments.revise_assessment(request.clone()).await.unwrap().into_inner().assessment.unwrap();
    assert_eq!((revised.total_basis_points, revised.revised_on.is_some()), (4_500, true));
    let retried = assessments.revise_assessment(request).await.unwrap().into_inner().assessment.unwrap();
    assert_eq!(retried, revised);
    let stale = assessments.revise_assessment(revise(&first, &office_id, scores(&rubric, 0, 0))).await.unwrap_err();
    assert_eq!(stale.code(), Code::Aborted, "{stale:?}");

    let stricter = sample_rubric(&nation, 10, date(2024, 3, 1)).await;
    assert_eq!(stricter.version, 2);
    let third = assess(&community, &office_id, &stricter, 3, 10);
    let third = assessments.assess_community(third).await.unwrap().into_inner().assessment.unwrap();
    assert_eq!((third.rubric_version, third.total_basis_points), (2, 3_600));
    let steps = compared(&nation, &token, &community, &rubric).await;
    let course: Vec<_> = steps.iter().map(|step| (step.basis(), step.total_difference_basis_points)).collect();
    assert_eq!(
        course,
        [(ComparisonBasis::First, 0), (ComparisonBasis::Criteria, 1_500), (ComparisonBasis::TotalOnly, -2_400)]
    );
    assert_eq!(steps[1].compared_with_id, first.assessment_id);
    let grown: Vec<_> = steps[1].differences.iter().filter(|one| one.difference != 0).collect();
    assert_eq!((grown.len(), grown[0].criterion.as_str(), grown[0].difference), (1, "kelembagaan", 3));
    assert!(steps[2].differences.is_empty(), "two versions are compared in total only");

    let all = ListAssessmentsRequest { region: region("14"), page_size: 2, ..Default::default() };
    let page = assessments.list_assessments(all.clone()).await.unwrap().into_inner();
    let rest = ListAssessmentsRequest { page_token: page.next_page_token.clone(), ..all };
    let rest = assessments.list_assessments(rest).await.unwrap().into_inner();
    let ids: Vec<_> = page.assessments.iter().chain(&rest.assessments).map(|one| one.assessment_id.clone()).collect();
    assert_eq!(ids, [&first, &second, &third].map(|one| one.assessment_id.clone()), "period after period");
    assert!(rest.next_page_token.is_empty() && page.assessments.iter().all(|one| one.is_sample));
    let of_february = ListAssessmentsRequest { period: month(2), ..Default::default() };
    assert_eq!(listed(&nation, &token, of_february).await, std::slice::from_ref(&second));

    let withdraw = WithdrawAssessmentRequest {
        request_id: request_id(),
        assessment_id: second.assessment_id.clone(),
        etag: String::new(),
        reason: AssessmentWithdrawalReason::WrongPeriod.into(),
        note: String::new(),
    };
    assessments.withdraw_assessment(withdraw).await.unwrap();
    let gone = GetAssessmentRequest { assessment_id: second.assessment_id.clone() };
    let gone = assessments.get_assessment(gone).await.unwrap().into_inner().assessment.unwrap();
    assert!(gone.withdrawn_on.is_some());
    assert_eq!(compared(&nation, &token, &community, &rubric).await.len(), 2);
    let late = assessments.revise_assessment(revise(&gone, &office_id, scores(&rubric, 0, 0))).await.unwrap_err();
    assert_eq!(reason(&late), "ASSESSMENT_WITHDRAWN");
    let anew = assess(&community, &office_id, &rubric, 2, 3);
    let anew = assessments.assess_community(anew).await.unwrap().into_inner().assessment.unwrap();
    assert_eq!((anew.assessment_id, anew.withdrawn_on), (second.assessment_id, None));

    // The figures go on: none of this is a type that they do not know.
    nation.settled().await;
    assert_eq!(nation.page("/wilayah/14.01.01?bulan=2024-05").await.0, 200);
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_office_neither_assesses_nor_reads_nor_learns_that_there_is_an_assessment() {
    let nation = Nation::start().await;
    let (community, office_id) = (nation.import_one("13.01.01.2001").await, regency_office(&nation, "13.01").await);
    let rubric = sample_rubric(&nation, 4, date(2024, 1, 1)).await;
    let request = assess(&community, &office_id, &rubric, 1, 4);
    let mut own = nation.assessments(&nation.office("13.01"));
    let there = own.assess_community(request).await.unwrap().into_inner().assessment.unwrap();
    let head = nation.head().await;
    let nowhere = Assessment { assessment_id: Uuid::now_v7().to_string(), ..there.clone() };
    let unknown = Uuid::now_v7().to_string();
    let strangers = [
        nation.office("14"),
        nation.office("13.02"),
        nation.token(Role::KimOfficer, Scope::Kim { id: Uuid::now_v7() }),
        nation.token(Role::Citizen, Scope::Citizen),
    ];
    for (number, token) in strangers.iter().enumerate() {
        let tried = async |community: &str, assessment: &Assessment| {
            let mut client = nation.assessments(token);
            let compare = CompareAssessmentsRequest { community_id: community.into(), rubric: rubric.code.clone() };
            let get = GetAssessmentRequest { assessment_id: assessment.assessment_id.clone() };
            let withdraw = WithdrawAssessmentRequest {
                request_id: request_id(),
                assessment_id: assessment.assessment_id.clone(),
                etag: String::new(),
                reason: AssessmentWithdrawalReason::Other.into(),
                note: String::new(),
            };
            let set = assess(community, &office_id, &rubric, 2, 4);
            [
                client.assess_community(set).await.err(),
                client.revise_assessment(revise(assessment, &office_id, scores(&rubric, 0, 0))).await.err(),
                client.withdraw_assessment(withdraw).await.err(),
                client.get_assessment(get).await.err(),
                client.compare_assessments(compare).await.err(),
            ]
        };
        let known = tried(&community, &there).await;
        for (there, nowhere) in known.into_iter().zip(tried(&unknown, &nowhere).await) {
            let words =
                |status: Option<Status>| status.map(|s| (s.code(), s.message().to_owned(), s.details().to_vec()));
            let (there, nowhere) = (words(there), words(nowhere));
            assert_eq!(there.as_ref().map(|(code, ..)| *code), Some(Code::NotFound), "stranger {number}");
            assert_eq!(there, nowhere, "stranger {number}: the refusals differ");
        }
        let list = ListAssessmentsRequest { region: region("13"), ..Default::default() };
        if let Ok(list) = nation.assessments(token).list_assessments(list).await {
            assert!(list.into_inner().assessments.is_empty(), "stranger {number}");
        }
        let set = SetRubricRequest { request_id: request_id(), code: "milik_sendiri".into(), ..Default::default() };
        let refused = nation.assessments(token).set_rubric(set).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "stranger {number}");
        // What everybody goes by, everybody reads.
        let read = GetRubricRequest { code: rubric.code.clone(), edition: None };
        assert!(nation.assessments(token).get_rubric(read).await.is_ok(), "stranger {number}");
        let rubrics = nation.assessments(token).list_rubrics(ListRubricsRequest::default()).await.unwrap();
        assert_eq!(rubrics.into_inner().rubrics.len(), 1);
    }
    // An office that is not the caller's does not assess for it.
    let elsewhere = regency_office(&nation, "14.01").await;
    for office_id in [elsewhere, Uuid::now_v7().to_string()] {
        let refused = own.assess_community(assess(&community, &office_id, &rubric, 2, 4)).await.unwrap_err();
        assert_eq!(reason(&refused), "ASSESSING_OFFICE_NOT_FOUND", "{refused:?}");
    }
    assert_eq!(nation.head().await.get(), head.get() + 1, "only the other office was established");

    // The community's own officer reads it, and assesses nothing.
    let officer = nation.token(Role::KimOfficer, Scope::Kim { id: community.parse().unwrap() });
    let own = listed(&nation, &officer, ListAssessmentsRequest::default()).await;
    assert_eq!(own.iter().map(|one| &one.assessment_id).collect::<Vec<_>>(), [&there.assessment_id]);
    assert_eq!(compared(&nation, &officer, &community, &rubric).await.len(), 1);
    let own = nation.assessments(&officer).assess_community(assess(&community, &office_id, &rubric, 2, 4)).await;
    assert_eq!(own.unwrap_err().code(), Code::NotFound);
    nation.stop();
}

async fn set_list(nation: &Nation, token: &str, name: CodeListName, file: &str) -> Result<CodeList, Status> {
    let request = SetCodeListRequest {
        request_id: request_id(),
        name: name.into(),
        entries: whole(&list(file), &CODE, code_row).unwrap(),
        effective_from: date(2017, 1, 1),
    };
    Ok(nation.code_lists(token).set_code_list(request).await?.into_inner().code_list.unwrap())
}

async fn reported(nation: &Nation) -> Vec<ActivityReported> {
    let filter = EventFilter { types: vec!["kim.registry.v1.ActivityReported".into()], ..Default::default() };
    let request = ReadRequest { from_position: 1, filter: Some(filter), follow: false };
    let mut answers = nation.log(&nation.national()).read(request).await.unwrap().into_inner();
    let mut reported = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        reported.extend(answer.events.iter().map(|event| ActivityReported::decode(event.payload.clone()).unwrap()));
    }
    reported
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_activity_has_a_topic_of_the_list_and_its_reach_by_level() {
    let nation = Nation::start().await;
    let community = nation.import_one("14.01.01.2009").await;
    let mut communities = nation.communities(&nation.office("14.01"));
    let refused = set_list(&nation, &nation.office("14"), CodeListName::Topic, "topic.csv").await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    let kinds = set_list(&nation, &nation.national(), CodeListName::ActivityKind, "activity_kind.csv").await.unwrap();
    assert_eq!((kinds.version, kinds.entries.iter().filter(|kind| kind.literacy).count()), (1, 1));
    let topics = set_list(&nation, &nation.national(), CodeListName::Topic, "topic.csv").await.unwrap();
    let again = set_list(&nation, &nation.national(), CodeListName::Topic, "topic.csv").await.unwrap();
    assert_eq!(again, topics, "the same again is no other version");

    let level = |level: RegionLevel, people| ReachByLevel { level: level.into(), people };
    let about = |topic: &str, happened_on, reach: &[ReachByLevel]| ReportActivityRequest {
        request_id: request_id(),
        community_id: community.clone(),
        etag: String::new(),
        activity: Some(Activity { topic: topic.into(), reach: reach.to_vec(), ..activity(happened_on).unwrap() }),
    };
    let reach = [level(RegionLevel::District, 5), level(RegionLevel::Village, 20)];
    communities.report_activity(about("stunting", date(2024, 5, 6), &reach)).await.unwrap();
    for (request, why, helps) in [
        (about("stuntig", date(2024, 5, 6), &[]), "TOPIC_UNKNOWN", "stunting"),
        (about("stunting", date(2023, 5, 6), &[]), "TOPIC_NOT_YET_VALID", "1 Januari 2024"),
        (about("Stunting!", date(2024, 5, 6), &[]), "TOPIC_INVALID", "huruf kecil"),
        (about("stunting", date(2024, 5, 6), &reach[..1]), "REACH_DIFFERS", "25"),
    ] {
        let refused = communities.report_activity(request).await.unwrap_err();
        assert_eq!((refused.code(), reason(&refused).as_str()), (Code::InvalidArgument, why));
        assert!(said(&refused).contains(helps), "{why}: {}", said(&refused));
    }
    let row = |row, topic: &str| ActivityRow {
        row,
        community_id: community.clone(),
        source_key: String::new(),
        activity: about(topic, date(2025, 2, 3), &[]).activity,
        recorded_time: None,
    };
    let rows =
        tokio_stream::once(ImportActivitiesRequest { rows: vec![row(1, "antihoaks"), row(2, "hoaks"), row(3, "")] });
    let mut answers = communities.import_activities(rows).await.unwrap().into_inner();
    let results = answers.message().await.unwrap().unwrap().results;
    let outcomes: Vec<_> = results.iter().map(|result| (result.row, result.outcome())).collect();
    assert_eq!(outcomes, [(1, RowOutcome::Accepted), (2, RowOutcome::Refused), (3, RowOutcome::Accepted)]);
    let problem = &results[1].problems[0];
    assert_eq!((problem.field.as_str(), problem.reason.as_str()), ("activity.topic", "TOPIC_UNKNOWN"));
    assert!(problem.remedy.contains("antihoaks"), "{problem:?}");

    let events = reported(&nation).await;
    assert_eq!(events.iter().map(|event| event.topic.as_str()).collect::<Vec<_>>(), ["stunting", "antihoaks", ""]);
    assert_eq!((events[0].reach.as_slice(), events[0].people_reached), (&reach[..], 25));
    assert!(events[1].reach.is_empty());

    // A topic that is no longer given is retired; taken off the list it cannot be.
    let mut entries = topics.entries.clone();
    let at = entries.iter().position(|entry| entry.code == "stunting").unwrap();
    let without = SetCodeListRequest {
        request_id: request_id(),
        name: CodeListName::Topic.into(),
        entries: entries.iter().filter(|entry| entry.code != "stunting").cloned().collect(),
        effective_from: date(2017, 1, 1),
    };
    let mut lists = nation.code_lists(&nation.national());
    assert_eq!(reason(&lists.set_code_list(without.clone()).await.unwrap_err()), "CODE_REMOVED");
    entries[at].retired_on = date(2024, 6, 1);
    let retired = SetCodeListRequest { request_id: request_id(), entries, ..without };
    assert_eq!(lists.set_code_list(retired).await.unwrap().into_inner().code_list.unwrap().version, 2);
    communities.report_activity(about("stunting", date(2024, 5, 31), &[])).await.unwrap();
    let late = communities.report_activity(about("stunting", date(2024, 6, 1), &[])).await.unwrap_err();
    assert_eq!(reason(&late), "TOPIC_RETIRED");

    let citizen = nation.token(Role::Citizen, Scope::Citizen);
    let read = async |edition| {
        let request = GetCodeListRequest { name: CodeListName::Topic.into(), edition };
        let answer = nation.code_lists(&citizen).get_code_list(request).await?.into_inner();
        Ok::<_, Status>(answer.code_list.unwrap().version)
    };
    assert_eq!(read(None).await.unwrap(), 2);
    assert_eq!(read(Some(Edition::Version(1))).await.unwrap(), 1);
    assert_eq!(read(Some(Edition::On(date(2016, 12, 31).unwrap()))).await.unwrap_err().code(), Code::NotFound);
    nation.stop();
}
