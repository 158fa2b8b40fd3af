//! Ten thousand rows, of which one in ten is bad in ten ways: what the reader finds, and what it leaves to the registry.

use std::{collections::HashMap, io::Cursor};

use super::{ACTIVITY, COMMUNITY, Columns, CsvFile, activity_row, community_row};
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
    let text = "kunci,jenis kegiatan,tanggal kegiatan,jumlah terjangkau\nkampar-001,Literasi,14/03/2019,1.250\n";
    let mut file = CsvFile::open(Cursor::new(text)).unwrap();
    let columns = Columns::find(file.header(), &ACTIVITY).unwrap();
    let row = activity_row(&columns, &file.next_record().unwrap().unwrap()).unwrap();
    assert_eq!((row.row, row.source_key.as_str()), (2, "kampar-001"));
    assert_eq!(row.activity.unwrap().people_reached, 1_250);
}
