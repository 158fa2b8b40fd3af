//! From the contract's messages to the domain's types, at the door: what comes through is valid.

use kim_contract::{registry::v1 as pb, r#type::v1 as pbt};
use kim_desk::{
    field,
    problem::Problems,
    wire::{Paired, date},
    words::Words,
};
use kim_territory::{Adopted, Zone};
use kim_values::{PublicName, Region};
use time::{Date, OffsetDateTime};

use super::words;
use crate::{
    domain::{
        board::{OfficerRole, Term},
        channel::{Channel, ChannelKind},
        ids::{CommunityId, OfficerId},
        profile::{BaseGroup, DecreeIssuer, Flaw, FormationDecree, Profile, Statutes},
        seat,
    },
    vault::CommunityRecord,
};

mod activity;

pub use activity::activity;

const MAX_DECREE_NUMBER: usize = 80;
const MAX_OFFICERS: usize = 50;
const MAX_MEMBERS: i32 = 100_000;

/// What of a decree stands in the vault.
#[derive(Debug, Clone, Copy)]
pub struct Decree<'a> {
    pub number: &'a str,
    pub issuer_name: &'a str,
}

/// A community's public profile and its sealed record.
pub fn community(
    profile: Option<&pb::CommunityProfile>,
    decree: Decree<'_>,
    contacts: Option<&pb::CommunityContacts>,
    adopted: &Adopted,
    problems: &mut Problems,
) -> Option<(Profile, CommunityRecord)> {
    let record = record(decree, contacts, problems);
    let empty = pb::CommunityProfile::default();
    let profile = profile.unwrap_or(&empty);
    let name = problems.note("profile.name", PublicName::parse(&profile.name).map_err(Words::name));
    let seat = problems.note("profile.seat.code", seat(profile.seat.as_ref(), adopted));
    let formed_on = problems.note(
        "profile.formed_on",
        field::required_date(profile.formed_on.as_ref(), "FORMED_ON_MISSING", "Tanggal pembentukan"),
    );
    let decree = formation_decree(profile.decree.as_ref(), decree.number, problems);
    let base_group = problems.note(
        "profile.base_group",
        BaseGroup::from_proto(profile.base_group).ok_or_else(|| field::unknown("BASE_GROUP_UNKNOWN", "Basis kelompok")),
    );
    let members = problems.note("profile.member_count", members(profile.member_count));
    let deliberated_on = problems.note(
        "profile.deliberated_on",
        field::optional_date(profile.deliberated_on.as_ref(), "Tanggal musyawarah desa/kelurahan"),
    );
    let statutes = statutes(profile.statutes.as_ref(), problems);
    let channels: Option<Vec<Channel>> = profile.channels.iter().map(|given| channel(given, problems)).collect();
    let whole = name.is_some() && seat.is_some() && decree.is_some() && base_group.is_some() && members.is_some();
    if !whole
        && let Some(day) = formed_on
        && day > Zone::Wit.date_of(OffsetDateTime::now_utc())
    {
        // The domain looks at whole records only; whoever mends this one should not come back with the next mistake.
        let (field, words, _) = words::flaw(&Flaw::FormedInFuture);
        problems.add(field, words);
    }
    let profile = Profile {
        name: name?,
        seat: seat?,
        formed_on: formed_on?,
        decree: decree?,
        base_group: base_group?,
        members: Some(members?).filter(|&count| count > 0),
        deliberated_on: deliberated_on?,
        statutes: statutes?,
        channels: channels?,
    };
    Some((profile, record?))
}

/// Statutes have a date, or are not there at all. `Some(None)` is no statutes.
#[expect(clippy::option_option, reason = "the outer says whether it could be parsed")]
fn statutes(statutes: Option<&pb::Statutes>, problems: &mut Problems) -> Option<Option<Statutes>> {
    let Some(statutes) = statutes.filter(|statutes| **statutes != pb::Statutes::default()) else { return Some(None) };
    let adopted_on = problems.note(
        "profile.statutes.adopted_on",
        field::required_date(statutes.adopted_on.as_ref(), "STATUTES_DATE_MISSING", "Tanggal AD/ART"),
    );
    let document = problems.note(
        "profile.statutes.document_hash",
        field::hash(&statutes.document_hash, "DOCUMENT_HASH_INVALID", "Sidik dokumen AD/ART"),
    );
    Some(Some(Statutes { adopted_on: adopted_on?, document: document? }))
}

fn channel(channel: &pb::Channel, problems: &mut Problems) -> Option<Channel> {
    let kind = problems.note(
        "profile.channels.kind",
        ChannelKind::from_proto(channel.kind).ok_or_else(|| field::unknown("CHANNEL_KIND_UNKNOWN", "Jenis saluran")),
    )?;
    problems.note("profile.channels.name", Channel::parse(kind, &channel.name).map_err(words::channel))
}

/// The terms of a record's officers; one without a first day begins with the community. Whoever is new is given an id.
pub fn terms(record: &mut CommunityRecord, formed_on: Date) -> Vec<Term> {
    record.officers().iter().filter_map(|officer| term(officer, formed_on)).collect()
}

/// An officer's term; `None` for one that [`officer`] would not have let through.
#[must_use]
pub fn term(officer: &pb::Officer, begin: Date) -> Option<Term> {
    Some(Term {
        officer: OfficerId::parse(&officer.officer_id)?,
        role: OfficerRole::from_proto(officer.role)?,
        from: officer.term_from.as_ref().and_then(date::from_proto).unwrap_or(begin),
        until: officer.term_until.as_ref().and_then(date::from_proto),
    })
}

pub fn seat(region: Option<&pbt::Region>, adopted: &Adopted) -> Result<Region, Words> {
    let empty = pbt::Region::default();
    let region = region.unwrap_or(&empty);
    seat::parse(&region.code, &region.decree, adopted).map_err(|error| words::seat(&error))
}

/// A decree has a date and a number, or is not there at all. `Some(None)` is no decree.
#[expect(clippy::option_option, reason = "the outer says whether it could be parsed")]
fn formation_decree(
    decree: Option<&pb::FormationDecree>,
    number: &str,
    problems: &mut Problems,
) -> Option<Option<FormationDecree>> {
    let number = number.trim();
    let empty = pb::FormationDecree::default();
    let decree = match decree.filter(|decree| **decree != empty) {
        None if number.is_empty() => return Some(None),
        decree => decree.unwrap_or(&empty),
    };
    let number = problems.note("decree_number", decree_number(number));
    let date = problems
        .note("profile.decree.date", field::required_date(decree.date.as_ref(), "DECREE_DATE_MISSING", "Tanggal SK"));
    let issuer = problems.note(
        "profile.decree.issuer",
        DecreeIssuer::from_proto(decree.issuer).ok_or_else(|| field::unknown("DECREE_ISSUER_UNKNOWN", "Penerbit SK")),
    );
    let document = problems.note(
        "profile.decree.document_hash",
        field::hash(&decree.document_hash, "DOCUMENT_HASH_INVALID", "Sidik dokumen SK"),
    );
    number?;
    Some(Some(FormationDecree { date: date?, issuer: issuer?, document: document? }))
}

fn decree_number(number: &str) -> Result<(), Words> {
    if number.is_empty() {
        return Err(Words::new("DECREE_NUMBER_MISSING", "Nomor SK belum diisi.", "Tulis nomor seperti pada SK."));
    }
    if number.chars().count() > MAX_DECREE_NUMBER {
        return Err(Words::new(
            "DECREE_NUMBER_TOO_LONG",
            "Nomor SK terlalu panjang.",
            format!("Tulis paling banyak {MAX_DECREE_NUMBER} huruf: nomornya saja, tanpa judul."),
        ));
    }
    field::private(number, MAX_DECREE_NUMBER, "DECREE_NUMBER_TOO_LONG", "Nomor SK").map(|_| ())
}

fn record(
    decree: Decree<'_>,
    contacts: Option<&pb::CommunityContacts>,
    problems: &mut Problems,
) -> Option<CommunityRecord> {
    let decree_number = decree.number.trim().to_owned();
    let issuer = field::private(decree.issuer_name, 120, "DECREE_ISSUER_NAME_TOO_LONG", "Nama penerbit SK");
    let decree_issuer_name = problems.note("decree_issuer_name", issuer);
    let contacts = match contacts {
        None => None,
        Some(contacts) => Some(self::contacts(contacts, problems)?),
    };
    Some(CommunityRecord { decree_number, contacts, decree_issuer_name: decree_issuer_name? })
}

fn contacts(contacts: &pb::CommunityContacts, problems: &mut Problems) -> Option<pb::CommunityContacts> {
    let mut note =
        |field, text: &str, max, reason, what: &str| problems.note(field, field::private(text, max, reason, what));
    let address = note("contacts.address", &contacts.address, 300, "ADDRESS_TOO_LONG", "Alamat");
    let phone = note("contacts.phone", &contacts.phone, 40, "PHONE_TOO_LONG", "Nomor telepon");
    let email = note("contacts.email", &contacts.email, 254, "EMAIL_TOO_LONG", "Alamat surel");
    let officers: Option<Vec<pb::Officer>> = contacts.officers.iter().map(|given| officer(given, problems)).collect();
    if contacts.officers.len() > MAX_OFFICERS {
        problems.add(
            "contacts.officers",
            Words::new(
                "TOO_MANY_OFFICERS",
                "Pengurusnya terlalu banyak.",
                format!("Tulis paling banyak {MAX_OFFICERS} orang."),
            ),
        );
    }
    Some(pb::CommunityContacts { officers: officers?, address: address?, phone: phone?, email: email? })
}

/// A person of a board, tidied; with an id only where one was named.
pub fn officer(officer: &pb::Officer, problems: &mut Problems) -> Option<pb::Officer> {
    if OfficerRole::from_proto(officer.role).is_none() {
        problems.add("contacts.officers.role", field::unknown("OFFICER_ROLE_UNKNOWN", "Jabatan pengurus"));
    }
    let name = problems
        .note("contacts.officers.name", field::private(&officer.name, 120, "OFFICER_NAME_TOO_LONG", "Nama pengurus"));
    let phone =
        problems.note("contacts.officers.phone", field::private(&officer.phone, 40, "PHONE_TOO_LONG", "Nomor telepon"));
    let mut day =
        |field, given: Option<&pbt::Date>, what: &str| problems.note(field, field::optional_date(given, what));
    let from = day("contacts.officers.term_from", officer.term_from.as_ref(), "Awal masa jabatan");
    let until = day("contacts.officers.term_until", officer.term_until.as_ref(), "Akhir masa jabatan");
    let born = day("contacts.officers.born_on", officer.born_on.as_ref(), "Tanggal lahir pengurus");
    let id = officer.officer_id.trim();
    if !id.is_empty() && OfficerId::parse(id).is_none() {
        problems.add("contacts.officers.officer_id", unknown_officer());
    }
    let name = name?;
    if name.is_empty() {
        problems.add(
            "contacts.officers.name",
            Words::new("OFFICER_NAME_MISSING", "Ada pengurus tanpa nama.", "Isi namanya, atau hapus barisnya."),
        );
    }
    Some(pb::Officer {
        role: officer.role,
        name,
        phone: phone?,
        officer_id: id.to_owned(),
        term_from: from?.map(date::to_proto),
        term_until: until?.map(date::to_proto),
        born_on: born?.map(date::to_proto),
        civil_servant: officer.civil_servant,
    })
}

#[must_use]
pub fn unknown_officer() -> Words {
    Words::new(
        "OFFICER_UNKNOWN",
        "Nomor pengurus itu tidak ada pada KIM ini.",
        "Muat ulang daftar pengurus; untuk orang baru, kosongkan nomornya.",
    )
}

#[must_use]
pub fn officers_elsewhere() -> Words {
    Words::new(
        "OFFICERS_ELSEWHERE",
        "Pengurus KIM terdaftar tidak diubah bersama data lainnya.",
        "Kosongkan daftar pengurus di sini; angkat atau berhentikan pengurus satu per satu.",
    )
}

/// The id of a community in a row.
pub fn community_id(text: &str) -> Result<CommunityId, Words> {
    CommunityId::parse(text.trim()).ok_or_else(|| {
        Words::new("COMMUNITY_ID_MALFORMED", "Nomor KIM salah bentuk.", "Salin nomor KIM dari hasil impor KIM.")
    })
}

/// How many members a community has.
pub fn members(members: i32) -> Result<u32, Words> {
    field::count(members, MAX_MEMBERS, "MEMBER_COUNT_INVALID", "Jumlah anggota")
}
