//! Where a row and the community that it is differ, and what is to be proposed of it.

use kim_contract::{
    registry::v1::{Community, CommunityProfile, CommunityRow, ProposeChangeRequest},
    r#type::v1::Region,
};
use kim_territory::{RegionCode, spelling::grouped};
use serde::Serialize;

use crate::{
    dates::{iso, spelled},
    places::{place, today},
};

/// A field of which both say something else. What their list doesn't say is no difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub field: &'static str,
    pub theirs: String,
    pub ours: String,
}

/// Field by field. `community` has its officers if the row has some.
#[must_use]
pub fn differences(row: &CommunityRow, community: &Community) -> Vec<Difference> {
    let (theirs, ours) = (row.profile.clone().unwrap_or_default(), community.profile.clone().unwrap_or_default());
    let seat = |profile: &CommunityProfile| seat_of(profile).map(|code| place(&code.to_string())).unwrap_or_default();
    let formed = |profile: &CommunityProfile| spelled(iso(profile.formed_on.as_ref()).as_deref());
    let decree = |profile: &CommunityProfile| {
        spelled(iso(profile.decree.as_ref().and_then(|decree| decree.date.as_ref())).as_deref())
    };
    let members = |profile: &CommunityProfile| match profile.member_count {
        0 => String::new(),
        count => grouped(count),
    };
    let officers = row.contacts.as_ref().map_or(0, |contacts| contacts.officers.len());
    let sitting = community.officers.iter().filter(|officer| officer.left_on.is_none()).count();
    let pairs = [
        ("nama", theirs.name.trim().to_owned(), ours.name.clone()),
        ("kedudukan", seat(&theirs), seat(&ours)),
        ("tanggal pembentukan", formed(&theirs), formed(&ours)),
        ("tanggal SK", decree(&theirs), decree(&ours)),
        ("jumlah anggota", members(&theirs), members(&ours)),
        ("jumlah pengurus", if officers == 0 { String::new() } else { grouped(officers) }, grouped(sitting)),
    ];
    let differ = pairs.into_iter().filter(|(_, theirs, ours)| !theirs.is_empty() && theirs != ours);
    differ.map(|(field, theirs, ours)| Difference { field, theirs, ours }).collect()
}

/// Our record with what theirs says otherwise; `None` when nothing of that can be proposed. Officers come and go by their own
/// commands, and a decree that we do not have needs its number and its issuer's level.
#[must_use]
pub fn proposal(row: &CommunityRow, community: &Community, request_id: String) -> Option<ProposeChangeRequest> {
    let theirs = row.profile.clone().unwrap_or_default();
    let ours = community.profile.clone().unwrap_or_default();
    let mut profile = ours.clone();
    let mut decree_number = String::new();
    theirs.name.trim().clone_into(&mut profile.name);
    if let Some(seat) = seat_of(&theirs).filter(|seat| Some(*seat) != seat_of(&ours)) {
        profile.seat = Some(Region { code: seat.to_string(), decree: String::new() });
    }
    profile.formed_on = theirs.formed_on.or(ours.formed_on);
    if theirs.member_count != 0 {
        profile.member_count = theirs.member_count;
    }
    match (theirs.decree, &mut profile.decree) {
        (Some(theirs), Some(ours)) => ours.date = theirs.date.or(ours.date),
        (Some(theirs), none) if theirs.issuer != 0 && theirs.date.is_some() && !row.decree_number.is_empty() => {
            *none = Some(theirs);
            decree_number.clone_from(&row.decree_number);
        }
        _ => {}
    }
    (profile != ours).then(|| ProposeChangeRequest {
        request_id,
        community_id: community.community_id.clone(),
        etag: community.etag.clone(),
        profile: Some(profile),
        decree_number,
        decree_issuer_name: String::new(),
        contacts: None,
    })
}

fn seat_of(profile: &CommunityProfile) -> Option<RegionCode> {
    profile.seat.as_ref().and_then(today)
}

#[cfg(test)]
mod tests {
    use kim_contract::{
        registry::v1::{CommunityContacts, DecreeIssuer, FormationDecree, Officer, OfficerTenure},
        r#type::v1::Date,
    };

    use super::*;

    fn date(year: i32) -> Date {
        Date { year, month: 3, day: 14 }
    }

    fn decree(year: i32) -> FormationDecree {
        let issuer = DecreeIssuer::VillageHead.into();
        FormationDecree { date: Some(date(year)), issuer, document_hash: String::new() }
    }

    fn profile(name: &str, code: &str) -> CommunityProfile {
        CommunityProfile {
            name: name.into(),
            seat: Some(Region { code: code.into(), decree: String::new() }),
            formed_on: Some(date(2015)),
            decree: Some(decree(2015)),
            member_count: 14,
            ..CommunityProfile::default()
        }
    }

    fn community() -> Community {
        Community {
            community_id: "nomor".into(),
            etag: "versi".into(),
            profile: Some(profile("KIM Pasir Huni", "14.01.01.2009")),
            officers: vec![
                OfficerTenure::default(),
                OfficerTenure { left_on: Some(date(2020)), ..OfficerTenure::default() },
            ],
            ..Community::default()
        }
    }

    fn row(profile: CommunityProfile) -> CommunityRow {
        CommunityRow { profile: Some(profile), ..CommunityRow::default() }
    }

    #[test]
    fn what_a_list_does_not_say_is_no_difference() {
        let sparse = CommunityProfile {
            formed_on: None,
            decree: None,
            member_count: 0,
            ..profile("KIM Pasir Huni", "14.01.01.2009")
        };
        for theirs in [sparse, profile("KIM Pasir Huni ", "14.01.01.2009")] {
            let row = row(theirs);
            assert_eq!(differences(&row, &community()), []);
            assert_eq!(proposal(&row, &community(), "permintaan".into()), None);
        }
    }

    #[test]
    fn each_field_that_differs_is_named_and_proposed() {
        let theirs = CommunityProfile {
            formed_on: Some(date(2016)),
            decree: Some(decree(2017)),
            member_count: 1_250,
            ..profile("KIM Pasirhuni", "14.01.01.2010")
        };
        let contacts = CommunityContacts { officers: vec![Officer::default(); 3], ..CommunityContacts::default() };
        let row = CommunityRow { contacts: Some(contacts), ..row(theirs) };
        let found = differences(&row, &community());
        let said: Vec<_> = found.iter().map(|one| (one.field, one.theirs.as_str(), one.ours.as_str())).collect();
        let place = |village| format!("{village}, Kecamatan Bangkinang Kota, Kabupaten Kampar");
        assert_eq!(
            said,
            [
                ("nama", "KIM Pasirhuni", "KIM Pasir Huni"),
                ("kedudukan", &*place("14.01.01.2010 Desa Ridan Permai"), &*place("14.01.01.2009 Desa Kumantan")),
                ("tanggal pembentukan", "14 Maret 2016", "14 Maret 2015"),
                ("tanggal SK", "14 Maret 2017", "14 Maret 2015"),
                ("jumlah anggota", "1.250", "14"),
                ("jumlah pengurus", "3", "1"),
            ]
        );
        let request = proposal(&row, &community(), "permintaan".into()).unwrap();
        assert_eq!((request.community_id.as_str(), request.etag.as_str()), ("nomor", "versi"));
        let expected = CommunityProfile {
            formed_on: Some(date(2016)),
            decree: Some(decree(2017)),
            member_count: 1_250,
            ..profile("KIM Pasirhuni", "14.01.01.2010")
        };
        assert_eq!((request.profile, request.contacts), (Some(expected), None));
    }

    #[test]
    fn a_decree_that_we_do_not_have_is_proposed_only_when_it_is_whole() {
        let mut ours = community();
        ours.profile.as_mut().unwrap().decree = None;
        let mut row = row(profile("KIM Pasir Huni", "14.01.01.2009"));
        assert_eq!(differences(&row, &ours).len(), 1);
        assert_eq!(proposal(&row, &ours, "permintaan".into()), None);
        row.decree_number = "489/07/2015".into();
        let request = proposal(&row, &ours, "permintaan".into()).unwrap();
        assert_eq!(
            (request.profile.unwrap().decree, request.decree_number.as_str()),
            (Some(decree(2015)), "489/07/2015")
        );
    }
}
