//! Offices as they are shown.

use std::fmt::Write;

use kim_contract::registry::v1::{self as pb, OfficeKind};
use kim_territory::spelling::grouped;
use serde::Serialize;

use crate::{
    dates::{iso, spelled},
    places::place,
    table::Table,
};

/// One office, or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    One(Office),
    List(Vec<Office>),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Office {
    pub office_id: String,
    pub name: String,
    pub kind: &'static str,
    pub region: String,
    pub parent_office_id: Option<String>,
    pub established_on: Option<String>,
    /// Not set while it is open.
    pub closed_on: Option<String>,
    pub names: Vec<Name>,
}

/// A name with its first day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Name {
    pub name: String,
    pub effective_from: Option<String>,
}

impl Office {
    #[must_use]
    pub fn of(office: pb::Office) -> Self {
        let name = |name: pb::OfficeName| Name { name: name.name, effective_from: iso(name.effective_from.as_ref()) };
        Self {
            kind: kind(office.kind()),
            established_on: iso(office.established_on.as_ref()),
            closed_on: iso(office.closed_on.as_ref()),
            names: office.names.into_iter().map(name).collect(),
            office_id: office.office_id,
            name: office.name,
            region: office.region.unwrap_or_default().code,
            parent_office_id: Some(office.parent_office_id).filter(|id| !id.is_empty()),
        }
    }

    fn screen(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            let _ = writeln!(text, "{name:<11}{value}");
        };
        line("kantor", &self.office_id);
        line("nama", &self.name);
        line("jenis", self.kind);
        line("wilayah", &place(&self.region));
        line("atasan", self.parent_office_id.as_deref().unwrap_or("tidak ada"));
        line("dicatat", &spelled(self.established_on.as_deref()));
        if let Some(closed_on) = &self.closed_on {
            line("ditutup", &spelled(Some(closed_on)));
        }
        for name in self.names.iter().filter(|_| self.names.len() > 1) {
            line("", &format!("sejak {}: {}", spelled(name.effective_from.as_deref()), name.name));
        }
        text
    }
}

impl Shown {
    #[must_use]
    pub fn screen(&self) -> String {
        let offices = match self {
            Self::One(office) => return office.screen(),
            Self::List(offices) if offices.is_empty() => return "Tidak ada kantor.\n".to_owned(),
            Self::List(offices) => offices,
        };
        let mut table = Table::new(&["NOMOR", "NAMA", "JENIS", "WILAYAH"]);
        for office in offices {
            table.row([office.office_id.as_str(), &office.name, office.kind, &place(&office.region)]);
        }
        format!("{table}{} kantor\n", grouped(offices.len()))
    }
}

fn kind(kind: OfficeKind) -> &'static str {
    match kind {
        OfficeKind::Unspecified => "tidak dikenal",
        OfficeKind::National => "pusat",
        OfficeKind::Provincial => "provinsi",
        OfficeKind::Regency => "kabupaten/kota",
        OfficeKind::Agency => "perangkat daerah",
    }
}

#[cfg(test)]
mod tests {
    use kim_contract::r#type::v1::{Date, Region};

    use super::*;

    fn office() -> Office {
        let name = |name: &str, year| pb::OfficeName {
            name: name.into(),
            effective_from: Some(Date { year, month: 1, day: 1 }),
        };
        Office::of(pb::Office {
            office_id: "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d".into(),
            name: "Diskominfotik".into(),
            kind: OfficeKind::Regency.into(),
            region: Some(Region { code: "14.01".into(), decree: "2025".into() }),
            established_on: Some(Date { year: 2016, month: 1, day: 1 }),
            names: vec![name("Diskominfo", 2016), name("Diskominfotik", 2024)],
            ..pb::Office::default()
        })
    }

    #[test]
    fn an_office_is_shown_with_its_names_and_since_when() {
        assert_eq!(
            Shown::One(office()).screen(),
            "kantor     018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d\n\
             nama       Diskominfotik\n\
             jenis      kabupaten/kota\n\
             wilayah    14.01 Kabupaten Kampar, Provinsi Riau\n\
             atasan     tidak ada\n\
             dicatat    1 Januari 2016\n           \
             sejak 1 Januari 2016: Diskominfo\n           \
             sejak 1 Januari 2024: Diskominfotik\n"
        );
    }

    #[test]
    fn a_list_has_an_office_a_line_and_json_its_dates_in_figures() {
        let listed = Shown::List(vec![office()]);
        assert_eq!(
            listed.screen(),
            "NOMOR                                 NAMA           JENIS           WILAYAH\n\
             018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d  Diskominfotik  kabupaten/kota  14.01 Kabupaten Kampar, Provinsi Riau\n\
             1 kantor\n"
        );
        assert_eq!(Shown::List(vec![]).screen(), "Tidak ada kantor.\n");
        let json = serde_json::to_value(&listed).unwrap();
        assert_eq!((&json[0]["established_on"], &json[0]["closed_on"]), (&"2016-01-01".into(), &None::<&str>.into()));
    }
}
