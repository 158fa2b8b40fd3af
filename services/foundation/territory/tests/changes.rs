use kim_territory::{
    Act, ActKind, Change, Changes, Decree, Fate, Level, RegionCode, RegionList, Ruling, RulingError, Rulings, Territory,
};

fn code(text: &str) -> RegionCode {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn codes(texts: &[&str]) -> Vec<RegionCode> {
    texts.iter().copied().map(code).collect()
}

fn list(decree: Decree) -> &'static RegionList {
    Territory::of(decree).list()
}

fn upon<'c>(changes: &'c Changes<'_>, text: &str) -> &'c Change {
    changes.all().find(|change| change.act.code() == code(text)).unwrap_or_else(|| panic!("nothing upon {text}"))
}

/// Province, regency, district, village.
fn counts(changes: &Changes<'_>, kind: ActKind) -> [usize; 4] {
    std::array::from_fn(|i| changes.count(Level::ALL[i + 1], kind))
}

#[test]
fn papua_barat_daya_is_one_split_with_its_six_regencies_below() {
    let changes = Changes::between(list(Decree::D2022), list(Decree::D2023));
    let split = upon(&changes, "92");
    assert_eq!(split.act, Act::Split { from: code("92"), into: codes(&["92", "96"]) });
    let below: Vec<&Act> = split.below.iter().map(|change| &change.act).collect();
    let moved = |from, to| Act::Moved { from: code(from), to: code(to) };
    assert_eq!(
        below,
        [
            &moved("92.01", "96.01"),
            &moved("92.04", "96.02"),
            &moved("92.05", "96.03"),
            &moved("92.09", "96.04"),
            &moved("92.10", "96.05"),
            &moved("92.71", "96.71")
        ]
    );
    // What lay in them went with them, with numbers of its own.
    assert_eq!(changes.fate(&code("92.01.04.2009")), Some(Fate::Became(code("96.01.02.2003"))));
    let followers: Vec<usize> = Level::ALL.iter().map(|level| changes.followers(*level)).collect();
    assert_eq!(followers, [0, 0, 0, 132, 1_012]);
    assert_eq!(split.below[0].followers(Level::District), 30);
    for (kind, expected) in [
        (ActKind::Split, [1, 0, 0, 0]),
        (ActKind::Moved, [0, 6, 0, 0]),
        (ActKind::Renamed, [0, 0, 0, 5]),
        (ActKind::Doubtful, [0, 0, 0, 1]),
        (ActKind::New, [0, 0, 0, 0]),
        (ActKind::Merged, [0, 0, 0, 0]),
        (ActKind::Gone, [0, 0, 0, 0]),
    ] {
        assert_eq!(counts(&changes, kind), expected, "{kind:?}");
    }
    let doubtful = Act::Doubtful { code: code("92.01.01.2016"), candidates: codes(&["96.01.01.2014"]) };
    assert_eq!(upon(&changes, "92.01.01.2016").act, doubtful, "Suatolo and Suatolo6");
}

#[test]
fn the_eight_districts_of_2025_are_parts_of_those_that_were_split_for_them() {
    let changes = Changes::between(list(Decree::D2023), list(Decree::D2025));
    for (from, into) in [
        ("72.01.09", &["72.01.24"] as &[&str]),
        ("72.06.06", &["72.06.20"]),
        ("72.06.07", &["72.06.20"]),
        ("81.05.02", &["81.05.16"]),
        ("92.02.03", &["92.02.32"]),
        ("92.02.04", &["92.02.31"]),
        ("92.02.05", &["92.02.33", "92.02.34", "92.02.35"]),
        ("92.02.14", &["92.02.35"]),
    ] {
        let into = [&[from], into].concat();
        assert_eq!(upon(&changes, from).act, Act::Split { from: code(from), into: codes(&into) });
    }
    for (kind, expected) in [
        (ActKind::Split, [0, 0, 8, 0]),
        (ActKind::Moved, [0, 0, 0, 120]),
        (ActKind::Renamed, [1, 1, 39, 148]),
        (ActKind::Doubtful, [0, 0, 2, 9]),
        (ActKind::New, [0, 0, 0, 1]),
        (ActKind::Merged, [0, 0, 0, 0]),
        (ActKind::Gone, [0, 0, 0, 0]),
    ] {
        assert_eq!(counts(&changes, kind), expected, "{kind:?}");
    }
    // A village that stayed in its district under another number, and one that was given to the neighbour.
    assert_eq!(
        upon(&changes, "96.01.05.1006").act,
        Act::Moved { from: code("96.01.05.1006"), to: code("96.01.05.1007") }
    );
    assert!(changes.roots().iter().any(|change| change.act.code() == code("36.02.16.2018")));
}

#[test]
fn the_likeliest_candidate_stands_first() {
    let changes = Changes::between(list(Decree::D2023), list(Decree::D2025));
    for (text, candidates) in [
        ("81.05.02.2048", &["81.05.16.2004", "81.05.16.2005", "81.05.16.2002", "81.05.16.2003"] as &[&str]),
        ("72.06.07.2021", &["72.06.20.2006"]),
        // Another district of the same regency.
        ("93.02.03.2004", &["93.02.17.2006"]),
        // They exchanged their names; what lay in each stayed at its code.
        ("96.03.05", &["96.03.05", "96.03.23"]),
        ("96.03.23", &["96.03.23", "96.03.05"]),
        // One that is left over before one of the same name, which stayed.
        ("93.04.08.2007", &["93.04.10.2001", "93.04.24.2001"]),
        ("74.02.36.1009", &["74.02.36.2012"]),
        ("74.07.07.1011", &["74.07.04.1012"]),
    ] {
        let expected = Act::Doubtful { code: code(text), candidates: codes(candidates) };
        assert_eq!(upon(&changes, text).act, expected);
    }
}

#[test]
fn seen_backwards_a_split_is_a_merger() {
    let changes = Changes::between(list(Decree::D2023), list(Decree::D2022));
    assert_eq!(upon(&changes, "96").act, Act::Merged { from: vec![code("96")], into: code("92") });
    assert_eq!(changes.fate(&code("96")), Some(Fate::Joined(code("92"))));
    let changes = Changes::between(list(Decree::D2025), list(Decree::D2023));
    assert_eq!(upon(&changes, "92.02.31").act, Act::Merged { from: vec![code("92.02.31")], into: code("92.02.04") });
    // Its villages came out of several.
    assert_eq!(upon(&changes, "72.06.20").act.kind(), ActKind::Doubtful);
}

#[test]
fn a_decision_settles_what_the_lists_leave_open() {
    let (old, new) = (list(Decree::D2023), list(Decree::D2025));
    let rulings = Rulings::from([
        (code("72.06.07.2021"), Ruling::Became(code("72.06.20.2006"))),
        (code("74.02.36.1009"), Ruling::Joined(code("74.02.36.2012"))),
        (code("74.07.07.1011"), Ruling::Gone),
        // What names tell may be wrong.
        (code("14.01.01"), Ruling::Gone),
    ]);
    let changes = Changes::ruled(old, new, &rulings).unwrap();
    assert_eq!(counts(&changes, ActKind::Doubtful), [0, 0, 2, 6]);
    let moved = Act::Moved { from: code("72.06.07.2021"), to: code("72.06.20.2006") };
    assert_eq!(upon(&changes, "72.06.07.2021").act, moved);
    let merged = Act::Merged { from: vec![code("74.02.36.1009")], into: code("74.02.36.2012") };
    assert_eq!(upon(&changes, "74.02.36.1009").act, merged);
    assert_eq!(upon(&changes, "74.07.07.1011").act, Act::Gone(code("74.07.07.1011")));
    assert_eq!(changes.fate(&code("14.01.01")), Some(Fate::Gone));
    assert!(changes.all().any(|change| change.act == Act::New(code("14.01.01"))));
}

#[test]
fn all_decisions_that_cannot_hold_are_refused_at_once() {
    let rulings = Rulings::from([
        (code("14.01.01.9999"), Ruling::Gone),
        (code("72.06.07.2021"), Ruling::Became(code("72.06.20.9999"))),
        (code("74.02.36.1009"), Ruling::Became(code("74.02.36"))),
        (code("74.07.07.1011"), Ruling::Became(code("74.07.07.1004"))),
        (code("81.05.02.2046"), Ruling::Became(code("81.05.16.2002"))),
        (code("81.05.02.2047"), Ruling::Became(code("81.05.16.2002"))),
        (code("93.04.08.2007"), Ruling::Joined(code("93.04.10.2001"))),
    ]);
    let errors = Changes::ruled(list(Decree::D2023), list(Decree::D2025), &rulings).unwrap_err();
    let of = |text: &str| code(text);
    assert_eq!(
        errors,
        [
            RulingError::UnknownOld { of: of("14.01.01.9999") },
            RulingError::UnknownNew { of: of("72.06.07.2021"), to: code("72.06.20.9999") },
            RulingError::OtherLevel { of: of("74.02.36.1009"), to: code("74.02.36") },
            RulingError::Taken { of: of("74.07.07.1011"), to: code("74.07.07.1004"), by: code("74.07.07.1004") },
            RulingError::Taken { of: of("81.05.02.2046"), to: code("81.05.16.2002"), by: code("81.05.02.2047") },
            RulingError::Taken { of: of("81.05.02.2047"), to: code("81.05.16.2002"), by: code("81.05.02.2046") },
            RulingError::NotShared { of: of("93.04.08.2007"), to: code("93.04.10.2001") },
        ]
    );
    assert_eq!(
        errors[3].to_string(),
        "74.07.07.1004 sudah dipakai 74.07.07.1004 dari daftar lama; bila keduanya memang digabung tulis gabung 74.07.07.1004, \
         dan bila tidak, pilih kode lain atau putuskan pula 74.07.07.1004"
    );
    assert_eq!(errors[2].of(), code("74.02.36.1009"));
    assert_eq!(
        errors[2].to_string(),
        "74.02.36.1009 adalah desa/kelurahan, tetapi 74.02.36 kecamatan; pilih wilayah yang setingkat"
    );
}
