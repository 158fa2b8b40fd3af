//! Which rule it was: whose, and which version of it.

use kim_contract::registry::v1 as pb;
use kim_desk::wire::region;

use crate::domain::rule::RuleVersion;

#[must_use]
pub fn to_proto(version: RuleVersion) -> pb::RuleVersion {
    pb::RuleVersion {
        region: Some(region::to_proto(version.region)),
        version: i32::try_from(version.version).expect("a region has few rule versions"),
    }
}

#[must_use]
pub fn stored(version: Option<&pb::RuleVersion>) -> Option<RuleVersion> {
    let version = version?;
    Some(RuleVersion {
        region: region::stored(version.region.as_ref())?,
        version: u32::try_from(version.version).ok()?,
    })
}
