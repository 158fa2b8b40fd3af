//! Every refusal of the domain, once and for all: its code, its reason, and the words for an officer.

use kim_chassis::errors::{Fault, Thing};
use kim_desk::{
    problem::{Problem, Problems},
    words::{Words, exists, invalid, precondition},
};
use kim_territory::spelling::{day, grouped};
use tonic::Code;

mod partnership;
mod training;

use super::{
    flaws,
    words::{flaw, source},
};
use crate::domain::{Refusal, baseline::BaselineError, community::Status, profile::Flaw, rule::RuleError};

impl From<Refusal> for Fault {
    fn from(refused: Refusal) -> Self {
        refusal(&refused)
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
        Refusal::PartnershipNotFound => Thing::PARTNERSHIP.not_found(),
        Refusal::RubricNotFound => Thing::RUBRIC.not_found(),
        Refusal::AssessmentNotFound => Thing::ASSESSMENT.not_found(),
        Refusal::Record(flaws) => record(flaws, &refusal.to_string()),
        Refusal::CodeList(flaws) => flaws.iter().map(flaws::list).collect::<Problems>().fault(),
        Refusal::Rubric(flaws) => flaws.iter().map(flaws::rubric).collect::<Problems>().fault(),
        Refusal::Scores(flaws) => flaws.iter().map(flaws::score).collect::<Problems>().fault(),
        Refusal::TerritoryUndecided(doubts) => doubts.iter().map(flaws::doubt).collect::<Problems>().fault(),
        Refusal::TerritoryDecisions(errors) => errors.iter().map(flaws::decision).collect::<Problems>().fault(),
        Refusal::TopicNotListed { .. } => {
            let (code, words) = table(refusal);
            words.fault(code, refusal.to_string()).violation("activity.topic", words.whole())
        }
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
    match refusal {
        Refusal::CommunityNotFound
        | Refusal::OfficeNotFound
        | Refusal::GrantNotFound
        | Refusal::TrainingNotFound
        | Refusal::PartnershipNotFound
        | Refusal::RubricNotFound
        | Refusal::AssessmentNotFound => {
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
            format!("KIM ini {}; datanya tidak dapat diubah.", status_words(*status)),
            "Yang dapat diubah hanya rancangan dan data yang dikembalikan.",
        ),
        Refusal::NotSubmittable(status) => precondition(
            "COMMUNITY_NOT_SUBMITTABLE",
            format!("KIM ini {}; tidak dapat diajukan.", status_words(*status)),
            "Yang dapat diajukan hanya rancangan dan data yang dikembalikan.",
        ),
        Refusal::NotSubmitted(status) => precondition(
            "COMMUNITY_NOT_SUBMITTED",
            format!("KIM ini {}, bukan sedang diajukan.", status_words(*status)),
            "Minta KIM mengajukan datanya lebih dulu.",
        ),
        Refusal::NotRegistered(status) => precondition(
            "COMMUNITY_NOT_REGISTERED",
            format!("KIM ini {}, belum terdaftar.", status_words(*status)),
            "Selesaikan pendaftarannya lebih dulu.",
        ),
        Refusal::NotDormant(status) => precondition(
            "COMMUNITY_NOT_DORMANT",
            format!("KIM ini {}, tidak sedang vakum.", status_words(*status)),
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
        Refusal::Merged(into) => precondition(
            "COMMUNITY_MERGED",
            "KIM ini sudah bergabung dengan KIM lain.",
            format!("Lanjutkan pada KIM yang menerimanya (nomor {into})."),
        ),
        Refusal::MergedAway => precondition(
            "COMMUNITY_MERGED",
            "KIM ini sudah bergabung dengan KIM lain.",
            "Lanjutkan dengan KIM yang menerimanya.",
        ),
        Refusal::MergeLeavesRegency => invalid(
            "MERGE_LEAVES_REGENCY",
            "KIM hanya dapat bergabung dengan KIM di kabupaten/kota yang sama.",
            "Pilih KIM lain, atau bubarkan KIM ini.",
        ),
        Refusal::MergeIntoItself => {
            invalid("MERGE_INTO_ITSELF", "KIM tidak dapat bergabung dengan dirinya sendiri.", "Pilih KIM yang lain.")
        }
        Refusal::MergeIntoUnregistered(status) => precondition(
            "MERGE_INTO_UNREGISTERED",
            format!("KIM yang menerima {}.", status_words(*status)),
            "Pilih KIM yang terdaftar, aktif, atau vakum.",
        ),
        Refusal::CountInFuture => {
            invalid("COUNT_IN_FUTURE", "Tanggal penghitungan anggota ada di masa depan.", "Periksa tanggalnya.")
        }
        Refusal::CountBeforeFormation => invalid(
            "COUNT_BEFORE_FORMATION",
            "Tanggal penghitungan anggota lebih awal dari tanggal pembentukan KIM.",
            "Periksa tanggalnya.",
        ),
        Refusal::TermInFuture => invalid(
            "TERM_IN_FUTURE",
            "Masa jabatan dimulai di masa depan.",
            "Catat pada hari pengurus itu mulai menjabat.",
        ),
        Refusal::OfficerNotInOffice => precondition(
            "OFFICER_NOT_IN_OFFICE",
            "Pengurus itu tidak sedang menjabat.",
            "Muat ulang daftar pengurus, lalu pilih yang sedang menjabat.",
        ),
        Refusal::OfficerUnknown => precondition(
            "OFFICER_UNKNOWN",
            "Nomor pengurus itu tidak ada pada KIM ini.",
            "Muat ulang daftar pengurus, lalu pilih dari sana.",
        ),
        Refusal::OfficerErased => precondition(
            "OFFICER_ERASED",
            "Data orang itu sudah dihapus.",
            "Angkat sebagai orang baru: kosongkan nomor pengurusnya.",
        ),
        Refusal::LeavesInFuture => {
            invalid("LEAVES_IN_FUTURE", "Tanggal berhenti ada di masa depan.", "Catat pada harinya.")
        }
        Refusal::LeavesBeforeBegin => invalid(
            "LEAVES_BEFORE_BEGIN",
            "Tanggal berhenti lebih awal dari awal masa jabatan.",
            "Periksa kedua tanggalnya.",
        ),
        Refusal::ChangeOpen => precondition(
            "CHANGE_OPEN",
            "Masih ada usulan perubahan yang menunggu jawaban.",
            "Tunggu jawaban kantor, atau tarik usulan itu lebih dulu.",
        ),
        Refusal::ChangeNotFound => precondition(
            "CHANGE_NOT_FOUND",
            "Usulan perubahan itu tidak sedang menunggu jawaban.",
            "Muat ulang data KIM; mungkin usulannya sudah dijawab atau ditarik.",
        ),
        Refusal::NothingChanges => {
            invalid("NOTHING_CHANGES", "Tidak ada yang berubah dari data yang berlaku.", "Ubah sedikitnya satu isian.")
        }
        Refusal::ChangeReasonMissing => {
            invalid("CHANGE_REASON_MISSING", "Alasan penolakan belum dipilih.", "Pilih sedikitnya satu alasan.")
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
        Refusal::TopicNotListed { topic, on, why } => (Code::InvalidArgument, flaws::not_listed(*topic, *on, why)),
        Refusal::OfficeExists => exists("OFFICE_EXISTS", "Kantor ini sudah ada.", "Pakai kantor yang sudah terdaftar."),
        Refusal::OfficeKindMismatch => invalid(
            "OFFICE_KIND_MISMATCH",
            "Jenis kantor tidak cocok dengan tingkat wilayahnya.",
            "Pilih wilayah setingkat: pusat, provinsi, atau kabupaten/kota.",
        ),
        Refusal::OfficeClosed => {
            precondition("OFFICE_CLOSED", "Kantor ini sudah ditutup.", "Pakai kantor penggantinya.")
        }
        Refusal::OfficeClosedInFuture => invalid(
            "OFFICE_CLOSED_IN_FUTURE",
            "Tanggal penutupan kantor ada di masa depan.",
            "Tutup kantor pada harinya.",
        ),
        Refusal::BeforeEstablishment => invalid(
            "BEFORE_ESTABLISHMENT",
            "Tanggalnya lebih awal dari tanggal kantor dicatat.",
            "Tulis tanggal sesudah kantor itu dicatat.",
        ),
        Refusal::ParentNotAbove => invalid(
            "PARENT_NOT_ABOVE",
            "Kantor atasan tidak berada di atas kantor ini.",
            "Pilih kantor dari wilayah yang lebih luas, atau yang lebih tinggi di wilayah yang sama.",
        ),
        Refusal::ParentClosed => {
            precondition("PARENT_CLOSED", "Kantor atasan sudah ditutup.", "Pilih kantor yang masih ada.")
        }
        Refusal::TooFarAhead => {
            invalid("TOO_FAR_AHEAD", "Tanggalnya lebih dari sepuluh tahun lagi.", "Periksa tahunnya.")
        }
        Refusal::PartnershipExists => exists("PARTNERSHIP_EXISTS", "Kemitraan ini sudah ada.", "Buka datanya."),
        Refusal::Partnership(error) => partnership::words(*error),
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
        Refusal::TerritorySkips(between) => precondition(
            "TERRITORY_SKIPS",
            format!("Sebelum daftar itu ada daftar wilayah {between}, yang belum berlaku."),
            format!("Berlakukan dulu daftar {between}."),
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
            format!("Pesertanya lebih dari {} KIM.", grouped(*max)),
            "Catat sebagai beberapa bimtek.",
        ),
        Refusal::TrainingPlannedInPast => invalid(
            "TRAINING_PLANNED_IN_PAST",
            "Tanggal rencana bimtek sudah lewat.",
            "Tulis tanggal hari ini atau sesudahnya; bimtek yang sudah terlaksana dicatat tanpa rencana.",
        ),
        Refusal::TrainingNotPlanned(status) => training::not_planned(*status),
        Refusal::TrainingNotHeld(status) => training::not_held(*status),
        Refusal::ParticipantsEnded(communities) => training::ended(communities),
        Refusal::NobodyInvited => {
            invalid("NOBODY_INVITED", "Belum ada KIM yang diundang.", "Cantumkan sedikitnya satu KIM.")
        }
        Refusal::Attendance(error) => training::attendance(*error),
        Refusal::TooManyMaterials(max) => invalid(
            "TOO_MANY_MATERIALS",
            format!("Materinya lebih dari {}.", grouped(*max)),
            "Gabungkan beberapa materi menjadi satu dokumen.",
        ),
        Refusal::MaterialDoubled => {
            invalid("MATERIAL_DOUBLED", "Ada materi yang tercantum dua kali.", "Cantumkan setiap materi satu kali.")
        }
        Refusal::CodeList(flaws) => first(flaws.iter().map(flaws::list)),
        Refusal::Rubric(flaws) => first(flaws.iter().map(flaws::rubric)),
        Refusal::Scores(flaws) => first(flaws.iter().map(flaws::score)),
        Refusal::TerritoryUndecided(doubts) => first(doubts.iter().map(flaws::doubt)),
        Refusal::TerritoryDecisions(errors) => first(errors.iter().map(flaws::decision)),
        Refusal::RubricNotInForce(on) => precondition(
            "RUBRIC_NOT_IN_FORCE",
            format!("Belum ada versi rubrik ini yang berlaku pada {}.", day(*on)),
            "Sebutkan versinya, atau pilih periode yang lebih baru.",
        ),
        Refusal::AssessmentExists => exists(
            "ASSESSMENT_EXISTS",
            "KIM ini sudah dinilai dengan rubrik ini untuk periode itu.",
            "Perbaiki penilaian yang sudah ada.",
        ),
        Refusal::AssessmentWithdrawn => precondition(
            "ASSESSMENT_WITHDRAWN",
            "Penilaian ini sudah ditarik.",
            "Nilai KIM-nya lagi untuk periode itu.",
        ),
        Refusal::PeriodInFuture => {
            invalid("PERIOD_IN_FUTURE", "Periodenya belum mulai.", "Nilai setelah periode itu mulai.")
        }
    }
}

/// What a row is told of several flaws: the first.
fn first(mut flaws: impl Iterator<Item = Problem>) -> (Code, Words) {
    let words = flaws.next().map(|problem| problem.words);
    (Code::InvalidArgument, words.unwrap_or_else(|| Words::new("DATA_INVALID", "Data ini salah.", "Periksa isinya.")))
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
    match error {
        RuleError::MembersReversed => invalid(
            "MEMBERS_REVERSED",
            "Batas atas anggota di bawah batas bawahnya.",
            "Tukar kedua angka, atau tulis 0 untuk tanpa batas.",
        ),
        RuleError::MembersOutOfRange => {
            invalid("MEMBERS_OUT_OF_RANGE", "Jumlah anggota di luar batas.", "Tulis 0 sampai 100.000.")
        }
        RuleError::ConditionUnknown => invalid(
            "CONDITION_UNKNOWN",
            "Jabatan atau usia yang diminta aturan ini tidak dikenal.",
            "Pilih jabatan yang tersedia, dan tulis usia 0 sampai 99 tahun.",
        ),
        RuleError::AgeOutOfRange => invalid(
            "AGE_OUT_OF_RANGE",
            "Usia pengurus di luar batas.",
            "Tulis 1 sampai 99 tahun, atau 0 untuk tanpa batas.",
        ),
        RuleError::MonthsOutOfRange => {
            invalid("MONTHS_OUT_OF_RANGE", "Jumlah bulan di luar batas.", "Tulis 1 sampai 120 bulan.")
        }
        RuleError::ReminderTooLate => invalid(
            "REMINDER_TOO_LATE",
            "Pengingat harus datang sebelum vakum.",
            "Tulis bulan pengingat yang lebih kecil.",
        ),
    }
}

fn baseline(error: BaselineError) -> (Code, Words) {
    match error {
        BaselineError::Code => invalid(
            "BASELINE_CODE_INVALID",
            "Kode acuan tidak sah.",
            "Tulis 3 sampai 64 huruf kecil, angka, atau garis bawah, diawali huruf.",
        ),
        BaselineError::Value => invalid("BASELINE_VALUE_NEGATIVE", "Nilai acuan negatif.", "Tulis 0 atau lebih."),
        BaselineError::InFuture => {
            invalid("BASELINE_IN_FUTURE", "Tanggal acuan ada di masa depan.", "Periksa tanggalnya.")
        }
        BaselineError::Source(error) => (Code::InvalidArgument, source(error)),
    }
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
        Status::Merged => "sudah bergabung dengan KIM lain",
    }
}

/// A refusal has a reason for programs and words for an officer, the same for a row and a call.
#[cfg(test)]
pub(super) fn says_what_to_do(refused: &Refusal) {
    let fault = refusal(refused);
    assert!(kim_desk::words::says_what_to_do(&fault), "{refused:?}: {fault:?}");
    assert_eq!(table(refused).1.reason, fault.reason, "{refused:?}: a row and a call give one reason");
}

#[cfg(test)]
mod tests {
    use kim_territory::{Decree, RegionCode, RulingError};
    use kim_values::TextError;
    use time::macros::date;

    use super::*;
    use crate::domain::{
        adoption::Doubt,
        ids::CommunityId,
        partnership::{self, PartnershipError},
        training::{self, AttendanceError},
    };

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table: one row a refusal")]
    fn every_refusal_has_a_reason_and_says_what_to_do() {
        let every_status = [Status::Draft, Status::Submitted, Status::Returned, Status::Registered, Status::Active]
            .into_iter()
            .chain([Status::Dormant, Status::Dissolved, Status::Merged]);
        let mut refusals: Vec<Refusal> = every_status
            .flat_map(|status| {
                [
                    Refusal::NotAmendable(status),
                    Refusal::NotSubmittable(status),
                    Refusal::NotSubmitted(status),
                    Refusal::NotRegistered(status),
                    Refusal::NotDormant(status),
                    Refusal::MergeIntoUnregistered(status),
                ]
            })
            .collect();
        refusals.extend([
            Refusal::CommunityNotFound,
            Refusal::CommunityExists,
            Refusal::AlreadyPlanned,
            Refusal::SeatLeavesRegency,
            Refusal::Dissolved,
            Refusal::Merged(CommunityId(uuid::Uuid::nil())),
            Refusal::MergedAway,
            Refusal::MergeLeavesRegency,
            Refusal::MergeIntoItself,
            Refusal::CountInFuture,
            Refusal::CountBeforeFormation,
            Refusal::TermInFuture,
            Refusal::OfficerNotInOffice,
            Refusal::OfficerUnknown,
            Refusal::OfficerErased,
            Refusal::LeavesInFuture,
            Refusal::LeavesBeforeBegin,
            Refusal::ChangeOpen,
            Refusal::ChangeNotFound,
            Refusal::NothingChanges,
            Refusal::ChangeReasonMissing,
            Refusal::Record(vec![Flaw::FormedInFuture, Flaw::DecreeMissing]),
            Refusal::ReasonMissing,
            Refusal::ActivityInFuture,
            Refusal::ActivityBeforeFormation,
            Refusal::OfficeNotFound,
            Refusal::OfficeExists,
            Refusal::OfficeKindMismatch,
            Refusal::OfficeClosed,
            Refusal::OfficeClosedInFuture,
            Refusal::BeforeEstablishment,
            Refusal::ParentNotAbove,
            Refusal::ParentClosed,
            Refusal::TooFarAhead,
            Refusal::PartnershipNotFound,
            Refusal::PartnershipExists,
            Refusal::GrantNotFound,
            Refusal::GrantExists,
            Refusal::GrantRevoked,
            Refusal::RoleMismatch,
            Refusal::Rule(RuleError::MembersReversed),
            Refusal::Rule(RuleError::MembersOutOfRange),
            Refusal::Rule(RuleError::ConditionUnknown),
            Refusal::Rule(RuleError::AgeOutOfRange),
            Refusal::Rule(RuleError::MonthsOutOfRange),
            Refusal::Rule(RuleError::ReminderTooLate),
            Refusal::Baseline(BaselineError::Code),
            Refusal::Baseline(BaselineError::Value),
            Refusal::Baseline(BaselineError::InFuture),
            Refusal::Baseline(BaselineError::Source(TextError::Empty)),
            Refusal::TerritoryOlder,
            Refusal::TerritorySkips(Decree::D2023),
            Refusal::TerritoryUndecided(vec![Doubt { code: RegionCode::NATION, candidates: vec![] }]),
            Refusal::TerritoryDecisions(vec![RulingError::UnknownOld { of: RegionCode::NATION }]),
            Refusal::TrainingNotFound,
            Refusal::TrainingExists,
            Refusal::TrainingEndsBeforeBegin,
            Refusal::TrainingInFuture,
            Refusal::ParticipantDoubled,
            Refusal::TooManyParticipants(5_000),
            Refusal::TrainingPlannedInPast,
            Refusal::TrainingNotPlanned(training::Status::Cancelled),
            Refusal::ParticipantsEnded(vec![CommunityId(uuid::Uuid::from_u128(1)); 7]),
            Refusal::TrainingNotHeld(training::Status::Planned),
            Refusal::TrainingNotHeld(training::Status::Reported),
            Refusal::TrainingNotHeld(training::Status::Cancelled),
            Refusal::NobodyInvited,
            Refusal::Attendance(AttendanceError::NoParticipant),
            Refusal::Attendance(AttendanceError::Doubled),
            Refusal::Attendance(AttendanceError::OfficerDoubled),
            Refusal::Attendance(AttendanceError::FewerThanOfficers),
            Refusal::Attendance(AttendanceError::TooManyOfficers(2_500)),
            Refusal::TooManyMaterials(50),
            Refusal::MaterialDoubled,
            Refusal::RubricNotFound,
            Refusal::RubricNotInForce(date!(2026 - 01 - 01)),
            Refusal::AssessmentNotFound,
            Refusal::AssessmentExists,
            Refusal::AssessmentWithdrawn,
            Refusal::PeriodInFuture,
        ]);
        refusals.extend(
            [
                PartnershipError::NotProposed(partnership::Status::Signed),
                PartnershipError::NotInForce(partnership::Status::Expired),
                PartnershipError::OwnProposal,
                PartnershipError::NotOwnProposal,
                PartnershipError::OutsideOfficeRegion,
                PartnershipError::PeriodReversed,
                PartnershipError::PeriodTooLong,
                PartnershipError::Over,
                PartnershipError::SignedInFuture,
                PartnershipError::RenewalNotLater(date!(2023 - 09 - 30)),
                PartnershipError::TerminatedInFuture,
                PartnershipError::TerminatedBeforeSigning,
            ]
            .map(Refusal::Partnership),
        );
        refusals.iter().for_each(says_what_to_do);
    }
}
