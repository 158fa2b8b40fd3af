//! What every handler works with, and the ways in which the log may answer it.

use std::sync::Arc;

use kim_chassis::{
    access::Denied,
    errors::{Fault, Thing},
    identity::Verifier,
};
use kim_eventlog::{AppendError, Done, ExecuteError, Log, Position, Repository, RequestKeys, VaultError};
use kim_territory::Adopted;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Request, Status};
use uuid::Uuid;

use super::{
    call::{self, Call, Command},
    closed::closed,
    refusals,
    words::Words,
};
use crate::{
    domain::Refusal,
    index::{CatchUpError, Index, ListError},
    policy::Policies,
    turns::InTurn,
    vault::{AccessError, Records, Secrets},
    wire::{
        assessment::Assessments,
        community::Communities,
        master::{Adoptions, Baselines, CodeLists, Grants, Offices, Rubrics, RuleBooks},
        partnership::Partnerships,
        training::Trainings,
    },
};

/// What every handler works with. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub log: Log,
    pub index: Index,
    pub policies: Policies,
    pub keys: RequestKeys,
    pub secrets: Secrets,
    pub records: Records,
    pub verifier: Verifier,
    pub communities: InTurn<Communities>,
    pub offices: Repository<Offices>,
    pub partnerships: Repository<Partnerships>,
    pub grants: Repository<Grants>,
    pub rule_books: Repository<RuleBooks>,
    pub baselines: Repository<Baselines>,
    pub adoptions: Repository<Adoptions>,
    pub trainings: Repository<Trainings>,
    pub code_lists: Repository<CodeLists>,
    pub rubrics: Repository<Rubrics>,
    pub assessments: Repository<Assessments>,
    /// Cancelled when the service drains: imports end then.
    pub draining: CancellationToken,
}

/// Why a decision was not made.
#[derive(Debug)]
pub enum Rejection {
    Refused(Refusal),
    /// Not there, or not for this caller: the same words.
    Hidden(Thing),
    /// A place whose existence is no secret, but where this caller may not act.
    Forbidden(Denied),
    Stale,
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Rejection> for Status {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Refused(refusal) => refusals::refusal(&refusal).into(),
            Rejection::Hidden(thing) => thing.not_found().into(),
            Rejection::Forbidden(denied) => denied.forbidden().into(),
            Rejection::Stale => call::stale().into(),
        }
    }
}

/// A command that was not carried out, as its caller is told.
pub fn failed(error: ExecuteError<Rejection>) -> Status {
    match error {
        ExecuteError::Refused(rejection) => rejection.into(),
        ExecuteError::UnknownEvent { position, event_type } => {
            tracing::error!(%position, event_type, "a command met an event that this version does not know");
            unknown_event().into()
        }
        ExecuteError::Append(error) => append_failed(error),
        ExecuteError::Read(error) => unavailable(&error),
    }
}

/// A member that was not committed, as its caller is told.
pub fn append_failed(error: AppendError) -> Status {
    match error {
        AppendError::Conflict | AppendError::Busy => Fault::busy().into(),
        AppendError::Claimed { kind, .. } => claimed(&kind).into(),
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

/// A name that another one holds.
#[must_use]
pub fn claimed(kind: &str) -> Fault {
    let words = match kind {
        super::claims::NAME_AT_SEAT => Words::new(
            "NAME_TAKEN",
            "KIM dengan nama ini sudah terdaftar di wilayah yang sama.",
            "Pakai nama lain, atau buka data KIM yang sudah ada.",
        ),
        super::claims::OFFICE_IN_REGION => Words::new(
            "OFFICE_EXISTS",
            "Kantor dengan nama ini sudah ada di wilayah yang sama.",
            "Pakai kantor yang sudah terdaftar.",
        ),
        super::claims::PARTNERSHIP => Words::new(
            "PARTNERSHIP_IN_FORCE",
            "Kantor dan KIM ini sudah bermitra.",
            "Perpanjang kemitraan yang sedang berlaku, atau akhiri lebih dulu.",
        ),
        _ => Words::new("ALREADY_CLAIMED", "Kunci ini sudah dipakai data lain.", "Pakai kunci lain."),
    };
    words.fault(Code::AlreadyExists, format!("{kind} is held by another"))
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
pub fn unavailable(error: &(dyn std::error::Error + 'static)) -> Status {
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
pub fn access_failed(error: AccessError) -> Status {
    match error {
        AccessError::Append(error) => append_failed(error),
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

impl Desk {
    /// A call that changes something, with what it asks for.
    pub fn command<T: Command>(&self, request: Request<T>) -> Result<(Call, T), Status> {
        Call::command(request, &self.keys, self.log.is_simulated())
    }

    /// The id that a command made, now or when it was first carried out; the index has it when this returns.
    pub async fn made<S>(&self, done: &Done<S>) -> Result<Uuid, Status> {
        let result = match done {
            Done::New { result, first, .. } => {
                self.settle(*first).await;
                result
            }
            Done::Repeated { result } => result,
        };
        Uuid::from_slice(result).map_err(|error| unavailable(&error))
    }

    /// What territories are adopted, for reading the codes of regions.
    #[must_use]
    pub fn territory(&self) -> Arc<Adopted> {
        self.index.territory()
    }

    /// Waits until the index has what was just committed, so that the caller's next question meets it. A follower that is
    /// late spoils nothing.
    pub async fn settle(&self, position: Option<Position>) {
        if let Some(position) = position
            && let Err(behind) = self.index.reached(position).await
        {
            tracing::warn!(%behind, "the index is late");
        }
    }
}
