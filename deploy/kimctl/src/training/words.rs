//! What a training's codes are called: by who types them, and by who reads them.

use kim_contract::registry::v1::{TrainingCancellationReason, TrainingKind, TrainingStatus};

/// A value with what is typed for it and what is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<E> {
    pub value: E,
    pub typed: &'static str,
    pub shown: &'static str,
}

const fn plain<E>(value: E, typed: &'static str) -> Word<E> {
    word(value, typed, typed)
}

const fn word<E>(value: E, typed: &'static str, shown: &'static str) -> Word<E> {
    Word { value, typed, shown }
}

pub const KINDS: [Word<TrainingKind>; 2] =
    [plain(TrainingKind::Bimtek, "bimtek"), plain(TrainingKind::Sosialisasi, "sosialisasi")];

pub const STATUSES: [Word<TrainingStatus>; 4] = [
    plain(TrainingStatus::Planned, "direncanakan"),
    plain(TrainingStatus::Held, "dilaksanakan"),
    plain(TrainingStatus::Reported, "dilaporkan"),
    plain(TrainingStatus::Cancelled, "dibatalkan"),
];

pub const REASONS: [Word<TrainingCancellationReason>; 6] = [
    word(TrainingCancellationReason::NoBudget, "anggaran", "anggarannya tidak ada"),
    word(TrainingCancellationReason::TooFewParticipants, "peserta", "pesertanya terlalu sedikit"),
    word(TrainingCancellationReason::HostUnavailable, "penyelenggara", "penyelenggara berhalangan"),
    word(TrainingCancellationReason::Disaster, "bencana", "bencana"),
    word(TrainingCancellationReason::EnteredInError, "keliru", "salah catat"),
    word(TrainingCancellationReason::Other, "lain", "alasan lain"),
];

/// A value in words; `tidak dikenal` for one that this program is too old for.
pub fn named<E: Copy + PartialEq>(words: &[Word<E>], value: E) -> Word<E> {
    words.iter().find(|word| word.value == value).copied().unwrap_or(plain(value, "tidak dikenal"))
}
