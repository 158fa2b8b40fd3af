//! The plan in the contract's words.

use kim_contract::{
    registry::v1::{self as pb, BaseGroup, ChannelKind, DecreeIssuer, OfficeKind, OfficerRole},
    r#type::v1 as pbt,
};
use kim_territory::{Decree, Level, RegionCode};
use time::{Date, OffsetDateTime};

use crate::sample::{
    BASELINE_AS_OF,
    diary::{Deed, DeedKind},
    life::Cause,
    office::Office,
    plan::{Kim, Listed, Report},
    record::{Base, Channel, Issuer, Record},
    tide::{ACTIVE_AT_PEAK, BEGIN, DORMANT_AFTER, REMINDED_AFTER},
    training::Training,
};

#[must_use]
pub fn date(date: Date) -> pbt::Date {
    pbt::Date { year: date.year(), month: u8::from(date.month()).into(), day: date.day().into() }
}

#[must_use]
pub fn region(code: RegionCode) -> pbt::Region {
    pbt::Region { code: code.to_string(), decree: Decree::CURRENT.to_string() }
}

fn timestamp(time: OffsetDateTime) -> prost_types::Timestamp {
    let nanos = i32::try_from(time.nanosecond()).expect("below a thousand million");
    prost_types::Timestamp { seconds: time.unix_timestamp(), nanos }
}

#[must_use]
pub fn profile(record: &Record) -> pb::CommunityProfile {
    let issuer = match record.decree_by {
        Issuer::VillageHead => DecreeIssuer::VillageHead,
        Issuer::Lurah => DecreeIssuer::Lurah,
        Issuer::Camat => DecreeIssuer::Camat,
        Issuer::Regent => DecreeIssuer::Regent,
    };
    let base = match record.base {
        Base::None => BaseGroup::None,
        Base::Youth => BaseGroup::Youth,
        Base::Farmers => BaseGroup::Farmers,
        Base::Pkk => BaseGroup::Pkk,
        Base::Pokdarwis => BaseGroup::Pokdarwis,
        Base::Other => BaseGroup::Other,
    };
    pb::CommunityProfile {
        name: record.name.clone(),
        seat: Some(region(record.seat)),
        formed_on: Some(date(record.formed_on)),
        decree: Some(pb::FormationDecree {
            date: Some(date(record.decree_on)),
            issuer: issuer.into(),
            document_hash: String::new(),
        }),
        base_group: base.into(),
        member_count: i32::try_from(record.members).expect("a few dozen"),
        deliberated_on: record.deliberated_on.map(date),
        statutes: record
            .statutes_on
            .map(|on| pb::Statutes { adopted_on: Some(date(on)), document_hash: String::new() }),
        channels: record.channels.iter().map(channel).collect(),
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
pub fn contacts(record: &Record) -> pb::CommunityContacts {
    let roles = [OfficerRole::Ketua, OfficerRole::Sekretaris, OfficerRole::Bendahara];
    let officers = record.officers.iter().zip(roles).map(|(name, role)| pb::Officer {
        role: role.into(),
        name: name.clone(),
        ..pb::Officer::default()
    });
    pb::CommunityContacts { officers: officers.collect(), ..pb::CommunityContacts::default() }
}

#[must_use]
pub fn community_row(row: i64, listed: &Listed, kim: &Kim) -> pb::CommunityRow {
    pb::CommunityRow {
        row,
        profile: Some(profile(&kim.record)),
        decree_number: kim.record.decree_number.clone(),
        contacts: Some(contacts(&kim.record)),
        registered_on: Some(date(listed.registered_on)),
        source_key: format!("contoh-{:05}", kim.number),
        recorded_time: Some(timestamp(listed.recorded)),
        decree_issuer_name: String::new(),
    }
}

#[must_use]
pub fn activity_row(row: i64, report: &Report, community_id: String) -> pb::ActivityRow {
    pb::ActivityRow {
        row,
        community_id,
        source_key: String::new(),
        activity: Some(activity(&report.deed)),
        recorded_time: Some(timestamp(report.recorded)),
    }
}

fn activity(deed: &Deed) -> pb::Activity {
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
        people_reached: i32::try_from(deed.reached).expect("a few hundred"),
        ..pb::Activity::default()
    }
}

#[must_use]
pub fn office(request_id: String, office: &Office) -> pb::EstablishOfficeRequest {
    let kind = match office.region.level() {
        Level::Nation => OfficeKind::National,
        Level::Province => OfficeKind::Provincial,
        _ => OfficeKind::Regency,
    };
    pb::EstablishOfficeRequest {
        request_id,
        name: office.name.clone(),
        kind: kind.into(),
        region: Some(region(office.region)),
        parent_office_id: String::new(),
    }
}

#[must_use]
pub fn training(training: &Training, host_office_id: String, community_ids: Vec<String>) -> pb::Training {
    pb::Training {
        kind: pb::TrainingKind::Bimtek.into(),
        topic: "platform_kim".into(),
        region: Some(region(training.session.region)),
        host_office_id,
        held_from: Some(date(training.session.from)),
        held_to: Some(date(training.session.to)),
        community_ids,
        office_staff: i32::try_from(training.session.office_staff).expect("a few dozen"),
        attendance: vec![],
    }
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

#[must_use]
pub fn formation_rule(request_id: String) -> pb::SetFormationRuleRequest {
    let rule = pb::FormationRule {
        min_members: 3,
        decree_required: true,
        officers_required: [OfficerRole::Ketua, OfficerRole::Sekretaris].map(Into::into).into(),
        ..pb::FormationRule::default()
    };
    pb::SetFormationRuleRequest {
        request_id,
        region: Some(region(RegionCode::NATION)),
        rule: Some(rule),
        effective_from: Some(date(BEGIN.day(1))),
    }
}

#[must_use]
pub fn dormancy_rule(request_id: String) -> pb::SetDormancyRuleRequest {
    pb::SetDormancyRuleRequest {
        request_id,
        region: Some(region(RegionCode::NATION)),
        rule: Some(pb::DormancyRule { reminder_months: REMINDED_AFTER, dormant_months: DORMANT_AFTER }),
        effective_from: Some(date(BEGIN.day(1))),
    }
}

#[must_use]
pub fn baseline(request_id: String) -> pb::SetBaselineRequest {
    pb::SetBaselineRequest {
        request_id,
        code: "active_before_pandemic".into(),
        value: ACTIVE_AT_PEAK.into(),
        as_of: Some(date(BASELINE_AS_OF)),
        source:
            "Ditjen IKP, Kementerian Kominfo, pernyataan pada sosialisasi platform KIM 2022; dihitung sebelum COVID-19"
                .into(),
    }
}
