//! What the registry's log must have.

use std::collections::BTreeMap;

use kim_local::sample::{
    assessment,
    change::Answer,
    command::Command,
    errand::Matter,
    partnership,
    plan::Plan,
    territory::{adopted_on, code_by},
    training,
};
use kim_territory::{Decree, RegionCode};

/// How many commands of the plan make each of these events.
pub fn told(plan: &Plan) -> [(&'static str, i64); 24] {
    let count = |is: fn(&Command) -> bool| {
        let commands = plan.steps.iter().flat_map(|step| &step.commands);
        i64::try_from(commands.filter(|(_, command)| is(command)).count()).unwrap()
    };
    [
        ("CommunityMerged", count(|c| matches!(c, Command::Merge(..)))),
        ("CommunityAbsorbed", count(|c| matches!(c, Command::Merge(..)))),
        ("MembersCounted", count(|c| matches!(c, Command::Tell(_, Matter::Counted(_))))),
        ("ChangeProposed", count(|c| matches!(c, Command::Tell(_, Matter::Proposed(_))))),
        ("ChangeAccepted", count(|c| matches!(c, Command::Tell(_, Matter::Answered(Answer::Accepted))))),
        ("ChangeRefused", count(|c| matches!(c, Command::Tell(_, Matter::Answered(Answer::Refused(_)))))),
        ("ChangeWithdrawn", count(|c| matches!(c, Command::Tell(_, Matter::Answered(Answer::Withdrawn))))),
        ("CommunityCorrected", count(|c| matches!(c, Command::Tell(_, Matter::Corrected(_))))),
        ("PartnershipProposed", count(|c| matches!(c, Command::Agree(_, partnership::Turn::Proposed)))),
        ("PartnershipSigned", count(|c| matches!(c, Command::Agree(_, partnership::Turn::Signed)))),
        ("PartnershipRenewed", count(|c| matches!(c, Command::Agree(_, partnership::Turn::Renewed(_))))),
        ("PartnershipTerminated", count(|c| matches!(c, Command::Agree(_, partnership::Turn::Terminated(_))))),
        ("PartnershipDeclined", count(|c| matches!(c, Command::Agree(_, partnership::Turn::Withdrawn)))),
        ("TrainingPlanned", count(|c| matches!(c, Command::Train(_, training::Turn::Planned(_))))),
        ("TrainingRescheduled", count(|c| matches!(c, Command::Train(_, training::Turn::Moved)))),
        ("TrainingInvitationsSent", count(|c| matches!(c, Command::Train(_, training::Turn::Invited)))),
        ("TrainingHeld", count(|c| matches!(c, Command::Train(_, training::Turn::Held)))),
        ("TrainingReported", count(|c| matches!(c, Command::Train(_, training::Turn::Reported)))),
        ("TrainingCancelled", count(|c| matches!(c, Command::Train(_, training::Turn::Cancelled(_))))),
        ("CommunityAssessed", count(|c| matches!(c, Command::Assess(_, assessment::Turn::Assessed)))),
        ("AssessmentRevised", count(|c| matches!(c, Command::Assess(_, assessment::Turn::Revised(_))))),
        ("AssessmentWithdrawn", count(|c| matches!(c, Command::Assess(_, assessment::Turn::Withdrawn(_))))),
        ("TerritoryAdopted", count(|c| matches!(c, Command::AdoptTerritory(_)))),
        ("CodeListSet", count(|c| matches!(c, Command::SetActivityKinds | Command::SetTopics(_)))),
    ]
}

/// How many events there are of the territories that come into force after the first, and of what they move.
fn moved(plan: &Plan) -> BTreeMap<&'static str, i64> {
    let mut events = BTreeMap::new();
    let mut add = |name| *events.entry(name).or_default() += 1;
    for (from, to) in Decree::ALL.iter().zip(&Decree::ALL[1..]) {
        add("TerritoryRegionsChanged");
        let [old, new] = [from, to].map(|decree| move |region| code_by(*decree, region));
        for office in plan.offices.iter().filter(|office| old(office.region).is_some()) {
            if old(office.region) != new(office.region) {
                add("OfficeRegionMoved");
            }
        }
        let before = plan.steps.iter().take_while(|step| step.starts.date() < adopted_on(*to));
        let told = before.flat_map(|step| {
            let drafted = step.commands.iter().filter_map(|(_, command)| match command {
                Command::Draft(kim) => Some(*kim),
                _ => None,
            });
            step.listed.iter().map(|listed| listed.kim).chain(drafted)
        });
        for seat in told.map(|kim| plan.kims[kim].record.seat) {
            let regency = |code: Option<RegionCode>| code.and_then(|code| code.regency());
            if regency(old(seat)) != regency(new(seat)) {
                add("CommunityMovedOut");
                add("CommunityMovedIn");
            } else if old(seat) != new(seat) {
                add("CommunitySeatMoved");
            }
        }
    }
    events
}

/// What the log must have of the territories, and nothing beside.
pub fn has_moved(counts: &BTreeMap<String, i64>, plan: &Plan) {
    let moved = moved(plan);
    for event in
        ["TerritoryRegionsChanged", "OfficeRegionMoved", "CommunitySeatMoved", "CommunityMovedOut", "CommunityMovedIn"]
    {
        assert_eq!(counts.get(event), moved.get(event), "{event} of {counts:?}");
    }
}

pub fn reports(plan: &Plan) -> i64 {
    plan.steps.iter().map(|step| i64::try_from(step.reports.len()).unwrap()).sum()
}
