//! Requests that are good as they stand; a test changes what it is about.
#![allow(clippy::unnecessary_wraps, reason = "messages have their parts in an `Option`")]

use kim_contract::{
    registry::v1::{
        Activity, ActivityKind, BaseGroup, CommunityContacts, CommunityProfile, CommunityRow, DecreeIssuer,
        EstablishOfficeRequest, FormationDecree, OfficeKind, Officer, OfficerRole,
    },
    r#type::v1::{Date, Region},
};

use super::request_id;

pub fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    Some(Date { year, month, day })
}

pub fn region(code: &str) -> Option<Region> {
    Some(Region { code: code.into(), decree: String::new() })
}

pub fn profile(name: &str, seat: &str) -> Option<CommunityProfile> {
    Some(CommunityProfile {
        name: name.into(),
        seat: region(seat),
        formed_on: date(2015, 8, 17),
        decree: Some(FormationDecree {
            date: date(2015, 8, 20),
            issuer: DecreeIssuer::VillageHead.into(),
            document_hash: String::new(),
        }),
        base_group: BaseGroup::Youth.into(),
        member_count: 14,
        ..CommunityProfile::default()
    })
}

pub fn community_row(row: i64, name: &str, seat: &str) -> CommunityRow {
    let officer =
        |role: OfficerRole, name: &str| Officer { role: role.into(), name: name.into(), ..Officer::default() };
    CommunityRow {
        row,
        profile: profile(name, seat),
        decree_number: "489/07/401.403.6/2015".into(),
        contacts: Some(CommunityContacts {
            officers: vec![
                officer(OfficerRole::Ketua, "Ketua 0001"),
                officer(OfficerRole::Sekretaris, "Sekretaris 0001"),
            ],
            ..CommunityContacts::default()
        }),
        registered_on: date(2018, 2, 1),
        ..CommunityRow::default()
    }
}

pub fn activity(happened_on: Option<Date>) -> Option<Activity> {
    Some(Activity { kind: ActivityKind::Meeting.into(), happened_on, people_reached: 25, ..Activity::default() })
}

/// An office without a parent.
pub fn office(name: &str, kind: OfficeKind, code: &str) -> EstablishOfficeRequest {
    EstablishOfficeRequest {
        request_id: request_id(),
        name: name.into(),
        kind: kind.into(),
        region: region(code),
        parent_office_id: String::new(),
    }
}
