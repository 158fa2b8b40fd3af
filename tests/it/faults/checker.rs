//! Whether what clients saw, what the log has and what the stream has can all be true at once.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
};

use kim_contract::registry::v1::{ActivityReported, CommunityAmended, CommunityDrafted, CommunityReturned};
use kim_eventlog::Recorded;
use prost::Message;
use tonic::Code;
use uuid::Uuid;

use super::history::{Answer, Asked, Attempt, History, Operation};

/// The events of a row: drafted, submitted, registered.
const ROW: i64 = 3;

/// What must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    PositionsAreGapless,
    RecordedTimesNeverFall,
    VersionsAreGapless,
    AnEventIsThereOnce,
    TheStreamIsTheLog,
    AcknowledgedIsThere,
    NothingIsDoubled,
    NothingComesFromNowhere,
    ARowStandsOrFallsWhole,
    ARetryIsAnsweredAsTheFirst,
    ARefusalHasItsCause,
    WhatIsAcknowledgedComesBeforeWhatIsAskedLater,
    AReaderSeesWhatWasAcknowledged,
    ATimerFiresOnce,
    TheVaultHasWhatTheLogRefersTo,
}

/// A rule that is broken, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub rule: Rule,
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.rule, self.what)
    }
}

/// What an event says, so far as it tells which command made it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Effect {
    Drafted { name: String },
    Amended { community: Uuid, version: i64, members: i32 },
    Submitted { community: Uuid, version: i64 },
    Returned { community: Uuid, version: i64 },
    Registered { community: Uuid, version: i64 },
    Reported { activity: Uuid },
}

/// All that is wrong. `before` is the last position that the history does not know of: what was set up.
pub fn check(history: &History, log: &[Recorded], stream: &[Recorded], before: i64) -> Vec<Violation> {
    let mut checker = Checker { history, log, before, found: vec![] };
    checker.the_log_itself();
    checker.the_stream(stream);
    let events = Events::of(&log[log.partition_point(|event| event.position.get() <= before)..]);
    checker.every_command(&events);
    checker.every_refusal(&events);
    checker.the_order(&events);
    checker.every_read();
    checker.the_timers(&events);
    checker.found
}

/// Every reference that the log has leads into the vault, and the vault has no others.
pub fn vault(log: &[Recorded], references: &[Uuid]) -> Vec<Violation> {
    let mut wanted: Vec<Uuid> = log.iter().filter_map(reference).collect();
    wanted.sort_unstable();
    if wanted == references {
        return vec![];
    }
    let what = format!("the log refers to {} records, the vault has {}", wanted.len(), references.len());
    vec![Violation { rule: Rule::TheVaultHasWhatTheLogRefersTo, what }]
}

fn reference(event: &Recorded) -> Option<Uuid> {
    let text = match event.event_type.rsplit('.').next()? {
        "CommunityDrafted" => CommunityDrafted::decode(event.payload.clone()).ok()?.record_ref,
        "CommunityAmended" => CommunityAmended::decode(event.payload.clone()).ok()?.record_ref,
        "CommunityReturned" => CommunityReturned::decode(event.payload.clone()).ok()?.note_ref,
        _ => return None,
    };
    text.parse().ok()
}

/// The log's events by what they say.
struct Events<'a> {
    by_effect: BTreeMap<Effect, Vec<&'a Recorded>>,
    effects: HashMap<i64, Effect>,
    by_community: HashMap<Uuid, Vec<&'a Recorded>>,
    timers: HashMap<(Uuid, String), usize>,
    names: HashMap<Uuid, (String, String)>,
    unknown: Vec<&'a Recorded>,
}

impl<'a> Events<'a> {
    fn of(log: &'a [Recorded]) -> Self {
        let mut events = Self {
            by_effect: BTreeMap::new(),
            effects: HashMap::new(),
            by_community: HashMap::new(),
            timers: HashMap::new(),
            names: HashMap::new(),
            unknown: vec![],
        };
        for event in log {
            events.add(event);
        }
        events
    }

    fn add(&mut self, event: &'a Recorded) {
        let (community, version) = (event.aggregate, event.version.get());
        self.by_community.entry(community).or_default().push(event);
        let name = event.event_type.rsplit('.').next().unwrap_or_default();
        let effect = match name {
            "CommunityDrafted" => CommunityDrafted::decode(event.payload.clone()).ok().map(|drafted| {
                let profile = drafted.profile.unwrap_or_default();
                let seat = profile.seat.map(|seat| seat.code).unwrap_or_default();
                self.names.insert(community, (profile.name.clone(), seat));
                Effect::Drafted { name: profile.name }
            }),
            "CommunityAmended" => CommunityAmended::decode(event.payload.clone()).ok().map(|amended| {
                let members = amended.profile.unwrap_or_default().member_count;
                Effect::Amended { community, version, members }
            }),
            "CommunitySubmitted" => Some(Effect::Submitted { community, version }),
            "CommunityReturned" => Some(Effect::Returned { community, version }),
            "CommunityRegistered" => Some(Effect::Registered { community, version }),
            "ActivityReported" => ActivityReported::decode(event.payload.clone())
                .ok()
                .and_then(|reported| Some(Effect::Reported { activity: reported.activity_id.parse().ok()? })),
            // These come with an activity, in one append.
            "CommunityActivated" => return,
            "DormancyReminded" | "CommunityBecameDormant" => {
                *self.timers.entry((community, name.to_owned())).or_default() += 1;
                return;
            }
            _ => None,
        };
        match effect {
            Some(effect) => {
                self.effects.insert(event.position.get(), effect.clone());
                self.by_effect.entry(effect).or_default().push(event);
            }
            None => self.unknown.push(event),
        }
    }

    fn at(&self, community: Uuid, version: i64) -> Option<&'a Recorded> {
        let events = self.by_community.get(&community)?;
        let expected = events.get(usize::try_from(version - 1).ok()?).copied();
        expected.filter(|event| event.version.get() == version)
    }
}

/// The events that an operation makes when it is carried out. A row makes those of a whole community; the first stands for them.
fn effect(operation: &Operation) -> Option<Effect> {
    Some(match &operation.asked {
        Asked::Draft { name, .. } | Asked::Row { name } => Effect::Drafted { name: name.clone() },
        Asked::Amend { community, version, members } => {
            Effect::Amended { community: *community, version: version + 1, members: *members }
        }
        Asked::Submit { community, version } => Effect::Submitted { community: *community, version: version + 1 },
        Asked::Return { community, version } => Effect::Returned { community: *community, version: version + 1 },
        Asked::Register { community, version, .. } => {
            Effect::Registered { community: *community, version: version + 1 }
        }
        Asked::Report { activity, .. } => Effect::Reported { activity: *activity },
        Asked::Reuse { .. } => return None,
    })
}

fn row(operation: &Operation) -> Option<&str> {
    match &operation.asked {
        Asked::Row { name } => Some(name),
        _ => None,
    }
}

struct Checker<'a> {
    history: &'a History,
    log: &'a [Recorded],
    before: i64,
    found: Vec<Violation>,
}

impl Checker<'_> {
    fn broken(&mut self, rule: Rule, what: String) {
        self.found.push(Violation { rule, what });
    }

    fn the_log_itself(&mut self) {
        let mut ids = HashSet::new();
        let mut versions: HashMap<Uuid, i64> = HashMap::new();
        for (expected, event) in (1..).zip(self.log) {
            let position = event.position.get();
            if position != expected {
                self.broken(Rule::PositionsAreGapless, format!("{position} stands where {expected} should"));
                break;
            }
        }
        for pair in self.log.windows(2) {
            if pair[1].recorded_time < pair[0].recorded_time {
                let what = format!("{} was recorded before the event before it", pair[1].position);
                self.broken(Rule::RecordedTimesNeverFall, what);
            }
        }
        for event in self.log {
            if !ids.insert(event.event_id) {
                self.broken(Rule::AnEventIsThereOnce, format!("{} has an id that is there before it", event.position));
            }
            let version = versions.entry(event.aggregate).or_default();
            *version += 1;
            if event.version.get() != *version {
                let what =
                    format!("{} has version {} of {}, not {version}", event.position, event.version, event.aggregate);
                self.broken(Rule::VersionsAreGapless, what);
            }
        }
    }

    fn the_stream(&mut self, stream: &[Recorded]) {
        if stream.len() != self.log.len() {
            let what = format!("{} messages, {} events", stream.len(), self.log.len());
            self.broken(Rule::TheStreamIsTheLog, what);
        }
        let differs = self.log.iter().zip(stream).find(|(event, message)| event != message);
        if let Some((event, message)) = differs {
            self.broken(Rule::TheStreamIsTheLog, format!("the log has {event:?}, the stream has {message:?}"));
        }
    }

    /// Each acknowledged command is in the log once, each unknown one at most once, and nothing else is there.
    fn every_command(&mut self, events: &Events<'_>) {
        let mut by_effect: BTreeMap<Effect, Vec<&Operation>> = BTreeMap::new();
        for operation in &self.history.operations {
            if let Some(effect) = effect(operation) {
                by_effect.entry(effect).or_default().push(operation);
            }
        }
        for (effect, operations) in &by_effect {
            let made = events.by_effect.get(effect).map_or(&[][..], Vec::as_slice);
            let done = operations.iter().filter(|operation| operation.done().is_some()).count();
            let possible = operations.iter().filter(|operation| operation.possible()).count();
            if made.len() < done {
                let what = format!("{done} acknowledged, {} in the log: {operations:?}", made.len());
                self.broken(Rule::AcknowledgedIsThere, what);
            }
            if made.len() > possible {
                let what = format!("{possible} possible, {} in the log: {operations:?}", made.len());
                self.broken(Rule::NothingIsDoubled, what);
            }
            for operation in operations {
                self.answers(operation, made, events);
            }
        }
        let rows: HashSet<&str> = self.history.operations.iter().filter_map(row).collect();
        let of_row = |event: &Recorded| {
            let name = events.names.get(&event.aggregate).map(|(name, _)| name.as_str());
            event.version.get() <= ROW && name.is_some_and(|name| rows.contains(name))
        };
        let strangers =
            events.by_effect.iter().filter(|(effect, made)| !by_effect.contains_key(effect) && !of_row(made[0]));
        let strangers: Vec<_> = strangers.map(|(_, made)| made[0]).chain(events.unknown.iter().copied()).collect();
        for event in strangers {
            let what = format!("nobody asked for {} {} at {}", event.event_type, event.aggregate, event.position);
            self.broken(Rule::NothingComesFromNowhere, what);
        }
    }

    /// Every attempt that was answered names the same ids, and what it shows is in the log.
    fn answers(&mut self, operation: &Operation, made: &[&Recorded], events: &Events<'_>) {
        let mut first: Option<(Uuid, Option<Uuid>)> = None;
        let mut new = 0;
        for attempt in &operation.attempts {
            let Answer::Done { community, version, activity, new: is_new } = &attempt.answer else { continue };
            let ids = (*community, *activity);
            if first.is_some_and(|first| first != ids) {
                self.broken(Rule::ARetryIsAnsweredAsTheFirst, format!("other ids: {operation:?}"));
            }
            first = Some(ids);
            new += usize::from(*is_new == Some(true));
            if !made.is_empty() && !made.iter().any(|event| event.aggregate == *community) {
                self.broken(Rule::ARetryIsAnsweredAsTheFirst, format!("the log has another id: {operation:?}"));
            }
            if let Some(version) = version
                && events.at(*community, *version).is_none()
            {
                self.broken(Rule::AcknowledgedIsThere, format!("no version {version}: {operation:?}"));
            }
        }
        if new > 1 {
            self.broken(Rule::NothingIsDoubled, format!("a row was new {new} times: {operation:?}"));
        }
        if let (Asked::Row { .. }, [event]) = (&operation.asked, made) {
            let whole = (0..ROW).all(|n| {
                let part = events.at(event.aggregate, 1 + n);
                part.is_some_and(|part| part.position.get() == event.position.get() + n)
            });
            if !whole {
                self.broken(Rule::ARowStandsOrFallsWhole, format!("torn at {}: {operation:?}", event.position));
            }
        }
    }

    fn every_refusal(&mut self, events: &Events<'_>) {
        let makers: HashMap<Effect, &Operation> =
            self.history.operations.iter().filter_map(|operation| Some((effect(operation)?, operation))).collect();
        for operation in &self.history.operations {
            for attempt in &operation.attempts {
                let Answer::Refused { code, reason } = &attempt.answer else { continue };
                let cause = match (code, reason.as_str()) {
                    // Too much at once: tried again until it went through.
                    (Code::ResourceExhausted, _) => continue,
                    (Code::InvalidArgument, "REQUEST_ID_REUSED") => matches!(operation.asked, Asked::Reuse { .. }),
                    (Code::AlreadyExists, "NAME_TAKEN") => was_taken(operation, events),
                    (Code::Aborted, "ETAG_STALE") | (Code::FailedPrecondition, _) => {
                        was_faster(operation, attempt, events, &makers)
                    }
                    _ => false,
                };
                if !cause {
                    self.broken(Rule::ARefusalHasItsCause, format!("{reason}: {operation:?}"));
                }
                // A name may be taken while two attempts at a draft are under way; else nobody is told both.
                let beside = operation.done().is_some_and(|done| attempt.invoked < done.answered);
                if operation.done().is_some() && !(beside && reason == "NAME_TAKEN") {
                    self.broken(Rule::ARetryIsAnsweredAsTheFirst, format!("done and refused: {operation:?}"));
                }
            }
            if let Asked::Reuse { .. } = operation.asked
                && operation.done().is_some()
            {
                self.broken(Rule::ARetryIsAnsweredAsTheFirst, format!("another body was taken: {operation:?}"));
            }
        }
    }

    /// What was acknowledged before something else was asked stands before it in the log.
    fn the_order(&mut self, events: &Events<'_>) {
        let mut acknowledged = Vec::new();
        let mut asked = Vec::new();
        for operation in &self.history.operations {
            let Some(effect) = effect(operation) else { continue };
            let Some([event]) = events.by_effect.get(&effect).map(Vec::as_slice) else { continue };
            asked.push((operation.invoked(), event.position, operation));
            if let Some(done) = operation.done() {
                acknowledged.push((done.answered, event.position));
            }
        }
        acknowledged.sort_unstable();
        asked.sort_unstable_by_key(|(invoked, ..)| *invoked);
        let mut before = acknowledged.into_iter().peekable();
        let mut highest = None;
        for (invoked, position, operation) in asked {
            while let Some((_, acknowledged)) = before.next_if(|(answered, _)| *answered < invoked) {
                highest = highest.max(Some(acknowledged));
            }
            if Some(position) < highest {
                let what = format!("{position} was asked for after {highest:?} was acknowledged: {operation:?}");
                self.broken(Rule::WhatIsAcknowledgedComesBeforeWhatIsAskedLater, what);
            }
        }
    }

    fn every_read(&mut self) {
        let mut acknowledged: HashMap<Uuid, Vec<(super::history::At, i64)>> = HashMap::new();
        for attempt in self.history.operations.iter().flat_map(|operation| &operation.attempts) {
            if let Answer::Done { community, version: Some(version), .. } = attempt.answer {
                acknowledged.entry(community).or_default().push((attempt.answered, version));
            }
        }
        let mut there: HashMap<Uuid, i64> = HashMap::new();
        for event in self.log {
            there.insert(event.aggregate, event.version.get());
        }
        for read in &self.history.reads {
            let known = acknowledged.get(&read.community).into_iter().flatten();
            let least = known.filter(|(answered, _)| *answered < read.invoked).map(|(_, version)| *version).max();
            if least.is_some_and(|least| read.version < least) {
                let what = format!("version {least:?} was acknowledged before {read:?}");
                self.broken(Rule::AReaderSeesWhatWasAcknowledged, what);
            }
            if there.get(&read.community).is_none_or(|newest| read.version > *newest) {
                self.broken(Rule::AReaderSeesWhatWasAcknowledged, format!("no such version: {read:?}"));
            }
        }
    }

    fn the_timers(&mut self, events: &Events<'_>) {
        for ((community, timer), times) in &events.timers {
            if *times > 1 {
                self.broken(
                    Rule::ATimerFiresOnce,
                    format!("{timer} of {community} {times} times after {}", self.before),
                );
            }
        }
        for operation in &self.history.operations {
            let Asked::Report { community, activity, silent: true, .. } = &operation.asked else { continue };
            if !events.by_effect.contains_key(&Effect::Reported { activity: *activity }) {
                continue;
            }
            for timer in ["DormancyReminded", "CommunityBecameDormant"] {
                if !events.timers.contains_key(&(*community, timer.to_owned())) {
                    self.broken(Rule::ATimerFiresOnce, format!("{timer} of {community} never fired"));
                }
            }
        }
    }
}

/// Whether another command came between the version that this one had read and itself.
fn was_faster(
    operation: &Operation,
    attempt: &Attempt,
    events: &Events<'_>,
    makers: &HashMap<Effect, &Operation>,
) -> bool {
    let (community, version) = match &operation.asked {
        Asked::Amend { community, version, .. }
        | Asked::Submit { community, version }
        | Asked::Return { community, version }
        | Asked::Register { community, version, .. }
        | Asked::Report { community, version: Some(version), .. } => (*community, *version),
        _ => return false,
    };
    let Some(next) = events.at(community, version + 1) else { return false };
    let maker = events.effects.get(&next.position.get()).and_then(|effect| makers.get(effect));
    // A timer has no maker.
    maker.is_none_or(|maker| !std::ptr::eq(*maker, operation) && maker.invoked() < attempt.answered)
}

/// Whether another community was registered under this name at this seat.
fn was_taken(operation: &Operation, events: &Events<'_>) -> bool {
    let (own, name, seat) = match &operation.asked {
        Asked::Draft { name, seat } => (None, name, seat),
        Asked::Register { community, name, seat, .. } => (Some(*community), name, seat),
        _ => return false,
    };
    events.by_effect.iter().any(|(effect, _)| match effect {
        Effect::Registered { community, .. } => {
            Some(*community) != own && events.names.get(community).is_some_and(|(n, s)| (n, s) == (name, seat))
        }
        _ => false,
    })
}
