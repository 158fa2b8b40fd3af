//! What became of a community, as it is shown: the newest first, and under an event what became otherwise.

use std::fmt::Write;

use kim_contract::registry::v1::{self as pb, GetCommunityHistoryRequest};
use serde::Serialize;
use tonic::Status;

use super::{PAGE, args::History};
use crate::{
    connection::Services,
    dates::{iso, spelled},
    ids,
    table::Table,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub position: i64,
    pub version: i64,
    pub happened_on: Option<String>,
    pub recorded_time: Option<String>,
    pub event_type: String,
    pub actor: String,
    pub message_id: String,
    pub message_en: String,
    pub changes: Vec<Change>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    pub field: String,
    pub label_id: String,
    pub before: String,
    pub after: String,
}

impl Entry {
    fn of(entry: pb::CommunityHistoryEntry) -> Self {
        let change = |change: pb::FieldChange| Change {
            field: change.field,
            label_id: change.label_id,
            before: change.before,
            after: change.after,
        };
        Self {
            position: entry.position,
            version: entry.version,
            happened_on: iso(entry.happened_on.as_ref()),
            recorded_time: entry.recorded_time.map(|time| time.to_string()),
            event_type: entry.event_type,
            actor: entry.actor,
            message_id: entry.message_id,
            message_en: entry.message_en,
            changes: entry.changes.into_iter().map(change).collect(),
        }
    }
}

/// As many events as were asked for.
pub(super) async fn ask(services: &Services, wish: &History) -> Result<Vec<Entry>, Status> {
    let mut told = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = services.request(GetCommunityHistoryRequest {
            community_id: ids::to_proto(wish.which.community),
            page_size: i32::try_from((wish.limit - told.len()).clamp(1, PAGE)).unwrap_or_default(),
            page_token,
        });
        let page = services.communities().get_community_history(request).await?.into_inner();
        told.extend(page.entries.into_iter().map(Entry::of));
        page_token = page.next_page_token;
        if page_token.is_empty() || told.len() >= wish.limit {
            return Ok(told);
        }
    }
}

pub(super) fn screen(entries: &[Entry]) -> String {
    let mut table = Table::new(&["TANGGAL", "PERISTIWA", "OLEH"]);
    for entry in entries {
        table.row([&spelled(entry.happened_on.as_deref()), &entry.message_id, &entry.actor]);
        for change in &entry.changes {
            table.row(["", &told(change), ""]);
        }
    }
    let mut text = table.to_string();
    if entries.is_empty() {
        let _ = writeln!(text, "Tidak ada riwayat.");
    }
    text
}

fn told(change: &Change) -> String {
    let shown = |value: &str| if value.is_empty() { "(kosong)".to_owned() } else { value.to_owned() };
    format!("  {}: {} → {}", change.label_id, shown(&change.before), shown(&change.after))
}

#[cfg(test)]
mod tests {
    use kim_contract::r#type::v1::Date;

    use super::*;

    #[test]
    fn a_history_has_an_event_a_line_and_what_became_otherwise_below() {
        let change = pb::FieldChange {
            field: "member_count".into(),
            label_id: "jumlah anggota".into(),
            before: String::new(),
            after: "14".into(),
        };
        let entry = pb::CommunityHistoryEntry {
            position: 7,
            version: 4,
            happened_on: Some(Date { year: 2022, month: 10, day: 6 }),
            event_type: "kim.registry.v1.ChangeProposed".into(),
            actor: "office:kampar".into(),
            message_id: "Perubahan data diusulkan.".into(),
            message_en: "A change to the record was proposed.".into(),
            changes: vec![change],
            ..pb::CommunityHistoryEntry::default()
        };
        assert_eq!(
            screen(&[Entry::of(entry)]),
            "TANGGAL         PERISTIWA                        OLEH\n\
             6 Oktober 2022  Perubahan data diusulkan.        office:kampar\n\
             \u{20}                 jumlah anggota: (kosong) → 14\n"
        );
    }
}
