//! Deliveries as they are shown.

mod delivery;
mod words;

pub use delivery::Delivery;
pub(crate) use words::{channel, status};

use kim_contract::dissemination::v1 as pb;
use serde::Serialize;

use crate::{material::ShownContent, names::Names};

/// One delivery, several, or one with the material that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    One(Box<Delivery>),
    List(Vec<Delivery>),
    Opened(Box<Opened>),
}

/// A material as it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Opened {
    pub delivery: Delivery,
    pub material_version: i32,
    pub content: ShownContent,
    /// All that it is in.
    pub languages: Vec<String>,
}

impl Shown {
    pub(super) fn opened(answer: pb::OpenMaterialResponse, names: &Names) -> Self {
        Self::Opened(Box::new(Opened {
            delivery: Delivery::of(answer.delivery.unwrap_or_default(), names),
            material_version: answer.material_version,
            content: ShownContent::of(answer.content.unwrap_or_default()),
            languages: answer.languages,
        }))
    }

    #[must_use]
    pub fn screen(&self) -> String {
        match self {
            Self::One(delivery) => delivery.screen(),
            Self::List(deliveries) => delivery::table(deliveries),
            Self::Opened(opened) => {
                let Opened { material_version, content, languages, .. } = opened.as_ref();
                let words = content.words();
                let words = words.trim_start_matches('\n');
                format!("{words}\nversi {material_version}; ada dalam bahasa: {}\n", languages.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opened_material_is_read_and_says_in_what_languages_it_is() {
        let content = pb::Content {
            language: "id".into(),
            title: "Imunisasi".into(),
            body: "Datang.".into(),
            ..Default::default()
        };
        let opened = pb::OpenMaterialResponse {
            delivery: None,
            material_version: 2,
            content: Some(content),
            languages: vec!["id".into(), "min".into()],
        };
        assert_eq!(
            Shown::opened(opened, &Names::default()).screen(),
            "── id · Imunisasi ──\n\nDatang.\n\nversi 2; ada dalam bahasa: id, min\n"
        );
    }
}
