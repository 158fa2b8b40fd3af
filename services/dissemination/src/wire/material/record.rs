//! What an index keeps of a material: its record as answers show it, event by event.

use kim_contract::dissemination::v1 as pb;
use kim_desk::wire::{Paired, date};
use kim_eventlog::Version;

use super::{
    super::stored::etag,
    message::{begun_version, message, published_version, withdrawal},
};
use crate::domain::{
    ids::MaterialId,
    material::{Event, Status, evolve},
};

/// The record of a material with its first event; `None` for any other event.
#[must_use]
pub fn first(id: MaterialId, event: &Event) -> Option<pb::Material> {
    Some(message(id, &evolve(None, event)?, Version::NONE))
}

/// The record after `event`, which made its material's version `version`.
pub fn next(record: &mut pb::Material, event: &Event, version: Version) {
    record.etag = etag(version);
    match event {
        Event::Drafted { .. } => {}
        Event::Revised { version, reason, content, .. } => {
            record.working_version = Some(begun_version(*version, content, Some(*reason)));
        }
        Event::Published(publication) => {
            if let Some(last) = record.published_versions.last_mut() {
                last.status = Status::Superseded.to_proto();
            }
            let shown = published_version(&publication.shown(), Status::Published);
            record.published_version = shown.version;
            record.published_versions.push(shown);
            record.working_version = None;
        }
        Event::Discarded { .. } => record.working_version = None,
        Event::Withdrawn { withdrawal: withdrawn, .. } => {
            if let Some(last) = record.published_versions.last_mut() {
                last.status = Status::Withdrawn.to_proto();
            }
            record.working_version = None;
            record.withdrawal = Some(withdrawal(withdrawn));
        }
        event => {
            if let Some(working) = &mut record.working_version {
                work_on(working, event);
            }
        }
    }
    record.status = status(record);
}

fn work_on(working: &mut pb::MaterialVersion, event: &Event) {
    match event {
        Event::Amended { version, content, .. } => {
            let revision_reason = working.revision_reason;
            *working = pb::MaterialVersion { revision_reason, ..begun_version(*version, content, None) };
        }
        Event::Submitted { .. } => working.status = Status::InReview.to_proto(),
        Event::Returned { reasons, .. } => {
            working.status = Status::Returned.to_proto();
            working.return_reasons = reasons.iter().map(|reason| reason.to_proto()).collect();
            working.approved_on = None;
        }
        Event::Approved { on, .. } => {
            working.status = Status::Approved.to_proto();
            working.approved_on = Some(date::to_proto(*on));
        }
        _ => {}
    }
}

/// Of the version that is shown, or else of the one that is worked on.
fn status(record: &pb::Material) -> i32 {
    match (record.published_versions.last(), &record.working_version) {
        (Some(last), _) => last.status,
        (None, Some(working)) => working.status,
        (None, None) => Status::Discarded.to_proto(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;
    use crate::domain::material::{Material, decide, histories::command};

    /// The index folds events by itself: whatever becomes of a material, it says what the material itself would say.
    #[test]
    fn the_index_says_of_a_material_what_its_own_state_says() {
        let seed: u64 = rand::rng().random();
        println!("seed {seed}");
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let now = datetime!(2026-05-04 09:00 UTC);
        let mut met = BTreeSet::new();
        for _ in 0..300 {
            let id = Uuid::from_u128(rng.random());
            let (mut state, mut record, mut version) = (None::<Material>, None, Version::NONE);
            for _ in 0..60 {
                let Ok(events) = decide(state.as_ref(), command(&mut rng, now, state.as_ref())) else { continue };
                for event in events {
                    version = version.after(1);
                    state = evolve(state, &event);
                    record = record.or_else(|| first(MaterialId(id), &event));
                    let shown = record.as_mut().expect("a first event came before");
                    next(shown, &event, version);
                    let material = state.as_ref().expect("a material with an event");
                    assert_eq!(*shown, message(MaterialId(id), material, version), "seed {seed}");
                    met.insert(material.status());
                }
            }
        }
        assert_eq!(met.len(), 7, "a material is superseded in none of its versions that are shown: {met:?}");
    }
}
