//! `kimctl material`: what is told, from the first words to the published version and its end.

mod args;
mod content;
mod media;
mod screen;

pub use args::Command;
pub use content::TEMPLATE;
pub use screen::{Content as ShownContent, Material, Shown};

use std::{collections::HashMap, path::PathBuf};

use kim_contract::dissemination::v1::{
    self as pb, AmendMaterialRequest, ApproveMaterialRequest, Content, DiscardMaterialRequest, DraftMaterialRequest,
    GetMaterialRequest, GetMaterialVersionRequest, ListMaterialsRequest, Media, PublishMaterialRequest,
    ReturnMaterialRequest, ReviseMaterialRequest, SubmitMaterialRequest, WithdrawMaterialRequest,
};
use tonic::Status;
use uuid::Uuid;

use self::{args::List, content::Written, media::Stored};
use crate::{connection::Services, ids, names::Names, pages, places};

/// What was answered.
enum Answer {
    One(Box<pb::Material>),
    /// What waits for an approval.
    ToApprove(Box<pb::Material>),
    List(Vec<pb::Material>),
    Version(Box<pb::GetMaterialVersionResponse>),
}

/// Carries out a command; what there is to see of it.
pub async fn run(services: &Services, command: Command) -> anyhow::Result<Shown> {
    let contents = match &command {
        Command::Upload(wish) => {
            let mut stored = Vec::with_capacity(wish.files.len());
            for file in &wish.files {
                stored.push(media::upload(services, file).await?);
            }
            return Ok(Shown::Uploaded(stored));
        }
        Command::Download(wish) => return Ok(Shown::Downloaded(media::download(services, wish).await?)),
        Command::Draft(wish) => written(services, &wish.writing.files).await?,
        Command::Amend(wish) => written(services, &wish.writing.files).await?,
        Command::Revise(wish) => written(services, &wish.writing.files).await?,
        _ => Vec::new(),
    };
    let answer = asked(services, command, contents).await.map_err(|status| services.dissemination_said(&status))?;
    let shown = match &answer {
        Answer::One(material) | Answer::ToApprove(material) => std::slice::from_ref(material.as_ref()),
        Answer::List(materials) => materials,
        Answer::Version(_) => &[],
    };
    let offices = shown.iter().map(|one| one.owning_office_id.as_str());
    let names = Names::beside(services, offices, []).await;
    Ok(match answer {
        Answer::One(material) => Shown::One(Box::new(Material::of(*material, &names))),
        Answer::ToApprove(material) => Shown::ToApprove(Box::new(Material::of(*material, &names))),
        Answer::List(listed) => Shown::List(listed.into_iter().map(|one| Material::of(one, &names)).collect()),
        Answer::Version(version) => Shown::Version(Box::new((*version).into())),
    })
}

/// What the files say, once their media are in the store.
async fn written(services: &Services, files: &[PathBuf]) -> anyhow::Result<Vec<Content>> {
    let written = content::read(files)?;
    let mut stored: HashMap<PathBuf, Stored> = HashMap::new();
    for attached in written.iter().flat_map(|one| &one.media) {
        if !stored.contains_key(&attached.path) {
            stored.insert(attached.path.clone(), media::upload(services, &attached.path).await?);
        }
    }
    Ok(written.into_iter().map(|one| with_media(one, &stored)).collect())
}

/// The content as it is sent: its media by what the store has of them.
fn with_media(Written { content, media }: Written, stored: &HashMap<PathBuf, Stored>) -> Content {
    let media = media.into_iter().map(|attached| {
        let stored = &stored[&attached.path];
        Media {
            hash: stored.hash.clone(),
            r#type: stored.media_type.into(),
            size: stored.size,
            role: attached.role.into(),
            alt_text: attached.alt_text,
        }
    });
    Content { media: media.collect(), ..content }
}

async fn asked(services: &Services, command: Command, contents: Vec<Content>) -> Result<Answer, Status> {
    let mut materials = services.materials();
    let request_id = Uuid::now_v7().to_string();
    let etag = String::new();
    /// Sends a command of this name, and takes the material out of its answer.
    macro_rules! send {
        ($method:ident, $request:expr) => {
            materials.$method(services.request($request)).await?.into_inner().material.unwrap_or_default()
        };
    }
    let material = match command {
        Command::List(wish) => return Ok(Answer::List(list(services, &wish).await?)),
        Command::Version(wish) => {
            let material_id = ids::to_proto(wish.which.material);
            let request = GetMaterialVersionRequest { material_id, version: wish.version };
            let version = materials.get_material_version(services.request(request)).await?.into_inner();
            return Ok(Answer::Version(Box::new(version)));
        }
        Command::Show(which) => {
            send!(get_material, GetMaterialRequest { material_id: ids::to_proto(which.material) })
        }
        Command::Draft(wish) => {
            let programme_id = ids::to_proto(wish.programme);
            send!(draft_material, DraftMaterialRequest { request_id, programme_id, contents })
        }
        Command::Amend(wish) => {
            let material_id = ids::to_proto(wish.which.material);
            let (etag, revision_note) = if let Some(note) = wish.note {
                (etag, note)
            } else {
                let now = send!(get_material, GetMaterialRequest { material_id: material_id.clone() });
                (now.etag, now.working_version.unwrap_or_default().revision_note)
            };
            let request = AmendMaterialRequest { request_id, material_id, etag, contents, revision_note };
            send!(amend_material, request)
        }
        Command::Submit(which) => {
            let material_id = ids::to_proto(which.material);
            send!(submit_material, SubmitMaterialRequest { request_id, material_id, etag })
        }
        Command::Return(wish) => {
            let (material_id, note) = (ids::to_proto(wish.which.material), wish.note.note);
            let reasons = wish.reasons.into_iter().map(Into::into).collect();
            send!(return_material, ReturnMaterialRequest { request_id, material_id, etag, reasons, note })
        }
        Command::Approve(wish) => {
            let material_id = ids::to_proto(wish.which.material);
            let Some(content_hash) = wish.hash else {
                let material = send!(get_material, GetMaterialRequest { material_id });
                return Ok(Answer::ToApprove(Box::new(material)));
            };
            let personal_data_checked = wish.personal_data_checked;
            send!(
                approve_material,
                ApproveMaterialRequest { request_id, material_id, etag, content_hash, personal_data_checked }
            )
        }
        Command::Publish(which) => {
            let material_id = ids::to_proto(which.material);
            send!(publish_material, PublishMaterialRequest { request_id, material_id, etag })
        }
        Command::Revise(wish) => send!(
            revise_material,
            ReviseMaterialRequest {
                request_id,
                material_id: ids::to_proto(wish.which.material),
                etag,
                reason: wish.reason.into(),
                revision_note: wish.note,
                contents,
            }
        ),
        Command::Discard(which) => {
            let material_id = ids::to_proto(which.material);
            send!(discard_material, DiscardMaterialRequest { request_id, material_id, etag })
        }
        Command::Withdraw(wish) => {
            let (material_id, reason) = (ids::to_proto(wish.which.material), wish.reason.into());
            let note = wish.note.note;
            send!(withdraw_material, WithdrawMaterialRequest { request_id, material_id, etag, reason, note })
        }
        Command::Template | Command::Upload(_) | Command::Download(_) => {
            unreachable!("these are carried out before anything is asked")
        }
    };
    Ok(Answer::One(Box::new(material)))
}

async fn list(services: &Services, wish: &List) -> Result<Vec<pb::Material>, Status> {
    pages::listed(usize::MAX, async |page_size, page_token| {
        let request = services.request(ListMaterialsRequest {
            region: wish.region.map(places::to_proto),
            programme_id: ids::to_proto(wish.programme),
            statuses: wish.statuses.iter().copied().map(Into::into).collect(),
            page_size,
            page_token,
        });
        let page = services.materials().list_materials(request).await?.into_inner();
        Ok((page.materials, page.next_page_token))
    })
    .await
}
