//! A place where log and stream do not agree, or the log not with itself.

use std::fmt;

use serde::Serialize;
use uuid::Uuid;

use kim_territory::spelling::grouped;

use super::LogContext;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Difference {
    /// The log has no such positions.
    LogGap { from: i64, to: i64 },
    /// An aggregate's versions do not follow one another.
    Version { position: i64, aggregate_id: Uuid, version: i64, expected: i64 },
    /// Recorded before the event before it.
    RecordedEarlier { position: i64 },
    /// The log has an event of another log.
    ForeignInLog { position: i64, log_id: Uuid },
    /// The log has them, and the stream does not.
    NotInStream { from: i64, to: i64 },
    /// The stream has them, and the log does not.
    OnlyInStream { from: i64, to: i64 },
    /// What stands in the stream is no event.
    NoEvent { position: i64, why: String },
    /// Both have an event there, and these parts of it differ.
    Unlike { position: i64, parts: Vec<&'static str> },
    /// The relay stands still before them.
    Unpublished { from: i64, to: i64 },
}

/// What is to be done, from the gravest to the lightest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    RestoreLog,
    KeepStream,
    RemakeStream,
    StartRelay,
}

impl Difference {
    pub(super) fn remedy(&self) -> Remedy {
        match self {
            Self::LogGap { .. } | Self::Version { .. } | Self::RecordedEarlier { .. } | Self::ForeignInLog { .. } => {
                Remedy::RestoreLog
            }
            Self::OnlyInStream { .. } => Remedy::KeepStream,
            // The log was set back, and took another event since.
            Self::Unlike { parts, .. } if parts.contains(&"nomor kejadian") => Remedy::KeepStream,
            Self::NotInStream { .. } | Self::NoEvent { .. } | Self::Unlike { .. } => Remedy::RemakeStream,
            Self::Unpublished { .. } => Remedy::StartRelay,
        }
    }

    /// Takes `next` in, when it goes on where this one ends.
    pub(super) fn extend(&mut self, next: &Difference) -> bool {
        match (self, next) {
            (Self::NotInStream { to, .. }, Self::NotInStream { from, to: end })
            | (Self::OnlyInStream { to, .. }, Self::OnlyInStream { from, to: end })
            | (Self::Unpublished { to, .. }, Self::Unpublished { from, to: end })
                if *to + 1 == *from =>
            {
                *to = *end;
                true
            }
            _ => false,
        }
    }
}

impl Remedy {
    /// Whether the stream may hold what the log has lost.
    pub(super) fn needs_the_stream(self) -> bool {
        matches!(self, Self::RestoreLog | Self::KeepStream)
    }

    pub(super) fn text(self, context: LogContext) -> String {
        let (service, option) = (context.service(), context.option());
        match self {
            Self::RestoreLog => format!(
                "log rusak: hentikan {service}, jangan menulis lagi, jangan hapus aliran, pulihkan basis data {service} dari \
                 cadangan, lalu kimctl log reconcile{option}"
            ),
            Self::KeepStream => format!(
                "kejadian itu hanya ada di aliran: jangan hapus aliran; lihat dan putuskan dengan kimctl log reconcile{option}"
            ),
            Self::RemakeStream => {
                "log utuh, alirannya berbeda: relai memperbaikinya sendiri dari log; jalankan lagi sebentar \
                                   kemudian, dan bila tetap, lihat kimctl status"
                    .to_owned()
            }
            Self::StartRelay => format!("relai diam: periksa {service} dengan kimctl status"),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LogGap { from, to } => write!(f, "{}: tidak ada di log", positions(*from, *to)),
            Self::Version { position, aggregate_id, version, expected } => {
                write!(
                    f,
                    "{}: versi {version} dari {aggregate_id}, seharusnya {expected}",
                    positions(*position, *position)
                )
            }
            Self::RecordedEarlier { position } => {
                write!(f, "{}: dicatat lebih awal daripada kejadian sebelumnya", positions(*position, *position))
            }
            Self::ForeignInLog { position, log_id } => {
                write!(f, "{}: milik log lain ({log_id})", positions(*position, *position))
            }
            Self::NotInStream { from, to } => write!(f, "{}: ada di log, tidak di aliran", positions(*from, *to)),
            Self::OnlyInStream { from, to } => write!(f, "{}: ada di aliran, tidak di log", positions(*from, *to)),
            Self::NoEvent { position, why } => {
                write!(f, "{}: isi aliran bukan kejadian ({why})", positions(*position, *position))
            }
            Self::Unlike { position, parts } => {
                write!(f, "{}: berbeda di aliran: {}", positions(*position, *position), parts.join(", "))
            }
            Self::Unpublished { from, to } => write!(f, "{}: belum diterbitkan ke aliran", positions(*from, *to)),
        }
    }
}

fn positions(from: i64, to: i64) -> String {
    if from == to { format!("posisi {}", grouped(from)) } else { format!("posisi {}–{}", grouped(from), grouped(to)) }
}
