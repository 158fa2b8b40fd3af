//! What time it is: the system's, or one that a test drives through days of retries.

use std::{fmt, sync::Arc};

use time::OffsetDateTime;

/// Cheap to clone. Replicas' clocks may differ by less than the margin of a lease.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> OffsetDateTime + Send + Sync>);

impl Clock {
    #[must_use]
    pub fn system() -> Self {
        Self::by(OffsetDateTime::now_utc)
    }

    #[must_use]
    pub fn by(now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
