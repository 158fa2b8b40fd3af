use kim_territory::{Level, RegionCode, Territory};

fn found(text: &str, within: Option<&str>, limit: usize) -> Vec<String> {
    let within: Option<RegionCode> = within.map(|code| code.parse().expect("a valid code"));
    Territory::current().search(text, within, limit).iter().map(|region| format!("{region:?}")).collect()
}

#[test]
fn a_name_without_its_kind_finds_all_and_higher_ranks_first() {
    assert_eq!(found("Malang", None, 2), ["35.07 Kabupaten Malang", "35.73 Kota Malang"]);
    assert_eq!(found("riau", None, 1), ["14 Provinsi Riau"]);
}

#[test]
fn a_kind_before_the_name_finds_that_kind() {
    for text in ["Kota Malang", "kota malang", " kota  MALANG "] {
        assert_eq!(found(text, None, 1), ["35.73 Kota Malang"], "{text:?}");
    }
    for text in ["Kabupaten Kampar", "kab. kampar", "Kab.Kampar", "KAB KAMPAR"] {
        assert_eq!(found(text, None, 1), ["14.01 Kabupaten Kampar"], "{text:?}");
    }
    assert_eq!(found("Kelurahan Bangkinang", Some("14"), 1), ["14.01.01.1011 Kelurahan Bangkinang"]);
    assert_eq!(found("kec. bangkinang kota", None, 1), ["14.01.01 Kecamatan Bangkinang Kota"]);
}

#[test]
fn case_accents_spaces_and_punctuation_do_not_count() {
    for text in ["Pasir Huni", "pasirhuni", "PASIR-HUNI", "Pasír Huni"] {
        let hits = found(text, None, 10);
        assert!(hits.iter().any(|hit| hit.ends_with("Desa Pasirhuni")), "{text}: {hits:?}");
    }
    for text in ["raas", "Ra'as", "Ra\"as"] {
        assert_eq!(found(text, None, 1), ["35.29.22 Kecamatan Ra\"as"], "{text}");
    }
}

#[test]
fn exact_comes_before_prefix_and_prefix_before_contained() {
    let names: Vec<String> =
        Territory::current().search("Kampar", None, 1_000).iter().map(|region| region.name.to_lowercase()).collect();
    let fit = |name: &String| match name.trim_start_matches("kabupaten ") {
        "kampar" => 0,
        name if name.starts_with("kampar") => 1,
        name if name.contains("kampar") => 2,
        name => panic!("{name} does not hold the text"),
    };
    assert!(names.is_sorted_by_key(fit), "{names:?}");
    assert_eq!(names[0], "kabupaten kampar");
}

#[test]
fn a_province_is_found_by_what_people_call_it() {
    for (text, province) in [
        ("DKI Jakarta", "31 Daerah Khusus Ibukota Jakarta"),
        ("DKI", "31 Daerah Khusus Ibukota Jakarta"),
        ("DIY", "34 Daerah Istimewa Yogyakarta"),
        ("DI Yogyakarta", "34 Daerah Istimewa Yogyakarta"),
        ("ntb", "52 Provinsi Nusa Tenggara Barat"),
        ("Sumut", "12 Provinsi Sumatera Utara"),
    ] {
        assert_eq!(found(text, None, 1), [province], "{text}");
    }
}

#[test]
fn a_code_finds_its_region() {
    assert_eq!(found("14.01", None, 5), ["14.01 Kabupaten Kampar"]);
    assert_eq!(found("1401012009", None, 5), ["14.01.01.2009 Desa Kumantan"]);
    assert_eq!(found("14.01.01.2001", None, 5), Vec::<String>::new());
    assert_eq!(found("14.01", Some("13"), 5), Vec::<String>::new());
}

#[test]
fn a_search_stays_within_its_region_and_its_limit() {
    let riau: RegionCode = "14".parse().unwrap();
    let hits = Territory::current().search("bangkinang", Some(riau), 100);
    assert_eq!(hits.len(), 3, "{hits:?}");
    assert!(hits.iter().all(|region| riau.contains(&region.code)), "{hits:?}");
    assert_eq!(found("malang", Some("14"), 5).iter().filter(|hit| hit.starts_with("35")).count(), 0);
    assert_eq!(found("a", None, 7).len(), 7);
    assert_eq!(found("", None, 7), Vec::<String>::new());
    assert_eq!(found(" . ", None, 7), Vec::<String>::new());
    assert_eq!(found("malang", Some("47"), 7), Vec::<String>::new());
}

#[test]
fn a_name_of_a_rank_within_an_area_is_that_name_and_no_other() {
    let named = |text: &str, level, within: &str| -> Vec<String> {
        let within = within.parse().expect("a valid code");
        Territory::current().named(text, level, within).iter().map(|region| region.code.to_string()).collect()
    };
    assert_eq!(named("kampar", Level::Regency, "14"), ["14.01"]);
    assert_eq!(named("Malang", Level::Regency, "00"), ["35.07", "35.73"]);
    assert_eq!(named("Kota Malang", Level::Regency, "00"), ["35.73"]);
    assert_eq!(named("Bangkinang Kota", Level::District, "14.01"), ["14.01.01"]);
    assert_eq!(named("Desa KUMANTAN", Level::Village, "14.01.01"), ["14.01.01.2009"]);
    assert!(named("Kumanta", Level::Village, "14.01.01").is_empty(), "a part of a name is not the name");
    assert!(named("Kumantan", Level::Village, "14.02").is_empty());
}
