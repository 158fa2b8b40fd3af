//! What communities answer, reckoned report by report: nobody answers what was not assigned, nothing is counted twice, and the shares
//! are such as the story needs.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::LazyLock,
};

use time::{Date, OffsetDateTime};

use super::{
    PLAN, TOLD,
    told::{self, Told},
};
use crate::sample::{
    dissemination::{
        OPENS,
        audience::Partners,
        campaign::Campaign,
        command::Command,
        question,
        report::{NoticeKind, ReceiptKind, Report, What},
        session::Session,
        standing, verification,
    },
    life::Cause,
    zone,
};

/// A community in a campaign.
type Delivery = (usize, usize);

/// Who is in the audience of each campaign when it opens, and how they stand then, by the registry's rule.
static ASSIGNED: LazyLock<BTreeMap<Delivery, standing::Status>> = LazyLock::new(|| {
    let mut assigned = BTreeMap::new();
    Told::watched(&PLAN, |stop, told| {
        for (place, campaign) in PLAN.dissemination.campaigns.iter().enumerate() {
            if campaign.from == stop && !campaign.is_cancelled_before(stop) {
                let members = (0..PLAN.kims.len()).filter_map(|kim| Some((kim, member(told, campaign, kim)?)));
                assigned.extend(members.map(|(kim, status)| ((place, kim), status)));
            }
        }
    });
    assigned
});

fn member(told: &Told, campaign: &Campaign, kim: usize) -> Option<standing::Status> {
    let status = match told.known[kim].status? {
        told::Status::Registered => standing::Status::Registered,
        told::Status::Active => standing::Status::Active,
        told::Status::Dormant => standing::Status::Dormant,
        _ => return None,
    };
    let (record, audience) = (&PLAN.kims[kim].record, campaign.audience);
    let base = || told.beside.base(kim).unwrap_or(record.base);
    let is_partner = || match audience.partners {
        Partners::Any => true,
        Partners::InForce => told.beside.is_partner(None, kim),
        Partners::WithThisOffice => told.beside.is_partner(Some(campaign.office), kim),
    };
    let fits = audience.statuses.contains(&status)
        && audience.has_place(campaign.office, &record.seat)
        && (audience.bases.is_empty() || audience.bases.contains(&base()))
        && is_partner();
    fits.then_some(status)
}

/// What is known of a delivery when all is told.
#[derive(Debug, Default)]
struct Known {
    /// The earliest time of each, and all that was said of it.
    receipts: BTreeMap<ReceiptKind, OffsetDateTime>,
    said: usize,
    declined: bool,
    undeliverable: bool,
    sessions: Vec<(OffsetDateTime, Session)>,
    withdrawn: usize,
    reached: Option<u32>,
    noticed: BTreeSet<(bool, u32)>,
    verified: bool,
}

static KNOWN: LazyLock<HashMap<Delivery, Known>> = LazyLock::new(|| {
    let mut known: HashMap<Delivery, Known> = HashMap::new();
    for step in &PLAN.dissemination.steps {
        for (moment, command) in &step.commands {
            if let Command::Settle { campaign, kim, turn } = *command {
                let known = known.get_mut(&(campaign, kim)).expect("what is set right was reported");
                known.settle(*moment, turn);
            }
        }
        for report in &step.reports {
            known.entry((report.campaign, report.kim)).or_default().hear(report);
        }
    }
    known
});

impl Known {
    fn hear(&mut self, report: &Report) {
        match report.what {
            What::Receipt { kind, receipt } => {
                self.said += 1;
                let known = self.receipts.entry(kind).or_insert(receipt.at);
                *known = (*known).min(receipt.at);
            }
            What::Declined { .. } => {
                assert!(!self.declined && self.sessions.is_empty(), "{report:?}");
                self.declined = true;
            }
            What::Undeliverable { .. } => {
                assert!(!self.undeliverable, "{report:?}");
                self.undeliverable = true;
            }
            What::Session(session) => {
                assert!(!self.declined, "{report:?}");
                let mut days = self.sessions.iter().map(|(_, session)| session.held_on);
                assert!(days.all(|day| day != session.held_on), "a community holds one session a day: {report:?}");
                assert!(session.women.is_none_or(|women| women <= session.attendance));
                self.sessions.push((report.recorded, session));
            }
            What::Reach(reach) => {
                let mut channels = HashSet::new();
                let counted = reach.by_channel.iter().flatten();
                let people = counted.map(|(channel, people)| {
                    assert!(channels.insert(channel), "{report:?}");
                    *people
                });
                assert_eq!(self.reached.replace(people.sum()), None, "{report:?}");
            }
            What::Noticed { kind, receipt } => {
                assert!(self.noticed.insert((kind == NoticeKind::Corrected, receipt.version)), "{report:?}");
            }
        }
    }

    fn settle(&mut self, moment: OffsetDateTime, turn: verification::Turn) {
        let holds = |session: Session| {
            let held = self.sessions.iter().find(|(_, held)| *held == session);
            assert!(held.is_some_and(|(recorded, _)| *recorded < moment), "{session:?}");
        };
        match turn {
            verification::Turn::CorrectSession { session, attendance } => {
                holds(session);
                assert!(session.women.is_none_or(|women| women <= attendance));
            }
            verification::Turn::WithdrawSession(session) => {
                holds(session);
                self.withdrawn += 1;
            }
            verification::Turn::Verify => self.verified = true,
            verification::Turn::WithdrawVerification => self.verified = false,
            verification::Turn::CorrectReach(_) => assert!(self.reached.is_some()),
        }
        assert!(self.withdrawn < self.sessions.len(), "a session is left to be verified");
    }
}

fn campaign(delivery: &Delivery) -> &'static Campaign {
    &PLAN.dissemination.campaigns[delivery.0]
}

#[test]
fn whoever_answers_was_assigned_and_answers_what_happened() {
    for report in PLAN.dissemination.steps.iter().flat_map(|step| &step.reports) {
        let delivery = (report.campaign, report.kim);
        assert!(ASSIGNED.contains_key(&delivery), "{report:?} of {:?}", campaign(&delivery));
        let seat = &PLAN.kims[report.kim].record.seat;
        let opens = zone::at(seat, campaign(&delivery).from) + OPENS;
        assert_eq!(report.recorded.offset(), opens.offset());
        let day = report.what.day(report.recorded);
        assert!(day >= opens.date() && day <= report.recorded.date(), "{report:?}");
        if let What::Receipt { receipt, .. } | What::Noticed { receipt, .. } = report.what {
            assert!(opens <= receipt.at && receipt.at <= report.recorded, "{report:?}");
        }
    }
}

#[test]
fn each_rung_stands_on_the_one_before() {
    use ReceiptKind::{Acknowledged, Delivered, Opened};
    for (delivery, known) in &*KNOWN {
        let at = |kind| known.receipts.get(&kind);
        // What is delivered on paper may be written down after the plan's end.
        if let (Some(delivered), Some(opened)) = (at(Delivered), at(Opened)) {
            assert!(delivered < opened, "{delivery:?} {known:?}");
        }
        if let Some(acknowledged) = at(Acknowledged) {
            assert!(!known.declined && at(Opened).is_none_or(|opened| opened < acknowledged), "{known:?}");
        }
        if known.verified {
            assert!(!known.sessions.is_empty(), "{delivery:?} {known:?}");
        }
        let material = &PLAN.dissemination.materials[campaign(delivery).material];
        if let Some((withdrawn, _)) = material.withdrawn() {
            let opened = known.receipts.iter().filter(|(kind, _)| **kind != Delivered);
            assert!(opened.map(|(_, at)| at.date()).all(|day| day < withdrawn), "{known:?}");
        }
        for (corrects, version) in &known.noticed {
            let (on, given) = if *corrects { material.corrected() } else { material.withdrawn() }.expect("a notice");
            assert!(campaign(delivery).from <= on && given == *version, "{delivery:?} {known:?}");
        }
    }
}

#[test]
fn a_question_is_of_a_session_that_was_reported_before() {
    for question in &PLAN.dissemination.questions {
        let known = KNOWN.get(&(question.campaign, question.kim));
        let held = known.and_then(|known| known.sessions.iter().find(|(_, held)| *held == question.session));
        let Some((on, question::Turn::Asked)) = question.turns.first() else { panic!("{question:?}") };
        if let Some((recorded, _)) = held {
            assert!(recorded.date() < *on, "{question:?}");
        } else {
            assert!(*on >= PLAN.until.plus(1).day(1), "{question:?}");
        }
    }
}

/// How many of those that stood so got to each rung: assigned, delivered, opened, acknowledged, told people, counted, verified.
fn rungs(is: impl Fn(&Delivery, standing::Status) -> bool) -> [usize; 7] {
    let mut rungs = [0; 7];
    for (delivery, _) in ASSIGNED.iter().filter(|(delivery, status)| is(delivery, **status)) {
        rungs[0] += 1;
        let Some(known) = KNOWN.get(delivery) else { continue };
        let has = |kind| known.receipts.contains_key(&kind);
        let got = [
            has(ReceiptKind::Delivered),
            has(ReceiptKind::Opened),
            has(ReceiptKind::Acknowledged),
            !known.sessions.is_empty(),
            known.reached.is_some(),
            known.verified,
        ];
        for (count, got) in rungs[1..].iter_mut().zip(got) {
            *count += usize::from(got);
        }
    }
    rungs
}

fn share(of: usize, all: usize) -> f64 {
    of as f64 / all as f64
}

/// Before the plan's last months: what is still on its way says nothing.
fn is_over(delivery: &Delivery) -> bool {
    campaign(delivery).from < PLAN.until.plus(-4).day(1)
}

#[test]
fn shares_fall_from_rung_to_rung_and_silence_stays_silent() {
    use standing::Status::{Active, Dormant, Registered};
    let all = rungs(|delivery, _| is_over(delivery));
    assert!(all.windows(2).all(|rungs| rungs[0] > rungs[1]), "{all:?}");
    let active = rungs(|delivery, status| is_over(delivery) && status == Active);
    let dormant = rungs(|delivery, status| is_over(delivery) && status == Dormant);
    let registered = rungs(|delivery, status| is_over(delivery) && status == Registered);
    let bounds = [(0.85, 0.97), (0.50, 0.80), (0.32, 0.62), (0.10, 0.30), (0.06, 0.22), (0.02, 0.10)];
    for (rung, (least, most)) in active[1..].iter().zip(bounds) {
        let share = share(*rung, active[0]);
        assert!((least..most).contains(&share), "{share} of {active:?}");
    }
    for silent in [dormant, registered] {
        assert!((0.20..0.45).contains(&share(silent[1], silent[0])), "{silent:?}");
        assert!(share(silent[3], silent[0]) < 0.05, "{silent:?}");
    }
}

#[test]
fn the_pandemic_tires_people_and_the_platform_brings_them_back() {
    let acknowledged = |year: i32| {
        let of_year =
            |delivery: &Delivery, status| campaign(delivery).from.year() == year && status == standing::Status::Active;
        let rungs = rungs(of_year);
        share(rungs[3], rungs[0])
    };
    assert!(acknowledged(2021) < acknowledged(2020) && acknowledged(2021) < acknowledged(2022));
    assert!(acknowledged(2024) > acknowledged(2022) && acknowledged(2025) > acknowledged(2020));
}

#[test]
fn who_came_back_after_a_bimtek_answers_more() {
    let mut back: HashMap<usize, Date> = HashMap::new();
    for (kim, on, cause) in &TOLD.returns {
        if matches!(cause, Cause::Training(_)) {
            back.entry(*kim).or_insert(*on);
        }
    }
    let of = |wanted: bool| {
        rungs(|delivery, status| {
            let from = campaign(delivery).from;
            let is_back = back.get(&delivery.1).is_some_and(|on| *on < from);
            is_over(delivery) && status == standing::Status::Active && from.year() >= 2023 && is_back == wanted
        })
    };
    let (revived, others) = (of(true), of(false));
    assert!(revived[0] > 1_000, "{revived:?}");
    assert!(share(revived[3], revived[0]) > share(others[3], others[0]) * 1.1, "{revived:?} {others:?}");
}

#[test]
fn some_come_late_twice_out_of_order_or_not_at_all() {
    let count = |is: fn(&Known) -> bool| KNOWN.values().filter(|known| is(known)).count();
    assert!(count(|known| known.declined) > 300, "declined");
    assert!(count(|known| known.undeliverable) > 2_000, "undeliverable");
    assert!(count(|known| known.said > known.receipts.len()) > 1_000, "said twice");
    assert!(count(|known| !known.noticed.is_empty()) > 500, "noticed");
    assert!(count(|known| known.withdrawn > 0) > 20, "taken out");
    let late = PLAN.dissemination.steps.iter().flat_map(|step| &step.reports);
    let late = late.filter(|report| (report.recorded.date() - report.what.day(report.recorded)).whole_days() > 30);
    assert!(late.count() > 500, "late");
}

/// Prints the numbers of what is told: `cargo test -p kim-local told_figures -- --ignored --nocapture`.
#[test]
#[ignore = "prints"]
fn told_figures() {
    let (mut commands, mut reports) = (BTreeMap::new(), BTreeMap::new());
    for step in &PLAN.dissemination.steps {
        for (_, command) in &step.commands {
            let name = format!("{command:?}");
            let name = name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned();
            *commands.entry(name).or_insert(0) += 1;
        }
        for report in &step.reports {
            let name = format!("{:?}", report.what);
            let name = name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned();
            *reports.entry(name).or_insert(0) += 1;
        }
    }
    println!("commands {commands:?}");
    println!("reports {} {reports:?}", reports.values().sum::<usize>());
    println!("assigned {}, answered {}", ASSIGNED.len(), KNOWN.len());
    let largest = PLAN.dissemination.steps.iter().map(|step| step.reports.len()).max();
    println!("largest step {largest:?}, questions {}", PLAN.dissemination.questions.len());
    for status in [standing::Status::Active, standing::Status::Dormant, standing::Status::Registered] {
        let rungs = rungs(|delivery, of| is_over(delivery) && of == status);
        println!("{status:?} {rungs:?} {:.3?}", rungs.map(|rung| share(rung, rungs[0])));
    }
    for year in 2020..=2026 {
        let rungs = rungs(|delivery, _| campaign(delivery).from.year() == year);
        println!("{year} {rungs:?} {:.3?}", rungs.map(|rung| share(rung, rungs[0])));
    }
    for (place, told) in PLAN.dissemination.campaigns.iter().enumerate().take(22) {
        println!("{} {} {:?}", told.from, told.name, rungs(|delivery, _| delivery.0 == place));
    }
}
