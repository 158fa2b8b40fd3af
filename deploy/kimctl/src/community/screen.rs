//! Communities as they are shown.

use std::fmt::Write;

use kim_contract::registry::v1::{self as pb, ChannelKind, CommunityStatus, OfficerLeaveReason, OfficerRole};
use kim_territory::spelling::grouped;
use serde::Serialize;

use super::history::{self, Entry};
use crate::{
    dates::{iso, spelled},
    places::{nearby, place},
    table::Table,
};

/// One community, several, what the vault has of one, or what became of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    One(Box<Community>),
    List(Vec<Community>),
    Contacts(Contacts),
    History(Vec<Entry>),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Community {
    pub community_id: String,
    pub status: &'static str,
    pub registration_number: String,
    pub name: String,
    pub seat: String,
    pub formed_on: Option<String>,
    pub deliberated_on: Option<String>,
    pub statutes_adopted_on: Option<String>,
    pub decree_number: String,
    pub decree_on: Option<String>,
    pub decree_issuer_name: String,
    pub member_count: i32,
    pub members_counted_on: Option<String>,
    pub channels: Vec<String>,
    pub registered_on: Option<String>,
    pub last_activity_on: Option<String>,
    pub dormant_from: Option<String>,
    pub merged_into_community_id: String,
    pub officers: Vec<Tenure>,
    pub proposed_change: Option<ProposedChange>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tenure {
    pub officer_id: String,
    pub role: &'static str,
    pub from: Option<String>,
    pub until: Option<String>,
    pub left_on: Option<String>,
    pub leave_reason: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProposedChange {
    pub change_id: String,
    pub proposed_on: Option<String>,
    /// What would be otherwise: field, before, after.
    pub differences: Vec<(&'static str, String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contacts {
    pub address: String,
    pub phone: String,
    pub email: String,
    pub officers: Vec<Person>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    pub officer_id: String,
    pub role: &'static str,
    /// Empty once it was erased.
    pub name: String,
    pub phone: String,
}

impl Community {
    #[must_use]
    pub fn of(community: pb::Community) -> Self {
        let profile = community.profile.clone().unwrap_or_default();
        let decree = profile.decree.clone().unwrap_or_default();
        let change = community.proposed_change.clone().map(|change| ProposedChange {
            proposed_on: iso(change.proposed_on.as_ref()),
            differences: differences(&profile, &change.profile.unwrap_or_default()),
            change_id: change.change_id,
        });
        Self {
            status: status(community.status()),
            seat: profile.seat.clone().unwrap_or_default().code,
            formed_on: iso(profile.formed_on.as_ref()),
            deliberated_on: iso(profile.deliberated_on.as_ref()),
            statutes_adopted_on: iso(profile.statutes.as_ref().and_then(|statutes| statutes.adopted_on.as_ref())),
            decree_on: iso(decree.date.as_ref()),
            member_count: profile.member_count,
            members_counted_on: iso(community.members_counted_on.as_ref()),
            channels: profile.channels.iter().map(channel).collect(),
            registered_on: iso(community.registered_on.as_ref()),
            last_activity_on: iso(community.last_activity_on.as_ref()),
            dormant_from: iso(community.dormant_from.as_ref()),
            officers: community.officers.iter().map(tenure).collect(),
            proposed_change: change,
            name: profile.name,
            community_id: community.community_id,
            registration_number: community.registration_number,
            decree_number: community.decree_number,
            decree_issuer_name: community.decree_issuer_name,
            merged_into_community_id: community.merged_into_community_id,
        }
    }

    fn screen(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            if !value.is_empty() {
                let _ = writeln!(text, "{name:<18}{value}");
            }
        };
        let day = |date: &Option<String>| spelled(date.as_deref());
        line("KIM", &self.name);
        line("nomor", &self.community_id);
        line("nomor pendaftaran", &self.registration_number);
        line("status", self.status);
        line("bergabung dengan", &self.merged_into_community_id);
        line("kedudukan", &place(&self.seat));
        line("dibentuk", &day(&self.formed_on));
        line("musyawarah", &day(&self.deliberated_on));
        line("AD/ART", &day(&self.statutes_adopted_on));
        let decree = [self.decree_number.clone(), day(&self.decree_on), self.decree_issuer_name.clone()];
        line("SK", &decree.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "));
        if self.member_count > 0 {
            let counted = self.members_counted_on.as_deref().map(|on| format!(" pada {}", spelled(Some(on))));
            line("anggota", &format!("{}{}", grouped(self.member_count), counted.unwrap_or_default()));
        }
        line("saluran", &self.channels.join(", "));
        line("terdaftar", &day(&self.registered_on));
        line("kegiatan terakhir", &day(&self.last_activity_on));
        line("vakum sejak", &day(&self.dormant_from));
        if !self.officers.is_empty() {
            let mut table = Table::new(&["PENGURUS", "JABATAN", "SEJAK", "SAMPAI", "KETERANGAN"]);
            for officer in &self.officers {
                let end = officer.left_on.as_ref().or(officer.until.as_ref());
                let (from, until) = (day(&officer.from), spelled(end.map(String::as_str)));
                table.row([&officer.officer_id, officer.role, &from, &until, officer.leave_reason.unwrap_or_default()]);
            }
            let _ = write!(text, "\n{table}");
        }
        if let Some(change) = &self.proposed_change {
            let _ = writeln!(text, "\nUsulan perubahan {} ({}):", change.change_id, day(&change.proposed_on));
            let mut table = Table::new(&["ISIAN", "BERLAKU", "DIUSULKAN"]);
            for (field, before, after) in &change.differences {
                table.row([*field, before, after]);
            }
            let _ = write!(text, "{table}");
        }
        text
    }
}

impl Contacts {
    #[must_use]
    pub fn of(contacts: pb::CommunityContacts) -> Self {
        let officers = contacts.officers.into_iter().map(|officer| Person {
            role: role(officer.role()),
            officer_id: officer.officer_id,
            name: officer.name,
            phone: officer.phone,
        });
        let officers = officers.collect();
        Self { address: contacts.address, phone: contacts.phone, email: contacts.email, officers }
    }

    fn screen(&self) -> String {
        let mut text = String::new();
        for (name, value) in [("alamat", &self.address), ("telepon", &self.phone), ("surel", &self.email)] {
            if !value.is_empty() {
                let _ = writeln!(text, "{name:<18}{value}");
            }
        }
        if self.officers.is_empty() {
            return if text.is_empty() { "Tidak ada kontak.\n".to_owned() } else { text };
        }
        let mut table = Table::new(&["PENGURUS", "JABATAN", "NAMA", "TELEPON"]);
        for officer in &self.officers {
            let name = if officer.name.is_empty() { "(dihapus)" } else { &officer.name };
            table.row([&officer.officer_id, officer.role, name, &officer.phone]);
        }
        let _ = write!(text, "{table}");
        text
    }
}

impl Shown {
    #[must_use]
    pub fn screen(&self) -> String {
        let communities = match self {
            Self::One(community) => return community.screen(),
            Self::Contacts(contacts) => return contacts.screen(),
            Self::History(entries) => return history::screen(entries),
            Self::List(communities) if communities.is_empty() => return "Tidak ada KIM.\n".to_owned(),
            Self::List(communities) => communities,
        };
        let mut table = Table::new(&["NOMOR", "KIM", "KEDUDUKAN", "STATUS", "KEGIATAN TERAKHIR"]);
        for one in communities {
            let last = spelled(one.last_activity_on.as_deref());
            table.row([&one.community_id, &one.name, &nearby(&one.seat), one.status, &last]);
        }
        format!("{table}{} KIM\n", grouped(communities.len()))
    }
}

/// What is otherwise in a proposed profile, field by field.
fn differences(before: &pb::CommunityProfile, after: &pb::CommunityProfile) -> Vec<(&'static str, String, String)> {
    let fields = |profile: &pb::CommunityProfile| {
        let decree = profile.decree.clone().unwrap_or_default();
        let channels: Vec<String> = profile.channels.iter().map(channel).collect();
        let statutes = profile.statutes.as_ref().and_then(|statutes| statutes.adopted_on.as_ref());
        [
            ("nama", profile.name.clone()),
            ("kedudukan", profile.seat.clone().unwrap_or_default().code),
            ("dibentuk", spelled(iso(profile.formed_on.as_ref()).as_deref())),
            ("tanggal SK", spelled(iso(decree.date.as_ref()).as_deref())),
            ("penerbit SK", decree.issuer().as_str_name().trim_start_matches("DECREE_ISSUER_").to_lowercase()),
            ("kelompok basis", profile.base_group().as_str_name().trim_start_matches("BASE_GROUP_").to_lowercase()),
            ("anggota", profile.member_count.to_string()),
            ("musyawarah", spelled(iso(profile.deliberated_on.as_ref()).as_deref())),
            ("AD/ART", spelled(iso(statutes).as_deref())),
            ("saluran", channels.join(", ")),
        ]
    };
    let pairs = fields(before).into_iter().zip(fields(after));
    pairs.filter(|(old, new)| old.1 != new.1).map(|((field, old), (_, new))| (field, old, new)).collect()
}

fn tenure(tenure: &pb::OfficerTenure) -> Tenure {
    let term = tenure.term.clone().unwrap_or_default();
    Tenure {
        role: role(term.role()),
        from: iso(term.from.as_ref()),
        until: iso(term.until.as_ref()),
        left_on: iso(tenure.left_on.as_ref()),
        leave_reason: leave(tenure.leave_reason()),
        officer_id: term.officer_id,
    }
}

pub(crate) fn status(status: CommunityStatus) -> &'static str {
    match status {
        CommunityStatus::Unspecified => "tidak dikenal",
        CommunityStatus::Draft => "rancangan",
        CommunityStatus::Submitted => "diajukan",
        CommunityStatus::Returned => "dikembalikan",
        CommunityStatus::Registered => "terdaftar",
        CommunityStatus::Active => "aktif",
        CommunityStatus::Dormant => "vakum",
        CommunityStatus::Dissolved => "bubar",
        CommunityStatus::Merged => "bergabung dengan KIM lain",
    }
}

fn channel(channel: &pb::Channel) -> String {
    let kind = match channel.kind() {
        ChannelKind::Unspecified => return channel.name.clone(),
        ChannelKind::Website => "situs",
        ChannelKind::Facebook => "Facebook",
        ChannelKind::Instagram => "Instagram",
        ChannelKind::X => "X",
        ChannelKind::Tiktok => "TikTok",
        ChannelKind::Youtube => "YouTube",
        ChannelKind::Radio => "radio",
    };
    format!("{kind} {}", channel.name)
}

fn role(role: OfficerRole) -> &'static str {
    match role {
        OfficerRole::Unspecified => "tidak dikenal",
        OfficerRole::Ketua => "ketua",
        OfficerRole::Sekretaris => "sekretaris",
        OfficerRole::Bendahara => "bendahara",
        OfficerRole::Section => "seksi",
        OfficerRole::SectionCollecting => "seksi penghimpunan",
        OfficerRole::SectionManaging => "seksi pengelolaan",
        OfficerRole::SectionSpreading => "seksi penyebaran",
    }
}

fn leave(reason: OfficerLeaveReason) -> Option<&'static str> {
    Some(match reason {
        OfficerLeaveReason::Unspecified => return None,
        OfficerLeaveReason::TermEnded => "masa jabatan habis",
        OfficerLeaveReason::Replaced => "digantikan",
        OfficerLeaveReason::Resigned => "mengundurkan diri",
        OfficerLeaveReason::Moved => "pindah",
        OfficerLeaveReason::Died => "meninggal",
        OfficerLeaveReason::Dismissed => "diberhentikan",
    })
}

#[cfg(test)]
mod tests {
    use kim_contract::r#type::v1::{Date, Region};

    use super::*;

    fn community() -> pb::Community {
        let day = |year| Some(Date { year, month: 3, day: 14 });
        let profile = pb::CommunityProfile {
            name: "KIM Kumantan".into(),
            seat: Some(Region { code: "14.01.01.2009".into(), decree: "2025".into() }),
            formed_on: day(2019),
            member_count: 14,
            ..pb::CommunityProfile::default()
        };
        let term = pb::OfficerTerm {
            officer_id: "orang".into(),
            role: OfficerRole::Ketua.into(),
            from: day(2019),
            until: None,
        };
        let change = pb::ProposedChange {
            change_id: "usulan".into(),
            profile: Some(pb::CommunityProfile { name: "KIM Kumantan Jaya".into(), ..profile.clone() }),
            proposed_on: day(2022),
        };
        pb::Community {
            community_id: "kim".into(),
            status: CommunityStatus::Active.into(),
            registration_number: "14.01/2019/00042".into(),
            profile: Some(profile),
            officers: vec![pb::OfficerTenure {
                term: Some(term),
                left_on: day(2021),
                leave_reason: OfficerLeaveReason::Resigned.into(),
            }],
            proposed_change: Some(change),
            ..pb::Community::default()
        }
    }

    #[test]
    fn a_community_is_shown_with_its_board_and_what_is_proposed() {
        assert_eq!(
            Shown::One(Box::new(Community::of(community()))).screen(),
            "KIM               KIM Kumantan\n\
             nomor             kim\n\
             nomor pendaftaran 14.01/2019/00042\n\
             status            aktif\n\
             kedudukan         14.01.01.2009 Desa Kumantan, Kecamatan Bangkinang Kota, Kabupaten Kampar\n\
             dibentuk          14 Maret 2019\n\
             anggota           14\n\
             \n\
             PENGURUS  JABATAN  SEJAK          SAMPAI         KETERANGAN\n\
             orang     ketua    14 Maret 2019  14 Maret 2021  mengundurkan diri\n\
             \n\
             Usulan perubahan usulan (14 Maret 2022):\n\
             ISIAN  BERLAKU       DIUSULKAN\n\
             nama   KIM Kumantan  KIM Kumantan Jaya\n"
        );
    }

    #[test]
    fn whoever_was_erased_has_no_name() {
        let officer =
            pb::Officer { officer_id: "orang".into(), role: OfficerRole::Ketua.into(), ..pb::Officer::default() };
        let contacts = pb::CommunityContacts { officers: vec![officer], ..pb::CommunityContacts::default() };
        assert!(Contacts::of(contacts).screen().contains("(dihapus)"));
    }
}
