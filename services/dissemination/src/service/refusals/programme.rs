//! Refusals of programmes.

use kim_desk::words::{Words, invalid, precondition};
use kim_territory::spelling::day;
use tonic::Code;

use crate::domain::programme::ProgrammeError;

pub(super) fn words(error: ProgrammeError) -> (Code, Words) {
    match error {
        ProgrammeError::EndsBeforeBegin => {
            invalid("PROGRAMME_PERIOD_REVERSED", "Program berakhir sebelum dimulai.", "Periksa kedua tanggalnya.")
        }
        ProgrammeError::TopicNotListed(topic) => precondition(
            "TOPIC_NOT_LISTED",
            format!("Topik {topic} tidak ada dalam daftar topik pada hari pertama program ini."),
            "Pilih topik dari daftar yang berlaku pada hari itu.",
        ),
        ProgrammeError::WithoutEnd => precondition(
            "PROGRAMME_WITHOUT_END",
            "Program ini tidak punya hari terakhir, jadi tidak perlu diperpanjang.",
            "Bila program ini harus berakhir, ubah datanya atau tutup.",
        ),
        ProgrammeError::ExtensionNotLater(until) => invalid(
            "EXTENSION_NOT_LATER",
            format!("Program ini memang berjalan sampai {}.", day(until)),
            "Tulis hari terakhir yang lebih kemudian.",
        ),
        ProgrammeError::ExtendedIntoPast => invalid(
            "EXTENDED_INTO_PAST",
            "Hari terakhir yang baru itu sudah lewat.",
            "Tulis hari ini atau hari sesudahnya.",
        ),
        ProgrammeError::ClosedInFuture => {
            invalid("CLOSED_IN_FUTURE", "Tanggal penutupan ada di masa depan.", "Catat setelah program ditutup.")
        }
        ProgrammeError::ClosedBeforeBegin => invalid(
            "CLOSED_BEFORE_BEGIN",
            "Tanggal penutupan lebih awal dari hari pertama program.",
            "Periksa tanggalnya.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use kim_chassis::errors::Fault;
    use kim_desk::words::says_what_to_do;
    use kim_values::Code;
    use time::macros::date;

    use super::*;
    use crate::domain::Refusal;

    #[test]
    fn every_refusal_of_a_programme_has_a_reason_and_says_what_to_do() {
        for error in [
            ProgrammeError::EndsBeforeBegin,
            ProgrammeError::TopicNotListed(Code::parse("stunting").expect("a code")),
            ProgrammeError::WithoutEnd,
            ProgrammeError::ExtensionNotLater(date!(2026 - 12 - 31)),
            ProgrammeError::ExtendedIntoPast,
            ProgrammeError::ClosedInFuture,
            ProgrammeError::ClosedBeforeBegin,
        ] {
            let fault = Fault::from(Refusal::from(error));
            assert!(says_what_to_do(&fault), "{fault:?}");
        }
    }
}
