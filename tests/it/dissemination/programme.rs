//! Programmes, from their beginning to their end.

use kim_chassis::identity::{Role, Scope};
use kim_contract::dissemination::v1::{
    AmendProgrammeRequest, CloseProgrammeRequest, DraftMaterialRequest, ExtendProgrammeRequest, GetProgrammeRequest,
    ListProgrammesRequest, Programme, ProgrammeProfile, ProgrammeStatus,
    programme_service_client::ProgrammeServiceClient,
};
use tonic::Code;

use crate::dissemination::{
    nation::{Caller, date, region, request_id},
    owner::{Owner, contents, fields, nation, profile, refused},
};

type Programmes = ProgrammeServiceClient<Caller>;

async fn get(programmes: &Programmes, id: &str) -> Programme {
    let request = GetProgrammeRequest { programme_id: id.into() };
    programmes.clone().get_programme(request).await.unwrap().into_inner().programme.unwrap()
}

fn amend(programme: &Programme, profile: ProgrammeProfile) -> AmendProgrammeRequest {
    let (programme_id, etag) = (programme.programme_id.clone(), programme.etag.clone());
    AmendProgrammeRequest { request_id: request_id(), programme_id, etag, profile: Some(profile) }
}

fn extend(programme: &Programme, until: (i32, i32, i32)) -> ExtendProgrammeRequest {
    let (programme_id, etag) = (programme.programme_id.clone(), programme.etag.clone());
    ExtendProgrammeRequest { request_id: request_id(), programme_id, etag, until: date(until.0, until.1, until.2) }
}

fn close(programme: &Programme) -> CloseProgrammeRequest {
    let (programme_id, etag) = (programme.programme_id.clone(), programme.etag.clone());
    CloseProgrammeRequest {
        request_id: request_id(),
        programme_id,
        etag,
        note: "Anggaran habis".into(),
        closed_on: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_programme_is_established_amended_extended_and_closed() {
    let nation = nation().await;
    let owner = Owner::at(&nation, "14.01").await;
    let programmes = nation.programmes(&owner.token());
    let programme = owner.programme().await;
    assert_eq!((programme.status(), programme.profile.clone()), (ProgrammeStatus::Established, Some(profile())));
    assert_eq!(programme.region.clone().unwrap().code, "14.01");
    assert_eq!(get(&programmes, &programme.programme_id).await, programme);

    // A retry gets the first answer, and makes nothing more.
    let request = owner.establish(ProgrammeProfile { name: "Sekolah Sehat".into(), ..profile() });
    let made = programmes.clone().establish_programme(request.clone()).await.unwrap().into_inner();
    let again = programmes.clone().establish_programme(request.clone()).await.unwrap().into_inner();
    assert_eq!(made, again);
    let other = owner.establish(profile());
    let reused = kim_contract::dissemination::v1::EstablishProgrammeRequest { request_id: request.request_id, ..other };
    let outcome = programmes.clone().establish_programme(reused).await;
    assert_eq!(refused(outcome), (Code::InvalidArgument, "REQUEST_ID_REUSED".into()));

    let renamed = ProgrammeProfile { name: "Imunisasi Lengkap".into(), topic: "pendidikan".into(), ..profile() };
    let amended = programmes.clone().amend_programme(amend(&programme, renamed.clone())).await.unwrap().into_inner();
    let amended = amended.programme.unwrap();
    assert_eq!(amended.profile, Some(renamed));
    let outcome = programmes.clone().amend_programme(amend(&programme, profile())).await;
    assert_eq!(refused(outcome), (Code::Aborted, "ETAG_STALE".into()));

    let earlier = programmes.clone().extend_programme(extend(&amended, (2040, 6, 1))).await;
    assert_eq!(refused(earlier), (Code::InvalidArgument, "EXTENSION_NOT_LATER".into()));
    let extended = programmes.clone().extend_programme(extend(&amended, (2060, 6, 1))).await.unwrap().into_inner();
    let extended = extended.programme.unwrap();
    assert_eq!(extended.profile.clone().unwrap().until, date(2060, 6, 1));

    let closed = programmes.clone().close_programme(close(&extended)).await.unwrap().into_inner().programme.unwrap();
    assert_eq!((closed.status(), closed.closed_on.is_some()), (ProgrammeStatus::Closed, true));
    for outcome in [
        programmes.clone().amend_programme(amend(&closed, profile())).await.map(drop),
        programmes.clone().extend_programme(extend(&closed, (2070, 1, 1))).await.map(drop),
        programmes.clone().close_programme(close(&closed)).await.map(drop),
        owner
            .writer()
            .draft_material(DraftMaterialRequest {
                request_id: request_id(),
                programme_id: closed.programme_id.clone(),
                contents: contents(),
            })
            .await
            .map(drop),
    ] {
        assert_eq!(refused(outcome), (Code::FailedPrecondition, "PROGRAMME_CLOSED".into()));
    }
    // The office's words are in no event.
    let note: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM log.event WHERE position(convert_to('Anggaran', 'UTF8') IN payload) > 0",
    )
    .fetch_one(&nation.pool)
    .await
    .unwrap();
    assert_eq!(note, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_programme_is_said() {
    let nation = nation().await;
    let owner = Owner::at(&nation, "14.01").await;
    let programmes = nation.programmes(&owner.token());
    let programme = owner.programme().await;
    let bad = ProgrammeProfile {
        name: "x@y.id".into(),
        topic: "Kesehatan!".into(),
        from: date(2026, 2, 30),
        until: date(2026, 13, 1),
    };
    let status = programmes.clone().establish_programme(owner.establish(bad.clone())).await.unwrap_err();
    let all = ["profile.name", "profile.topic", "profile.from", "profile.until"];
    assert_eq!((status.code(), fields(&status)), (Code::InvalidArgument, all.map(str::to_owned).to_vec()));
    for (profile, then) in [
        (ProgrammeProfile { topic: "olahraga".into(), ..profile() }, "TOPIC_NOT_LISTED"),
        // The list holds from 2020 on.
        (ProgrammeProfile { from: date(2019, 12, 31), ..profile() }, "TOPIC_NOT_LISTED"),
        (ProgrammeProfile { until: date(2026, 1, 4), ..profile() }, "PROGRAMME_PERIOD_REVERSED"),
        (ProgrammeProfile { from: date(2100, 1, 1), until: None, ..profile() }, "DATE_TOO_FAR_AHEAD"),
    ] {
        let (_, reason) = refused(programmes.clone().establish_programme(owner.establish(profile.clone())).await);
        assert_eq!(reason, then);
        // A topic that the programme has already stays what it is about.
        if profile.topic != "kesehatan" || then != "TOPIC_NOT_LISTED" {
            let (_, reason) = refused(programmes.clone().amend_programme(amend(&programme, profile)).await);
            assert_eq!(reason, then);
        }
    }
    let endless = owner.establish(ProgrammeProfile { from: None, until: None, ..profile() });
    let endless = programmes.clone().establish_programme(endless).await.unwrap().into_inner().programme.unwrap();
    assert_eq!(endless.profile.clone().unwrap().from, endless.established_on, "it begins today");
    let outcome = programmes.clone().extend_programme(extend(&endless, (2030, 1, 1))).await;
    assert_eq!(refused(outcome), (Code::FailedPrecondition, "PROGRAMME_WITHOUT_END".into()));
    for (on, then) in [(date(2100, 1, 1), "CLOSED_IN_FUTURE"), (date(2025, 1, 1), "CLOSED_BEFORE_BEGIN")] {
        let outcome =
            programmes.clone().close_programme(CloseProgrammeRequest { closed_on: on, ..close(&programme) }).await;
        assert_eq!(refused(outcome), (Code::InvalidArgument, then.into()));
    }
    assert_eq!(get(&programmes, &programme.programme_id).await, programme, "what was refused changed nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_programme_is_changed_by_its_office_alone_and_read_by_everybody() {
    let nation = nation().await;
    let kampar = Owner::at(&nation, "14.01").await;
    let siak = Owner::at(&nation, "14.08").await;
    let programme = kampar.programme().await;
    let of_siak = siak.programme().await;
    let stranger = nation.programmes(&siak.token());
    let nowhere = Programme { programme_id: uuid::Uuid::now_v7().to_string(), ..programme.clone() };
    let hidden = stranger.clone().amend_programme(amend(&programme, profile())).await.unwrap_err();
    let missing = stranger.clone().amend_programme(amend(&nowhere, profile())).await.unwrap_err();
    assert_eq!((hidden.code(), hidden.details()), (Code::NotFound, missing.details()));
    assert_eq!(stranger.clone().close_programme(close(&programme)).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(
        stranger.clone().extend_programme(extend(&programme, (2030, 1, 1))).await.unwrap_err().code(),
        Code::NotFound
    );
    let for_another = stranger.clone().establish_programme(kampar.establish(profile())).await.unwrap_err();
    assert_eq!(for_another.code(), Code::NotFound);
    // The province above it, and the nation.
    let province = nation.programmes(&nation.officer_of("test:province", "14"));
    province
        .clone()
        .amend_programme(amend(&programme, ProgrammeProfile { name: "Imunisasi".into(), ..profile() }))
        .await
        .unwrap();
    let citizen = nation.token("test:citizen", Role::Citizen, Scope::Citizen);
    let citizen = nation.programmes(&citizen);
    assert_eq!(get(&citizen, &programme.programme_id).await.programme_id, programme.programme_id);
    assert!(citizen.clone().close_programme(close(&programme)).await.is_err());

    let list =
        async |request: ListProgrammesRequest| citizen.clone().list_programmes(request).await.unwrap().into_inner();
    let ids = |programmes: Vec<Programme>| programmes.into_iter().map(|p| p.programme_id).collect::<Vec<_>>();
    let both = [of_siak.programme_id.clone(), programme.programme_id.clone()];
    assert_eq!(ids(list(ListProgrammesRequest::default()).await.programmes), both, "the newest first");
    let of_region = ListProgrammesRequest { region: region("14.08"), ..Default::default() };
    assert_eq!(ids(list(of_region).await.programmes), both[..1]);
    let of_office = ListProgrammesRequest { owning_office_id: kampar.id.clone(), ..Default::default() };
    assert_eq!(ids(list(of_office).await.programmes), both[1..]);
    let elsewhere = ListProgrammesRequest { topic: "pendidikan".into(), ..Default::default() };
    assert!(list(elsewhere).await.programmes.is_empty());
    let closed = ListProgrammesRequest { statuses: vec![ProgrammeStatus::Closed.into()], ..Default::default() };
    assert!(list(closed).await.programmes.is_empty());
    let first = list(ListProgrammesRequest { page_size: 1, ..Default::default() }).await;
    let next = ListProgrammesRequest { page_size: 1, page_token: first.next_page_token, ..Default::default() };
    let second = list(next).await;
    assert_eq!((ids(second.programmes), second.next_page_token), (both[1..].to_vec(), String::new()));
}
