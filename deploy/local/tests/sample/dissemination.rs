//! What dissemination's log must have.

use std::collections::{BTreeMap, HashMap};

use kim_local::sample::{
    dissemination::{
        campaign,
        command::Command,
        material, question,
        report::{ReceiptKind, What},
        verification,
    },
    plan::Plan,
};
use sqlx::PgPool;
use time::OffsetDateTime;

/// How many events of each type the plan's commands and reports make.
pub fn told(plan: &Plan) -> BTreeMap<&'static str, i64> {
    let mut told = BTreeMap::new();
    let mut receipts: HashMap<(usize, usize, ReceiptKind), OffsetDateTime> = HashMap::new();
    for step in &plan.dissemination.steps {
        for (_, command) in &step.commands {
            *told.entry(commanded(*command)).or_default() += 1;
        }
        for report in &step.reports {
            let event = match report.what {
                What::Receipt { kind, receipt } => {
                    let before = receipts.get(&(report.campaign, report.kim, kind)).copied();
                    // Of two reports the one of the earlier time stands, and what is known decides nothing.
                    if before.is_some_and(|before| receipt.at >= before) {
                        continue;
                    }
                    receipts.insert((report.campaign, report.kim, kind), receipt.at);
                    match kind {
                        _ if before.is_some() => "DeliveryReceiptCorrected",
                        ReceiptKind::Delivered => "DeliveryDelivered",
                        ReceiptKind::Opened => "DeliveryOpened",
                        ReceiptKind::Acknowledged => "DeliveryAcknowledged",
                    }
                }
                What::Declined { .. } => "DeliveryDeclined",
                What::Undeliverable { .. } => "DeliveryUndeliverable",
                What::Session(_) => "DeliverySessionHeld",
                What::Reach(_) => "DeliveryReachReported",
                What::Noticed { .. } => "DeliveryNoticeAcknowledged",
            };
            *told.entry(event).or_default() += 1;
        }
    }
    let started =
        plan.dissemination.campaigns.iter().filter(|campaign| {
            campaign.from < plan.until.plus(1).day(1) && !campaign.is_cancelled_before(campaign.from)
        });
    told.insert("CampaignStarted", i64::try_from(started.count()).unwrap());
    // Those of materials that are withdrawn end by themselves.
    told.remove("CampaignCancelled");
    told
}

fn commanded(command: Command) -> &'static str {
    match command {
        Command::Establish(_) => "ProgrammeEstablished",
        Command::Close(_) => "ProgrammeClosed",
        Command::Write(_, turn) => match turn {
            material::Turn::Drafted => "MaterialDrafted",
            material::Turn::Submitted => "MaterialSubmitted",
            material::Turn::Returned(_) => "MaterialReturned",
            material::Turn::Amended => "MaterialAmended",
            material::Turn::Approved => "MaterialApproved",
            material::Turn::Published => "MaterialPublished",
            material::Turn::Revised(_) => "MaterialRevised",
            material::Turn::Withdrawn(_) => "MaterialWithdrawn",
        },
        Command::Campaign(_, turn) => match turn {
            campaign::Turn::Drafted => "CampaignDrafted",
            campaign::Turn::Scheduled => "CampaignScheduled",
            campaign::Turn::Paused => "CampaignPaused",
            campaign::Turn::Resumed => "CampaignResumed",
            campaign::Turn::Cancelled(_) => "CampaignCancelled",
        },
        Command::Settle { turn, .. } => match turn {
            verification::Turn::CorrectSession { .. } => "DeliverySessionCorrected",
            verification::Turn::WithdrawSession(_) => "DeliverySessionWithdrawn",
            verification::Turn::Verify => "DeliveryVerified",
            verification::Turn::WithdrawVerification => "DeliveryVerificationWithdrawn",
            verification::Turn::CorrectReach(_) => "DeliveryReachCorrected",
        },
        Command::Ask(_, turn) => match turn {
            question::Turn::Asked => "QuestionAsked",
            question::Turn::Redirected(_) => "QuestionRedirected",
            question::Turn::Answered => "QuestionAnswered",
            question::Turn::Reopened => "QuestionReopened",
            question::Turn::Published => "QuestionAnswerPublished",
            question::Turn::SetAside(_) => "QuestionSetAside",
        },
    }
}

/// What the log must have of all this.
pub fn has(counts: &BTreeMap<String, i64>, plan: &Plan) {
    for (event, many) in told(plan) {
        assert_eq!(counts.get(event).copied().unwrap_or_default(), many, "{event} of {counts:?}");
    }
}

/// That nobody answers what was not assigned, and nobody got anything whose turn had not come.
pub async fn adds_up(pool: &PgPool) {
    let stray: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM dissemination.delivery LEFT JOIN dissemination.assignment USING (campaign_id, community_id)
         WHERE assignment.batch IS NULL",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    assert_eq!(stray, 0);
    let rungs: (i64, i64, i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM dissemination.assignment), count(*) FILTER (WHERE delivered),
                count(*) FILTER (WHERE opened), count(*) FILTER (WHERE acknowledged), count(*) FILTER (WHERE sessions > 0)
         FROM dissemination.delivery",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    let (assigned, delivered, opened, acknowledged, told) = rungs;
    assert!(assigned > delivered && delivered > opened && opened > acknowledged && acknowledged > told, "{rungs:?}");
    assert!(told > 0, "{rungs:?}");
}
