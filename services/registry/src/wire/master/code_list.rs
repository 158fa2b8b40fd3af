//! Lists of codes, an aggregate a list.

use std::sync::Arc;

use kim_contract::registry::{event::EventType, v1 as pb};
use kim_desk::wire::{Happened, Paired, date};
use kim_eventlog::{Aggregate, NewEvent, Place, Recorded};
use kim_values::{Code, Edition, Editions, PublicName};
use prost::Message;
use uuid::Uuid;

use super::{NAMESPACE, count, stored_date};
use crate::domain::code_list::{self, CodeList, CodeListName, Entry};

/// The aggregate of a list.
#[must_use]
pub fn code_list_id(name: CodeListName) -> Uuid {
    let name = match name {
        CodeListName::ActivityKind => "activity_kind",
        CodeListName::Topic => "topic",
    };
    Uuid::new_v5(&NAMESPACE, format!("code-list/{name}").as_bytes())
}

#[derive(Debug)]
pub struct CodeLists;

pub const CODE_LIST_SET: &str = EventType::CodeListSet.name();

impl Aggregate for CodeLists {
    type State = Editions<CodeList>;
    type Event = Happened<code_list::Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        let is_ours = recorded.event_type == CODE_LIST_SET;
        let event = is_ours.then(|| code_list_event(&recorded.payload)).flatten()?;
        Some(Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, _state: &Self::State) -> NewEvent {
        let code_list::Event::Set(edition) = &happened.event;
        let payload = pb::CodeListSet { code_list: Some(code_list_message(edition)) };
        happened.written(CODE_LIST_SET, Place::nation(), &payload)
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        code_list::evolve(state, &happened.event)
    }
}

/// A list's event from its payload.
#[must_use]
pub fn code_list_event(payload: &[u8]) -> Option<code_list::Event> {
    let e = pb::CodeListSet::decode(payload).ok()?.code_list?;
    let entries = e.entries.iter().map(entry).collect::<Option<_>>()?;
    let list = CodeList::new(Paired::from_proto(e.name)?, entries).ok()?;
    Some(code_list::Event::Set(Edition {
        version: u32::try_from(e.version).ok()?,
        content: Arc::new(list),
        effective_from: stored_date(e.effective_from)?,
    }))
}

fn entry(entry: &pb::CodeListEntry) -> Option<Entry> {
    Some(Entry {
        code: Code::parse(&entry.code)?,
        name: PublicName::stored(&entry.name),
        name_en: PublicName::stored(&entry.name_en),
        parent: match entry.parent.as_str() {
            "" => None,
            parent => Some(Code::parse(parent)?),
        },
        valid_from: stored_date(entry.valid_from)?,
        retired_on: match entry.retired_on {
            None => None,
            on => Some(stored_date(on)?),
        },
        literacy: entry.literacy,
    })
}

#[must_use]
pub fn code_list_message(edition: &Edition<CodeList>) -> pb::CodeList {
    let entry = |entry: &Entry| pb::CodeListEntry {
        code: entry.code.to_string(),
        name: entry.name.to_string(),
        name_en: entry.name_en.to_string(),
        parent: entry.parent.map(|parent| parent.to_string()).unwrap_or_default(),
        valid_from: Some(date::to_proto(entry.valid_from)),
        retired_on: entry.retired_on.map(date::to_proto),
        literacy: entry.literacy,
    };
    pb::CodeList {
        name: edition.content.name().to_proto(),
        version: count(edition.version),
        entries: edition.content.entries().iter().map(entry).collect(),
        effective_from: Some(date::to_proto(edition.effective_from)),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn a_list_comes_out_of_the_log_as_it_went_in() {
        let code = |text| Code::parse(text).expect("a code");
        let entry = |text, parent, retired_on| Entry {
            code: code(text),
            name: PublicName::stored("Percepatan penurunan stunting"),
            name_en: PublicName::stored("Stunting"),
            parent,
            valid_from: date!(2024 - 01 - 01),
            retired_on,
            literacy: false,
        };
        let entries = vec![
            entry("kesehatan", None, None),
            entry("stunting", Some(code("kesehatan")), Some(date!(2025 - 01 - 01))),
        ];
        let list = CodeList::new(CodeListName::Topic, entries).expect("a list");
        let edition = Edition { version: 3, content: Arc::new(list), effective_from: date!(2024 - 01 - 01) };
        let written = pb::CodeListSet { code_list: Some(code_list_message(&edition)) }.encode_to_vec();
        assert_eq!(code_list_event(&written), Some(code_list::Event::Set(edition)));
        assert_eq!(code_list_event(b""), None);
    }
}
