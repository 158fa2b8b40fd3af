//! Given these events, when this command, then these events or this refusal.

use std::collections::{BTreeMap, BTreeSet};

use kim_territory::Decree;
use kim_values::{Code, PublicName, Region, VaultRef};
use time::macros::date;
use uuid::Uuid;

use super::*;
use crate::domain::{
    board::{BoardFlaw, OfficerRole, TermFlaw},
    code_list::{CodeListName, Entry, NotListed},
    ids::{ActivityId, TrainingId},
    profile::{BaseGroup, DecreeIssuer, Flaw, FormationDecree},
    rule::{Conditions, FormationRule},
};

mod change;
mod officer;
mod seat;

const TODAY: Date = date!(2022 - 10 - 06);
const FORMED: Date = date!(2015 - 08 - 17);
const REGISTERED: Date = date!(2016 - 01 - 10);

fn region(code: &str) -> Region {
    Region { code: code.parse().expect("a region's code"), decree: Decree::CURRENT }
}

fn profile() -> Profile {
    Profile {
        name: PublicName::stored("KIM Kumantan"),
        seat: region("14.01.01.2009"),
        formed_on: FORMED,
        decree: Some(FormationDecree { date: FORMED, issuer: DecreeIssuer::VillageHead, document: None }),
        base_group: BaseGroup::Farmers,
        members: Some(12),
        deliberated_on: None,
        statutes: None,
        channels: Vec::new(),
    }
}

fn number() -> RegistrationNumber {
    RegistrationNumber { regency: region("14.01").code, year: 2016, serial: 7 }
}

#[expect(clippy::unnecessary_wraps, reason = "as commands take it")]
fn sealed(n: u128) -> Option<VaultRef> {
    Some(VaultRef(Uuid::from_u128(n)))
}

fn rule_version() -> RuleVersion {
    RuleVersion { region: region("00"), version: 1 }
}

fn rule(min: u32, max: u32, decree: bool) -> Standard {
    let rule = FormationRule::new(min, max, decree).expect("a valid rule");
    Standard { rule: Some((rule_version(), rule)), officers: Vec::new() }
}

fn no_rule() -> Standard {
    Standard::default()
}

fn submit(standard: Standard) -> Command {
    Command::Submit { standard, today: TODAY }
}

fn register(on: Date, standard: Standard) -> Command {
    Command::Register { on, number: number(), standard, today: TODAY }
}

fn term(n: u128, role: OfficerRole, from: Date, until: Option<Date>) -> Term {
    Term { officer: OfficerId(Uuid::from_u128(n)), role, from, until }
}

fn activity(n: u128, happened_on: Date) -> Activity {
    Activity {
        id: ActivityId(Uuid::from_u128(n)),
        kind: ActivityKind::Dissemination,
        happened_on,
        people_reached: 40,
        reach: None,
        topic: None,
        evidence: None,
    }
}

fn training(n: u128) -> TrainingId {
    TrainingId(Uuid::from_u128(n))
}

fn drafted() -> Vec<Event> {
    vec![Event::Drafted { profile: profile(), terms: vec![], sealed: sealed(1) }]
}

fn submitted() -> Vec<Event> {
    [drafted(), vec![Event::Submitted { on: REGISTERED, rule: Some(rule_version()) }]].concat()
}

fn returned() -> Vec<Event> {
    let returned = Event::Returned { reasons: vec![ReturnReason::Other], note: None, on: REGISTERED };
    [submitted(), vec![returned]].concat()
}

fn registered() -> Vec<Event> {
    [submitted(), vec![Event::Registered { on: REGISTERED, rule: Some(rule_version()), number: Some(number()) }]]
        .concat()
}

fn active(on: Date) -> Vec<Event> {
    let first = activity(1, on);
    [
        registered(),
        vec![Event::ActivityReported(first), Event::Activated { from: on.max(REGISTERED), activity: first.id }],
    ]
    .concat()
}

/// Active in March 2020, and dormant a year later.
fn dormant() -> Vec<Event> {
    let last_activity = date!(2020 - 03 - 10);
    let silent = Event::BecameDormant { last_activity, from: date!(2021 - 03 - 10), rule: rule_version() };
    [active(last_activity), vec![silent]].concat()
}

fn planned() -> Vec<Event> {
    let plan = Plan { on: date!(2022 - 10 - 06), after: Preceding::Training(training(1)) };
    [dormant(), vec![Event::RevitalisationPlanned(plan)]].concat()
}

fn dissolved() -> Vec<Event> {
    let gone = Event::Dissolved { on: date!(2021 - 06 - 01), reason: DissolutionReason::MembersDecided, note: None };
    [dormant(), vec![gone]].concat()
}

fn state(events: &[Event]) -> Community {
    events.iter().fold(Community::default(), evolve)
}

fn status(events: &[Event]) -> Option<Status> {
    state(events).known().ok().map(|record| record.stage.status())
}

/// A name, given, when, then.
type Case = (&'static str, Vec<Event>, Command, Result<Vec<Event>, Refusal>);

fn table(cases: Vec<Case>) {
    for (name, given, when, then) in cases {
        assert_eq!(decide(&state(&given), when), then, "{name}");
    }
}

fn draft_of(change: impl FnOnce(&mut Profile)) -> Command {
    let mut profile = profile();
    change(&mut profile);
    Command::Draft { profile, terms: vec![], sealed: sealed(1), today: TODAY }
}

fn report(n: u128, happened_on: Date) -> Command {
    Command::Report { activity: activity(n, happened_on), topics: None, today: TODAY }
}

fn reported(n: u128, happened_on: Date) -> Event {
    Event::ActivityReported(activity(n, happened_on))
}

#[test]
fn a_record_is_drafted_mended_and_handed_in() {
    let amend = Command::Amend { profile: profile(), terms: vec![], sealed: sealed(2), today: TODAY };
    let amended = vec![Event::Amended { profile: profile(), terms: vec![], sealed: sealed(2) }];
    let amend_to = |code| {
        let profile = Profile { seat: region(code), ..profile() };
        Command::Amend { profile, terms: vec![], sealed: sealed(2), today: TODAY }
    };
    let handed_in = |rule| Ok(vec![Event::Submitted { on: TODAY, rule }]);
    table(vec![
        ("a new one", vec![], draft_of(|_| {}), Ok(drafted())),
        ("the same one again", drafted(), draft_of(|_| {}), Err(Refusal::CommunityExists)),
        (
            "formed tomorrow",
            vec![],
            draft_of(|p| p.formed_on = date!(2022 - 10 - 07)),
            Err(Refusal::Record(vec![Flaw::FormedInFuture])),
        ),
        (
            "formed under the Dutch, by a decree of tomorrow",
            vec![],
            draft_of(|p| {
                p.formed_on = date!(1945 - 08 - 16);
                p.decree = p.decree.map(|decree| FormationDecree { date: date!(2022 - 10 - 07), ..decree });
            }),
            Err(Refusal::Record(vec![Flaw::FormedTooEarly, Flaw::DecreeInFuture])),
        ),
        ("mended as a draft", drafted(), amend.clone(), Ok(amended.clone())),
        ("mended when returned", returned(), amend.clone(), Ok(amended)),
        ("mended too late", submitted(), amend, Err(Refusal::NotAmendable(Status::Submitted))),
        (
            "moved to another village of the regency",
            drafted(),
            amend_to("14.01.02"),
            Ok(vec![Event::Amended {
                profile: Profile { seat: region("14.01.02"), ..profile() },
                terms: vec![],
                sealed: sealed(2),
            }]),
        ),
        ("moved to another regency", drafted(), amend_to("14.02.01"), Err(Refusal::SeatLeavesRegency)),
        ("handed in", drafted(), submit(rule(10, 0, true)), handed_in(Some(rule_version()))),
        ("handed in again, where there is no rule", returned(), submit(no_rule()), handed_in(None)),
        (
            "handed in with what the rule does not allow",
            drafted(),
            submit(rule(13, 0, true)),
            Err(Refusal::Record(vec![Flaw::MembersBelowRule { min: 13, count: 12 }])),
        ),
        ("handed in twice", submitted(), submit(no_rule()), Err(Refusal::NotSubmittable(Status::Submitted))),
    ]);
}

#[test]
fn the_office_returns_or_registers_what_was_handed_in() {
    let back = |reasons: &[ReturnReason]| Command::Return { reasons: reasons.to_vec(), note: sealed(3), today: TODAY };
    table(vec![
        (
            "returned with a reason",
            submitted(),
            back(&[ReturnReason::SeatWrong]),
            Ok(vec![Event::Returned { reasons: vec![ReturnReason::SeatWrong], note: sealed(3), on: TODAY }]),
        ),
        ("returned without one", submitted(), back(&[]), Err(Refusal::ReasonMissing)),
        ("returned unasked", drafted(), back(&[ReturnReason::Other]), Err(Refusal::NotSubmitted(Status::Draft))),
        (
            "registered under the rule",
            submitted(),
            register(REGISTERED, rule(10, 0, true)),
            Ok(vec![Event::Registered { on: REGISTERED, rule: Some(rule_version()), number: Some(number()) }]),
        ),
        (
            "registered where there is no rule",
            submitted(),
            register(TODAY, no_rule()),
            Ok(vec![Event::Registered { on: TODAY, rule: None, number: Some(number()) }]),
        ),
        (
            "too few",
            submitted(),
            register(TODAY, rule(13, 0, true)),
            Err(Refusal::Record(vec![Flaw::MembersBelowRule { min: 13, count: 12 }])),
        ),
        (
            "too many, and tomorrow",
            submitted(),
            register(date!(2022 - 10 - 07), rule(3, 11, false)),
            Err(Refusal::Record(vec![Flaw::MembersAboveRule { max: 11, count: 12 }, Flaw::RegisteredInFuture])),
        ),
        (
            "before it was formed",
            submitted(),
            register(date!(2015 - 08 - 16), no_rule()),
            Err(Refusal::Record(vec![Flaw::RegisteredBeforeFormation])),
        ),
        ("not handed in", returned(), register(TODAY, no_rule()), Err(Refusal::NotSubmitted(Status::Returned))),
        ("registered twice", registered(), register(TODAY, no_rule()), Err(Refusal::NotSubmitted(Status::Registered))),
    ]);
    let bare = Profile { decree: None, members: None, ..profile() };
    let given = [
        vec![Event::Drafted { profile: bare, terms: vec![], sealed: sealed(1) }],
        vec![Event::Submitted { on: TODAY, rule: None }],
    ]
    .concat();
    table(vec![(
        "neither members nor a decree",
        given,
        register(TODAY, rule(10, 0, true)),
        Err(Refusal::Record(vec![Flaw::MembersUnknown { min: 10 }, Flaw::DecreeMissing])),
    )]);
}

#[test]
fn a_record_entered_whole_goes_the_same_way_and_names_all_its_flaws() {
    let entered = |profile| {
        let content = (profile, vec![], sealed(1));
        enter(content, (REGISTERED, number()), &rule(10, 0, true), TODAY)
    };
    assert_eq!(entered(profile()), Ok(registered()));
    let bad = Profile { formed_on: date!(2023 - 01 - 01), decree: None, members: Some(2), ..profile() };
    assert_eq!(
        entered(bad),
        Err(Refusal::Record(vec![
            Flaw::FormedInFuture,
            Flaw::MembersBelowRule { min: 10, count: 2 },
            Flaw::DecreeMissing,
            Flaw::RegisteredBeforeFormation,
        ]))
    );
}

#[test]
fn the_first_activity_makes_a_registered_community_active() {
    let early = date!(2015 - 09 - 01);
    table(vec![
        (
            "after its registration",
            registered(),
            report(1, date!(2019 - 05 - 02)),
            Ok(vec![
                reported(1, date!(2019 - 05 - 02)),
                Event::Activated { from: date!(2019 - 05 - 02), activity: activity(1, TODAY).id },
            ]),
        ),
        (
            "before its registration: active from there on",
            registered(),
            report(1, early),
            Ok(vec![reported(1, early), Event::Activated { from: REGISTERED, activity: activity(1, TODAY).id }]),
        ),
        ("on the day itself", active(REGISTERED), report(2, TODAY), Ok(vec![reported(2, TODAY)])),
        ("tomorrow", registered(), report(1, date!(2022 - 10 - 07)), Err(Refusal::ActivityInFuture)),
        ("before its formation", registered(), report(1, date!(2015 - 08 - 16)), Err(Refusal::ActivityBeforeFormation)),
        ("of a draft", drafted(), report(1, TODAY), Err(Refusal::NotRegistered(Status::Draft))),
        ("of a returned record", returned(), report(1, TODAY), Err(Refusal::NotRegistered(Status::Returned))),
        ("of nothing", vec![], report(1, TODAY), Err(Refusal::CommunityNotFound)),
    ]);
}

#[test]
fn a_topic_is_one_of_the_list_in_force_on_the_day() {
    let code = |text| Code::parse(text).expect("a code");
    let entry = Entry {
        code: code("stunting"),
        name: PublicName::stored("Stunting"),
        name_en: PublicName::stored("Stunting"),
        parent: None,
        valid_from: date!(2022 - 01 - 01),
        retired_on: None,
        literacy: false,
    };
    let list = Arc::new(CodeList::new(CodeListName::Topic, vec![entry]).expect("a list"));
    let about = |topic, happened_on| Activity { topic: Some(code(topic)), ..activity(1, happened_on) };
    let report = |activity, topics| Command::Report { activity, topics, today: TODAY };
    let early = date!(2021 - 12 - 31);
    let not_listed = |topic, on, why| Err(Refusal::TopicNotListed { topic: code(topic), on, why });
    let near = vec![code("stunting")];
    let reported = |activity| Ok(vec![Event::ActivityReported(activity)]);
    table(vec![
        (
            "listed",
            active(TODAY),
            report(about("stunting", TODAY), Some(list.clone())),
            reported(about("stunting", TODAY)),
        ),
        (
            "not yet then",
            active(TODAY),
            report(about("stunting", early), Some(list.clone())),
            not_listed("stunting", early, NotListed::NotYet(date!(2022 - 01 - 01))),
        ),
        (
            "none of them",
            active(TODAY),
            report(about("pemilu", TODAY), Some(list.clone())),
            not_listed("pemilu", TODAY, NotListed::Unknown { near }),
        ),
        ("without a topic", active(TODAY), report(activity(1, TODAY), Some(list)), reported(activity(1, TODAY))),
        (
            "where there is no list",
            active(TODAY),
            report(about("pemilu", TODAY), None),
            reported(about("pemilu", TODAY)),
        ),
    ]);
}

#[test]
fn silence_is_reckoned_from_the_latest_activity_whatever_the_order_of_reports() {
    let last = |events: &[Event]| match &state(events).known().expect("known").stage {
        Stage::Active(_, active) => active.last_activity,
        stage => panic!("{stage:?}"),
    };
    let mut events = active(date!(2020 - 01 - 05));
    assert_eq!(last(&events), date!(2020 - 01 - 05));
    events.push(reported(2, date!(2020 - 03 - 10)));
    events.push(reported(3, date!(2020 - 02 - 01)));
    assert_eq!(last(&events), date!(2020 - 03 - 10));
    assert_eq!(last(&active(date!(2015 - 09 - 01))), REGISTERED);
}

#[test]
fn the_policy_reminds_once_a_silence_and_only_while_it_lasts() {
    let (last_activity, due, dormant_on) = (date!(2020 - 03 - 10), date!(2020 - 12 - 10), date!(2021 - 03 - 10));
    let remind = Command::Remind { last_activity, due, dormant_on, rule: rule_version() };
    let reminded = Event::Reminded { last_activity, due, dormant_on, rule: rule_version() };
    let after = [active(last_activity), vec![reminded.clone()]].concat();
    table(vec![
        ("due", active(last_activity), remind.clone(), Ok(vec![reminded])),
        ("reminded already", after.clone(), remind.clone(), Ok(vec![])),
        ("it did something", [active(last_activity), vec![reported(2, TODAY)]].concat(), remind.clone(), Ok(vec![])),
        ("dormant already", dormant(), remind.clone(), Ok(vec![])),
        ("never active", registered(), remind.clone(), Ok(vec![])),
        ("dissolved", dissolved(), remind, Ok(vec![])),
    ]);
    let silent_again = [after, vec![reported(2, date!(2021 - 01 - 05))]].concat();
    let again = Command::Remind {
        last_activity: date!(2021 - 01 - 05),
        due: date!(2021 - 10 - 05),
        dormant_on: date!(2022 - 01 - 05),
        rule: rule_version(),
    };
    assert_eq!(decide(&state(&silent_again), again).map(|events| events.len()), Ok(1));
}

#[test]
fn a_silence_that_falls_due_makes_an_active_community_dormant() {
    let (last_activity, due) = (date!(2020 - 03 - 10), date!(2021 - 03 - 10));
    let fall = Command::FallDormant { last_activity, due, rule: rule_version() };
    table(vec![
        (
            "due",
            active(last_activity),
            fall.clone(),
            Ok(vec![Event::BecameDormant { last_activity, from: due, rule: rule_version() }]),
        ),
        ("it did something", [active(last_activity), vec![reported(2, TODAY)]].concat(), fall.clone(), Ok(vec![])),
        ("dormant already", dormant(), fall.clone(), Ok(vec![])),
        ("dissolved", dissolved(), fall.clone(), Ok(vec![])),
        ("never there", vec![], fall, Err(Refusal::CommunityNotFound)),
    ]);
}

#[test]
fn a_dormant_community_comes_back_by_a_plan_and_an_activity() {
    let revitalised = |n, from: Date, after| Event::Revitalised { from, activity: activity(n, TODAY).id, after };
    let after_training = Preceding::Training(training(1));
    let visit = Event::RevitalisationPlanned(Plan { on: date!(2021 - 09 - 01), after: Preceding::Visit });
    let two_plans = [dormant(), vec![visit], planned().split_off(dormant().len())].concat();
    table(vec![
        (
            "after the plan",
            planned(),
            report(2, TODAY),
            Ok(vec![reported(2, TODAY), revitalised(2, TODAY, after_training)]),
        ),
        ("before the plan", planned(), report(2, date!(2022 - 10 - 05)), Ok(vec![reported(2, date!(2022 - 10 - 05))])),
        ("without a plan", dormant(), report(2, TODAY), Ok(vec![reported(2, TODAY)])),
        (
            "the later of two plans",
            two_plans.clone(),
            report(2, TODAY),
            Ok(vec![reported(2, TODAY), revitalised(2, TODAY, after_training)]),
        ),
        (
            "between two plans",
            two_plans,
            report(2, date!(2022 - 01 - 01)),
            Ok(vec![reported(2, date!(2022 - 01 - 01)), revitalised(2, date!(2022 - 01 - 01), Preceding::Visit)]),
        ),
    ]);
    let back = [planned(), vec![reported(2, TODAY), revitalised(2, TODAY, after_training)]].concat();
    assert_eq!(status(&back), Some(Status::Active));
}

#[test]
fn a_plan_is_made_for_a_dormant_community_only() {
    let plan = |after| Command::PlanRevitalisation { after, today: TODAY };
    let made = |on, after| Ok(vec![Event::RevitalisationPlanned(Plan { on, after })]);
    let follow = |held_from| Command::FollowTraining { training: training(1), held_from };
    table(vec![
        ("by an officer", dormant(), plan(Preceding::Partnership), made(TODAY, Preceding::Partnership)),
        ("the same again", planned(), plan(Preceding::Training(training(1))), Err(Refusal::AlreadyPlanned)),
        ("another one", planned(), plan(Preceding::Visit), made(TODAY, Preceding::Visit)),
        ("while active", active(TODAY), plan(Preceding::Visit), Err(Refusal::NotDormant(Status::Active))),
        (
            "by a training",
            dormant(),
            follow(date!(2022 - 10 - 06)),
            made(date!(2022 - 10 - 06), Preceding::Training(training(1))),
        ),
        (
            "by a training before the silence fell due",
            dormant(),
            follow(date!(2020 - 12 - 01)),
            made(date!(2021 - 03 - 10), Preceding::Training(training(1))),
        ),
        ("by the same training again", planned(), follow(date!(2022 - 10 - 06)), Ok(vec![])),
        ("by a training while active", active(TODAY), follow(TODAY), Ok(vec![])),
        ("by a training after the end", dissolved(), follow(TODAY), Ok(vec![])),
    ]);
}

#[test]
fn a_late_report_takes_back_a_dormancy_that_never_was() {
    let in_silence = date!(2020 - 08 - 01);
    let corrected = |last_activity| Event::DormancyCorrected {
        activity: activity(2, TODAY).id,
        last_activity,
        dormant_from: date!(2021 - 03 - 10),
    };
    table(vec![
        (
            "it was not silent",
            dormant(),
            report(2, in_silence),
            Ok(vec![reported(2, in_silence), corrected(in_silence)]),
        ),
        (
            "a plan does not change that",
            planned(),
            report(2, in_silence),
            Ok(vec![reported(2, in_silence), corrected(in_silence)]),
        ),
        (
            "it did something later, too",
            [dormant(), vec![reported(9, date!(2021 - 05 - 01))]].concat(),
            report(2, in_silence),
            Ok(vec![reported(2, in_silence), corrected(date!(2021 - 05 - 01))]),
        ),
        (
            "from before the silence",
            dormant(),
            report(2, date!(2020 - 03 - 10)),
            Ok(vec![reported(2, date!(2020 - 03 - 10))]),
        ),
        (
            "from the day on which it fell due",
            dormant(),
            report(2, date!(2021 - 03 - 10)),
            Ok(vec![reported(2, date!(2021 - 03 - 10))]),
        ),
    ]);
    let back = [dormant(), vec![reported(2, in_silence), corrected(in_silence)]].concat();
    let Stage::Active(_, active) = state(&back).known().expect("known").stage else { panic!() };
    assert_eq!(active, Active { from: date!(2020 - 03 - 10), last_activity: in_silence, reminded: false });
}

#[test]
fn a_dissolved_community_takes_nothing_but_late_reports() {
    let dissolve = Command::Dissolve { reason: DissolutionReason::DecreeRevoked, note: None, today: TODAY };
    let gone = Event::Dissolved { on: TODAY, reason: DissolutionReason::DecreeRevoked, note: None };
    table(vec![
        ("registered", registered(), dissolve.clone(), Ok(vec![gone.clone()])),
        ("active", active(TODAY), dissolve.clone(), Ok(vec![gone.clone()])),
        ("dormant", dormant(), dissolve.clone(), Ok(vec![gone])),
        ("a draft", drafted(), dissolve.clone(), Err(Refusal::NotRegistered(Status::Draft))),
        ("twice", dissolved(), dissolve, Err(Refusal::Dissolved)),
        ("an activity after its end", dissolved(), report(2, date!(2021 - 06 - 02)), Err(Refusal::Dissolved)),
        (
            "an activity before its end",
            dissolved(),
            report(2, date!(2021 - 05 - 31)),
            Ok(vec![reported(2, date!(2021 - 05 - 31))]),
        ),
        ("a submission", dissolved(), submit(no_rule()), Err(Refusal::Dissolved)),
    ]);
}

/// Every command in every stage: where it leads is where the domain says that it may lead, and a refusal is never silent.
#[test]
fn no_command_leads_where_the_domain_does_not() {
    use Status::{
        Active as A, Dissolved as X, Dormant as D, Draft, Merged as M, Registered as R, Returned as B, Submitted as S,
    };
    let allowed: BTreeMap<Option<Status>, BTreeSet<Status>> = [
        (None, vec![Draft]),
        (Some(Draft), vec![Draft, S]),
        (Some(S), vec![S, B, R]),
        (Some(B), vec![B, S]),
        (Some(R), vec![R, A, X, M]),
        (Some(A), vec![A, D, X, M]),
        (Some(D), vec![D, A, X, M]),
        (Some(X), vec![X]),
        (Some(M), vec![M]),
    ]
    .into_iter()
    .map(|(from, to)| (from, to.into_iter().collect()))
    .collect();
    let stages = [
        vec![],
        drafted(),
        submitted(),
        returned(),
        registered(),
        active(date!(2020 - 03 - 10)),
        dormant(),
        planned(),
        dissolved(),
        change::merged(),
        change::proposed(),
    ];
    let (last_activity, due) = (date!(2020 - 03 - 10), date!(2021 - 03 - 10));
    let commands = || {
        let mut commands = vec![
            draft_of(|_| {}),
            Command::Amend { profile: profile(), terms: vec![], sealed: sealed(2), today: TODAY },
            submit(no_rule()),
            Command::Return { reasons: vec![ReturnReason::NameTaken], note: None, today: TODAY },
            Command::Return { reasons: vec![], note: None, today: TODAY },
            register(TODAY, rule(3, 30, true)),
            register(TODAY, rule(13, 30, true)),
            Command::PlanRevitalisation { after: Preceding::Visit, today: TODAY },
            Command::FollowTraining { training: training(2), held_from: TODAY },
            Command::Remind { last_activity, due: date!(2020 - 12 - 10), dormant_on: due, rule: rule_version() },
            Command::FallDormant { last_activity, due, rule: rule_version() },
            Command::Dissolve { reason: DissolutionReason::MembersDecided, note: None, today: TODAY },
            Command::MoveSeat { from: region("14.01.01.2009"), to: region("14.02"), on: TODAY },
        ];
        commands.extend(change::commands());
        commands.extend(officer::commands());
        commands.extend(
            [date!(2014 - 01 - 01), date!(2019 - 01 - 01), date!(2020 - 06 - 01), TODAY, date!(2023 - 01 - 01)]
                .map(|day| report(7, day)),
        );
        commands
    };
    let mut reached = BTreeSet::new();
    for given in &stages {
        let from = status(given);
        for command in commands() {
            match decide(&state(given), command.clone()) {
                Ok(events) => {
                    let to = status(&[given.clone(), events].concat());
                    let Some(to) = to else { panic!("{command:?} made nothing of nothing") };
                    assert!(allowed[&from].contains(&to), "{command:?} led from {from:?} to {to:?}");
                    reached.insert((from, to));
                }
                Err(refusal) => assert!(!refusal.to_string().is_empty(), "{command:?} in {from:?}"),
            }
        }
    }
    for (from, to) in
        [(Some(R), A), (Some(A), D), (Some(D), A), (Some(D), X), (Some(D), M), (Some(R), M), (Some(B), S), (Some(S), R)]
    {
        assert!(reached.contains(&(from, to)), "no command leads from {from:?} to {to:?}");
    }
}
