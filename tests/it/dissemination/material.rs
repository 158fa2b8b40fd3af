//! Materials, version by version: written, reviewed by somebody else, published, corrected, withdrawn, and shown again.

use kim_chassis::identity::{Role, Scope};
use kim_contract::dissemination::v1::{
    AmendMaterialRequest, ApproveMaterialRequest, Content, DiscardMaterialRequest, DraftMaterialRequest,
    GetMaterialRequest, GetMaterialVersionRequest, GetMaterialVersionResponse, ListMaterialsRequest, Material,
    MaterialReturnReason, MaterialStatus, MaterialVersion, MaterialWithdrawalReason, PersonalDataKind,
    PublishMaterialRequest, ReturnMaterialRequest, ReviseMaterialRequest, RevisionReason, SubmitMaterialRequest,
    WithdrawMaterialRequest, material_service_client::MaterialServiceClient,
};
use sqlx::PgPool;
use tonic::{Code, Status};

use crate::dissemination::{
    nation::{Caller, Nation, region, request_id},
    owner::{BODY, Owner, content, contents, fields, nation, refused},
};

type Materials = MaterialServiceClient<Caller>;

/// A request on a material as it was read.
macro_rules! on {
    ($request:ident, $material:expr $(, $field:ident: $value:expr)* $(,)?) => {
        $request {
            request_id: request_id(),
            material_id: $material.material_id.clone(),
            etag: $material.etag.clone(),
            $($field: $value,)*
        }
    };
}

async fn version(materials: &Materials, id: &str, version: i32) -> Result<GetMaterialVersionResponse, Status> {
    let request = GetMaterialVersionRequest { material_id: id.into(), version };
    materials.clone().get_material_version(request).await.map(tonic::Response::into_inner)
}

fn citizen(nation: &Nation) -> Materials {
    nation.materials(&nation.token("test:citizen", Role::Citizen, Scope::Citizen))
}

fn auditor(nation: &Nation) -> Materials {
    let scope = Scope::Audit { grant: uuid::Uuid::from_u128(9) };
    nation.materials(&nation.token("test:auditor", Role::Auditor, scope))
}

/// As the contract orders them: Indonesian first.
fn ordered(mut contents: Vec<Content>) -> Vec<Content> {
    contents.sort_by_key(|content| (content.language != "id", content.language.clone()));
    contents
}

/// Events that hold these words.
async fn events_with(pool: &PgPool, words: &str) -> i64 {
    let count = "SELECT count(*) FROM log.event WHERE position(convert_to($1, 'UTF8') IN payload) > 0";
    sqlx::query_scalar(count).bind(words).fetch_one(pool).await.unwrap()
}

fn withdraw(material: &Material) -> WithdrawMaterialRequest {
    let reason = MaterialWithdrawalReason::FactsWrong.into();
    on!(WithdrawMaterialRequest, material, reason: reason, note: "Vaksinnya belum tiba".into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_material_is_published_only_when_somebody_else_approved_it_as_it_is() {
    let nation = nation().await;
    let owner = Owner::at(&nation, "14.01").await;
    let (writer, second, reviewer) = (owner.writer(), owner.second_writer(), owner.reviewer());
    let material = owner.drafted(vec![content("id", "Imunisasi melindungi anak dari campak.")]).await;
    assert_eq!((material.status(), material.published_version), (MaterialStatus::Draft, 0));

    // A second person writes a part of it.
    let amend = on!(AmendMaterialRequest, material, contents: contents(), revision_note: String::new());
    let amended = second.clone().amend_material(amend).await.unwrap().into_inner().material.unwrap();
    let read = owner.read(&material.material_id).await;
    let working = read.working_version.clone().unwrap();
    assert_eq!((working.version, working.contents.clone()), (1, ordered(contents())));
    assert_eq!(working.languages, ["id", "ms"]);
    assert_eq!(events_with(&nation.pool, "posyandu").await, 0, "what is not published is in no event");

    let approve = |material: &Material, hash: &str| on!(ApproveMaterialRequest, material, content_hash: hash.into(), personal_data_checked: false);
    let hash = working.content_hash.clone();
    let early = reviewer.clone().approve_material(approve(&amended, &hash)).await;
    assert_eq!(refused(early), (Code::FailedPrecondition, "MATERIAL_NOT_IN_REVIEW".into()));
    let submitted = owner.submitted(&amended).await;
    for author in [&writer, &second] {
        let own = author.clone().approve_material(approve(&submitted, &hash)).await;
        assert_eq!(refused(own), (Code::FailedPrecondition, "OWN_WORK".into()));
    }
    let publish = |material: &Material| on!(PublishMaterialRequest, material);
    let unapproved = writer.clone().publish_material(publish(&submitted)).await;
    assert_eq!(refused(unapproved), (Code::FailedPrecondition, "MATERIAL_NOT_APPROVED".into()));
    let unread = reviewer.clone().approve_material(approve(&submitted, &"0".repeat(64))).await;
    assert_eq!(refused(unread), (Code::FailedPrecondition, "CONTENT_CHANGED".into()));
    let malformed = reviewer.clone().approve_material(approve(&submitted, "")).await.unwrap_err();
    assert_eq!(fields(&malformed), ["content_hash"]);
    let hidden = version(&citizen(&nation), &material.material_id, 1).await;
    assert_eq!(refused(hidden), (Code::NotFound, "MATERIAL_NOT_FOUND".into()));

    let approved = owner.approved(&submitted).await;
    assert_eq!(approved.status(), MaterialStatus::Approved);
    let late = on!(AmendMaterialRequest, approved, contents: contents(), revision_note: String::new());
    let late = writer.clone().amend_material(late).await;
    assert_eq!(refused(late), (Code::FailedPrecondition, "MATERIAL_NOT_AMENDABLE".into()));
    let published = writer.clone().publish_material(publish(&approved)).await.unwrap().into_inner().material.unwrap();
    assert_eq!((published.status(), published.published_version), (MaterialStatus::Published, 1));
    assert_eq!(published.working_version, None);

    for reader in [citizen(&nation), nation.materials(&nation.kim(&uuid::Uuid::now_v7().to_string()))] {
        for number in [0, 1] {
            let shown = version(&reader, &material.material_id, number).await.unwrap();
            let said = shown.material_version.unwrap();
            assert_eq!((said.contents, said.content_hash), (ordered(contents()), hash.clone()));
            assert!(!shown.withdrawn);
        }
        let missing = version(&reader, &material.material_id, 2).await;
        assert_eq!(refused(missing), (Code::NotFound, "MATERIAL_NOT_FOUND".into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_version_ever_shown_is_shown_again_to_an_auditor_and_a_withdrawn_one_to_nobody_else() {
    let nation = nation().await;
    let owner = Owner::at(&nation, "14.01").await;
    let neighbour = Owner::at(&nation, "14.08").await;
    let (writer, public) = (owner.writer(), citizen(&nation));
    let first = owner.published(&owner.drafted(contents()).await).await;
    let id = first.material_id.clone();
    let mut ever = vec![version(&public, &id, 1).await.unwrap()];
    for (n, reason) in [(2, RevisionReason::Correction), (3, RevisionReason::Update)] {
        let before = owner.read(&id).await;
        let revised = owner.revised(&before, reason, &format!("{BODY} Jadwal ke-{n}.")).await;
        assert_eq!(
            revised.status(),
            MaterialStatus::Published,
            "the older one is shown while the newer one is written"
        );
        let published = owner.published(&revised).await;
        assert_eq!(published.published_version, n);
        let statuses: Vec<_> = published.published_versions.iter().map(MaterialVersion::status).collect();
        assert!(statuses.split_last().unwrap().1.iter().all(|status| *status == MaterialStatus::Superseded));
        ever.push(version(&public, &id, n).await.unwrap());
        assert_eq!(version(&public, &id, 0).await.unwrap(), *ever.last().unwrap());
        let older = version(&public, &id, n - 1).await;
        assert_eq!(refused(older), (Code::FailedPrecondition, "VERSION_SUPERSEDED".into()));
    }
    let note = ever[1].material_version.as_ref().unwrap().revision_note.clone();
    assert_eq!(note, "Jadwal posyandu diperbaiki.");

    let newest = owner.read(&id).await;
    let begun = owner.revised(&newest, RevisionReason::Addition, "Dengan bahasa daerah yang lain.").await;
    let withdrawn = writer.clone().withdraw_material(withdraw(&begun)).await.unwrap().into_inner().material.unwrap();
    assert_eq!((withdrawn.status(), withdrawn.working_version), (MaterialStatus::Withdrawn, None));
    assert_eq!(owner.read(&id).await.withdrawal.unwrap().note, "Vaksinnya belum tiba");
    assert_eq!(events_with(&nation.pool, "Vaksinnya").await, 0, "an office's words are in no event");
    assert_eq!(events_with(&nation.pool, "bahasa daerah").await, 0, "what was never published is in no event");

    let kim = nation.materials(&nation.kim(&uuid::Uuid::now_v7().to_string()));
    for stranger in [&public, &kim, &neighbour.reviewer()] {
        for number in 0..=3 {
            let gone = version(stranger, &id, number).await;
            assert_eq!(refused(gone), (Code::FailedPrecondition, "MATERIAL_WITHDRAWN".into()));
        }
    }
    let province = nation.materials(&nation.officer_of("test:province", "14"));
    let national = nation.materials(&nation.national());
    for reader in [auditor(&nation), owner.reviewer(), province, national] {
        for (number, then) in (1..).zip(&ever) {
            let again = version(&reader, &id, number).await.unwrap();
            assert!(again.withdrawn);
            assert_eq!(again.position, then.position);
            let (again, then) = (again.material_version.unwrap(), then.material_version.clone().unwrap());
            let status = if number == 3 { MaterialStatus::Withdrawn } else { MaterialStatus::Superseded };
            assert_eq!(again, MaterialVersion { status: status.into(), ..then }, "as it was shown");
        }
    }
    // A later reader asks the log itself.
    let of_event =
        "SELECT version FROM log.event WHERE position = $1 AND type = 'kim.dissemination.v1.MaterialPublished'";
    for shown in &ever {
        let found: Option<i64> =
            sqlx::query_scalar(of_event).bind(shown.position).fetch_optional(&nation.pool).await.unwrap();
        assert!(found.is_some(), "{}", shown.position);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_goes_back_to_its_authors_with_reasons_and_may_be_given_up() {
    let nation = nation().await;
    let owner = Owner::at(&nation, "14.01").await;
    let (writer, reviewer) = (owner.writer(), owner.reviewer());
    let submitted = owner.submitted(&owner.drafted(contents()).await).await;
    let give_back = |material: &Material, reasons: Vec<MaterialReturnReason>| {
        let reasons = reasons.into_iter().map(Into::into).collect();
        on!(ReturnMaterialRequest, material, reasons: reasons, note: "Sumbernya belum ada".into())
    };
    let without = reviewer.clone().return_material(give_back(&submitted, vec![])).await;
    assert_eq!(refused(without), (Code::InvalidArgument, "RETURN_REASON_MISSING".into()));
    let reasons = vec![MaterialReturnReason::SourceMissing, MaterialReturnReason::SourceMissing];
    let returned = reviewer.clone().return_material(give_back(&submitted, reasons)).await.unwrap().into_inner();
    let returned = returned.material.unwrap();
    let read = owner.read(&returned.material_id).await;
    let working = read.working_version.clone().unwrap();
    assert_eq!((read.status(), working.return_note.as_str()), (MaterialStatus::Returned, "Sumbernya belum ada"));
    assert_eq!(working.return_reasons().collect::<Vec<_>>(), [MaterialReturnReason::SourceMissing]);
    assert_eq!(events_with(&nation.pool, "Sumbernya").await, 0, "a reviewer's words are in no event");

    let submit = on!(SubmitMaterialRequest, returned);
    assert_eq!(
        refused(writer.clone().submit_material(submit).await),
        (Code::FailedPrecondition, "MATERIAL_NOT_DRAFT".into())
    );
    let noted =
        on!(AmendMaterialRequest, returned, contents: contents(), revision_note: "Jadwalnya diperbaiki.".into());
    assert_eq!(refused(writer.clone().amend_material(noted).await), (Code::InvalidArgument, "REVISION_NOTE".into()));
    let amended =
        on!(AmendMaterialRequest, returned, contents: vec![content("id", BODY)], revision_note: String::new());
    let amended = writer.clone().amend_material(amended).await.unwrap().into_inner().material.unwrap();
    assert_eq!(amended.status(), MaterialStatus::Draft);
    let unsubmitted = reviewer.clone().return_material(give_back(&amended, vec![MaterialReturnReason::Other])).await;
    assert_eq!(refused(unsubmitted), (Code::FailedPrecondition, "MATERIAL_NOT_RETURNABLE".into()));
    // What was approved goes back, too, and its approval is gone.
    let approved = owner.approved(&owner.submitted(&amended).await).await;
    let back = reviewer.clone().return_material(give_back(&approved, vec![MaterialReturnReason::FactsWrong])).await;
    let back = back.unwrap().into_inner().material.unwrap();
    let publish = writer.clone().publish_material(on!(PublishMaterialRequest, back)).await;
    assert_eq!(refused(publish), (Code::FailedPrecondition, "MATERIAL_NOT_APPROVED".into()));

    let early = writer.clone().withdraw_material(withdraw(&back)).await;
    assert_eq!(refused(early), (Code::FailedPrecondition, "MATERIAL_NOT_PUBLISHED".into()));
    let discarded = writer.clone().discard_material(on!(DiscardMaterialRequest, back)).await.unwrap().into_inner();
    let discarded = discarded.material.unwrap();
    assert_eq!((discarded.status(), discarded.working_version.clone()), (MaterialStatus::Discarded, None));
    let submit = writer.clone().submit_material(on!(SubmitMaterialRequest, discarded)).await;
    assert_eq!(refused(submit), (Code::FailedPrecondition, "MATERIAL_DISCARDED".into()));

    // A revision that is given up leaves what is shown as it is.
    let published = owner.published(&owner.drafted(contents()).await).await;
    let nothing = writer.clone().discard_material(on!(DiscardMaterialRequest, published)).await;
    assert_eq!(refused(nothing), (Code::FailedPrecondition, "NOTHING_WORKED_ON".into()));
    let revised = owner.revised(&published, RevisionReason::Update, BODY).await;
    let twice = on!(ReviseMaterialRequest, revised, reason: RevisionReason::Update.into(),
        revision_note: "Jadwalnya diperbaiki.".into(), contents: contents());
    let twice = writer.clone().revise_material(twice).await;
    assert_eq!(refused(twice), (Code::FailedPrecondition, "WORKED_ON_ALREADY".into()));
    let unnoted = on!(AmendMaterialRequest, revised, contents: contents(), revision_note: String::new());
    assert_eq!(refused(writer.clone().amend_material(unnoted).await), (Code::InvalidArgument, "REVISION_NOTE".into()));
    let kept = writer.clone().discard_material(on!(DiscardMaterialRequest, revised)).await.unwrap().into_inner();
    assert_eq!(kept.material.unwrap().status(), MaterialStatus::Published);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_contents_is_said_all_at_once() {
    let nation = nation().await;
    let owner = Owner::at(&nation, "14.01").await;
    let programme = owner.programme().await.programme_id;
    let draft = async |contents: Vec<Content>| {
        let request = DraftMaterialRequest { request_id: request_id(), programme_id: programme.clone(), contents };
        owner.writer().draft_material(request).await.unwrap_err()
    };
    let bad = Content { language: "jawa".into(), title: String::new(), body: "Pendek".into(), ..content("id", BODY) };
    let status = draft(vec![bad, content("id", BODY)]).await;
    assert_eq!(fields(&status), ["contents.language", "contents.title", "contents.body"]);
    for (contents, then) in [
        (vec![], "INDONESIAN_MISSING"),
        (vec![content("jv", BODY)], "INDONESIAN_MISSING"),
        (vec![content("id", BODY), content("id", BODY)], "LANGUAGE_DOUBLED"),
        (vec![content("id", BODY); 13], "TOO_MANY_LANGUAGES"),
        (vec![Content { title: "Hubungi 081234567890".into(), ..content("id", BODY) }], "TITLE_HAS_PHONE_NUMBER"),
        (vec![Content { body: "x".repeat(20_001), ..content("id", BODY) }], "BODY_TOO_LONG"),
    ] {
        assert_eq!(refused::<()>(Err(draft(contents).await)), (Code::InvalidArgument, then.into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_like_personal_data_is_approved_only_by_a_reviewer_who_looked_at_it() {
    let nation = nation().await;
    let owner = Owner::at(&nation, "14.01").await;
    let body = "Catat NIK 1401015708900001, atau hubungi 0812-3456-7890.";
    let submitted = owner.submitted(&owner.drafted(vec![content("id", body), content("jv", BODY)]).await).await;
    let read = owner.read(&submitted.material_id).await.working_version.unwrap();
    let marks = read.personal_data_marks.iter().map(|mark| (mark.field.as_str(), mark.language.as_str(), mark.kind()));
    assert_eq!(
        marks.collect::<Vec<_>>(),
        [
            ("contents.body", "id", PersonalDataKind::IdentityNumber),
            ("contents.body", "id", PersonalDataKind::PhoneNumber),
        ]
    );
    let approve = |checked| on!(ApproveMaterialRequest, submitted, content_hash: read.content_hash.clone(), personal_data_checked: checked);
    let unlooked = owner.reviewer().approve_material(approve(false)).await.unwrap_err();
    assert_eq!(fields(&unlooked), ["contents.body", "contents.body"]);
    assert!(!format!("{unlooked:?}").contains("5708900001"), "what somebody typed is not repeated");
    assert_eq!(refused::<()>(Err(unlooked)), (Code::InvalidArgument, "PERSONAL_DATA_LIKELY".into()));
    let looked = owner.reviewer().approve_material(approve(true)).await.unwrap().into_inner().material.unwrap();
    assert_eq!(looked.status(), MaterialStatus::Approved);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_regions_office_finds_nothing_and_lists_end_at_ones_reach() {
    let nation = nation().await;
    let kampar = Owner::at(&nation, "14.01").await;
    let siak = Owner::at(&nation, "14.08").await;
    let mine = kampar.drafted(contents()).await;
    let published = kampar.published(&kampar.drafted(contents()).await).await;
    let theirs = siak.drafted(contents()).await;
    let stranger = siak.writer();
    for known in [&mine, &published] {
        let missing = Material { material_id: uuid::Uuid::now_v7().to_string(), ..known.clone() };
        let hash = "0".repeat(64);
        let mut answers = Vec::new();
        for material in [known, &missing] {
            let id = material.material_id.clone();
            let revise = on!(ReviseMaterialRequest, material, reason: RevisionReason::Correction.into(),
                revision_note: "Jadwalnya diperbaiki.".into(), contents: contents());
            let amend = on!(AmendMaterialRequest, material, contents: contents(), revision_note: String::new());
            let approve =
                on!(ApproveMaterialRequest, material, content_hash: hash.clone(), personal_data_checked: false);
            let back = on!(ReturnMaterialRequest, material, reasons: vec![1], note: String::new());
            answers.push([
                stranger.clone().get_material(GetMaterialRequest { material_id: id }).await.map(drop),
                stranger.clone().amend_material(amend).await.map(drop),
                stranger.clone().submit_material(on!(SubmitMaterialRequest, material)).await.map(drop),
                siak.reviewer().return_material(back).await.map(drop),
                siak.reviewer().approve_material(approve).await.map(drop),
                stranger.clone().publish_material(on!(PublishMaterialRequest, material)).await.map(drop),
                stranger.clone().revise_material(revise).await.map(drop),
                stranger.clone().discard_material(on!(DiscardMaterialRequest, material)).await.map(drop),
                stranger.clone().withdraw_material(withdraw(material)).await.map(drop),
            ]);
        }
        let [hidden, missing] = <[_; 2]>::try_from(answers).unwrap();
        for (hidden, missing) in hidden.into_iter().zip(missing) {
            let (hidden, missing) = (hidden.unwrap_err(), missing.unwrap_err());
            assert_eq!(
                (hidden.code(), hidden.message(), hidden.details()),
                (Code::NotFound, missing.message(), missing.details())
            );
        }
    }
    let draft = |programme_id: &str| DraftMaterialRequest {
        request_id: request_id(),
        programme_id: programme_id.into(),
        contents: contents(),
    };
    let foreign = stranger.clone().draft_material(draft(&mine.programme_id)).await;
    assert_eq!(refused(foreign), (Code::NotFound, "PROGRAMME_NOT_FOUND".into()));

    let list = async |materials: Materials, request: ListMaterialsRequest| {
        let page = materials.clone().list_materials(request).await.unwrap().into_inner();
        page.materials.into_iter().map(|material| material.material_id).collect::<Vec<_>>()
    };
    let [first, second, third] = [&mine, &published, &theirs].map(|material| material.material_id.clone());
    let all = || ListMaterialsRequest::default();
    assert_eq!(list(stranger.clone(), all()).await, std::slice::from_ref(&third));
    assert_eq!(list(kampar.reviewer(), all()).await, [second.clone(), first.clone()]);
    let elsewhere = ListMaterialsRequest { region: region("14.01"), ..all() };
    assert!(list(stranger.clone(), elsewhere).await.is_empty());
    let province = || nation.materials(&nation.officer_of("test:province", "14"));
    assert_eq!(list(province(), all()).await, [third, second.clone(), first.clone()]);
    let shown = ListMaterialsRequest { statuses: vec![MaterialStatus::Published.into()], ..all() };
    assert_eq!(list(province(), shown).await, [second]);
    let of_programme = ListMaterialsRequest { programme_id: mine.programme_id.clone(), ..all() };
    assert_eq!(list(province(), of_programme).await, [first]);
    for outsider in
        [citizen(&nation), auditor(&nation), nation.materials(&nation.kim(&uuid::Uuid::now_v7().to_string()))]
    {
        assert_eq!(outsider.clone().list_materials(all()).await.unwrap_err().code(), Code::PermissionDenied);
        let get = GetMaterialRequest { material_id: published.material_id.clone() };
        assert_eq!(outsider.clone().get_material(get).await.unwrap_err().code(), Code::NotFound);
    }
    // A list says what a look at the material says, but for what stands in the vault.
    let page = kampar.reviewer().list_materials(all()).await.unwrap().into_inner();
    for listed in page.materials {
        let mut read = kampar.read(&listed.material_id).await;
        if let Some(working) = &mut read.working_version {
            working.contents.clear();
        }
        assert_eq!(listed, read);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_gets_the_first_answer_whatever_came_since() {
    let nation = nation().await;
    let owner = Owner::at(&nation, "14.01").await;
    let writer = owner.writer();
    let programme_id = owner.programme().await.programme_id;
    let draft = DraftMaterialRequest { request_id: request_id(), programme_id, contents: contents() };
    let drafted = writer.clone().draft_material(draft.clone()).await.unwrap().into_inner().material.unwrap();
    let amend = on!(AmendMaterialRequest, drafted, contents: vec![content("id", BODY)], revision_note: String::new());
    let amended = writer.clone().amend_material(amend.clone()).await.unwrap().into_inner().material.unwrap();
    let stale = on!(SubmitMaterialRequest, drafted);
    assert_eq!(refused(writer.clone().submit_material(stale).await), (Code::Aborted, "ETAG_STALE".into()));
    let approved = owner.approved(&owner.submitted(&amended).await).await;
    let publish = on!(PublishMaterialRequest, approved);
    let published = writer.clone().publish_material(publish.clone()).await.unwrap().into_inner().material.unwrap();
    let revised = owner.revised(&published, RevisionReason::Correction, BODY).await;
    let withdraw = withdraw(&revised);
    writer.clone().withdraw_material(withdraw.clone()).await.unwrap();
    let events = "SELECT count(*) FROM log.event";
    let before: i64 = sqlx::query_scalar(events).fetch_one(&nation.pool).await.unwrap();
    let ids = [
        writer.clone().draft_material(draft).await.unwrap().into_inner().material,
        writer.clone().amend_material(amend.clone()).await.unwrap().into_inner().material,
        writer.clone().publish_material(publish).await.unwrap().into_inner().material,
        writer.clone().withdraw_material(withdraw).await.unwrap().into_inner().material,
    ];
    for material in ids {
        assert_eq!(material.unwrap().material_id, drafted.material_id);
    }
    let other = AmendMaterialRequest { contents: contents(), ..amend };
    assert_eq!(
        refused(writer.clone().amend_material(other).await),
        (Code::InvalidArgument, "REQUEST_ID_REUSED".into())
    );
    let after: i64 = sqlx::query_scalar(events).fetch_one(&nation.pool).await.unwrap();
    assert_eq!(after, before, "nothing happened twice");
}
