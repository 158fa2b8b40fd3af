//! Names that one aggregate holds at a time.

use std::collections::HashSet;

use kim_eventlog::{Claim, Log, RequestKeys};
use kim_values::{PublicName, Region};
use time::Date;
use uuid::Uuid;

use crate::domain::{
    community::{Arrival, Change, Event, Record, Stage},
    name,
    office::Office,
    partnership::{self, Agreement, Partnership},
    profile::Profile,
};

/// A registered community's name at its seat; freed when the community is dissolved.
pub const NAME_AT_SEAT: &str = "community-name-seat";
/// An importer's own key of a community.
pub const SOURCE: &str = "community-source";
/// A name of an open office in its region.
pub const OFFICE_IN_REGION: &str = "office-name-region";
/// The one partnership in force of an office with a community; freed at its end.
pub const PARTNERSHIP: &str = "partnership-office-community";

#[must_use]
pub fn name_at_seat(keys: &RequestKeys, profile: &Profile) -> Claim {
    let value = keys.claim_value(&format!("{}\n{}", profile.seat.code, name::key(&profile.name)));
    Claim { kind: NAME_AT_SEAT, value }
}

/// `office` is the importer's own scope: two offices may use the same keys.
#[must_use]
pub fn source(keys: &RequestKeys, office: &str, key: &str) -> Claim {
    Claim { kind: SOURCE, value: source_value(keys, office, key) }
}

#[must_use]
pub fn source_value(keys: &RequestKeys, office: &str, key: &str) -> Uuid {
    keys.claim_value(&format!("{office}\n{key}"))
}

fn office_in_region(keys: &RequestKeys, region: Region, name: &PublicName) -> Claim {
    let value = keys.claim_value(&format!("{}\n{}", region.code, name::key(name)));
    Claim { kind: OFFICE_IN_REGION, value }
}

fn in_force(keys: &RequestKeys, agreement: &Agreement) -> Claim {
    let value = keys.claim_value(&format!("{}\n{}", agreement.office, agreement.community));
    Claim { kind: PARTNERSHIP, value }
}

/// Who of these values is held, and by whom: what the next append would meet.
pub async fn holders(log: &Log, kind: &str, values: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>, sqlx::Error> {
    sqlx::query_as("SELECT value, aggregate_id FROM log.claim WHERE kind = $1 AND value = ANY ($2)")
        .bind(kind)
        .bind(values)
        .fetch_all(log.pool())
        .await
}

/// What a community's events claim and release: the name at its seat, from the registration to the end, and another one when
/// its record changes.
#[must_use]
pub fn of_events(keys: &RequestKeys, profile: &Profile, events: &[Event]) -> (Vec<Claim>, Vec<Claim>) {
    let held = name_at_seat(keys, profile);
    let (mut claims, mut releases) = (Vec::new(), Vec::new());
    for event in events {
        match event {
            Event::Registered { .. } => claims.push(held.clone()),
            Event::Dissolved { .. } | Event::Merged { .. } => releases.push(held.clone()),
            Event::ChangeAccepted { change: Change { profile: after, .. }, .. } | Event::Corrected { after, .. } => {
                let wanted = name_at_seat(keys, after);
                if wanted.value != held.value {
                    claims.push(wanted);
                    releases.push(held.clone());
                }
            }
            _ => {}
        }
    }
    (claims, releases)
}

/// What a community that moves by a territory claims and releases: the name at its new seat instead of that at the old one, while it
/// has one.
#[must_use]
pub fn of_move(keys: &RequestKeys, record: &Record, events: &[Event]) -> (Vec<Claim>, Vec<Claim>) {
    let to = events.iter().find_map(|event| match event {
        Event::SeatMoved { to, .. } => Some(*to),
        Event::MovedIn(Arrival { profile, .. }) => Some(profile.seat),
        _ => None,
    });
    let named = matches!(record.stage, Stage::Registered(_) | Stage::Active(..) | Stage::Dormant(..));
    let Some(to) = to.filter(|to| named && to.code != record.profile.seat.code) else {
        return (Vec::new(), Vec::new());
    };
    let there = Profile { seat: to, ..record.profile.clone() };
    (vec![name_at_seat(keys, &there)], vec![name_at_seat(keys, &record.profile)])
}

/// What an office claims and releases: it holds its name of today and those to come, and none once it is closed. A name that goes out
/// of force of itself is held until the office's next change. `before` is the office as it was: a name may give way on its own first day.
#[must_use]
pub fn of_office(
    keys: &RequestKeys,
    before: Option<&Office>,
    office: &Office,
    today: Date,
) -> (Vec<Claim>, Vec<Claim>) {
    let mut held: HashSet<Claim> =
        office.names.on_and_after(today).map(|name| office_in_region(keys, office.region, name)).collect();
    if !office.is_open() {
        held.clear();
    }
    let both = before.into_iter().chain([office]);
    let entries = both.flat_map(|office| office.names.entries().iter().map(|(_, name)| (office.region, name)));
    let ever: HashSet<Claim> = entries.map(|(region, name)| office_in_region(keys, region, name)).collect();
    let released = ever.difference(&held).cloned().collect();
    (held.into_iter().collect(), released)
}

/// What a partnership's events claim and release; `state` is what they were decided on.
#[must_use]
pub fn of_partnership(
    keys: &RequestKeys,
    state: Option<&Partnership>,
    events: &[partnership::Event],
) -> (Vec<Claim>, Vec<Claim>) {
    use partnership::Event;
    let Some(partnership) = state else { return (Vec::new(), Vec::new()) };
    let held = || in_force(keys, &partnership.agreement);
    let begins = events.iter().any(|event| matches!(event, Event::Signed { .. }));
    let ends = events.iter().any(|event| matches!(event, Event::Expired { .. } | Event::Terminated { .. }));
    (begins.then(held).into_iter().collect(), ends.then(held).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use kim_territory::Decree;
    use kim_values::ByDate;
    use time::macros::date;

    use super::*;
    use crate::domain::office::OfficeKind;

    #[test]
    fn an_office_holds_its_name_of_today_and_those_to_come() {
        let keys = RequestKeys::new([1; 32]);
        let region = Region { code: "14.01".parse().expect("a code"), decree: Decree::CURRENT };
        let called = |name: &str| PublicName::stored(name);
        let names = ByDate::new(date!(2016 - 12 - 01), called("Dinas Infokom"))
            .with(date!(2020 - 01 - 01), called("Diskominfo"))
            .with(date!(2024 - 01 - 01), called("Diskominfotik"));
        let open = Office {
            kind: OfficeKind::Regency,
            region,
            established_on: date!(2016 - 12 - 01),
            names,
            parents: ByDate::new(date!(2016 - 12 - 01), None),
            closed_on: None,
        };
        let claims = |names: &[&str]| -> HashSet<Claim> {
            names.iter().map(|name| office_in_region(&keys, region, &called(name))).collect()
        };
        let held = |office: &Office, today| {
            let (held, released) = of_office(&keys, None, office, today);
            (HashSet::from_iter(held), HashSet::from_iter(released))
        };
        let (today, later) = (date!(2022 - 10 - 06), date!(2024 - 10 - 06));
        assert_eq!(held(&open, today), (claims(&["Diskominfo", "Diskominfotik"]), claims(&["Dinas Infokom"])));
        assert_eq!(held(&open, later), (claims(&["Diskominfotik"]), claims(&["Diskominfo", "Dinas Infokom"])));
        let back =
            Office { names: open.names.clone().with(date!(2025 - 01 - 01), called("Dinas Infokom")), ..open.clone() };
        assert_eq!(held(&back, later), (claims(&["Diskominfotik", "Dinas Infokom"]), claims(&["Diskominfo"])));
        let at_once =
            Office { names: open.names.clone().with(date!(2020 - 01 - 01), called("Kominfo")), ..open.clone() };
        let (_, released) = of_office(&keys, Some(&open), &at_once, today);
        assert!(
            released.contains(&office_in_region(&keys, region, &called("Diskominfo"))),
            "replaced on its first day"
        );
        let elsewhere = Office { region: Region { code: "14.02".parse().expect("a code"), ..region }, ..open.clone() };
        let (there, released) = of_office(&keys, Some(&open), &elsewhere, later);
        assert_eq!(there, [office_in_region(&keys, elsewhere.region, &called("Diskominfotik"))]);
        assert!(
            released.contains(&office_in_region(&keys, region, &called("Diskominfotik"))),
            "given back where it was"
        );
        let closed = Office { closed_on: Some(today), ..open };
        assert_eq!(held(&closed, today).0, claims(&[]));
        assert_eq!(held(&closed, today).1.len(), 3);
    }
}
