//! Programmes as they are shown.

use kim_contract::dissemination::v1::{self as pb, ProgrammeStatus};
use kim_territory::spelling::grouped;
use serde::Serialize;

use crate::{
    dates::{iso, spelled},
    facts::Facts,
    names::Names,
    places::place,
    table::Table,
};

/// One programme, or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    One(Box<Programme>),
    List(Vec<Programme>),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Programme {
    pub programme_id: String,
    pub status: &'static str,
    pub name: String,
    pub topic: String,
    pub owning_office_id: String,
    pub owning_office_name: String,
    pub region: String,
    pub from: Option<String>,
    /// `None` for one without an end.
    pub until: Option<String>,
    pub established_on: Option<String>,
    pub closed_on: Option<String>,
    pub etag: String,
}

impl Programme {
    #[must_use]
    pub fn of(programme: pb::Programme, names: &Names) -> Self {
        let profile = programme.profile.clone().unwrap_or_default();
        Self {
            status: status(programme.status()),
            from: iso(profile.from.as_ref()),
            until: iso(profile.until.as_ref()),
            name: profile.name,
            topic: profile.topic,
            owning_office_name: names.get(&programme.owning_office_id).to_owned(),
            owning_office_id: programme.owning_office_id,
            region: programme.region.unwrap_or_default().code,
            established_on: iso(programme.established_on.as_ref()),
            closed_on: iso(programme.closed_on.as_ref()),
            programme_id: programme.programme_id,
            etag: programme.etag,
        }
    }

    fn screen(&self) -> String {
        let day = |date: &Option<String>| spelled(date.as_deref());
        let mut facts = Facts::default();
        facts
            .line("program", &self.programme_id)
            .line("nama", &self.name)
            .line("status", self.status)
            .line("topik", &self.topic)
            .line("kantor", &self.owning_office_name)
            .line("wilayah", place(&self.region))
            .line("masa", format!("{} sampai {}", day(&self.from), self.end()))
            .line("dicatat", day(&self.established_on))
            .line("ditutup", day(&self.closed_on));
        facts.to_string()
    }

    fn end(&self) -> String {
        if self.until.is_some() { spelled(self.until.as_deref()) } else { "tanpa akhir".to_owned() }
    }
}

impl Shown {
    #[must_use]
    pub fn screen(&self) -> String {
        let programmes = match self {
            Self::One(programme) => return programme.screen(),
            Self::List(programmes) if programmes.is_empty() => return "Tidak ada program.\n".to_owned(),
            Self::List(programmes) => programmes,
        };
        let mut table = Table::new(&["NOMOR", "NAMA", "TOPIK", "KANTOR", "STATUS", "SAMPAI"]);
        for one in programmes {
            let end = one.end();
            table.row([one.programme_id.as_str(), &one.name, &one.topic, &one.owning_office_name, one.status, &end]);
        }
        format!("{table}{} program\n", grouped(programmes.len()))
    }
}

fn status(status: ProgrammeStatus) -> &'static str {
    match status {
        ProgrammeStatus::Unspecified => "tidak dikenal",
        ProgrammeStatus::Established => "berjalan",
        ProgrammeStatus::Closed => "ditutup",
    }
}

#[cfg(test)]
mod tests {
    use kim_contract::r#type::v1::{Date, Region};

    use super::*;

    fn programme() -> Programme {
        let programme = pb::Programme {
            programme_id: "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d".into(),
            status: ProgrammeStatus::Established.into(),
            owning_office_id: "kantor".into(),
            region: Some(Region { code: "14".into(), decree: "2025".into() }),
            profile: Some(pb::ProgrammeProfile {
                name: "Cegah stunting".into(),
                topic: "stunting".into(),
                from: Some(Date { year: 2024, month: 1, day: 1 }),
                until: None,
            }),
            established_on: Some(Date { year: 2023, month: 12, day: 20 }),
            ..pb::Programme::default()
        };
        Programme::of(programme, &Names::default())
    }

    #[test]
    fn a_programme_is_shown_with_what_there_is_of_it() {
        assert_eq!(
            Shown::One(Box::new(programme())).screen(),
            "program         018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d\n\
             nama            Cegah stunting\n\
             status          berjalan\n\
             topik           stunting\n\
             kantor          kantor\n\
             wilayah         14 Provinsi Riau\n\
             masa            1 Januari 2024 sampai tanpa akhir\n\
             dicatat         20 Desember 2023\n"
        );
    }

    #[test]
    fn a_list_has_a_programme_a_line() {
        assert_eq!(
            Shown::List(vec![programme()]).screen(),
            "NOMOR                                 NAMA            TOPIK     KANTOR  STATUS    SAMPAI\n\
             018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d  Cegah stunting  stunting  kantor  berjalan  tanpa akhir\n\
             1 program\n"
        );
        assert_eq!(Shown::List(vec![]).screen(), "Tidak ada program.\n");
    }
}
