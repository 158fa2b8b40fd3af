//! The plan in the contract's words.

pub mod assessment;
pub mod community;
pub mod master;
pub mod partnership;
pub mod training;

use std::fmt::Write;

use kim_contract::r#type::v1 as pbt;
use kim_territory::RegionCode;
use time::{Date, OffsetDateTime};

use crate::sample::territory;

#[must_use]
pub fn date(date: Date) -> pbt::Date {
    pbt::Date { year: date.year(), month: u8::from(date.month()).into(), day: date.day().into() }
}

/// A region that is called `today` by today's territory, by the one in force on `day`.
#[must_use]
pub fn region(today: RegionCode, day: Date) -> pbt::Region {
    pbt::Region { code: territory::code_on(day, today).to_string(), decree: territory::in_force(day).to_string() }
}

/// A region by whichever territory is in force.
#[must_use]
pub fn region_in_force(code: RegionCode) -> pbt::Region {
    pbt::Region { code: code.to_string(), decree: String::new() }
}

#[must_use]
pub fn nation() -> pbt::Region {
    region_in_force(RegionCode::NATION)
}

#[must_use]
pub fn timestamp(time: OffsetDateTime) -> prost_types::Timestamp {
    let nanos = i32::try_from(time.nanosecond()).expect("below a thousand million");
    prost_types::Timestamp { seconds: time.unix_timestamp(), nanos }
}

/// A document's hash as the contract writes it.
#[must_use]
pub fn digest(bytes: [u8; 32]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Of people.
#[must_use]
pub fn count(people: u32) -> i32 {
    i32::try_from(people).expect("a few hundred")
}
