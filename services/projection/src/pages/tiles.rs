//! The provinces as tiles, coloured by the share of their districts with an active community.

use kim_territory::RegionCode;

use super::{format::whole_percent, model::Coverage};

/// One tile, in the units of the drawing.
pub struct Tile {
    pub x: i64,
    pub y: i64,
    pub middle: f64,
    pub label: &'static str,
    /// Full name and value, for those who hear it or stop on it.
    pub name: String,
    pub value: String,
    pub class: u8,
    pub address: String,
}

/// Size of a tile and the distance from one to the next.
pub const SIZE: i64 = 47;
pub const PITCH: i64 = 50;

/// Class of colour, 1 to 5: fifths of the whole.
#[must_use]
pub fn class(covered: i64, all: i64) -> u8 {
    if all <= 0 {
        return 1;
    }
    let fifth = (covered * 5 / all).clamp(0, 4);
    u8::try_from(fifth).expect("clamped to below 5") + 1
}

/// The tiles of all provinces. `describe` gives what a tile is called, which has to hold what can be
/// read on it (WCAG 2.5.3), and where it leads.
pub fn tiles(
    coverage: impl Fn(RegionCode) -> Option<Coverage>,
    describe: impl Fn(&kim_territory::Tile, &str, Coverage) -> (String, String),
) -> Vec<Tile> {
    let mut tiles: Vec<Tile> = Vec::new();
    for tile in kim_territory::tiles() {
        let Some(coverage) = coverage(tile.code) else { continue };
        let value = whole_percent(coverage.districts_covered, coverage.districts);
        let (name, address) = describe(tile, &value, coverage);
        let x = i64::from(tile.column) * PITCH;
        tiles.push(Tile {
            x,
            middle: x as f64 + SIZE as f64 / 2.0,
            y: i64::from(tile.row) * PITCH,
            label: tile.label,
            name,
            value,
            class: class(coverage.districts_covered, coverage.districts),
            address,
        });
    }
    tiles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_falls_into_its_fifth() {
        for (covered, all, expected) in [
            (0, 100, 1),
            (19, 100, 1),
            (20, 100, 2),
            (59, 100, 3),
            (60, 100, 4),
            (80, 100, 5),
            (100, 100, 5),
            (0, 0, 1),
        ] {
            assert_eq!(class(covered, all), expected, "{covered} of {all}");
        }
    }
}
