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
    heads: &[(LogContext, Option<i64>)],
    cause: &Cause,
    advice: &Advice,
    problems: &mut Vec<Problem>,
) {
    problems.extend(standstill(model, heads, cause, advice));
    if model.parked_aggregates > 0 {
        problems.push(problem(
            format!("{} data ditahan, angka belum lengkap", grouped(model.parked_aggregates)),
            "perbarui layanan pelaporan ke versi yang mengenal kejadian itu, lalu kimctl projection rebuild",
        ));
    }
}

fn standstill(
    model: &ReadModelState,
    heads: &[(LogContext, Option<i64>)],
    cause: &Cause,
    advice: &Advice,
) -> Vec<Problem> {
    let logs = || heads.iter().filter_map(|(context, head)| Some((*context, model.folded(*context)?, (*head)?)));
    let ahead: Vec<Problem> = logs()
        .filter(|(_, log, head)| log.position > *head)
        .map(|(context, log, head)| {
            let (service, option) = (context.service(), context.option());
            problem(
                format!("tampilan ({}) mendahului log {service} ({})", grouped(log.position), grouped(head)),
                format!(
                    "basis data {service} mundur: jalankan kimctl log verify{option}, lalu kimctl projection rebuild"
                ),
            )
        })
        .collect();
    match cause {
        Cause::Stopped => vec![problem(
            "tampilan berhenti: log dipulihkan, atau alirannya bukan alirannya yang dulu",
            "jalankan kimctl log verify; bila log benar, kimctl projection rebuild",
        )],
        _ if !ahead.is_empty() => ahead,
        Cause::Disconnected(seconds) if *seconds > GRACE_SECONDS => vec![problem(
            format!("pelaporan tidak mendengar aliran sejak {} lalu", lasting(*seconds)),
            advice.look("projection.log", "pelaporan"),
        )],
        Cause::Broker => Vec::new(),
        Cause::Disconnected(_) | Cause::Unknown => logs()
            .filter(|(_, log, head)| log.position < *head && !log.catching_up)
            .map(|(context, log, head)| {
                let (events, service) = (grouped(head - log.position), context.service());
                problem(
                    format!("tampilan tertinggal {events} kejadian {service} dan tidak bergerak"),
                    advice.look("projection.log", "pelaporan"),
                )
            })
            .collect(),
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
