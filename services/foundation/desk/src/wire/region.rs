//! Regions, and the place of an event on the map of subjects.

use kim_contract::r#type::v1 as pb;
use kim_eventlog::Place;
use kim_values::Region;

#[must_use]
pub fn to_proto(region: Region) -> pb::Region {
    pb::Region { code: region.code.to_string(), decree: region.decree.key().to_owned() }
}

/// A region that a log already has, under the decree of its day.
#[must_use]
pub fn stored(region: Option<&pb::Region>) -> Option<Region> {
    let region = region?;
    Some(Region { code: region.code.parse().ok()?, decree: region.decree.parse().ok()? })
}

#[must_use]
pub fn place(region: Region) -> Place {
    let (province, regency) = region.code.subject_tokens();
    Place { province, regency }
}
