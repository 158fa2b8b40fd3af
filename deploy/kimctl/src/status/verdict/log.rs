//! What is wrong with a log, its stream, and what its service makes of them. Each is told under the service's name.

use kim_territory::spelling::{decimal, grouped};

use super::{
    super::{
        Appends, Problem, ReaderState, RelayState,
        ask::{FoundLog, NoStream},
    },
    Advice, problem, reader,
};
use crate::log::closure;

/// How full the queue of appends may be before it is said.
const NEARLY_FULL: f64 = 0.5;

pub(super) fn told(found: &FoundLog, no_broker: bool, advice: &Advice, problems: &mut Vec<Problem>) {
    let mut wrong = Vec::new();
    wrong.extend(standing(found, advice));
    let measured = found.measured.as_ref();
    if let Some(appends) = measured.and_then(Appends::of).filter(|appends| appends.queue > NEARLY_FULL) {
        wrong.push(problem(
            format!("antrean pencatatan terisi {}%; bila penuh, perintah ditolak", decimal(appends.queue * 100.0)),
            format!(
                "basis data lambat: periksa beban dan diska PostgreSQL; {}",
                advice.look("postgres.log", "PostgreSQL")
            ),
        ));
    }
    wrong.extend(index(found, advice));
    if let Some(copy) = measured.and_then(ReaderState::of_copy) {
        reader::copy(&copy, no_broker, found.context, advice, &mut wrong);
    }
    let service = found.context.service();
    problems.extend(wrong.into_iter().map(|wrong| Problem { what: format!("{service}: {}", wrong.what), ..wrong }));
}

/// Where the log ends that takes events; `None` where it is not known, and while it is closed.
pub(super) fn open_head(found: &FoundLog) -> Option<i64> {
    found.log.as_ref().ok().filter(|log| log.closure.is_none()).map(|log| log.head)
}

/// Why the log takes no events, or why they do not come into the stream.
fn standing(found: &FoundLog, advice: &Advice) -> Option<Problem> {
    let context = found.context;
    let log = found.log.as_ref().ok();
    if let Some(closed) = log.and_then(|log| log.closure.as_ref()) {
        let (what, remedy) = closure::closure(context, closed);
        return Some(problem(what, remedy));
    }
    if let Some((what, remedy)) = log.and_then(|log| closure::alarm(context, log.alarm())) {
        return Some(problem(what, remedy));
    }
    if found.measured.as_ref().and_then(RelayState::of).is_some_and(|relay| relay.stopped) {
        return Some(problem(
            "relai berhenti: aliran di NATS tidak cocok dengan log, dan kejadian baru tidak disiarkan",
            format!("jalankan kimctl log verify{}; {}", context.option(), advice.look_at(context)),
        ));
    }
    stream(found, advice)
}

fn stream(found: &FoundLog, advice: &Advice) -> Option<Problem> {
    let (service, option) = (found.context.service(), found.context.option());
    match (&found.stream, found.log.as_ref().ok().map(|log| log.head)) {
        (Err(NoStream::NoBroker), _) | (Err(NoStream::Missing), Some(0) | None) | (Ok(_), None) => None,
        (Err(NoStream::Missing), Some(_)) => Some(problem(
            "aliran di NATS belum ada",
            format!("relai membuatnya bila {service} berjalan; {}", advice.look_at(found.context)),
        )),
        (Err(NoStream::Unreadable(why)), _) => {
            Some(problem(format!("aliran di NATS tidak terbaca: {why}"), advice.look("nats.log", "NATS")))
        }
        (Ok(stream), Some(head)) if stream.position > head => Some(problem(
            format!("aliran ({}) mendahului log ({})", grouped(stream.position), grouped(head)),
            format!("basis data {service} mundur: jangan hapus aliran; jalankan kimctl log reconcile{option}"),
        )),
        (Ok(stream), Some(head)) if stream.position < head && !stream.catching_up => Some(problem(
            format!("aliran tertinggal {} kejadian dan tidak bergerak", grouped(head - stream.position)),
            format!("relai macet: {}", advice.look_at(found.context)),
        )),
        (Ok(_), Some(_)) => None,
    }
}

/// Lists and searches show what the index has.
fn index(found: &FoundLog, advice: &Advice) -> Option<Problem> {
    let (index, head) = found.index.zip(open_head(found))?;
    (index.position < head && !index.catching_up).then(|| {
        problem(
            format!(
                "indeks tertinggal {} kejadian dan tidak bergerak; daftar belum lengkap",
                grouped(head - index.position)
            ),
            advice.look_at(found.context),
        )
    })
}
