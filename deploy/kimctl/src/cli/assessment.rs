//! `kimctl assessment`.

use clap::{Args, Subcommand, ValueEnum};
use kim_contract::{registry::v1 as pb, r#type::v1::Period};
use kim_territory::RegionCode;
use uuid::Uuid;

use super::{region, uuid};
use crate::periods;

#[derive(Debug, Subcommand)]
pub enum Assessment {
    /// Mendaftar penilaian KIM
    List(ListAssessments),
    /// Menunjukkan sebuah penilaian
    Show {
        /// Nomor penilaian
        #[arg(value_name = "NOMOR", value_parser = uuid)]
        id: Uuid,
    },
    /// Menilai sebuah KIM untuk sebuah periode
    Set(SetAssessment),
    /// Memperbaiki nilai yang sudah ada
    Revise(ReviseAssessment),
    /// Menarik sebuah penilaian
    Withdraw {
        /// Nomor penilaian
        #[arg(value_name = "NOMOR", value_parser = uuid)]
        id: Uuid,
        /// wrong-community, wrong-period, without-evidence, other
        #[arg(long, value_name = "ALASAN", hide_possible_values = true)]
        reason: WithdrawalReason,
        /// Catatan kantor; disimpan tertutup
        #[arg(long, value_name = "CATATAN", default_value = "", hide_default_value = true)]
        note: String,
    },
    /// Membandingkan nilai sebuah KIM dari periode ke periode
    Compare {
        /// Nomor KIM
        #[arg(long, value_name = "NOMOR", value_parser = uuid)]
        kim: Uuid,
        /// Kode rubrik
        #[arg(long, value_name = "KODE")]
        rubric: String,
    },
}

#[derive(Debug, Args)]
pub struct ListAssessments {
    /// Kode wilayah [bawaan: seluruh wilayah kerja token]
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub region: Option<RegionCode>,
    /// Nomor KIM
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub kim: Option<Uuid>,
    /// Periode: 2026, 2026-03 atau 2026-Q1
    #[arg(long, value_name = "PERIODE", value_parser = periods::parse)]
    pub period: Option<Period>,
    /// Kode rubrik
    #[arg(long, value_name = "KODE", default_value = "", hide_default_value = true)]
    pub rubric: String,
}

#[derive(Debug, Args)]
pub struct SetAssessment {
    /// Nomor KIM
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub kim: Uuid,
    /// Kode rubrik
    #[arg(long, value_name = "KODE")]
    pub rubric: String,
    /// Periode: 2026, 2026-03 atau 2026-Q1
    #[arg(long, value_name = "PERIODE", value_parser = periods::parse)]
    pub period: Period,
    #[command(flatten)]
    pub scoring: Scoring,
}

#[derive(Debug, Args)]
pub struct ReviseAssessment {
    /// Nomor penilaian
    #[arg(value_name = "NOMOR", value_parser = uuid)]
    pub id: Uuid,
    /// scored-wrongly, evidence-added, evidence-invalid, objection, other
    #[arg(long, value_name = "ALASAN", hide_possible_values = true)]
    pub reason: RevisionReason,
    #[command(flatten)]
    pub scoring: Scoring,
}

/// Who scores, and how.
#[derive(Debug, Args)]
pub struct Scoring {
    /// Nomor kantor penilai
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub office: Uuid,
    /// Versi rubrik [bawaan: yang berlaku di akhir periode; pada perbaikan, versi semula]
    #[arg(long, value_name = "NOMOR", default_value_t = 0, hide_default_value = true)]
    pub version: i32,
    /// Nilai sebuah kriteria, misalnya kegiatan=3; tulis untuk setiap kriteria
    #[arg(long = "score", value_name = "KRITERIA=NILAI", value_parser = score, required = true)]
    pub scores: Vec<(String, i32)>,
    /// Sidik SHA-256 sebuah bukti, misalnya kegiatan=0f3a…; boleh berulang
    #[arg(long = "evidence", value_name = "KRITERIA=SIDIK", value_parser = evidence)]
    pub evidence: Vec<(String, String)>,
    /// Catatan kantor; disimpan tertutup
    #[arg(long, value_name = "CATATAN", default_value = "", hide_default_value = true)]
    pub note: String,
}

impl Scoring {
    /// As the registry takes them. Evidence for a criterion without a score is one without.
    #[must_use]
    pub fn scores(&self) -> Vec<pb::Score> {
        let of = |wanted: &str| {
            self.evidence.iter().filter(|(criterion, _)| criterion == wanted).map(|(_, hash)| hash.clone()).collect()
        };
        let score = |(criterion, score): &(String, i32)| pb::Score {
            criterion: criterion.clone(),
            score: *score,
            evidence_hashes: of(criterion),
        };
        self.scores.iter().map(score).collect()
    }

    /// Criteria that have evidence and no score.
    #[must_use]
    pub fn unscored(&self) -> Vec<&str> {
        let scored = |criterion: &String| self.scores.iter().any(|(known, _)| known == criterion);
        self.evidence.iter().map(|(criterion, _)| criterion).filter(|c| !scored(c)).map(String::as_str).collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RevisionReason {
    ScoredWrongly,
    EvidenceAdded,
    EvidenceInvalid,
    Objection,
    Other,
}

impl From<RevisionReason> for pb::AssessmentRevisionReason {
    fn from(reason: RevisionReason) -> Self {
        match reason {
            RevisionReason::ScoredWrongly => Self::ScoredWrongly,
            RevisionReason::EvidenceAdded => Self::EvidenceAdded,
            RevisionReason::EvidenceInvalid => Self::EvidenceInvalid,
            RevisionReason::Objection => Self::Objection,
            RevisionReason::Other => Self::Other,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WithdrawalReason {
    WrongCommunity,
    WrongPeriod,
    WithoutEvidence,
    Other,
}

impl From<WithdrawalReason> for pb::AssessmentWithdrawalReason {
    fn from(reason: WithdrawalReason) -> Self {
        match reason {
            WithdrawalReason::WrongCommunity => Self::WrongCommunity,
            WithdrawalReason::WrongPeriod => Self::WrongPeriod,
            WithdrawalReason::WithoutEvidence => Self::WithoutEvidence,
            WithdrawalReason::Other => Self::Other,
        }
    }
}

fn score(text: &str) -> Result<(String, i32), String> {
    let parsed = text.split_once('=').and_then(|(criterion, score)| Some((criterion.to_owned(), score.parse().ok()?)));
    parsed.ok_or_else(|| "tulis kriteria=nilai, misalnya kegiatan=3".to_owned())
}

fn evidence(text: &str) -> Result<(String, String), String> {
    let parsed = text.split_once('=').map(|(criterion, hash)| (criterion.to_owned(), hash.to_lowercase()));
    parsed.ok_or_else(|| "tulis kriteria=sidik".to_owned())
}
