//! Random commands on a question.

use kim_values::VaultRef;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Command, Origin, PublishedAnswer, PublishedAnswers, Question, SetAsideReason};
use crate::domain::{
    content::{Body, Language},
    delivery::histories::recipient,
    ids::{ActorRef, DeliveryId, OfficeId, ProgrammeId, SessionId},
};

pub fn origin() -> Origin {
    let to = recipient();
    Origin {
        delivery: DeliveryId::of(to.campaign, to.community),
        session: SessionId(Uuid::from_u128(3)),
        campaign: to.campaign,
        programme: ProgrammeId(Uuid::from_u128(4)),
        community: to.community,
        seat: to.seat,
    }
}

/// The same question in one language or two, answered so.
pub fn answers(answer: &str, tags: &[&str]) -> PublishedAnswers {
    let said = || PublishedAnswer { question: Body::stored("Di mana imunisasi gratis?"), answer: Body::stored(answer) };
    let language = |tag: &&str| (Language::parse(tag).expect("a language"), said());
    PublishedAnswers::new(tags.iter().map(language).collect()).expect("answers")
}

pub fn command(rng: &mut ChaCha8Rng, now: OffsetDateTime, _: Option<&Question>) -> Command {
    let today = origin().seat.today(now);
    let office = OfficeId(Uuid::from_u128(rng.random_range(1..4)));
    let by = ActorRef(Uuid::from_u128(rng.random_range(1..4)));
    let text = VaultRef(Uuid::from_u128(rng.random()));
    let note = rng.random::<bool>().then_some(text);
    match rng.random_range(0..24) {
        0..4 => Command::Ask { origin: origin(), office, text, today },
        4..10 => Command::Answer { text, by, today },
        10..14 => Command::Reopen { text, today },
        14..18 => Command::Redirect { to: office, office_is_open: rng.random_range(0..4) > 0, note, today },
        18 | 19 => Command::SetAside { reason: SetAsideReason::AskedBefore, note, today },
        _ => {
            let answer = ["Gratis di posyandu.", "Gratis di puskesmas."][rng.random_range(0..2)];
            let tags: &[&str] = if rng.random() { &["id", "jv"] } else { &["id"] };
            Command::Publish { answers: answers(answer, tags), by, today }
        }
    }
}
