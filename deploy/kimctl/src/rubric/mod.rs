//! `kimctl rubric`: by what communities are assessed.

use std::fmt::Write;

use kim_contract::registry::v1::{self as pb, get_rubric_request};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    cli::{Edition, SetRubric},
    connection::Services,
    dates::{iso, spelled, to_proto},
    sheet::{CRITERION, criterion_row, whole},
    table::Table,
};

/// Rubrics in a page: as many as the registry gives.
const PAGE: i32 = 500;

/// A version of a rubric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    pub code: String,
    pub version: i32,
    pub name: String,
    pub is_sample: bool,
    pub scale_max: i32,
    pub effective_from: Option<String>,
    pub criteria: Vec<Criterion>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Criterion {
    pub code: String,
    pub name: String,
    pub weight_percent: i32,
}

/// The criteria of the sample rubric that comes with the program.
#[must_use]
pub fn template() -> &'static str {
    include_str!("../../lists/sample_rubric.csv")
}

/// The version in force, or the one that is named.
pub async fn show(services: &Services, code: &str, edition: Edition) -> anyhow::Result<Shown> {
    let edition = match edition {
        Edition { version: Some(version), .. } => Some(get_rubric_request::Edition::Version(version)),
        Edition { on: Some(day), .. } => Some(get_rubric_request::Edition::On(to_proto(day))),
        _ => None,
    };
    let request = services.request(pb::GetRubricRequest { code: code.to_owned(), edition });
    let answer = services.assessments().get_rubric(request).await;
    let answer = answer.map_err(|status| services.registry_said(&status))?.into_inner();
    Ok(answer.rubric.unwrap_or_default().into())
}

/// The newest version of each.
pub async fn list(services: &Services) -> anyhow::Result<Vec<Shown>> {
    let (mut rubrics, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = services.request(pb::ListRubricsRequest { page_size: PAGE, page_token });
        let answer = services.assessments().list_rubrics(request).await;
        let page = answer.map_err(|status| services.registry_said(&status))?.into_inner();
        rubrics.extend(page.rubrics.into_iter().map(Shown::from));
        if page.next_page_token.is_empty() {
            return Ok(rubrics);
        }
        page_token = page.next_page_token;
    }
}

/// A new version; its criteria come from a file.
pub async fn set(services: &Services, wish: &SetRubric) -> anyhow::Result<Shown> {
    let request = services.request(pb::SetRubricRequest {
        request_id: Uuid::now_v7().to_string(),
        code: wish.code.clone(),
        name: wish.name.clone(),
        is_sample: wish.sample,
        scale_max: wish.scale,
        criteria: whole(&wish.file, &CRITERION, criterion_row)?,
        effective_from: wish.from.map(to_proto),
    });
    let answer = services.assessments().set_rubric(request).await;
    let answer = answer.map_err(|status| services.registry_said(&status))?.into_inner();
    Ok(answer.rubric.unwrap_or_default().into())
}

impl From<pb::Rubric> for Shown {
    fn from(rubric: pb::Rubric) -> Self {
        let criterion = |criterion: pb::Criterion| Criterion {
            code: criterion.code,
            name: criterion.name,
            weight_percent: criterion.weight_percent,
        };
        Self {
            effective_from: iso(rubric.effective_from.as_ref()),
            code: rubric.code,
            version: rubric.version,
            name: rubric.name,
            is_sample: rubric.is_sample,
            scale_max: rubric.scale_max,
            criteria: rubric.criteria.into_iter().map(criterion).collect(),
        }
    }
}

/// What stands beside a sample wherever it is shown.
#[must_use]
pub fn sample_mark(is_sample: bool) -> &'static str {
    if is_sample { "CONTOH" } else { "" }
}

impl Shown {
    #[must_use]
    pub fn screen(&self) -> String {
        let mut text = format!("{} ({}), versi {}", self.name, self.code, self.version);
        if self.is_sample {
            text.push_str(", CONTOH: bukan rubrik resmi");
        }
        let _ = writeln!(
            text,
            "\nSkala 0 sampai {}, berlaku mulai {}\n",
            self.scale_max,
            spelled(self.effective_from.as_deref())
        );
        let mut table = Table::new(&["KRITERIA", "NAMA", "BOBOT"]).right(2);
        for criterion in &self.criteria {
            table.row([criterion.code.clone(), criterion.name.clone(), format!("{}%", criterion.weight_percent)]);
        }
        let _ = write!(text, "{table}");
        text
    }
}

/// Rubrics, one a line.
#[must_use]
pub fn overview(rubrics: &[Shown]) -> String {
    if rubrics.is_empty() {
        return "Belum ada rubrik.\n".to_owned();
    }
    let mut table = Table::new(&["KODE", "NAMA", "VERSI", "BERLAKU MULAI", ""]).right(2);
    for rubric in rubrics {
        let from = spelled(rubric.effective_from.as_deref());
        table.row([&rubric.code, &rubric.name, &rubric.version.to_string(), &from, sample_mark(rubric.is_sample)]);
    }
    table.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_says_that_it_is_one_wherever_it_is_shown() {
        let criterion = pb::Criterion { code: "kegiatan".into(), name: "Kegiatan".into(), weight_percent: 100 };
        let rubric = pb::Rubric {
            code: "contoh_kim".into(),
            version: 1,
            name: "Rubrik contoh".into(),
            is_sample: true,
            scale_max: 4,
            criteria: vec![criterion],
            effective_from: None,
        };
        let shown = Shown::from(rubric);
        assert!(shown.screen().contains("CONTOH: bukan rubrik resmi") && shown.screen().contains("100%"));
        assert!(overview(&[shown]).contains("CONTOH"));
    }
}
