//! All that is known of one training.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write,
};

use kim_contract::registry::v1 as pb;
use kim_territory::spelling::grouped;
use serde::Serialize;

use super::{Summary, cancellation, filled};
use crate::{
    dates::{iso, spelled},
    table::Table,
};

/// All that is known of a training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Whole {
    #[serde(flatten)]
    pub summary: Summary,
    pub office_staff: i32,
    pub invited_community_ids: Vec<String>,
    pub participants: Vec<Participant>,
    pub report: Option<Report>,
    pub cancellation: Option<Cancellation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Participant {
    pub community_id: String,
    pub invited: bool,
    /// `None` when nobody counted them.
    pub people: Option<i32>,
    pub officer_ids: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    pub reported_on: Option<String>,
    pub document_hash: String,
    pub materials: Vec<Material>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Material {
    pub title: String,
    pub document_hash: String,
    pub link: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cancellation {
    pub cancelled_on: Option<String>,
    pub reason: &'static str,
}

impl Whole {
    #[must_use]
    pub fn of(answer: pb::GetTrainingResponse) -> Self {
        let training = answer.training.unwrap_or_default();
        let mut came: HashMap<String, pb::Attendance> =
            training.attendance.into_iter().map(|came| (came.community_id.clone(), came)).collect();
        let invited: HashSet<&String> = answer.invited_community_ids.iter().collect();
        let participant = |id: String| {
            let came = came.remove(&id);
            Participant {
                invited: invited.contains(&id),
                people: came.as_ref().map(|came| came.people),
                officer_ids: came.map(|came| came.officer_ids).unwrap_or_default(),
                community_id: id,
            }
        };
        let participants = training.community_ids.into_iter().map(participant).collect();
        Self {
            summary: Summary::of(answer.summary.unwrap_or_default()),
            office_staff: training.office_staff,
            participants,
            invited_community_ids: answer.invited_community_ids,
            report: answer.report.map(report),
            cancellation: answer.cancellation.map(|cancelled| Cancellation {
                cancelled_on: iso(cancelled.cancelled_on.as_ref()),
                reason: cancellation(cancelled.reason()),
            }),
        }
    }

    pub(super) fn screen(&self) -> String {
        let mut text = self.summary.screen();
        if self.office_staff > 0 {
            let _ = writeln!(text, "{:<14}{} orang", "petugas", grouped(self.office_staff));
        }
        if let Some(cancellation) = &self.cancellation {
            let on = spelled(cancellation.cancelled_on.as_deref());
            let _ = writeln!(text, "{:<14}{on}: {}", "dibatalkan", cancellation.reason);
        }
        let took_part: HashSet<&String> = self.participants.iter().map(|came| &came.community_id).collect();
        let absent: Vec<&String> = self.invited_community_ids.iter().filter(|id| !took_part.contains(id)).collect();
        if !self.participants.is_empty() {
            let mut table = Table::new(&["PESERTA", "DIUNDANG", "ORANG", "PENGURUS"]).right(2).right(3);
            for participant in &self.participants {
                table.row([
                    participant.community_id.clone(),
                    if participant.invited { "ya" } else { "tidak" }.to_owned(),
                    participant.people.map_or_else(|| "–".to_owned(), grouped),
                    grouped(participant.officer_ids.len()),
                ]);
            }
            let _ = write!(text, "\n{table}");
        }
        if !absent.is_empty() {
            let head = if self.participants.is_empty() { "DIUNDANG" } else { "DIUNDANG, TIDAK HADIR" };
            let mut table = Table::new(&[head]);
            for id in absent {
                table.row([id.clone()]);
            }
            let _ = write!(text, "\n{table}");
        }
        if let Some(report) = &self.report {
            let on = spelled(report.reported_on.as_deref());
            let _ = writeln!(text, "\n{:<14}{on}, sidik {}", "laporan", report.document_hash);
            let mut table = Table::new(&["MATERI", "SIDIK", "TAUTAN"]);
            for material in &report.materials {
                let link = material.link.clone().unwrap_or_default();
                table.row([material.title.clone(), material.document_hash.clone(), link]);
            }
            if !report.materials.is_empty() {
                let _ = write!(text, "\n{table}");
            }
        }
        text
    }
}

fn report(report: pb::TrainingReport) -> Report {
    let material = |material: pb::TrainingMaterial| Material {
        title: material.title,
        document_hash: material.document_hash,
        link: filled(material.link),
    };
    Report {
        reported_on: iso(report.reported_on.as_ref()),
        document_hash: report.report_hash,
        materials: report.materials.into_iter().map(material).collect(),
    }
}

#[cfg(test)]
mod tests {
    use kim_contract::r#type::v1::Date;

    use super::*;

    #[test]
    fn one_is_shown_with_who_came_and_what_was_taught_with() {
        let came = pb::Attendance { community_id: "a".into(), officer_ids: vec!["p".into()], people: 3 };
        let material = pb::TrainingMaterial { title: "Modul".into(), document_hash: "ab".into(), link: String::new() };
        let whole = Whole::of(pb::GetTrainingResponse {
            training: Some(pb::Training {
                community_ids: vec!["a".into(), "b".into()],
                office_staff: 12,
                attendance: vec![came],
                ..pb::Training::default()
            }),
            invited_community_ids: vec!["a".into(), "c".into()],
            report: Some(pb::TrainingReport {
                report_hash: "cd".into(),
                materials: vec![material],
                reported_on: Some(Date { year: 2022, month: 10, day: 10 }),
            }),
            ..pb::GetTrainingResponse::default()
        });
        let screen = whole.screen();
        for said in [
            "petugas       12 orang\n",
            "PESERTA  DIUNDANG  ORANG  PENGURUS\na        ya            3         1\nb        tidak         –         0\n",
            "DIUNDANG, TIDAK HADIR\nc\n",
            "laporan       10 Oktober 2022, sidik cd\n",
            "MATERI  SIDIK  TAUTAN\nModul   ab\n",
        ] {
            assert!(screen.contains(said), "{screen} lacks {said}");
        }
    }
}
