use std::collections::HashSet;

use kim_territory::{Level, RegionCode, RegionCodeError};

fn code(text: &str) -> RegionCode {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn a_code_is_parsed_with_and_without_dots_and_written_with_them() {
    for (text, written, level) in [
        ("00", "00", Level::Nation),
        ("14", "14", Level::Province),
        ("14.01", "14.01", Level::Regency),
        ("1401", "14.01", Level::Regency),
        ("14.01.01", "14.01.01", Level::District),
        ("140101", "14.01.01", Level::District),
        ("14.01.01.2009", "14.01.01.2009", Level::Village),
        ("1401012009", "14.01.01.2009", Level::Village),
        ("  14.71 \r", "14.71", Level::Regency),
    ] {
        assert_eq!((code(text).to_string().as_str(), code(text).level()), (written, level), "{text:?}");
        assert_eq!(code(written), code(text));
    }
}

#[test]
fn a_wrong_code_is_refused_with_the_way_to_mend_it() {
    for (text, message) in [
        ("", "Kode wilayah kosong: isi dengan angka dan titik, misalnya 14.01"),
        ("14.1", "Kode wilayah \"14.1\" tidak lengkap: kabupaten/kota ditulis dua angka, misalnya 14.01"),
        ("12.03.7", "Kode wilayah \"12.03.7\" tidak lengkap: kecamatan ditulis dua angka, misalnya 12.03.07"),
        ("14.01.", "Kode wilayah \"14.01.\" tidak lengkap: kecamatan ditulis dua angka, misalnya 14.01.01"),
        (
            "14.01.01.9",
            "Kode wilayah \"14.01.01.9\" tidak lengkap: desa/kelurahan ditulis empat angka, misalnya 14.01.01.2009",
        ),
        ("1.01", "Kode wilayah \"1.01\" tidak lengkap: provinsi ditulis dua angka, misalnya 01"),
        (".01", "Kode wilayah \".01\" tidak lengkap: provinsi ditulis dua angka, misalnya 14"),
        ("14.001", "Kode wilayah \"14.001\" kelebihan angka: kabupaten/kota ditulis dua angka, misalnya 14.01"),
        (
            "14.01.01.2009.01",
            "Kode wilayah \"14.01.01.2009.01\" terlalu panjang: paling banyak empat bagian, misalnya 14.01.01.2009",
        ),
        ("14.O1", "Kode wilayah \"14.O1\" memuat \"O\": kode hanya berisi angka dan titik, misalnya 14.01"),
        ("14,01", "Kode wilayah \"14,01\" memuat \",\": kode hanya berisi angka dan titik, misalnya 14.01"),
        (
            "14.00",
            "Kode wilayah \"14.00\" keliru: kabupaten/kota tidak bernomor nol; 00 sendirian berarti seluruh Indonesia",
        ),
        ("00.01", "Kode wilayah \"00.01\" keliru: provinsi tidak bernomor nol; 00 sendirian berarti seluruh Indonesia"),
        (
            "140101200",
            "Kode wilayah \"140101200\" ditulis tanpa titik, jadi panjangnya harus 2, 4, 6, atau 10 angka; ini 9 angka. \
             Tulis misalnya 14.01.01.2009 atau 1401012009",
        ),
    ] {
        assert_eq!(text.parse::<RegionCode>().unwrap_err().to_string(), message, "{text:?}");
    }
    assert_eq!("   ".parse::<RegionCode>(), Err(RegionCodeError::Empty));
}

#[test]
fn a_message_quotes_no_more_than_the_beginning_of_a_long_text() {
    let message = "9".repeat(5_000).parse::<RegionCode>().unwrap_err().to_string();
    assert!(message.len() < 300, "{message}");
}

#[test]
fn a_code_knows_what_stands_above_it() {
    let village = code("14.01.02.2009");
    let above: Vec<String> = village.ancestors().map(|code| code.to_string()).collect();
    assert_eq!(above, ["14.01.02.2009", "14.01.02", "14.01", "14", "00"]);
    assert_eq!(village.parent(), Some(code("14.01.02")));
    assert_eq!(code("14").parent(), Some(RegionCode::NATION));
    assert_eq!(RegionCode::NATION.parent(), None);
    assert_eq!(village.province(), Some(code("14")));
    assert_eq!(village.regency(), Some(code("14.01")));
    assert_eq!(village.district(), Some(code("14.01.02")));
    assert_eq!(code("14").regency(), None);
    assert_eq!(RegionCode::NATION.province(), None);
}

#[test]
fn a_region_contains_itself_and_what_lies_below_by_component() {
    for (outer, inner, expected) in [
        ("00", "14.01.01.2009", true),
        ("00", "00", true),
        ("14", "14", true),
        ("14", "14.71", true),
        ("14.01", "14.01.01.2009", true),
        ("14.01.01", "14.01.01.2009", true),
        ("14.01", "14.02", false),
        ("14.01", "14", false),
        ("14.01.01", "14.01.10", false),
        ("14.10", "14.01", false),
        ("13", "14.13", false),
        ("14", "00", false),
    ] {
        assert_eq!(code(outer).contains(&code(inner)), expected, "{outer} ⊇ {inner}");
    }
    assert!("14.0".parse::<RegionCode>().is_err(), "a text prefix of a code is no code");
}

#[test]
fn codes_sort_as_a_walk_through_the_territory() {
    let mut codes = ["14.71", "14.01.02", "00", "13", "14.01.01.2009", "14", "14.01.01", "14.01"].map(code);
    codes.sort();
    let written = codes.map(|code| code.to_string());
    assert_eq!(written, ["00", "13", "14", "14.01", "14.01.01", "14.01.01.2009", "14.01.02", "14.71"]);
    assert_eq!(HashSet::from(codes).len(), codes.len());
    assert!(size_of::<RegionCode>() <= 13);
}

#[test]
fn subject_tokens_hold_province_and_regency() {
    for (text, province, regency) in
        [("14.01.01.2009", "14", "1401"), ("14.01", "14", "1401"), ("14", "14", "0000"), ("00", "00", "0000")]
    {
        assert_eq!(code(text).subject_tokens(), (province.to_owned(), regency.to_owned()), "{text}");
    }
    assert_eq!(code("14.01.01.2009").undotted(), "1401012009");
    assert_eq!(RegionCode::NATION.undotted(), "00");
}
