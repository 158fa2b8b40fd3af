//! The ways in which the log, the vault and the index may answer a call, as its caller is told.

use std::error::Error;

use kim_chassis::{
    access::Denied,
    errors::{Fault, Thing},
};
use kim_eventlog::{AppendError, ExecuteError, VaultError};
use tonic::{Code, Status};

use crate::{closed::closed, follow::CatchUpError, list::ListError, target::stale, vault::AccessError, words::Words};

/// Why a decision was not made; `R` is the domain's own refusal.
#[derive(Debug)]
pub enum Rejection<R> {
    Refused(R),
    /// Not there, or not for this caller: the same words.
    Hidden(Thing),
    /// A place whose existence is no secret, but where this caller may not act.
    Forbidden(Denied),
    Stale,
}

impl<R> From<R> for Rejection<R> {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal)
    }
}

impl<R: Into<Fault>> From<Rejection<R>> for Status {
    fn from(rejection: Rejection<R>) -> Self {
        match rejection {
            Rejection::Refused(refusal) => refusal.into().into(),
            Rejection::Hidden(thing) => thing.not_found().into(),
            Rejection::Forbidden(denied) => denied.forbidden().into(),
            Rejection::Stale => stale().into(),
        }
    }
}

/// A command that was not carried out, as its caller is told.
pub fn failed<R: Into<Fault>>(error: ExecuteError<Rejection<R>>, words: Claimed) -> Status {
    match error {
        ExecuteError::Refused(rejection) => rejection.into(),
        ExecuteError::UnknownEvent { position, event_type } => {
            tracing::error!(%position, event_type, "a command met an event that this version does not know");
            unknown_event().into()
        }
        ExecuteError::Append(error) => append_failed(error, words),
        ExecuteError::Read(error) => unavailable(&error),
    }
}

/// A member that was not committed, as its caller is told.
pub fn append_failed(error: AppendError, words: Claimed) -> Status {
    match error {
        AppendError::Conflict | AppendError::Busy => Fault::busy().into(),
        AppendError::Claimed { kind, .. } => claimed(&kind, words).into(),
        AppendError::RequestReused => Words::new(
            "REQUEST_ID_REUSED",
            "Nomor permintaan ini sudah dipakai untuk permintaan lain.",
            "Aplikasi pengirim harus membuat nomor baru untuk setiap permintaan.",
        )
        .fault(Code::InvalidArgument, "request_id was used with another body")
        .into(),
        AppendError::Invalid(detail) => {
            Words::new("REQUEST_TOO_LARGE", "Isi permintaan ini terlalu besar.", "Kirim dalam beberapa bagian.")
                .fault(Code::InvalidArgument, detail)
                .into()
        }
        AppendError::Poisoned(code) => {
            tracing::error!(code, "the database refused a command");
            Fault::internal().into()
        }
        AppendError::Closed(why) => closed(why).into(),
        AppendError::Unavailable(detail) => {
            tracing::error!(detail, "a command could not be committed");
            Fault::unavailable("the log could not be written; the outcome is unknown, retry with the same request_id")
                .into()
        }
    }
}

/// Says what a claim of that kind is about; `None` for a kind that the service has no words for.
pub type Claimed = fn(kind: &str) -> Option<Words>;

/// What another one holds.
#[must_use]
pub fn claimed(kind: &str, words: Claimed) -> Fault {
    let unnamed = || Words::new("ALREADY_CLAIMED", "Kunci ini sudah dipakai data lain.", "Pakai kunci lain.");
    words(kind).unwrap_or_else(unnamed).fault(Code::AlreadyExists, format!("{kind} is held by another"))
}

fn unknown_event() -> Fault {
    Words::new(
        "NEWER_THAN_SERVICE",
        "Data ini ditulis oleh versi layanan yang lebih baru.",
        "Beri tahu pengelola: layanan ini perlu diperbarui.",
    )
    .fault(Code::FailedPrecondition, "the aggregate has an event of a type that this version does not know")
}

#[must_use]
pub fn unavailable(error: &(dyn Error + 'static)) -> Status {
    tracing::error!(error, "the database could not be asked");
    Fault::unavailable("the database could not be asked; retry").into()
}

#[must_use]
pub fn vault_failed(error: &VaultError) -> Status {
    match error {
        VaultError::Database(error) => unavailable(error),
        VaultError::Unreadable => {
            tracing::error!("a record of the vault does not open with this key");
            Fault::internal().into()
        }
    }
}

#[must_use]
pub fn access_failed(error: AccessError, words: Claimed) -> Status {
    match error {
        AccessError::Append(error) => append_failed(error, words),
        AccessError::Database(error) => unavailable(&error),
    }
}

#[must_use]
pub fn behind(error: &CatchUpError) -> Status {
    match error {
        CatchUpError::Behind(behind) => {
            tracing::warn!(%behind, "a list waited in vain");
            Fault::unavailable("the index has not caught up yet; retry").into()
        }
        CatchUpError::Database(error) => unavailable(error),
    }
}

#[must_use]
pub fn list_failed(error: ListError) -> Status {
    let words = match error {
        ListError::Size => Words::new("PAGE_SIZE_INVALID", "Ukuran halaman di luar batas.", "Tulis 1 sampai 500."),
        ListError::Token => Words::new(
            "PAGE_TOKEN_INVALID",
            "Penanda halaman ini bukan milik daftar ini.",
            "Mulai lagi dari halaman pertama.",
        ),
        ListError::Database(error) => return unavailable(&error),
    };
    words.fault(Code::InvalidArgument, error.to_string()).into()
}
