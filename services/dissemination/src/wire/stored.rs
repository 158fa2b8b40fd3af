//! What stands in fields of many of these events: moments, versions, numbers of communities and people.

use kim_eventlog::{Version as AggregateVersion, instant, timestamp};
use prost_types::Timestamp;
use time::OffsetDateTime;

use crate::domain::{audience::RegistryPosition, ids::CommunityId, material::Version};

#[expect(clippy::unnecessary_wraps, reason = "as messages have it")]
pub(super) fn moment(at: OffsetDateTime) -> Option<Timestamp> {
    Some(timestamp(at))
}

pub(super) fn stored_moment(at: Option<Timestamp>) -> Option<OffsetDateTime> {
    instant(at?)
}

/// The version that a caller read, as an opaque text.
pub(super) fn etag(version: AggregateVersion) -> String {
    format!("v{version}")
}

pub(super) fn version(version: Version) -> i32 {
    i32::try_from(version.number()).unwrap_or(i32::MAX)
}

pub(super) fn stored_version(number: i32) -> Option<Version> {
    Version::new(u32::try_from(number).ok()?)
}

pub(super) fn position(position: RegistryPosition) -> i64 {
    i64::try_from(position.0).unwrap_or(i64::MAX)
}

pub(super) fn stored_position(number: i64) -> Option<RegistryPosition> {
    u64::try_from(number).ok().map(RegistryPosition)
}

pub(super) fn stored_count(number: i32) -> Option<u32> {
    u32::try_from(number).ok()
}

pub(super) fn communities(ids: &[CommunityId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

pub(super) fn stored_communities(ids: &[String]) -> Option<Vec<CommunityId>> {
    ids.iter().map(|id| CommunityId::parse(id)).collect()
}
