//! Rows in bulk: many in flight, each answered after its own commit, a bad one harming no other.

mod lanes;
mod metrics;
mod run;

pub use run::{Admitted, AdmittedBy, Importer, Outcome, Results, run};

use std::time::Duration;

use kim_chassis::{
    access::{Action, Reach, reach},
    identity::{Principal, Scope, Unauthenticated},
};
use kim_eventlog::{AppendError, instant};
use kim_territory::Adopted;
use prost_types::Timestamp;
use time::OffsetDateTime;
use tonic::Status;

use crate::{call::Call, words::Words};

/// How long a row waits before it is tried again.
pub const RETRY: Duration = Duration::from_millis(5);

/// Whose keys an importer's `source_key`s are: two offices may use the same ones.
#[must_use]
pub fn office_of(principal: &Principal) -> String {
    match &principal.scope {
        Scope::National => "national".into(),
        Scope::Region { code, .. } => code.to_string(),
        Scope::Simulator => "simulator".into(),
        Scope::Kim { id } => format!("kim {id}"),
        Scope::Agency { office, .. } => format!("agency {office}"),
        Scope::Audit { grant } => format!("audit {grant}"),
        Scope::Citizen => "citizen".into(),
    }
}

/// How far an importer reaches with `action` by what is adopted now: a territory may come into force while its stream is open.
pub fn reach_by(adopted: &Adopted, principal: &Principal, action: Action) -> Result<Reach, Status> {
    let scope = principal.scope.on(adopted).ok_or(Unauthenticated::ScopeUnresolved)?;
    Ok(reach(&Principal { scope, ..principal.clone() }, action)?)
}

/// A row's call: the stream's, or one at the simulator's time.
pub fn at_time(call: &Call, time: Option<&Timestamp>, simulated: bool) -> Result<Call, Words> {
    let mut call = call.clone();
    match time {
        None => call.now = OffsetDateTime::now_utc(),
        Some(time) => {
            let malformed = || {
                Words::new(
                    "RECORDED_TIME_MALFORMED",
                    "Waktu pencatatan salah bentuk.",
                    "Tulis waktu yang sah, atau kosongkan.",
                )
            };
            let time = instant(*time).ok_or_else(malformed)?;
            call.record_at(time, simulated)?;
        }
    }
    Ok(call)
}

/// Whether to try again: the queue of appends is full, and the rows behind this one wait with it.
#[must_use]
pub fn is_busy(error: &AppendError) -> bool {
    matches!(error, AppendError::Busy | AppendError::Conflict)
}
