//! Two small lists side by side, as far as no registry is asked.

use std::collections::HashMap;

use kim_contract::{
    registry::v1::{Community, CommunityProfile, CommunityRow, CommunityStatus},
    r#type::v1::{Date, Region},
};

use super::{Ours, Reconciled, Theirs, matched, propose::Proposed};
use crate::sheet::Listing;

const KUMANTAN: &str = "14.01.01.2009";
const RIDAN: &str = "14.01.01.2010";
const LANGGINI: &str = "14.01.01.1013";

fn profile(name: &str, seat: &str, member_count: i32) -> CommunityProfile {
    CommunityProfile {
        name: name.into(),
        seat: Some(Region { code: seat.into(), decree: String::new() }),
        formed_on: Some(Date { year: 2019, month: 3, day: 14 }),
        member_count,
        ..CommunityProfile::default()
    }
}

fn row(row: i64, profile: CommunityProfile) -> CommunityRow {
    CommunityRow { row, profile: Some(profile), ..CommunityRow::default() }
}

fn community(number: &str, status: CommunityStatus, profile: CommunityProfile) -> Community {
    Community { community_id: number.into(), status: status.into(), profile: Some(profile), ..Community::default() }
}

fn theirs() -> Theirs {
    let listing = Listing {
        rows: vec![
            row(2, profile("KIM Pasir Huni", KUMANTAN, 14)),
            row(3, profile("KIM Suara Desa", RIDAN, 21)),
            row(4, CommunityProfile::default()),
            row(5, profile("kim pasirhuni", KUMANTAN, 14)),
            row(6, profile("KIM Mawar", KUMANTAN, 14)),
            row(7, profile("KIM Angrek", KUMANTAN, 14)),
        ],
        unreadable: vec![],
    };
    Theirs::of(listing)
}

fn ours() -> Ours {
    Ours::of(vec![
        community("k-1", CommunityStatus::Active, profile("KIM Pasir Huni", KUMANTAN, 14)),
        community("k-2", CommunityStatus::Dormant, profile("KIM Suara Desa", RIDAN, 14)),
        community("k-3", CommunityStatus::Registered, profile("KIM Anggrek", LANGGINI, 14)),
        community("k-4", CommunityStatus::Active, profile("KIM Melati", "14.01.01", 14)),
        community("k-5", CommunityStatus::Dissolved, profile("KIM Mawar", KUMANTAN, 14)),
    ])
}

fn reconciled() -> Reconciled {
    let (theirs, ours) = (theirs(), ours());
    Reconciled::of(&theirs, &ours, &matched(&theirs, &ours), &HashMap::new())
}

#[test]
fn all_that_one_list_says_otherwise_is_told_once() {
    let found = reconciled();
    let which = |list: &[super::One]| list.iter().map(|one| one.which.clone()).collect::<Vec<_>>();
    assert_eq!(found.matched.iter().map(|pair| pair.ours.which.as_str()).collect::<Vec<_>>(), ["k-1"]);
    assert_eq!(found.differing.iter().map(|pair| pair.ours.which.as_str()).collect::<Vec<_>>(), ["k-2"]);
    assert_eq!(found.differing[0].differences[0].field, "jumlah anggota");
    assert_eq!((found.doubtful.len(), found.doubtful[0].ours.which.as_str()), (1, "k-3"));
    assert_eq!((which(&found.missing_there), which(&found.missing_here)), (vec!["k-4".into()], vec!["baris 6".into()]));
    assert_eq!(found.missing_here[0].remark, "bubar");
    let reasons: Vec<(i64, &str)> = found.problems.iter().map(|bad| (bad.baris, bad.alasan.as_str())).collect();
    assert_eq!(reasons, [(4, "NAME_MISSING"), (4, "SEAT_UNKNOWN"), (5, "ROW_DOUBLED")]);
    assert!(!found.agrees());
    let screen = found.screen();
    for said in [
        "Berbeda:\nBARIS    NOMOR  KIM             ISIAN           DI DAFTAR  DI REGISTRI\n\
         baris 3  k-2    KIM Suara Desa  jumlah anggota  21         14\n",
        "Meragukan, periksa sendiri:\n",
        "Tidak ada di daftar:\n",
        "Belum terdaftar di registri:\n",
        "cocok 1 · berbeda 1 · meragukan 1 · tidak ada di daftar 1 · belum terdaftar 1\n",
    ] {
        assert!(screen.contains(said), "{said} in {screen}");
    }
}

#[test]
fn lists_that_say_the_same_agree() {
    let row = row(2, profile("KIM Pasir Huni", KUMANTAN, 14));
    let theirs = Theirs::of(Listing { rows: vec![row], unreadable: vec![] });
    let standing = community("k-1", CommunityStatus::Active, profile("KIM Pasir Huni", KUMANTAN, 14));
    let ours = Ours::of(vec![standing]);
    let found = Reconciled::of(&theirs, &ours, &matched(&theirs, &ours), &HashMap::new());
    assert!(found.agrees(), "{found:?}");
}

#[test]
fn a_list_is_of_its_region_or_of_the_regencies_that_it_names() {
    let regions = |whole: Option<&str>| -> Vec<String> {
        let whole = whole.map(|code| code.parse().unwrap());
        theirs().regions(whole).iter().map(ToString::to_string).collect()
    };
    assert_eq!(regions(None), ["14.01"]);
    assert_eq!(regions(Some("14")), ["14"]);
    assert_eq!(regions(Some("13")), ["13", "14.01"]);
}

#[test]
fn the_report_has_a_line_for_each_thing_and_what_became_of_proposals() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("banding.csv");
    let mut found = reconciled();
    found.to_propose = 1;
    found.proposed.push(Proposed {
        community_id: "k-2".into(),
        name: "KIM Suara Desa".into(),
        change_id: String::new(),
        refused: Some("Ada usulan yang menunggu.".into()),
    });
    found.write(&path).unwrap();
    let lines: Vec<csv::StringRecord> = csv::Reader::from_path(&path).unwrap().records().map(Result::unwrap).collect();
    let kinds: Vec<&str> = lines.iter().map(|line| line.get(0).unwrap()).collect();
    let expected = ["tidak dibandingkan"; 3].into_iter();
    let expected = expected.chain(["cocok", "berbeda", "meragukan", "tidak ada di daftar", "belum terdaftar"]);
    assert_eq!(kinds, expected.collect::<Vec<_>>());
    assert_eq!(lines[4].get(1), Some("3"));
    assert_eq!(lines[4].get(11), Some("usulan ditolak: Ada usulan yang menunggu."));
    assert!(found.screen().ends_with("diusulkan 0 · ditolak 1\n"), "{}", found.screen());
}
