//! Communities, and what is told of them.

use kim_contract::registry::v1::{self as pb, BaseGroup, ChannelKind, DecreeIssuer, OfficerRole};
use kim_territory::Level;
use time::Date;

use super::{count, date, digest, region, timestamp};
use crate::sample::{
    board::{self, Board, Election, HandOver, Role},
    change::{Amendment, RefusalReason, Site},
    diary::{Deed, DeedKind},
    dice::{Dice, Topic},
    life::Cause,
    plan::{Kim, Listed, Report},
    record::{Base, Channel, Issuer, Record, account},
    subject::Beyond,
};

#[must_use]
pub fn profile(record: &Record, on: Date) -> pb::CommunityProfile {
    let issuer = match record.decree_by {
        Issuer::VillageHead => DecreeIssuer::VillageHead,
        Issuer::Lurah => DecreeIssuer::Lurah,
        Issuer::Camat => DecreeIssuer::Camat,
        Issuer::Regent => DecreeIssuer::Regent,
    };
    pb::CommunityProfile {
        name: record.name.clone(),
        seat: Some(region(record.seat, on)),
        formed_on: Some(date(record.formed_on)),
        decree: Some(pb::FormationDecree {
            date: Some(date(record.decree_on)),
            issuer: issuer.into(),
            document_hash: String::new(),
        }),
        base_group: base_group(record.base).into(),
        member_count: count(record.members),
        deliberated_on: record.deliberated_on.map(date),
        statutes: record
            .statutes_on
            .map(|on| pb::Statutes { adopted_on: Some(date(on)), document_hash: String::new() }),
        channels: record.channels.iter().map(channel).collect(),
    }
}

#[must_use]
pub fn base_group(base: Base) -> BaseGroup {
    match base {
        Base::None => BaseGroup::None,
        Base::Youth => BaseGroup::Youth,
        Base::Farmers => BaseGroup::Farmers,
        Base::Pkk => BaseGroup::Pkk,
        Base::Pokdarwis => BaseGroup::Pokdarwis,
        Base::Other => BaseGroup::Other,
    }
}

fn channel(channel: &Channel) -> pb::Channel {
    let (kind, name) = match channel {
        Channel::Website(name) => (ChannelKind::Website, name),
        Channel::Facebook(name) => (ChannelKind::Facebook, name),
        Channel::Instagram(name) => (ChannelKind::Instagram, name),
    };
    pb::Channel { kind: kind.into(), name: name.clone() }
}

#[must_use]
pub fn contacts(board: &Board) -> pb::CommunityContacts {
    let officers = board.officers.iter().map(|(role, name)| pb::Officer {
        role: self::role(*role).into(),
        name: name.clone(),
        term_from: board.term.map(|term| date(term.from)),
        term_until: board.term.map(|term| date(term.until)),
        ..pb::Officer::default()
    });
    pb::CommunityContacts { officers: officers.collect(), ..pb::CommunityContacts::default() }
}

#[must_use]
pub fn role(role: Role) -> OfficerRole {
    match role {
        Role::Ketua => OfficerRole::Ketua,
        Role::Sekretaris => OfficerRole::Sekretaris,
        Role::Bendahara => OfficerRole::Bendahara,
        Role::Collecting => OfficerRole::SectionCollecting,
        Role::Managing => OfficerRole::SectionManaging,
        Role::Spreading => OfficerRole::SectionSpreading,
    }
}

#[must_use]
pub fn elected(number: u32, role: Role, election: Election) -> pb::Officer {
    pb::Officer {
        role: self::role(role).into(),
        name: board::officer(role, number, election.ordinal),
        term_until: Some(date(election.until)),
        ..pb::Officer::default()
    }
}

#[must_use]
pub fn successor(number: u32, hand_over: HandOver) -> pb::Officer {
    pb::Officer {
        role: role(hand_over.role).into(),
        name: board::officer(hand_over.role, number, hand_over.ordinal),
        ..pb::Officer::default()
    }
}

/// The profile that stands, its seat by the territory in force on `on`, with what becomes otherwise.
#[must_use]
pub fn amended(kim: &Kim, on: Date, stands: pb::CommunityProfile, amendment: Amendment) -> pb::CommunityProfile {
    let number = kim.number;
    let mut profile = pb::CommunityProfile { seat: Some(region(kim.record.seat, on)), ..stands };
    match amendment {
        Amendment::Account(site) => {
            let kind = match site {
                Site::Youtube => ChannelKind::Youtube,
                Site::Tiktok => ChannelKind::Tiktok,
                Site::X => ChannelKind::X,
            };
            let name = account(number);
            profile.channels.push(pb::Channel { kind: kind.into(), name });
        }
        Amendment::Statutes(on) => {
            profile.statutes =
                Some(pb::Statutes { adopted_on: Some(date(on)), document_hash: document(number, Document::Statutes) });
        }
        Amendment::Base(base) => profile.base_group = base_group(base).into(),
        Amendment::DecreeDocument => {
            let decree = profile.decree.take().unwrap_or_default();
            let document_hash = document(number, Document::Decree);
            profile.decree = Some(pb::FormationDecree { document_hash, ..decree });
        }
        Amendment::FormedOn(day) => profile.formed_on = Some(date(day)),
    }
    profile
}

#[derive(Clone, Copy)]
enum Document {
    Decree = 1,
    Statutes,
}

fn document(number: u32, document: Document) -> String {
    digest(Dice::of(Topic::Record, number.into(), document as u64).bytes())
}

#[must_use]
pub fn change_refusal_reason(reason: RefusalReason) -> pb::ChangeRefusalReason {
    match reason {
        RefusalReason::ProofMissing => pb::ChangeRefusalReason::ProofMissing,
        RefusalReason::ProofMismatch => pb::ChangeRefusalReason::ProofMismatch,
        RefusalReason::RuleNotMet => pb::ChangeRefusalReason::RuleNotMet,
    }
}

#[must_use]
pub fn community_row(row: i64, listed: &Listed, kim: &Kim) -> pb::CommunityRow {
    pb::CommunityRow {
        row,
        profile: Some(profile(&kim.record, listed.recorded.date())),
        decree_number: kim.record.decree_number.clone(),
        contacts: Some(contacts(&kim.record.board)),
        registered_on: Some(date(listed.registered_on)),
        source_key: format!("contoh-{:05}", kim.number),
        recorded_time: Some(timestamp(listed.recorded)),
        decree_issuer_name: String::new(),
    }
}

#[must_use]
pub fn activity_row(row: i64, report: &Report, seat: Level, community_id: String) -> pb::ActivityRow {
    pb::ActivityRow {
        row,
        community_id,
        source_key: String::new(),
        activity: Some(activity(&report.deed, seat)),
        recorded_time: Some(timestamp(report.recorded)),
    }
}

fn activity(deed: &Deed, seat: Level) -> pb::Activity {
    let kind = match deed.kind {
        DeedKind::Dissemination => pb::ActivityKind::Dissemination,
        DeedKind::LiteracyClass => pb::ActivityKind::LiteracyClass,
        DeedKind::Coverage => pb::ActivityKind::Coverage,
        DeedKind::Meeting => pb::ActivityKind::Meeting,
        DeedKind::Training => pb::ActivityKind::Training,
        DeedKind::Economic => pb::ActivityKind::Economic,
        DeedKind::Social => pb::ActivityKind::Social,
    };
    pb::Activity {
        kind: kind.into(),
        happened_on: Some(date(deed.happened_on)),
        people_reached: count(deed.reached),
        evidence_hash: deed.subject.evidence.map(digest).unwrap_or_default(),
        topic: deed.subject.topic.unwrap_or_default().to_owned(),
        reach: deed.subject.beyond.map(|beyond| reach(deed.reached, beyond, seat)).unwrap_or_default(),
    }
}

/// Each level once: who speaks for a district reaches it at home.
fn reach(reached: u32, beyond: Beyond, seat: Level) -> Vec<pb::ReachByLevel> {
    let near = reached - beyond.district - beyond.regency;
    let levels = match seat {
        Level::Village => vec![
            (pb::RegionLevel::Village, near),
            (pb::RegionLevel::District, beyond.district),
            (pb::RegionLevel::Regency, beyond.regency),
        ],
        _ => vec![(pb::RegionLevel::District, near + beyond.district), (pb::RegionLevel::Regency, beyond.regency)],
    };
    let told = levels.into_iter().filter(|(_, people)| *people > 0);
    told.map(|(level, people)| pb::ReachByLevel { level: level.into(), people: count(people) }).collect()
}

/// What preceded a return that the office plans itself; a training's own plan is the registry's.
#[must_use]
pub fn preceding(cause: Cause) -> pb::Preceding {
    let kind = match cause {
        Cause::Training(_) => pb::PrecedingKind::Training,
        Cause::Partnership => pb::PrecedingKind::Partnership,
        Cause::Visit => pb::PrecedingKind::Visit,
    };
    pb::Preceding { kind: kind.into(), training_id: String::new() }
}
