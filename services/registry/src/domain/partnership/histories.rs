//! Random histories of a partnership, for whoever folds its events.

use kim_territory::Decree;
use kim_values::{DocumentHash, Region, VaultRef};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use time::{Date, Duration, macros::date};
use uuid::Uuid;

use super::{
    Agreement, Command, DeclineReason, Event, Partners, Partnership, REMINDERS, Scope, Scopes, Side, TerminationReason,
    decide, evolve, reminder_on,
};
use crate::domain::{
    community,
    ids::{CommunityId, OfficeId},
};

/// What becomes of one partnership that is given forty commands, whether or not they fit.
pub fn history(rng: &mut ChaCha8Rng) -> Vec<Event> {
    let (mut state, mut today, mut events) = (None, date!(2019 - 01 - 01), Vec::new());
    for _ in 0..40 {
        today += Duration::days(rng.random_range(0..40));
        let Ok(decided) = decide(state.as_ref(), command(rng, today, state.as_ref())) else { continue };
        state = decided.iter().fold(state, evolve);
        events.extend(decided);
    }
    events
}

pub fn command(rng: &mut ChaCha8Rng, today: Date, state: Option<&Partnership>) -> Command {
    let until = state.map_or(today, |partnership| partnership.agreement.until);
    let by = [Side::Office, Side::Community][rng.random_range(0..2)];
    let (partners, document) = (partners(), document(rng));
    match rng.random_range(0..24) {
        0..8 => Command::Propose { agreement: agreement(rng, today), by, partners, today },
        8..12 => Command::Sign { on: today, number: reference(rng), document, partners, today },
        12 => Command::Renew { until: until + Duration::days(rng.random_range(1..400)), document, partners, today },
        13 => Command::Terminate { on: today, reason: TerminationReason::Other, note: reference(rng), today },
        16 if until >= today && rng.random() => Command::LosePartner { side: by, on: today },
        14 => Command::Withdraw { by, today },
        15 => Command::Decline { by, reason: DeclineReason::TermsNotAgreed, today },
        16..18 if until < today => Command::Expire { until },
        _ => Command::Remind { until, due: reminder_on(until, REMINDERS[rng.random_range(0..2)]) },
    }
}

fn agreement(rng: &mut ChaCha8Rng, today: Date) -> Agreement {
    let seat = Region { code: "14.01.01.2009".parse().expect("a code"), decree: Decree::CURRENT };
    Agreement {
        office: OfficeId(Uuid::from_u128(rng.random())),
        community: CommunityId(Uuid::from_u128(rng.random())),
        seat,
        scopes: Scopes::new([Scope::Dissemination, Scope::Literacy]).expect("two"),
        from: today,
        until: today + Duration::days(rng.random_range(0..900)),
        document: document(rng),
        number: reference(rng),
    }
}

fn partners() -> Partners {
    let office_region = "14".parse().expect("a code");
    Partners { office_region, office_is_open: true, community: community::Status::Active }
}

fn reference(rng: &mut ChaCha8Rng) -> Option<VaultRef> {
    rng.random::<bool>().then(|| VaultRef(Uuid::from_u128(rng.random())))
}

fn document(rng: &mut ChaCha8Rng) -> Option<DocumentHash> {
    rng.random::<bool>().then(|| DocumentHash(rng.random()))
}
