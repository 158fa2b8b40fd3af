//! What is told beside the story, followed by the registry's rules: each command is one that it takes, and what falls due by itself
//! falls due when the clock stops.

use std::collections::{BTreeSet, HashMap, HashSet};

use kim_territory::RegionCode;
use time::{Date, Duration};

use super::{PLAN, TOLD, count};
use crate::sample::{
    assessment::{self, Period},
    board::{Board, Role},
    change::{Amendment, Answer},
    errand::Matter,
    month::{Month, next_stop},
    partnership,
    plan::Plan,
    record::Base,
    training::{Training, Turn},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Agreement {
    Proposed,
    InForce(Date),
    Over,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Reminder { partnership: usize, until: Date },
    Expiry { partnership: usize, until: Date },
    TermEnd { kim: usize, role: Role },
}

#[derive(Default)]
pub struct Beside {
    pub happened: Vec<(&'static str, Date)>,
    /// Who sits until when, by community.
    boards: HashMap<usize, HashMap<Role, Option<Date>>>,
    ended: HashSet<usize>,
    waits: HashMap<usize, Amendment>,
    bases: HashMap<usize, Base>,
    agreements: HashMap<usize, Agreement>,
    partners: HashMap<(RegionCode, usize), usize>,
    assessed: HashMap<(usize, Period), usize>,
    trainings: HashMap<usize, Turn>,
    due: BTreeSet<(Date, Due)>,
}

impl Beside {
    /// What is due by the clock: not before it stops.
    pub fn fire(&mut self, stop: Date) {
        while let Some(&(day, due)) = self.due.first().filter(|(day, _)| *day <= stop) {
            assert_eq!(day, stop, "{due:?} falls between two stops of the clock");
            self.due.remove(&(day, due));
            match due {
                Due::Reminder { partnership, until } => {
                    if self.agreements.get(&partnership) == Some(&Agreement::InForce(until)) {
                        self.happened.push(("partnership reminded", day));
                    }
                }
                Due::Expiry { partnership, until } => {
                    if self.agreements.get(&partnership) == Some(&Agreement::InForce(until)) {
                        self.agreements.insert(partnership, Agreement::Over);
                        self.partners.retain(|_, held| *held != partnership);
                        self.happened.push(("partnership expired", day));
                    }
                }
                Due::TermEnd { kim, role } => {
                    if !self.ended.contains(&kim) {
                        self.boards.get_mut(&kim).expect("it has a board").remove(&role);
                        self.happened.push(("term ended", day));
                    }
                }
            }
        }
    }

    pub fn enter(&mut self, kim: usize, board: &Board, day: Date) {
        let until = board.term.map(|term| {
            assert!(term.from <= day && day < term.until, "{kim} is entered with {term:?} on {day}");
            term.until
        });
        let roles: Vec<Role> = board.officers.iter().map(|(role, _)| *role).collect();
        self.seat(kim, &roles, until);
    }

    fn seat(&mut self, kim: usize, roles: &[Role], until: Option<Date>) {
        for &role in roles {
            let before = self.boards.entry(kim).or_default().insert(role, until);
            assert_eq!(before, None, "the chair of {role:?} is free at {kim}");
            let due = until.map(|until| (next_stop(until), Due::TermEnd { kim, role }));
            assert!(until.is_none_or(|until| until.next_day() == Some(next_stop(until))));
            self.due.extend(due);
        }
    }

    /// Whether a community has an agreement in force, with that office if one is named.
    pub fn is_partner(&self, office: Option<RegionCode>, kim: usize) -> bool {
        let mut partners = self.partners.keys().filter(|(_, partner)| *partner == kim);
        partners.any(|(with, _)| office.is_none_or(|office| office == *with))
    }

    /// What a community was built on, when that was changed.
    pub fn base(&self, kim: usize) -> Option<Base> {
        self.bases.get(&kim).copied()
    }

    /// As the rule asks at a registration.
    pub fn has_heads(&self, kim: usize) {
        assert!([Role::Ketua, Role::Sekretaris].iter().all(|role| self.boards[&kim].contains_key(role)));
    }

    pub fn end(&mut self, kim: usize) {
        self.ended.insert(kim);
        self.waits.remove(&kim);
    }

    pub fn tell(&mut self, plan: &Plan, kim: usize, matter: Matter, day: Date) {
        match matter {
            Matter::Elected(election) => {
                assert!(election.until > day);
                let roles: Vec<Role> = plan.kims[kim].record.board.officers.iter().map(|(role, _)| *role).collect();
                self.seat(kim, &roles, Some(election.until));
                self.happened.extend(roles.iter().map(|_| ("officer appointed", day)));
            }
            Matter::HandedOver(hand_over) => {
                let sits = self.boards.get_mut(&kim).and_then(|board| board.get_mut(&hand_over.role));
                assert_eq!(sits, Some(&mut None), "{hand_over:?} at {kim}");
                self.happened.push(("officer replaced", day));
            }
            Matter::Counted(_) => self.happened.push(("members counted", day)),
            Matter::Proposed(amendment) => {
                assert!(self.waits.insert(kim, amendment).is_none(), "one change waits at a time");
                self.happened.push(("change proposed", day));
            }
            Matter::Answered(answer) => {
                let waited = self.waits.remove(&kim).expect("what is answered was proposed");
                let event = match answer {
                    Answer::Accepted => {
                        self.amend(kim, waited);
                        "change accepted"
                    }
                    Answer::Refused(_) => "change refused",
                    Answer::Withdrawn => "change withdrawn",
                };
                self.happened.push((event, day));
            }
            Matter::Corrected(amendment) => {
                self.amend(kim, amendment);
                self.happened.push(("record corrected", day));
            }
        }
    }

    fn amend(&mut self, kim: usize, amendment: Amendment) {
        if let Amendment::Base(base) = amendment {
            self.bases.insert(kim, base);
        }
    }

    pub fn agree(&mut self, plan: &Plan, place: usize, turn: partnership::Turn, (day, lives): (Date, bool)) {
        use partnership::Turn;
        let (kim, agreement) = &plan.partnerships[place];
        assert!(agreement.office.contains(&plan.kims[*kim].record.seat));
        let stands = self.agreements.get(&place).copied();
        let (next, event) = match (turn, stands) {
            (Turn::Proposed, None) => {
                assert!(lives && agreement.until > day, "{agreement:?}");
                (Agreement::Proposed, "partnership proposed")
            }
            (Turn::Signed, Some(Agreement::Proposed)) => {
                assert!(lives && agreement.until > day, "{agreement:?}");
                let held = self.partners.insert((agreement.office, *kim), place);
                assert_eq!(held, None, "one agreement of an office and a community is in force");
                self.runs(place, agreement.until, day);
                (Agreement::InForce(agreement.until), "partnership signed")
            }
            (Turn::Renewed(until), Some(Agreement::InForce(before))) => {
                assert!(lives && until > before && day <= before, "{agreement:?}");
                self.runs(place, until, day);
                (Agreement::InForce(until), "partnership renewed")
            }
            (Turn::Terminated(_), Some(Agreement::InForce(until))) => {
                assert!(day <= until);
                self.partners.remove(&(agreement.office, *kim));
                (Agreement::Over, "partnership terminated")
            }
            (Turn::Withdrawn, Some(Agreement::Proposed)) => (Agreement::Over, "partnership withdrawn"),
            (turn, stands) => panic!("{turn:?} of {agreement:?}, which is {stands:?}"),
        };
        self.agreements.insert(place, next);
        self.happened.push((event, day));
    }

    fn runs(&mut self, partnership: usize, until: Date, day: Date) {
        let reminders = [90, 30].map(|days| until - Duration::days(days));
        let ahead = reminders.into_iter().filter(|on| *on > day);
        self.due.extend(ahead.map(|on| (on, Due::Reminder { partnership, until })));
        self.due.insert((next_stop(until), Due::Expiry { partnership, until }));
    }

    pub fn assess(&mut self, plan: &Plan, place: usize, turn: assessment::Turn, (day, lives): (Date, bool)) {
        use assessment::Turn;
        let (kim, assessed) = &plan.assessments[place];
        let of_period = (*kim, assessed.period);
        let event = match turn {
            Turn::Assessed => {
                assert!(lives && day.year() >= assessed.period.year);
                assert_eq!(self.assessed.insert(of_period, place), None, "once for each period");
                "assessed"
            }
            Turn::Revised(_) => {
                assert!(self.assessed.get(&of_period) == Some(&place) && assessed.scores != assessed.revised);
                "assessment revised"
            }
            Turn::Withdrawn(_) => {
                assert_eq!(self.assessed.remove(&of_period), Some(place));
                "assessment withdrawn"
            }
        };
        self.happened.push((event, day));
    }

    pub fn train(&mut self, plan: &Plan, place: usize, turn: Turn, day: Date) {
        let Training { session, invited, participants, .. } = &plan.trainings[place];
        let before = self.trainings.insert(place, turn);
        let event = match (before, turn) {
            (None, Turn::Planned(from)) => {
                assert!(from >= day);
                "training planned"
            }
            (Some(Turn::Planned(_)), Turn::Moved) => {
                assert!(session.from >= day);
                "training moved"
            }
            (Some(Turn::Planned(_) | Turn::Moved), Turn::Invited) => {
                assert!(participants.iter().all(|number| invited.contains(number)));
                "training invited"
            }
            (Some(Turn::Invited), Turn::Held) => "training held",
            (Some(Turn::Held), Turn::Reported) => "training reported",
            (Some(Turn::Planned(_) | Turn::Invited), Turn::Cancelled(_)) => {
                assert!(participants.is_empty());
                "training cancelled"
            }
            (before, turn) => panic!("{turn:?} of {session:?} after {before:?}"),
        };
        self.happened.push((event, day));
    }
}

#[test]
fn the_nation_holds_all_that_the_registry_can_tell() {
    for (event, least) in [
        ("merged", 10),
        ("officer appointed", 1_500),
        ("officer replaced", 300),
        ("term ended", 2_500),
        ("members counted", 1_200),
        ("change proposed", 500),
        ("change accepted", 400),
        ("change refused", 40),
        ("change withdrawn", 20),
        ("record corrected", 60),
        ("partnership proposed", 500),
        ("partnership signed", 450),
        ("partnership renewed", 100),
        ("partnership reminded", 600),
        ("partnership expired", 150),
        ("partnership terminated", 20),
        ("partnership withdrawn", 20),
        ("training planned", 60),
        ("training moved", 8),
        ("training held", 50),
        ("training reported", 40),
        ("training cancelled", 6),
        ("assessed", 1_000),
        ("assessment revised", 40),
        ("assessment withdrawn", 8),
    ] {
        assert!(count(event) >= least, "{event}: {}", count(event));
    }
}

#[test]
fn what_is_told_beside_the_story_is_the_smaller_part() {
    let all: usize = TOLD.events.values().sum();
    let story = ["activity", "drafted", "submitted", "returned", "registered", "activated", "reminded", "dormant"];
    let story = story.into_iter().chain(["planned", "revitalised", "corrected", "dissolved", "office", "master"]);
    let story: usize = story.map(count).sum();
    let beside = all - story;
    assert!(beside * 10 < story, "{beside} beside {story}");
}

#[test]
fn some_things_are_still_under_way() {
    let last = |place: usize| PLAN.trainings[place].turns.last().map(|(_, turn)| *turn);
    let under_way =
        (0..PLAN.trainings.len()).filter(|&place| !matches!(last(place), Some(Turn::Reported | Turn::Held)));
    assert!(under_way.filter(|&place| !matches!(last(place), Some(Turn::Cancelled(_)))).count() >= 1);
    assert!(count("change proposed") > count("change accepted") + count("change refused") + count("change withdrawn"));
    let open = PLAN.partnerships.iter().filter(|(_, partnership)| partnership.turns.len() == 1).count();
    assert!(open >= 1, "a proposal waits for its signature");
    let expiring = TOLD
        .beside
        .agreements
        .values()
        .filter(|stands| matches!(stands, Agreement::InForce(until) if Month::of(*until) == Month::new(2026, 12)));
    assert!(expiring.count() >= 20);
}

#[test]
fn each_training_has_a_name_of_its_own() {
    let mut titles = HashSet::new();
    for training in &PLAN.trainings {
        assert!(titles.insert(training.session.title()), "{}", training.session.title());
    }
}
