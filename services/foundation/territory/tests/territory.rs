use kim_territory::{Decree, Kind, Level, NOTICE, RegionCode, Succession, Territory, tiles};

fn code(text: &str) -> RegionCode {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn name(decree: Decree, text: &str) -> Option<&'static str> {
    Territory::of(decree).get(&code(text)).map(|region| region.name)
}

#[test]
fn each_decree_holds_as_many_regions_as_its_notice_says() {
    for (decree, counts) in [
        (Decree::D2022, [1, 37, 514, 7_277, 83_763]),
        (Decree::D2023, [1, 38, 514, 7_277, 83_763]),
        (Decree::D2025, [1, 38, 514, 7_285, 83_762]),
    ] {
        let counted = Level::ALL.map(|level| Territory::of(decree).count(&RegionCode::NATION, level));
        assert_eq!(counted, counts, "{decree}");
    }
}

#[test]
fn kinds_are_counted_as_the_decree_in_force_counts_them() {
    let count = |level, kind| {
        Territory::current().within(&RegionCode::NATION, level).filter(|region| region.kind == kind).count()
    };
    assert_eq!(count(Level::Regency, Kind::Kabupaten), 416);
    assert_eq!(count(Level::Regency, Kind::Kota), 98);
    assert_eq!(count(Level::Village, Kind::Kelurahan), 8_496);
    assert_eq!(count(Level::Village, Kind::Desa), 75_252);
    assert_eq!(count(Level::Village, Kind::DesaAdat), 14);
}

#[test]
fn the_kind_in_a_regencys_name_is_the_one_in_its_code() {
    for region in Decree::ALL.map(Territory::of).iter().flat_map(|t| t.within(&RegionCode::NATION, Level::Regency)) {
        let prefix = if region.kind == Kind::Kota { "Kota " } else { "Kabupaten " };
        assert!(region.name.starts_with(prefix), "{region:?}");
    }
}

#[test]
fn known_regions_have_their_names_and_kinds() {
    for (text, name, kind) in [
        ("00", "Indonesia", Kind::Nation),
        ("14", "Riau", Kind::Province),
        ("61", "Kalimantan Barat", Kind::Province),
        ("14.01", "Kabupaten Kampar", Kind::Kabupaten),
        ("14.71", "Kota Pekanbaru", Kind::Kota),
        ("35.73", "Kota Malang", Kind::Kota),
        ("16.71", "Kota Palembang", Kind::Kota),
        ("14.01.01", "Bangkinang Kota", Kind::District),
        ("14.01.01.1011", "Bangkinang", Kind::Kelurahan),
        ("14.01.01.2009", "Kumantan", Kind::Desa),
        ("35.29.22", "Ra\"as", Kind::District),
        ("12.07.28.1007", "Lubuk Pakam I,II", Kind::Kelurahan),
    ] {
        let region = Territory::current().get(&code(text)).unwrap();
        assert_eq!((region.name, region.kind), (name, kind), "{text}");
    }
    assert!(Territory::current().get(&code("14.01.01.2001")).is_none());
    assert_eq!(Territory::current().count(&code("14"), Level::Regency), 12);
}

#[test]
fn every_region_lies_in_one_above_it_and_is_counted_there() {
    for territory in Decree::ALL.map(Territory::of) {
        for level in Level::ALL {
            let mut children = 0;
            for region in territory.within(&RegionCode::NATION, level) {
                let above = region.parent().map(|parent| parent.level().below());
                assert!(above.is_none_or(|below| below == Some(level)), "{region:?}");
                children += territory.children(&region.code).len();
            }
            let below = level.below().map_or(0, |below| territory.count(&RegionCode::NATION, below));
            assert_eq!(children, below, "{territory:?} {level:?}");
        }
    }
}

#[test]
fn ranges_stop_at_the_regions_border() {
    let territory = Territory::current();
    let children: Vec<String> = territory.children(&code("14")).map(|region| region.code.to_string()).collect();
    assert_eq!(children.len(), 12);
    assert_eq!((children[0].as_str(), children[11].as_str()), ("14.01", "14.72"));
    assert_eq!(territory.count(&code("14.01"), Level::Regency), 1);
    assert_eq!(territory.count(&code("14.01"), Level::Province), 0);
    assert_eq!(territory.count(&code("47"), Level::Village), 0);
    assert_eq!(territory.children(&code("14.01.01.2009")).len(), 0);
    let villages: usize = territory.children(&code("14.01")).map(|d| territory.count(&d.code, Level::Village)).sum();
    assert_eq!(villages, territory.count(&code("14.01"), Level::Village));
}

#[test]
fn names_of_every_decree_are_written_as_people_write_them() {
    for (decree, text, expected) in [
        (Decree::D2022, "14.01.01.2009", "Kumantan"),
        (Decree::D2022, "14.01", "Kabupaten Kampar"),
        (Decree::D2022, "31", "DKI Jakarta"),
        (Decree::D2023, "31", "DKI Jakarta"),
        (Decree::D2025, "31", "Daerah Khusus Ibukota Jakarta"),
        (Decree::D2022, "34", "Daerah Istimewa Yogyakarta"),
        (Decree::D2022, "73.10", "Kabupaten Pangkajene dan Kepulauan"),
        (Decree::D2022, "92.71.07", "Sorong Kota"),
        (Decree::D2022, "13.05.05", "VII Koto Sungai Sarik"),
        (Decree::D2022, "12.07.08", "STM Hilir"),
        (Decree::D2022, "12.07.28.1007", "Lubuk Pakam I II"),
        (Decree::D2023, "72.04", "Kabupaten Toli Toli"),
    ] {
        assert_eq!(name(decree, text), Some(expected), "{decree} {text}");
    }
    for territory in Decree::ALL.map(Territory::of) {
        for region in Level::ALL.into_iter().flat_map(|level| territory.within(&RegionCode::NATION, level)) {
            let capitals = region.name.split([' ', '-', '/']).all(|word| word.len() > 5 && word == word.to_uppercase());
            assert!(!region.name.is_empty() && !capitals, "{territory:?} {region:?}");
        }
    }
}

#[test]
fn a_full_name_tells_the_region_from_every_other() {
    for (text, full_name) in [
        ("00", "Indonesia"),
        ("14", "Provinsi Riau"),
        ("34", "Daerah Istimewa Yogyakarta"),
        ("14.01", "Kabupaten Kampar, Provinsi Riau"),
        ("14.01.01", "Kecamatan Bangkinang Kota, Kabupaten Kampar"),
        ("14.01.01.2009", "Desa Kumantan, Kecamatan Bangkinang Kota, Kabupaten Kampar"),
        ("14.01.01.1011", "Kelurahan Bangkinang, Kecamatan Bangkinang Kota, Kabupaten Kampar"),
        ("34.02.08", "Kapanewon Bantul, Kabupaten Bantul"),
        ("34.71.01", "Kemantren Tegalrejo, Kota Yogyakarta"),
        ("96.71.07", "Distrik Sorong Kota, Kota Sorong"),
    ] {
        assert_eq!(Territory::current().get(&code(text)).unwrap().full_name(), full_name);
    }
}

#[test]
fn every_province_has_a_tile_of_its_own() {
    let provinces: Vec<_> = Territory::current().children(&RegionCode::NATION).collect();
    assert_eq!(tiles().len(), provinces.len());
    for province in provinces {
        assert!(province.short_label().is_some_and(|label| label.len() <= 7), "{province:?}");
    }
    let mut places: Vec<_> = tiles().iter().map(|tile| (tile.column, tile.row)).collect();
    assert!(places.iter().all(|(column, row)| *column < 16 && *row < 9));
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), tiles().len());
    let riau = Territory::current().get(&code("14")).unwrap();
    assert_eq!(riau.short_label(), Some("RIAU"));
    assert_eq!(Territory::current().get(&code("14.01")).unwrap().short_label(), None);
}

#[test]
fn a_region_is_followed_from_decree_to_decree_as_far_as_names_tell() {
    use Decree::{D2022, D2023, D2025};
    let moved = |text| Some(Succession::Moved(code(text)));
    for (text, from, to, expected) in [
        ("14.01", D2022, D2025, Some(Succession::Unchanged)),
        ("14.01.01.2009", D2025, D2025, Some(Succession::Unchanged)),
        ("47", D2022, D2025, None),
        // A new province took whole regencies.
        ("92.71", D2022, D2025, moved("96.71")),
        ("92.71", D2022, D2023, moved("96.71")),
        ("92.71.07", D2022, D2025, moved("96.71.07")),
        ("92.01.01.1001", D2022, D2023, moved("96.01.01.1001")),
        ("96.71", D2025, D2022, moved("92.71")),
        ("92", D2022, D2025, Some(Succession::Unchanged)),
        ("96", D2025, D2022, Some(Succession::Doubtful)),
        // A district was split: its villages stayed in the regency.
        ("92.02.04.2007", D2023, D2025, moved("92.02.31.2002")),
        ("72.06.06.2018", D2023, D2025, moved("72.06.20.2011")),
        // Villages of a district were numbered anew; the name decides, not the code.
        ("96.01.05.1007", D2023, D2025, moved("96.01.05.1008")),
        ("96.02.01.1002", D2023, D2025, moved("96.02.01.1003")),
        // Another name at the same code.
        ("31", D2023, D2025, Some(Succession::Renamed)),
        ("12.07.08", D2023, D2025, Some(Succession::Renamed)),
        // Two districts exchanged their names: a person has to say what happened.
        ("96.03.05", D2023, D2025, Some(Succession::Doubtful)),
        // Spelled differently at another code.
        ("81.05.02.2046", D2023, D2025, Some(Succession::Doubtful)),
    ] {
        assert_eq!(Territory::of(to).succession(&code(text), from), expected, "{text} {from} → {to}");
    }
    assert_eq!(Territory::current().moved(&code("92.71"), D2022), Some(code("96.71")));
    assert_eq!(Territory::current().moved(&code("31"), D2023), Some(code("31")));
    assert_eq!(Territory::current().moved(&code("96.03.05"), D2023), None);
}

#[test]
fn hardly_a_region_is_left_in_doubt_and_no_two_become_one() {
    for (from, doubtful_at_most) in [(Decree::D2022, 12), (Decree::D2023, 11)] {
        let mut doubtful = Vec::new();
        let mut successors = std::collections::HashMap::new();
        for region in Level::ALL.into_iter().flat_map(|l| Territory::of(from).within(&RegionCode::NATION, l)) {
            match Territory::current().moved(&region.code, from) {
                Some(now) => {
                    let before = successors.insert(now, region.code);
                    assert_eq!(before, None, "{now} would be {before:?} and {region:?} of {from}");
                }
                None => doubtful.push(region),
            }
        }
        assert!(doubtful.len() <= doubtful_at_most, "{from}: {} {doubtful:?}", doubtful.len());
    }
}

#[test]
fn an_unknown_code_is_refused_with_what_to_write_instead() {
    for (text, message) in [
        (
            "14.01.01.2001",
            "Kode wilayah 14.01.01.2001 tidak dikenal dalam daftar wilayah 2025. \
             Yang dikenal: 14.01.01 Kecamatan Bangkinang Kota; periksa angka sesudahnya",
        ),
        (
            "92.71",
            "Kode wilayah 92.71 tidak dikenal dalam daftar wilayah 2025. \
             Dalam daftar 2022 kode itu Kota Sorong; kodenya kini 96.71",
        ),
        (
            "81.05.02.2046",
            "Kode wilayah 81.05.02.2046 tidak dikenal dalam daftar wilayah 2025. \
             Dalam daftar 2023 kode itu Desa Kwawor Kecil Mata Ata; cari kode barunya menurut nama",
        ),
        (
            "47.01",
            "Kode wilayah 47.01 tidak dikenal dalam daftar wilayah 2025. \
             Tidak ada provinsi berkode 47; periksa dua angka pertama",
        ),
    ] {
        assert_eq!(Territory::current().require(&code(text)).unwrap_err().to_string(), message);
    }
    assert_eq!(Territory::current().require(&code("14.01")).unwrap().name, "Kabupaten Kampar");
    assert_eq!(Territory::current().elsewhere(&code("92.71")), [Decree::D2022]);
    assert_eq!(Territory::current().elsewhere(&code("14.01")), [Decree::D2022, Decree::D2023]);
}

#[test]
fn a_decree_is_named_by_its_year_and_told_by_its_digest() {
    for decree in Decree::ALL {
        assert_eq!(decree.to_string().parse(), Ok(decree));
        assert_eq!(decree.digest().len(), 64);
        assert!(decree.name().starts_with("Kepmendagri Nomor "));
    }
    assert_eq!(Decree::CURRENT, Decree::D2025);
    // Events hold this digest; another one for the same decree would be another territory.
    assert_eq!(Decree::D2025.digest(), "2bb3256f62bf46ea92fb96b325016bea4f94183d799daef3bb556a6e76d29ae1");
    let unknown = "2024".parse::<Decree>().unwrap_err();
    assert_eq!(unknown.to_string(), "Dasar kode wilayah \"2024\" tidak dikenal: tulis 2022, 2023, atau 2025");
}

#[test]
fn the_licence_of_the_lists_travels_with_them() {
    assert!(include_str!("../data/NOTICE.md").contains(NOTICE));
    // Lines are broken in the text that came with the lists.
    let regions = include_str!("../data/regions/NOTICE.md").replace('\n', " ");
    assert!(regions.contains(NOTICE));
}
