//! From requests to what the domain knows of a training: what comes through is valid.

use kim_contract::registry::v1 as pb;
use kim_desk::{field, problem::Problems, wire::Paired, words::Words};
use kim_territory::Adopted;
use kim_values::{DocumentHash, Link, PublicName, is_code};
use time::Date;

use crate::{
    domain::{
        ids::{CommunityId, OfficeId, OfficerId},
        training::{Attendance, Material, Outline, Plan, Report, Session, Status, TrainingKind},
    },
    index::TrainingFilter,
    service::parse,
};

pub(super) fn plan(plan: Option<&pb::TrainingPlan>, adopted: &Adopted) -> Result<(Outline, Plan), Problems> {
    let empty = pb::TrainingPlan::default();
    let plan = plan.unwrap_or(&empty);
    let mut problems = Problems::default();
    let kind = problems.note("plan.kind", kind(plan.kind));
    let topic = problems.note("plan.topic", topic(&plan.topic));
    let region = problems.note("plan.region.code", field::region(plan.region.as_ref(), adopted));
    let host = problems.note("plan.host_office_id", host(&plan.host_office_id));
    let from = field::required_date(plan.planned_from.as_ref(), "PLANNED_FROM_MISSING", "Tanggal mulai");
    let from = problems.note("plan.planned_from", from);
    let to = problems.note("plan.planned_to", field::optional_date(plan.planned_to.as_ref(), "Tanggal selesai"));
    let title = match plan.title.trim() {
        "" => Some(None),
        title => problems.note("plan.title", PublicName::parse(title).map_err(Words::name)).map(Some),
    };
    let place = match &plan.place {
        None => Some(None),
        place => problems.note("plan.place.code", field::region(place.as_ref(), adopted)).map(Some),
    };
    let parsed = (|| {
        let outline = Outline { kind: kind?, topic: topic?, region: region?, host: host? };
        let from = from?;
        Some((outline, Plan { from, to: to?.unwrap_or(from), title: title?, place: place? }))
    })();
    problems.finish(parsed)
}

/// What is left out stays as it was.
pub(super) type Amendment = (Option<Box<str>>, Option<Date>, Option<Date>);

pub(super) fn amendment(request: &pb::AmendTrainingRequest) -> Result<Amendment, Problems> {
    let mut problems = Problems::default();
    let topic = match request.topic.as_str() {
        "" => Some(None),
        code => problems.note("topic", topic(code)).map(Some),
    };
    let from = field::optional_date(request.planned_from.as_ref(), "Tanggal mulai");
    let from = problems.note("planned_from", from);
    let to = problems.note("planned_to", field::optional_date(request.planned_to.as_ref(), "Tanggal selesai"));
    let parsed = (|| Some((topic?, from?, to?)))();
    problems.finish(parsed)
}

/// A training that is recorded after the fact.
pub(super) fn training(training: Option<&pb::Training>, adopted: &Adopted) -> Result<(Outline, Session), Problems> {
    let empty = pb::Training::default();
    let training = training.unwrap_or(&empty);
    let mut problems = Problems::default();
    let kind = problems.note("training.kind", kind(training.kind));
    let topic = problems.note("training.topic", topic(&training.topic));
    let region = problems.note("training.region.code", field::region(training.region.as_ref(), adopted));
    let host = problems.note("training.host_office_id", host(&training.host_office_id));
    let session = session(training, &mut problems);
    let parsed = (|| {
        let outline = Outline { kind: kind?, topic: topic?, region: region?, host: host? };
        Some((outline, session?))
    })();
    problems.finish(parsed)
}

/// When a planned training was held, and who came: the rest is the plan's.
pub(super) fn planned_session(training: Option<&pb::Training>) -> Result<Session, Problems> {
    let empty = pb::Training::default();
    let training = training.unwrap_or(&empty);
    let mut problems = Problems::default();
    for (field, is_set) in [
        ("training.kind", training.kind != 0),
        ("training.topic", !training.topic.is_empty()),
        ("training.region", training.region.is_some()),
        ("training.host_office_id", !training.host_office_id.is_empty()),
    ] {
        if is_set {
            problems.add(
                field,
                Words::new(
                    "STANDS_IN_PLAN",
                    "Jenis, topik, wilayah, dan penyelenggara bimtek yang direncanakan sudah ada dalam rencananya.",
                    "Kosongkan di sini; ubah rencananya bila berbeda.",
                ),
            );
        }
    }
    let parsed = session(training, &mut problems);
    problems.finish(parsed)
}

fn session(training: &pb::Training, problems: &mut Problems) -> Option<Session> {
    let from = field::required_date(training.held_from.as_ref(), "HELD_FROM_MISSING", "Tanggal mulai");
    let held_from = problems.note("training.held_from", from);
    let to = field::optional_date(training.held_to.as_ref(), "Tanggal selesai");
    let held_to = problems.note("training.held_to", to);
    let participants = problems.note("training.community_ids", communities(&training.community_ids));
    let staff = field::count(training.office_staff, 100_000, "OFFICE_STAFF_INVALID", "Jumlah petugas kantor");
    let staff = problems.note("training.office_staff", staff);
    let attendance: Option<Vec<Attendance>> =
        training.attendance.iter().map(|attendance| self::attendance(attendance, problems)).collect();
    let held_from = held_from?;
    Some(Session {
        held_from,
        held_to: held_to?.unwrap_or(held_from),
        participants: participants?,
        office_staff: staff?,
        attendance: attendance?,
    })
}

fn attendance(attendance: &pb::Attendance, problems: &mut Problems) -> Option<Attendance> {
    let community = problems.note("training.attendance.community_id", parse::community_id(&attendance.community_id));
    let officers: Result<_, Words> = attendance.officer_ids.iter().map(|id| officer(id)).collect();
    let officers = problems.note("training.attendance.officer_ids", officers);
    let people = field::count(attendance.people, 100_000, "ATTENDANCE_INVALID", "Jumlah orang yang hadir");
    let people = problems.note("training.attendance.people", people);
    Some(Attendance { community: community?, officers: officers?, people: people? })
}

pub(super) fn report(request: &pb::ReportTrainingRequest) -> Result<Report, Problems> {
    let mut problems = Problems::default();
    let document = document(&request.report_hash, "REPORT_HASH_INVALID", "Sidik dokumen laporan");
    let document = problems.note("report_hash", document);
    let materials: Option<Vec<Material>> =
        request.materials.iter().map(|material| self::material(material, &mut problems)).collect();
    let parsed = (|| Some(Report { document: document?, materials: materials? }))();
    problems.finish(parsed)
}

fn material(material: &pb::TrainingMaterial, problems: &mut Problems) -> Option<Material> {
    let title = problems.note("materials.title", PublicName::parse(&material.title).map_err(Words::name));
    let document = document(&material.document_hash, "DOCUMENT_HASH_INVALID", "Sidik dokumen materi");
    let document = problems.note("materials.document_hash", document);
    let link = match material.link.trim() {
        "" => Some(None),
        link => problems.note("materials.link", Link::parse(link).map_err(Words::link)).map(Some),
    };
    Some(Material { title: title?, document: document?, link: link? })
}

pub(super) fn filter(request: &pb::ListTrainingsRequest) -> Result<TrainingFilter, Problems> {
    let mut problems = Problems::default();
    let kinds: Result<_, Words> = request.kinds.iter().map(|&number| kind(number)).collect();
    let kinds = problems.note("kinds", kinds);
    let unknown = || field::unknown("TRAINING_STATUS_UNKNOWN", "Status bimtek");
    let statuses: Result<_, Words> =
        request.statuses.iter().map(|&status| Status::from_proto(status).ok_or_else(unknown)).collect();
    let statuses = problems.note("statuses", statuses);
    let from = problems.note("from", field::optional_date(request.from.as_ref(), "Tanggal awal"));
    let to = problems.note("to", field::optional_date(request.to.as_ref(), "Tanggal akhir"));
    let parsed = (|| Some(TrainingFilter { kinds: kinds?, statuses: statuses?, from: from?, to: to? }))();
    problems.finish(parsed)
}

fn kind(kind: i32) -> Result<TrainingKind, Words> {
    TrainingKind::from_proto(kind).ok_or_else(|| field::unknown("TRAINING_KIND_UNKNOWN", "Jenis bimtek"))
}

fn topic(topic: &str) -> Result<Box<str>, Words> {
    if is_code(topic) {
        return Ok(topic.into());
    }
    Err(Words::new(
        "TOPIC_INVALID",
        "Kode topik tidak sah.",
        "Tulis 3 sampai 64 huruf kecil, angka, atau garis bawah, diawali huruf: platform_kim.",
    ))
}

fn host(id: &str) -> Result<Option<OfficeId>, Words> {
    if id.is_empty() {
        return Ok(None);
    }
    OfficeId::parse(id).map(Some).ok_or_else(|| {
        Words::new(
            "HOST_OFFICE_NOT_FOUND",
            "Nomor kantor penyelenggara salah bentuk.",
            "Salin nomornya dari daftar kantor.",
        )
    })
}

pub(super) fn communities(ids: &[String]) -> Result<Vec<CommunityId>, Words> {
    ids.iter().map(|id| parse::community_id(id)).collect()
}

fn officer(id: &str) -> Result<OfficerId, Words> {
    OfficerId::parse(id).ok_or_else(|| {
        Words::new("OFFICER_ID_MALFORMED", "Nomor pengurus salah bentuk.", "Salin nomornya dari data KIM.")
    })
}

/// The hash of a document that must be there.
fn document(hash: &str, reason: &'static str, what: &str) -> Result<DocumentHash, Words> {
    DocumentHash::parse(hash)
        .ok_or_else(|| Words::new(reason, format!("{what} bukan SHA-256."), "Tulis 64 angka heksadesimal."))
}
