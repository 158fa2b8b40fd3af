//! Given what was reported, when this is reported, then these facts or this refusal.

use kim_territory::Decree;
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use time::{
    Duration,
    macros::{date, datetime},
};
use uuid::Uuid;

use super::{
    histories::{ASSIGNED, recipient},
    *,
};
use crate::domain::{
    Refusal,
    campaign::NoticeKind,
    matrix::{assert_same, matrix},
};

const NOW: OffsetDateTime = datetime!(2026-01-20 03:00 UTC);
const WITHDRAWN: OffsetDateTime = datetime!(2026-01-15 03:00 UTC);
const TODAY: Date = date!(2026 - 01 - 20);
const OFFICE: OfficeId = OfficeId(Uuid::from_u128(7));
const MEETING: SessionId = SessionId(Uuid::from_u128(1));

fn version(number: u32) -> Version {
    Version::new(number).expect("a version")
}

fn told() -> Told {
    let assigned = Some(Assigned { version: version(1), at: ASSIGNED });
    Told { recipient: recipient(), assigned, newest: version(2), withdrawn_at: None, now: NOW }
}

fn receipt(kind: ReceiptKind, at: OffsetDateTime) -> Command {
    Command::Receive { kind, receipt: Receipt { at, channel: Channel::Inbox, version: version(1) } }
}

fn session(attendance: u32) -> Session {
    Session::new(date!(2026 - 01 - 10), SessionChannel::Meeting, attendance, Some(12)).expect("a session")
}

fn hold(attendance: u32) -> Command {
    Command::HoldSession { id: MEETING, session: session(attendance) }
}

fn reach(people: u32) -> Reach {
    Reach::new(date!(2026 - 01 - 12), vec![(SessionChannel::Meeting, people)]).expect("a reach")
}

fn decline(reason: DeclineReason) -> Command {
    Command::Decline { reason, note: None, at: NOW }
}

fn fail(channel: Channel) -> Command {
    Command::Fail { channel, reason: UndeliverableReason::Unreachable, at: NOW }
}

fn notice(kind: NoticeKind, issued_at: Option<OffsetDateTime>, at: OffsetDateTime) -> Command {
    Command::AcknowledgeNotice { notice: Notice { kind, version: version(2) }, issued_at, channel: Channel::Inbox, at }
}

const VERIFY: Command = Command::Verify { office: OFFICE };
const UNVERIFY: Command =
    Command::WithdrawVerification { office: OFFICE, reason: VerificationWithdrawalReason::ToBeCorrected };
const WITHDRAW: Command = Command::WithdrawSession { id: MEETING, reason: SessionWithdrawalReason::NotHeld };

fn delivered() -> Command {
    receipt(ReceiptKind::Delivered, ASSIGNED)
}

fn opened() -> Command {
    receipt(ReceiptKind::Opened, ASSIGNED + Duration::HOUR)
}

fn acknowledged() -> Command {
    receipt(ReceiptKind::Acknowledged, ASSIGNED + Duration::hours(2))
}

/// What these reports, each of which is taken, make.
fn after(commands: Vec<Command>) -> Option<Delivery> {
    commands.into_iter().fold(None, |state, command| {
        let events =
            decide(state.as_ref(), &told(), command.clone()).unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
        events.iter().fold(state, evolve)
    })
}

fn facts(given: Vec<Command>, told: &Told, when: Command) -> Result<Vec<Fact>, Refusal> {
    let events = decide(after(given).as_ref(), told, when)?;
    Ok(events.into_iter().map(|event| event.fact).collect())
}

#[test]
fn every_report_after_every_other() {
    let states = [
        ("nothing", None),
        ("failed", after(vec![fail(Channel::Email)])),
        ("delivered", after(vec![delivered()])),
        ("opened", after(vec![opened()])),
        ("acknowledged", after(vec![acknowledged()])),
        ("declined", after(vec![decline(DeclineReason::NoCapacity)])),
        ("session", after(vec![hold(20)])),
        ("none held", after(vec![hold(20), WITHDRAW])),
        ("reach", after(vec![Command::ReportReach(reach(100))])),
        ("verified", after(vec![hold(20), VERIFY])),
        ("noticed", after(vec![notice(NoticeKind::Corrected, Some(ASSIGNED), NOW)])),
    ];
    let other = SessionId(Uuid::from_u128(2));
    let commands = [
        ("delivered", delivered()),
        ("opened", opened()),
        ("acknowledged", acknowledged()),
        ("declined", decline(DeclineReason::NoCapacity)),
        ("declined otherwise", decline(DeclineReason::Content)),
        ("e-mail fails", fail(Channel::Email)),
        ("session", hold(20)),
        ("session otherwise", hold(21)),
        ("another session", Command::HoldSession { id: other, session: session(20) }),
        ("session corrected", Command::CorrectSession { id: MEETING, session: session(22) }),
        ("session withdrawn", WITHDRAW),
        ("reach", Command::ReportReach(reach(100))),
        ("reach otherwise", Command::ReportReach(reach(101))),
        ("reach corrected", Command::CorrectReach(reach(102))),
        ("verified", VERIFY),
        ("verification withdrawn", UNVERIFY),
        ("notice", notice(NoticeKind::Corrected, Some(ASSIGNED), NOW)),
        ("other notice", notice(NoticeKind::Withdrawn, Some(ASSIGNED), NOW)),
    ];
    let decide = |state: Option<&Delivery>, command| decide(state, &told(), command);
    assert_same(
        &matrix(&states, &commands, decide, evolve, |delivery| format!("{:?}", delivery.status())),
        include_str!("matrix.expected.txt"),
    );
}

#[test]
fn a_report_is_of_what_was_assigned_and_of_no_other_time() {
    let at = |at| receipt(ReceiptKind::Delivered, at);
    let refused = |error: DeliveryError| Err(Refusal::from(error));
    let given = |command| facts(vec![], &told(), command).map(|facts| facts.len());
    assert_eq!(decide(None, &Told { assigned: None, ..told() }, delivered()), Err(DeliveryError::NotAssigned.into()));
    assert_eq!(given(at(ASSIGNED)), Ok(1));
    assert_eq!(given(at(ASSIGNED - Duration::SECOND)), refused(DeliveryError::BeforeAssignment));
    assert_eq!(given(at(NOW + Duration::minutes(5))), Ok(1), "clocks differ");
    assert_eq!(given(at(NOW + Duration::minutes(6))), refused(DeliveryError::InFuture));
    let held_on = |day| Session::new(day, SessionChannel::Radio, 300, None).expect("a session");
    let held = |day| given(Command::HoldSession { id: MEETING, session: held_on(day) });
    assert_eq!(held(date!(2026 - 01 - 05)), Ok(1));
    assert_eq!(held(date!(2026 - 01 - 04)), refused(DeliveryError::BeforeAssignment));
    assert_eq!(held(TODAY), Ok(1));
    assert_eq!(held(date!(2026 - 01 - 21)), refused(DeliveryError::InFuture));
    for (shown, version) in [(true, version(1)), (true, version(2)), (false, version(3))] {
        let receipt = Receipt { at: ASSIGNED, channel: Channel::Inbox, version };
        let given = given(Command::Receive { kind: ReceiptKind::Opened, receipt });
        assert_eq!(given, if shown { Ok(1) } else { refused(DeliveryError::VersionNotShown) });
    }
}

#[test]
fn a_withdrawn_material_is_not_opened_but_what_happened_before_is_kept() {
    let told = Told { withdrawn_at: Some(WITHDRAWN), ..told() };
    let report = |command| facts(vec![], &told, command).map(|facts| facts.len());
    let before = WITHDRAWN - Duration::SECOND;
    for kind in [ReceiptKind::Opened, ReceiptKind::Acknowledged] {
        assert_eq!(report(receipt(kind, WITHDRAWN)), Err(DeliveryError::Withdrawn(WITHDRAWN).into()), "{kind:?}");
        assert_eq!(report(receipt(kind, before)), Ok(1), "{kind:?}, reported late");
    }
    assert_eq!(report(receipt(ReceiptKind::Delivered, NOW)), Ok(1), "it was on its way");
    assert_eq!(report(hold(20)), Ok(1), "people were told all the same");
    let notice = |issued_at, at| report(notice(NoticeKind::Withdrawn, issued_at, at));
    assert_eq!(notice(Some(WITHDRAWN), WITHDRAWN), Ok(1));
    assert_eq!(notice(Some(WITHDRAWN), before), Err(DeliveryError::BeforeNotice.into()));
    assert_eq!(notice(None, NOW), Err(DeliveryError::NoticeNotIssued.into()));
}

#[test]
fn of_two_reports_of_a_rung_the_earlier_time_stands() {
    let receipt = |at, channel| Receipt { at, channel, version: version(1) };
    let report = |at, channel| Command::Receive { kind: ReceiptKind::Delivered, receipt: receipt(at, channel) };
    let (early, late) = (ASSIGNED, ASSIGNED + Duration::HOUR);
    let by_mail = vec![report(late, Channel::Email)];
    assert_eq!(facts(by_mail.clone(), &told(), report(late, Channel::Email)), Ok(vec![]));
    assert_eq!(facts(by_mail.clone(), &told(), report(NOW, Channel::Inbox)), Ok(vec![]));
    let corrected = Fact::ReceiptCorrected { kind: ReceiptKind::Delivered, receipt: receipt(early, Channel::Inbox) };
    assert_eq!(facts(by_mail, &told(), report(early, Channel::Inbox)), Ok(vec![corrected]));
}

#[test]
fn in_whatever_order_receipts_come_the_same_is_known_in_the_end() {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let kinds = [ReceiptKind::Delivered, ReceiptKind::Opened, ReceiptKind::Acknowledged];
    let channels = [Channel::Inbox, Channel::Webhook, Channel::Email];
    for _ in 0..2_000 {
        let one = |rng: &mut ChaCha8Rng| Command::Receive {
            kind: kinds[rng.random_range(0..3)],
            receipt: Receipt {
                at: ASSIGNED + Duration::hours(rng.random_range(0..5)),
                channel: channels[rng.random_range(0..3)],
                version: version(rng.random_range(1..3)),
            },
        };
        let mut reports: Vec<Command> = (0..rng.random_range(1..12)).map(|_| one(&mut rng)).collect();
        let doubled = reports[0].clone();
        reports.push(doubled);
        let in_order = after(reports.clone());
        reports.shuffle(&mut rng);
        assert_eq!(after(reports.clone()), in_order, "seed {seed}: {reports:?}");
    }
}

#[test]
fn a_session_is_corrected_until_it_is_verified_and_again_once_the_office_lets_it() {
    let correct = Command::CorrectSession { id: MEETING, session: session(22) };
    let corrected = Fact::SessionCorrected { id: MEETING, before: session(20), after: session(22), on: TODAY };
    assert_eq!(facts(vec![hold(20)], &told(), correct.clone()), Ok(vec![corrected.clone()]));
    assert_eq!(facts(vec![hold(22)], &told(), correct.clone()), Ok(vec![]));
    assert_eq!(facts(vec![hold(20), VERIFY], &told(), correct.clone()), Err(DeliveryError::Verified.into()));
    assert_eq!(facts(vec![hold(20), VERIFY, UNVERIFY], &told(), correct), Ok(vec![corrected]));
}

#[test]
fn what_is_reported_after_a_verification_is_kept_and_verified_again() {
    let verified = |sessions, people| Ok(vec![Fact::Verified { office: OFFICE, sessions, people, on: TODAY }]);
    assert_eq!(facts(vec![hold(20)], &told(), VERIFY), verified(1, 0));
    assert_eq!(facts(vec![hold(20), VERIFY], &told(), VERIFY), Ok(vec![]));
    let more = vec![hold(20), VERIFY, Command::ReportReach(reach(100))];
    let outdated = after(more.clone()).and_then(|delivery| delivery.verification).map(|by| by.outdated);
    assert_eq!(outdated, Some(true));
    assert_eq!(facts(more, &told(), VERIFY), verified(1, 100));
}

#[test]
fn a_delivery_has_as_many_sessions_as_a_campaign_has_days() {
    let held = |n| Command::HoldSession { id: SessionId(Uuid::from_u128(n)), session: session(20) };
    let full: Vec<Command> = (0..MAX_SESSIONS as u128).map(held).collect();
    assert_eq!(facts(full, &told(), held(1_000)), Err(DeliveryError::TooManySessions.into()));
}

#[test]
fn a_delivery_stays_where_its_first_report_put_it() {
    let moved = Region { code: "14.02".parse().expect("a code"), decree: Decree::CURRENT };
    let told = Told { recipient: Recipient { seat: moved, ..recipient() }, ..told() };
    let events = decide(after(vec![delivered()]).as_ref(), &told, opened()).expect("a report");
    assert_eq!(events[0].recipient, recipient());
}
