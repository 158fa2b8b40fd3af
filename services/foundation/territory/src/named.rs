//! A region with its name, and how to write it out.

use std::fmt;

use crate::{Kind, Level, RegionCode, RegionList, tiles};

/// A region of a list.
#[derive(Clone, Copy)]
pub struct Region<'t> {
    pub code: RegionCode,
    /// The official name: `Riau`, `Kabupaten Kampar`, and without a word for the rank `Bangkinang Kota` and `Kumantan`.
    pub name: &'t str,
    pub kind: Kind,
    pub(crate) list: &'t RegionList,
}

impl Region<'_> {
    #[must_use]
    pub fn level(&self) -> Level {
        self.code.level()
    }

    /// The region above; `None` for the nation.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.list.get(&self.code.parent()?)
    }

    /// The word that stands before the name of its kind, as the place itself says it: `Kecamatan`, but `Kapanewon` in
    /// Yogyakarta and `Distrik` in Papua. Empty where the name says it or none is needed.
    #[must_use]
    pub fn designation(&self) -> &'static str {
        let yogyakarta = self.code.province_number() == 34;
        let papua = self.code.province_number() > 90;
        let in_kota = self.code.regency_number() > 70;
        match self.kind {
            Kind::Nation | Kind::Kabupaten | Kind::Kota => "",
            Kind::Province => "Provinsi",
            Kind::District if yogyakarta && in_kota => "Kemantren",
            Kind::District if yogyakarta => "Kapanewon",
            Kind::District if papua => "Distrik",
            Kind::District => "Kecamatan",
            Kind::Desa if yogyakarta => "Kalurahan",
            Kind::Desa => "Desa",
            Kind::DesaAdat => "Desa Adat",
            Kind::Kelurahan => "Kelurahan",
        }
    }

    /// The name with the word for its kind: `Desa Kumantan`, `Kabupaten Kampar`, `Provinsi Riau`.
    #[must_use]
    pub fn title(&self) -> String {
        // Jakarta and Yogyakarta say in the name itself what they are.
        match self.designation() {
            "" => self.name.to_owned(),
            "Provinsi" if self.name.starts_with("Daerah ") => self.name.to_owned(),
            word => format!("{word} {}", self.name),
        }
    }

    /// The name so that no other region is meant: a village and a district up to its regency, a regency with its province.
    /// `Desa Kumantan, Kecamatan Bangkinang Kota, Kabupaten Kampar`.
    #[must_use]
    pub fn full_name(&self) -> String {
        let top = match self.level() {
            Level::Nation | Level::Province => return self.title(),
            Level::Regency => Level::Province,
            Level::District | Level::Village => Level::Regency,
        };
        let lineage = self.code.ancestors().take_while(|code| code.level() >= top);
        let titles: Vec<String> = lineage.filter_map(|code| self.list.get(&code)).map(|r| r.title()).collect();
        titles.join(", ")
    }

    /// A province's short label for tiles: `RIAU`.
    #[must_use]
    pub fn short_label(&self) -> Option<&'static str> {
        tiles().iter().find(|tile| tile.code == self.code).map(|tile| tile.label)
    }
}

impl fmt::Debug for Region<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.title())
    }
}
