//! Ten thousand rows, of which one in ten is bad in ten ways: what the reader finds, and what it leaves to the registry.

use std::{collections::HashMap, io::Cursor, path::Path};

use kim_contract::{
    dissemination::v1::{
        Decline, DeliveryChannel, DeliveryDeclineReason, NoticeKind, NoticeReport, Reach, ReachByChannel, ReceiptKind,
        ReceiptReport, ReportRow, Session, SessionChannel, SessionReport, UndeliverableReason, UndeliverableReport,
        report_row::Report,
    },
    registry::v1::RegionLevel,
    r#type::v1::Date,
};
use prost_types::Timestamp;

use super::{
    ACTIVITY, CODE, COMMUNITY, CRITERION, Column, Columns, FileError, LISTED, Naming, Numbered, Problem, REPORT, Seats,
    Sheet, activity_row, code_row, community_row, criterion_row, report_column, report_row, template, whole,
};
use kim_fixture::{Bad, Cell, Style, workbook};

fn sheet(bytes: impl Into<Vec<u8>>, list: &'static [Column]) -> Result<Sheet, FileError> {
    Sheet::of(Cursor::new(bytes.into()), list, &Naming::default(), None)
}

/// The only record of a list, with its columns.
fn only(text: &str, list: &'static [Column]) -> (Columns, Numbered) {
    let mut sheet = sheet(text, list).unwrap();
    let record = sheet.next_record().unwrap().unwrap();
    assert_eq!(sheet.next_record().unwrap(), None);
    (sheet.columns().clone(), record)
}

#[test]
fn of_ten_thousand_rows_each_unreadable_one_is_named_and_all_others_are_read() {
    for (separator, byte_order_mark) in [(',', false), (';', false), (',', true), (';', true)] {
        let made = kim_fixture::communities(10_000, Style { separator, byte_order_mark });
        let bad: HashMap<i64, Bad> = made.bad.iter().copied().collect();
        assert_eq!(bad.len(), 1_000);
        let mut sheet = sheet(made.bytes, &COMMUNITY).unwrap();
        let mut seats = Seats::within(None);
        let (mut read, mut refused) = (0, 0);
        while let Some(record) = sheet.next_record().unwrap() {
            match (community_row(sheet.columns(), &mut seats, &record), bad.get(&record.row)) {
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
    let mut sheet = sheet(text, &COMMUNITY).unwrap();
    let mut seats = Seats::within(None);
    let record = sheet.next_record().unwrap().unwrap();
    let problems = community_row(sheet.columns(), &mut seats, &record).unwrap_err();
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
    let record = sheet.next_record().unwrap().unwrap();
    assert_eq!(community_row(sheet.columns(), &mut seats, &record).unwrap_err()[0].reason, "COLUMN_COUNT");
}

#[test]
fn a_lone_hyphen_is_nothing() {
    let text = "nama_kim;kode_wilayah;tanggal_pembentukan;nomor_sk;tanggal_sk;jumlah_anggota;ketua\nKIM A;14.01;2019-03-14;-;-;-;-\n";
    let (columns, record) = only(text, &COMMUNITY);
    let row = community_row(&columns, &mut Seats::within(None), &record).unwrap();
    assert_eq!((row.decree_number.as_str(), row.contacts), ("", None));
    let profile = row.profile.unwrap();
    assert_eq!((profile.decree, profile.member_count), (None, 0));
}

#[test]
fn activities_are_read() {
    let text = "kunci,jenis kegiatan,tanggal kegiatan,topik,jumlah terjangkau,terjangkau desa,terjangkau provinsi\n\
                kampar-001,Literasi,14/03/2019,Stunting,1.250,250,1.000\n";
    let (columns, record) = only(text, &ACTIVITY);
    let row = activity_row(&columns, &record).unwrap();
    assert_eq!((row.row, row.source_key.as_str()), (2, "kampar-001"));
    let activity = row.activity.unwrap();
    assert_eq!((activity.people_reached, activity.topic.as_str()), (1_250, "stunting"));
    let reach: Vec<_> = activity.reach.iter().map(|by| (by.level(), by.people)).collect();
    assert_eq!(reach, [(RegionLevel::Village, 250), (RegionLevel::Province, 1_000)]);
}

#[test]
fn what_is_no_list_is_said() {
    let why = |bytes: &[u8]| sheet(bytes, &COMMUNITY).err().unwrap();
    assert!(matches!(why(b""), FileError::Empty));
    assert!(matches!(why(b",,\n"), FileError::Empty));
    assert!(matches!(why(b"nam\xe9,b\n"), FileError::HeaderEncoding));
    assert!(matches!(why(b"\xd0\xcf\x11\xe0\xa1\xb1"), FileError::Old));
    assert!(matches!(why(b"PK\x03\x04 and no more"), FileError::Broken(_)));
    let said = why(b"daftar\nnama kim,dusun\nKIM A,B\n").to_string();
    assert!(said.starts_with("judul kolom di baris 2:\nkolom belum ada: kode_wilayah (atau desa"), "{said}");
}

#[test]
fn a_roster_with_titles_above_it_is_read() {
    let text = "DAFTAR KIM KABUPATEN KAMPAR;;;;;;\nTahun 2024;;;;;;\n;;;;;;\n\
                No.;Nama Kelompok;Desa/Kelurahan;Kecamatan;No. SK;Tanggal SK;Ketua\n\
                1;KIM Pasirhuni;Kumantan;Bangkinang Kota;489/07/401.403.6/2014;14/03/2014;-\n\
                2;KIM Suara Desa;Ridan Permai;Bangkinang Kota;-;43538;Ketua 0002\n";
    let mut sheet = sheet(text, &LISTED).unwrap();
    let mut seats = Seats::within(Some("14.01".parse().unwrap()));
    let mut rows = Vec::new();
    while let Some(record) = sheet.next_record().unwrap() {
        rows.push(community_row(sheet.columns(), &mut seats, &record).unwrap());
    }
    let profile = |place: usize| rows[place].profile.clone().unwrap();
    assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), [5, 6]);
    assert_eq!(profile(0).seat.unwrap().code, "14.01.01.2009");
    assert_eq!((rows[0].decree_number.as_str(), rows[0].contacts.is_none()), ("489/07/401.403.6/2014", true));
    assert_eq!(profile(1).decree.unwrap().date, Some(Date { year: 2019, month: 3, day: 14 }));
    assert_eq!((profile(1).seat.unwrap().code.as_str(), profile(1).formed_on), ("14.01.01.2010", None));
}

#[test]
fn a_workbook_says_what_a_csv_file_says() {
    let cells: [&[Cell]; 3] = [
        &[Cell::Text("Daftar KIM")],
        &[
            Cell::Text("Nama KIM"),
            Cell::Text("Kode Wilayah"),
            Cell::Text("Tanggal Pembentukan"),
            Cell::Text("Jumlah Anggota"),
            Cell::Text("Kunci"),
        ],
        &[Cell::Text("KIM A"), Cell::Number(14.01), Cell::Day(43_538.0), Cell::Number(1_250.0), Cell::Text("-")],
    ];
    let text = "Daftar KIM;;;;\nNama KIM;Kode Wilayah;Tanggal Pembentukan;Jumlah Anggota;Kunci\n\
                KIM A;14.01;14/03/2019;1.250;-\n";
    let read = |bytes: Vec<u8>| {
        let mut sheet = sheet(bytes, &COMMUNITY).unwrap();
        let record = sheet.next_record().unwrap().unwrap();
        community_row(sheet.columns(), &mut Seats::within(None), &record).unwrap()
    };
    let row = read(workbook(&[("Data", &cells)]));
    assert_eq!(row, read(text.into()));
    assert_eq!((row.row, row.profile.unwrap().member_count), (3, 1_250));
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

/// A report of so many cells, under the columns that it needs.
fn reported(head: &str, cells: &str) -> Result<ReportRow, Vec<(String, String)>> {
    let id = "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d";
    let (columns, record) = only(&format!("id_kampanye;id_kim;laporan;{head}\n{id};{id};{cells}\n"), &REPORT);
    let named = |problems: Vec<Problem>| problems.into_iter().map(|bad| (bad.column, bad.reason)).collect();
    report_row(&columns, &record).map_err(named)
}

#[test]
fn each_report_is_read_from_the_cells_that_it_needs() {
    let day = Some(Date { year: 2026, month: 3, day: 14 });
    // 8.30 in Jakarta.
    let moment = Some(Timestamp { seconds: 1_773_451_800, nanos: 0 });
    let session = |women| {
        let (channel, attendance) = (SessionChannel::Meeting.into(), 1_250);
        let session = Some(Session { held_on: day, channel, attendance, women });
        Report::Session(SessionReport { source_key: "k1".into(), session })
    };
    let at = |kind: ReceiptKind, channel: DeliveryChannel| {
        let (kind, channel) = (kind.into(), channel.into());
        Report::Receipt(ReceiptReport { kind, channel, material_version: 2, happened_at: moment })
    };
    for (head, cells, report) in [
        ("waktu;versi;saluran", "Sampai;14/03/2026 08.30;2;surel", at(ReceiptKind::Delivered, DeliveryChannel::Email)),
        ("tanggal;versi", "dikonfirmasi;2026-03-14 8:30;2", at(ReceiptKind::Acknowledged, DeliveryChannel::Office)),
        ("waktu;cara;hadir;perempuan;kunci", "sesi;14/03/2026;pertemuan;1.250;0;k1", session(Some(0))),
        ("waktu;cara;hadir;perempuan;kunci", "sesi;14/03/2026;pertemuan;1.250;;k1", session(None)),
        (
            "waktu;terjangkau_radio;terjangkau_lain",
            "jangkauan;14/03/2026;1.200;",
            Report::Reach(Reach {
                counted_on: day,
                by_channel: vec![ReachByChannel { channel: SessionChannel::Radio.into(), people: 1_200 }],
            }),
        ),
        (
            "waktu;alasan",
            "ditolak;14/03/2026 08.30;isi diragukan",
            Report::Decline(Decline { reason: DeliveryDeclineReason::Content.into(), declined_at: moment }),
        ),
        (
            "alasan;saluran",
            "tidak sampai;ditolak;webhook",
            Report::Undeliverable(UndeliverableReport {
                channel: DeliveryChannel::Webhook.into(),
                reason: UndeliverableReason::Refused.into(),
                happened_at: None,
            }),
        ),
        (
            "versi",
            "penarikan diketahui;3",
            Report::Notice(NoticeReport {
                kind: NoticeKind::Withdrawn.into(),
                material_version: 3,
                channel: DeliveryChannel::Office.into(),
                happened_at: None,
            }),
        ),
    ] {
        let row = reported(head, cells).unwrap_or_else(|problems| panic!("{cells}: {problems:?}"));
        assert_eq!((row.row, row.report), (2, Some(report)), "{cells}");
    }
}

#[test]
fn what_cannot_be_read_of_a_report_is_named() {
    let bad = |column: &str, reason: &str| (column.to_owned(), reason.to_owned());
    for (head, cells, problems) in [
        ("waktu", ";", vec![bad("laporan", "CELL_EMPTY")]),
        ("waktu", "dibaca;", vec![bad("laporan", "WORD_UNKNOWN")]),
        ("waktu;versi", "dibuka;kemarin;dua", vec![bad("versi", "NUMBER_MALFORMED"), bad("waktu", "DATE_MALFORMED")]),
        ("alasan", "ditolak;tidak terjangkau", vec![bad("alasan", "WORD_UNKNOWN")]),
        ("waktu;cara", "sesi;31/02/2026;koran", vec![bad("waktu", "DATE_INVALID"), bad("cara", "WORD_UNKNOWN")]),
    ] {
        assert_eq!(reported(head, cells).unwrap_err(), problems, "{cells}");
    }
    let (columns, record) = only("id_kampanye;id_kim;laporan\nimunisasi;;dibuka\n", &REPORT);
    let problems = report_row(&columns, &record).unwrap_err();
    let named: Vec<(&str, &str)> = problems.iter().map(|bad| (bad.column.as_str(), bad.reason.as_str())).collect();
    assert_eq!(named, [("id_kampanye", "ID_MALFORMED"), ("id_kim", "CELL_EMPTY")]);
}

#[test]
fn what_the_service_says_of_a_report_is_told_under_its_column() {
    for (field, column) in [
        ("campaign_id", "id_kampanye"),
        ("receipt.happened_at", "waktu"),
        ("receipt.channel", "saluran"),
        ("session.channel", "cara"),
        ("session.held_on", "waktu"),
        ("reach.by_channel.people", "terjangkau_*"),
        ("decline.reason", "alasan"),
        ("", ""),
    ] {
        assert_eq!(report_column(field), column, "{field}");
    }
    let names: Vec<&str> = REPORT.iter().map(|column| column.name).collect();
    assert!(template(&REPORT).starts_with(&names.join(";")));
}
