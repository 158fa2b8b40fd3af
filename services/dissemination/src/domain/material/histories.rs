//! Random commands on a material.

use std::sync::LazyLock;

use kim_territory::Decree;
use kim_values::{Region, VaultRef};
use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Command, Material, Outline, ReturnReason, RevisionReason, SealedContent, WithdrawalReason};
use crate::domain::{
    content::{Wording, samples::wording},
    ids::{ActorRef, OfficeId, ProgrammeId},
    programme,
};

/// Two first versions, and two revisions.
static WORDINGS: LazyLock<Vec<Wording>> = LazyLock::new(|| {
    let note = Some("Jadwalnya sudah diperbaiki.");
    let bodies = ["Imunisasi melindungi anak.", "Datanglah ke posyandu hari Rabu."];
    [None, note].iter().flat_map(|note| bodies.map(|body| wording(body, *note))).collect()
});

pub fn command(rng: &mut ChaCha8Rng, now: OffsetDateTime, state: Option<&Material>) -> Command {
    let region = Region { code: "14".parse().expect("a code"), decree: Decree::CURRENT };
    let today = region.today(now);
    let by = ActorRef(Uuid::from_u128(rng.random_range(1..5)));
    let programme =
        if rng.random_range(0..10) == 0 { programme::Status::Closed } else { programme::Status::Established };
    let note = rng.random::<bool>().then(|| VaultRef(Uuid::from_u128(rng.random())));
    let working = state.and_then(|material| material.working.as_ref());
    match rng.random_range(0..60) {
        0..6 => Command::Draft { outline: outline(region), content: sealed(rng, false), programme, by, today },
        6..14 => {
            let revision = working.is_some_and(|working| working.revision.is_some()) ^ (rng.random_range(0..5) == 0);
            Command::Amend { content: sealed(rng, revision), by, today }
        }
        14..24 => Command::Submit { by, today },
        24..27 => {
            let all = [ReturnReason::FactsWrong, ReturnReason::LanguageUnclear];
            let reasons = all.into_iter().take(rng.random_range(0..3)).collect();
            Command::Return { reasons, note, by, today }
        }
        27..38 => {
            let hash = working.filter(|_| rng.random_range(0..8) > 0).map(|working| working.content.hash);
            Command::Approve { hash: hash.unwrap_or_else(|| sealed(rng, true).hash), by, today }
        }
        38..47 => {
            let known = |reference: VaultRef| usize::try_from(reference.0.as_u128()).expect("a wording's number");
            let n = working.filter(|_| rng.random_range(0..8) > 0).map(|working| known(working.content.reference));
            let n = n.unwrap_or_else(|| rng.random_range(0..4));
            Command::Publish { wording: Box::new(WORDINGS[n].clone()), programme, by, today }
        }
        47..57 => {
            let all = [RevisionReason::Correction, RevisionReason::Update, RevisionReason::Addition];
            let reason = *all.choose(rng).expect("three");
            Command::Revise { reason, content: sealed(rng, true), programme, by, today }
        }
        57 | 58 => Command::Discard { by, today },
        _ => Command::Withdraw { reason: WithdrawalReason::Outdated, note, by, today },
    }
}

fn outline(region: Region) -> Outline {
    let (programme, office) = (ProgrammeId(Uuid::from_u128(1)), OfficeId(Uuid::from_u128(2)));
    Outline { programme, office, region }
}

/// The vault calls each wording by its number.
fn sealed(rng: &mut ChaCha8Rng, revision: bool) -> SealedContent {
    let n = rng.random_range(0..2) + if revision { 2 } else { 0 };
    let wording = &WORDINGS[n];
    let reference = VaultRef(Uuid::from_u128(n as u128));
    SealedContent { reference, hash: wording.hash(), languages: wording.contents.languages() }
}
