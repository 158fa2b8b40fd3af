//! Assessments from the contract's messages: what comes through is valid, but for what a rubric has to say.

use kim_contract::{registry::v1 as pb, r#type::v1 as pbt};
use kim_desk::{
    field::{code, hash, unknown},
    problem::Problems,
    wire::{self, Paired},
    words::Words,
};
use kim_values::{Code, DocumentHash, Period};

use crate::domain::{assessment::RevisionReason, ids::OfficeId, score::Given};

/// A community is to be assessed.
pub struct Assess {
    pub rubric: Code,
    pub version: Option<u32>,
    pub period: Period,
    pub given: Vec<Given>,
    pub office: OfficeId,
}

/// An assessment is to be revised.
pub struct Revise {
    pub version: Option<u32>,
    pub given: Vec<Given>,
    pub office: OfficeId,
    pub reason: RevisionReason,
}

pub fn assess(request: &pb::AssessCommunityRequest) -> Result<Assess, Problems> {
    let mut problems = Problems::default();
    let rubric = problems.note("rubric", rubric(&request.rubric));
    let version = problems.note("rubric_version", asked_version(request.rubric_version));
    let period = problems.note("period", period(request.period.as_ref()));
    let given = given(&request.scores, &mut problems);
    let office = problems.note("office_id", office(&request.office_id));
    let parsed =
        (|| Some(Assess { rubric: rubric?, version: version?, period: period?, given: given?, office: office? }))();
    problems.finish(parsed)
}

pub fn revise(request: &pb::ReviseAssessmentRequest) -> Result<Revise, Problems> {
    let mut problems = Problems::default();
    let version = problems.note("rubric_version", asked_version(request.rubric_version));
    let given = given(&request.scores, &mut problems);
    let office = problems.note("office_id", office(&request.office_id));
    let missing = || unknown("REVISION_REASON_UNKNOWN", "Alasan perbaikan");
    let reason = problems.note("reason", RevisionReason::from_proto(request.reason).ok_or_else(missing));
    let parsed = (|| Some(Revise { version: version?, given: given?, office: office?, reason: reason? }))();
    problems.finish(parsed)
}

pub fn rubric(text: &str) -> Result<Code, Words> {
    code(text, "RUBRIC_CODE_INVALID", "Rubrik")
}

/// `None` when no version is named.
fn asked_version(version: i32) -> Result<Option<u32>, Words> {
    match u32::try_from(version) {
        Ok(0) => Ok(None),
        Ok(version) => Ok(Some(version)),
        Err(_) => Err(Words::new(
            "RUBRIC_VERSION_INVALID",
            "Versi rubrik tidak sah.",
            "Tulis 1 atau lebih, atau kosongkan untuk versi yang berlaku.",
        )),
    }
}

pub fn period(period: Option<&pbt::Period>) -> Result<Period, Words> {
    period.and_then(wire::period::from_proto).ok_or_else(|| {
        Words::new(
            "PERIOD_INVALID",
            "Periode belum diisi, atau tidak ada dalam kalender.",
            "Pilih bulan, triwulan, atau tahun, dan tulis angkanya.",
        )
    })
}

fn given(scores: &[pb::Score], problems: &mut Problems) -> Option<Vec<Given>> {
    let parsed: Vec<Option<Given>> = scores.iter().map(|score| one(score, problems)).collect();
    parsed.into_iter().collect()
}

fn one(score: &pb::Score, problems: &mut Problems) -> Option<Given> {
    let criterion =
        problems.note("scores.criterion", code(&score.criterion, "CRITERION_CODE_INVALID", "Kriteria yang dinilai"));
    let evidence = score.evidence_hashes.iter().map(|text| evidence(text));
    let evidence = problems.note("scores.evidence_hashes", evidence.collect());
    Some(Given { criterion: criterion?, score: score.score, evidence: evidence? })
}

fn evidence(text: &str) -> Result<DocumentHash, Words> {
    hash(text, "EVIDENCE_HASH_INVALID", "Sidik bukti")?.ok_or_else(|| {
        Words::new("EVIDENCE_HASH_INVALID", "Ada sidik bukti yang kosong.", "Isi sidiknya, atau hapus barisnya.")
    })
}

fn office(id: &str) -> Result<OfficeId, Words> {
    OfficeId::parse(id).ok_or_else(|| {
        Words::new(
            "ASSESSING_OFFICE_NOT_FOUND",
            "Nomor kantor penilai belum diisi, atau salah bentuk.",
            "Salin nomornya dari daftar kantor.",
        )
    })
}
