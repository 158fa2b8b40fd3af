//! What stands in requests to several of these services.

use kim_desk::words::Words;

/// A field that may be left empty.
pub fn optional<T>(text: &str, parse: impl FnOnce(&str) -> Result<T, Words>) -> Result<Option<T>, Words> {
    if text.is_empty() { Ok(None) } else { parse(text).map(Some) }
}

/// The id by which a list is narrowed. `what` it is of, in the middle of a sentence.
pub fn listed<T>(id: Option<T>, what: &str) -> Result<T, Words> {
    id.ok_or_else(|| {
        Words::new("ID_MALFORMED", format!("Nomor {what} salah bentuk."), format!("Salin nomornya dari daftar {what}."))
    })
}
