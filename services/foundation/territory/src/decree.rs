//! The decrees that give regions their codes.

use std::fmt;
use std::str::FromStr;

use crate::Territory;

/// A dated territory, named by the year of its list. A region code means nothing without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decree {
    D2022,
    /// As 2022, with Papua Barat Daya (96) split from Papua Barat (92).
    D2023,
    D2025,
}

impl Decree {
    /// All, oldest first.
    pub const ALL: [Self; 3] = [Self::D2022, Self::D2023, Self::D2025];
    /// The territory in force.
    pub const CURRENT: Self = Self::D2025;

    /// The key that stands in events, tokens and addresses: `2025`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::D2022 => "2022",
            Self::D2023 => "2023",
            Self::D2025 => "2025",
        }
    }

    /// The decree's full public name, in Indonesian.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::D2022 => "Kepmendagri Nomor 100.1.1-6117 Tahun 2022",
            Self::D2023 => {
                "Kepmendagri Nomor 100.1.1-6117 Tahun 2022 dengan Papua Barat Daya menurut Undang-Undang Nomor 29 Tahun 2022"
            }
            Self::D2025 => {
                "Kepmendagri Nomor 300.2.2-2138 Tahun 2025 sebagaimana diubah dengan Nomor 300.2.2-2430 Tahun 2025"
            }
        }
    }

    /// The year of the newest decree or law that the list rests on. The lists say neither month nor day.
    #[must_use]
    pub const fn adopted(self) -> i32 {
        match self {
            Self::D2022 | Self::D2023 => 2022,
            Self::D2025 => 2025,
        }
    }

    /// SHA-256 over the list of codes, 64 hex digits: tells whether two programs mean the same territory.
    ///
    /// What is hashed is each dotted code and a line feed, parents before children.
    #[must_use]
    pub fn digest(self) -> String {
        Territory::of(self).list().digest()
    }
}

impl fmt::Display for Decree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

/// A text that names no known territory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Dasar kode wilayah \"{0}\" tidak dikenal: tulis 2022, 2023, atau 2025")]
pub struct UnknownDecree(pub String);

impl FromStr for Decree {
    type Err = UnknownDecree;

    fn from_str(text: &str) -> Result<Self, UnknownDecree> {
        let text = text.trim();
        Self::ALL
            .into_iter()
            .find(|decree| decree.key() == text)
            .ok_or_else(|| UnknownDecree(text.chars().take(40).collect()))
    }
}
