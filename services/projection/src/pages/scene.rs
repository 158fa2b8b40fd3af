//! A region at a month, with what can be derived from its figures: the material of a page's fragments.

use std::sync::Arc;

use kim_territory::{Decree, Level, RegionCode};
use time::OffsetDateTime;

use super::{
    address::View,
    finding::Reference,
    language::Language,
    model::{AsOf, Basis, CommunityPage, Figures, Month, RegionView},
    naming::Named,
};

/// What a page shows, before it is put into words.
pub struct Scene {
    pub language: Language,
    pub view: View,
    pub region: Named,
    /// The month shown, whether or not the address names it.
    pub month: Month,
    /// The running month: the last that can be shown.
    pub last: Month,
    pub data: Arc<RegionView>,
    /// The first communities of a district or a village, which are named on its page.
    pub communities: Option<CommunityPage>,
    /// What the figures were computed from, and how the logs are heard now.
    pub as_of: AsOf,
    pub now: OffsetDateTime,
    /// Shown through the live feed, not as a page that was sent once.
    pub live: bool,
}

/// Regions of a level, counted: those with an active community, and all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub level: Level,
    pub covered: i64,
    pub all: i64,
}

impl Scene {
    #[must_use]
    pub fn level(&self) -> Level {
        self.region.code.level()
    }

    /// The territory whose regions are shown.
    #[must_use]
    pub fn decree(&self) -> Decree {
        self.as_of.decree
    }

    /// What the parts of the region are; `None` for a village.
    #[must_use]
    pub fn parts_level(&self) -> Option<Level> {
        self.level().below()
    }

    #[must_use]
    pub fn is_nation(&self) -> bool {
        self.region.code == RegionCode::NATION
    }

    #[must_use]
    pub fn is_running(&self) -> bool {
        self.month == self.last
    }

    /// The figures at the month's end.
    #[must_use]
    pub fn figures(&self) -> Figures {
        self.data.series.last().copied().unwrap_or_default()
    }

    #[must_use]
    pub fn at(&self, month: Month) -> Option<Figures> {
        let index = usize::try_from(month.since(Month::FIRST)).ok()?;
        self.data.series.get(index).copied()
    }

    #[must_use]
    pub fn year_before(&self) -> Option<Figures> {
        self.at(self.month.plus(-12))
    }

    /// Revivals in the months from `from` to the month shown.
    #[must_use]
    pub fn revivals_since(&self, from: Month) -> i64 {
        let skip = usize::try_from(from.since(Month::FIRST)).unwrap_or(0);
        self.data.series.iter().skip(skip).map(|figures| figures.existence.revitalised).sum()
    }

    #[must_use]
    pub fn active(&self) -> Vec<i64> {
        self.data.series.iter().map(|figures| figures.existence.active).collect()
    }

    #[must_use]
    pub fn dormant(&self) -> Vec<i64> {
        self.data.series.iter().map(|figures| figures.existence.dormant).collect()
    }

    /// What the month is compared with. A region is compared with its own figure at the date of the nation's reference.
    #[must_use]
    pub fn reference(&self) -> Reference {
        let Some(baseline) = &self.data.baseline else { return Reference::None };
        let month = Month::of(baseline.as_of);
        if self.month <= month {
            return Reference::None;
        }
        if self.is_nation() {
            return Reference::Published { value: baseline.value, month };
        }
        match self.at(month) {
            Some(figures) => Reference::Own { value: figures.existence.active, month },
            None => Reference::None,
        }
    }

    /// The regions that the fourth key figure counts: districts, below a district villages; `None` in a village.
    #[must_use]
    pub fn coverage(&self) -> Option<Share> {
        let coverage = self.figures().coverage;
        match self.level() {
            Level::Nation | Level::Province | Level::Regency => {
                Some(Share { level: Level::District, covered: coverage.districts_covered, all: coverage.districts })
            }
            Level::District => {
                Some(Share { level: Level::Village, covered: coverage.villages_covered, all: coverage.villages })
            }
            Level::Village => None,
        }
    }

    /// The share that a part is measured by: districts, in a regency villages; `None` where the parts are villages.
    #[must_use]
    pub fn share_of(&self, figures: Figures) -> Option<Share> {
        let coverage = figures.coverage;
        match self.level() {
            Level::Nation | Level::Province => {
                Some(Share { level: Level::District, covered: coverage.districts_covered, all: coverage.districts })
            }
            Level::Regency => {
                Some(Share { level: Level::Village, covered: coverage.villages_covered, all: coverage.villages })
            }
            Level::District | Level::Village => None,
        }
    }

    /// `menurut tanggal kejadian`.
    #[must_use]
    pub fn basis_phrase(&self) -> &'static str {
        match self.view.basis {
            Basis::Happened => self.language.say("menurut tanggal kejadian", "by the date things happened"),
            Basis::Recorded => self.language.say("menurut tanggal pencatatan", "by the date they were recorded"),
        }
    }
}
