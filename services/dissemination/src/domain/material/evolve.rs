//! What events make of a material.

use std::collections::BTreeSet;

use super::{Event, Material, RevisionReason, SealedContent, Stage, Version, Working};
use crate::domain::ids::ActorRef;

/// The material after `event`. `decide` makes none that does not fit its state.
#[must_use]
pub fn evolve(state: Option<Material>, event: &Event) -> Option<Material> {
    match (state, event) {
        (None, Event::Drafted { outline, content, by, .. }) => Some(Material {
            outline: *outline,
            working: Some(begun(Version::FIRST, content, None, *by)),
            published: Vec::new(),
            last: Version::FIRST,
            withdrawn: None,
        }),
        (Some(material), event) => Some(next(material, event)),
        (None, _) => None,
    }
}

fn begun(version: Version, content: &SealedContent, revision: Option<RevisionReason>, by: ActorRef) -> Working {
    Working { version, content: content.clone(), revision, authors: BTreeSet::from([by]), stage: Stage::Draft }
}

fn next(mut material: Material, event: &Event) -> Material {
    match event {
        Event::Drafted { .. } => {}
        Event::Revised { version, reason, content, by, .. } => {
            material.working = Some(begun(*version, content, Some(*reason), *by));
            material.last = *version;
        }
        Event::Published(publication) => {
            material.published.push(publication.shown());
            material.working = None;
        }
        Event::Discarded { .. } => material.working = None,
        Event::Withdrawn { withdrawal, .. } => {
            material.withdrawn = Some(*withdrawal);
            material.working = None;
        }
        event => {
            if let Some(working) = &mut material.working {
                work_on(working, event);
            }
        }
    }
    material
}

fn work_on(working: &mut Working, event: &Event) {
    match event {
        Event::Amended { content, by, .. } => {
            working.content.clone_from(content);
            working.authors.insert(*by);
            working.stage = Stage::Draft;
        }
        Event::Submitted { .. } => working.stage = Stage::InReview,
        Event::Returned { reasons, note, .. } => {
            working.stage = Stage::Returned { reasons: reasons.clone(), note: *note };
        }
        Event::Approved { by, on, .. } => working.stage = Stage::Approved { by: *by, on: *on },
        _ => {}
    }
}
