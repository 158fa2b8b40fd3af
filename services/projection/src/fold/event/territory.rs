//! What an event says of the territory.

use kim_contract::registry::v1 as proto;
use kim_territory::{ActKind, Decree, RegionCode, RegionStep, Step};
use time::Date;

use super::date;
use crate::fold::Region;

#[derive(Clone, Debug, PartialEq)]
pub struct Adoption {
    pub decree: Decree,
    pub adopted_on: Date,
    pub digest: String,
}

/// The territory of a decree is in force from here on, and this is all that is other than before.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionsChanged {
    pub step: Step,
    pub changed_on: Date,
}

pub fn adoption(body: proto::TerritoryAdopted) -> Result<Adoption, String> {
    let decree = decree(&body.decree, "decree")?;
    Ok(Adoption { decree, adopted_on: date(body.adopted_on, "adopted_on")?, digest: body.digest })
}

pub fn regions_changed(body: &proto::TerritoryRegionsChanged) -> Result<RegionsChanged, String> {
    let (from, to) = (decree(&body.from_decree, "from_decree")?, decree(&body.to_decree, "to_decree")?);
    let row = |change: &proto::TerritoryRegionChange| {
        let kind = kind(change.kind())?;
        Ok(RegionStep { old: code(&change.old_code, from)?, new: code(&change.new_code, to)?, kind })
    };
    let rows = body.changes.iter().map(row).collect::<Result<_, String>>();
    let step = Step { from, to, rows: rows.map_err(|error| format!("changes: {error}"))? };
    Ok(RegionsChanged { step, changed_on: date(body.changed_on, "changed_on")? })
}

/// `None` for none; an error for one that its list does not have.
fn code(code: &str, decree: Decree) -> Result<Option<RegionCode>, String> {
    if code.is_empty() { Ok(None) } else { Region::parse(code, decree.key()).map(|region| Some(region.code)) }
}

fn decree(decree: &str, field: &str) -> Result<Decree, String> {
    decree.parse().map_err(|_| format!("{field}: tidak ada daftar wilayah {decree:?}"))
}

fn kind(kind: proto::TerritoryChangeKind) -> Result<ActKind, String> {
    Ok(match kind {
        proto::TerritoryChangeKind::Renamed => ActKind::Renamed,
        proto::TerritoryChangeKind::Moved => ActKind::Moved,
        proto::TerritoryChangeKind::Split => ActKind::Split,
        proto::TerritoryChangeKind::Merged => ActKind::Merged,
        proto::TerritoryChangeKind::New => ActKind::New,
        proto::TerritoryChangeKind::Gone => ActKind::Gone,
        proto::TerritoryChangeKind::Unspecified => return Err("kind tidak dikenal".into()),
    })
}
