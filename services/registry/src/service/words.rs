//! What an officer is told: a reason that programs compare, what is wrong, and what to do, in Indonesian. Nothing that a person
//! typed is repeated but codes.

use kim_chassis::errors::{Fault, Thing};
use tonic::Code;

use super::spelling::{day, number};
use crate::domain::{
    Refusal, baseline::BaselineError, community::Status, profile::Flaw, region::RegionError, rule::RuleError,
    text::TextError,
};

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
}

/// A public name that is none.
#[must_use]
pub fn name(error: TextError) -> Words {
    text(
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

/// A source of a figure that is none.
#[must_use]
pub fn source(error: TextError) -> Words {
    text(
        error,
        "Sumber",
        &[
            "SOURCE_EMPTY",
            "SOURCE_TOO_SHORT",
            "SOURCE_TOO_LONG",
            "SOURCE_CONTROL_CHARACTER",
            "SOURCE_WITHOUT_LETTER",
            "SOURCE_HAS_ADDRESS",
            "SOURCE_HAS_PHONE_NUMBER",
        ],
    )
}

fn text(error: TextError, what: &str, reasons: &[&'static str; 7]) -> Words {
    match error {
        TextError::Empty => Words::new(reasons[0], format!("{what} kosong."), format!("Isi {}.", what.to_lowercase())),
        TextError::TooShort(min) => {
            Words::new(reasons[1], format!("{what} terlalu pendek."), format!("Tulis sedikitnya {min} huruf."))
        }
        TextError::TooLong(max) => {
            Words::new(reasons[2], format!("{what} terlalu panjang."), format!("Tulis paling banyak {max} huruf."))
        }
        TextError::Control => Words::new(
            reasons[3],
            format!("{what} memuat ganti baris atau tanda tak terlihat."),
            "Tulis dalam satu baris, tanpa tab atau tanda tersembunyi.",
        ),
        TextError::WrongEncoding => wrong_encoding(what),
        TextError::NoLetter => {
            Words::new(reasons[4], format!("{what} tidak memuat huruf."), "Tulis dengan kata, bukan hanya angka.")
        }
        TextError::HasAddress => Words::new(
            reasons[5],
            format!("{what} memuat tanda @ seperti alamat surel."),
            "Pindahkan alamat itu ke kolom kontak.",
        ),
        TextError::HasPhoneNumber => Words::new(
            reasons[6],
            format!("{what} memuat deretan angka seperti nomor telepon."),
            "Pindahkan nomor itu ke kolom kontak.",
        ),
    }
}

#[must_use]
pub fn wrong_encoding(what: &str) -> Words {
    Words::new(
        "WRONG_ENCODING",
        format!("{what} memuat huruf yang rusak karena penyandian berkas keliru."),
        "Simpan ulang berkas sebagai UTF-8, lalu kirim lagi.",
    )
}

/// A seat that is no seat of today.
#[must_use]
pub fn seat(error: &RegionError) -> Words {
    region_words(error, ["SEAT_MISSING", "SEAT_MALFORMED", "SEAT_UNKNOWN", "SEAT_OF_OTHER_DECREE"], "Wilayah kedudukan")
}

/// A region that is none of today.
#[must_use]
pub fn region(error: &RegionError) -> Words {
    region_words(error, ["REGION_MISSING", "REGION_MALFORMED", "REGION_UNKNOWN", "REGION_OF_OTHER_DECREE"], "Wilayah")
}

fn region_words(error: &RegionError, reasons: [&'static str; 4], what: &str) -> Words {
    match error {
        RegionError::Missing => Words::new(
            reasons[0],
            format!("{what} belum diisi."),
            "Tulis kode wilayah Kemendagri, misalnya 14.01.01.2009.",
        ),
        RegionError::Malformed(error) => Words::new(reasons[1], format!("{error}."), "Perbaiki penulisan kodenya."),
        RegionError::DecreeUnknown(error) => {
            Words::new("TERRITORY_UNKNOWN", format!("{error}."), "Kosongkan untuk memakai daftar wilayah yang berlaku.")
        }
        RegionError::Unknown(unknown) => Words::new(
            reasons[2],
            format!("Kode wilayah {} tidak dikenal dalam daftar wilayah {}.", unknown.code, unknown.decree),
            format!("{}.", unknown.hint),
        ),
        RegionError::OfOtherDecree { code, decree, today } => Words::new(
            reasons[3],
            format!("Kode wilayah {code} berasal dari daftar wilayah {decree}, bukan dari daftar yang berlaku."),
            match today {
                Some(today) => format!("Tulis kode yang berlaku sekarang: {today}."),
                None => "Cari kode yang berlaku sekarang menurut nama tempatnya.".into(),
            },
        ),
        RegionError::NoSeat(code) => Words::new(
            "SEAT_TOO_WIDE",
            format!(
                "{code} adalah provinsi atau seluruh negeri, sedangkan KIM berkedudukan di tempat yang lebih kecil."
            ),
            "Tulis kode desa/kelurahan, kecamatan, atau kabupaten/kota.",
        ),
    }
}

/// The field that a flaw stands in, the words for it, and whether a rule of the region is behind it.
#[must_use]
pub fn flaw(flaw: &Flaw) -> (&'static str, Words, bool) {
    match flaw {
        Flaw::FormedInFuture => (
            "profile.formed_on",
            Words::new("FORMED_IN_FUTURE", "Tanggal pembentukan ada di masa depan.", "Periksa tahunnya."),
            false,
        ),
        Flaw::FormedTooEarly => (
            "profile.formed_on",
            Words::new(
                "FORMED_TOO_EARLY",
                "Tanggal pembentukan lebih awal dari 17 Agustus 1945.",
                "Periksa tahunnya; tulis dengan empat angka.",
            ),
            false,
        ),
        Flaw::DecreeInFuture => (
            "profile.decree.date",
            Words::new("DECREE_IN_FUTURE", "Tanggal SK ada di masa depan.", "Periksa tanggal pada SK."),
            false,
        ),
        Flaw::MembersUnknown { min } => (
            "profile.member_count",
            Words::new(
                "MEMBERS_UNKNOWN",
                "Jumlah anggota belum diisi.",
                format!("Isi jumlah anggota; aturan setempat meminta sedikitnya {}.", number(*min)),
            ),
            true,
        ),
        Flaw::MembersBelowRule { min, count } => (
            "profile.member_count",
            Words::new(
                "MEMBERS_BELOW_RULE",
                format!("Anggotanya {}, di bawah aturan setempat.", number(*count)),
                format!("Aturan setempat meminta sedikitnya {} anggota.", number(*min)),
            ),
            true,
        ),
        Flaw::MembersAboveRule { max, count } => (
            "profile.member_count",
            Words::new(
                "MEMBERS_ABOVE_RULE",
                format!("Anggotanya {}, di atas aturan setempat.", number(*count)),
                format!("Aturan setempat membolehkan paling banyak {} anggota.", number(*max)),
            ),
            true,
        ),
        Flaw::DecreeMissing => (
            "profile.decree",
            Words::new(
                "DECREE_MISSING",
                "SK pembentukan belum ada.",
                "Isi nomor dan tanggal SK; aturan setempat memintanya.",
            ),
            true,
        ),
        Flaw::RegisteredInFuture => (
            "registered_on",
            Words::new("REGISTERED_IN_FUTURE", "Tanggal pendaftaran ada di masa depan.", "Periksa tanggalnya."),
            false,
        ),
        Flaw::RegisteredBeforeFormation => (
            "registered_on",
            Words::new(
                "REGISTERED_BEFORE_FORMATION",
                "Tanggal pendaftaran lebih awal dari tanggal pembentukan.",
                "Periksa kedua tanggal itu.",
            ),
            false,
        ),
    }
}

/// A refusal, as the caller of a single command is told.
#[must_use]
pub fn refusal(refusal: &Refusal) -> Fault {
    match refusal {
        Refusal::CommunityNotFound => Thing::COMMUNITY.not_found(),
        Refusal::OfficeNotFound => Thing::OFFICE.not_found(),
        Refusal::GrantNotFound => Thing::GRANT.not_found(),
        Refusal::TrainingNotFound => Thing::TRAINING.not_found(),
        Refusal::Record(flaws) => record(flaws, &refusal.to_string()),
        other => {
            let (code, words) = table(other);
            words.fault(code, refusal.to_string())
        }
    }
}

/// Refusals, once and for all: the code, and the words.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table: one row a refusal")]
pub fn table(refusal: &Refusal) -> (Code, Words) {
    let precondition =
        |reason, message: &str, remedy: &str| (Code::FailedPrecondition, Words::new(reason, message, remedy));
    let invalid = |reason, message: &str, remedy: &str| (Code::InvalidArgument, Words::new(reason, message, remedy));
    let exists = |reason, message: &str, remedy: &str| (Code::AlreadyExists, Words::new(reason, message, remedy));
    match refusal {
        Refusal::CommunityNotFound | Refusal::OfficeNotFound | Refusal::GrantNotFound | Refusal::TrainingNotFound => {
            let fault = self::refusal(refusal);
            (fault.code, Words::new(fault.reason, fault.message_id, ""))
        }
        Refusal::Record(flaws) => {
            let words = flaws.first().map(|first| flaw(first).1);
            (Code::InvalidArgument, words.unwrap_or_else(|| Words::new("RECORD_INVALID", "Data KIM ini salah.", "")))
        }
        Refusal::CommunityExists => exists("COMMUNITY_EXISTS", "KIM ini sudah ada.", "Buka datanya, dan ubah di sana."),
        Refusal::NotAmendable(status) => precondition(
            "COMMUNITY_NOT_AMENDABLE",
            &format!("KIM ini {}; datanya tidak dapat diubah.", status_words(*status)),
            "Yang dapat diubah hanya rancangan dan data yang dikembalikan.",
        ),
        Refusal::NotSubmittable(status) => precondition(
            "COMMUNITY_NOT_SUBMITTABLE",
            &format!("KIM ini {}; tidak dapat diajukan.", status_words(*status)),
            "Yang dapat diajukan hanya rancangan dan data yang dikembalikan.",
        ),
        Refusal::NotSubmitted(status) => precondition(
            "COMMUNITY_NOT_SUBMITTED",
            &format!("KIM ini {}, bukan sedang diajukan.", status_words(*status)),
            "Minta KIM mengajukan datanya lebih dulu.",
        ),
        Refusal::NotRegistered(status) => precondition(
            "COMMUNITY_NOT_REGISTERED",
            &format!("KIM ini {}, belum terdaftar.", status_words(*status)),
            "Selesaikan pendaftarannya lebih dulu.",
        ),
        Refusal::NotDormant(status) => precondition(
            "COMMUNITY_NOT_DORMANT",
            &format!("KIM ini {}, tidak sedang vakum.", status_words(*status)),
            "Rencana revitalisasi hanya untuk KIM yang vakum.",
        ),
        Refusal::AlreadyPlanned => precondition(
            "REVITALISATION_ALREADY_PLANNED",
            "Rencana revitalisasi yang sama sudah ada.",
            "Tunggu laporan kegiatan dari KIM ini.",
        ),
        Refusal::SeatLeavesRegency => invalid(
            "SEAT_LEAVES_REGENCY",
            "Kedudukan KIM tidak dapat dipindahkan ke kabupaten/kota lain.",
            "Buat rancangan baru di sana.",
        ),
        Refusal::Dissolved => {
            precondition("COMMUNITY_DISSOLVED", "KIM ini sudah dibubarkan.", "Periksa nomor KIM-nya.")
        }
        Refusal::ReasonMissing => {
            invalid("RETURN_REASON_MISSING", "Alasan pengembalian belum dipilih.", "Pilih sedikitnya satu alasan.")
        }
        Refusal::ActivityInFuture => invalid(
            "ACTIVITY_IN_FUTURE",
            "Tanggal kegiatan ada di masa depan.",
            "Laporkan setelah kegiatannya terlaksana.",
        ),
        Refusal::ActivityBeforeFormation => invalid(
            "ACTIVITY_BEFORE_FORMATION",
            "Tanggal kegiatan lebih awal dari tanggal pembentukan KIM.",
            "Periksa tanggalnya.",
        ),
        Refusal::OfficeExists => exists("OFFICE_EXISTS", "Kantor ini sudah ada.", "Pakai kantor yang sudah terdaftar."),
        Refusal::OfficeKindMismatch => invalid(
            "OFFICE_KIND_MISMATCH",
            "Jenis kantor tidak cocok dengan tingkat wilayahnya.",
            "Pilih wilayah setingkat: pusat, provinsi, atau kabupaten/kota.",
        ),
        Refusal::GrantExists => exists("GRANT_EXISTS", "Hak akses ini sudah ada.", "Pakai hak akses yang sudah ada."),
        Refusal::GrantRevoked => precondition(
            "GRANT_ALREADY_REVOKED",
            "Hak akses ini sudah dicabut.",
            "Tidak ada lagi yang perlu dilakukan.",
        ),
        Refusal::RoleMismatch => invalid(
            "ROLE_MISMATCH",
            "Peran ini tidak dapat diberikan oleh kantor itu.",
            "Pilih peran yang sesuai dengan jenis kantornya.",
        ),
        Refusal::Rule(error) => rule(*error),
        Refusal::Baseline(error) => baseline(*error),
        Refusal::TerritoryOlder => precondition(
            "TERRITORY_OLDER",
            "Daftar wilayah yang lebih baru sudah berlaku.",
            "Daftar wilayah hanya dapat diganti dengan yang lebih baru.",
        ),
        Refusal::TrainingExists => exists("TRAINING_EXISTS", "Bimtek ini sudah tercatat.", "Buka catatannya."),
        Refusal::TrainingEndsBeforeBegin => {
            invalid("TRAINING_ENDS_BEFORE_BEGIN", "Bimtek berakhir sebelum dimulai.", "Periksa kedua tanggalnya.")
        }
        Refusal::TrainingInFuture => {
            invalid("TRAINING_IN_FUTURE", "Bimtek belum selesai.", "Catat setelah bimtek selesai dilaksanakan.")
        }
        Refusal::ParticipantDoubled => {
            invalid("PARTICIPANT_DOUBLED", "Ada KIM yang tercantum dua kali.", "Cantumkan setiap KIM satu kali.")
        }
        Refusal::TooManyParticipants(max) => invalid(
            "TOO_MANY_PARTICIPANTS",
            &format!("Pesertanya lebih dari {} KIM.", number(*max)),
            "Catat sebagai beberapa bimtek.",
        ),
    }
}

/// All flaws of a record; a rule that is not met is a matter of the record's state, the rest of what was sent.
fn record(flaws: &[Flaw], detail: &str) -> Fault {
    let told: Vec<_> = flaws.iter().map(flaw).collect();
    let Some((_, first, _)) = told.first() else { return Fault::internal() };
    let code = if told.iter().any(|(.., ruled)| *ruled) { Code::FailedPrecondition } else { Code::InvalidArgument };
    let mut fault = first.fault(code, detail);
    for (field, words, _) in &told {
        fault = fault.violation(*field, words.whole());
    }
    fault
}

fn rule(error: RuleError) -> (Code, Words) {
    let (reason, message, remedy) = match error {
        RuleError::MembersReversed => (
            "MEMBERS_REVERSED",
            "Batas atas anggota di bawah batas bawahnya.",
            "Tukar kedua angka, atau tulis 0 untuk tanpa batas.",
        ),
        RuleError::MembersOutOfRange => {
            ("MEMBERS_OUT_OF_RANGE", "Jumlah anggota di luar batas.", "Tulis 0 sampai 100.000.")
        }
        RuleError::MonthsOutOfRange => {
            ("MONTHS_OUT_OF_RANGE", "Jumlah bulan di luar batas.", "Tulis 1 sampai 120 bulan.")
        }
        RuleError::ReminderTooLate => {
            ("REMINDER_TOO_LATE", "Pengingat harus datang sebelum vakum.", "Tulis bulan pengingat yang lebih kecil.")
        }
    };
    (Code::InvalidArgument, Words::new(reason, message, remedy))
}

fn baseline(error: BaselineError) -> (Code, Words) {
    let words = match error {
        BaselineError::Code => Words::new(
            "BASELINE_CODE_INVALID",
            "Kode acuan tidak sah.",
            "Tulis 3 sampai 64 huruf kecil, angka, atau garis bawah, diawali huruf.",
        ),
        BaselineError::Value => Words::new("BASELINE_VALUE_NEGATIVE", "Nilai acuan negatif.", "Tulis 0 atau lebih."),
        BaselineError::InFuture => {
            Words::new("BASELINE_IN_FUTURE", "Tanggal acuan ada di masa depan.", "Periksa tanggalnya.")
        }
        BaselineError::Source(error) => source(error),
    };
    (Code::InvalidArgument, words)
}

fn status_words(status: Status) -> &'static str {
    match status {
        Status::Draft => "masih rancangan",
        Status::Submitted => "sedang diajukan",
        Status::Returned => "dikembalikan untuk diperbaiki",
        Status::Registered => "sudah terdaftar",
        Status::Active => "aktif",
        Status::Dormant => "vakum",
        Status::Dissolved => "sudah dibubarkan",
    }
}

/// A time that the simulator's clock has passed already.
#[must_use]
pub fn clock_backwards(now: time::OffsetDateTime) -> Fault {
    Words::new(
        "CLOCK_BACKWARDS",
        format!("Jam simulasi sudah berada di {}.", day(now.date())),
        "Majukan jam, jangan mundurkan.",
    )
    .fault(Code::InvalidArgument, "the clock only goes forward")
}
