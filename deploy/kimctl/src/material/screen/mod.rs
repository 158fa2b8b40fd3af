//! Materials as they are shown.

mod material;
mod version;

pub use material::Material;
pub use version::{Content, PublishedVersion};

use kim_territory::spelling::grouped;
use serde::Serialize;

use super::media::{Downloaded, Stored};
use crate::table::Table;

/// One material, several, a version of one, or media.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    One(Box<Material>),
    /// What waits for an approval, to be read first.
    ToApprove(Box<Material>),
    List(Vec<Material>),
    Version(Box<PublishedVersion>),
    Uploaded(Vec<Stored>),
    Downloaded(Downloaded),
}

impl Shown {
    #[must_use]
    pub fn screen(&self) -> String {
        match self {
            Self::One(material) => material.screen(),
            Self::ToApprove(material) => material.to_approve(),
            Self::List(materials) => material::table(materials),
            Self::Version(version) => version.screen(),
            Self::Uploaded(stored) => {
                let mut table = Table::new(&["BERKAS", "JENIS", "BITA", "SIDIK"]).right(2);
                for one in stored {
                    let file = one.file.display().to_string();
                    table.row([file.as_str(), one.r#type, &grouped(one.size), &one.hash]);
                }
                table.to_string()
            }
            Self::Downloaded(Downloaded { file, r#type, size }) => {
                format!("{}: {type}, {} bita\n", file.display(), grouped(*size))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use kim_contract::dissemination::v1::MediaType;

    use super::*;

    #[test]
    fn media_are_shown_with_what_a_text_needs_of_them() {
        let stored = Stored {
            file: "poster.png".into(),
            hash: "ab".repeat(32),
            r#type: "PNG",
            size: 20_480,
            media_type: MediaType::Png,
        };
        let hash = "ab".repeat(32);
        assert_eq!(
            Shown::Uploaded(vec![stored]).screen(),
            format!("BERKAS      JENIS    BITA  SIDIK\nposter.png  PNG    20.480  {hash}\n")
        );
        let downloaded = Downloaded { file: "abab.png".into(), r#type: "PNG", size: 20_480 };
        assert_eq!(Shown::Downloaded(downloaded).screen(), "abab.png: PNG, 20.480 bita\n");
    }
}
