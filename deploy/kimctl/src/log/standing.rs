//! How a log and its stream stand, and what a decision would do, on one screen.

use std::fmt::Write;

use kim_contract::log::v1::{ReconcileChoice, ReconcilePlan, Relation};
use kim_territory::spelling::grouped;
use serde::Serialize;
use time::OffsetDateTime;

use super::{
    LogContext,
    closure::{self, Decided},
};
use crate::times::moment;

/// What was found, and what was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    pub context: LogContext,
    /// `whole`, `behind`, `differs`, `other_log`, `no_stream` or `lost`.
    pub relation: &'static str,
    /// Why the log takes no events; `None` while it takes them.
    pub closed: Option<String>,
    pub head: i64,
    pub stream_first: i64,
    pub stream_last: i64,
    /// What only the stream has; both 0 when there is nothing.
    pub from_position: i64,
    pub to_position: i64,
    pub types: Vec<(String, i64)>,
    /// When the first and the last of these were recorded, in seconds since 1970.
    pub recorded: Option<(i64, i64)>,
    pub bare_events: i64,
    pub vault_records: i64,
    pub events_beyond_hole: i64,
    pub foreign_messages: i64,
    pub events_only_in_log: i64,
    pub lost_position: i64,
    pub other_log_id: String,
    /// `take_back` or `keep_log`.
    pub choice: &'static str,
    /// Whether the choice that was asked for can be made.
    pub can_be_done: bool,
    /// Whether the other choice can be made.
    pub other_can_be_done: bool,
    /// What was carried out.
    pub decided: Option<Decided>,
    #[serde(skip)]
    remedy: String,
}

impl Standing {
    pub(super) fn of(context: LogContext, plan: &ReconcilePlan, choice: ReconcileChoice) -> Self {
        let closed = plan.closure.as_ref().map(|why| closure::closure(context, why));
        let can = |choice: ReconcileChoice| plan.choices().any(|offered| offered == choice);
        let (choice_name, other) = match choice {
            ReconcileChoice::KeepLog => ("keep_log", ReconcileChoice::TakeBack),
            _ => ("take_back", ReconcileChoice::KeepLog),
        };
        let times = plan.first_recorded_time.zip(plan.last_recorded_time);
        Self {
            context,
            relation: match plan.relation() {
                Relation::Unspecified | Relation::Whole => "whole",
                Relation::Behind => "behind",
                Relation::Differs => "differs",
                Relation::OtherLog => "other_log",
                Relation::NoStream => "no_stream",
                Relation::Lost => "lost",
            },
            remedy: closed.as_ref().map(|(_, remedy)| remedy.clone()).unwrap_or_default(),
            closed: closed.map(|(what, _)| what),
            head: plan.head,
            stream_first: plan.stream_first,
            stream_last: plan.stream_last,
            from_position: plan.from_position,
            to_position: plan.to_position,
            types: plan.types.iter().map(|counted| (counted.r#type.clone(), counted.events)).collect(),
            recorded: times.map(|(first, last)| (first.seconds, last.seconds)),
            bare_events: plan.bare_events,
            vault_records: plan.vault_records,
            events_beyond_hole: plan.events_beyond_hole,
            foreign_messages: plan.foreign_messages,
            events_only_in_log: plan.events_only_in_log,
            lost_position: plan.lost_position,
            other_log_id: plan.other_log_id.clone(),
            choice: choice_name,
            can_be_done: can(choice),
            other_can_be_done: can(other),
            decided: None,
        }
    }

    /// Whether there is nothing to decide any more.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.decided.as_ref().is_some_and(|decided| decided.ended)
            || (self.relation == "whole" && self.closed.is_none())
    }

    fn events(&self) -> i64 {
        self.types.iter().map(|(_, events)| events).sum()
    }

    /// For a person: how they stand, what would be done, what is lost, and what to type.
    #[must_use]
    pub fn screen(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(text, "log        {}, posisi {}", self.context.service(), grouped(self.head));
        let _ = match self.stream_last {
            0 if self.relation == "no_stream" => writeln!(text, "aliran     tidak ada"),
            last => writeln!(text, "aliran     posisi {}–{}", grouped(self.stream_first), grouped(last)),
        };
        if let Some(closed) = &self.closed {
            let _ = writeln!(text, "\n{closed}.");
        }
        self.what_only_the_stream_has(&mut text);
        if let Some(decided) = &self.decided {
            let _ = writeln!(text, "\nSelesai: {}.", decided.words());
            if self.choice == "keep_log" {
                text += "Pelanggan yang sudah membaca kejadian yang hilang itu berhenti; \
                         bangun ulang tampilan dengan kimctl projection rebuild.\n";
            }
            return text;
        }
        match (self.relation, self.choice) {
            ("whole", _) if self.closed.is_none() => {
                text += "\nLog dan aliran cocok; tidak ada yang perlu diputuskan.\n";
            }
            ("whole", _) => {
                let service = self.context.service();
                let _ = writeln!(
                    text,
                    "\nLog memuat semua yang ada di aliran; {service} membukanya sendiri sebentar lagi."
                );
            }
            ("other_log", _) => {
                let _ = writeln!(text, "\nAlirannya milik log {}.\n→ {}", self.other_log_id, self.remedy);
            }
            _ if !self.can_be_done => self.not_possible(&mut text),
            (_, "keep_log") => self.keeping(&mut text),
            _ => self.taking_back(&mut text),
        }
        text
    }

    fn what_only_the_stream_has(&self, text: &mut String) {
        if self.lost_position > 0 {
            let _ = writeln!(
                text,
                "Kejadian sampai posisi {} sudah pernah tercatat, dan kini tidak ada di log maupun di aliran.",
                grouped(self.lost_position)
            );
        }
        if self.events() == 0 {
            return;
        }
        let (from, to) = (grouped(self.from_position), grouped(self.to_position));
        let _ = writeln!(text, "\nHanya ada di aliran: posisi {from}–{to}, {} kejadian", grouped(self.events()));
        let time = |unix| OffsetDateTime::from_unix_timestamp(unix).map(moment).unwrap_or_default();
        if let Some((first, last)) = self.recorded {
            let _ = writeln!(text, "  dicatat {} sampai {}", time(first), time(last));
        }
        for (name, events) in &self.types {
            let _ = writeln!(text, "  {:>9}  {name}", grouped(*events));
        }
        if self.events_only_in_log > 0 {
            let _ =
                writeln!(text, "Hanya ada di log, di posisi yang sama: {} kejadian", grouped(self.events_only_in_log));
        }
        if self.foreign_messages > 0 {
            let _ = writeln!(text, "Bukan kejadian log ini: {} pesan di aliran", grouped(self.foreign_messages));
        }
    }

    fn taking_back(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "\nYang akan dikerjakan: {} kejadian itu masuk lagi ke log dengan posisi, nomor, versi, dan waktu yang sama; lalu \
             log dibuka. Keputusan ini dicatat atas nama pemilik token.",
            grouped(self.events())
        );
        text.push_str("Yang TIDAK kembali:\n");
        let _ = writeln!(
            text,
            "• {} catatan data pribadi (pengurus, kontak, alasan) yang ditulis bersamanya; minta kantornya mengisi lagi",
            grouped(self.vault_records)
        );
        if self.bare_events > 0 {
            let _ = writeln!(
                text,
                "• dari {} kejadian: siapa pelakunya, nomor permintaannya, dan nama yang dipegangnya",
                grouped(self.bare_events)
            );
        }
        if self.events_beyond_hole > 0 {
            let _ = writeln!(
                text,
                "• {} kejadian sesudah posisi {}, karena aliran berlubang di situ",
                grouped(self.events_beyond_hole),
                grouped(self.to_position)
            );
        }
        let _ = writeln!(text, "→ kimctl log reconcile{} --yes", self.context.option());
    }

    fn keeping(&self, text: &mut String) {
        text.push_str("\nYang akan dikerjakan: log dibiarkan seperti adanya, aliran dihapus dan dibuat lagi dari log, lalu log dibuka. ");
        text.push_str("Keputusan ini dicatat atas nama pemilik token.\n");
        let gone = self.events() + self.events_beyond_hole;
        if gone > 0 {
            let _ = writeln!(
                text,
                "AKAN HILANG dari log: {} kejadian yang sudah pernah diterima. Salinannya disisihkan di tabel log.set_aside.",
                grouped(gone)
            );
        }
        if self.lost_position > self.head {
            let lost = grouped(self.lost_position - self.head);
            let _ = writeln!(text, "TETAP HILANG: {lost} kejadian yang sudah pernah diterima.");
        }
        if self.relation == "no_stream" {
            text.push_str("MUNGKIN HILANG: apa pun yang tercatat setelah cadangan itu dibuat; tidak ada lagi yang dapat memberitahukannya.\n");
        }
        text.push_str("Pelanggan yang sudah membacanya berhenti, dan harus membangun ulang tampilannya.\n");
        let _ = writeln!(text, "→ kimctl log reconcile{} --keep-log --yes", self.context.option());
    }

    fn not_possible(&self, text: &mut String) {
        let (asked, other) = match self.choice {
            "keep_log" => ("Log tidak dapat dibiarkan seperti adanya", ""),
            _ => ("Tidak ada yang dapat diambil kembali", " --keep-log"),
        };
        let _ = writeln!(text, "\n{asked}.");
        if self.other_can_be_done {
            let _ =
                writeln!(text, "→ kimctl log reconcile{}{other} untuk melihat pilihan yang ada", self.context.option());
        } else if !self.remedy.is_empty() {
            let _ = writeln!(text, "→ {}", self.remedy);
        }
        if self.relation == "differs" {
            text.push_str(
                "Cara lain tanpa kehilangan kejadian di aliran: pulihkan lagi basis data dari cadangan yang lebih lama daripada \
                 posisi itu, dengan NATS berjalan, lalu jalankan ini lagi.\n",
            );
        }
    }
}

#[cfg(test)]
mod tests;
