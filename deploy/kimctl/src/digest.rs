//! Digests as they are written and sent.

use std::fmt::Write;

/// 64 hex digits of a SHA-256.
#[must_use]
pub fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(2 * digest.len()), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
