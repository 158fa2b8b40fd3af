//! Names that one aggregate holds at a time.

use kim_eventlog::{Claim, Log, RequestKeys};
use uuid::Uuid;

use crate::domain::{
    community::{Change, Event},
    office::Office,
    profile::Profile,
};

/// A registered community's name at its seat; freed when the community is dissolved.
pub const NAME_AT_SEAT: &str = "community-name-seat";
/// An importer's own key of a community.
pub const SOURCE: &str = "community-source";
/// An office's name in its region.
pub const OFFICE_IN_REGION: &str = "office-name-region";

#[must_use]
pub fn name_at_seat(keys: &RequestKeys, profile: &Profile) -> Claim {
    let value = keys.claim_value(&format!("{}\n{}", profile.seat.code, profile.name.key()));
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

#[must_use]
pub fn office_in_region(keys: &RequestKeys, office: &Office) -> Claim {
    let value = keys.claim_value(&format!("{}\n{}", office.region.code, office.name.key()));
    Claim { kind: OFFICE_IN_REGION, value }
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
