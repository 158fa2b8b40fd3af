//! `kimctl code-list`: the lists of codes that activities are told apart by.

use std::{fmt::Write, path::Path};

use kim_contract::registry::v1::{self as pb, get_code_list_request};
use serde::Serialize;
use time::Date;
use uuid::Uuid;

use crate::{
    cli::{CodeListName, Edition},
    connection::Services,
    dates::{iso, spelled, to_proto},
    sheet::{CODE, code_row, whole},
    table::Table,
};

/// A version of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    pub version: i32,
    pub effective_from: Option<String>,
    pub entries: Vec<Entry>,
    #[serde(skip)]
    title: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub code: String,
    pub name: String,
    pub name_en: String,
    pub parent: String,
    pub valid_from: Option<String>,
    pub retired_on: Option<String>,
    pub literacy: bool,
}

/// The lists that come with the program.
#[must_use]
pub fn template(list: CodeListName) -> &'static str {
    match list {
        CodeListName::ActivityKind => include_str!("../../lists/activity_kind.csv"),
        CodeListName::Topic => include_str!("../../lists/topic.csv"),
    }
}

/// The version in force, or the one that is named.
pub async fn show(services: &Services, list: CodeListName, edition: Edition) -> anyhow::Result<Shown> {
    let name = pb::CodeListName::from(list);
    let edition = match edition {
        Edition { version: Some(version), .. } => Some(get_code_list_request::Edition::Version(version)),
        Edition { on: Some(day), .. } => Some(get_code_list_request::Edition::On(to_proto(day))),
        _ => None,
    };
    let request = services.request(pb::GetCodeListRequest { name: name.into(), edition });
    let answer = services.code_lists().get_code_list(request).await;
    let answer = answer.map_err(|status| services.registry_said(&status))?.into_inner();
    Ok(Shown::of(answer.code_list.unwrap_or_default(), list))
}

/// A new version from a file.
pub async fn set(
    services: &Services,
    list: CodeListName,
    file: &Path,
    effective_from: Option<Date>,
) -> anyhow::Result<Shown> {
    let entries = whole(file, &CODE, code_row)?;
    let name = pb::CodeListName::from(list).into();
    let request_id = Uuid::now_v7().to_string();
    let request = services.request(pb::SetCodeListRequest {
        request_id,
        name,
        entries,
        effective_from: effective_from.map(to_proto),
    });
    let answer = services.code_lists().set_code_list(request).await;
    let answer = answer.map_err(|status| services.registry_said(&status))?.into_inner();
    Ok(Shown::of(answer.code_list.unwrap_or_default(), list))
}

impl Shown {
    fn of(list: pb::CodeList, name: CodeListName) -> Self {
        let entry = |entry: pb::CodeListEntry| Entry {
            valid_from: iso(entry.valid_from.as_ref()),
            retired_on: iso(entry.retired_on.as_ref()),
            code: entry.code,
            name: entry.name,
            name_en: entry.name_en,
            parent: entry.parent,
            literacy: entry.literacy,
        };
        Self {
            version: list.version,
            effective_from: iso(list.effective_from.as_ref()),
            entries: list.entries.into_iter().map(entry).collect(),
            title: match name {
                CodeListName::ActivityKind => "Jenis kegiatan",
                CodeListName::Topic => "Topik",
            },
        }
    }

    #[must_use]
    pub fn screen(&self) -> String {
        let mut table = Table::new(&["KODE", "NAMA", "INDUK", "MULAI", "BERHENTI", "LITERASI"]);
        for entry in &self.entries {
            let literacy = if entry.literacy { "ya" } else { "" };
            let [code, name, parent] = [&entry.code, &entry.name, &entry.parent].map(String::as_str);
            table.row([
                code,
                name,
                parent,
                &spelled(entry.valid_from.as_deref()),
                &spelled(entry.retired_on.as_deref()),
                literacy,
            ]);
        }
        let mut text = format!(
            "{}, versi {}, berlaku mulai {}\n\n",
            self.title,
            self.version,
            spelled(self.effective_from.as_deref())
        );
        let _ = write!(text, "{table}");
        text
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn a_list_is_a_table() {
        let entry = |code: &str, parent: &str| pb::CodeListEntry {
            code: code.into(),
            name: "Topik".into(),
            name_en: "Topic".into(),
            parent: parent.into(),
            valid_from: Some(to_proto(date!(2024 - 01 - 01))),
            ..pb::CodeListEntry::default()
        };
        let list = pb::CodeList {
            version: 2,
            entries: vec![entry("kesehatan", ""), entry("stunting", "kesehatan")],
            effective_from: Some(to_proto(date!(2024 - 01 - 01))),
            ..pb::CodeList::default()
        };
        let screen = Shown::of(list, CodeListName::Topic).screen();
        assert_eq!(
            screen,
            "Topik, versi 2, berlaku mulai 1 Januari 2024\n\n\
             KODE       NAMA   INDUK      MULAI           BERHENTI  LITERASI\n\
             kesehatan  Topik             1 Januari 2024\n\
             stunting   Topik  kesehatan  1 Januari 2024\n"
        );
    }
}
