//! A training from its plan to what the communities did after it.

use kim_contract::{
    log::v1::ReadRequest,
    registry::v1::{
        AmendTrainingRequest, Attendance, CancelTrainingRequest, CloseOfficeRequest, CommunityOutcome, CommunityStatus,
        DissolutionReason, DissolveCommunityRequest, DraftCommunityRequest, GetTrainingOutcomeRequest,
        GetTrainingOutcomeResponse, GetTrainingRequest, HoldTrainingRequest, InviteToTrainingRequest,
        ListTrainingsRequest, OfficeKind, PlanTrainingRequest, RegisterCommunityRequest, ReportTrainingRequest,
        SubmitCommunityRequest, Training, TrainingCancellationReason, TrainingKind, TrainingMaterial, TrainingPlan,
        TrainingStatus, TrainingSummary, training_service_client::TrainingServiceClient,
    },
    reporting::v1::ListTrainingsRequest as ListReportedTrainingsRequest,
    r#type::v1::Date,
};
use time::macros::datetime;
use tonic::{Code, Request, Status};
use uuid::Uuid;

use crate::{
    harness::{Caller, Nation, date, office, profile, region, request_id},
    journeys::{advance, community, report, simulated_with_rules},
};

/// An office's own words.
const NOTE: &str = "Banjir di tempat acara";

type Trainings = TrainingServiceClient<Caller>;

/// A request that is recorded at this time: RFC 3339.
fn at<T>(time: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("kim-simulated-time", time.parse().unwrap());
    request
}

fn plan(code: &str, from: Option<Date>, to: Option<Date>) -> PlanTrainingRequest {
    let plan = TrainingPlan {
        kind: TrainingKind::Bimtek.into(),
        topic: "platform_kim".into(),
        region: region(code),
        host_office_id: String::new(),
        planned_from: from,
        planned_to: to,
        title: "Bimtek Platform KIM".into(),
        place: region(code),
    };
    PlanTrainingRequest { request_id: request_id(), plan: Some(plan) }
}

fn invite(id: &str, communities: &[&str]) -> InviteToTrainingRequest {
    InviteToTrainingRequest {
        request_id: request_id(),
        training_id: id.into(),
        etag: String::new(),
        community_ids: communities.iter().map(|&id| id.into()).collect(),
    }
}

/// Held on 6 and 7 October 2022, as it was planned.
fn hold(id: &str, communities: &[&str]) -> HoldTrainingRequest {
    let training = Training {
        held_from: date(2022, 10, 6),
        held_to: date(2022, 10, 7),
        community_ids: communities.iter().map(|&id| id.into()).collect(),
        office_staff: 12,
        ..Training::default()
    };
    HoldTrainingRequest {
        request_id: request_id(),
        training: Some(training),
        training_id: id.into(),
        etag: String::new(),
    }
}

/// Held on one day, and never planned.
fn hold_unplanned(code: &str, on: Option<Date>, communities: &[&str]) -> HoldTrainingRequest {
    let mut request = hold("", communities);
    let training = request.training.as_mut().expect("it is there");
    (training.held_from, training.held_to) = (on, None);
    (training.kind, training.topic) = (TrainingKind::Sosialisasi.into(), "platform_kim".into());
    training.region = region(code);
    request
}

fn tell(id: &str) -> ReportTrainingRequest {
    let material = TrainingMaterial {
        title: "Modul Platform KIM".into(),
        document_hash: "ab".repeat(32),
        link: "https://kim.id/materi".into(),
    };
    ReportTrainingRequest {
        request_id: request_id(),
        training_id: id.into(),
        etag: String::new(),
        report_hash: "cd".repeat(32),
        materials: vec![material],
    }
}

fn cancel(id: &str) -> CancelTrainingRequest {
    CancelTrainingRequest {
        request_id: request_id(),
        training_id: id.into(),
        etag: String::new(),
        reason: TrainingCancellationReason::Disaster.into(),
        note: NOTE.into(),
    }
}

async fn outcome(trainings: &mut Trainings, id: &str) -> Result<GetTrainingOutcomeResponse, Status> {
    let request = GetTrainingOutcomeRequest { training_id: id.into() };
    trainings.get_training_outcome(request).await.map(tonic::Response::into_inner)
}

fn of<'o>(outcome: &'o GetTrainingOutcomeResponse, community: &str) -> &'o CommunityOutcome {
    outcome.outcomes.iter().find(|outcome| outcome.community_id == community).expect("it took part")
}

/// A community that was handed in, and that nobody registered yet.
async fn submitted(nation: &Nation, time: &str, name: &str) -> String {
    let mut communities = nation.communities(&nation.simulator());
    let draft = DraftCommunityRequest {
        request_id: request_id(),
        profile: profile(name, "14.01.01.1011"),
        decree_number: "17/2022".into(),
        contacts: None,
        decree_issuer_name: String::new(),
    };
    let drafted = communities.draft_community(at(time, draft)).await.unwrap().into_inner();
    let id = drafted.community.unwrap().community_id;
    let submit = SubmitCommunityRequest { request_id: request_id(), community_id: id.clone(), etag: String::new() };
    communities.submit_community(at(time, submit)).await.unwrap();
    id
}

/// Riau's bimtek of October 2022, planned in September.
async fn planned(trainings: &mut Trainings) -> TrainingSummary {
    let request = plan("14", date(2022, 10, 6), date(2022, 10, 7));
    let planned = trainings.plan_training(at("2022-09-10T09:00:00+07:00", request.clone())).await.unwrap();
    let summary = planned.into_inner().summary.unwrap();
    let again = trainings.plan_training(at("2022-09-10T09:00:01+07:00", request)).await.unwrap().into_inner();
    assert_eq!(again.summary.as_ref(), Some(&summary), "a retry makes no second one");
    summary
}

async fn register(nation: &Nation, time: &str, id: &str) {
    let request = RegisterCommunityRequest {
        request_id: request_id(),
        community_id: id.into(),
        etag: String::new(),
        registered_on: None,
    };
    nation.communities(&nation.simulator()).register_community(at(time, request)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_community_that_was_dissolved_is_neither_invited_nor_said_to_have_come_later() {
    let (nation, id) = simulated_with_rules().await;
    let mut trainings = nation.trainings(&nation.simulator());
    let training = planned(&mut trainings).await.training_id;
    let dissolve = DissolveCommunityRequest {
        request_id: request_id(),
        community_id: id.clone(),
        reason: DissolutionReason::MembersDecided.into(),
        ..DissolveCommunityRequest::default()
    };
    let mut communities = nation.communities(&nation.simulator());
    communities.dissolve_community(at("2022-09-20T09:00:00+07:00", dissolve)).await.unwrap();
    let names_it =
        |refused: &Status| String::from_utf8_lossy(refused.details()).contains(&format!("KIM {id} sudah bubar"));
    let invited = trainings.invite_to_training(at("2022-09-21T09:00:00+07:00", invite(&training, &[&id]))).await;
    let invited = invited.unwrap_err();
    assert!(invited.code() == Code::FailedPrecondition && names_it(&invited), "{invited:?}");
    let came = trainings.hold_training(at("2022-10-07T16:00:00+07:00", hold(&training, &[&id]))).await.unwrap_err();
    assert!(came.code() == Code::FailedPrecondition && names_it(&came), "{came:?}");
    // What is told late of a day when it was still there is told all the same.
    let earlier = hold_unplanned("14", date(2022, 9, 19), &[&id]);
    trainings.hold_training(at("2022-10-07T16:00:00+07:00", earlier)).await.unwrap();
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_training_goes_from_plan_to_report() {
    let (nation, id) = simulated_with_rules().await;
    let new = submitted(&nation, "2022-09-02T09:00:00+07:00", "KIM Baru").await;
    let mut trainings = nation.trainings(&nation.simulator());
    let past = plan("14", date(2022, 9, 1), None);
    let past = trainings.plan_training(at("2022-09-10T09:00:00+07:00", past)).await.unwrap_err();
    assert_eq!(past.code(), Code::InvalidArgument, "{past:?}");
    let summary = planned(&mut trainings).await;
    assert_eq!(summary.status(), TrainingStatus::Planned);
    let training = summary.training_id;

    let invited = trainings.invite_to_training(at("2022-09-11T09:00:00+07:00", invite(&training, &[&id]))).await;
    let invited = invited.unwrap().into_inner().summary.unwrap();
    assert_eq!(invited.invited_communities, 1);
    let again = trainings.invite_to_training(at("2022-09-11T10:00:00+07:00", invite(&training, &[&id]))).await;
    assert_eq!(again.unwrap().into_inner().summary.as_ref(), Some(&invited), "once invited is enough");
    let amend = |etag: &str| AmendTrainingRequest {
        request_id: request_id(),
        training_id: training.clone(),
        etag: etag.into(),
        topic: "cek_fakta".into(),
        ..AmendTrainingRequest::default()
    };
    let stale = trainings.amend_training(at("2022-09-12T09:00:00+07:00", amend(&summary.etag))).await.unwrap_err();
    assert_eq!(stale.code(), Code::Aborted, "{stale:?}");
    trainings.amend_training(at("2022-09-12T09:00:00+07:00", amend(&invited.etag))).await.unwrap();

    let early = trainings.hold_training(at("2022-10-06T16:00:00+07:00", hold(&training, &[&id]))).await.unwrap_err();
    assert_eq!(early.code(), Code::InvalidArgument, "it is not over yet: {early:?}");
    let early = outcome(&mut trainings, &training).await.unwrap_err();
    assert_eq!(early.code(), Code::FailedPrecondition, "{early:?}");
    // Who was not invited came, too; of the other one it was noted who.
    let mut came = hold(&training, &[&id, &new]);
    let officer_ids = vec![Uuid::now_v7().to_string()];
    came.training.as_mut().unwrap().attendance =
        vec![Attendance { community_id: id.clone(), officer_ids: officer_ids.clone(), people: 3 }];
    let mut named = came.clone();
    named.request_id = request_id();
    named.training.as_mut().unwrap().topic = "cek_fakta".into();
    let named = trainings.hold_training(at("2022-10-07T16:00:00+07:00", named)).await.unwrap_err();
    assert_eq!(named.code(), Code::InvalidArgument, "what stands in the plan is not said twice: {named:?}");
    let held = trainings.hold_training(at("2022-10-07T16:00:00+07:00", came)).await.unwrap().into_inner();
    let summary = held.summary.unwrap();
    assert_eq!((held.training_id.as_str(), summary.status()), (training.as_str(), TrainingStatus::Held));
    assert_eq!((summary.communities, summary.people, summary.invited_communities), (2, 3, 1));

    let told = trainings.report_training(at("2022-10-10T09:00:00+07:00", tell(&training))).await.unwrap().into_inner();
    assert_eq!(told.summary.unwrap().status(), TrainingStatus::Reported);
    let whole = trainings.get_training(GetTrainingRequest { training_id: training.clone() }).await.unwrap();
    let whole = whole.into_inner();
    let as_held = whole.training.unwrap();
    assert_eq!((as_held.topic.as_str(), &as_held.attendance[0].officer_ids), ("cek_fakta", &officer_ids));
    assert_eq!(whole.invited_community_ids, std::slice::from_ref(&id));
    assert_eq!(whole.report.unwrap().materials[0].title, "Modul Platform KIM");
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_communities_did_after_a_training_is_known_in_whatever_order_it_was_recorded() {
    let (nation, id) = simulated_with_rules().await;
    report(&nation, &id, (2020, 2, 10), datetime!(2020-02-11 10:00 +7)).await;
    advance(&nation, datetime!(2022-09-01 00:00 +7)).await;
    assert_eq!(community(&nation, &id).await.status(), CommunityStatus::Dormant);
    let new = submitted(&nation, "2022-09-02T09:00:00+07:00", "KIM Baru").await;
    let mut trainings = nation.trainings(&nation.simulator());
    let training = planned(&mut trainings).await.training_id;
    trainings.hold_training(at("2022-10-07T16:00:00+07:00", hold(&training, &[&id, &new]))).await.unwrap();
    advance(&nation, datetime!(2022-10-08 00:00 +7)).await;
    assert!(community(&nation, &id).await.revitalisation_planned_on.is_some(), "the training gave it a plan");

    let none = outcome(&mut trainings, &training).await.unwrap();
    assert_eq!((none.communities, none.active, none.registered, none.revitalised), (2, 0, 0, 0));
    assert_eq!(none.follow_until, date(2023, 1, 5));
    report(&nation, &id, (2022, 11, 2), datetime!(2022-11-03 10:00 +7)).await;
    assert_eq!(community(&nation, &id).await.status(), CommunityStatus::Active);
    register(&nation, "2022-12-01T09:00:00+07:00", &new).await;
    let followed = outcome(&mut trainings, &training).await.unwrap();
    assert_eq!((followed.active, followed.registered, followed.revitalised), (1, 1, 1));
    assert_eq!(of(&followed, &id).first_activity_on, date(2022, 11, 2));
    assert_eq!(of(&followed, &id).revitalised_on, date(2022, 11, 2));
    assert_eq!(of(&followed, &new).registered_on, date(2022, 12, 1));
    assert_eq!(of(&followed, &new).name, "KIM Baru");
    // Long after: one within the window, and one of the day after it.
    report(&nation, &id, (2022, 10, 20), datetime!(2023-05-01 10:00 +7)).await;
    report(&nation, &new, (2023, 1, 6), datetime!(2023-05-01 11:00 +7)).await;
    let late = outcome(&mut trainings, &training).await.unwrap();
    assert_eq!(of(&late, &id).first_activity_on, date(2022, 10, 20), "a late report changes the answer");
    assert_eq!(late.active, 1, "the 91st day is none of the 90");

    // Another one, recorded when all that followed it was known already.
    let after = hold_unplanned("14.01", date(2022, 11, 20), &[&new, &id]);
    let after = trainings.hold_training(at("2023-05-02T09:00:00+07:00", after)).await.unwrap().into_inner();
    let known = outcome(&mut trainings, &after.training_id).await.unwrap();
    assert_eq!((known.active, known.registered, known.revitalised), (1, 1, 0));
    assert_eq!(of(&known, &new).first_activity_on, date(2023, 1, 6));
    assert_eq!(of(&known, &id).first_activity_on, None, "it did all of it before");

    nation.settled().await;
    let counted = ListReportedTrainingsRequest { region: region("14") };
    let counted = nation.reports(&nation.national()).list_trainings(counted).await.unwrap().into_inner().trainings;
    assert_eq!(counted.len(), 2);
    let counted = counted.iter().find(|counted| counted.training_id == training).expect("a planned one counts, too");
    assert_eq!((counted.communities, counted.dormant_before, counted.revitalised_in_90_days), (2, 1, 1));
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_has_the_newest_first_and_no_more_than_is_asked_for_and_within_reach() {
    let (nation, id) = simulated_with_rules().await;
    let mut trainings = nation.trainings(&nation.simulator());
    let provincial = planned(&mut trainings).await.training_id;
    let mut recorded = Vec::new();
    for (month, code) in [(3, "14.01"), (4, "14.01.01"), (5, "14.02")] {
        let communities: &[&str] = if code == "14.02" { &[] } else { &[&id] };
        let hold = hold_unplanned(code, date(2022, month, 1), communities);
        let answer = trainings.hold_training(at("2022-09-10T09:00:02+07:00", hold)).await.unwrap().into_inner();
        recorded.push(answer.training_id);
    }
    let [march, april, may] = &recorded[..] else { panic!("{recorded:?}") };
    let list = async |token: &str, request: ListTrainingsRequest| {
        let mut office = nation.trainings(token);
        let mut request = ListTrainingsRequest { page_size: 1, ..request };
        let mut ids = Vec::new();
        loop {
            let page = office.list_trainings(request.clone()).await.unwrap().into_inner();
            assert!(page.trainings.len() <= 1);
            ids.extend(page.trainings.into_iter().map(|training| training.training_id));
            if page.next_page_token.is_empty() {
                return ids;
            }
            request.page_token = page.next_page_token;
        }
    };
    let all = ListTrainingsRequest::default;
    let (province, regency) = (nation.office("14"), nation.office("14.01"));
    assert_eq!(list(&province, all()).await, [&provincial, may, april, march].map(String::as_str));
    assert_eq!(list(&regency, all()).await, [april, march].map(String::as_str), "the province's own is not its own");
    assert!(list(&nation.office("13"), all()).await.is_empty());
    let district = ListTrainingsRequest { region: region("14.01.01"), ..all() };
    assert_eq!(list(&province, district).await, [april.as_str()]);
    let kind = ListTrainingsRequest { kinds: vec![TrainingKind::Bimtek.into()], ..all() };
    assert_eq!(list(&province, kind).await, [provincial.as_str()]);
    let status = ListTrainingsRequest { statuses: vec![TrainingStatus::Held.into()], ..all() };
    assert_eq!(list(&province, status).await, [may, april, march].map(String::as_str));
    let days = ListTrainingsRequest { from: date(2022, 4, 1), to: date(2022, 4, 30), ..all() };
    assert_eq!(list(&province, days).await, [april.as_str()]);
    let days = ListTrainingsRequest { from: date(2022, 10, 7), ..all() };
    assert_eq!(list(&province, days).await, [provincial.as_str()], "until its last day");
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_training_takes_nothing_more() {
    let (nation, id) = simulated_with_rules().await;
    let mut trainings = nation.trainings(&nation.simulator());
    let training = planned(&mut trainings).await.training_id;
    trainings.invite_to_training(at("2022-09-11T09:00:00+07:00", invite(&training, &[&id]))).await.unwrap();
    let gone = trainings.cancel_training(at("2022-10-05T09:00:00+07:00", cancel(&training))).await.unwrap();
    assert_eq!(gone.into_inner().summary.unwrap().status(), TrainingStatus::Cancelled);
    let time = "2022-10-08T09:00:00+07:00";
    let amend = AmendTrainingRequest {
        request_id: request_id(),
        training_id: training.clone(),
        topic: "cek_fakta".into(),
        ..AmendTrainingRequest::default()
    };
    let head = nation.head().await;
    for (what, refused) in [
        ("AmendTraining", trainings.amend_training(at(time, amend)).await.err()),
        ("InviteToTraining", trainings.invite_to_training(at(time, invite(&training, &[&id]))).await.err()),
        ("HoldTraining", trainings.hold_training(at(time, hold(&training, &[&id]))).await.err()),
        ("ReportTraining", trainings.report_training(at(time, tell(&training))).await.err()),
        ("CancelTraining", trainings.cancel_training(at(time, cancel(&training))).await.err()),
        ("GetTrainingOutcome", outcome(&mut trainings, &training).await.err()),
    ] {
        let refused = refused.unwrap_or_else(|| panic!("{what} was done"));
        assert_eq!(refused.code(), Code::FailedPrecondition, "{what}: {refused:?}");
        assert!(String::from_utf8_lossy(refused.details()).contains("dibatalkan"), "{what}: {refused:?}");
    }
    assert_eq!(nation.head().await, head);
    let shown = trainings.get_training(GetTrainingRequest { training_id: training }).await.unwrap().into_inner();
    let cancellation = shown.cancellation.unwrap();
    assert_eq!(cancellation.reason(), TrainingCancellationReason::Disaster);
    assert_eq!((cancellation.cancelled_on, shown.training), (date(2022, 10, 5), None));
    let request = ReadRequest { from_position: 1, filter: None, follow: false };
    let mut answers = nation.log(&nation.national()).read(request).await.unwrap().into_inner();
    let mut types = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        for event in answer.events {
            assert!(!String::from_utf8_lossy(&event.payload).contains(NOTE), "the note stands in {}", event.r#type);
            types.push(event.r#type);
        }
    }
    assert_eq!(types.last().map(String::as_str), Some("kim.registry.v1.TrainingCancelled"));
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_office_hosts_no_training_that_begins_when_it_is_closed() {
    let (nation, id) = simulated_with_rules().await;
    let simulator = nation.simulator();
    let (mut offices, mut trainings) = (nation.offices(&simulator), nation.trainings(&simulator));
    let establish = office("Diskominfotik Provinsi Riau", OfficeKind::Provincial, "14");
    let host = offices.establish_office(at("2022-09-01T09:00:00+07:00", establish)).await.unwrap().into_inner();
    let host = host.office.unwrap().office_id;
    let close = CloseOfficeRequest { request_id: request_id(), office_id: host.clone(), ..Default::default() };
    offices.close_office(at("2022-09-20T09:00:00+07:00", close)).await.unwrap();

    let mut late = plan("14", date(2022, 10, 6), None);
    late.plan.as_mut().unwrap().host_office_id = host.clone();
    let late = trainings.plan_training(at("2022-09-21T09:00:00+07:00", late)).await.unwrap_err();
    assert_eq!(late.code(), Code::InvalidArgument, "{late:?}");
    assert!(String::from_utf8_lossy(late.details()).contains("HOST_OFFICE_CLOSED"), "{late:?}");
    // Recorded late: then it was open.
    let mut before = hold_unplanned("14", date(2022, 9, 19), &[&id]);
    before.training.as_mut().unwrap().host_office_id = host;
    trainings.hold_training(at("2022-09-21T10:00:00+07:00", before)).await.unwrap();
    nation.stop();
}

/// Every RPC that speaks of one training, tried on it. `None` where it was allowed.
async fn tried(trainings: &mut Trainings, id: &str, community: &str) -> Vec<(&'static str, Option<Status>)> {
    let amend = AmendTrainingRequest {
        request_id: request_id(),
        training_id: id.into(),
        topic: "cek_fakta".into(),
        ..AmendTrainingRequest::default()
    };
    vec![
        ("GetTraining", trainings.get_training(GetTrainingRequest { training_id: id.into() }).await.err()),
        ("GetTrainingOutcome", outcome(trainings, id).await.err()),
        ("AmendTraining", trainings.amend_training(amend).await.err()),
        ("InviteToTraining", trainings.invite_to_training(invite(id, &[community])).await.err()),
        ("HoldTraining", trainings.hold_training(hold(id, &[community])).await.err()),
        ("ReportTraining", trainings.report_training(tell(id)).await.err()),
        ("CancelTraining", trainings.cancel_training(cancel(id)).await.err()),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_province_can_neither_change_nor_read_a_training_of_another_nor_learn_that_it_exists() {
    let nation = Nation::start().await;
    let (there, here) = (nation.import_one("13.01.01.2001").await, nation.import_one("14.01.01.2009").await);
    let mut own = nation.trainings(&nation.office("13"));
    let planned = own.plan_training(plan("13", date(2199, 1, 2), None)).await.unwrap().into_inner();
    let training = planned.summary.unwrap().training_id;
    let nowhere = Uuid::now_v7().to_string();
    let head = nation.head().await;
    for token in [nation.office("14"), nation.office("14.01"), nation.office("13.02")] {
        let mut stranger = nation.trainings(&token);
        let known = tried(&mut stranger, &training, &there).await;
        let unknown = tried(&mut stranger, &nowhere, &there).await;
        for ((rpc, known), (_, unknown)) in known.into_iter().zip(unknown) {
            let known = known.unwrap_or_else(|| panic!("a stranger may {rpc}"));
            let unknown = unknown.expect("what is nowhere is refused");
            let words = |status: &Status| {
                (status.code(), status.message().to_owned(), String::from_utf8_lossy(status.details()).into_owned())
            };
            assert_eq!(words(&known), words(&unknown), "{rpc}: the refusals differ");
            assert_eq!(known.code(), Code::NotFound, "{rpc}: {known:?}");
        }
        let list = ListTrainingsRequest { region: region("13"), ..Default::default() };
        assert!(stranger.list_trainings(list).await.unwrap().into_inner().trainings.is_empty());
        let planned = stranger.plan_training(plan("13", date(2199, 1, 2), None)).await.unwrap_err();
        assert_eq!(planned.code(), Code::PermissionDenied, "{planned:?}");
    }
    // A community of elsewhere is one that is not there.
    let words = async |community: &str| {
        let refused = own.clone().invite_to_training(invite(&training, &[community])).await.unwrap_err();
        let told = String::from_utf8_lossy(refused.details()).replace(community, "");
        (refused.code(), told)
    };
    let elsewhere = words(&here).await;
    assert_eq!(elsewhere.0, Code::InvalidArgument);
    assert_eq!(elsewhere, words(&nowhere).await);
    assert_eq!(nation.head().await, head, "nothing was written");
    own.invite_to_training(invite(&training, &[&there])).await.unwrap();
    nation.stop();
}
