//! An event with what stands beside it in the log alone.

use std::sync::Arc;

use bytes::Bytes;

use crate::Recorded;

#[derive(Debug, Clone)]
pub(crate) struct Whole {
    pub event: Recorded,
    /// Who did it: an opaque subject.
    pub actor: Arc<str>,
    /// What its member brought, at the member's first event, as [`crate::attached::Attached`] writes it.
    pub attached: Option<Bytes>,
}
