//! One field of a request: parsed, or what is wrong with it.

use kim_contract::r#type::v1 as pb;
use kim_territory::{Adopted, spelling::grouped};
use kim_values::{Code, DocumentHash, Region};
use time::Date;

use crate::{wire::date, words::Words};

pub fn region(region: Option<&pb::Region>, adopted: &Adopted) -> Result<Region, Words> {
    let empty = pb::Region::default();
    let region = region.unwrap_or(&empty);
    Region::parse(&region.code, &region.decree, adopted).map_err(|error| Words::region(&error))
}

/// A date that must be there.
pub fn required_date(date: Option<&pb::Date>, missing: &'static str, what: &str) -> Result<Date, Words> {
    match optional_date(date, what)? {
        Some(date) => Ok(date),
        None => Err(Words::new(missing, format!("{what} belum diisi."), "Tulis tahun, bulan, dan tanggalnya.")),
    }
}

/// A date that may be left out; one of zeros is left out, too.
pub fn optional_date(date: Option<&pb::Date>, what: &str) -> Result<Option<Date>, Words> {
    match date {
        None => Ok(None),
        Some(date) if *date == pb::Date::default() => Ok(None),
        Some(date) => match date::from_proto(date) {
            Some(date) => Ok(Some(date)),
            None => Err(Words::new(
                "DATE_INVALID",
                format!("{what} tidak ada dalam kalender."),
                "Periksa tahun, bulan, dan tanggalnya.",
            )),
        },
    }
}

/// Text for the vault: trimmed, readable, not longer than `max` characters. May be empty.
pub fn private(text: &str, max: usize, too_long: &'static str, what: &str) -> Result<String, Words> {
    let text = text.trim();
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(Words::wrong_encoding(what));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Words::new(
            "CONTROL_CHARACTER",
            format!("{what} memuat tanda tak terlihat."),
            "Ketik ulang isinya.",
        ));
    }
    if text.chars().count() > max {
        return Err(Words::new(
            too_long,
            format!("{what} terlalu panjang."),
            format!("Tulis paling banyak {max} huruf."),
        ));
    }
    Ok(text.to_owned())
}

pub fn count(count: i32, max: i32, reason: &'static str, what: &str) -> Result<u32, Words> {
    match u32::try_from(count) {
        Ok(unsigned) if count <= max => Ok(unsigned),
        _ => Err(Words::new(reason, format!("{what} di luar batas."), format!("Tulis 0 sampai {}.", grouped(max)))),
    }
}

/// A code of a list, a rubric or a criterion.
pub fn code(text: &str, reason: &'static str, what: &str) -> Result<Code, Words> {
    Code::parse(text.trim()).ok_or_else(|| {
        Words::new(
            reason,
            format!("{what} bukan kode yang sah."),
            "Tulis 3 sampai 32 huruf kecil, angka, atau garis bawah, diawali huruf.",
        )
    })
}

pub fn hash(text: &str, reason: &'static str, what: &str) -> Result<Option<DocumentHash>, Words> {
    if text.is_empty() {
        return Ok(None);
    }
    DocumentHash::parse(text).map(Some).ok_or_else(|| {
        Words::new(reason, format!("{what} bukan SHA-256."), "Tulis 64 angka heksadesimal, atau kosongkan.")
    })
}

#[must_use]
pub fn unknown(reason: &'static str, what: &str) -> Words {
    Words::new(reason, format!("{what} belum dipilih atau tidak dikenal."), "Pilih salah satu yang tersedia.")
}
