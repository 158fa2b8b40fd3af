//! What the fold keeps in memory: communities and regions that it touched lately, as the committed rows say.

use std::collections::{HashMap, HashSet};

use kim_territory::Level;
use uuid::Uuid;

use super::{
    Place, Seats,
    community::{Attendance, Community},
    coverage::{self, Series},
    figures::{Cell, Changes, Counts},
};
use crate::pages::Basis;

/// Rows by their keys. What is not there is read again when it is needed.
#[derive(Default)]
pub struct Cache {
    /// Where regions are counted; `None` before the read model was asked what its log has adopted.
    pub seats: Option<Seats>,
    pub communities: HashMap<Uuid, Known>,
    /// Trainings that were held.
    pub held: HashSet<Uuid>,
    /// Active communities of villages, districts and regencies.
    pub series: HashMap<(Basis, Place), Series>,
}

/// A community, if there is one by that id yet, and the trainings that named it.
#[derive(Default)]
pub struct Known {
    pub community: Option<Community>,
    pub attended: Vec<Attendance>,
}

/// As many as a nation has, with a community in each village: some 40 MB.
const MOST_COMMUNITIES: usize = 100_000;
const MOST_SERIES: usize = 250_000;

impl Cache {
    /// Where regions are counted.
    pub fn seats(&mut self) -> &mut Seats {
        self.seats.get_or_insert_default()
    }

    /// Forgets everything when too much was kept.
    pub fn make_room(&mut self) {
        if self.communities.len() > MOST_COMMUNITIES {
            self.communities.clear();
        }
        if self.held.len() > MOST_COMMUNITIES {
            self.held.clear();
        }
        if self.series.len() > MOST_SERIES {
            self.series.clear();
        }
    }

    /// Adds to the changes where and when regions became covered, or ceased to be. The series of all regions in which the
    /// number of active communities changes must be here.
    pub fn cover(&mut self, changes: &mut Changes) {
        let mut by_region: HashMap<(Basis, Place), Series> = HashMap::new();
        for (cell, change) in active(changes) {
            by_region.entry((cell.basis, cell.place)).or_default().push((cell.month, change));
        }
        for ((basis, region), moved) in by_region {
            let column = Counts::covered(region.level()).expect("only what can be covered is counted");
            let series = self.series.entry((basis, region)).or_default();
            let mut turned: Series = coverage::turns(series).map(|(month, turn)| (month, -turn)).collect();
            for (month, change) in moved {
                coverage::put(series, month, change);
            }
            for (month, turn) in coverage::turns(series) {
                match turned.iter_mut().find(|(known, _)| *known == month) {
                    Some((_, change)) => *change += turn,
                    None => turned.push((month, turn)),
                }
            }
            for (month, change) in turned.into_iter().filter(|(_, change)| *change != 0) {
                for place in region.upwards() {
                    changes.add(Cell { basis, place, month }, column, change);
                }
            }
        }
        changes.settle();
    }
}

/// Where the number of active communities changes in a region that can be covered.
pub fn active(changes: &Changes) -> impl Iterator<Item = (Cell, i32)> {
    let change = |counts: &Counts| counts.0[Counts::ACTIVE];
    changes
        .figures
        .iter()
        .filter(|(cell, _)| cell.place.level() >= Level::Regency)
        .map(move |(cell, counts)| (*cell, change(counts)))
        .filter(|(_, change)| *change != 0)
}
