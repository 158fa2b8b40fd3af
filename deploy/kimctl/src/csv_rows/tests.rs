//! Ten thousand rows, of which one in ten is bad in ten ways: what the reader finds, and what it leaves to the registry.

use std::{collections::HashMap, io::Cursor, path::Path};

use kim_contract::registry::v1::RegionLevel;

use super::{
    ACTIVITY, CODE, COMMUNITY, CRITERION, Columns, CsvFile, activity_row, code_row, community_row, criterion_row, whole,
};
use crate::fixture::{self, Bad, Style};

#[test]
fn of_ten_thousand_rows_each_unreadable_one_is_named_and_all_others_are_read() {
    for (separator, byte_order_mark) in [(',', false), (';', false), (',', true), (';', true)] {
        let made = fixture::communities(10_000, Style { separator, byte_order_mark });
        let bad: HashMap<i64, Bad> = made.bad.iter().copied().collect();
        assert_eq!(bad.len(), 1_000);
        let mut file = CsvFile::open(Cursor::new(made.bytes)).unwrap();
        let columns = Columns::find(file.header(), &COMMUNITY).unwrap();
        let (mut read, mut refused) = (0, 0);
        while let Some(record) = file.next_record().unwrap() {
            match (community_row(&columns, &record), bad.get(&record.row)) {
                (Ok(row), bad) => {
                    assert!(bad.is_none_or(|bad| !bad.is_unreadable()), "{}", record.row);
                    assert_eq!(row.row, record.row);
                    let profile = row.profile.unwrap();
                    assert!(profile.formed_on.is_some() && profile.member_count != 0);
                    read += 1;
                }
                (Err(problems), Some(bad)) => {
                    assert!(bad.is_unreadable(), "{bad:?}");
                    assert_eq!(problems.len(), 1);
                    assert_eq!(problems[0].column, bad.column());
                    refused += 1;
                }
                (Err(problems), None) => panic!("{}: {problems:?}", record.row),
            }
        }
        assert_eq!((read, refused), (9_800, 200));
    }
}

#[test]
fn all_that_cannot_be_read_of_a_row_is_named() {
    let text = "nama_kim,kode_wilayah,tanggal_pembentukan,tingkat_sk,jumlah_anggota\nKIM A,14.01,kemarin,gubernur,dua\nKIM B,14.01\n";
    let mut file = CsvFile::open(Cursor::new(text)).unwrap();
    let columns = Columns::find(file.header(), &COMMUNITY).unwrap();
    let record = file.next_record().unwrap().unwrap();
    let problems = community_row(&columns, &record).unwrap_err();
    let mut found: Vec<(&str, &str)> = problems.iter().map(|p| (p.column.as_str(), p.reason.as_str())).collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("jumlah_anggota", "NUMBER_MALFORMED"),
            ("tanggal_pembentukan", "DATE_MALFORMED"),
            ("tingkat_sk", "WORD_UNKNOWN")
        ]
    );
    let record = file.next_record().unwrap().unwrap();
    assert_eq!(community_row(&columns, &record).unwrap_err()[0].reason, "COLUMN_COUNT");
}

#[test]
fn a_lone_hyphen_is_nothing() {
    let text = "nama_kim;kode_wilayah;tanggal_pembentukan;nomor_sk;tanggal_sk;jumlah_anggota;ketua\nKIM A;14.01;2019-03-14;-;-;-;-\n";
    let mut file = CsvFile::open(Cursor::new(text)).unwrap();
    let columns = Columns::find(file.header(), &COMMUNITY).unwrap();
    let row = community_row(&columns, &file.next_record().unwrap().unwrap()).unwrap();
    assert_eq!((row.decree_number.as_str(), row.contacts), ("", None));
    let profile = row.profile.unwrap();
    assert_eq!((profile.decree, profile.member_count), (None, 0));
}

#[test]
fn activities_are_read() {
    let text = "kunci,jenis kegiatan,tanggal kegiatan,topik,jumlah terjangkau,terjangkau desa,terjangkau provinsi\n\
                kampar-001,Literasi,14/03/2019,Stunting,1.250,250,1.000\n";
    let mut file = CsvFile::open(Cursor::new(text)).unwrap();
    let columns = Columns::find(file.header(), &ACTIVITY).unwrap();
    let row = activity_row(&columns, &file.next_record().unwrap().unwrap()).unwrap();
    assert_eq!((row.row, row.source_key.as_str()), (2, "kampar-001"));
    let activity = row.activity.unwrap();
    assert_eq!((activity.people_reached, activity.topic.as_str()), (1_250, "stunting"));
    let reach: Vec<_> = activity.reach.iter().map(|by| (by.level(), by.people)).collect();
    assert_eq!(reach, [(RegionLevel::Village, 250), (RegionLevel::Province, 1_000)]);
}

#[test]
fn a_file_is_taken_as_a_whole_or_all_its_mistakes_are_named() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lists");
    let topics = whole(&folder.join("topic.csv"), &CODE, code_row).unwrap();
    assert!(topics.iter().any(|entry| entry.code == "stunting" && entry.parent == "kesehatan"));
    let kinds = whole(&folder.join("activity_kind.csv"), &CODE, code_row).unwrap();
    assert_eq!(
        kinds.iter().filter(|entry| entry.literacy).map(|entry| &entry.code).collect::<Vec<_>>(),
        ["literacy_class"]
    );
    let criteria = whole(&folder.join("sample_rubric.csv"), &CRITERION, criterion_row).unwrap();
    assert_eq!(criteria.iter().map(|criterion| criterion.weight_percent).sum::<i32>(), 100);

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("topik.csv");
    let text = "kode;nama;nama_inggris;berlaku_mulai;literasi\na;b;c;kemarin;ya\na;b;c;2024-01-01;tidak\na;b;c;2024-01-01;mungkin\n";
    std::fs::write(&path, text).unwrap();
    let said = format!("{:#}", whole(&path, &CODE, code_row).unwrap_err());
    for what in ["baris 2, kolom berlaku_mulai", "baris 4, kolom literasi"] {
        assert!(said.contains(what), "{said}");
    }
}
