//! Trainings in short: a list of them, and one.

use std::fmt::Write;

use kim_contract::registry::v1 as pb;
use kim_territory::spelling::grouped;
use serde::Serialize;

use super::{filled, kind, status};
use crate::{
    dates::{iso, spelled},
    places::place,
    table::Table,
};

/// A training in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub training_id: String,
    pub status: &'static str,
    pub kind: &'static str,
    pub topic: String,
    pub region: String,
    pub host_office_id: Option<String>,
    pub title: Option<String>,
    pub place: Option<String>,
    pub begins_on: Option<String>,
    pub ends_on: Option<String>,
    pub invited_communities: i32,
    pub communities: i32,
    pub people: i32,
    pub etag: String,
}

impl Summary {
    #[must_use]
    pub fn of(summary: pb::TrainingSummary) -> Self {
        Self {
            status: status(summary.status()),
            kind: kind(summary.kind()),
            begins_on: iso(summary.begins_on.as_ref()),
            ends_on: iso(summary.ends_on.as_ref()),
            training_id: summary.training_id,
            topic: summary.topic,
            region: summary.region.unwrap_or_default().code,
            host_office_id: filled(summary.host_office_id),
            title: filled(summary.title),
            place: summary.place.map(|place| place.code),
            invited_communities: summary.invited_communities,
            communities: summary.communities,
            people: summary.people,
            etag: summary.etag,
        }
    }

    pub(super) fn screen(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            let _ = writeln!(text, "{name:<14}{value}");
        };
        line("nomor", &self.training_id);
        if let Some(title) = &self.title {
            line("nama", title);
        }
        line("status", self.status);
        line("jenis", self.kind);
        line("topik", &self.topic);
        line("wilayah", &place(&self.region));
        if let Some(code) = &self.place {
            line("tempat", &place(code));
        }
        if let Some(office) = &self.host_office_id {
            line("penyelenggara", office);
        }
        let (begins, ends) = (spelled(self.begins_on.as_deref()), spelled(self.ends_on.as_deref()));
        line("tanggal", &if begins == ends { begins } else { format!("{begins} – {ends}") });
        line("diundang", &format!("{} KIM", grouped(self.invited_communities)));
        line("peserta", &format!("{} KIM, {} orang tercatat", grouped(self.communities), grouped(self.people)));
        text
    }
}

pub(super) fn table(trainings: &[Summary]) -> String {
    if trainings.is_empty() {
        return "Tidak ada bimtek.\n".to_owned();
    }
    let heads =
        ["NOMOR", "STATUS", "JENIS", "TOPIK", "WILAYAH", "MULAI", "SELESAI", "DIUNDANG", "PESERTA", "ORANG", "NAMA"];
    let mut table = Table::new(&heads).right(7).right(8).right(9);
    for training in trainings {
        table.row([
            training.training_id.as_str(),
            training.status,
            training.kind,
            &training.topic,
            &place(&training.region),
            &spelled(training.begins_on.as_deref()),
            &spelled(training.ends_on.as_deref()),
            &grouped(training.invited_communities),
            &grouped(training.communities),
            &grouped(training.people),
            training.title.as_deref().unwrap_or_default(),
        ]);
    }
    format!("{table}{} bimtek\n", grouped(trainings.len()))
}

#[cfg(test)]
mod tests {
    use kim_contract::r#type::v1::{Date, Region};

    use super::*;

    fn summary() -> pb::TrainingSummary {
        pb::TrainingSummary {
            training_id: "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d".into(),
            status: pb::TrainingStatus::Reported.into(),
            kind: pb::TrainingKind::Bimtek.into(),
            topic: "platform_kim".into(),
            region: Some(Region { code: "14".into(), decree: "2025".into() }),
            title: "Bimtek Platform KIM".into(),
            begins_on: Some(Date { year: 2022, month: 10, day: 6 }),
            ends_on: Some(Date { year: 2022, month: 10, day: 7 }),
            invited_communities: 2,
            communities: 2,
            people: 1_250,
            etag: "v4".into(),
            ..pb::TrainingSummary::default()
        }
    }

    #[test]
    fn a_list_is_a_table() {
        assert_eq!(
            table(&[Summary::of(summary())]),
            "NOMOR                                 STATUS      JENIS   TOPIK         WILAYAH           MULAI           SELESAI         DIUNDANG  PESERTA  ORANG  NAMA\n\
             018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d  dilaporkan  bimtek  platform_kim  14 Provinsi Riau  6 Oktober 2022  7 Oktober 2022         2        2  1.250  Bimtek Platform KIM\n\
             1 bimtek\n"
        );
        assert_eq!(table(&[]), "Tidak ada bimtek.\n");
    }

    #[test]
    fn one_is_shown_in_words_and_as_data() {
        let one = Summary::of(summary());
        let screen = one.screen();
        for said in
            ["status        dilaporkan\n", "tanggal       6 Oktober 2022 – 7 Oktober 2022\n", "1.250 orang tercatat\n"]
        {
            assert!(screen.contains(said), "{screen} lacks {said}");
        }
        let json = serde_json::to_value(&one).unwrap();
        assert_eq!((&json["status"], &json["begins_on"]), (&"dilaporkan".into(), &"2022-10-06".into()));
    }
}
