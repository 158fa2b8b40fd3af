//! Lists, and how one version follows another.

use time::macros::date;

use super::*;

fn code(text: &str) -> Code {
    Code::parse(text).expect("a code")
}

fn entry(name: &str) -> Entry {
    Entry {
        code: code(name),
        name: PublicName::stored(name),
        name_en: PublicName::stored(name),
        parent: None,
        valid_from: date!(2017 - 01 - 01),
        retired_on: None,
        literacy: false,
    }
}

fn topics(entries: Vec<Entry>) -> Result<CodeList, Vec<ListFlaw>> {
    CodeList::new(CodeListName::Topic, entries)
}

fn set(entries: Vec<Entry>, effective_from: Date) -> Command {
    Command::Set { list: Arc::new(topics(entries).expect("a list")), effective_from }
}

#[test]
fn all_that_is_wrong_with_a_list_is_named() {
    let below = |name, parent| Entry { parent: Some(code(parent)), ..entry(name) };
    let cases: [(Vec<Entry>, Vec<ListFlaw>); 6] = [
        (vec![], vec![ListFlaw::Size]),
        (vec![entry("ektp"), entry("ektp")], vec![ListFlaw::Doubled(code("ektp"))]),
        (
            vec![below("stunting", "kesehatan"), Entry { literacy: true, ..entry("ektp") }],
            vec![
                ListFlaw::ParentUnknown { code: code("stunting"), parent: code("kesehatan") },
                ListFlaw::LiteracyOfTopic(code("ektp")),
            ],
        ),
        (
            vec![below("aaa", "bbb"), below("bbb", "aaa"), below("ccc", "aaa")],
            vec![ListFlaw::Circle(code("aaa")), ListFlaw::Circle(code("bbb"))],
        ),
        (vec![below("aaa", "aaa")], vec![ListFlaw::Circle(code("aaa"))]),
        (
            vec![Entry { retired_on: Some(date!(2016 - 12 - 31)), ..entry("ektp") }],
            vec![ListFlaw::RetiredTooEarly(code("ektp"))],
        ),
    ];
    for (entries, flaws) in cases {
        assert_eq!(topics(entries), Err(flaws));
    }
    assert!(topics(vec![below("stunting", "kesehatan"), entry("kesehatan")]).is_ok());
}

#[test]
fn the_list_of_kinds_has_every_kind_and_no_other() {
    let all = || ActivityKind::ALL.map(|kind| entry(kind.code().as_str())).to_vec();
    let kinds = |entries| CodeList::new(CodeListName::ActivityKind, entries);
    let mut literate = all();
    literate[1].literacy = true;
    assert!(kinds(literate).is_ok());
    let mut other = all();
    other[0] = entry("rapat");
    let flaws = vec![ListFlaw::KindUnknown(code("rapat")), ListFlaw::KindMissing(ActivityKind::ALL[0].code())];
    assert_eq!(kinds(other), Err(flaws));
}

#[test]
fn a_code_holds_from_its_day_until_it_is_retired() {
    let ended = Entry { retired_on: Some(date!(2022 - 01 - 01)), ..entry("prokes") };
    let list = topics(vec![entry("ektp"), ended]).expect("a list");
    let check = |text: &str, day| list.check(code(text), day);
    for (text, day, then) in [
        ("ektp", date!(2017 - 01 - 01), Ok(())),
        ("ektp", date!(2016 - 12 - 31), Err(NotListed::NotYet(date!(2017 - 01 - 01)))),
        ("prokes", date!(2021 - 12 - 31), Ok(())),
        ("prokes", date!(2022 - 01 - 01), Err(NotListed::Retired(date!(2022 - 01 - 01)))),
        ("pemilu", date!(2021 - 01 - 01), Err(NotListed::Unknown { near: vec![code("ektp"), code("prokes")] })),
        ("pemilu", date!(2023 - 01 - 01), Err(NotListed::Unknown { near: vec![code("ektp")] })),
    ] {
        assert_eq!(check(text, day), then, "{text} on {day}");
    }
}

#[test]
fn of_many_codes_those_spelt_alike_are_named() {
    let mut entries: Vec<Entry> = (0..NAMED).map(|n| entry(&format!("lain_{n}"))).collect();
    entries.extend(["stunting", "stuntings"].map(entry));
    let list = topics(entries).expect("a list");
    let Err(NotListed::Unknown { near }) = list.check(code("stuntig"), date!(2024 - 01 - 01)) else { panic!() };
    assert_eq!((near.len(), near[0], near[1]), (NEAREST, code("stunting"), code("stuntings")));
}

#[test]
fn a_published_code_is_retired_and_never_removed() {
    let day = date!(2024 - 01 - 01);
    let none = Editions::default();
    let first = decide(&none, set(vec![entry("ektp"), entry("prokes")], day)).expect("set");
    let state = first.iter().fold(none, evolve);
    assert_eq!(state.newest().map(|edition| edition.version), Some(1));
    assert_eq!(decide(&state, set(vec![entry("ektp"), entry("prokes")], day)), Ok(vec![]), "the same again");
    let removed = decide(&state, set(vec![entry("stunting")], day));
    let flaws = ["ektp", "prokes"].map(|text| ListFlaw::Removed(code(text))).to_vec();
    assert_eq!(removed, Err(Refusal::CodeList(flaws)));
    let retired = Entry { retired_on: Some(day), ..entry("prokes") };
    let second = decide(&state, set(vec![entry("ektp"), retired, entry("stunting")], day)).expect("set");
    let [Event::Set(edition)] = second.as_slice() else { panic!("{second:?}") };
    assert_eq!(edition.version, 2);
}
