//! A community's life from gRPC to the dashboard.

use kim_contract::{
    registry::v1::{ActivityRow, Community},
    registry::v1::{
        AdvanceClockRequest, AmendCommunityRequest, CommunityStatus, DissolutionReason, DissolveCommunityRequest,
        DormancyRule, DraftCommunityRequest, FormationRule, GetCommunityRequest, HoldTrainingRequest,
        ImportActivitiesRequest, ImportCommunitiesRequest, ListCommunitiesRequest, OfficeKind,
        RegisterCommunityRequest, ReportActivityRequest, ReturnCommunityRequest, ReturnReason, RowOutcome,
        SetBaselineRequest, SetDormancyRuleRequest, SetFormationRuleRequest, SubmitCommunityRequest, Training,
        TrainingKind,
    },
    reporting::v1::{DateBasis, GetExistenceRequest, ListTrainingsRequest, Month},
};
use kim_eventlog::timestamp;
use time::macros::datetime;
use tonic::{Code, Request};

use crate::harness::{Nation, activity, community_row, date, office, profile, region, request_id};

fn status(community: Option<&Community>) -> CommunityStatus {
    community.expect("the answer has the community").status()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_community_goes_from_draft_to_active_and_the_dashboard_counts_it() {
    let nation = Nation::start().await;
    let mut office = nation.communities(&nation.office("14.01"));
    let draft = DraftCommunityRequest {
        request_id: request_id(),
        profile: profile("KIM Sumber Makmur", "14.01.01.2009"),
        decree_number: "489/07/401.403.6/2015".into(),
        contacts: None,
        decree_issuer_name: String::new(),
    };
    let first = office.draft_community(draft.clone()).await.unwrap().into_inner().community.unwrap();
    assert_eq!(first.status(), CommunityStatus::Draft);
    let again = office.draft_community(draft).await.unwrap().into_inner().community.unwrap();
    assert_eq!(again.community_id, first.community_id, "a retry makes no second one");

    let id = first.community_id;
    let submit =
        |etag: &str| SubmitCommunityRequest { request_id: request_id(), community_id: id.clone(), etag: etag.into() };
    let submitted = office.submit_community(submit(&first.etag)).await.unwrap().into_inner();
    assert_eq!(status(submitted.community.as_ref()), CommunityStatus::Submitted);
    let stale = office.submit_community(submit(&first.etag)).await.unwrap_err();
    assert_eq!(stale.code(), Code::Aborted);
    let returned = office
        .return_community(ReturnCommunityRequest {
            request_id: request_id(),
            community_id: id.clone(),
            etag: String::new(),
            reasons: vec![ReturnReason::SeatWrong.into()],
            note: "Desanya keliru".into(),
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(status(returned.community.as_ref()), CommunityStatus::Returned);
    office
        .amend_community(AmendCommunityRequest {
            request_id: request_id(),
            community_id: id.clone(),
            etag: String::new(),
            profile: profile("KIM Sumber Makmur", "14.01.01.1011"),
            decree_number: "489/07/401.403.6/2015".into(),
            contacts: None,
            decree_issuer_name: String::new(),
        })
        .await
        .unwrap();
    office.submit_community(submit("")).await.unwrap();
    let registered = office
        .register_community(RegisterCommunityRequest {
            request_id: request_id(),
            community_id: id.clone(),
            etag: String::new(),
            registered_on: date(2024, 3, 4),
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(status(registered.community.as_ref()), CommunityStatus::Registered);
    let active = office
        .report_activity(ReportActivityRequest {
            request_id: request_id(),
            community_id: id.clone(),
            etag: String::new(),
            activity: activity(date(2024, 5, 6)),
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(status(active.community.as_ref()), CommunityStatus::Active);

    let listed = office
        .list_communities(ListCommunitiesRequest { region: region("14.01.01"), ..Default::default() })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.communities.iter().map(|c| c.community_id.as_str()).collect::<Vec<_>>(), [id.as_str()]);

    nation.settled().await;
    let (answer, page) = nation.page("/wilayah/14.01.01?bulan=2024-05").await;
    assert_eq!(answer, 200);
    assert!(page.contains("KIM Sumber Makmur"));
    let (_, before) = nation.page("/wilayah/14.01.01?bulan=2024-04").await;
    assert!(!before.contains("Aktif sejak Mei 2024") && before.contains("KIM"));
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_says_what_is_wrong_in_indonesian_and_adds_nothing() {
    let nation = Nation::start().await;
    let mut office = nation.communities(&nation.office("14.01"));
    let head = nation.head().await;
    for (name, seat, word) in [
        ("KIM Baru", "14.01.01.2001", "14.01.01.2001"),
        ("", "14.01.01.2009", "Nama"),
        ("Hubungi 081234567890", "14.01.01.2009", "telepon"),
        ("KIM Baru", "14", "desa"),
    ] {
        let refused = office
            .draft_community(DraftCommunityRequest {
                request_id: request_id(),
                profile: profile(name, seat),
                decree_number: String::new(),
                contacts: None,
                decree_issuer_name: String::new(),
            })
            .await
            .unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{name} {seat}: {refused:?}");
        let details = String::from_utf8_lossy(refused.details()).into_owned();
        assert!(details.contains("id-ID") && details.contains(word), "{name} {seat}: {details}");
    }
    assert_eq!(nation.head().await, head);
    nation.stop();
}

/// The nation's rules and one community that is active, in a simulated log.
pub async fn simulated_with_rules() -> (Nation, String) {
    let nation = Nation::simulated().await;
    let simulator = nation.simulator();
    let at = |t: &str| {
        let t = t.to_owned();
        move |message| {
            let mut request = Request::new(message);
            request.metadata_mut().insert("kim-simulated-time", t.parse().unwrap());
            request
        }
    };
    let mut rules = nation.rules(&simulator);
    let dormancy = SetDormancyRuleRequest {
        request_id: request_id(),
        region: region("00"),
        rule: Some(DormancyRule { reminder_months: 9, dormant_months: 12 }),
        effective_from: date(2018, 1, 1),
    };
    rules.set_dormancy_rule(at("2018-01-01T08:00:00+07:00")(dormancy)).await.unwrap();
    let mut row = community_row(1, "KIM Sumber Makmur", "14.01.01.2009");
    row.source_key = "r1".into();
    row.recorded_time = Some(timestamp(datetime!(2018-02-01 09:00 +7)));
    let mut communities = nation.communities(&simulator);
    let rows = tokio_stream::once(ImportCommunitiesRequest { rows: vec![row] });
    let mut answers = communities.import_communities(rows).await.unwrap().into_inner();
    let result = answers.message().await.unwrap().unwrap().results.remove(0);
    assert_eq!(result.outcome(), RowOutcome::Accepted, "{result:?}");
    (nation, result.id)
}

pub async fn report(nation: &Nation, id: &str, happened: (i32, i32, i32), recorded: time::OffsetDateTime) {
    let row = ActivityRow {
        row: 1,
        community_id: id.into(),
        source_key: String::new(),
        activity: activity(date(happened.0, happened.1, happened.2)),
        recorded_time: Some(timestamp(recorded)),
    };
    let rows = tokio_stream::once(ImportActivitiesRequest { rows: vec![row] });
    let mut answers = nation.communities(&nation.simulator()).import_activities(rows).await.unwrap().into_inner();
    let result = answers.message().await.unwrap().unwrap().results.remove(0);
    assert_eq!(result.outcome(), RowOutcome::Accepted, "{result:?}");
}

pub async fn advance(nation: &Nation, to: time::OffsetDateTime) -> i64 {
    let request = AdvanceClockRequest { to: Some(timestamp(to)) };
    nation.simulation(&nation.simulator()).advance_clock(request).await.unwrap().into_inner().fired
}

pub async fn community(nation: &Nation, id: &str) -> Community {
    let request = GetCommunityRequest { community_id: id.into() };
    nation.communities(&nation.national()).get_community(request).await.unwrap().into_inner().community.unwrap()
}

/// (active, dormant) of the nation at the end of a month.
async fn counted(nation: &Nation, year: i32, month: i32, basis: DateBasis) -> (i64, i64) {
    nation.settled().await;
    let at = Some(Month { year, month });
    let request = GetExistenceRequest { region: region("00"), from: at, to: at, basis: basis.into() };
    let answer = nation.reports(&nation.national()).get_existence(request).await.unwrap().into_inner();
    let existence = answer.months[0].existence.unwrap();
    (existence.active, existence.dormant)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_makes_dormant_by_the_rule_and_a_training_brings_back() {
    let (nation, id) = simulated_with_rules().await;
    report(&nation, &id, (2020, 2, 10), datetime!(2020-02-11 10:00 +7)).await;
    assert_eq!(advance(&nation, datetime!(2020-11-10 00:00 +7)).await, 1, "the reminder, nine months on");
    assert_eq!(community(&nation, &id).await.status(), CommunityStatus::Active);
    assert_eq!(advance(&nation, datetime!(2021-02-09 23:59 +7)).await, 0);
    assert_eq!(advance(&nation, datetime!(2021-02-10 00:00 +7)).await, 1, "twelve months on, to the day");
    assert_eq!(community(&nation, &id).await.status(), CommunityStatus::Dormant);
    assert_eq!(advance(&nation, datetime!(2022-10-06 00:00 +7)).await, 0, "once");
    report(&nation, &id, (2022, 9, 30), datetime!(2022-10-01 10:00 +7)).await;
    assert_eq!(community(&nation, &id).await.status(), CommunityStatus::Dormant, "without a plan it stays dormant");

    let simulator = nation.simulator();
    let name = "Dinas Komunikasi, Informatika dan Statistik Provinsi Riau";
    let mut establish = Request::new(office(name, OfficeKind::Provincial, "14"));
    establish.metadata_mut().insert("kim-simulated-time", "2022-10-06T09:00:00+07:00".parse().unwrap());
    let office = nation.offices(&simulator).establish_office(establish).await.unwrap().into_inner().office.unwrap();
    let mut hold = Request::new(HoldTrainingRequest {
        request_id: request_id(),
        training: Some(Training {
            kind: TrainingKind::Bimtek.into(),
            topic: "platform_kim".into(),
            region: region("14"),
            host_office_id: office.office_id,
            held_from: date(2022, 10, 6),
            held_to: date(2022, 10, 6),
            community_ids: vec![id.clone()],
            office_staff: 12,
            attendance: vec![],
        }),
        ..Default::default()
    });
    hold.metadata_mut().insert("kim-simulated-time", "2022-10-06T16:00:00+07:00".parse().unwrap());
    let training = nation.trainings(&simulator).hold_training(hold).await.unwrap().into_inner().training_id;
    advance(&nation, datetime!(2022-10-07 00:00 +7)).await;
    assert!(community(&nation, &id).await.revitalisation_planned_on.is_some(), "the training gave it a plan");
    report(&nation, &id, (2022, 11, 2), datetime!(2022-11-03 10:00 +7)).await;
    assert_eq!(community(&nation, &id).await.status(), CommunityStatus::Active);

    assert_eq!(counted(&nation, 2020, 2, DateBasis::Happened).await, (1, 0));
    assert_eq!(counted(&nation, 2021, 1, DateBasis::Happened).await, (1, 0));
    assert_eq!(counted(&nation, 2021, 2, DateBasis::Happened).await, (0, 1));
    assert_eq!(counted(&nation, 2022, 10, DateBasis::Happened).await, (0, 1));
    assert_eq!(counted(&nation, 2022, 11, DateBasis::Happened).await, (1, 0));
    let trainings = nation
        .reports(&nation.national())
        .list_trainings(ListTrainingsRequest { region: region("14") })
        .await
        .unwrap()
        .into_inner()
        .trainings;
    assert_eq!(trainings.len(), 1);
    let outcome = &trainings[0];
    assert_eq!((&outcome.training_id, outcome.communities), (&training, 1));
    assert_eq!((outcome.dormant_before, outcome.revitalised_in_90_days), (1, 1));
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_report_takes_dormancy_back_by_the_date_it_happened_and_not_by_the_date_it_was_recorded() {
    let (nation, id) = simulated_with_rules().await;
    report(&nation, &id, (2020, 2, 10), datetime!(2020-02-11 10:00 +7)).await;
    advance(&nation, datetime!(2021-04-01 00:00 +7)).await;
    assert_eq!(community(&nation, &id).await.status(), CommunityStatus::Dormant);
    report(&nation, &id, (2020, 12, 24), datetime!(2021-05-03 10:00 +7)).await;
    assert_eq!(community(&nation, &id).await.status(), CommunityStatus::Active);
    for (month, happened, recorded) in
        [(1, (1, 0), (1, 0)), (3, (1, 0), (0, 1)), (4, (1, 0), (0, 1)), (5, (1, 0), (1, 0))]
    {
        assert_eq!(counted(&nation, 2021, month, DateBasis::Happened).await, happened, "happened, month {month}");
        assert_eq!(counted(&nation, 2021, month, DateBasis::Recorded).await, recorded, "recorded, month {month}");
    }
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_simulated_log_and_only_the_simulator_sets_the_clock() {
    let nation = Nation::start().await;
    let to = AdvanceClockRequest { to: Some(timestamp(datetime!(2030-01-01 00:00 +7))) };
    let real = nation.simulation(&nation.simulator()).advance_clock(to).await.unwrap_err();
    assert_eq!(real.code(), Code::FailedPrecondition, "{real:?}");
    nation.stop();
    let nation = Nation::simulated().await;
    let office = nation.simulation(&nation.national()).advance_clock(to).await.unwrap_err();
    assert_eq!(office.code(), Code::PermissionDenied, "{office:?}");
    let mut row = community_row(1, "KIM Sumber Makmur", "14.01.01.2009");
    row.recorded_time = Some(timestamp(datetime!(2019-01-01 00:00 +7)));
    let rows = tokio_stream::once(ImportCommunitiesRequest { rows: vec![row] });
    let mut answers = nation.communities(&nation.national()).import_communities(rows).await.unwrap().into_inner();
    match answers.message().await {
        Err(status) => assert!(matches!(status.code(), Code::PermissionDenied | Code::InvalidArgument)),
        Ok(answer) => assert_eq!(answer.unwrap().results[0].outcome(), RowOutcome::Refused),
    }
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_master_data_of_figures_comes_from_events() {
    let nation = Nation::start().await;
    let mut rules = nation.rules(&nation.national());
    rules
        .set_baseline(SetBaselineRequest {
            request_id: request_id(),
            code: "active_before_pandemic".into(),
            value: 4_900,
            as_of: date(2020, 2, 29),
            source: "Ditjen IKP, 2022".into(),
        })
        .await
        .unwrap();
    let strict = FormationRule { min_members: 30, decree_required: true, ..FormationRule::default() };
    rules
        .set_formation_rule(SetFormationRuleRequest {
            request_id: request_id(),
            region: region("14.01"),
            rule: Some(strict),
            effective_from: None,
        })
        .await
        .unwrap();
    nation.settled().await;
    let (_, page) = nation.page("/definisi/kim-aktif").await;
    assert!(page.contains("4.900") && page.contains("Ditjen IKP, 2022"));
    // Fourteen members are too few where the rule says thirty, and enough elsewhere.
    let rows = vec![
        community_row(1, "KIM Sumber Makmur", "14.01.01.2009"),
        community_row(2, "KIM Sumber Makmur", "14.71.01.1002"),
    ];
    let rows = tokio_stream::once(ImportCommunitiesRequest { rows });
    let mut answers = nation.communities(&nation.national()).import_communities(rows).await.unwrap().into_inner();
    let mut outcomes = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        outcomes.extend(answer.results.into_iter().map(|r| (r.row, r.outcome())));
    }
    outcomes.sort_unstable();
    assert_eq!(outcomes, [(1, RowOutcome::Refused), (2, RowOutcome::Accepted)]);
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dissolved_community_counts_no_more_and_frees_its_name() {
    let nation = Nation::start().await;
    let mut office = nation.communities(&nation.office("14"));
    let row = community_row(1, "KIM Sumber Makmur", "14.01.01.2009");
    let rows = tokio_stream::once(ImportCommunitiesRequest { rows: vec![row] });
    let mut answers = office.import_communities(rows).await.unwrap().into_inner();
    let result = answers.message().await.unwrap().unwrap().results.remove(0);
    assert_eq!(result.outcome(), RowOutcome::Accepted, "{result:?}");
    let id = result.id;
    let draft = || DraftCommunityRequest {
        request_id: request_id(),
        profile: profile("Sumber  makmur", "14.01.01.2009"),
        decree_number: "17/2024".into(),
        contacts: None,
        decree_issuer_name: String::new(),
    };
    let taken = office.draft_community(draft()).await.unwrap_err();
    assert_eq!(taken.code(), Code::AlreadyExists, "{taken:?}");
    office
        .dissolve_community(DissolveCommunityRequest {
            request_id: request_id(),
            community_id: id.clone(),
            etag: String::new(),
            reason: DissolutionReason::MembersDecided.into(),
            note: String::new(),
        })
        .await
        .unwrap();
    assert_eq!(community(&nation, &id).await.status(), CommunityStatus::Dissolved);
    office.draft_community(draft()).await.unwrap();
    nation.stop();
}
