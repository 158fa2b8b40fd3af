//! What rungs and states are called.

use super::{
    edition::RevisionReason,
    funnel::{NoticeKind, Rung},
    model::CampaignStatus,
};
use crate::pages::language::Language;

#[must_use]
pub fn rung(l: Language, rung: Rung) -> &'static str {
    match rung {
        Rung::Assigned => l.say("Ditugaskan", "Assigned"),
        Rung::Delivered => l.say("Sampai", "Delivered"),
        Rung::Opened => l.say("Dibuka", "Opened"),
        Rung::Acknowledged => l.say("Dikonfirmasi", "Acknowledged"),
        Rung::SessionHeld => l.say("Sesi digelar", "Session held"),
        Rung::ReachReported => l.say("Jangkauan dilaporkan", "Reach reported"),
        Rung::Verified => l.say("Diverifikasi", "Verified"),
    }
}

#[must_use]
pub fn status(l: Language, status: CampaignStatus) -> &'static str {
    match status {
        CampaignStatus::Draft => l.say("Konsep", "Draft"),
        CampaignStatus::Scheduled => l.say("Dijadwalkan", "Scheduled"),
        CampaignStatus::Running => l.say("Berjalan", "Running"),
        CampaignStatus::Paused => l.say("Dijeda", "Paused"),
        CampaignStatus::Completed => l.say("Selesai", "Completed"),
        CampaignStatus::Cancelled => l.say("Dibatalkan", "Cancelled"),
    }
}

#[must_use]
pub fn notice(l: Language, kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Corrected => l.say("Ralat", "Correction"),
        NoticeKind::Withdrawn => l.say("Penarikan", "Withdrawal"),
    }
}

/// An office whose name is not known yet: its records come with the registry's log.
#[must_use]
pub fn office(l: Language, name: Option<&String>) -> String {
    name.cloned().unwrap_or_else(|| l.say("Kantor yang belum dikenal", "An office not known yet").to_owned())
}

#[must_use]
pub fn revision(l: Language, reason: RevisionReason) -> &'static str {
    match reason {
        RevisionReason::Correction => l.say("Ralat", "Correction"),
        RevisionReason::Update => l.say("Diperbarui", "Updated"),
        RevisionReason::Addition => l.say("Ditambah", "More was added"),
    }
}

/// Languages by their tags; another one is called by its tag.
const LANGUAGES: [(&str, &str, &str); 13] = [
    ("id", "Indonesia", "Indonesian"),
    ("ace", "Aceh", "Acehnese"),
    ("ban", "Bali", "Balinese"),
    ("bbc", "Batak Toba", "Toba Batak"),
    ("bjn", "Banjar", "Banjarese"),
    ("bug", "Bugis", "Buginese"),
    ("jv", "Jawa", "Javanese"),
    ("mad", "Madura", "Madurese"),
    ("mak", "Makassar", "Makasar"),
    ("min", "Minangkabau", "Minangkabau"),
    ("ms", "Melayu", "Malay"),
    ("sas", "Sasak", "Sasak"),
    ("su", "Sunda", "Sundanese"),
];

/// `Bahasa Jawa`; with its tag where that says more, as of a script.
#[must_use]
pub fn language(l: Language, tag: &str) -> String {
    let main = tag.split('-').next().unwrap_or(tag);
    let Some((_, id, en)) = LANGUAGES.iter().find(|(known, ..)| *known == main) else {
        return l.say(format!("Bahasa {tag}"), tag.to_owned());
    };
    let name = l.say(format!("Bahasa {id}"), (*en).to_owned());
    if main == tag { name } else { format!("{name} ({tag})") }
}
