//! A row's report, whatever it tells.

use kim_contract::dissemination::v1::{self as pb, report_row};
use kim_desk::{field, problem::Problems, secrets::Secrets, wire::Paired, words::Words};
use kim_eventlog::{RequestKey, RequestKeys};
use time::OffsetDateTime;
use uuid::Uuid;

use super::result::refused_for;
use crate::{
    domain::{
        Refusal,
        campaign::Notice,
        delivery::{
            Channel, Command, DeclineReason, DeliveryError, Reach, Receipt, ReceiptKind, Session, UndeliverableReason,
        },
        ids::{DeliveryId, SessionId},
        material::Version,
    },
    service::{
        delivery::request::{self, Received},
        refusals,
    },
};

#[derive(Debug, Clone)]
pub(super) enum Report {
    Receipt {
        kind: ReceiptKind,
        received: Received,
    },
    /// Empty where the session is known by its facts.
    Session {
        source_key: String,
        session: Session,
    },
    Reach(Reach),
    Decline {
        reason: DeclineReason,
        at: OffsetDateTime,
    },
    Undeliverable {
        channel: Channel,
        reason: UndeliverableReason,
        at: OffsetDateTime,
    },
    Notice {
        notice: Notice,
        channel: Channel,
        at: OffsetDateTime,
    },
}

pub(super) fn report(
    report: Option<&report_row::Report>,
    now: OffsetDateTime,
    problems: &mut Problems,
) -> Option<Report> {
    match report {
        None => {
            let words =
                Words::new("REPORT_MISSING", "Baris ini tidak berisi laporan.", "Isi satu laporan setiap baris.");
            problems.add("report", words);
            None
        }
        Some(report_row::Report::Receipt(row)) => {
            let unknown = || field::unknown("RECEIPT_KIND_UNKNOWN", "Jenis tanda terima");
            let kind = problems.note("receipt.kind", ReceiptKind::from_proto(row.kind).ok_or_else(unknown));
            let numbers = (row.channel, row.material_version);
            let fields = ["receipt.channel", "receipt.material_version", "receipt.happened_at"];
            let received = request::received(numbers, row.happened_at.as_ref(), now, problems, fields);
            Some(Report::Receipt { kind: kind?, received: received? })
        }
        Some(report_row::Report::Session(row)) => {
            let key = field::private(&row.source_key, 200, "SOURCE_KEY_TOO_LONG", "Kunci asal");
            let source_key = problems.note("session.source_key", key);
            let session = request::session(row.session.as_ref(), problems);
            Some(Report::Session { source_key: source_key?, session: session? })
        }
        Some(report_row::Report::Reach(row)) => request::reach(Some(row), problems).map(Report::Reach),
        Some(report_row::Report::Decline(row)) => {
            let reason = problems.note("decline.reason", request::decline_reason(row.reason));
            let at = problems.note("decline.declined_at", request::moment(row.declined_at.as_ref(), now));
            Some(Report::Decline { reason: reason?, at: at? })
        }
        Some(report_row::Report::Undeliverable(row)) => {
            let channel = problems.note("undeliverable.channel", request::channel(row.channel));
            let reason = problems.note("undeliverable.reason", request::undeliverable_reason(row.reason));
            let at = problems.note("undeliverable.happened_at", request::moment(row.happened_at.as_ref(), now));
            Some(Report::Undeliverable { channel: channel?, reason: reason?, at: at? })
        }
        Some(report_row::Report::Notice(row)) => {
            let fields = ["notice.kind", "notice.material_version"];
            let notice = request::notice(row.kind, row.material_version, problems, fields);
            let channel = problems.note("notice.channel", request::channel(row.channel));
            let at = problems.note("notice.happened_at", request::moment(row.happened_at.as_ref(), now));
            Some(Report::Notice { notice: notice?, channel: channel?, at: at? })
        }
    }
}

/// A session's id: of the office and its key for it, or else of the session's facts; nothing for another report. It tells nothing of the key.
pub(super) fn session_id(secrets: &Secrets, office: &str, delivery: DeliveryId, report: &Report) -> SessionId {
    match report {
        Report::Session { source_key, .. } if !source_key.is_empty() => {
            SessionId(secrets.fingerprint(format!("session {delivery} {office}\n{source_key}").as_bytes()))
        }
        Report::Session { session, .. } => SessionId(Uuid::new_v5(&delivery.0, &facts(session))),
        _ => SessionId(Uuid::nil()),
    }
}

/// The same day, channel and numbers of people are the same session.
fn facts(session: &Session) -> Vec<u8> {
    let mut facts = Vec::with_capacity(16);
    facts.extend(session.channel().to_proto().to_be_bytes());
    facts.extend(session.held_on().to_julian_day().to_be_bytes());
    facts.extend(session.attendance().to_be_bytes());
    facts.extend(session.women().map(u32::to_be_bytes).into_iter().flatten());
    facts
}

impl Report {
    pub fn notice(&self) -> Option<Notice> {
        if let Self::Notice { notice, .. } = self { Some(*notice) } else { None }
    }

    pub fn command(&self, session_id: SessionId, newest: Version, issued_at: Option<OffsetDateTime>) -> Command {
        match self {
            Self::Receipt { kind, received: Received { channel, version, at } } => {
                let receipt = Receipt { at: *at, channel: *channel, version: version.unwrap_or(newest) };
                Command::Receive { kind: *kind, receipt }
            }
            Self::Session { session, .. } => Command::HoldSession { id: session_id, session: *session },
            Self::Reach(reach) => Command::ReportReach(reach.clone()),
            Self::Decline { reason, at } => Command::Decline { reason: *reason, note: None, at: *at },
            Self::Undeliverable { channel, reason, at } => {
                Command::Fail { channel: *channel, reason: *reason, at: *at }
            }
            Self::Notice { notice, channel, at } => {
                Command::AcknowledgeNotice { notice: *notice, issued_at, channel: *channel, at: *at }
            }
        }
    }

    /// What may be corrected or withdrawn has a key: the same row again, after that, adds nothing. Whatever else comes again, the delivery
    /// itself knows.
    pub fn key(&self, keys: &RequestKeys, delivery: DeliveryId, session_id: SessionId) -> Option<RequestKey> {
        let mut content = delivery.0.as_bytes().to_vec();
        let day = match self {
            Self::Session { session, .. } => {
                content.extend(session_id.0.as_bytes());
                content.extend(facts(session));
                session.held_on()
            }
            Self::Reach(reach) => {
                for (channel, people) in reach.by_channel() {
                    content.extend(channel.to_proto().to_be_bytes());
                    content.extend(people.to_be_bytes());
                }
                reach.counted_on()
            }
            _ => return None,
        };
        Some(keys.content("", "ImportReports", day, &content))
    }

    /// A refusal, at the field that it is about.
    pub fn refused(&self, row: i64, refusal: &Refusal) -> pb::ReportResult {
        let of_time = match self {
            Self::Receipt { .. } => "receipt.happened_at",
            Self::Session { .. } => "session.held_on",
            Self::Reach(_) => "reach.counted_on",
            Self::Decline { .. } => "decline.declined_at",
            Self::Undeliverable { .. } => "undeliverable.happened_at",
            Self::Notice { .. } => "notice.happened_at",
        };
        let field = match refusal {
            Refusal::Delivery(
                DeliveryError::InFuture | DeliveryError::BeforeAssignment | DeliveryError::BeforeNotice,
            ) => of_time,
            Refusal::Delivery(DeliveryError::NotAssigned) => "campaign_id",
            Refusal::Delivery(DeliveryError::VersionNotShown) => "receipt.material_version",
            Refusal::Delivery(DeliveryError::NoticeNotIssued) => "notice.kind",
            _ => "report",
        };
        refused_for(row, field, refusals::table(refusal).1)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use kim_desk::secrets::Secrets;
    use time::macros::date;

    use super::*;
    use crate::domain::delivery::SessionChannel;

    fn session(attendance: u32, women: Option<u32>) -> Session {
        Session::new(date!(2026 - 01 - 10), SessionChannel::Meeting, attendance, women).expect("a session")
    }

    #[test]
    fn a_session_is_known_by_its_offices_key_or_by_its_facts() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("vault.key");
        fs::write(&file, "5a".repeat(32)).expect("a key");
        let secrets = Secrets::read(&file, "dissemination").expect("a key");
        let [one, other] = [1, 2].map(|id| DeliveryId(Uuid::from_u128(id)));
        let keyed = |office: &str, delivery, key: &str, attendance| {
            let report = Report::Session { source_key: key.into(), session: session(attendance, None) };
            session_id(&secrets, office, delivery, &report)
        };
        assert_eq!(keyed("14.01", one, "S-7", 20), keyed("14.01", one, "S-7", 21), "its facts may be set right");
        assert_ne!(keyed("14.01", one, "S-7", 20), keyed("14.02", one, "S-7", 20), "two offices may use the same keys");
        assert_ne!(keyed("14.01", one, "S-7", 20), keyed("14.01", one, "S-8", 20));
        assert_ne!(keyed("14.01", one, "S-7", 20), keyed("14.01", other, "S-7", 20));
        assert_eq!(keyed("14.01", one, "", 20), keyed("14.02", one, "", 20), "whoever types it in");
        assert_ne!(keyed("14.01", one, "", 20), keyed("14.01", one, "", 21));
        let facts_of = |women| facts(&session(20, women));
        assert_ne!(facts_of(None), facts_of(Some(0)));
        // Never another one: rows that come again are found by it.
        let known = Uuid::new_v5(&one.0, &facts_of(Some(12)));
        assert_eq!(known.to_string(), "b88c44ff-e692-5983-947a-b72eb6869433");
    }
}
