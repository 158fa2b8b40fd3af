//! Refusals of trainings that depend on more than their kind.

use kim_desk::words::{Words, invalid, precondition};
use kim_territory::spelling::grouped;
use tonic::Code;

use crate::domain::{
    ids::CommunityId,
    training::{AttendanceError, Status},
};

pub(super) fn not_planned(status: Status) -> (Code, Words) {
    precondition(
        "TRAINING_NOT_PLANNED",
        format!("Bimtek ini {}; rencananya tidak dapat diubah lagi.", status_words(status)),
        "Yang dapat diubah, dilaksanakan, atau dibatalkan hanya bimtek yang masih direncanakan.",
    )
}

pub(super) fn not_held(status: Status) -> (Code, Words) {
    precondition(
        "TRAINING_NOT_HELD",
        format!("Bimtek ini {}.", status_words(status)),
        match status {
            Status::Planned => "Catat pelaksanaannya lebih dulu.",
            Status::Held | Status::Reported => "Buka laporannya.",
            Status::Cancelled => "Periksa nomor bimteknya.",
        },
    )
}

pub(super) fn attendance(error: AttendanceError) -> (Code, Words) {
    match error {
        AttendanceError::NoParticipant => invalid(
            "ATTENDANCE_WITHOUT_PARTICIPANT",
            "Ada kehadiran dari KIM yang tidak tercantum sebagai peserta.",
            "Cantumkan KIM itu sebagai peserta, atau hapus kehadirannya.",
        ),
        AttendanceError::Doubled => invalid(
            "ATTENDANCE_DOUBLED",
            "Kehadiran satu KIM tercantum dua kali.",
            "Gabungkan menjadi satu untuk setiap KIM.",
        ),
        AttendanceError::OfficerDoubled => invalid(
            "OFFICER_DOUBLED",
            "Ada pengurus yang tercantum hadir dua kali.",
            "Cantumkan setiap pengurus satu kali.",
        ),
        AttendanceError::FewerThanOfficers => invalid(
            "ATTENDANCE_BELOW_OFFICERS",
            "Jumlah orang yang hadir lebih kecil daripada jumlah pengurusnya.",
            "Hitung pengurus di dalam jumlah orang yang hadir.",
        ),
        AttendanceError::TooManyOfficers(max) => invalid(
            "TOO_MANY_OFFICERS_ATTENDING",
            format!("Pengurus yang disebut lebih dari {} orang.", grouped(max)),
            "Tulis jumlah orangnya saja, atau catat sebagai beberapa bimtek.",
        ),
    }
}

/// How many communities are named.
const NAMED: usize = 5;

pub(super) fn ended(communities: &[CommunityId]) -> (Code, Words) {
    let named: Vec<String> = communities.iter().take(NAMED).map(ToString::to_string).collect();
    let others = communities.len().saturating_sub(NAMED);
    let others = if others == 0 { String::new() } else { format!(" dan {} lainnya", grouped(others)) };
    precondition(
        "PARTICIPANT_ENDED",
        format!("KIM {}{others} sudah bubar atau bergabung dengan KIM lain.", named.join(", ")),
        "Hapus dari daftar peserta; bila bergabung, cantumkan KIM yang meneruskannya.",
    )
}

fn status_words(status: Status) -> &'static str {
    match status {
        Status::Planned => "masih direncanakan",
        Status::Held => "sudah dilaksanakan",
        Status::Reported => "sudah dilaporkan",
        Status::Cancelled => "dibatalkan",
    }
}
