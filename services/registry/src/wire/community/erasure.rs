//! Whom the registry's events erase from the vault.

use kim_contract::registry::{event::EventType, v1 as pb};
use kim_eventlog::{Erasures, Recorded};
use prost::Message;
use uuid::Uuid;

const OFFICER_ERASED: &str = EventType::OfficerErased.name();

/// Officers, each by the id that the vault keeps them under.
pub struct OfficerErasures;

impl Erasures for OfficerErasures {
    fn types(&self) -> Vec<String> {
        vec![OFFICER_ERASED.into()]
    }

    fn owners(&self, event: &Recorded) -> Vec<Uuid> {
        let erased = pb::OfficerErased::decode(event.payload.as_ref()).ok();
        erased.and_then(|erased| Uuid::try_parse(&erased.officer_id).ok()).into_iter().collect()
    }
}
