//! The register of offices: names by date, who stands above whom, and what a closed office no longer does.

use kim_contract::registry::v1::{
    CloseOfficeRequest, GetOfficeRequest, IssueGrantRequest, ListOfficesRequest, Office, OfficeKind,
    RenameOfficeRequest, Role, SetOfficeParentRequest,
};
use time::OffsetDateTime;
use tonic::Code;

use crate::harness::{Nation, date, office, region, request_id};

const REGENCY: &str = "Dinas Kominfo Kabupaten Kampar";
const LATER: &str = "Dinas Komunikasi, Informatika dan Statistik Kabupaten Kampar";

fn rename(office: &Office, name: &str, from: Option<kim_contract::r#type::v1::Date>) -> RenameOfficeRequest {
    RenameOfficeRequest {
        request_id: request_id(),
        office_id: office.office_id.clone(),
        etag: office.etag.clone(),
        name: name.into(),
        effective_from: from,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_office_is_called_by_its_name_of_the_day_and_holds_those_to_come() {
    let nation = Nation::start().await;
    let mut offices = nation.offices(&nation.national());
    let establish = office(REGENCY, OfficeKind::Regency, "14.01");
    let first = offices.establish_office(establish).await.unwrap().into_inner().office.unwrap();
    let next_year = OffsetDateTime::now_utc().year() + 1;
    let ahead = date(next_year, 12, 31);
    let renamed = offices.rename_office(rename(&first, LATER, ahead)).await.unwrap().into_inner().office.unwrap();
    assert_eq!((renamed.name.as_str(), renamed.names.len()), (REGENCY, 2), "not yet");
    let stale = offices.rename_office(rename(&first, "Diskominfo", None)).await.unwrap_err();
    assert_eq!(stale.code(), Code::Aborted);
    for taken in [REGENCY, LATER] {
        let again = offices.establish_office(office(taken, OfficeKind::Agency, "14.01")).await.unwrap_err();
        assert_eq!(again.code(), Code::AlreadyExists, "{taken}: {again:?}");
    }
    let listed = async |on| {
        let request = ListOfficesRequest { region: region("14.01"), on, ..ListOfficesRequest::default() };
        let answer = nation.offices(&nation.office("14.01")).list_offices(request).await.unwrap().into_inner();
        answer.offices.into_iter().map(|office| office.name).collect::<Vec<_>>()
    };
    assert_eq!(listed(None).await, [REGENCY]);
    assert_eq!(listed(ahead).await, [LATER]);
    assert_eq!(listed(date(2019, 1, 1)).await, [""; 0], "it was not there yet");
    // What takes its name away frees it.
    let instead = offices.rename_office(rename(&renamed, "Diskominfotik Kampar", None)).await.unwrap().into_inner();
    assert_eq!(instead.office.unwrap().name, "Diskominfotik Kampar");
    offices.establish_office(office(REGENCY, OfficeKind::Agency, "14.01")).await.unwrap();
    let agencies = ListOfficesRequest { kind: OfficeKind::Agency.into(), ..ListOfficesRequest::default() };
    assert_eq!(offices.list_offices(agencies).await.unwrap().into_inner().offices.len(), 1);
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_province_places_and_closes_the_offices_below_it_and_a_closed_one_gives_no_grant() {
    let nation = Nation::start().await;
    let mut national = nation.offices(&nation.national());
    let establish = office("Diskominfotik Riau", OfficeKind::Provincial, "14");
    let above = national.establish_office(establish).await.unwrap().into_inner().office.unwrap();
    let mut province = nation.offices(&nation.office("14"));
    let below = province.establish_office(office(REGENCY, OfficeKind::Regency, "14.01")).await;
    let below = below.unwrap().into_inner().office.unwrap();
    let place = |office: &Office, parent: &str| SetOfficeParentRequest {
        request_id: request_id(),
        office_id: office.office_id.clone(),
        etag: String::new(),
        parent_office_id: parent.into(),
        effective_from: None,
    };
    let placed = province.set_office_parent(place(&below, &above.office_id)).await.unwrap().into_inner();
    assert_eq!(placed.office.unwrap().parent_office_id, above.office_id);
    let turned = national.set_office_parent(place(&above, &below.office_id)).await.unwrap_err();
    assert_eq!(turned.code(), Code::InvalidArgument, "above itself: {turned:?}");

    // Another province's token neither sees nor touches it.
    let mut strangers = nation.offices(&nation.office("13"));
    let close = |office: &Office| CloseOfficeRequest {
        request_id: request_id(),
        office_id: office.office_id.clone(),
        etag: String::new(),
        closed_on: None,
    };
    let question = GetOfficeRequest { office_id: below.office_id.clone() };
    for refused in [
        strangers.close_office(close(&below)).await.unwrap_err(),
        strangers.rename_office(rename(&below, LATER, None)).await.unwrap_err(),
        strangers.set_office_parent(place(&below, "")).await.unwrap_err(),
        strangers.get_office(question.clone()).await.unwrap_err(),
    ] {
        assert_eq!(refused.code(), Code::NotFound, "{refused:?}");
    }
    assert_eq!(province.close_office(close(&above)).await.unwrap_err().code(), Code::NotFound, "not of its own rank");

    province.close_office(close(&below)).await.unwrap();
    let closed = province.get_office(question).await.unwrap().into_inner().office.unwrap();
    assert!(closed.closed_on.is_some());
    let grant = IssueGrantRequest {
        request_id: request_id(),
        subject: "test:granted".into(),
        role: Role::RegencyOffice.into(),
        office_id: below.office_id.clone(),
    };
    let refused = national.issue_grant(grant).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition, "{refused:?}");
    let list = ListOfficesRequest { region: region("14.01"), ..ListOfficesRequest::default() };
    assert!(province.list_offices(list).await.unwrap().into_inner().offices.is_empty());
    // Its name is free for whoever comes after it.
    province.establish_office(office(REGENCY, OfficeKind::Regency, "14.01")).await.unwrap();
    nation.stop();
}
