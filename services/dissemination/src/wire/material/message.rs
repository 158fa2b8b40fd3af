//! Materials as answers show them, without what a version says.

use kim_contract::dissemination::v1 as pb;
use kim_desk::wire::{Paired, date, region};
use kim_eventlog::Version as AggregateVersion;

use super::super::{
    content::{contents, languages},
    stored::{etag, version as number},
};
use crate::domain::{
    content::{Mark, MarkedText, Wording},
    ids::MaterialId,
    material::{
        Material, Publication, Published, RevisionReason, SealedContent, Stage, Status, Version, Withdrawal, Working,
    },
};

/// At the region that it was drafted in.
#[must_use]
pub fn message(id: MaterialId, material: &Material, version: AggregateVersion) -> pb::Material {
    let shown = |published: &Published| {
        let status = material.status_of(published.version).unwrap_or(Status::Superseded);
        published_version(published, status)
    };
    pb::Material {
        material_id: id.to_string(),
        programme_id: material.outline.programme.to_string(),
        owning_office_id: material.outline.office.to_string(),
        region: Some(region::to_proto(material.outline.region)),
        status: material.status().to_proto(),
        published_version: material.published.last().map_or(0, |published| number(published.version)),
        working_version: material.working.as_ref().map(working_version),
        published_versions: material.published.iter().map(shown).collect(),
        withdrawal: material.withdrawn.as_ref().map(withdrawal),
        etag: etag(version),
    }
}

fn working_version(working: &Working) -> pb::MaterialVersion {
    let begun = begun_version(working.version, &working.content, working.revision);
    let begun = pb::MaterialVersion { status: working.stage.status().to_proto(), ..begun };
    match &working.stage {
        Stage::Draft | Stage::InReview => begun,
        Stage::Returned { reasons, .. } => {
            let return_reasons = reasons.iter().map(|reason| reason.to_proto()).collect();
            pb::MaterialVersion { return_reasons, ..begun }
        }
        Stage::Approved { on, .. } => pb::MaterialVersion { approved_on: Some(date::to_proto(*on)), ..begun },
    }
}

/// A version that is written.
pub(super) fn begun_version(
    version: Version,
    content: &SealedContent,
    revision: Option<RevisionReason>,
) -> pb::MaterialVersion {
    pb::MaterialVersion {
        version: number(version),
        status: Status::Draft.to_proto(),
        content_hash: content.hash.to_string(),
        languages: languages(&content.languages),
        revision_reason: revision.map_or(0, Paired::to_proto),
        ..pb::MaterialVersion::default()
    }
}

/// A version that was shown.
pub(super) fn published_version(published: &Published, status: Status) -> pb::MaterialVersion {
    pb::MaterialVersion {
        version: number(published.version),
        status: status.to_proto(),
        content_hash: published.hash.to_string(),
        languages: languages(&published.languages),
        revision_reason: published.revision.map_or(0, Paired::to_proto),
        published_on: Some(date::to_proto(published.on)),
        ..pb::MaterialVersion::default()
    }
}

pub(super) fn withdrawal(withdrawal: &Withdrawal) -> pb::MaterialWithdrawal {
    pb::MaterialWithdrawal {
        reason: withdrawal.reason.to_proto(),
        withdrawn_on: Some(date::to_proto(withdrawal.on)),
        note: String::new(),
    }
}

/// A version as it was shown, with all that it says.
#[must_use]
pub fn publication(publication: &Publication, status: Status) -> pb::MaterialVersion {
    said(published_version(&publication.shown(), status), &publication.wording)
}

/// Where something in a version looks like personal data.
#[must_use]
pub fn mark(mark: &Mark) -> pb::PersonalDataMark {
    let language = match mark.text {
        MarkedText::Body(language) | MarkedText::AltText(language) => language.to_string(),
        MarkedText::Note => String::new(),
    };
    pb::PersonalDataMark { field: field(mark.text).to_owned(), language, kind: mark.kind.to_proto() }
}

/// A text's place in a request and in an answer.
#[must_use]
pub fn field(text: MarkedText) -> &'static str {
    match text {
        MarkedText::Body(_) => "contents.body",
        MarkedText::AltText(_) => "contents.media.alt_text",
        MarkedText::Note => "revision_note",
    }
}

/// A version with all that it says.
#[must_use]
pub fn said(version: pb::MaterialVersion, wording: &Wording) -> pb::MaterialVersion {
    pb::MaterialVersion {
        contents: contents(&wording.contents),
        revision_note: wording.note.as_ref().map(ToString::to_string).unwrap_or_default(),
        ..version
    }
}
