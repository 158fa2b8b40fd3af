//! Media beside a material: brought in chunk by chunk, shown with what is published.

use std::{fs, path::Path};

use kim_chassis::identity::{Role, Scope};
use kim_contract::dissemination::v1::{
    Content, DraftMaterialRequest, GetMediaRequest, GetMediaResponse, Media, MediaDescription, MediaRole, MediaType,
    UploadMediaRequest, UploadMediaResponse, WithdrawMaterialRequest, material_service_client::MaterialServiceClient,
};
use kim_values::DocumentHash;
use sha2::{Digest, Sha256};
use tokio_stream::StreamExt;
use tonic::{Code, Status};

use crate::dissemination::{
    nation::{Caller, Nation, request_id, until},
    owner::{BODY, Owner, content, fields, nation, refused},
};

type Materials = MaterialServiceClient<Caller>;

const PHOTO: &[u8] = include_bytes!("../../../services/dissemination/tests/media/sample/photo.jpg");

fn hash(bytes: &[u8]) -> String {
    DocumentHash(Sha256::digest(bytes).into()).to_string()
}

fn described(media_type: MediaType, bytes: &[u8]) -> MediaDescription {
    MediaDescription { hash: hash(bytes), r#type: media_type.into(), size: i64::try_from(bytes.len()).unwrap() }
}

/// What is said first, then the bytes.
fn messages(description: Option<MediaDescription>, bytes: &[u8], chunk: usize) -> Vec<UploadMediaRequest> {
    let first = UploadMediaRequest { request_id: request_id(), description, chunk: Vec::new() };
    let rest = bytes.chunks(chunk).map(|chunk| UploadMediaRequest { chunk: chunk.to_vec(), ..Default::default() });
    [first].into_iter().chain(rest).collect()
}

async fn send(materials: &Materials, messages: Vec<UploadMediaRequest>) -> Result<UploadMediaResponse, Status> {
    let sent = materials.clone().upload_media(tokio_stream::iter(messages)).await;
    sent.map(tonic::Response::into_inner)
}

async fn upload(materials: &Materials, media_type: MediaType, bytes: &[u8]) -> UploadMediaResponse {
    send(materials, messages(Some(described(media_type, bytes)), bytes, 100_000)).await.unwrap()
}

fn pdf(size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend((0_u32..).flat_map(u32::to_le_bytes).take(size - bytes.len()));
    bytes
}

fn attached(kept: &UploadMediaResponse, media_type: MediaType, role: MediaRole, alt_text: &str) -> Media {
    let (hash, size) = (kept.hash.clone(), kept.size);
    Media { hash, r#type: media_type.into(), size, role: role.into(), alt_text: alt_text.into() }
}

fn with_media(media: Vec<Media>) -> Content {
    Content { media, ..content("id", BODY) }
}

async fn get(materials: &Materials, material: &str, version: i32, hash: &str) -> Result<(MediaType, Vec<u8>), Status> {
    let request = GetMediaRequest { material_id: material.into(), version, hash: hash.into() };
    let stream = materials.clone().get_media(request).await?.into_inner();
    let messages: Vec<GetMediaResponse> = stream.collect::<Result<_, Status>>().await?;
    let (first, rest) = messages.split_first().unwrap();
    let bytes: Vec<u8> = rest.iter().flat_map(|message| message.chunk.clone()).collect();
    assert_eq!(first.size, i64::try_from(bytes.len()).unwrap());
    Ok((first.r#type(), bytes))
}

fn files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| if entry.file_type().unwrap().is_dir() { files(&entry.path()) } else { 1 }).sum()
}

fn citizen(nation: &Nation) -> Materials {
    nation.materials(&nation.token("test:citizen", Role::Citizen, Scope::Citizen))
}

#[tokio::test(flavor = "multi_thread")]
async fn media_are_seen_by_their_office_first_and_by_all_once_they_are_published() {
    let nation = nation().await;
    let owner = Owner::at(&nation, "14.01").await;
    let neighbour = Owner::at(&nation, "14.08").await;
    let writer = owner.writer();
    let document = pdf(600_000);
    let document_kept = upload(&writer, MediaType::Pdf, &document).await;
    assert_eq!((document_kept.hash.as_str(), document_kept.size), (hash(&document).as_str(), 600_000));
    assert_eq!(upload(&writer, MediaType::Pdf, &document).await, document_kept, "again, and kept once");
    let photo = upload(&writer, MediaType::Jpeg, PHOTO).await;
    assert_ne!(photo.hash, hash(PHOTO), "a photo is kept without what its camera wrote");
    assert_eq!(files(&nation.media()), 2);

    let media = vec![
        attached(&photo, MediaType::Jpeg, MediaRole::Illustration, "Anak diimunisasi di posyandu"),
        attached(&document_kept, MediaType::Pdf, MediaRole::Attachment, ""),
    ];
    let drafted = owner.drafted(vec![with_media(media)]).await;
    let id = drafted.material_id.clone();
    assert_eq!(get(&owner.reviewer(), &id, 1, &document_kept.hash).await.unwrap(), (MediaType::Pdf, document.clone()));
    for stranger in [citizen(&nation), neighbour.writer()] {
        let hidden = get(&stranger, &id, 1, &document_kept.hash).await;
        assert_eq!(refused(hidden), (Code::NotFound, "MATERIAL_NOT_FOUND".into()));
    }
    let published = owner.published(&drafted).await;
    for version in [0, 1] {
        let (media_type, bytes) = get(&citizen(&nation), &id, version, &photo.hash).await.unwrap();
        assert_eq!((media_type, hash(&bytes)), (MediaType::Jpeg, photo.hash.clone()));
        assert!(!bytes.windows(7).any(|window| window == b"PEMILIK"));
        assert_eq!(get(&citizen(&nation), &id, version, &document_kept.hash).await.unwrap().1, document);
    }
    for other in [hash(b"another"), "x".into()] {
        let missing = get(&citizen(&nation), &id, 1, &other).await;
        assert_eq!(refused(missing), (Code::NotFound, "MEDIA_NOT_FOUND".into()));
    }
    let withdraw = WithdrawMaterialRequest {
        request_id: request_id(),
        material_id: id.clone(),
        etag: published.etag,
        reason: 2,
        note: String::new(),
    };
    writer.clone().withdraw_material(withdraw).await.unwrap();
    let gone = get(&citizen(&nation), &id, 1, &photo.hash).await;
    assert_eq!(refused(gone), (Code::FailedPrecondition, "MATERIAL_WITHDRAWN".into()));
    let scope = Scope::Audit { grant: uuid::Uuid::from_u128(9) };
    let auditor = nation.materials(&nation.token("test:auditor", Role::Auditor, scope));
    assert_eq!(get(&auditor, &id, 1, &document_kept.hash).await.unwrap().1, document);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_as_it_was_said_to_be_leaves_nothing() {
    let nation = nation().await;
    let owner = Owner::at(&nation, "14.01").await;
    let writer = owner.writer();
    let bytes = pdf(300_000);
    let said = described(MediaType::Pdf, &bytes);
    let with = |change: fn(&mut MediaDescription)| {
        let mut description = said.clone();
        change(&mut description);
        Some(description)
    };
    for (description, chunk, then) in [
        (with(|d| d.hash = hash(b"another")), 100_000, "MEDIA_HASH_DIFFERS"),
        (with(|d| d.r#type = MediaType::Mp4.into()), 100_000, "MEDIA_TYPE_DIFFERS"),
        (with(|d| d.size += 1), 100_000, "MEDIA_SHORTER"),
        (with(|d| d.size -= 1), 100_000, "MEDIA_LONGER"),
        (with(|d| d.size = 0), 100_000, "MEDIA_EMPTY"),
        (with(|d| d.size = -1), 100_000, "MEDIA_SIZE_INVALID"),
        (with(|d| d.size = 20 * 1024 * 1024 + 1), 100_000, "MEDIA_TOO_LARGE"),
        (with(|d| d.hash = "x".into()), 100_000, "MEDIA_HASH_INVALID"),
        (with(|d| d.r#type = 0), 100_000, "MEDIA_TYPE_UNKNOWN"),
        (None, 100_000, "MEDIA_HASH_INVALID"),
        (with(|_| {}), 256 * 1024 + 1, "CHUNK_TOO_LARGE"),
    ] {
        let outcome = send(&writer, messages(description, &bytes, chunk)).await;
        assert_eq!(refused(outcome), (Code::InvalidArgument, then.into()));
    }
    let status = send(&writer, messages(with(|d| d.size = 20 * 1024 * 1024 + 1), &[], 1)).await.unwrap_err();
    assert_eq!(fields(&status), ["description.size"]);
    let broken = &PHOTO[..PHOTO.len() / 2];
    let outcome = send(&writer, messages(Some(described(MediaType::Jpeg, broken)), broken, 100_000)).await;
    assert_eq!(refused(outcome), (Code::InvalidArgument, "PICTURE_BROKEN".into()));
    for outsider in [citizen(&nation), nation.materials(&nation.kim(&uuid::Uuid::now_v7().to_string()))] {
        let outcome = send(&outsider, messages(Some(said.clone()), &bytes, 100_000)).await;
        assert_eq!(outcome.unwrap_err().code(), Code::PermissionDenied);
    }
    assert_eq!(files(&nation.media()), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let nation = nation().await;
    let owner = Owner::at(&nation, "14.01").await;
    // Long enough that some of it is written already.
    let bytes = pdf(6 * 1024 * 1024);
    let begun = messages(Some(described(MediaType::Pdf, &bytes)), &bytes[..bytes.len() - 1_000], 200_000);
    let writer = owner.writer();
    let upload = tokio::spawn(async move {
        let sent = tokio_stream::iter(begun).chain(tokio_stream::pending());
        writer.clone().upload_media(sent).await
    });
    until(async || files(&nation.media()) == 1).await;
    upload.abort();
    until(async || files(&nation.media()) == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_shows_only_media_that_are_there_and_says_what_is_to_be_seen() {
    let nation = nation().await;
    let owner = Owner::at(&nation, "14.01").await;
    let writer = owner.writer();
    let programme = owner.programme().await.programme_id;
    let photo = upload(&writer, MediaType::Jpeg, PHOTO).await;
    let draft = async |media: Vec<Media>| {
        let contents = vec![with_media(media)];
        let request = DraftMaterialRequest { request_id: request_id(), programme_id: programme.clone(), contents };
        writer.clone().draft_material(request).await
    };
    let good = attached(&photo, MediaType::Jpeg, MediaRole::Poster, "Poster imunisasi");
    for (media, then) in [
        (Media { hash: hash(PHOTO), ..good.clone() }, "MEDIA_NOT_UPLOADED"),
        (Media { size: good.size - 1, ..good.clone() }, "MEDIA_NOT_UPLOADED"),
        (Media { r#type: MediaType::Png.into(), ..good.clone() }, "MEDIA_NOT_UPLOADED"),
        (Media { alt_text: String::new(), ..good.clone() }, "ALT_TEXT_MISSING"),
        (Media { role: MediaRole::Recording.into(), ..good.clone() }, "MEDIA_ROLE_MISMATCH"),
        (Media { size: 5 * 1024 * 1024 + 1, ..good.clone() }, "MEDIA_TOO_LARGE"),
    ] {
        assert_eq!(refused(draft(vec![media]).await), (Code::InvalidArgument, then.into()));
    }
    assert_eq!(refused(draft(vec![good.clone(), good.clone()]).await), (Code::InvalidArgument, "MEDIA_DOUBLED".into()));
    draft(vec![good]).await.unwrap();
}
