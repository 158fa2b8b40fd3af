//! Months, quarters and years.

use kim_contract::r#type::v1 as pb;
use kim_values::{Period, PeriodKind};

use super::Paired;
use crate::pairs;

pairs!(PeriodKind as pb::PeriodKind: Month = Month, Quarter = Quarter, Year = Year);

#[must_use]
pub fn to_proto(period: Period) -> pb::Period {
    pb::Period { kind: period.kind().to_proto(), year: period.year(), number: period.number().into() }
}

/// `None` when the calendar has no such period.
#[must_use]
pub fn from_proto(period: &pb::Period) -> Option<Period> {
    Period::new(Paired::from_proto(period.kind)?, period.year, u8::try_from(period.number).ok()?)
}
