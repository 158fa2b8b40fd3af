//! Every kind of aggregate is given 100,000 commands, whether or not they fit: it goes the ways that the domain has and no others, and
//! whatever is refused has a reason for programs and words for officers.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
    fmt::Debug,
    sync::Arc,
};

use kim_territory::Decree;
use kim_values::{ByDate, Code, Editions, PublicName, Region};
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use time::{Date, Duration, macros::date};
use uuid::Uuid;

use super::refusals::says_what_to_do;
use crate::domain::{
    Refusal,
    adoption::{self, Adoption, histories::rulings},
    assessment, baseline,
    code_list::{self, CodeList, CodeListName},
    community, grant,
    ids::OfficeId,
    office::{self, Founding, Office, OfficeKind, Superior},
    partnership,
    rubric::{self, Criterion, Rubric},
    rule, training,
};

/// Of every hundred commands an aggregate is another one.
const AGGREGATES: usize = 1_000;
const COMMANDS: usize = 100;

/// Gives one aggregate after another its commands. Returns the ways that were gone, from one name of a state to another.
fn walk<S: Default + Clone, C, E>(
    mut command: impl FnMut(&mut ChaCha8Rng, Date, &S) -> C,
    decide: impl Fn(&S, C) -> Result<Vec<E>, Refusal>,
    evolve: impl Fn(S, &E) -> S,
    name: impl Fn(&S) -> String,
) -> BTreeSet<String> {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut ways = BTreeSet::new();
    for _ in 0..AGGREGATES {
        let (mut state, mut today) = (S::default(), date!(2022 - 01 - 01));
        for _ in 0..COMMANDS {
            today += Duration::days(rng.random_range(0..30));
            match decide(&state, command(&mut rng, today, &state)) {
                Ok(events) => {
                    let after = events.iter().fold(state.clone(), &evolve);
                    ways.insert(format!("{} → {}", name(&state), name(&after)));
                    state = after;
                }
                Err(refused) => says_what_to_do(&refused),
            }
        }
    }
    ways
}

fn ways(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(ToString::to_string).collect()
}

/// A state's name, of what may not be there.
fn or_none(status: Option<impl Debug>) -> String {
    status.map_or_else(|| "none".into(), |status| format!("{status:?}"))
}

fn region(code: &str) -> Region {
    Region { code: code.parse().expect("a region's code"), decree: Decree::CURRENT }
}

fn any<T: Clone>(rng: &mut ChaCha8Rng, all: &[T]) -> T {
    all.choose(rng).expect("there is one").clone()
}

fn near(rng: &mut ChaCha8Rng, today: Date) -> Date {
    today + Duration::days(rng.random_range(-60..60))
}

#[test]
fn a_community() {
    let status = |state: &community::Community| or_none(state.known().ok().map(|record| record.stage.status()));
    let gone = walk(community::histories::command, community::decide, community::evolve, status);
    let all = [
        "none → Draft",
        "Draft → Draft",
        "Draft → Submitted",
        "Submitted → Submitted",
        "Submitted → Returned",
        "Submitted → Registered",
        "Returned → Returned",
        "Returned → Submitted",
        "Registered → Registered",
        "Registered → Active",
        "Registered → Dissolved",
        "Registered → Merged",
        "Active → Active",
        "Active → Dormant",
        "Active → Dissolved",
        "Active → Merged",
        "Dormant → Dormant",
        "Dormant → Active",
        "Dormant → Dissolved",
        "Dormant → Merged",
        "Dissolved → Dissolved",
        "Merged → Merged",
    ];
    assert_eq!(gone, ways(&all));
}

#[test]
fn a_partnership() {
    let gone = walk(
        |rng, today, state: &Option<_>| partnership::histories::command(rng, today, state.as_ref()),
        |state, command| partnership::decide(state.as_ref(), command),
        partnership::evolve,
        |state| or_none(state.as_ref().map(partnership::Partnership::status)),
    );
    let all = [
        "none → Proposed",
        "Proposed → Proposed",
        "Proposed → Signed",
        "Proposed → Declined",
        "Signed → Signed",
        "Signed → Renewed",
        "Signed → Expired",
        "Signed → Terminated",
        "Renewed → Renewed",
        "Renewed → Expired",
        "Renewed → Terminated",
        "Expired → Expired",
        "Terminated → Terminated",
        "Declined → Declined",
    ];
    assert_eq!(gone, ways(&all));
}

#[test]
fn a_training() {
    let gone = walk(
        |rng, today, _: &Option<_>| training::histories::command(rng, today),
        |state, command| training::decide(state.as_ref(), command),
        training::evolve,
        |state| or_none(state.as_ref().map(training::Training::status)),
    );
    let all = [
        "none → Planned",
        "none → Held",
        "Planned → Planned",
        "Planned → Held",
        "Planned → Cancelled",
        "Held → Reported",
    ];
    assert_eq!(gone, ways(&all));
}

#[test]
fn an_assessment() {
    use assessment::Assessment;
    let gone = walk(
        |rng, today, _| assessment::histories::command(rng, today),
        assessment::decide,
        assessment::evolve,
        |state| match state {
            Assessment::Absent => "none".into(),
            Assessment::Standing(_) => "Standing".into(),
            Assessment::Withdrawn { .. } => "Withdrawn".into(),
        },
    );
    let all = ["none → Standing", "Standing → Standing", "Standing → Withdrawn", "Withdrawn → Standing"];
    assert_eq!(gone, ways(&all));
}

const KINDS: [OfficeKind; 4] = [OfficeKind::National, OfficeKind::Provincial, OfficeKind::Regency, OfficeKind::Agency];

fn office_of(rng: &mut ChaCha8Rng, since: Date) -> Office {
    Office {
        kind: any(rng, &KINDS),
        region: region(any(rng, &["00", "14", "14.01", "13"])),
        established_on: since,
        names: ByDate::new(since, PublicName::stored("Diskominfotik")),
        parents: ByDate::new(since, None),
        closed_on: (rng.random_range(0..4) == 0).then_some(since),
    }
}

#[test]
fn an_office() {
    use office::Command;
    let command = |rng: &mut ChaCha8Rng, today, _: &Option<Office>| {
        let id = OfficeId(Uuid::from_u128(rng.random_range(1..4)));
        let parent = rng.random::<bool>().then(|| Superior { id, office: office_of(rng, today) });
        let name = PublicName::stored(any(rng, &["Diskominfotik", "Dinas Kominfo", "Dinas Infokom"]));
        match rng.random_range(0..20) {
            0..4 => {
                let region = region(any(rng, &["00", "14", "14.01", "14.01.01"]));
                Command::Establish { founding: Founding { name, kind: any(rng, &KINDS), region }, parent, today }
            }
            4..12 => Command::Rename { name, effective_from: near(rng, today), today },
            12..19 => Command::SetParent { parent, effective_from: near(rng, today), today },
            _ => Command::Close { on: near(rng, today), today },
        }
    };
    let gone = walk(
        command,
        |state, command| office::decide(state.as_ref(), command),
        office::evolve,
        |state| or_none(state.as_ref().map(|office| if office.is_open() { "open" } else { "closed" })),
    );
    assert_eq!(gone, ways(&["none → \"open\"", "\"open\" → \"open\"", "\"open\" → \"closed\""]));
}

#[test]
fn a_grant() {
    use grant::{Command, Role, Subject};
    const ROLES: [Role; 7] = [
        Role::NationalOffice,
        Role::ProvincialOffice,
        Role::RegencyOffice,
        Role::Agency,
        Role::KimOfficer,
        Role::Auditor,
        Role::Subscriber,
    ];
    let command = |rng: &mut ChaCha8Rng, today, _: &Option<grant::Grant>| match rng.random_range(0..20) {
        0 => Command::Revoke { today },
        _ => Command::Issue {
            subject: Subject::stored("petugas:1401-a"),
            role: any(rng, &ROLES),
            office_id: OfficeId(Uuid::from_u128(1)),
            office: office_of(rng, today),
            today,
        },
    };
    let gone = walk(
        command,
        |state, command| grant::decide(state.as_ref(), command),
        grant::evolve,
        |state| or_none(state.as_ref().map(|grant| if grant.revoked_on.is_none() { "valid" } else { "revoked" })),
    );
    assert_eq!(gone, ways(&["none → \"valid\"", "\"valid\" → \"revoked\""]));
}

/// Of what has versions each follows the one before, or none when it says the same.
fn counts_on(gone: &BTreeSet<String>) {
    assert!(gone.contains("0 → 1") && gone.contains("1 → 1") && gone.contains("1 → 2"), "{gone:?}");
    for way in gone {
        let (from, to) = way.split_once(" → ").expect("a way");
        let (from, to): (u32, u32) = (from.parse().expect("a version"), to.parse().expect("a version"));
        assert!(to == from || to == from + 1, "{way}");
    }
}

#[test]
fn a_code_list() {
    let entry = |text: &&str, retired_on| code_list::Entry {
        code: Code::parse(text).expect("a code"),
        name: PublicName::stored(text),
        name_en: PublicName::stored(text),
        parent: None,
        valid_from: date!(2017 - 01 - 01),
        retired_on,
        literacy: false,
    };
    let command = |rng: &mut ChaCha8Rng, today, _: &_| {
        let known = ["ektp", "stunting", "pemilu"];
        let length = rng.random_range(1..=known.len());
        let retired_on = (rng.random_range(0..4) == 0).then_some(today);
        let entries = known[..length].iter().map(|text| entry(text, retired_on)).collect();
        let list = Arc::new(CodeList::new(CodeListName::Topic, entries).expect("a list"));
        code_list::Command::Set { list, effective_from: any(rng, &[date!(2020 - 01 - 01), date!(2023 - 01 - 01)]) }
    };
    let version = |state: &Editions<CodeList>| state.newest().map_or(0, |newest| newest.version).to_string();
    counts_on(&walk(command, code_list::decide, code_list::evolve, version));
}

#[test]
fn a_rubric() {
    let command = |rng: &mut ChaCha8Rng, _, _: &_| {
        let weight = any(rng, &[40, 50]);
        let criterion = |(text, weight_percent)| Criterion {
            code: Code::parse(text).expect("a code"),
            name: PublicName::stored(text),
            weight_percent,
        };
        let criteria = [("kelembagaan", weight), ("kegiatan", 100 - weight)].map(criterion).to_vec();
        let code = Code::parse("kinerja_kim").expect("a code");
        let rubric = Rubric::new(code, PublicName::stored("Kinerja KIM"), false, 4, criteria).expect("a rubric");
        let effective_from = any(rng, &[date!(2020 - 01 - 01), date!(2023 - 01 - 01)]);
        rubric::Command::Set { rubric: Arc::new(rubric), effective_from }
    };
    let version = |state: &Editions<Rubric>| state.newest().map_or(0, |newest| newest.version).to_string();
    counts_on(&walk(command, rubric::decide, rubric::evolve, version));
}

#[test]
fn a_rule_book() {
    use rule::{Command, DormancyRule, FormationRule, RuleBook};
    let command = |rng: &mut ChaCha8Rng, _, _: &_| {
        let (region, effective_from) = (Region::nation(), any(rng, &[date!(2020 - 01 - 01), date!(2023 - 01 - 01)]));
        if rng.random() {
            let rule = FormationRule::new(rng.random_range(1..3), 0, true).expect("a rule");
            Command::SetFormation { region, rule, effective_from }
        } else {
            let rule = DormancyRule::new(9, rng.random_range(12..14)).expect("a rule");
            Command::SetDormancy { region, rule, effective_from }
        }
    };
    let all = |book: &RuleBook| (book.formation.len() + book.dormancy.len()).to_string();
    counts_on(&walk(command, rule::decide, rule::evolve, all));
}

#[test]
fn a_baseline() {
    use baseline::{Baseline, Command};
    let command = |rng: &mut ChaCha8Rng, today, _: &_| {
        let as_of = near(rng, today);
        let as_of = if rng.random() { date!(2020 - 02 - 29) } else { as_of };
        let value = any(rng, &[4_228, 4_900]);
        let baseline = Baseline::new("active_before_pandemic", value, as_of, "Ditjen IKP").expect("a baseline");
        Command::Set { baseline, today }
    };
    counts_on(&walk(command, baseline::decide, baseline::evolve, |state| state.version.to_string()));
}

#[test]
fn an_adoption() {
    let command = |rng: &mut ChaCha8Rng, _, state: &Adoption| {
        let decree = any(rng, &[Decree::D2022, Decree::D2023, Decree::D2025]);
        (decree, if rng.random() { Some((state.last, decree)) } else { None })
    };
    // Comparing two lists of all villages takes long, and gives the same each time.
    let mut decided = HashMap::new();
    let decide = RefCell::new(move |state: &Adoption, (decree, ruled): (Decree, Option<(Option<Decree>, Decree)>)| {
        let decide = || {
            let rulings = ruled.map(|(from, to)| rulings(from, to)).unwrap_or_default();
            let command = adoption::Command::Adopt { decree, rulings, today: date!(2025 - 01 - 01) };
            adoption::decide(state, &command)
        };
        decided.entry((state.last, decree, ruled.is_some())).or_insert_with(decide).clone()
    });
    let decide = |state: &Adoption, command| decide.borrow_mut()(state, command);
    let gone = walk(command, decide, adoption::evolve, |state| or_none(state.last));
    let all = [
        "none → D2022",
        "none → D2023",
        "none → D2025",
        "D2022 → D2022",
        "D2022 → D2023",
        "D2023 → D2023",
        "D2023 → D2025",
        "D2025 → D2025",
    ];
    assert_eq!(gone, ways(&all));
}
