//! A partnership from its proposal to its expiry, each reminder on its day in the zone of the office; and nobody else sees it.

use kim_chassis::identity::{Role, Scope};
use kim_contract::{
    log::v1::{EventFilter, ReadRequest, RecordedEvent},
    registry::v1::{
        AdvanceClockRequest, CloseOfficeRequest, CommunityRow, DeclinePartnershipRequest, DeclineReason,
        DissolutionReason, DissolveCommunityRequest, GetPartnershipRequest, ImportCommunitiesRequest,
        ListPartnershipsRequest, MergeCommunityRequest, MergeReason, OfficeKind, Partnership, PartnershipScope,
        PartnershipSide, PartnershipStatus, ProposePartnershipRequest, RenewPartnershipRequest, RowOutcome,
        SignPartnershipRequest, TerminatePartnershipRequest, TerminationReason, WithdrawPartnershipRequest,
        community_service_client::CommunityServiceClient, partnership_service_client::PartnershipServiceClient,
    },
};
use kim_eventlog::timestamp;
use time::{
    Date, Duration, OffsetDateTime,
    format_description::well_known::Rfc3339,
    macros::{date as day, datetime, offset},
};
use tonic::{Code, Request, Status};
use uuid::Uuid;

use crate::harness::{Caller, Nation, community_row, date, eventually, office, region, request_id};

/// In Maluku the day begins two hours before Jakarta's.
const SEAT: &str = "81.01.01.2001";
const NUMBER: &str = "489/07/401.403.6/2022";

/// As the simulator sends it at a time of its own.
pub fn at<T>(time: OffsetDateTime, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let time = time.format(&Rfc3339).expect("a time can be written");
    request.metadata_mut().insert("kim-simulated-time", time.parse().expect("it is ASCII"));
    request
}

pub fn date_of(day: Date) -> Option<kim_contract::r#type::v1::Date> {
    date(day.year(), u8::from(day.month()).into(), day.day().into())
}

pub async fn imported(communities: &mut CommunityServiceClient<Caller>, row: CommunityRow) -> String {
    let rows = tokio_stream::once(ImportCommunitiesRequest { rows: vec![row] });
    let mut answers = communities.import_communities(rows).await.unwrap().into_inner();
    let result = answers.message().await.unwrap().unwrap().results.remove(0);
    assert_eq!(result.outcome(), RowOutcome::Accepted, "{result:?}");
    result.id
}

pub fn proposal(office_id: &str, community_id: &str) -> ProposePartnershipRequest {
    ProposePartnershipRequest {
        request_id: request_id(),
        office_id: office_id.into(),
        community_id: community_id.into(),
        scopes: vec![PartnershipScope::Dissemination.into(), PartnershipScope::Literacy.into()],
        from: date(2022, 10, 1),
        until: date(2023, 9, 30),
        document_hash: String::new(),
        number: NUMBER.into(),
    }
}

pub fn signature(partnership_id: &str) -> SignPartnershipRequest {
    SignPartnershipRequest { request_id: request_id(), partnership_id: partnership_id.into(), ..Default::default() }
}

/// A simulated nation with an office in Maluku, a community there, and the partnership that both proposed.
async fn proposed() -> (Nation, String, String, String) {
    let nation = Nation::simulated().await;
    let simulator = nation.simulator();
    let mut row = community_row(1, "KIM Tamilouw", SEAT);
    row.recorded_time = Some(timestamp(datetime!(2022-01-10 09:00 +9)));
    let community = imported(&mut nation.communities(&simulator), row).await;
    let establish = office("Dinas Kominfo Kabupaten Maluku Tengah", OfficeKind::Regency, "81.01");
    let establish = at(datetime!(2022-01-11 09:00 +9), establish);
    let office = nation.offices(&simulator).establish_office(establish).await.unwrap().into_inner().office.unwrap();
    let propose = at(datetime!(2022-09-20 09:00 +9), proposal(&office.office_id, &community));
    let answer = nation.partnerships(&simulator).propose_partnership(propose).await.unwrap().into_inner();
    let partnership = answer.partnership.unwrap();
    assert_eq!(partnership.status(), PartnershipStatus::Proposed);
    (nation, office.office_id, community, partnership.partnership_id)
}

async fn advance(nation: &Nation, to: OffsetDateTime) -> i64 {
    let request = AdvanceClockRequest { to: Some(timestamp(to)) };
    nation.simulation(&nation.simulator()).advance_clock(request).await.unwrap().into_inner().fired
}

async fn partnership(nation: &Nation, id: &str) -> Partnership {
    let request = GetPartnershipRequest { partnership_id: id.into() };
    let answer = nation.partnerships(&nation.national()).get_partnership(request).await.unwrap();
    answer.into_inner().partnership.unwrap()
}

/// What the log has of a partnership.
async fn events(nation: &Nation, id: &str) -> Vec<RecordedEvent> {
    let filter = Some(EventFilter { aggregate_id: id.into(), ..EventFilter::default() });
    let request = ReadRequest { from_position: 1, filter, follow: false };
    let mut answers = nation.log(&nation.national()).read(request).await.unwrap().into_inner();
    let mut events = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        events.extend(answer.events);
    }
    events
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partnership_is_reminded_of_twice_and_expires_each_once_on_its_day_in_the_zone_of_the_office() {
    let (nation, office_id, community, id) = proposed().await;
    let mut partnerships = nation.partnerships(&nation.simulator());
    let sign = at(datetime!(2022-10-01 10:00 +9), signature(&id));
    let signed = partnerships.sign_partnership(sign).await.unwrap().into_inner().partnership.unwrap();
    assert_eq!((signed.status(), signed.reminder_days.as_slice()), (PartnershipStatus::Signed, [90, 30].as_slice()));
    // One in force at a time.
    let again = at(datetime!(2022-10-02 10:00 +9), proposal(&office_id, &community));
    let again = partnerships.propose_partnership(again).await.unwrap().into_inner().partnership.unwrap();
    let second = at(datetime!(2022-10-03 10:00 +9), signature(&again.partnership_id));
    assert_eq!(partnerships.sign_partnership(second).await.unwrap_err().code(), Code::AlreadyExists);

    let due = [day!(2023 - 07 - 02), day!(2023 - 08 - 31), day!(2023 - 10 - 01)];
    assert_eq!(advance(&nation, datetime!(2023-06-28 00:00 +9)).await, 0);
    let mut today = day!(2023 - 06 - 29);
    while today < day!(2023 - 10 - 05) {
        let midnight = today.midnight().assume_offset(offset!(+9));
        assert_eq!(advance(&nation, midnight - Duration::SECOND).await, 0, "before the end of {today}'s eve");
        assert_eq!(advance(&nation, midnight).await, i64::from(due.contains(&today)), "{today}");
        today = today.next_day().expect("not the last day");
    }

    let at_midnight = |day: Date| timestamp(day.midnight().assume_offset(offset!(+9)));
    let by_itself: Vec<_> = events(&nation, &id).await.split_off(2);
    let told: Vec<_> = by_itself.iter().map(|event| (event.r#type.as_str(), event.time, event.recorded_time)).collect();
    let on = |day| Some(at_midnight(day));
    assert_eq!(
        told,
        [
            ("kim.registry.v1.PartnershipReminded", on(due[0]), on(due[0])),
            ("kim.registry.v1.PartnershipReminded", on(due[1]), on(due[1])),
            ("kim.registry.v1.PartnershipExpired", on(due[2]), on(due[2])),
        ]
    );
    assert!(by_itself.iter().all(|event| event.subject.starts_with("kim.evt.registry.v1.81.8101.partnership_")));
    let expired = partnership(&nation, &id).await;
    assert_eq!((expired.status(), expired.ended_on), (PartnershipStatus::Expired, date(2023, 10, 1)));
    assert_eq!(expired.number, NUMBER, "as it was typed");
    // It has made room for another.
    let mut other = proposal(&office_id, &community);
    (other.from, other.until) = (date(2023, 10, 1), date(2024, 9, 30));
    let other = at(datetime!(2023-10-06 09:00 +9), other);
    let other = partnerships.propose_partnership(other).await.unwrap().into_inner().partnership.unwrap();
    let sign = at(datetime!(2023-10-07 09:00 +9), signature(&other.partnership_id));
    partnerships.sign_partnership(sign).await.unwrap();
    nation.settled().await;
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_signature_gets_what_lies_ahead_and_a_renewal_begins_anew() {
    let (nation, _, _, id) = proposed().await;
    let mut partnerships = nation.partnerships(&nation.simulator());
    let sign = at(datetime!(2023-08-01 10:00 +9), signature(&id));
    let signed = partnerships.sign_partnership(sign).await.unwrap().into_inner().partnership.unwrap();
    assert_eq!(signed.reminder_days, [30]);
    assert_eq!(advance(&nation, datetime!(2023-09-10 00:00 +9)).await, 1);
    let renew = RenewPartnershipRequest {
        request_id: request_id(),
        partnership_id: id.clone(),
        etag: signed.etag,
        until: date(2023, 12, 31),
        document_hash: "0123456789abcdef".repeat(4),
    };
    let stale = at(datetime!(2023-09-11 10:00 +9), renew.clone());
    assert_eq!(partnerships.renew_partnership(stale).await.unwrap_err().code(), Code::Aborted, "it was reminded since");
    let renew = at(
        datetime!(2023-09-11 10:00 +9),
        RenewPartnershipRequest { etag: String::new(), request_id: request_id(), ..renew },
    );
    let renewed = partnerships.renew_partnership(renew).await.unwrap().into_inner().partnership.unwrap();
    assert_eq!((renewed.status(), renewed.reminder_days.as_slice()), (PartnershipStatus::Renewed, [90, 30].as_slice()));
    // However far the clock is moved at once, each comes in its turn.
    assert_eq!(advance(&nation, datetime!(2024-02-01 00:00 +9)).await, 3);
    let told: Vec<_> = events(&nation, &id).await.into_iter().map(|event| (event.r#type, event.time)).collect();
    let on = |day: Date| Some(timestamp(day.midnight().assume_offset(offset!(+9))));
    let name = |name: &str| format!("kim.registry.v1.Partnership{name}");
    assert_eq!(
        told[told.len() - 3..],
        [
            (name("Reminded"), on(day!(2023 - 10 - 02))),
            (name("Reminded"), on(day!(2023 - 12 - 01))),
            (name("Expired"), on(day!(2024 - 01 - 01))),
        ]
    );
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_either_of_its_sides_an_agreement_ends_and_a_proposal_comes_to_nothing() {
    let nation = Nation::start().await;
    let national = nation.national();
    let mut communities = nation.communities(&national);
    let mut offices = nation.offices(&national);
    let mut partnerships = nation.partnerships(&national);
    let today = OffsetDateTime::now_utc().to_offset(offset!(+9)).date();
    let until = date_of(today + Duration::days(300));
    let mut agreed = async |office_id: &str, community_id: &str, signs: bool| {
        let propose = ProposePartnershipRequest { from: None, until, ..proposal(office_id, community_id) };
        let proposed = partnerships.propose_partnership(propose).await.unwrap().into_inner().partnership.unwrap();
        let id = proposed.partnership_id;
        if signs {
            partnerships.sign_partnership(signature(&id)).await.unwrap();
        }
        id
    };
    let mut ids = Vec::new();
    for (row, name) in (1..).zip(["KIM Tamilouw", "KIM Sepa", "KIM Amahai"]) {
        ids.push(imported(&mut communities, community_row(row, name, SEAT)).await);
    }
    let [dissolved, merged, stays] = ids.try_into().unwrap();
    let mut established = Vec::new();
    for name in ["Dinas Kominfo Kabupaten Maluku Tengah", "Dinas Persandian Kabupaten Maluku Tengah"] {
        let establish = office(name, OfficeKind::Regency, "81.01");
        established.push(offices.establish_office(establish).await.unwrap().into_inner().office.unwrap().office_id);
    }
    let [open, closed] = established.try_into().unwrap();
    let with_community = [
        agreed(&open, &dissolved, true).await,
        agreed(&open, &merged, true).await,
        agreed(&open, &dissolved, false).await,
    ];
    let with_office = [agreed(&closed, &stays, true).await, agreed(&closed, &stays, false).await];
    let goes_on = agreed(&open, &stays, true).await;

    let dissolve = DissolveCommunityRequest {
        request_id: request_id(),
        community_id: dissolved,
        reason: DissolutionReason::MembersDecided.into(),
        ..DissolveCommunityRequest::default()
    };
    communities.dissolve_community(dissolve).await.unwrap();
    let merge = MergeCommunityRequest {
        request_id: request_id(),
        community_id: merged,
        into_community_id: stays,
        reason: MergeReason::MembersDecided.into(),
        ..MergeCommunityRequest::default()
    };
    communities.merge_community(merge).await.unwrap();
    let close = CloseOfficeRequest { request_id: request_id(), office_id: closed, ..CloseOfficeRequest::default() };
    offices.close_office(close).await.unwrap();

    let is = async |id: &str, status| partnership(&nation, id).await.status() == status;
    for (id, status, reason) in [
        (&with_community[0], PartnershipStatus::Terminated, TerminationReason::CommunityDissolved),
        (&with_community[1], PartnershipStatus::Terminated, TerminationReason::CommunityDissolved),
        (&with_community[2], PartnershipStatus::Declined, TerminationReason::Unspecified),
        (&with_office[0], PartnershipStatus::Terminated, TerminationReason::OfficeClosed),
        (&with_office[1], PartnershipStatus::Declined, TerminationReason::Unspecified),
    ] {
        eventually("it has ended", async || is(id, status).await).await;
        let ended = partnership(&nation, id).await;
        assert_eq!((ended.termination_reason(), ended.ended_on), (reason, date_of(today)));
        let gone =
            if status == PartnershipStatus::Declined { DeclineReason::PartnerGone } else { DeclineReason::Unspecified };
        assert_eq!(ended.decline_reason(), gone);
        let by_itself = events(&nation, id).await;
        let ends = |event: &&RecordedEvent| event.r#type.ends_with("Terminated") || event.r#type.ends_with("Declined");
        assert_eq!(by_itself.iter().filter(ends).count(), 1);
    }
    assert!(is(&goes_on, PartnershipStatus::Signed).await);
    nation.settled().await;
    nation.stop();
}

type Partnerships = PartnershipServiceClient<Caller>;

/// Every RPC that speaks of one partnership, tried on it. `None` where it was allowed.
async fn tried(office: &mut Partnerships, id: &str) -> Vec<(&'static str, Option<Status>)> {
    let id = || id.to_owned();
    let etag = String::new;
    let renew = RenewPartnershipRequest {
        request_id: request_id(),
        partnership_id: id(),
        etag: etag(),
        until: date(2098, 1, 1),
        document_hash: String::new(),
    };
    let terminate = TerminatePartnershipRequest {
        request_id: request_id(),
        partnership_id: id(),
        etag: etag(),
        on: None,
        reason: TerminationReason::Other.into(),
        note: String::new(),
    };
    let withdraw = WithdrawPartnershipRequest { request_id: request_id(), partnership_id: id(), etag: etag() };
    let decline = DeclinePartnershipRequest {
        request_id: request_id(),
        partnership_id: id(),
        etag: etag(),
        reason: DeclineReason::Other.into(),
    };
    vec![
        ("GetPartnership", office.get_partnership(GetPartnershipRequest { partnership_id: id() }).await.err()),
        ("SignPartnership", office.sign_partnership(signature(&id())).await.err()),
        ("RenewPartnership", office.renew_partnership(renew).await.err()),
        ("TerminatePartnership", office.terminate_partnership(terminate).await.err()),
        ("WithdrawPartnership", office.withdraw_partnership(withdraw).await.err()),
        ("DeclinePartnership", office.decline_partnership(decline).await.err()),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_province_neither_sees_a_partnership_nor_touches_it_and_an_officer_of_the_community_only_proposes() {
    let nation = Nation::start().await;
    let community = imported(&mut nation.communities(&nation.national()), community_row(1, "KIM Tamilouw", SEAT)).await;
    let establish = async |name, kind, code| {
        let request = office(name, kind, code);
        let answer = nation.offices(&nation.national()).establish_office(request).await.unwrap().into_inner();
        answer.office.unwrap().office_id
    };
    let regency = establish("Dinas Kominfo Kabupaten Maluku Tengah", OfficeKind::Regency, "81.01").await;
    let province = establish("Dinas Kominfo Provinsi Maluku", OfficeKind::Provincial, "81").await;
    let elsewhere = establish("Dinas Kominfo Kabupaten Kampar", OfficeKind::Regency, "14.01").await;
    let until = OffsetDateTime::now_utc().date() + Duration::days(300);
    let (last_day, day_after) = (date_of(until), date_of(until + Duration::DAY));
    let propose = |office_id: &str, community_id: &str| ProposePartnershipRequest {
        from: None,
        until: last_day,
        ..proposal(office_id, community_id)
    };
    let id = Uuid::parse_str(&community).unwrap();
    let mut officer = nation.partnerships(&nation.token(Role::KimOfficer, Scope::Kim { id }));
    let answer = officer.propose_partnership(propose(&regency, &community)).await.unwrap().into_inner();
    let own = answer.partnership.unwrap();
    assert_eq!(own.proposed_by(), PartnershipSide::Community);

    // Strangers learn nothing.
    let nowhere = Uuid::now_v7().to_string();
    let head = nation.head().await;
    let strangers = [
        nation.office("14"),
        nation.office("14.01"),
        nation.office("81.71"),
        nation.token(Role::KimOfficer, Scope::Kim { id: Uuid::now_v7() }),
        nation.token(Role::Citizen, Scope::Citizen),
    ];
    for (number, token) in strangers.iter().enumerate() {
        let mut office = nation.partnerships(token);
        let (known, unknown) = (tried(&mut office, &own.partnership_id).await, tried(&mut office, &nowhere).await);
        for ((rpc, there), (_, nowhere)) in known.into_iter().zip(unknown) {
            let there = there.unwrap_or_else(|| panic!("stranger {number} may {rpc}"));
            let nowhere = nowhere.expect("what is nowhere is refused");
            let words = |status: &Status| (status.code(), status.message().to_owned(), status.details().to_vec());
            assert_eq!(words(&there), words(&nowhere), "stranger {number}, {rpc}: the refusals differ");
            assert!(matches!(there.code(), Code::NotFound | Code::PermissionDenied), "{rpc}: {there:?}");
        }
        let list = ListPartnershipsRequest { region: region("81"), ..Default::default() };
        if let Ok(list) = office.list_partnerships(list).await {
            assert!(list.into_inner().partnerships.is_empty(), "stranger {number}");
        }
        let there = office.propose_partnership(propose(&regency, &community)).await.unwrap_err();
        let not_there = office.propose_partnership(propose(&regency, &nowhere)).await.unwrap_err();
        assert_eq!((there.code(), there.details()), (not_there.code(), not_there.details()), "stranger {number}");
    }
    // An office that is not theirs is none for those who know the community.
    let hidden = |refused: Status| assert_eq!(refused.code(), Code::NotFound, "{refused:?}");
    hidden(officer.propose_partnership(propose(&elsewhere, &community)).await.unwrap_err());
    let mut office = nation.partnerships(&nation.office("81.01"));
    hidden(office.propose_partnership(propose(&province, &community)).await.unwrap_err());
    hidden(office.propose_partnership(propose(&elsewhere, &community)).await.unwrap_err());
    assert_eq!(nation.head().await, head, "nothing was written");

    // The officer's own community, and no more than a proposal.
    let refused = officer.sign_partnership(signature(&own.partnership_id)).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied, "{refused:?}");
    let decline = |partnership_id: &str| DeclinePartnershipRequest {
        request_id: request_id(),
        partnership_id: partnership_id.into(),
        etag: String::new(),
        reason: DeclineReason::TermsNotAgreed.into(),
    };
    let refused = officer.decline_partnership(decline(&own.partnership_id)).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition, "its own proposal: {refused:?}");
    let declined = office.decline_partnership(decline(&own.partnership_id)).await.unwrap().into_inner();
    assert_eq!(declined.partnership.unwrap().status(), PartnershipStatus::Declined);
    // The province's agreement is seen by the regency, and is not the regency's.
    let mut superior = nation.partnerships(&nation.office("81"));
    let theirs = superior.propose_partnership(propose(&province, &community)).await.unwrap().into_inner();
    let theirs = theirs.partnership.unwrap().partnership_id;
    superior.sign_partnership(signature(&theirs)).await.unwrap();
    for (rpc, refused) in tried(&mut office, &theirs).await {
        let code = refused.map(|status| status.code());
        assert_eq!(code, (rpc != "GetPartnership").then_some(Code::PermissionDenied), "{rpc}");
    }
    let list = async |filter: ListPartnershipsRequest| {
        let answer = nation.partnerships(&nation.office("81.01")).list_partnerships(filter).await.unwrap();
        answer.into_inner().partnerships.into_iter().map(|one| one.partnership_id).collect::<Vec<_>>()
    };
    let mut all = list(ListPartnershipsRequest::default()).await;
    all.sort_unstable();
    assert_eq!(all, [own.partnership_id.clone(), theirs.clone()]);
    let in_force = vec![PartnershipStatus::Signed.into()];
    assert_eq!(
        list(ListPartnershipsRequest { statuses: in_force, ..Default::default() }).await,
        std::slice::from_ref(&theirs)
    );
    let of_office = ListPartnershipsRequest { office_id: regency, ..Default::default() };
    assert_eq!(list(of_office).await, [own.partnership_id]);
    for (before, found) in [(last_day, vec![]), (day_after, vec![theirs])] {
        assert_eq!(list(ListPartnershipsRequest { expiring_before: before, ..Default::default() }).await, found);
    }
    nation.stop();
}
