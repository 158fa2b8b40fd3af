//! Trainings in short: a list of them, and one.

use std::fmt::Write;

use kim_contract::{registry::v1 as pb, r#type::v1 as pbt};
use kim_territory::{
    RegionCode, Territory,
    spelling::{day, grouped},
};
use serde::Serialize;
use time::{Date, Month};

use super::words::{KINDS, STATUSES, named};
use crate::{table::Table, times::iso};

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
    #[serde(serialize_with = "iso")]
    pub begins_on: Option<Date>,
    #[serde(serialize_with = "iso")]
    pub ends_on: Option<Date>,
    pub invited_communities: i32,
    pub communities: i32,
    pub people: i32,
    pub etag: String,
}

/// A list of trainings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Summaries(pub Vec<Summary>);

impl From<pb::TrainingSummary> for Summary {
    fn from(summary: pb::TrainingSummary) -> Self {
        let (status, kind) = (named(&STATUSES, summary.status()).typed, named(&KINDS, summary.kind()).typed);
        Self {
            training_id: summary.training_id,
            status,
            kind,
            topic: summary.topic,
            region: summary.region.unwrap_or_default().code,
            host_office_id: filled(summary.host_office_id),
            title: filled(summary.title),
            place: summary.place.map(|place| place.code),
            begins_on: read(summary.begins_on),
            ends_on: read(summary.ends_on),
            invited_communities: summary.invited_communities,
            communities: summary.communities,
            people: summary.people,
            etag: summary.etag,
        }
    }
}

impl From<Option<pb::TrainingSummary>> for Summary {
    fn from(summary: Option<pb::TrainingSummary>) -> Self {
        summary.unwrap_or_default().into()
    }
}

impl Summaries {
    #[must_use]
    pub fn screen(&self) -> String {
        if self.0.is_empty() {
            return "Tidak ada bimtek.\n".to_owned();
        }
        let heads = [
            "NOMOR", "STATUS", "JENIS", "TOPIK", "WILAYAH", "MULAI", "SELESAI", "DIUNDANG", "PESERTA", "ORANG", "NAMA",
        ];
        let mut table = Table::new(&heads).right(7).right(8).right(9);
        for training in &self.0 {
            table.row([
                training.training_id.clone(),
                training.status.to_owned(),
                training.kind.to_owned(),
                training.topic.clone(),
                place(&training.region),
                training.begins_on.map(day).unwrap_or_default(),
                training.ends_on.map(day).unwrap_or_default(),
                grouped(training.invited_communities),
                grouped(training.communities),
                grouped(training.people),
                training.title.clone().unwrap_or_default(),
            ]);
        }
        table.to_string()
    }
}

impl Summary {
    #[must_use]
    pub fn screen(&self) -> String {
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
        if let Some((begins, ends)) = self.begins_on.zip(self.ends_on) {
            let days = if begins == ends { day(begins) } else { format!("{} – {}", day(begins), day(ends)) };
            line("tanggal", &days);
        }
        line("diundang", &format!("{} KIM", grouped(self.invited_communities)));
        line("peserta", &format!("{} KIM, {} orang tercatat", grouped(self.communities), grouped(self.people)));
        text
    }
}

pub(super) fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// `14.01 Kabupaten Kampar`; the code alone when today's territory does not have it.
pub(super) fn place(code: &str) -> String {
    let found = code.parse::<RegionCode>().ok().and_then(|code| Territory::current().get(&code));
    found.map_or_else(|| code.to_owned(), |region| format!("{code} {}", region.name))
}

pub(super) fn read(date: Option<pbt::Date>) -> Option<Date> {
    let date = date?;
    let month = Month::try_from(u8::try_from(date.month).ok()?).ok()?;
    Date::from_calendar_date(date.year, month, u8::try_from(date.day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary() -> pb::TrainingSummary {
        pb::TrainingSummary {
            training_id: "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d".into(),
            status: pb::TrainingStatus::Reported.into(),
            kind: pb::TrainingKind::Bimtek.into(),
            topic: "platform_kim".into(),
            region: Some(pbt::Region { code: "14".into(), decree: "2025".into() }),
            title: "Bimtek Platform KIM".into(),
            begins_on: Some(pbt::Date { year: 2022, month: 10, day: 6 }),
            ends_on: Some(pbt::Date { year: 2022, month: 10, day: 7 }),
            invited_communities: 2,
            communities: 2,
            people: 1_250,
            etag: "v4".into(),
            ..pb::TrainingSummary::default()
        }
    }

    #[test]
    fn a_list_is_a_table() {
        let list = Summaries(vec![summary().into()]);
        assert_eq!(
            list.screen(),
            "NOMOR                                 STATUS      JENIS   TOPIK         WILAYAH  MULAI           SELESAI         DIUNDANG  PESERTA  ORANG  NAMA\n\
             018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d  dilaporkan  bimtek  platform_kim  14 Riau  6 Oktober 2022  7 Oktober 2022         2        2  1.250  Bimtek Platform KIM\n"
        );
        assert_eq!(Summaries(vec![]).screen(), "Tidak ada bimtek.\n");
    }

    #[test]
    fn one_is_shown_in_words_and_as_data() {
        let one = Summary::from(summary());
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
