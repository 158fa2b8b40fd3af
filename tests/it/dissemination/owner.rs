//! An office that tells something, and its people: two who write, and one who reviews.

use std::cell::RefCell;

use kim_contract::{
    dissemination::v1::{
        ApproveMaterialRequest, Content, ContentLink, DraftMaterialRequest, EstablishProgrammeRequest,
        GetMaterialRequest, Material, Programme, ProgrammeProfile, PublishMaterialRequest, ReviseMaterialRequest,
        RevisionReason, SubmitMaterialRequest, material_service_client::MaterialServiceClient,
    },
    registry::v1::OfficeKind,
};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::dissemination::nation::{Caller, Nation, date, request_id, until};

pub const BODY: &str = "Imunisasi melindungi anak dari campak dan polio.\n\nDatanglah ke posyandu.";

pub struct Owner<'n> {
    pub nation: &'n Nation,
    pub id: String,
    pub code: &'static str,
}

impl<'n> Owner<'n> {
    /// An office of a regency, or of a province.
    pub async fn at(nation: &'n Nation, code: &'static str) -> Self {
        let kind = if code.len() == 2 { OfficeKind::Provincial } else { OfficeKind::Regency };
        let id = nation.office(&format!("Dinas Kominfo {code}"), kind, code).await;
        nation.settled().await;
        Self { nation, id, code }
    }

    fn person(&self, who: &str) -> String {
        self.nation.officer_of(&format!("test:{who}-{}", self.code), self.code)
    }

    pub fn token(&self) -> String {
        self.person("writer")
    }

    pub fn writer(&self) -> MaterialServiceClient<Caller> {
        self.nation.materials(&self.token())
    }

    pub fn second_writer(&self) -> MaterialServiceClient<Caller> {
        self.nation.materials(&self.person("second-writer"))
    }

    pub fn reviewer(&self) -> MaterialServiceClient<Caller> {
        self.nation.materials(&self.person("reviewer"))
    }

    pub fn establish(&self, profile: ProgrammeProfile) -> EstablishProgrammeRequest {
        let (request_id, owning_office_id) = (request_id(), self.id.clone());
        EstablishProgrammeRequest { request_id, owning_office_id, profile: Some(profile) }
    }

    pub async fn programme(&self) -> Programme {
        let programmes = self.nation.programmes(&self.token());
        let made = RefCell::new(None);
        // A topic is known a little after the registry said it.
        until(async || match programmes.clone().establish_programme(self.establish(profile())).await {
            Ok(answer) => made.replace(answer.into_inner().programme).is_none(),
            Err(status) => {
                assert_eq!(reason(&status), "TOPIC_NOT_LISTED", "{status:?}");
                false
            }
        })
        .await;
        made.into_inner().unwrap()
    }

    pub async fn drafted(&self, contents: Vec<Content>) -> Material {
        let programme_id = self.programme().await.programme_id;
        let request = DraftMaterialRequest { request_id: request_id(), programme_id, contents };
        self.writer().draft_material(request).await.unwrap().into_inner().material.unwrap()
    }

    pub async fn submitted(&self, material: &Material) -> Material {
        let request = SubmitMaterialRequest {
            request_id: request_id(),
            material_id: material.material_id.clone(),
            etag: material.etag.clone(),
        };
        self.writer().submit_material(request).await.unwrap().into_inner().material.unwrap()
    }

    /// By the reviewer, as it was read.
    pub async fn approved(&self, material: &Material) -> Material {
        let read = self.read(&material.material_id).await;
        let request = ApproveMaterialRequest {
            request_id: request_id(),
            material_id: material.material_id.clone(),
            etag: read.etag,
            content_hash: read.working_version.unwrap().content_hash,
            personal_data_checked: false,
        };
        self.reviewer().approve_material(request).await.unwrap().into_inner().material.unwrap()
    }

    /// A version that is worked on, through to its publication.
    pub async fn published(&self, material: &Material) -> Material {
        let submitted = self.submitted(material).await;
        let approved = self.approved(&submitted).await;
        let request =
            PublishMaterialRequest { request_id: request_id(), material_id: approved.material_id, etag: approved.etag };
        self.writer().publish_material(request).await.unwrap().into_inner().material.unwrap()
    }

    pub async fn revised(&self, material: &Material, reason: RevisionReason, body: &str) -> Material {
        let request = ReviseMaterialRequest {
            request_id: request_id(),
            material_id: material.material_id.clone(),
            etag: material.etag.clone(),
            reason: reason.into(),
            revision_note: "Jadwal posyandu diperbaiki.".into(),
            contents: vec![content("id", body)],
        };
        self.writer().revise_material(request).await.unwrap().into_inner().material.unwrap()
    }

    pub async fn read(&self, id: &str) -> Material {
        let request = GetMaterialRequest { material_id: id.into() };
        self.reviewer().get_material(request).await.unwrap().into_inner().material.unwrap()
    }
}

/// With topics, so that programmes can be established.
pub async fn nation() -> Nation {
    let nation = Nation::start().await;
    nation.topics(&["kesehatan", "pendidikan"]).await;
    nation
}

pub fn profile() -> ProgrammeProfile {
    ProgrammeProfile {
        name: "Imunisasi Kejar".into(),
        topic: "kesehatan".into(),
        from: date(2026, 1, 5),
        until: date(2050, 12, 31),
    }
}

pub fn content(language: &str, body: &str) -> Content {
    Content {
        language: language.into(),
        title: "Imunisasi anak".into(),
        body: body.into(),
        links: vec![ContentLink { title: "Jadwal".into(), address: "https://kemkes.go.id/imunisasi".into() }],
        media: Vec::new(),
    }
}

/// Indonesian, and Malay of Riau.
pub fn contents() -> Vec<Content> {
    vec![content("ms", "Imunisasi melindungi budak dari campak."), content("id", BODY)]
}

pub fn reason(status: &Status) -> String {
    status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default()
}

/// The fields that are wrong.
pub fn fields(status: &Status) -> Vec<String> {
    let violations = status.get_error_details().bad_request().map(|bad| bad.field_violations.clone());
    violations.unwrap_or_default().into_iter().map(|violation| violation.field).collect()
}

/// A refusal's code and reason; it tells an officer in Indonesian what to do.
pub fn refused<T: std::fmt::Debug>(outcome: Result<T, Status>) -> (Code, String) {
    let status = outcome.unwrap_err();
    let message = status.get_error_details().localized_message().unwrap().message.clone();
    assert!(message.matches('.').count() >= 2, "{message:?} does not say what to do");
    (status.code(), reason(&status))
}
