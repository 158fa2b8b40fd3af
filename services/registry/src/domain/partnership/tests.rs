//! Given these events, when this command, then these events or this refusal.

use std::collections::{BTreeMap, BTreeSet};

use kim_territory::Decree;
use kim_values::Region;
use time::macros::date;
use uuid::Uuid;

use super::*;
use crate::domain::{
    community,
    ids::{CommunityId, OfficeId},
};

const TODAY: Date = date!(2022 - 10 - 06);
const FROM: Date = date!(2022 - 10 - 01);
const UNTIL: Date = date!(2023 - 09 - 30);
/// 90 and 30 days before the last day, and the day after it.
const FIRST: Date = date!(2023 - 07 - 02);
const LAST: Date = date!(2023 - 08 - 31);
const EXPIRY: Date = date!(2023 - 10 - 01);

fn region(code: &str) -> Region {
    Region { code: code.parse().expect("a region's code"), decree: Decree::CURRENT }
}

fn agreement() -> Agreement {
    Agreement {
        office: OfficeId(Uuid::from_u128(1)),
        community: CommunityId(Uuid::from_u128(2)),
        seat: region("14.01.01.2009"),
        scopes: Scopes::new([Scope::Literacy, Scope::Dissemination]).expect("two"),
        from: FROM,
        until: UNTIL,
        document: None,
        number: reference(1),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as commands take it")]
fn reference(n: u128) -> Option<VaultRef> {
    Some(VaultRef(Uuid::from_u128(n)))
}

fn partners() -> Partners {
    let office_region = region("14.01").code;
    Partners { office_region, office_is_open: true, community: community::Status::Active }
}

fn proposed() -> Vec<Event> {
    vec![Event::Proposed { agreement: agreement(), by: Side::Office, on: FROM }]
}

fn signed() -> Vec<Event> {
    let signed = Event::Signed { on: FROM, number: None, document: None, reminders: vec![90, 30] };
    [proposed(), vec![signed]].concat()
}

fn reminded() -> Vec<Event> {
    [signed(), vec![Event::Reminded { due: FIRST, days_before: 90, expires_on: EXPIRY }]].concat()
}

fn renewed() -> Vec<Event> {
    let renewed = Event::Renewed { on: TODAY, until: date!(2024 - 09 - 30), document: None, reminders: vec![90, 30] };
    [reminded(), vec![renewed]].concat()
}

fn expired() -> Vec<Event> {
    [reminded(), vec![Event::Expired { on: EXPIRY }]].concat()
}

fn terminated() -> Vec<Event> {
    let terminated = Event::Terminated { on: TODAY, reason: TerminationReason::NotKept, note: reference(2) };
    [signed(), vec![terminated]].concat()
}

fn declined() -> Vec<Event> {
    [proposed(), vec![Event::Declined { on: TODAY, reason: DeclineReason::NotNeeded }]].concat()
}

fn state(events: &[Event]) -> Option<Partnership> {
    events.iter().fold(None, evolve)
}

fn status(events: &[Event]) -> Option<Status> {
    state(events).map(|partnership| partnership.status())
}

fn propose(change: impl FnOnce(&mut Agreement, &mut Partners)) -> Command {
    let (mut agreement, mut partners) = (agreement(), partners());
    change(&mut agreement, &mut partners);
    Command::Propose { agreement, by: Side::Office, partners, today: FROM }
}

fn sign(on: Date, today: Date) -> Command {
    Command::Sign { on, number: None, document: None, partners: partners(), today }
}

fn renew(until: Date, today: Date) -> Command {
    Command::Renew { until, document: None, partners: partners(), today }
}

fn terminate(on: Date, today: Date) -> Command {
    Command::Terminate { on, reason: TerminationReason::NotKept, note: reference(2), today }
}

/// A name, given, when, then.
type Case = (&'static str, Vec<Event>, Command, Result<Vec<Event>, Refusal>);

fn table(cases: Vec<Case>) {
    for (name, given, when, then) in cases {
        assert_eq!(decide(state(&given).as_ref(), when), then, "{name}");
    }
}

#[test]
fn an_agreement_is_proposed_between_an_open_office_and_a_registered_community_of_its_region() {
    use community::Status as Community;
    let not_registered = |status| Err(Refusal::NotRegistered(status));
    table(vec![
        ("a new one", vec![], propose(|_, _| {}), Ok(proposed())),
        ("the same one again", proposed(), propose(|_, _| {}), Err(Refusal::PartnershipExists)),
        ("of a dormant one", vec![], propose(|_, p| p.community = Community::Dormant), Ok(proposed())),
        ("of a draft", vec![], propose(|_, p| p.community = Community::Draft), not_registered(Community::Draft)),
        ("of a dissolved one", vec![], propose(|_, p| p.community = Community::Dissolved), Err(Refusal::Dissolved)),
        ("of a closed office", vec![], propose(|_, p| p.office_is_open = false), Err(Refusal::OfficeClosed)),
        (
            "of another regency's office",
            vec![],
            propose(|_, p| p.office_region = region("14.02").code),
            Err(PartnershipError::OutsideOfficeRegion.into()),
        ),
        (
            "ends before it begins",
            vec![],
            propose(|a, _| a.until = date!(2022 - 09 - 30)),
            Err(PartnershipError::PeriodReversed.into()),
        ),
        (
            "one day",
            vec![],
            propose(|a, _| a.until = a.from),
            Ok(vec![Event::Proposed {
                agreement: Agreement { until: FROM, ..agreement() },
                by: Side::Office,
                on: FROM,
            }]),
        ),
        (
            "ten years and a day",
            vec![],
            propose(|a, _| a.until = date!(2032 - 10 - 01)),
            Err(PartnershipError::PeriodTooLong.into()),
        ),
        (
            "over already",
            vec![],
            propose(|a, _| (a.from, a.until) = (date!(2021 - 10 - 01), date!(2022 - 09 - 30))),
            Err(PartnershipError::Over.into()),
        ),
        (
            "in another century",
            vec![],
            propose(|a, _| (a.from, a.until) = (date!(2122 - 10 - 01), date!(2123 - 09 - 30))),
            Err(Refusal::TooFarAhead),
        ),
    ]);
}

#[test]
fn a_proposal_is_signed_or_comes_to_nothing() {
    let done = |on, reminders| Ok(vec![Event::Signed { on, number: None, document: None, reminders }]);
    let withdraw = |by| Command::Withdraw { by, today: TODAY };
    let decline = |by| Command::Decline { by, reason: DeclineReason::NotNeeded, today: TODAY };
    let nothing = |reason| Ok(vec![Event::Declined { on: TODAY, reason }]);
    table(vec![
        ("signed", proposed(), sign(TODAY, TODAY), done(TODAY, vec![90, 30])),
        ("recorded later", proposed(), sign(FROM, TODAY), done(FROM, vec![90, 30])),
        ("on the day of a reminder", proposed(), sign(FIRST, FIRST), done(FIRST, vec![90, 30])),
        ("a day after it", proposed(), sign(FROM, date!(2023 - 07 - 03)), done(FROM, vec![30])),
        ("on the last day", proposed(), sign(UNTIL, UNTIL), done(UNTIL, vec![])),
        ("too late", proposed(), sign(UNTIL, EXPIRY), Err(PartnershipError::Over.into())),
        ("tomorrow", proposed(), sign(date!(2022 - 10 - 07), TODAY), Err(PartnershipError::SignedInFuture.into())),
        ("twice", signed(), sign(TODAY, TODAY), Err(PartnershipError::NotProposed(Status::Signed).into())),
        (
            "declined before",
            declined(),
            sign(TODAY, TODAY),
            Err(PartnershipError::NotProposed(Status::Declined).into()),
        ),
        ("withdrawn", proposed(), withdraw(Side::Office), nothing(DeclineReason::Withdrawn)),
        ("withdrawn by the other", proposed(), withdraw(Side::Community), Err(PartnershipError::NotOwnProposal.into())),
        ("declined", proposed(), decline(Side::Community), nothing(DeclineReason::NotNeeded)),
        ("declined by its own", proposed(), decline(Side::Office), Err(PartnershipError::OwnProposal.into())),
        (
            "declined too late",
            signed(),
            decline(Side::Community),
            Err(PartnershipError::NotProposed(Status::Signed).into()),
        ),
        ("never there", vec![], sign(TODAY, TODAY), Err(Refusal::PartnershipNotFound)),
    ]);
    for change in [(|p| p.office_is_open = false) as fn(&mut Partners), |p| p.community = community::Status::Dissolved]
    {
        let mut partners = partners();
        change(&mut partners);
        let sign = Command::Sign { on: TODAY, number: None, document: None, partners, today: TODAY };
        assert!(decide(state(&proposed()).as_ref(), sign).is_err(), "{partners:?}");
    }
    let hash = Some(DocumentHash([7; 32]));
    let brought = Event::Signed { on: TODAY, number: reference(9), document: hash, reminders: vec![] };
    let signed = state(&[proposed(), vec![brought]].concat()).expect("signed");
    assert_eq!((signed.agreement.number, signed.agreement.document), (reference(9), hash));
    assert_eq!(state(&self::signed()).expect("signed").agreement.number, reference(1), "what was there stays");
}

#[test]
fn what_is_in_force_is_renewed_or_terminated() {
    let next_year = date!(2024 - 09 - 30);
    let longer = |until, today, reminders| Ok(vec![Event::Renewed { on: today, until, document: None, reminders }]);
    let ended = |on| Ok(vec![Event::Terminated { on, reason: TerminationReason::NotKept, note: reference(2) }]);
    table(vec![
        ("renewed", signed(), renew(next_year, TODAY), longer(next_year, TODAY, vec![90, 30])),
        ("renewed after a reminder", reminded(), renew(next_year, LAST), longer(next_year, LAST, vec![90, 30])),
        (
            "before it has expired",
            reminded(),
            renew(date!(2023 - 12 - 31), EXPIRY),
            longer(date!(2023 - 12 - 31), EXPIRY, vec![90, 30]),
        ),
        (
            "for three months",
            reminded(),
            renew(date!(2023 - 12 - 31), date!(2023 - 10 - 15)),
            longer(date!(2023 - 12 - 31), date!(2023 - 10 - 15), vec![30]),
        ),
        ("to the same day", signed(), renew(UNTIL, TODAY), Err(PartnershipError::RenewalNotLater(UNTIL).into())),
        (
            "for more than ten years",
            signed(),
            renew(date!(2033 - 10 - 01), TODAY),
            Err(PartnershipError::PeriodTooLong.into()),
        ),
        ("to a day that is over", signed(), renew(EXPIRY, date!(2023 - 10 - 02)), Err(PartnershipError::Over.into())),
        ("a proposal", proposed(), renew(next_year, TODAY), Err(PartnershipError::NotInForce(Status::Proposed).into())),
        (
            "after it has expired",
            expired(),
            renew(next_year, EXPIRY),
            Err(PartnershipError::NotInForce(Status::Expired).into()),
        ),
        ("terminated", signed(), terminate(TODAY, TODAY), ended(TODAY)),
        ("terminated when renewed", renewed(), terminate(TODAY, TODAY), ended(TODAY)),
        (
            "tomorrow",
            signed(),
            terminate(date!(2022 - 10 - 07), TODAY),
            Err(PartnershipError::TerminatedInFuture.into()),
        ),
        (
            "before its signature",
            signed(),
            terminate(date!(2022 - 09 - 30), TODAY),
            Err(PartnershipError::TerminatedBeforeSigning.into()),
        ),
        ("after its last day", signed(), terminate(EXPIRY, EXPIRY), Err(PartnershipError::Over.into())),
        ("twice", terminated(), terminate(TODAY, TODAY), Err(PartnershipError::NotInForce(Status::Terminated).into())),
    ]);
}

#[test]
fn each_reminder_comes_once_for_each_last_day_and_then_it_expires() {
    let remind = |until, due| Command::Remind { until, due };
    let told = |due, days_before| Ok(vec![Event::Reminded { due, days_before, expires_on: EXPIRY }]);
    let expire = |until| Command::Expire { until };
    let later = date!(2024 - 09 - 30);
    table(vec![
        ("the first", signed(), remind(UNTIL, FIRST), told(FIRST, 90)),
        ("the first again", reminded(), remind(UNTIL, FIRST), Ok(vec![])),
        ("the last", reminded(), remind(UNTIL, LAST), told(LAST, 30)),
        ("no reminder's day", signed(), remind(UNTIL, TODAY), Ok(vec![])),
        ("of the day before the renewal", renewed(), remind(UNTIL, LAST), Ok(vec![])),
        (
            "anew after the renewal",
            renewed(),
            remind(later, date!(2024 - 07 - 02)),
            Ok(vec![Event::Reminded {
                due: date!(2024 - 07 - 02),
                days_before: 90,
                expires_on: date!(2024 - 10 - 01),
            }]),
        ),
        ("expired", reminded(), expire(UNTIL), Ok(vec![Event::Expired { on: EXPIRY }])),
        ("expired twice", expired(), expire(UNTIL), Ok(vec![])),
        ("renewed since", renewed(), expire(UNTIL), Ok(vec![])),
        ("terminated since", terminated(), expire(UNTIL), Ok(vec![])),
        ("never signed", proposed(), expire(UNTIL), Ok(vec![])),
        ("never there", vec![], expire(UNTIL), Err(Refusal::PartnershipNotFound)),
    ]);
}

#[test]
fn a_partnership_ends_with_either_of_its_sides() {
    let lose = |side, on| Command::LosePartner { side, on };
    let ended = |on, reason| Ok(vec![Event::Terminated { on, reason, note: None }]);
    let nothing = |on| Ok(vec![Event::Declined { on, reason: DeclineReason::PartnerGone }]);
    let (dissolved, closed) = (TerminationReason::CommunityDissolved, TerminationReason::OfficeClosed);
    let earlier = date!(2022 - 09 - 01);
    table(vec![
        ("the community", signed(), lose(Side::Community, TODAY), ended(TODAY, dissolved)),
        ("the office, when renewed", renewed(), lose(Side::Office, LAST), ended(LAST, closed)),
        ("on the last day", reminded(), lose(Side::Community, UNTIL), ended(UNTIL, dissolved)),
        ("after the last day", reminded(), lose(Side::Community, EXPIRY), Ok(vec![])),
        ("closed before the signature", signed(), lose(Side::Office, earlier), ended(FROM, closed)),
        ("of a proposal", proposed(), lose(Side::Office, TODAY), nothing(TODAY)),
        ("gone before the proposal", proposed(), lose(Side::Community, earlier), nothing(FROM)),
        ("of what has expired", expired(), lose(Side::Office, TODAY), Ok(vec![])),
        ("of what was terminated", terminated(), lose(Side::Office, TODAY), Ok(vec![])),
        ("of what was declined", declined(), lose(Side::Community, TODAY), Ok(vec![])),
        ("of nothing", vec![], lose(Side::Office, TODAY), Err(Refusal::PartnershipNotFound)),
    ]);
}

/// Every command in every state: what happens stays on the ways that the domain has.
#[test]
fn no_command_leads_where_the_domain_does_not() {
    use Status::{Declined as N, Expired as E, Proposed as P, Renewed as R, Signed as S, Terminated as T};
    let allowed: BTreeMap<Option<Status>, BTreeSet<Status>> = [
        (None, vec![P]),
        (Some(P), vec![P, S, N]),
        (Some(S), vec![S, R, E, T]),
        (Some(R), vec![R, E, T]),
        (Some(E), vec![E]),
        (Some(T), vec![T]),
        (Some(N), vec![N]),
    ]
    .into_iter()
    .map(|(from, to)| (from, to.into_iter().collect()))
    .collect();
    let stages = [vec![], proposed(), signed(), reminded(), renewed(), expired(), terminated(), declined()];
    let commands = || {
        let mut commands = vec![propose(|_, _| {}), propose(|_, p| p.office_is_open = false)];
        for today in [FROM, TODAY, LAST, UNTIL, EXPIRY, date!(2024 - 10 - 01)] {
            commands.extend([sign(today, today), terminate(today, today)]);
            commands.extend([date!(2023 - 12 - 31), date!(2024 - 09 - 30)].map(|until| renew(until, today)));
        }
        for until in [UNTIL, date!(2024 - 09 - 30)] {
            commands.extend(REMINDERS.map(|days| Command::Remind { until, due: reminder_on(until, days) }));
            commands.push(Command::Expire { until });
        }
        for by in [Side::Office, Side::Community] {
            commands.push(Command::Withdraw { by, today: TODAY });
            commands.push(Command::Decline { by, reason: DeclineReason::Other, today: TODAY });
            commands.extend([TODAY, UNTIL, EXPIRY].map(|on| Command::LosePartner { side: by, on }));
        }
        commands
    };
    let mut reached = BTreeSet::new();
    for given in &stages {
        let from = status(given);
        for command in commands() {
            match decide(state(given).as_ref(), command.clone()) {
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
        [(None, P), (Some(P), S), (Some(P), N), (Some(S), R), (Some(S), E), (Some(S), T), (Some(R), E), (Some(R), T)]
    {
        assert!(reached.contains(&(from, to)), "no command leads from {from:?} to {to:?}");
    }
}
