//! What goes into the log comes out of it.

use std::{collections::BTreeSet, fmt::Debug};

use kim_contract::DESCRIPTORS;
use kim_desk::wire::Happened;
use kim_eventlog::{Aggregate, MAX_PAYLOAD};
use kim_values::{Region, VaultRef};
use prost::Message;
use prost_types::FileDescriptorSet;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use time::{Duration, OffsetDateTime, macros::datetime};
use uuid::Uuid;

use super::{
    campaign::Campaigns,
    delivery::{self as wire_delivery, Deliveries},
    endpoint::Endpoints,
    material::Materials,
    programme::{self as wire_programme, Programmes},
    question::Questions,
};
use crate::domain::{
    Refusal,
    audience::RegistryPosition,
    campaign, content, delivery, endpoint,
    ids::{ActorRef, CommunityId, MaterialId, OfficeId, ProgrammeId},
    material, programme, question,
    walks::{BEGIN, walk},
};

const NOW: OffsetDateTime = datetime!(2026-02-01 03:41:00 UTC);
const ID: Uuid = Uuid::from_u128(77);

/// Writes, reads, compares, and gives the type that was written.
fn comes_out<A: Aggregate<Event = Happened<E>>, E: Debug + PartialEq>(
    happened: &Happened<E>,
    after: &A::State,
) -> String {
    let written = A::encode(happened, after);
    assert!(written.payload.len() <= MAX_PAYLOAD, "{happened:?}");
    assert_eq!(A::decode(&happened.recorded(&written)).as_ref(), Some(happened));
    written.event_type.to_owned()
}

/// The types that the contract has for events of one kind.
fn declared(kind: &str) -> BTreeSet<String> {
    let set = FileDescriptorSet::decode(DESCRIPTORS).expect("the descriptors are valid");
    let file = set.file.into_iter().find(|file| file.name() == "kim/dissemination/v1/event.proto").expect("the events");
    let package = file.package().to_owned();
    let of_kind = file.message_type.into_iter().filter(|message| message.name().starts_with(kind));
    of_kind.map(|message| format!("{package}.{}", message.name())).collect()
}

/// The types of all events that come of random commands; each comes out of the log as it went in.
fn come_out<A, S, C, E>(
    step: Duration,
    command: impl FnMut(&mut ChaCha8Rng, OffsetDateTime, Option<&S>) -> C,
    decide: impl Fn(Option<&S>, C) -> Result<Vec<E>, Refusal>,
    evolve: impl Fn(Option<S>, &E) -> Option<S>,
    happened: impl Fn(E, &S) -> Happened<E>,
) -> BTreeSet<String>
where
    A: Aggregate<State = Option<S>, Event = Happened<E>>,
    S: Clone,
    E: Clone + Debug + PartialEq,
{
    let mut types = BTreeSet::new();
    walk(
        step,
        command,
        decide,
        evolve,
        |_| String::new(),
        |_, _, event, after| {
            types.insert(comes_out::<A, _>(&happened(event.clone(), after), &Some(after.clone())));
        },
    );
    types
}

fn now<E, S>(event: E, _after: &S) -> Happened<E> {
    Happened { aggregate: ID, at: NOW, event }
}

#[test]
fn every_event_of_a_programme() {
    use programme::{decide, evolve, histories::command};
    let happened = |event, after: &programme::Programme| wire_programme::happened(ID, event, after.region, NOW);
    let types = come_out::<Programmes, _, _, _>(Duration::days(30), command, decide, evolve, happened);
    assert_eq!(types, declared("Programme"));
}

#[test]
fn every_event_of_a_material() {
    use material::{decide, evolve, histories::command};
    let types = come_out::<Materials, _, _, _>(Duration::days(5), command, decide, evolve, now);
    assert_eq!(types, declared("Material"));
}

#[test]
fn every_event_of_a_campaign() {
    use campaign::{decide, evolve, histories::command};
    let types = come_out::<Campaigns, _, _, _>(Duration::hours(20), command, decide, evolve, now);
    assert_eq!(types, declared("Campaign"));
}

#[test]
fn every_event_of_a_delivery() {
    use delivery::{evolve, histories::command};
    let decide = |state: Option<&_>, (told, command)| delivery::decide(state, &told, command);
    let happened = |event, _: &_| wire_delivery::happened(ID, event, NOW);
    let types = come_out::<Deliveries, _, _, _>(Duration::hours(12), command, decide, evolve, happened);
    assert_eq!(types, declared("Delivery"));
}

#[test]
fn every_event_of_a_question() {
    use question::{decide, evolve, histories::command};
    let types = come_out::<Questions, _, _, _>(Duration::days(5), command, decide, evolve, now);
    assert_eq!(types, declared("Question"));
}

#[test]
fn every_event_of_an_endpoint() {
    use endpoint::{decide, evolve, histories::command};
    let types = come_out::<Endpoints, _, _, _>(Duration::days(5), command, decide, evolve, now);
    assert_eq!(types, declared("Endpoint"));
}

#[test]
fn a_campaign_writes_what_is_of_one_regency_there_and_the_rest_in_its_own_region() {
    let mut places = BTreeSet::new();
    walk(
        Duration::hours(20),
        campaign::histories::command,
        campaign::decide,
        campaign::evolve,
        |_| String::new(),
        |_, _, event, after| {
            let happened = Happened { aggregate: ID, at: NOW, event: event.clone() };
            let place = Campaigns::encode(&happened, &Some(after.clone())).place;
            let own = matches!(
                event,
                campaign::Event::Assigned(_) | campaign::Event::Released { .. } | campaign::Event::NoticeIssued { .. }
            );
            places.insert((own, place.regency));
        },
    );
    assert!(places.iter().all(|(own, regency)| *own != (regency == "0000")), "{places:?}");
    assert!(places.len() > 4, "{places:?}");
}

#[test]
fn what_was_reported_happened_when_it_did() {
    let of = |command| {
        let assigned = Some(delivery::Assigned { version: material::Version::FIRST, at: BEGIN });
        let recipient = delivery::histories::recipient();
        let newest = material::Version::FIRST;
        let told = delivery::Told { recipient, assigned, newest, withdrawn_at: None, now: NOW };
        let events = delivery::decide(None, &told, command).expect("a report");
        wire_delivery::happened(ID, events[0].clone(), NOW).at
    };
    let at = BEGIN + Duration::HOUR;
    let receipt = delivery::Receipt { at, channel: delivery::Channel::Inbox, version: material::Version::FIRST };
    assert_eq!(of(delivery::Command::Receive { kind: delivery::ReceiptKind::Opened, receipt }), at);
    let day = time::macros::date!(2026 - 01 - 20);
    let session = delivery::Session::new(day, delivery::SessionChannel::Radio, 300, None).expect("a session");
    let id = crate::domain::ids::SessionId(ID);
    assert_eq!(of(delivery::Command::HoldSession { id, session }), datetime!(2026-01-20 00:00 +7));
    let nation = Region::nation();
    let closed = programme::Event::Closed { on: day, note: Some(VaultRef(ID)) };
    assert_eq!(wire_programme::happened(ID, closed, nation, NOW).at, datetime!(2026-01-20 00:00 +7));
}

#[test]
fn the_largest_batch_and_the_longest_material_fit_into_an_event() {
    let (programme, office, by) = (ProgrammeId(ID), OfficeId(ID), ActorRef(ID));
    let outline = material::Outline { programme, office, region: Region::nation() };
    let body = "\u{a9a5}".repeat(18_000);
    let tags = ["id", "jv", "su", "ban", "min", "ace", "bug"];
    let contents = tags.map(|tag| content::samples::content(tag, &body)).to_vec();
    let contents = content::Contents::new(contents).expect("contents");
    let note = Some(content::Note::stored(&"\u{a9a5}".repeat(1_000)));
    let wording = content::Wording { contents, note };
    let sealed = material::SealedContent {
        reference: VaultRef(ID),
        hash: wording.hash(),
        languages: wording.contents.languages(),
    };
    let today = time::macros::date!(2026 - 02 - 01);
    let drafted = material::Event::Drafted { outline, content: sealed, by, on: today };
    let state = material::evolve(None, &drafted);
    let hash = wording.hash();
    let publication = material::Publication {
        programme,
        version: material::Version::FIRST,
        wording,
        hash,
        superseded: None,
        revision: None,
        by,
        on: today,
    };
    let event = material::Event::Published(Box::new(publication));
    comes_out::<Materials, _>(&Happened { aggregate: ID, at: NOW, event }, &state);
    let communities = (0..campaign::MAX_BATCH).map(|n| CommunityId(Uuid::from_u128(u128::MAX - n as u128))).rev();
    let batch = campaign::Assignment {
        batch: u32::MAX / 2,
        kind: campaign::AssignmentKind::Initial,
        regency: campaign::histories::region("94.71"),
        communities: communities.collect(),
        deferred: Vec::new(),
        position: RegistryPosition(1 << 62),
        material: MaterialId(ID),
        version: material::Version::FIRST,
        through: Some(CommunityId(ID)),
        skipped: 0,
        at: NOW,
    };
    let event = Happened { aggregate: ID, at: NOW, event: campaign::Event::Assigned(batch) };
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut campaign = None;
    while campaign.is_none() {
        let command = campaign::histories::command(&mut rng, BEGIN, None);
        let drafted = campaign::decide(None, command).unwrap_or_default();
        campaign = drafted.iter().fold(None, campaign::evolve);
    }
    comes_out::<Campaigns, _>(&event, &campaign);
}
