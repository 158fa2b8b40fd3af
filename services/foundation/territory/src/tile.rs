//! The tile map: a tile for each province on a grid of 16 × 9.

use std::sync::LazyLock;

use crate::RegionCode;

/// A province's place on the grid. Columns and rows count from zero, from the north-west.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    pub code: RegionCode,
    pub column: u8,
    pub row: u8,
    /// At most seven capitals.
    pub label: &'static str,
}

/// The tiles of the 38 provinces in force.
#[must_use]
pub fn tiles() -> &'static [Tile] {
    static TILES: LazyLock<Vec<Tile>> = LazyLock::new(|| {
        let rows = include_str!("../data/province-tiles.csv").lines().skip(1);
        rows.map(|row| tile(row).expect("a row of province-tiles.csv is code,column,row,label")).collect()
    });
    &TILES
}

fn tile(row: &'static str) -> Option<Tile> {
    let mut fields = row.split(',');
    let mut next = || fields.next();
    Some(Tile {
        code: next()?.parse().ok()?,
        column: next()?.parse().ok()?,
        row: next()?.parse().ok()?,
        label: next()?,
    })
}
