//! What an officer is told: a reason that programs compare, what is wrong, and what to do, in Indonesian. Nothing that a person
//! typed is repeated but codes.

use kim_chassis::errors::Fault;
use kim_values::{LinkError, RegionError, TextError};
use tonic::Code;

/// What is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// A constant in `SCREAMING_SNAKE_CASE`.
    pub reason: &'static str,
    pub message: String,
    pub remedy: String,
}

impl Words {
    pub fn new(reason: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { reason, message: message.into(), remedy: remedy.into() }
    }

    /// Message and remedy as one text.
    #[must_use]
    pub fn whole(&self) -> String {
        format!("{} {}", self.message, self.remedy)
    }

    pub fn fault(&self, code: Code, detail: impl Into<String>) -> Fault {
        Fault::new(code, self.reason, self.whole(), detail)
    }

    /// A public name that is none.
    #[must_use]
    pub fn name(error: TextError) -> Self {
        Self::text(
            error,
            "Nama",
            &[
                "NAME_EMPTY",
                "NAME_TOO_SHORT",
                "NAME_TOO_LONG",
                "NAME_CONTROL_CHARACTER",
                "NAME_WITHOUT_LETTER",
                "NAME_HAS_ADDRESS",
                "NAME_HAS_PHONE_NUMBER",
            ],
        )
    }

    /// A link that is none.
    #[must_use]
    pub fn link(error: LinkError) -> Self {
        let remedy = "Tulis alamat yang diawali https://, tanpa tanda tanya dan tanpa data orang, atau kosongkan.";
        match error {
            LinkError::Malformed => Self::new("LINK_MALFORMED", "Tautan materi salah bentuk.", remedy),
            LinkError::Text(_) => Self::new("LINK_INVALID", "Tautan materi tidak dapat dipakai.", remedy),
        }
    }

    /// A public text that is none; `reasons` in the order of [`TextError`], but for the wrong encoding, which is the same everywhere.
    #[must_use]
    pub fn text(error: TextError, what: &str, reasons: &[&'static str; 7]) -> Self {
        match error {
            TextError::Empty => {
                Self::new(reasons[0], format!("{what} kosong."), format!("Isi {}.", what.to_lowercase()))
            }
            TextError::TooShort(min) => {
                Self::new(reasons[1], format!("{what} terlalu pendek."), format!("Tulis sedikitnya {min} huruf."))
            }
            TextError::TooLong(max) => {
                Self::new(reasons[2], format!("{what} terlalu panjang."), format!("Tulis paling banyak {max} huruf."))
            }
            TextError::Control => Self::new(
                reasons[3],
                format!("{what} memuat ganti baris atau tanda tak terlihat."),
                "Tulis dalam satu baris, tanpa tab atau tanda tersembunyi.",
            ),
            TextError::WrongEncoding => Self::wrong_encoding(what),
            TextError::NoLetter => {
                Self::new(reasons[4], format!("{what} tidak memuat huruf."), "Tulis dengan kata, bukan hanya angka.")
            }
            TextError::HasAddress => Self::new(
                reasons[5],
                format!("{what} memuat tanda @ seperti alamat surel."),
                "Pindahkan alamat itu ke kolom kontak.",
            ),
            TextError::HasPhoneNumber => Self::new(
                reasons[6],
                format!("{what} memuat deretan angka seperti nomor telepon."),
                "Pindahkan nomor itu ke kolom kontak.",
            ),
        }
    }

    #[must_use]
    pub fn wrong_encoding(what: &str) -> Self {
        Self::new(
            "WRONG_ENCODING",
            format!("{what} memuat huruf yang rusak karena penyandian berkas keliru."),
            "Simpan ulang berkas sebagai UTF-8, lalu kirim lagi.",
        )
    }

    /// A region that is none of today.
    #[must_use]
    pub fn region(error: &RegionError) -> Self {
        let reasons = ["REGION_MISSING", "REGION_MALFORMED", "REGION_UNKNOWN", "REGION_OF_OTHER_DECREE"];
        Self::place(error, "Wilayah", reasons)
    }

    /// The same where a region is called something else: missing, malformed, unknown, of another decree.
    #[must_use]
    pub fn place(error: &RegionError, what: &str, reasons: [&'static str; 4]) -> Self {
        match error {
            RegionError::Missing => Self::new(
                reasons[0],
                format!("{what} belum diisi."),
                "Tulis kode wilayah Kemendagri, misalnya 14.01.01.2009.",
            ),
            RegionError::Malformed(error) => Self::new(reasons[1], format!("{error}."), "Perbaiki penulisan kodenya."),
            RegionError::DecreeUnknown(error) => Self::new(
                "TERRITORY_UNKNOWN",
                format!("{error}."),
                "Kosongkan untuk memakai daftar wilayah yang berlaku.",
            ),
            RegionError::Unknown(unknown) => Self::new(
                reasons[2],
                format!("Kode wilayah {} tidak dikenal dalam daftar wilayah {}.", unknown.code, unknown.decree),
                format!("{}.", unknown.hint),
            ),
            RegionError::OfOtherDecree { code, decree, today } => Self::new(
                reasons[3],
                format!("Kode wilayah {code} berasal dari daftar wilayah {decree}, bukan dari daftar yang berlaku."),
                match today {
                    Some(today) => format!("Tulis kode yang berlaku sekarang: {today}."),
                    None => "Cari kode yang berlaku sekarang menurut nama tempatnya.".into(),
                },
            ),
        }
    }
}

/// What the record's state does not allow.
#[must_use]
pub fn precondition(reason: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> (Code, Words) {
    (Code::FailedPrecondition, Words::new(reason, message, remedy))
}

/// What is wrong in itself.
#[must_use]
pub fn invalid(reason: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> (Code, Words) {
    (Code::InvalidArgument, Words::new(reason, message, remedy))
}

/// What is there already.
#[must_use]
pub fn exists(reason: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> (Code, Words) {
    (Code::AlreadyExists, Words::new(reason, message, remedy))
}

/// Whether a refusal has a reason for programs, and tells an officer what is wrong and what to do: what a service's tests ask of each
/// of its own.
#[must_use]
pub fn says_what_to_do(fault: &Fault) -> bool {
    let screaming = fault.reason.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let message = &fault.message_id;
    screaming && !fault.reason.is_empty() && message.ends_with('.') && message.matches('.').count() >= 2
}
