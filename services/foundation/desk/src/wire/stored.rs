//! What stands in fields of many events: references, hashes, dates, numbers.

use kim_contract::r#type::v1 as pb;
use kim_values::{DocumentHash, VaultRef};
use time::Date;

use super::date;

/// What stands in a field of an event is not what this version writes there.
#[derive(Debug)]
pub struct Malformed;

/// A text field, empty where there is nothing to say.
pub fn or_empty(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// What `or_empty` wrote.
pub fn optional<T>(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Malformed> {
    if text.is_empty() { Ok(None) } else { parse(text).map(Some).ok_or(Malformed) }
}

pub fn stored_reference(text: &str) -> Result<Option<VaultRef>, Malformed> {
    optional(text, VaultRef::parse)
}

pub fn stored_hash(text: &str) -> Result<Option<DocumentHash>, Malformed> {
    optional(text, DocumentHash::parse)
}

#[must_use]
pub fn stored_date(date: Option<pb::Date>) -> Option<Date> {
    date::from_proto(&date?)
}

pub fn optional_date(date: Option<pb::Date>) -> Result<Option<Date>, Malformed> {
    date.map(|date| date::from_proto(&date).ok_or(Malformed)).transpose()
}

#[must_use]
pub fn count(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
