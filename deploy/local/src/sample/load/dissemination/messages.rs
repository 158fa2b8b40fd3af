//! What dissemination is told, in the contract's words.

use kim_contract::{dissemination::v1 as pb, registry::v1::CommunityStatus};
use time::{Date, OffsetDateTime};

use crate::sample::{
    dissemination::{
        OPENS,
        audience::{Audience, Partners},
        campaign::{Campaign, CancellationReason, Priority},
        lesson::{Asked, LOCAL_LANGUAGES},
        material::{Material, ReturnReason, Revision, Turn, WithdrawalReason},
        question::SetAsideReason,
        report::{Channel, DeclineReason, NoticeKind, ReceiptKind, Report, UndeliverableReason, What},
        session::{Reach, Session, SessionChannel},
        standing::Status,
    },
    load::messages::{community::base_group, count, date, region, timestamp},
};

/// Where people are sent who want to know more; and where a text that is corrected later sent them.
const ASK_AT: &str = "Keterangan lebih lanjut di kantor desa atau kelurahan.";
const ASKED_AT_FIRST: &str = "Keterangan lebih lanjut di kantor kecamatan.";

/// What a material says after that turn.
pub fn contents(material: &Material, turn: Turn) -> Vec<pb::Content> {
    let languages = if turn == Turn::Revised(Revision::Languages) { LOCAL_LANGUAGES } else { material.languages };
    let ask_at = match turn {
        // What is given back lacks it.
        Turn::Drafted if material.is_returned() => None,
        Turn::Revised(_) => Some(ASK_AT),
        _ if material.is_corrected() => Some(ASKED_AT_FIRST),
        _ => Some(ASK_AT),
    };
    let content = |text: &crate::sample::dissemination::lesson::Text| {
        let mut paragraphs = text.body.to_vec();
        paragraphs.extend(ask_at.filter(|_| text.language == "id"));
        paragraphs.push(text.says_that_it_is_simulated());
        pb::Content {
            language: text.language.to_owned(),
            title: text.title.to_owned(),
            body: paragraphs.join("\n\n"),
            ..pb::Content::default()
        }
    };
    material.lesson.in_languages(languages).map(content).collect()
}

/// Words that somebody typed.
pub fn simulated(text: &str) -> String {
    format!("{text} (SIMULASI)")
}

pub fn published_answer(asked: &Asked) -> pb::PublishedAnswer {
    pb::PublishedAnswer { language: "id".into(), question: simulated(asked.question), answer: simulated(asked.answer) }
}

pub fn return_reason(reason: ReturnReason) -> pb::MaterialReturnReason {
    match reason {
        ReturnReason::SourceMissing => pb::MaterialReturnReason::SourceMissing,
        ReturnReason::LanguageUnclear => pb::MaterialReturnReason::LanguageUnclear,
        ReturnReason::TranslationDiffers => pb::MaterialReturnReason::TranslationDiffers,
    }
}

pub fn revision_reason(revision: Revision) -> pb::RevisionReason {
    match revision {
        Revision::Correction => pb::RevisionReason::Correction,
        Revision::Languages => pb::RevisionReason::Addition,
    }
}

pub fn revision_note(revision: Revision) -> &'static str {
    match revision {
        Revision::Correction => {
            "Tempat bertanya dibetulkan: kantor desa atau kelurahan, bukan kantor kecamatan. (SIMULASI)"
        }
        Revision::Languages => "Ditambah bahasa Jawa, Sunda, dan Minangkabau. (SIMULASI)",
    }
}

pub fn withdrawal_reason(reason: WithdrawalReason) -> pb::MaterialWithdrawalReason {
    match reason {
        WithdrawalReason::Outdated => pb::MaterialWithdrawalReason::Outdated,
        WithdrawalReason::PolicyRevoked => pb::MaterialWithdrawalReason::PolicyRevoked,
        WithdrawalReason::PublishedInError => pb::MaterialWithdrawalReason::PublishedInError,
    }
}

/// As it is drafted on `day`.
pub fn campaign_plan(campaign: &Campaign, day: Date) -> pb::CampaignPlan {
    let priority = match campaign.priority {
        Priority::Ordinary => pb::CampaignPriority::Ordinary,
        Priority::Important => pb::CampaignPriority::Important,
        Priority::Urgent => pb::CampaignPriority::Urgent,
    };
    pb::CampaignPlan {
        name: campaign.name.clone(),
        audience: Some(audience(campaign, campaign.audience, day)),
        window: Some(pb::CampaignWindow {
            from: Some(date(campaign.from)),
            until: Some(date(campaign.until)),
            starts_at_minute: i32::try_from(OPENS.whole_minutes()).expect("a minute of a day"),
        }),
        priority: priority.into(),
    }
}

fn audience(campaign: &Campaign, audience: Audience, day: Date) -> pb::Audience {
    let status = |status: &Status| match status {
        Status::Registered => CommunityStatus::Registered,
        Status::Active => CommunityStatus::Active,
        Status::Dormant => CommunityStatus::Dormant,
    };
    let partnership = match audience.partners {
        Partners::Any => pb::AudiencePartnership::Unspecified,
        Partners::InForce => pb::AudiencePartnership::InForce,
        Partners::WithThisOffice => pb::AudiencePartnership::WithThisOffice,
    };
    pb::Audience {
        regions: audience.regions(campaign.office).into_iter().map(|code| region(code, day)).collect(),
        statuses: audience.statuses.iter().map(|known| status(known).into()).collect(),
        base_groups: audience.bases.iter().map(|base| base_group(*base).into()).collect(),
        partnership: partnership.into(),
        ..pb::Audience::default()
    }
}

pub fn cancellation_reason(reason: CancellationReason) -> pb::CampaignCancellationReason {
    match reason {
        CancellationReason::NotNeeded => pb::CampaignCancellationReason::NotNeeded,
        CancellationReason::Disaster => pb::CampaignCancellationReason::Disaster,
    }
}

pub fn report_row(row: i64, report: &Report, campaign_id: String, community_id: String) -> pb::ReportRow {
    pb::ReportRow {
        row,
        campaign_id,
        community_id,
        recorded_time: Some(timestamp(report.recorded)),
        report: Some(told(report.what)),
    }
}

fn told(what: What) -> pb::report_row::Report {
    use pb::report_row::Report as Told;
    match what {
        What::Receipt { kind, receipt } => Told::Receipt(pb::ReceiptReport {
            kind: match kind {
                ReceiptKind::Delivered => pb::ReceiptKind::Delivered,
                ReceiptKind::Opened => pb::ReceiptKind::Opened,
                ReceiptKind::Acknowledged => pb::ReceiptKind::Acknowledged,
            }
            .into(),
            channel: channel(receipt.channel).into(),
            material_version: count(receipt.version),
            happened_at: at(receipt.at),
        }),
        What::Declined { reason, at: declined_at } => Told::Decline(pb::Decline {
            reason: match reason {
                DeclineReason::NotRelevant => pb::DeliveryDeclineReason::NotRelevant,
                DeclineReason::NoCapacity => pb::DeliveryDeclineReason::NoCapacity,
                DeclineReason::Language => pb::DeliveryDeclineReason::Language,
                DeclineReason::Content => pb::DeliveryDeclineReason::Content,
            }
            .into(),
            declined_at: at(declined_at),
        }),
        What::Undeliverable { channel: by, reason, at: happened_at } => Told::Undeliverable(pb::UndeliverableReport {
            channel: channel(by).into(),
            reason: match reason {
                UndeliverableReason::NoAddress => pb::UndeliverableReason::NoAddress,
                UndeliverableReason::Unreachable => pb::UndeliverableReason::Unreachable,
            }
            .into(),
            happened_at: at(happened_at),
        }),
        What::Session(held) => {
            // A community holds one session a day of a campaign.
            let source_key = held.held_on.to_string();
            Told::Session(pb::SessionReport { source_key, session: Some(session(held)) })
        }
        What::Reach(counted) => Told::Reach(reach(counted)),
        What::Noticed { kind, receipt } => Told::Notice(pb::NoticeReport {
            kind: match kind {
                NoticeKind::Corrected => pb::NoticeKind::Corrected,
                NoticeKind::Withdrawn => pb::NoticeKind::Withdrawn,
            }
            .into(),
            material_version: count(receipt.version),
            channel: channel(receipt.channel).into(),
            happened_at: at(receipt.at),
        }),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as messages have it")]
fn at(time: OffsetDateTime) -> Option<prost_types::Timestamp> {
    Some(timestamp(time))
}

fn channel(channel: Channel) -> pb::DeliveryChannel {
    match channel {
        Channel::Inbox => pb::DeliveryChannel::Inbox,
        Channel::Email => pb::DeliveryChannel::Email,
        Channel::Bulletin => pb::DeliveryChannel::Bulletin,
        Channel::Office => pb::DeliveryChannel::Office,
    }
}

pub fn session(session: Session) -> pb::Session {
    pb::Session {
        held_on: Some(date(session.held_on)),
        channel: session_channel(session.channel).into(),
        attendance: count(session.attendance),
        women: session.women.map(count),
    }
}

pub fn reach(reach: Reach) -> pb::Reach {
    let by_channel = reach.by_channel.into_iter().flatten().map(|(channel, people)| pb::ReachByChannel {
        channel: session_channel(channel).into(),
        people: count(people),
    });
    pb::Reach { counted_on: Some(date(reach.counted_on)), by_channel: by_channel.collect() }
}

fn session_channel(channel: SessionChannel) -> pb::SessionChannel {
    match channel {
        SessionChannel::Meeting => pb::SessionChannel::Meeting,
        SessionChannel::OnlineMeeting => pb::SessionChannel::OnlineMeeting,
        SessionChannel::HouseVisit => pb::SessionChannel::HouseVisit,
        SessionChannel::Radio => pb::SessionChannel::Radio,
        SessionChannel::Loudspeaker => pb::SessionChannel::Loudspeaker,
        SessionChannel::SocialMedia => pb::SessionChannel::SocialMedia,
        SessionChannel::MessagingGroup => pb::SessionChannel::MessagingGroup,
        SessionChannel::Print => pb::SessionChannel::Print,
        SessionChannel::Performance => pb::SessionChannel::Performance,
    }
}

pub fn set_aside_reason(reason: SetAsideReason) -> pb::SetAsideReason {
    match reason {
        SetAsideReason::AskedBefore => pb::SetAsideReason::AskedBefore,
        SetAsideReason::NotAboutTheProgramme => pb::SetAsideReason::NotAboutTheProgramme,
        SetAsideReason::Aspiration => pb::SetAsideReason::Aspiration,
    }
}
