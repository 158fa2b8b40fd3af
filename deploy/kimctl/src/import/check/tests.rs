//! Small lists beside what is registered, as far as no registry is asked.

use kim_contract::{
    registry::v1::CommunityProfile,
    r#type::v1::{Date, Region},
};

use super::*;

fn profile(name: &str, seat: &str) -> CommunityProfile {
    CommunityProfile {
        name: name.into(),
        seat: Some(Region { code: seat.into(), decree: String::new() }),
        formed_on: Some(Date { year: 2019, month: 3, day: 14 }),
        ..CommunityProfile::default()
    }
}

fn checked(rows: &[(&str, &str)], there: &[(&str, &str)]) -> Check {
    let row = |((name, seat), row): (&(&str, &str), i64)| CommunityRow {
        row,
        profile: Some(profile(name, seat)),
        ..CommunityRow::default()
    };
    let listing = Listing { rows: rows.iter().zip(2..).map(row).collect(), unreadable: vec![] };
    let community = |((name, seat), number): (&(&str, &str), i32)| Community {
        community_id: format!("nomor-{number}"),
        profile: Some(profile(name, seat)),
        ..Community::default()
    };
    let there: Vec<Community> = there.iter().zip(1..).map(community).collect();
    let rows: Vec<Row> = listing.rows.iter().filter_map(Row::of).collect();
    found(&listing, &rows, &there)
}

const KUMANTAN: &str = "14.01.01.2009";
const RIDAN: &str = "14.01.01.2010";

#[test]
fn likely_duplicates_are_shown_with_both_names_and_seats() {
    let check = checked(
        &[("KIM Pasirhumi", KUMANTAN), ("KIM Suara Desa", RIDAN), ("KIM Suara Dessa", RIDAN), ("KIM Lain", "14.02")],
        &[("KIM Pasir Huni", KUMANTAN), ("KIM Melati", KUMANTAN)],
    );
    assert_eq!((check.registered.len(), check.doubled.len(), check.known, check.bad), (1, 1, 0, 0));
    assert!(check.is_doubtful() && !check.is_clean());
    let screen = check.screen();
    for said in [
        "Mirip KIM yang sudah terdaftar:\nBARIS  KIM ",
        "    2  KIM Pasirhumi  14.01.01.2009 Desa Kumantan, Kecamatan Bangkinang Kota, Kabupaten Kampar    95%  nomor-1",
        "    4  KIM Suara Dessa",
        "baris 3",
        "dibaca 4 · nama sudah ada di wilayahnya 0 · salah 0 · mirip yang terdaftar 1 · mirip sesama baris 1",
    ] {
        assert!(screen.contains(said), "{said} in {screen}");
    }
}

#[test]
fn a_list_that_is_in_already_is_in_doubt_about_nothing() {
    let list = [("KIM Suara Desa", KUMANTAN), ("KIM Suara Desa", RIDAN), ("kim \"Pasirhuni\"", KUMANTAN)];
    let there = [("KIM Suara Desa", KUMANTAN), ("KIM Suara Desa", RIDAN), ("KIM Pasir Huni", KUMANTAN)];
    let check = checked(&list, &there);
    assert!(check.is_clean(), "{check:?}");
    assert_eq!((check.rows, check.known), (3, 3));
    // Broken off after the first row: what that made is likely no other row's.
    let half = checked(&list, &there[..1]);
    assert!(!half.is_doubtful(), "{half:?}");
    assert_eq!(half.known, 1);
}

#[test]
fn rows_that_the_registry_would_refuse_are_named() {
    let check = checked(&[("", KUMANTAN), ("KIM A B C", "14.01.01.2999"), ("KIM D E F", "14.1")], &[]);
    let reasons: Vec<(i64, &str)> = check.problems.iter().map(|bad| (bad.baris, bad.alasan.as_str())).collect();
    assert_eq!(reasons, [(2, "NAME_MISSING"), (3, "SEAT_UNKNOWN"), (4, "SEAT_UNKNOWN")]);
    assert_eq!((check.bad, check.is_doubtful()), (3, false));
}

#[test]
fn the_report_has_bad_rows_and_likely_duplicates() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("periksa.csv");
    checked(&[("KIM Pasirhumi", KUMANTAN)], &[("KIM Pasir Huni", KUMANTAN)]).write(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("baris,kolom,alasan,pesan,perbaikan\n2,nama_kim,LIKELY_DUPLICATE,"), "{text}");
}
