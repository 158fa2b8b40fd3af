use std::{fmt::Write, fs, path::Path};

use kim_territory::Decree;

use super::*;
use crate::territory::split;

/// Set to rewrite the expected matrix from what the code says now.
const REWRITE: &str = "KIM_REWRITE_EXPECTED";

const KIM: Uuid = Uuid::from_u128(1);
const NEIGHBOUR: Uuid = Uuid::from_u128(2);
const ELSEWHERE: Uuid = Uuid::from_u128(3);

fn code(text: &str) -> RegionCode {
    text.parse().unwrap()
}

fn region(text: &str) -> Scope {
    Scope::Region { code: code(text), decree: Decree::CURRENT }
}

fn caller(role: Role, scope: Scope) -> Principal {
    Principal { subject: "test:caller".parse().unwrap(), role, scope, grant: None }
}

/// A caller's surroundings: the region above, its own, one below, and a sibling.
struct Around {
    above: RegionCode,
    own: RegionCode,
    below: RegionCode,
    sibling: RegionCode,
}

impl Around {
    fn province() -> Self {
        Self { above: RegionCode::NATION, own: code("14"), below: code("14.01"), sibling: code("13") }
    }

    fn regency() -> Self {
        Self { above: code("14"), own: code("14.01"), below: code("14.01.01"), sibling: code("14.02") }
    }

    fn resources(&self) -> [(&'static str, Resource<'_>); 9] {
        [
            ("nation", Resource::Nation),
            ("above", Resource::Region(&self.above)),
            ("own", Resource::Region(&self.own)),
            ("below", Resource::Region(&self.below)),
            ("sibling", Resource::Region(&self.sibling)),
            ("KIM", Resource::Community { id: KIM, seat: &self.below }),
            ("KIM at own seat", Resource::Community { id: NEIGHBOUR, seat: &self.own }),
            ("KIM nearby", Resource::Community { id: NEIGHBOUR, seat: &self.below }),
            ("KIM elsewhere", Resource::Community { id: ELSEWHERE, seat: &self.sibling }),
        ]
    }
}

fn callers() -> Vec<(String, Principal, Around)> {
    let mut callers = Vec::new();
    let mut add = |name: &str, role: Role, scope, around| {
        callers.push((format!("{role}, {name}"), caller(role, scope), around));
    };
    add("nation", Role::NationalOffice, Scope::National, Around::province());
    add("province 14", Role::ProvincialOffice, region("14"), Around::province());
    add("regency 14.01", Role::RegencyOffice, region("14.01"), Around::regency());
    let agency = Scope::Agency { office: Uuid::from_u128(9), topics: vec!["health".into()] };
    add("an office and a topic", Role::Agency, agency, Around::regency());
    add("the first KIM", Role::KimOfficer, Scope::Kim { id: KIM }, Around::regency());
    add("a grant", Role::Auditor, Scope::Audit { grant: Uuid::from_u128(8) }, Around::province());
    add("nation", Role::Subscriber, Scope::National, Around::province());
    add("province 14", Role::Subscriber, region("14"), Around::province());
    add("regency 14.01", Role::Subscriber, region("14.01"), Around::regency());
    add("anybody", Role::Citizen, Scope::Citizen, Around::regency());
    add("a simulated log", Role::Simulator, Scope::Simulator, Around::province());
    callers
}

fn matrix() -> String {
    let mut text = String::from(
        "Who may what. Written by the test of kim_chassis::access; KIM_REWRITE_EXPECTED=1 writes it anew.\n\
         above, own, below, sibling: regions around the caller's own (for a caller without one, around 14.01 or 14).\n\
         KIM: seated below the own region, and a KIM officer's own; nearby: another there; elsewhere: in the sibling.\n",
    );
    for (name, principal, around) in callers() {
        writeln!(text, "\n{name}").unwrap();
        for action in Action::ALL {
            let resources = around.resources();
            let given = resources.iter().filter(|(_, resource)| permit(&principal, action, *resource).is_ok());
            let given = given.map(|(name, _)| *name).collect::<Vec<_>>();
            let given = match given.len() {
                0 => "-".into(),
                n if n == resources.len() => "everything".into(),
                _ => given.join(", "),
            };
            writeln!(text, "  {:<17} {given}", format!("{action:?}")).unwrap();
        }
    }
    text
}

#[test]
fn the_whole_matrix_is_as_expected() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("access.expected.txt");
    let matrix = matrix();
    if std::env::var_os(REWRITE).is_some() {
        fs::write(&path, &matrix).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(matrix == expected, "rights changed; look at the difference, then run with {REWRITE}=1:\n{matrix}");
}

#[test]
fn every_role_is_in_the_matrix() {
    for role in Role::ALL {
        assert!(callers().iter().any(|(_, caller, _)| caller.role == role), "{role}");
    }
}

#[test]
fn after_a_split_the_new_office_is_in_and_the_old_one_out() {
    let seat = code("96.71");
    let sorong = Resource::Community { id: KIM, seat: &seat };
    let split = split();
    let on_split = |code: RegionCode, decree| Scope::Region { code, decree }.on(&split).unwrap();
    let old = caller(Role::ProvincialOffice, on_split(code("92"), Decree::D2022));
    let new = caller(Role::ProvincialOffice, on_split(code("96"), Decree::D2023));
    let city = caller(Role::RegencyOffice, on_split(code("92.71"), Decree::D2022));
    assert!(permit(&old, Action::CommunityRead, sorong).is_err(), "Papua Barat has lost Kota Sorong");
    assert!(permit(&new, Action::CommunityRead, sorong).is_ok(), "Papua Barat Daya has it");
    assert!(
        permit(&city, Action::CommunityRead, sorong).is_ok(),
        "Kota Sorong's own office kept it under another code"
    );
}

#[test]
fn codes_are_compared_by_component_and_not_as_text() {
    let office = caller(Role::RegencyOffice, region("14.01"));
    assert!(permit(&office, Action::CommunityRead, Resource::Region(&code("14.01.01"))).is_ok());
    assert!(permit(&office, Action::CommunityRead, Resource::Region(&code("14.10"))).is_err());
    assert!(permit(&office, Action::CommunityRead, Resource::Region(&code("14"))).is_err());
}

#[test]
fn a_role_with_a_scope_that_does_not_fit_may_nothing() {
    for principal in [
        caller(Role::RegencyOffice, region("14")),
        caller(Role::ProvincialOffice, region("14.01")),
        caller(Role::ProvincialOffice, region("00")),
        caller(Role::NationalOffice, region("14")),
        caller(Role::Citizen, Scope::National),
        caller(Role::Simulator, Scope::National),
        caller(Role::NationalOffice, Scope::Simulator),
        caller(Role::ProvincialOffice, Scope::Region { code: code("92.71"), decree: Decree::CURRENT }),
    ] {
        for action in Action::ALL {
            assert!(reach(&principal, action).is_err(), "{principal:?} {action:?}");
        }
    }
}

#[test]
fn a_refusal_does_not_say_whether_the_thing_exists() {
    let office = caller(Role::ProvincialOffice, region("14"));
    let seat = code("13.01");
    let denied =
        permit(&office, Action::CommunityRead, Resource::Community { id: ELSEWHERE, seat: &seat }).unwrap_err();
    assert_eq!(denied.not_found(Thing::COMMUNITY), Thing::COMMUNITY.not_found());
    assert_eq!(denied.forbidden().code, tonic::Code::PermissionDenied);
}

#[test]
fn a_permit_says_how_far_its_holder_reaches() {
    let office = caller(Role::RegencyOffice, region("14.01"));
    let permit = permit(&office, Action::CommunityRead, Resource::Region(&code("14.01"))).unwrap();
    assert_eq!(permit.reach(), Reach::Within(code("14.01")));
    assert_eq!(permit.reach().region(), Some(code("14.01")));
    assert_eq!((permit.action(), permit.subject().as_str()), (Action::CommunityRead, "test:caller"));
    let subscriber = caller(Role::Subscriber, region("14"));
    assert_eq!(reach(&subscriber, Action::LogRead), Ok(Reach::Within(code("14"))));
}
