//! What an event says became otherwise in a record, field by field, as an officer reads it.

use kim_contract::registry::v1 as pb;
use kim_territory::spelling::{day, grouped};
use kim_values::DocumentHash;

use super::story::place;
use crate::domain::{
    channel::ChannelKind,
    community::Event,
    profile::{BaseGroup, DecreeIssuer, Profile},
};

/// None of an event that does not have both what stood there and what should.
pub(super) fn of(event: &Event) -> Vec<pb::FieldChange> {
    match event {
        Event::ChangeProposed { change, before } => between(before, &change.profile),
        Event::Corrected { before, after, .. } => between(before, after),
        _ => Vec::new(),
    }
}

fn between(before: &Profile, after: &Profile) -> Vec<pb::FieldChange> {
    let pairs = fields(before).into_iter().zip(fields(after));
    let differing = pairs.filter(|((.., before), (.., after))| before != after);
    differing
        .map(|((field, label, before), (.., after))| pb::FieldChange {
            field: field.to_owned(),
            label_id: label.to_owned(),
            before,
            after,
        })
        .collect()
}

/// All fields of a profile: path, Indonesian name, and what stands there.
fn fields(profile: &Profile) -> [(&'static str, &'static str, String); 12] {
    let hash = |hash: Option<DocumentHash>| hash.map(|hash| hash.to_string()).unwrap_or_default();
    let channels: Vec<String> =
        profile.channels.iter().map(|channel| format!("{} {}", channel_kind(channel.kind), channel.name())).collect();
    let (decree, statutes) = (profile.decree, profile.statutes);
    [
        ("name", "nama", profile.name.to_string()),
        ("seat", "kedudukan", place(profile.seat)),
        ("formed_on", "tanggal pembentukan", day(profile.formed_on)),
        ("decree.date", "tanggal SK", decree.map(|decree| day(decree.date)).unwrap_or_default()),
        ("decree.issuer", "penerbit SK", decree.map(|decree| issuer(decree.issuer).to_owned()).unwrap_or_default()),
        ("decree.document_hash", "sidik dokumen SK", hash(decree.and_then(|decree| decree.document))),
        ("base_group", "basis kelompok", base_group(profile.base_group).to_owned()),
        ("member_count", "jumlah anggota", profile.members.map(grouped).unwrap_or_default()),
        ("deliberated_on", "tanggal musyawarah", profile.deliberated_on.map(day).unwrap_or_default()),
        (
            "statutes.adopted_on",
            "tanggal AD/ART",
            statutes.map(|statutes| day(statutes.adopted_on)).unwrap_or_default(),
        ),
        ("statutes.document_hash", "sidik dokumen AD/ART", hash(statutes.and_then(|statutes| statutes.document))),
        ("channels", "saluran", channels.join(", ")),
    ]
}

fn base_group(group: BaseGroup) -> &'static str {
    match group {
        BaseGroup::Unknown => "",
        BaseGroup::None => "tidak ada",
        BaseGroup::Youth => "karang taruna",
        BaseGroup::Farmers => "kelompok tani",
        BaseGroup::Pkk => "PKK",
        BaseGroup::Pokdarwis => "Pokdarwis",
        BaseGroup::Other => "lainnya",
    }
}

fn issuer(issuer: DecreeIssuer) -> &'static str {
    match issuer {
        DecreeIssuer::Unknown => "",
        DecreeIssuer::VillageHead => "kepala desa",
        DecreeIssuer::Lurah => "lurah",
        DecreeIssuer::Camat => "camat",
        DecreeIssuer::Regent => "bupati/wali kota",
    }
}

fn channel_kind(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Website => "situs",
        ChannelKind::Facebook => "Facebook",
        ChannelKind::Instagram => "Instagram",
        ChannelKind::X => "X",
        ChannelKind::Tiktok => "TikTok",
        ChannelKind::Youtube => "YouTube",
        ChannelKind::Radio => "radio",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::community::tests::events;

    #[test]
    fn only_what_became_otherwise_is_named() {
        let told: Vec<Vec<pb::FieldChange>> = events().iter().map(of).filter(|changes| !changes.is_empty()).collect();
        assert_eq!(told.len(), 2, "a proposed change and a correction");
        for changes in told {
            let change = |field: &str| changes.iter().find(|change| change.field == field);
            assert!(change("name").is_none() && change("seat").is_none(), "{changes:?}");
            let decree = change("decree.date").expect("it was not there before");
            assert_eq!((decree.before.as_str(), decree.after.as_str()), ("", "17 Agustus 2015"));
            let members = change("member_count").expect("they are not known any more");
            assert_eq!((members.before.as_str(), members.after.as_str()), ("12", ""));
            assert_eq!(members.label_id, "jumlah anggota");
        }
    }
}
