//! Every kind of aggregate is given 100,000 commands, whether or not they fit: it goes the ways that the domain has and no others, every
//! reason to refuse is given, and what must hold of each event holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use time::{Duration, OffsetDateTime, macros::datetime};

use super::{
    Refusal,
    campaign::{self, Campaign},
    delivery::{self, Delivery, Fact},
    endpoint,
    material::{self, Material},
    matrix::reason,
    programme, question,
};

/// Of every hundred commands an aggregate is another one.
const AGGREGATES: usize = 1_000;
const COMMANDS: usize = 100;
pub const BEGIN: OffsetDateTime = datetime!(2026-01-05 02:00 UTC);

/// The ways that were gone, from one name of a state to another, and the reasons that were given.
#[derive(Default)]
pub struct Gone {
    ways: BTreeSet<String>,
    reasons: BTreeSet<String>,
}

/// Gives one aggregate after another its commands, at most `step` apart. `witness` is told of each event what was before and after it.
pub fn walk<S: Clone, C, E>(
    step: Duration,
    mut command: impl FnMut(&mut ChaCha8Rng, OffsetDateTime, Option<&S>) -> C,
    decide: impl Fn(Option<&S>, C) -> Result<Vec<E>, Refusal>,
    evolve: impl Fn(Option<S>, &E) -> Option<S>,
    name: impl Fn(&S) -> String,
    mut witness: impl FnMut(usize, Option<&S>, &E, &S),
) -> Gone {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut gone = Gone::default();
    let or_none = |state: Option<&S>| state.map_or_else(|| "none".to_owned(), &name);
    for aggregate in 0..AGGREGATES {
        let (mut state, mut now) = (None, BEGIN);
        for _ in 0..COMMANDS {
            now += Duration::seconds(rng.random_range(0..step.whole_seconds()));
            match decide(state.as_ref(), command(&mut rng, now, state.as_ref())) {
                Ok(events) => {
                    let before = or_none(state.as_ref());
                    for event in &events {
                        let after = evolve(state.clone(), event).expect("an event is of something");
                        witness(aggregate, state.as_ref(), event, &after);
                        state = Some(after);
                    }
                    if !events.is_empty() {
                        gone.ways.insert(format!("{before} → {}", or_none(state.as_ref())));
                    }
                }
                Err(refusal) => {
                    assert!(!refusal.to_string().is_empty());
                    gone.reasons.insert(reason(&refusal));
                }
            }
        }
    }
    gone
}

/// The variants that a file of reasons declares.
fn declared(file: &str) -> BTreeSet<String> {
    let variant = |line: &str| {
        let name = line.strip_prefix("    ")?;
        let name: String = name.chars().take_while(char::is_ascii_alphanumeric).collect();
        name.starts_with(|c: char| c.is_ascii_uppercase()).then_some(name)
    };
    file.lines().filter_map(variant).collect()
}

impl Gone {
    fn went(&self, ways: &[&str]) {
        assert_eq!(self.ways, ways.iter().map(ToString::to_string).collect());
    }

    /// All that the aggregate's own file declares, and these of the context's.
    fn gave(&self, own: &str, common: &[&str]) {
        let all: BTreeSet<String> = declared(own).into_iter().chain(common.iter().map(ToString::to_string)).collect();
        assert_eq!(self.reasons, all);
    }
}

const OF_PROGRAMMES: &[&str] =
    &["ProgrammeNotFound", "ProgrammeExists", "ProgrammeClosed", "OfficeClosed", "TooFarAhead"];
const OF_MATERIALS: &[&str] = &[
    "ProgrammeClosed",
    "MaterialNotFound",
    "MaterialExists",
    "MaterialWithdrawn",
    "MaterialDiscarded",
    "MaterialNotPublished",
];
const OF_CAMPAIGNS: &[&str] = &[
    "ProgrammeClosed",
    "OfficeClosed",
    "TooFarAhead",
    "MaterialWithdrawn",
    "MaterialNotPublished",
    "CampaignNotFound",
    "CampaignExists",
];
const OF_QUESTIONS: &[&str] = &["QuestionNotFound", "QuestionExists", "OfficeClosed"];
const OF_ENDPOINTS: &[&str] = &["EndpointNotFound"];

#[test]
fn the_walks_give_every_reason_of_the_context() {
    let errors = ["Programme", "Material", "Campaign", "Delivery", "Question", "Endpoint"].map(String::from);
    let mut all = declared(include_str!("refusal.rs"));
    all.retain(|name| !errors.contains(name));
    let given = [OF_PROGRAMMES, OF_MATERIALS, OF_CAMPAIGNS, OF_QUESTIONS, OF_ENDPOINTS].concat();
    assert_eq!(all, given.into_iter().map(String::from).collect());
}

fn debug(status: impl Debug) -> String {
    format!("{status:?}")
}

#[test]
fn a_programme() {
    let gone = walk(
        Duration::days(30),
        programme::histories::command,
        programme::decide,
        programme::evolve,
        |programme| debug(programme.status()),
        |_, before, event, _| {
            let closed = before.is_some_and(|before| before.closed_on.is_some());
            assert!(!closed, "{event:?} after the end");
        },
    );
    gone.went(&["none → Established", "Established → Established", "Established → Closed"]);
    gone.gave(include_str!("programme/error.rs"), OF_PROGRAMMES);
}

/// Of what is shown, and of what is worked on.
fn material_name(material: &Material) -> String {
    match &material.working {
        Some(working) if !material.published.is_empty() => format!("Published+{:?}", working.stage.status()),
        _ => debug(material.status()),
    }
}

#[test]
fn a_material() {
    let gone = walk(
        Duration::days(5),
        material::histories::command,
        material::decide,
        material::evolve,
        material_name,
        |_, before, event, after| match event {
            material::Event::Approved { by, hash, .. } => {
                let working = after.working.as_ref().expect("a version that is worked on");
                assert!(!working.authors.contains(by), "approved by an author");
                assert_eq!(*hash, working.content.hash);
            }
            material::Event::Published(publication) => {
                let working = before.and_then(|before| before.working.as_ref()).expect("a version that is worked on");
                assert_eq!(working.stage.status(), material::Status::Approved);
                assert_eq!(
                    (publication.hash, publication.wording.hash()),
                    (working.content.hash, working.content.hash)
                );
                assert!(publication.superseded.is_none_or(|superseded| superseded < publication.version));
                assert_eq!(after.shown().map(|shown| shown.version), Some(publication.version));
            }
            _ => {}
        },
    );
    let working = ["Draft", "InReview", "Returned", "Approved"];
    let mut ways =
        vec!["none → Draft".to_owned(), "Published → Published+Draft".into(), "Published → Withdrawn".into()];
    for (alone, before, discarded, published) in
        [(true, "", "Discarded", "Published"), (false, "Published+", "Published", "Published")]
    {
        for (from, to) in [
            ("Draft", "Draft"),
            ("Draft", "InReview"),
            ("InReview", "Returned"),
            ("InReview", "Approved"),
            ("Returned", "Draft"),
            ("Approved", "Returned"),
        ] {
            ways.push(format!("{before}{from} → {before}{to}"));
        }
        ways.push(format!("{before}Approved → {published}"));
        ways.extend(working.map(|from| format!("{before}{from} → {discarded}")));
        if !alone {
            ways.extend(working.map(|from| format!("{before}{from} → Withdrawn")));
        }
    }
    gone.went(&ways.iter().map(String::as_str).collect::<Vec<_>>());
    gone.gave(include_str!("material/error.rs"), OF_MATERIALS);
}

#[test]
fn a_campaign() {
    let mut assigned: BTreeMap<usize, BTreeSet<super::ids::CommunityId>> = BTreeMap::new();
    let mut told: BTreeSet<(usize, campaign::Notice, u32)> = BTreeSet::new();
    let gone = walk(
        Duration::hours(20),
        campaign::histories::command,
        campaign::decide,
        campaign::evolve,
        |campaign| debug(campaign.stage.status()),
        |aggregate, before, event, after| check(aggregate, before, event, after, &mut assigned, &mut told),
    );
    gone.went(&[
        "none → Draft",
        "Draft → Draft",
        "Draft → Scheduled",
        "Draft → Cancelled",
        "Scheduled → Draft",
        "Scheduled → Scheduled",
        "Scheduled → Running",
        "Scheduled → Cancelled",
        "Running → Running",
        "Running → Paused",
        "Running → Completed",
        "Running → Cancelled",
        "Paused → Paused",
        "Paused → Running",
        "Paused → Completed",
        "Paused → Cancelled",
        "Completed → Completed",
        "Cancelled → Cancelled",
    ]);
    gone.gave(include_str!("campaign/error.rs"), OF_CAMPAIGNS);
    assert!(!told.is_empty());
}

/// Each community gets it once, batches have no gap, nothing is assigned unless it runs, and each batch is told once of each notice.
fn check(
    aggregate: usize,
    before: Option<&Campaign>,
    event: &campaign::Event,
    after: &Campaign,
    assigned: &mut BTreeMap<usize, BTreeSet<super::ids::CommunityId>>,
    told: &mut BTreeSet<(usize, campaign::Notice, u32)>,
) {
    let known = || before.and_then(|before| before.stage.fan_out()).expect("a campaign that had started");
    match event {
        campaign::Event::Assigned(batch) => {
            assert_eq!(before.map(|before| before.stage.status()), Some(campaign::Status::Running));
            assert_eq!(usize::try_from(batch.batch), Ok(known().batches.len() + 1));
            let all = assigned.entry(aggregate).or_default();
            let ordinary = after.plan.priority == campaign::Priority::Ordinary;
            assert!(ordinary || batch.deferred.is_empty(), "{batch:?} is deferred, and is to pass the quota");
            for community in &batch.deferred {
                assert!(!all.contains(community), "{community} is deferred, and got it before");
            }
            for community in &batch.communities {
                let waited = known().deferred.contains_key(community);
                assert_eq!(waited, batch.kind == campaign::AssignmentKind::Deferred, "{community} in {batch:?}");
                assert!(all.insert(*community), "{community} got it twice");
                let released = batch.kind != campaign::AssignmentKind::Newcomer && known().released.contains(community);
                assert!(!released, "{community} was taken out");
            }
            assert_eq!(after.stage.fan_out().map(|after| usize::try_from(after.assigned())), Some(Ok(all.len())));
        }
        campaign::Event::AudienceDrawn { .. } => assert_eq!(known().done, known().draw.size),
        campaign::Event::Completed { communities, deferred, .. } => {
            let got = assigned.get(&aggregate).map_or(0, BTreeSet::len);
            let waits = known().deferred.len();
            assert_eq!((usize::try_from(*communities), usize::try_from(*deferred)), (Ok(got), Ok(waits)));
        }
        campaign::Event::NoticeIssued { notice, batch, regency, .. } => {
            let to = known().batches[usize::try_from(*batch).expect("a small number") - 1];
            assert_eq!(to.regency, *regency);
            let older = to.version < notice.version || notice.kind == campaign::NoticeKind::Withdrawn;
            assert!(older, "{to:?} got what {notice:?} tells of");
            assert!(told.insert((aggregate, *notice, *batch)), "{notice:?} twice to {batch}");
        }
        _ => {}
    }
}

#[test]
fn a_delivery() {
    let mut gone = walk(
        Duration::hours(12),
        delivery::histories::command,
        |state, (told, command)| delivery::decide(state, &told, command),
        delivery::evolve,
        |delivery| debug(delivery.status()),
        |_, before, event, after| {
            let before_that = |kind| before.and_then(|before: &Delivery| before.receipts.get(kind));
            match &event.fact {
                Fact::Received { kind, .. } => assert_eq!(before_that(kind), None, "{kind:?} twice"),
                Fact::ReceiptCorrected { kind, receipt } => {
                    assert!(before_that(kind).is_some_and(|before| receipt < before), "{kind:?} at a later time");
                }
                _ => {}
            }
            let verified = |delivery: &Delivery| delivery.verification.map(|by| (by.sessions, by.people, by.outdated));
            if let Some((sessions, people, false)) = verified(after) {
                assert_eq!(
                    (after.counted_sessions().count(), after.people()),
                    (sessions as usize, people),
                    "{event:?}"
                );
            }
        },
    );
    assert!(gone.ways.len() > 30, "{:?}", gone.ways);
    // That comes after more reports than a walk has: it has a test of its own.
    gone.reasons.insert("TooManySessions".to_owned());
    gone.gave(include_str!("delivery/error.rs"), &[]);
}

#[test]
fn a_question() {
    let gone = walk(
        Duration::days(5),
        question::histories::command,
        question::decide,
        question::evolve,
        |question| debug(question.stage.status()),
        |_, before, event, _| {
            if let question::Event::AnswerPublished { by, .. } = event {
                let before = before.expect("a question that was asked");
                assert!(!matches!(before.stage, question::Stage::Answered { by: author } if author == *by));
            }
        },
    );
    gone.went(&[
        "none → Asked",
        "Asked → Redirected",
        "Asked → Answered",
        "Asked → SetAside",
        "Redirected → Redirected",
        "Redirected → Answered",
        "Redirected → SetAside",
        "Answered → Answered",
        "Answered → Reopened",
        "Reopened → Redirected",
        "Reopened → Answered",
        "Reopened → SetAside",
        "SetAside → Reopened",
    ]);
    gone.gave(include_str!("question/error.rs"), OF_QUESTIONS);
}

#[test]
fn an_endpoint() {
    let gone = walk(
        Duration::days(5),
        endpoint::histories::command,
        endpoint::decide,
        endpoint::evolve,
        |endpoint| debug(endpoint.status()),
        |_, before, event, after| match event {
            endpoint::Event::Set { .. } => assert!(before.is_none_or(|before| before.seat == after.seat)),
            endpoint::Event::Removed { .. } => assert_eq!(after.address(), None),
            _ => assert!(before.is_some_and(|before| before.status() != endpoint::Status::Removed)),
        },
    );
    gone.went(&[
        "none → Set",
        "Set → Set",
        "Set → Suspended",
        "Set → Removed",
        "Suspended → Set",
        "Suspended → Suspended",
        "Suspended → Removed",
        "Removed → Set",
    ]);
    gone.gave(include_str!("endpoint/error.rs"), OF_ENDPOINTS);
}
