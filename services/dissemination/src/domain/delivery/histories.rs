//! Random reports on a delivery.

use kim_territory::Decree;
use kim_values::{Region, VaultRef};
use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use time::{Duration, OffsetDateTime, macros::datetime};
use uuid::Uuid;

use super::{
    Assigned, Channel, Command, DeclineReason, Delivery, Reach, Receipt, ReceiptKind, Recipient, Session,
    SessionChannel, SessionWithdrawalReason, Told, UndeliverableReason, VerificationWithdrawalReason,
};
use crate::domain::{
    campaign::{Notice, NoticeKind},
    ids::{CampaignId, CommunityId, OfficeId, SessionId},
    material::Version,
};

pub const ASSIGNED: OffsetDateTime = datetime!(2026-01-05 01:00 UTC);

pub fn recipient() -> Recipient {
    Recipient {
        campaign: CampaignId(Uuid::from_u128(1)),
        community: CommunityId(Uuid::from_u128(2)),
        seat: Region { code: "14.01.01.2009".parse().expect("a code"), decree: Decree::CURRENT },
    }
}

pub fn command(rng: &mut ChaCha8Rng, now: OffsetDateTime, _: Option<&Delivery>) -> (Told, Command) {
    let told = Told {
        recipient: recipient(),
        assigned: (rng.random_range(0..50) > 0).then_some(Assigned { version: version(1), at: ASSIGNED }),
        newest: version(2),
        withdrawn_at: (rng.random_range(0..10) == 0).then_some(ASSIGNED + Duration::days(20)),
        now,
    };
    let at = match rng.random_range(0..30) {
        0 => now + Duration::HOUR,
        1 => ASSIGNED - Duration::HOUR,
        _ => (now - Duration::hours(rng.random_range(0..60))).max(ASSIGNED),
    };
    let today = told.recipient.seat.today(at);
    let channel = any(rng, &[Channel::Inbox, Channel::Webhook, Channel::Email, Channel::Bulletin]);
    let id = SessionId(Uuid::from_u128(rng.random_range(1..5)));
    let office = OfficeId(Uuid::from_u128(7));
    let session_channel = any(rng, &[SessionChannel::Meeting, SessionChannel::Radio]);
    let session = Session::new(today, session_channel, rng.random_range(20..23), Some(12)).expect("a session");
    let reach = Reach::new(today, vec![(session_channel, rng.random_range(100..102))]).expect("a reach");
    let command = match rng.random_range(0..40) {
        0..12 => {
            let kind = any(rng, &[ReceiptKind::Delivered, ReceiptKind::Opened, ReceiptKind::Acknowledged]);
            let version = version(any(rng, &[1, 1, 1, 1, 2, 3]));
            Command::Receive { kind, receipt: Receipt { at, channel, version } }
        }
        12..14 => {
            let reason = any(rng, &[DeclineReason::NotRelevant, DeclineReason::NoCapacity]);
            let note = rng.random::<bool>().then(|| VaultRef(Uuid::from_u128(rng.random())));
            Command::Decline { reason, note, at }
        }
        14..16 => Command::Fail { channel, reason: UndeliverableReason::Unreachable, at },
        16..20 => Command::HoldSession { id, session },
        20..23 => Command::CorrectSession { id, session },
        23..26 => Command::WithdrawSession { id, reason: SessionWithdrawalReason::Doubled },
        26..29 => Command::ReportReach(reach),
        29..31 => Command::CorrectReach(reach),
        31..34 => Command::Verify { office },
        34..36 => Command::WithdrawVerification { office, reason: VerificationWithdrawalReason::ToBeCorrected },
        _ => {
            let kind = any(rng, &[NoticeKind::Corrected, NoticeKind::Withdrawn]);
            let issued_at = any(rng, &[None, Some(ASSIGNED), Some(at + Duration::HOUR)]);
            Command::AcknowledgeNotice { notice: Notice { kind, version: version(2) }, issued_at, channel, at }
        }
    };
    (told, command)
}

fn version(number: u32) -> Version {
    Version::new(number).expect("a version")
}

fn any<T: Copy>(rng: &mut ChaCha8Rng, all: &[T]) -> T {
    *all.choose(rng).expect("there is one")
}
