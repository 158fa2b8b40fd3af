//! Given these commands, when this one, then these events or this refusal.

use std::collections::BTreeSet;

use time::{
    Duration,
    macros::{date, datetime},
};
use uuid::Uuid;

use super::{
    histories::{communities, region},
    *,
};
use crate::domain::{
    audience::{self, Listing, Partnership},
    matrix::{assert_same, matrix},
    window::MinuteOfDay,
};

mod fan_out;
mod notice;

const TODAY: Date = date!(2026 - 01 - 02);
/// The window opens: in Papua, and two hours later in Riau.
const OPENS: OffsetDateTime = datetime!(2026-01-04 23:00 UTC);
const OPENS_IN_RIAU: OffsetDateTime = datetime!(2026-01-05 01:00 UTC);
/// It is over in Papua, and two hours later in Riau.
const OVER: OffsetDateTime = datetime!(2026-01-11 15:00 UTC);
const OVER_IN_RIAU: OffsetDateTime = datetime!(2026-01-11 17:00 UTC);

fn version(number: u32) -> Version {
    Version::new(number).expect("a version")
}

fn outline(code: &str) -> Outline {
    Outline {
        material: MaterialId(Uuid::from_u128(1)),
        programme: ProgrammeId(Uuid::from_u128(2)),
        office: OfficeId(Uuid::from_u128(3)),
        region: region(code),
    }
}

fn plan(change: impl FnOnce(&mut Plan)) -> Box<Plan> {
    let audience = Audience::new(
        vec![region("00")],
        BTreeSet::new(),
        BTreeSet::from([audience::Standing::Active]),
        BTreeSet::new(),
        Partnership::Any,
        Listing::Everybody,
    );
    let mut plan = Plan {
        name: PublicName::stored("Pekan Imunisasi"),
        audience: audience.expect("an audience"),
        window: Window {
            from: date!(2026 - 01 - 05),
            until: date!(2026 - 01 - 11),
            starts_at: MinuteOfDay::new(480).expect("eight in the morning"),
        },
        priority: Priority::Ordinary,
    };
    change(&mut plan);
    Box::new(plan)
}

fn standing(material: MaterialStanding) -> Standing {
    Standing { office_is_open: true, programme: programme::Status::Established, material }
}

fn draft() -> Command {
    let standing = standing(MaterialStanding::Unpublished);
    Command::Draft { outline: outline("00"), plan: plan(|_| {}), standing, today: TODAY }
}

fn schedule() -> Command {
    Command::Schedule { standing: standing(MaterialStanding::Published(Version::FIRST)), today: TODAY }
}

fn start(size: u32) -> Command {
    let draw = Draw { position: RegistryPosition(100), decree: Decree::CURRENT, size };
    Command::Start { draw, now: OPENS }
}

fn group(code: &str, communities: Vec<CommunityId>) -> Group {
    Group { regency: region(code), communities }
}

/// In Papua first.
fn papua() -> Group {
    group("94.71", communities(0, 0))
}

fn riau() -> Group {
    group("14.01", communities(2, 0))
}

fn last(group: &Group) -> Option<Cursor> {
    group.communities.last().map(|community| group.at(*community))
}

fn assign(after: Option<Cursor>, group: Group, now: OffsetDateTime) -> Command {
    Command::Assign { after, group, over_quota: BTreeSet::new(), now }
}

fn pause() -> Command {
    Command::Pause { note: None, now: OPENS }
}

fn cancel(reason: CancellationReason) -> Command {
    Command::Cancel { reason, note: None, now: OPENS }
}

fn replace(number: u32, reason: RevisionReason) -> Command {
    Command::ReplaceMaterial { by: version(number), reason, now: OPENS }
}

const COMPLETE: Command = Command::Complete { now: OVER_IN_RIAU };
const RESUME: Command = Command::Resume { now: OPENS };
const FINISH: Command = Command::FinishDraw { now: OPENS_IN_RIAU };
const WITHDRAW: Command = Command::WithdrawMaterial { now: OPENS };
const ISSUE: Command = Command::IssueNotices { now: OPENS };

fn release(group: Group) -> Command {
    Command::Release { group, reason: ReleaseReason::Dissolved, at: RegistryPosition(120) }
}

fn newcomers(groups: Vec<Group>, up_to: u64) -> Command {
    let over_quota = BTreeSet::new();
    Command::AssignNewcomers { groups, over_quota, up_to: RegistryPosition(up_to), now: OPENS_IN_RIAU }
}

/// The same, of a week that is full for these.
fn whose_week_is_full(full: &[CommunityId], when: Command) -> Command {
    let over_quota = full.iter().copied().collect();
    match when {
        Command::Assign { after, group, now, .. } => Command::Assign { after, group, over_quota, now },
        Command::AssignNewcomers { groups, up_to, now, .. } => {
            Command::AssignNewcomers { groups, over_quota, up_to, now }
        }
        Command::AssignDeferred { group, now, .. } => Command::AssignDeferred { group, over_quota, now },
        other => panic!("{other:?} assigns nobody"),
    }
}

fn deferred(group: Group) -> Command {
    Command::AssignDeferred { group, over_quota: BTreeSet::new(), now: OPENS_IN_RIAU }
}

/// What these commands, each of which is taken, make.
fn after(commands: Vec<Command>) -> Option<Campaign> {
    commands.into_iter().fold(None, |state, command| {
        let events = decide(state.as_ref(), command.clone()).unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
        events.iter().fold(state, evolve)
    })
}

/// Six communities: three in Papua, three in Riau.
fn started() -> Vec<Command> {
    vec![draft(), schedule(), start(6)]
}

fn drawn() -> Vec<Command> {
    let (first, second) = (assign(None, papua(), OPENS), assign(last(&papua()), riau(), OPENS_IN_RIAU));
    [started(), vec![first, second, FINISH]].concat()
}

/// The week of those in Papua was full.
fn waited_for() -> Vec<Command> {
    let mut given = drawn();
    given[3] = whose_week_is_full(&papua().communities, given[3].clone());
    given
}

fn with(given: Vec<Command>, more: Command) -> Vec<Command> {
    [given, vec![more]].concat()
}

#[test]
fn every_command_in_every_state() {
    let states = [
        ("none", None),
        ("draft", after(vec![draft()])),
        ("scheduled", after(vec![draft(), schedule()])),
        ("started", after(started())),
        ("drawn", after(drawn())),
        ("waited for", after(waited_for())),
        ("paused", after(with(drawn(), pause()))),
        ("completed", after(with(drawn(), COMPLETE))),
        ("cancelled", after(with(drawn(), cancel(CancellationReason::NotNeeded)))),
        ("never started", after(vec![draft(), cancel(CancellationReason::NotNeeded)])),
        ("withdrawn", after(with(drawn(), WITHDRAW))),
    ];
    let commands = [
        ("draft", draft()),
        ("amend", Command::Amend { plan: plan(|plan| plan.priority = Priority::Urgent), today: TODAY }),
        ("schedule", schedule()),
        ("unschedule", Command::Unschedule { today: TODAY }),
        ("start", start(6)),
        ("assign", assign(None, papua(), OPENS)),
        ("finish", FINISH),
        ("newcomers", newcomers(vec![group("14.02", communities(3, 100))], 110)),
        ("deferred", deferred(papua())),
        ("release", release(papua())),
        ("pause", pause()),
        ("resume", RESUME),
        ("complete", COMPLETE),
        ("cancel", cancel(CancellationReason::NotNeeded)),
        ("update", replace(2, RevisionReason::Update)),
        ("correction", replace(2, RevisionReason::Correction)),
        ("withdraw", WITHDRAW),
        ("notices", ISSUE),
    ];
    let table = matrix(&states, &commands, decide, evolve, |campaign| format!("{:?}", campaign.stage.status()));
    assert_same(&table, include_str!("matrix.expected.txt"));
}

fn refused(given: Vec<Command>, when: Command) -> Refusal {
    decide(after(given).as_ref(), when).expect_err("a refusal")
}

#[test]
fn a_campaign_is_of_an_open_office_within_its_region_and_within_a_year() {
    let drafted = |region, plan, standing| Command::Draft { outline: outline(region), plan, standing, today: TODAY };
    let known = standing(MaterialStanding::Unpublished);
    let window = |from, until| plan(move |plan| (plan.window.from, plan.window.until) = (from, until));
    let nation = "00".parse().expect("a code");
    let cases: [(&str, Command, Refusal); 7] = [
        ("beyond its region", drafted("14", plan(|_| {}), known), CampaignError::OutsideOfficeRegion(nation).into()),
        (
            "of a closed office",
            drafted("00", plan(|_| {}), Standing { office_is_open: false, ..known }),
            Refusal::OfficeClosed,
        ),
        (
            "in a closed programme",
            drafted("00", plan(|_| {}), Standing { programme: programme::Status::Closed, ..known }),
            Refusal::ProgrammeClosed,
        ),
        (
            "of a withdrawn material",
            drafted("00", plan(|_| {}), standing(MaterialStanding::Ended)),
            Refusal::MaterialWithdrawn,
        ),
        (
            "backwards",
            drafted("00", window(date!(2026 - 01 - 05), date!(2026 - 01 - 04)), known),
            CampaignError::WindowReversed.into(),
        ),
        (
            "more than a year",
            drafted("00", window(date!(2026 - 01 - 05), date!(2027 - 01 - 06)), known),
            CampaignError::WindowTooLong.into(),
        ),
        (
            "in another century",
            drafted("00", window(date!(2126 - 01 - 05), date!(2126 - 01 - 06)), known),
            Refusal::TooFarAhead,
        ),
    ];
    for (name, command, refusal) in cases {
        assert_eq!(decide(None, command), Err(refusal), "{name}");
    }
    assert!(decide(None, drafted("00", window(date!(2026 - 01 - 05), date!(2027 - 01 - 05)), known)).is_ok());
}

#[test]
fn only_what_is_published_is_scheduled_and_not_into_the_past() {
    let schedule = |material, today| Command::Schedule { standing: standing(material), today };
    let (first, from) = (MaterialStanding::Published(version(3)), date!(2026 - 01 - 05));
    assert_eq!(
        decide(after(vec![draft()]).as_ref(), schedule(first, from)),
        Ok(vec![Event::Scheduled { version: version(3), starts_at: OPENS, on: from }])
    );
    assert_eq!(refused(vec![draft()], schedule(first, date!(2026 - 01 - 06))), CampaignError::WindowInPast.into());
    let unpublished = schedule(MaterialStanding::Unpublished, TODAY);
    assert_eq!(refused(vec![draft()], unpublished), Refusal::MaterialNotPublished);
}

#[test]
fn it_starts_in_the_first_zone_and_completes_in_the_last() {
    let early = |command| match command {
        Command::Start { draw, .. } => Command::Start { draw, now: OPENS - Duration::SECOND },
        other => other,
    };
    let scheduled = after(vec![draft(), schedule()]);
    assert_eq!(decide(scheduled.as_ref(), early(start(6))), Ok(vec![]));
    assert_eq!(decide(scheduled.as_ref(), start(6)).map(|events| events.len()), Ok(1));
    for (now, communities, given) in [(OVER_IN_RIAU, 6, drawn()), (OVER_IN_RIAU, 0, with(started(), pause()))] {
        let state = after(given);
        assert_eq!(decide(state.as_ref(), Command::Complete { now: OVER }), Ok(vec![]));
        let completed = Event::Completed { communities, drawn: communities == 6, deferred: 0, at: now };
        assert_eq!(decide(state.as_ref(), Command::Complete { now }), Ok(vec![completed]));
    }
}

#[test]
fn nobody_cancels_for_what_only_happens_by_itself() {
    let by_hand = cancel(CancellationReason::MaterialWithdrawn);
    assert_eq!(refused(drawn(), by_hand), CampaignError::ByItselfOnly.into());
}
