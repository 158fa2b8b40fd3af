//! Errors at the edge: what a caller is told, the same way by every service.
//!
//! A service turns its refusals into [`Fault`]s in one place, and a fault becomes a `tonic::Status` with
//! `google.rpc.ErrorInfo`, `BadRequest` and a `LocalizedMessage` in `id-ID` (AIP-193). Neither text may hold personal
//! data: both end up in logs of callers.

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// The domain of every reason (`ErrorInfo.domain`).
pub const DOMAIN: &str = "kim";

/// The language of the message for officers.
pub const LOCALE: &str = "id-ID";

/// What is told of violations at most, in bytes. A status travels in an HTTP/2 header, and peers refuse large ones
/// (16 KiB by default in this client, 8 KiB in others), so that a long list would turn into an unreadable error.
const VIOLATIONS_LIMIT: usize = 3 * 1024;

/// A field of the request that is wrong.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FieldViolation {
    /// The field's path in the request, `community.seat.code`.
    pub field: String,
    /// What is wrong and what to do, in Indonesian.
    pub description: String,
}

/// A refusal or a failure as a caller sees it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{reason}: {detail}")]
pub struct Fault {
    /// The canonical code.
    pub code: Code,
    /// A constant in `UPPER_SNAKE_CASE` that programs compare.
    pub reason: &'static str,
    /// For an officer, in Indonesian: what happened and what to do.
    pub message_id: String,
    /// For a developer, in English.
    pub detail: String,
    /// The fields that are wrong, if any.
    pub violations: Vec<FieldViolation>,
}

impl Fault {
    /// A fault without violations.
    pub fn new(code: Code, reason: &'static str, message_id: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { code, reason, message_id: message_id.into(), detail: detail.into(), violations: Vec::new() }
    }

    /// `INVALID_ARGUMENT`.
    pub fn invalid(reason: &'static str, message_id: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Code::InvalidArgument, reason, message_id, detail)
    }

    /// `FAILED_PRECONDITION`: the state does not allow it.
    pub fn precondition(reason: &'static str, message_id: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Code::FailedPrecondition, reason, message_id, detail)
    }

    /// ABORTED: the caller read an older version than the present one.
    #[must_use]
    pub fn stale() -> Self {
        Self::new(
            Code::Aborted,
            "VERSION_STALE",
            "Data ini sudah diubah orang lain sejak Anda membacanya. Muat ulang, lalu coba lagi.",
            "etag does not match the current version",
        )
    }

    /// `RESOURCE_EXHAUSTED`: too much at once; trying again later helps.
    #[must_use]
    pub fn busy() -> Self {
        Self::new(
            Code::ResourceExhausted,
            "TOO_MANY_REQUESTS",
            "Layanan sedang penuh. Coba lagi sebentar lagi.",
            "concurrency limit reached; retry with backoff",
        )
    }

    /// UNAVAILABLE: something that the service needs does not answer, or the service is stopping.
    #[must_use]
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(
            Code::Unavailable,
            "SERVICE_UNAVAILABLE",
            "Layanan sedang tidak dapat dihubungi. Coba lagi sebentar lagi.",
            detail,
        )
    }

    /// `DEADLINE_EXCEEDED`. A command may have been carried out all the same: the caller repeats it with the same
    /// request id.
    #[must_use]
    pub fn deadline() -> Self {
        Self::new(
            Code::DeadlineExceeded,
            "DEADLINE_EXCEEDED",
            "Permintaan ini terlalu lama. Ulangi dengan nomor permintaan yang sama.",
            "deadline exceeded; the outcome is unknown, retry with the same request_id",
        )
    }

    /// INTERNAL: our own fault. The cause goes to the log of the service and not to the caller.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            Code::Internal,
            "INTERNAL",
            "Terjadi kesalahan di pihak kami. Coba lagi; bila berulang, beri tahu pengelola.",
            "internal error",
        )
    }

    /// Adds a field that is wrong.
    #[must_use]
    pub fn violation(mut self, field: impl Into<String>, description: impl Into<String>) -> Self {
        self.violations.push(FieldViolation { field: field.into(), description: description.into() });
        self
    }

    /// The status, with its details.
    #[must_use]
    pub fn into_status(self) -> Status {
        let mut details = ErrorDetails::new();
        details.set_error_info(self.reason, DOMAIN, std::collections::HashMap::new());
        details.set_localized_message(LOCALE, self.message_id);
        let mut size = 0;
        let mut left = self.violations.len();
        for violation in self.violations {
            size += violation.field.len() + violation.description.len() + 8;
            if size > VIOLATIONS_LIMIT {
                details.add_bad_request_violation("", format!("dan {left} kesalahan lain"));
                break;
            }
            left -= 1;
            details.add_bad_request_violation(violation.field, violation.description);
        }
        Status::with_error_details(self.code, self.detail, details)
    }
}

impl From<Fault> for Status {
    fn from(fault: Fault) -> Self {
        fault.into_status()
    }
}

/// A kind of thing that a caller can ask for, so that "is not there" and "is not yours" are the same words.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Thing {
    reason: &'static str,
    indonesian: &'static str,
    english: &'static str,
}

impl Thing {
    /// A community (KIM).
    pub const COMMUNITY: Self = Self::new("COMMUNITY_NOT_FOUND", "KIM", "community");
    /// An office.
    pub const OFFICE: Self = Self::new("OFFICE_NOT_FOUND", "Kantor", "office");
    /// A grant.
    pub const GRANT: Self = Self::new("GRANT_NOT_FOUND", "Hak akses", "grant");
    /// A training.
    pub const TRAINING: Self = Self::new("TRAINING_NOT_FOUND", "Bimtek", "training");
    /// A partnership.
    pub const PARTNERSHIP: Self = Self::new("PARTNERSHIP_NOT_FOUND", "Kemitraan", "partnership");
    /// A list of codes, or a version of one.
    pub const CODE_LIST: Self = Self::new("CODE_LIST_NOT_FOUND", "Daftar kode", "code list");
    /// A rubric, or a version of one.
    pub const RUBRIC: Self = Self::new("RUBRIC_NOT_FOUND", "Rubrik", "rubric");
    /// An assessment.
    pub const ASSESSMENT: Self = Self::new("ASSESSMENT_NOT_FOUND", "Penilaian", "assessment");
    /// A programme.
    pub const PROGRAMME: Self = Self::new("PROGRAMME_NOT_FOUND", "Program", "programme");
    /// A material, or a version of one.
    pub const MATERIAL: Self = Self::new("MATERIAL_NOT_FOUND", "Materi", "material");
    /// A medium.
    pub const MEDIA: Self = Self::new("MEDIA_NOT_FOUND", "Media", "medium");
    /// A campaign.
    pub const CAMPAIGN: Self = Self::new("CAMPAIGN_NOT_FOUND", "Kampanye", "campaign");
    /// A delivery of a campaign to a community.
    pub const DELIVERY: Self = Self::new("DELIVERY_NOT_FOUND", "Kiriman", "delivery");
    /// A question that people asked in a session.
    pub const QUESTION: Self = Self::new("QUESTION_NOT_FOUND", "Pertanyaan", "question");
    /// An endpoint that messages go to.
    pub const ENDPOINT: Self = Self::new("ENDPOINT_NOT_FOUND", "Alamat kiriman", "endpoint");
    /// A region.
    pub const REGION: Self = Self::new("REGION_NOT_FOUND", "Wilayah", "region");

    /// A kind of thing: the reason, its name at the beginning of an Indonesian sentence, and its English name.
    #[must_use]
    pub const fn new(reason: &'static str, indonesian: &'static str, english: &'static str) -> Self {
        Self { reason, indonesian, english }
    }

    /// `NOT_FOUND`, for a thing that does not exist and for one that this caller may not know of.
    #[must_use]
    pub fn not_found(self) -> Fault {
        Fault::new(
            Code::NotFound,
            self.reason,
            format!("{} tidak ditemukan. Periksa nomornya, atau wilayah kerja Anda.", self.indonesian),
            format!("{} not found", self.english),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_names_reason_fields_and_a_message_for_an_officer() {
        let fault = Fault::invalid("SEAT_UNKNOWN", "Kode wilayah tidak dikenal.", "unknown region code")
            .violation("community.seat.code", "99.99 tidak ada");
        let status = fault.into_status();
        assert_eq!((status.code(), status.message()), (Code::InvalidArgument, "unknown region code"));
        let details = status.get_error_details();
        let info = details.error_info().unwrap();
        assert_eq!((info.reason.as_str(), info.domain.as_str()), ("SEAT_UNKNOWN", "kim"));
        let message = details.localized_message().unwrap();
        assert_eq!((message.locale.as_str(), message.message.as_str()), ("id-ID", "Kode wilayah tidak dikenal."));
        let violations = &details.bad_request().unwrap().field_violations;
        assert_eq!(violations[0].field, "community.seat.code");
        assert_eq!(violations[0].description, "99.99 tidak ada");
    }

    #[test]
    fn a_thousand_violations_still_fit_into_a_header() {
        let mut fault = Fault::invalid("BAD", "Salah.", "bad");
        for n in 0..1000 {
            fault = fault.violation(format!("rows[{n}].name"), "nama kosong");
        }
        let status = fault.into_status();
        assert!(status.details().len() < 6 * 1024, "{} bytes", status.details().len());
        let told = status.get_error_details().bad_request().unwrap().field_violations.clone();
        let last = told.last().unwrap();
        assert_eq!(last.description, format!("dan {} kesalahan lain", 1000 - (told.len() - 1)));
    }

    #[test]
    fn a_fault_without_violations_has_no_bad_request() {
        assert!(Fault::stale().into_status().get_error_details().bad_request().is_none());
    }
}
