//! What became of regions, as events have it.

use kim_contract::registry::v1::{TerritoryChangeKind, TerritoryRegionChange, TerritoryRegionsChanged};
use kim_territory::{ActKind, RegionCode, RegionStep, Step};

use super::stored::{Malformed, optional};

/// A step from one territory to the next that a log already has; `None` for what this version does not know.
#[must_use]
pub fn stored_step(changed: &TerritoryRegionsChanged) -> Option<Step> {
    let rows = changed.changes.iter().map(stored_change).collect::<Option<_>>()?;
    Some(Step { from: changed.from_decree.parse().ok()?, to: changed.to_decree.parse().ok()?, rows })
}

fn stored_change(change: &TerritoryRegionChange) -> Option<RegionStep> {
    let kind = match change.kind() {
        TerritoryChangeKind::Unspecified => return None,
        TerritoryChangeKind::Renamed => ActKind::Renamed,
        TerritoryChangeKind::Moved => ActKind::Moved,
        TerritoryChangeKind::Split => ActKind::Split,
        TerritoryChangeKind::Merged => ActKind::Merged,
        TerritoryChangeKind::New => ActKind::New,
        TerritoryChangeKind::Gone => ActKind::Gone,
    };
    Some(RegionStep { old: code(&change.old_code).ok()?, new: code(&change.new_code).ok()?, kind })
}

fn code(text: &str) -> Result<Option<RegionCode>, Malformed> {
    optional(text, |code| code.parse().ok())
}
