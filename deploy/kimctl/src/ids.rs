//! Ids, as requests name them.

use uuid::Uuid;

/// An id; empty where none was named.
#[must_use]
pub fn to_proto(id: impl Into<Option<Uuid>>) -> String {
    id.into().map(|id| id.to_string()).unwrap_or_default()
}
