//! Readers of streams: why one stands still, and what that means.

use kim_territory::spelling::grouped;

use super::{
    super::{Problem, ReadModelState, ReaderState, screen::lasting},
    Advice, problem,
};
use crate::log::LogContext;

/// A connection that was lost comes back by itself, mostly.
const GRACE_SECONDS: f64 = 5.0;

/// Why a read model stands still, if its reader says so.
pub(super) enum Cause {
    Unknown,
    /// It is told of the broker.
    Broker,
    /// A person must decide.
    Stopped,
    /// It does not hear the stream since so many seconds.
    Disconnected(f64),
}

impl Cause {
    pub fn of(no_broker: bool, reader: Option<&ReaderState>) -> Self {
        match reader {
            _ if no_broker => Self::Broker,
            Some(ReaderState { stopped: true, .. }) => Self::Stopped,
            Some(ReaderState { connected: false, lag_seconds, .. }) => Self::Disconnected(*lag_seconds),
            _ => Self::Unknown,
        }
    }
}

pub(super) fn read_model(
    model: &ReadModelState,
    head: Option<i64>,
    cause: &Cause,
    advice: &Advice,
    problems: &mut Vec<Problem>,
) {
    problems.extend(standstill(model, head, cause, advice));
    if model.parked_aggregates > 0 {
        problems.push(problem(
            format!("{} data ditahan, angka belum lengkap", grouped(model.parked_aggregates)),
            "perbarui layanan pelaporan ke versi yang mengenal kejadian itu, lalu kimctl projection rebuild",
        ));
    }
}

fn standstill(model: &ReadModelState, head: Option<i64>, cause: &Cause, advice: &Advice) -> Option<Problem> {
    match (cause, head) {
        (Cause::Stopped, _) => Some(problem(
            "tampilan berhenti: log dipulihkan, atau alirannya bukan alirannya yang dulu",
            "jalankan kimctl log verify; bila log benar, kimctl projection rebuild",
        )),
        (_, Some(head)) if model.position > head => Some(problem(
            format!("tampilan ({}) mendahului log ({})", grouped(model.position), grouped(head)),
            "basis data registri mundur: jalankan kimctl log verify, lalu kimctl projection rebuild",
        )),
        (Cause::Disconnected(seconds), _) if *seconds > GRACE_SECONDS => Some(problem(
            format!("pelaporan tidak mendengar aliran sejak {} lalu", lasting(*seconds)),
            advice.look("projection.log", "pelaporan"),
        )),
        (Cause::Broker, _) => None,
        (_, Some(head)) if model.position < head && !model.catching_up => Some(problem(
            format!("tampilan tertinggal {} kejadian dan tidak bergerak", grouped(head - model.position)),
            advice.look("projection.log", "pelaporan"),
        )),
        _ => None,
    }
}

/// A service's copy of the registry, which audiences are drawn from.
pub(super) fn copy(
    copy: &ReaderState,
    no_broker: bool,
    context: LogContext,
    advice: &Advice,
    problems: &mut Vec<Problem>,
) {
    match Cause::of(no_broker, Some(copy)) {
        Cause::Stopped => problems.push(problem(
            "salinan registri berhenti: log registri dipulihkan, atau alirannya bukan alirannya yang dulu; sasaran kampanye memakai data lama",
            format!("jalankan kimctl log verify; {}", advice.look_at(context)),
        )),
        Cause::Disconnected(seconds) if seconds > GRACE_SECONDS => problems.push(problem(
            format!("tidak mendengar aliran registri sejak {} lalu; sasaran kampanye memakai data lama", lasting(seconds)),
            advice.look_at(context),
        )),
        Cause::Broker | Cause::Disconnected(_) | Cause::Unknown => {}
    }
    if copy.parked_aggregates > 0 {
        problems.push(problem(
            format!("{} data registri ditahan, sasaran kampanye belum lengkap", grouped(copy.parked_aggregates)),
            format!("perbarui layanan {} ke versi yang mengenal kejadian itu", context.service()),
        ));
    }
}
