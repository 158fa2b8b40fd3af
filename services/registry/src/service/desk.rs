//! What every handler works with, and the ways in which the log may answer it.

use std::sync::Arc;

use kim_chassis::{errors::Fault, identity::Verifier};
use kim_desk::{
    call::{Call, Command},
    failure,
    secrets::Secrets,
    vault::AccessError,
    words::Words,
};
use kim_eventlog::{AppendError, ExecuteError, InTurn, Log, Repository, RequestKeys};
use kim_territory::Adopted;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Status};

use crate::{
    claims,
    domain::Refusal,
    index::Index,
    policy::Policies,
    vault::Records,
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
pub type Rejection = failure::Rejection<Refusal>;

/// A command that was not carried out, as its caller is told.
pub fn failed(error: ExecuteError<Rejection>) -> Status {
    failure::failed(error, words_of_claim)
}

/// A member that was not committed, as its caller is told.
pub fn append_failed(error: AppendError) -> Status {
    failure::append_failed(error, words_of_claim)
}

/// A reading of personal data that was not recorded, as its caller is told.
#[must_use]
pub fn access_failed(error: AccessError) -> Status {
    failure::access_failed(error, words_of_claim)
}

/// A name that another one holds.
#[must_use]
pub fn claimed(kind: &str) -> Fault {
    failure::claimed(kind, words_of_claim)
}

fn words_of_claim(kind: &str) -> Option<Words> {
    Some(match kind {
        claims::NAME_AT_SEAT => Words::new(
            "NAME_TAKEN",
            "KIM dengan nama ini sudah terdaftar di wilayah yang sama.",
            "Pakai nama lain, atau buka data KIM yang sudah ada.",
        ),
        claims::OFFICE_IN_REGION => Words::new(
            "OFFICE_EXISTS",
            "Kantor dengan nama ini sudah ada di wilayah yang sama.",
            "Pakai kantor yang sudah terdaftar.",
        ),
        claims::PARTNERSHIP => Words::new(
            "PARTNERSHIP_IN_FORCE",
            "Kantor dan KIM ini sudah bermitra.",
            "Perpanjang kemitraan yang sedang berlaku, atau akhiri lebih dulu.",
        ),
        _ => return None,
    })
}

impl Desk {
    /// A call that changes something, with what it asks for.
    pub fn command<T: Command<Self>>(&self, request: Request<T>) -> Result<(Call, T), Status> {
        Call::command(request, &self.keys, self.log.is_simulated())
    }

    /// What territories are adopted, for reading the codes of regions.
    #[must_use]
    pub fn territory(&self) -> Arc<Adopted> {
        self.index.territory()
    }
}
