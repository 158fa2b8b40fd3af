//! What happens when a command is given to a community.

use kim_values::VaultRef;
use time::Date;

use super::{Command, Community, Event, Plan, Preceding, Record, Stage, Status, activity, change, officer, seat};
use crate::domain::{
    Refusal,
    board::{Board, Term},
    ids::TrainingId,
    profile::{Flaw, Profile, Standard},
    registration::RegistrationNumber,
};

pub fn decide(community: &Community, command: Command) -> Result<Vec<Event>, Refusal> {
    if let Command::Draft { profile, terms, sealed, today } = command {
        return match community {
            Community::Absent => {
                sound(&profile, &Board::of(&terms), today).map(|()| vec![Event::Drafted { profile, terms, sealed }])
            }
            Community::Known(_) => Err(Refusal::CommunityExists),
        };
    }
    let record = community.known()?;
    let stage = &record.stage;
    let status = stage.status();
    match command {
        Command::Draft { .. } => unreachable!("decided above"),
        Command::Report { activity, topics, today } => activity::report(record, activity, topics.as_deref(), today),
        Command::FollowTraining { training, held_from } => Ok(follow_training(stage, training, held_from)),
        Command::Remind { last_activity, due, dormant_on, rule } => Ok(match stage {
            Stage::Active(_, active) if active.last_activity == last_activity && !active.reminded => {
                vec![Event::Reminded { last_activity, due, dormant_on, rule }]
            }
            _ => Vec::new(),
        }),
        Command::FallDormant { last_activity, due, rule } => Ok(match stage {
            Stage::Active(_, active) if active.last_activity == last_activity => {
                vec![Event::BecameDormant { last_activity, from: due, rule }]
            }
            _ => Vec::new(),
        }),
        // A person's right does not end with the community.
        Command::EraseOfficer { officer, today } => officer::erase(record, officer, today),
        Command::EndTerm { officer, due } => Ok(officer::end_term(record, officer, due)),
        Command::Absorb { merged, on } => Ok(vec![Event::Absorbed { merged, on }]),
        // One that has ended, too: where it was is told by the territory in force.
        Command::MoveSeat { from, to, on } => Ok(seat::move_to(record, (from, to), on)),
        _ if status.has_ended() => Err(record.ended()),
        Command::Amend { profile, terms, sealed, today } => match stage {
            Stage::Draft | Stage::Returned if leaves_regency(record, &profile) => Err(Refusal::SeatLeavesRegency),
            Stage::Draft | Stage::Returned => {
                sound(&profile, &Board::of(&terms), today).map(|()| vec![Event::Amended { profile, terms, sealed }])
            }
            _ => Err(Refusal::NotAmendable(status)),
        },
        Command::Submit { standard, today } => match stage {
            Stage::Draft | Stage::Returned => submit(record, &standard, today),
            _ => Err(Refusal::NotSubmittable(status)),
        },
        Command::Return { reasons, note, today } => match stage {
            Stage::Submitted if reasons.is_empty() => Err(Refusal::ReasonMissing),
            Stage::Submitted => Ok(vec![Event::Returned { reasons, note, on: today }]),
            _ => Err(Refusal::NotSubmitted(status)),
        },
        Command::Register { on, number, standard, today } => match stage {
            Stage::Submitted => register(record, (on, number), &standard, today),
            _ => Err(Refusal::NotSubmitted(status)),
        },
        Command::PlanRevitalisation { after, today } => match stage {
            Stage::Dormant(_, dormant) if dormant.plans.iter().any(|plan| plan.after == after) => {
                Err(Refusal::AlreadyPlanned)
            }
            Stage::Dormant(..) => Ok(vec![Event::RevitalisationPlanned(Plan { on: today, after })]),
            _ => Err(Refusal::NotDormant(status)),
        },
        command => {
            record.lives()?;
            of_registered(record, command)
        }
    }
}

/// What only a community that is registered, and not at its end, is given.
fn of_registered(record: &Record, command: Command) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::CountMembers { count, on, today } => count_members(record, count, on, today),
        Command::Appoint { term, replaces, today } => officer::appoint(record, term, replaces, today),
        Command::Leave { officer, on, reason, today } => officer::leave(record, officer, (on, reason), today),
        Command::ProposeChange { id, profile, sealed, today } => change::propose(record, id, (profile, sealed), today),
        Command::AcceptChange { id, today } => change::accept(record, id, today),
        Command::RefuseChange { id, reasons, note, today } => change::refuse(record, id, (reasons, note), today),
        Command::WithdrawChange { id, today } => change::withdraw(record, id, today),
        Command::Correct { profile, sealed, note, today } => change::correct(record, (profile, sealed), note, today),
        Command::Merge { into, other: (seat, status), reason, note, today } => {
            if record.profile.seat.code.regency() != seat.code.regency() {
                return Err(Refusal::MergeLeavesRegency);
            }
            match status {
                Status::Registered | Status::Active | Status::Dormant => {
                    Ok(vec![Event::Merged { into, on: today, reason, note }])
                }
                other => Err(Refusal::MergeIntoUnregistered(other)),
            }
        }
        Command::Dissolve { reason, note, today } => Ok(vec![Event::Dissolved { on: today, reason, note }]),
        _ => unreachable!("decided before"),
    }
}

/// A record that is entered whole: drafted, submitted and registered at once, under the same rules as step by step.
pub fn enter(
    (profile, terms, sealed): (Profile, Vec<Term>, Option<VaultRef>),
    (on, number): (Date, RegistrationNumber),
    standard: &Standard,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    let flaws = entry_flaws(&profile, &Board::of(&terms), on, standard, today);
    if !flaws.is_empty() {
        return Err(Refusal::Record(flaws));
    }
    let rule = standard.version();
    Ok(vec![
        Event::Drafted { profile, terms, sealed },
        Event::Submitted { on, rule },
        Event::Registered { on, rule, number: Some(number) },
    ])
}

/// All that keeps a record from being entered whole.
#[must_use]
pub fn entry_flaws(profile: &Profile, board: &Board, on: Date, standard: &Standard, today: Date) -> Vec<Flaw> {
    let mut flaws = record_flaws(profile, board, today);
    flaws.extend(profile.unmet(board, standard, on));
    flaws.extend(date_flaws(profile, on, today));
    flaws
}

fn record_flaws(profile: &Profile, board: &Board, today: Date) -> Vec<Flaw> {
    let mut flaws = profile.flaws(today);
    flaws.extend(board.flaws().into_iter().map(Flaw::from));
    flaws
}

fn date_flaws(profile: &Profile, on: Date, today: Date) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    if on > today {
        flaws.push(Flaw::RegisteredInFuture);
    }
    if on < profile.formed_on {
        flaws.push(Flaw::RegisteredBeforeFormation);
    }
    flaws
}

pub(super) fn sound(profile: &Profile, board: &Board, today: Date) -> Result<(), Refusal> {
    flawless(record_flaws(profile, board, today))
}

fn flawless(flaws: Vec<Flaw>) -> Result<(), Refusal> {
    if flaws.is_empty() { Ok(()) } else { Err(Refusal::Record(flaws)) }
}

pub(super) fn leaves_regency(record: &Record, profile: &Profile) -> bool {
    record.profile.seat.code.regency() != profile.seat.code.regency()
}

fn submit(record: &Record, standard: &Standard, today: Date) -> Result<Vec<Event>, Refusal> {
    flawless(record.profile.unmet(&record.board, standard, today))?;
    Ok(vec![Event::Submitted { on: today, rule: standard.version() }])
}

fn register(
    record: &Record,
    (on, number): (Date, RegistrationNumber),
    standard: &Standard,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    let mut flaws = record.profile.unmet(&record.board, standard, on);
    flaws.extend(date_flaws(&record.profile, on, today));
    flawless(flaws)?;
    Ok(vec![Event::Registered { on, rule: standard.version(), number: Some(number) }])
}

/// Told for a day; what is told of an earlier day than what is known is history, and is kept as such.
fn count_members(record: &Record, count: u32, on: Date, today: Date) -> Result<Vec<Event>, Refusal> {
    if on > today {
        return Err(Refusal::CountInFuture);
    }
    if on < record.profile.formed_on {
        return Err(Refusal::CountBeforeFormation);
    }
    if record.members_on == Some(on) && record.profile.members == Some(count) {
        return Ok(Vec::new());
    }
    Ok(vec![Event::MembersCounted { count, on }])
}

/// A training before the silence revives nothing of it: the plan counts from the dormancy on at the earliest.
fn follow_training(stage: &Stage, training: TrainingId, held_from: Date) -> Vec<Event> {
    let after = Preceding::Training(training);
    match stage {
        Stage::Dormant(_, dormant) if dormant.plans.iter().all(|plan| plan.after != after) => {
            vec![Event::RevitalisationPlanned(Plan { on: held_from.max(dormant.from), after })]
        }
        _ => Vec::new(),
    }
}
