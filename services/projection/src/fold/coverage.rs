//! When a region was covered: at the end of a month, at least one community in it was active.

use crate::pages::Month;

/// A region's active communities, as net changes by month, in the order of months. Months that sum to nothing are left out.
pub type Series = Vec<(Month, i32)>;

/// Puts a change into a series.
pub fn put(series: &mut Series, month: Month, change: i32) {
    match series.binary_search_by_key(&month, |(month, _)| *month) {
        Ok(found) => {
            series[found].1 += change;
            if series[found].1 == 0 {
                series.remove(found);
            }
        }
        Err(place) => series.insert(place, (month, change)),
    }
}

/// The months in which a region became covered (+1) or ceased to be (−1).
pub fn turns(series: &[(Month, i32)]) -> impl Iterator<Item = (Month, i32)> {
    let mut active = 0;
    series.iter().filter_map(move |(month, change)| {
        let before = active;
        active += change;
        match (before > 0, active > 0) {
            (false, true) => Some((*month, 1)),
            (true, false) => Some((*month, -1)),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn a_region_is_covered_while_one_community_in_it_is_active() {
        let mut series = Series::new();
        for (at, change) in [("2019-03", 1), ("2019-01", 2), ("2019-06", -3), ("2022-10", 1)] {
            put(&mut series, month(at), change);
        }
        let shown: Vec<_> = turns(&series).collect();
        assert_eq!(shown, [(month("2019-01"), 1), (month("2019-06"), -1), (month("2022-10"), 1)]);
        // A late report takes the loss back.
        put(&mut series, month("2019-06"), 3);
        let shown: Vec<_> = turns(&series).collect();
        assert_eq!(shown, [(month("2019-01"), 1)]);
        assert_eq!(series.len(), 3);
    }
}
