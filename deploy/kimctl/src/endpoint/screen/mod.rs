//! Endpoints as they are shown, and what was sent to them.

mod words;

use kim_contract::dissemination::v1 as pb;
use kim_territory::spelling::grouped;
use serde::Serialize;

use crate::{delivery::channel, facts::Facts, table::Table, times};

/// What a command of endpoints shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    One(Endpoint),
    List(Vec<Endpoint>),
    Secret(WithSecret),
    Attempts(Vec<Attempt>),
    DeadLetters(Vec<DeadLetter>),
    Replayed { messages: i32 },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    pub endpoint_id: String,
    pub community_id: String,
    pub channel: &'static str,
    pub status: &'static str,
    /// As far as it is shown; empty once it is removed.
    pub address: String,
    /// Empty unless it is suspended.
    pub suspension_reason: &'static str,
    pub etag: String,
}

/// A webhook with its secret, which nobody shows again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WithSecret {
    pub endpoint: Endpoint,
    pub secret: String,
    /// Whether another secret signs beside it for a day.
    pub rotated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    pub message_id: String,
    pub r#type: String,
    pub number: i32,
    pub attempted_at: Option<String>,
    pub duration_ms: i64,
    pub outcome: String,
    /// 0 without an answer.
    pub answer_status: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeadLetter {
    pub message_id: String,
    pub r#type: String,
    pub queued_at: Option<String>,
    pub given_up_at: Option<String>,
    pub attempts: i32,
    pub reason: String,
    /// Empty without an attempt.
    pub last_failure: String,
}

impl Endpoint {
    #[must_use]
    pub fn of(endpoint: pb::Endpoint) -> Self {
        Self {
            channel: channel(endpoint.channel()),
            status: words::status(endpoint.status()),
            suspension_reason: words::suspension(endpoint.suspension_reason()),
            endpoint_id: endpoint.endpoint_id,
            community_id: endpoint.community_id,
            address: endpoint.address,
            etag: endpoint.etag,
        }
    }

    fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        facts
            .line("KIM", &self.community_id)
            .line("saluran", self.channel)
            .line("alamat", &self.address)
            .line("status", self.status)
            .line("alasan", self.suspension_reason);
        facts
    }
}

impl WithSecret {
    fn screen(&self) -> String {
        let mut facts = self.endpoint.facts();
        facts.line("rahasia", &self.secret);
        let before = if self.rotated { "Rahasia sebelumnya masih berlaku di sampingnya selama sehari.\n" } else { "" };
        format!(
            "{facts}\nSimpan rahasia itu sekarang di sistem penerima: rahasia ini tidak ditampilkan lagi. Bila hilang atau bocor, ganti \
             dengan kimctl endpoint rotate-secret {}.\n{before}",
            self.endpoint.community_id
        )
    }
}

impl Attempt {
    #[must_use]
    pub fn of(attempt: pb::Attempt) -> Self {
        Self {
            attempted_at: times::rfc3339(attempt.attempted_at.as_ref()),
            message_id: attempt.message_id,
            r#type: attempt.r#type,
            number: attempt.number,
            duration_ms: attempt.duration_ms,
            outcome: attempt.outcome,
            answer_status: attempt.answer_status,
        }
    }
}

impl DeadLetter {
    #[must_use]
    pub fn of(letter: pb::DeadLetter) -> Self {
        Self {
            queued_at: times::rfc3339(letter.queued_at.as_ref()),
            given_up_at: times::rfc3339(letter.given_up_at.as_ref()),
            message_id: letter.message_id,
            r#type: letter.r#type,
            attempts: letter.attempts,
            reason: letter.reason,
            last_failure: letter.last_failure,
        }
    }
}

impl Shown {
    pub(super) fn secret(endpoint: pb::Endpoint, secret: String) -> Self {
        Self::Secret(WithSecret { endpoint: Endpoint::of(endpoint), secret, rotated: false })
    }

    pub(super) fn rotated(endpoint: pb::Endpoint, secret: String) -> Self {
        Self::Secret(WithSecret { endpoint: Endpoint::of(endpoint), secret, rotated: true })
    }

    #[must_use]
    pub fn screen(&self) -> String {
        match self {
            Self::One(endpoint) => endpoint.facts().to_string(),
            Self::Secret(secret) => secret.screen(),
            Self::List(endpoints) => list(endpoints),
            Self::Attempts(attempts) => tried(attempts),
            Self::DeadLetters(letters) => put_aside(letters),
            Self::Replayed { messages: 0 } => "Tidak ada pesan yang dikirim lagi.\n".to_owned(),
            Self::Replayed { messages } => format!("{} pesan dikirim lagi.\n", grouped(*messages)),
        }
    }
}

fn list(endpoints: &[Endpoint]) -> String {
    if endpoints.is_empty() {
        return "KIM ini tidak punya alamat webhook atau surel.\n".to_owned();
    }
    let mut table = Table::new(&["SALURAN", "ALAMAT", "STATUS", "ALASAN"]);
    for one in endpoints {
        table.row([one.channel, one.address.as_str(), one.status, one.suspension_reason]);
    }
    table.to_string()
}

fn tried(attempts: &[Attempt]) -> String {
    if attempts.is_empty() {
        return "Belum ada percobaan pengiriman.\n".to_owned();
    }
    let mut table = Table::new(&["WAKTU", "PESAN", "ISI", "KE", "HASIL", "JAWABAN", "LAMA (ms)"]).right(3).right(6);
    for one in attempts {
        let answer = if one.answer_status == 0 { String::new() } else { one.answer_status.to_string() };
        table.row([
            times::spelled(one.attempted_at.as_deref()),
            one.message_id.clone(),
            words::message(&one.r#type).to_owned(),
            one.number.to_string(),
            words::outcome(&one.outcome).to_owned(),
            answer,
            grouped(one.duration_ms),
        ]);
    }
    format!("{table}{} percobaan\n", grouped(attempts.len()))
}

fn put_aside(letters: &[DeadLetter]) -> String {
    if letters.is_empty() {
        return "Tidak ada pesan yang disisihkan.\n".to_owned();
    }
    let mut table =
        Table::new(&["DISISIHKAN", "PESAN", "ISI", "DITULIS", "PERCOBAAN", "SEBAB", "KEGAGALAN TERAKHIR"]).right(4);
    for one in letters {
        table.row([
            times::spelled(one.given_up_at.as_deref()),
            one.message_id.clone(),
            words::message(&one.r#type).to_owned(),
            times::spelled(one.queued_at.as_deref()),
            grouped(one.attempts),
            words::aside(&one.reason).to_owned(),
            words::outcome(&one.last_failure).to_owned(),
        ]);
    }
    let many = grouped(letters.len());
    format!("{table}{many} pesan disisihkan; kirim lagi dengan kimctl endpoint replay.\n")
}

#[cfg(test)]
mod tests {
    use kim_contract::dissemination::v1::{DeliveryChannel, EndpointStatus, EndpointSuspensionReason};
    use prost_types::Timestamp;

    use super::*;

    fn webhook() -> pb::Endpoint {
        pb::Endpoint {
            community_id: "kim".into(),
            channel: DeliveryChannel::Webhook.into(),
            status: EndpointStatus::Set.into(),
            address: "kim.contoh.id".into(),
            ..pb::Endpoint::default()
        }
    }

    #[test]
    fn a_secret_is_shown_with_what_to_do_with_it() {
        let facts = "KIM             kim\n\
                     saluran         webhook\n\
                     alamat          kim.contoh.id\n\
                     status          aktif\n\
                     rahasia         whsec_contoh\n\n\
                     Simpan rahasia itu sekarang di sistem penerima: rahasia ini tidak ditampilkan lagi. Bila hilang atau bocor, \
                     ganti dengan kimctl endpoint rotate-secret kim.\n";
        assert_eq!(Shown::secret(webhook(), "whsec_contoh".into()).screen(), facts);
        let rotated = Shown::rotated(webhook(), "whsec_contoh".into()).screen();
        assert_eq!(rotated, format!("{facts}Rahasia sebelumnya masih berlaku di sampingnya selama sehari.\n"));
    }

    #[test]
    fn a_list_has_an_endpoint_a_line() {
        let suspended = pb::Endpoint {
            status: EndpointStatus::Suspended.into(),
            suspension_reason: EndpointSuspensionReason::Gone.into(),
            ..webhook()
        };
        assert_eq!(
            Shown::List(vec![Endpoint::of(suspended)]).screen(),
            "SALURAN  ALAMAT         STATUS      ALASAN\n\
             webhook  kim.contoh.id  dihentikan  penerima menyatakan alamatnya tidak ada lagi\n"
        );
        assert_eq!(Shown::List(vec![]).screen(), "KIM ini tidak punya alamat webhook atau surel.\n");
    }

    #[test]
    fn what_was_sent_and_what_was_put_aside_is_told() {
        let at = Some(Timestamp { seconds: 1_665_027_660, nanos: 0 });
        let attempt = pb::Attempt {
            message_id: "msg_1".into(),
            r#type: "campaign.assigned".into(),
            number: 2,
            attempted_at: at,
            duration_ms: 1_250,
            outcome: "unavailable".into(),
            answer_status: 503,
        };
        assert_eq!(
            Shown::Attempts(vec![Attempt::of(attempt)]).screen(),
            "WAKTU                     PESAN  ISI            KE  HASIL                                 JAWABAN  LAMA (ms)\n\
             6 Oktober 2022 10.41 WIB  msg_1  kampanye baru   2  penerima sedang tidak dapat melayani  503          1.250\n\
             1 percobaan\n"
        );
        let letter = pb::DeadLetter {
            message_id: "msg_1".into(),
            r#type: "material.withdrawn".into(),
            queued_at: at,
            given_up_at: at,
            attempts: 12,
            reason: "exhausted".into(),
            last_failure: "late".into(),
        };
        let screen = Shown::DeadLetters(vec![DeadLetter::of(letter)]).screen();
        assert!(screen.contains("penarikan"), "{screen}");
        assert!(screen.contains("       12  semua percobaan gagal  penerima terlalu lambat\n"), "{screen}");
        assert!(screen.ends_with("1 pesan disisihkan; kirim lagi dengan kimctl endpoint replay.\n"), "{screen}");
        assert_eq!(Shown::Replayed { messages: 1_200 }.screen(), "1.200 pesan dikirim lagi.\n");
    }
}
