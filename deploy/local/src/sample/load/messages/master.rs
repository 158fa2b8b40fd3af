//! Rules, lists of codes, the rubric, and offices.

use kim_chassis::territory::decisions;
use kim_contract::registry::v1::{self as pb, OfficeKind, OfficerRole};
use kim_territory::{Decree, Level};
use time::{Date, macros::date};

use super::{date, nation, region};
use crate::sample::{
    BASELINE_AS_OF,
    codes::{self, Entry, RUBRIC_CODE, RUBRIC_FROM, RUBRIC_NAME, RUBRIC_SCALE},
    office::Office,
    territory,
    tide::{ACTIVE_AT_PEAK, BEGIN, DORMANT_AFTER, REMINDED_AFTER},
};

/// The lists to begin with hold from then on, before anything is reported.
const FIRST_LISTS: Date = date!(2017 - 01 - 01);

#[must_use]
pub fn adoption(request_id: String, decree: Decree) -> pb::AdoptTerritoryRequest {
    pb::AdoptTerritoryRequest {
        request_id,
        decree: decree.to_string(),
        decisions: decisions(&territory::decisions(decree)),
        dry_run: false,
    }
}

#[must_use]
pub fn office(request_id: String, office: &Office, on: Date) -> pb::EstablishOfficeRequest {
    let kind = match office.region.level() {
        Level::Nation => OfficeKind::National,
        Level::Province => OfficeKind::Provincial,
        _ => OfficeKind::Regency,
    };
    pb::EstablishOfficeRequest {
        request_id,
        name: office.name.clone(),
        kind: kind.into(),
        region: Some(region(office.region, on)),
        parent_office_id: String::new(),
    }
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
        region: Some(nation()),
        rule: Some(rule),
        effective_from: Some(date(BEGIN.day(1))),
    }
}

#[must_use]
pub fn dormancy_rule(request_id: String) -> pb::SetDormancyRuleRequest {
    pb::SetDormancyRuleRequest {
        request_id,
        region: Some(nation()),
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

#[must_use]
pub fn activity_kinds(request_id: String) -> pb::SetCodeListRequest {
    pb::SetCodeListRequest {
        request_id,
        name: pb::CodeListName::ActivityKind.into(),
        entries: codes::kinds().into_iter().map(entry).collect(),
        effective_from: Some(date(FIRST_LISTS)),
    }
}

/// The topics that were known by the end of `year`.
#[must_use]
pub fn topics(request_id: String, year: i32) -> pb::SetCodeListRequest {
    let from =
        if year == BEGIN.year() { FIRST_LISTS } else { FIRST_LISTS.replace_year(year).expect("each year begins") };
    pb::SetCodeListRequest {
        request_id,
        name: pb::CodeListName::Topic.into(),
        entries: codes::topics(year).into_iter().map(entry).collect(),
        effective_from: Some(date(from)),
    }
}

fn entry(entry: Entry) -> pb::CodeListEntry {
    pb::CodeListEntry {
        code: entry.code.into(),
        name: entry.name.into(),
        name_en: entry.name_en.into(),
        parent: entry.parent.into(),
        valid_from: Some(date(entry.valid_from)),
        retired_on: None,
        literacy: entry.literacy,
    }
}

#[must_use]
pub fn rubric(request_id: String) -> pb::SetRubricRequest {
    let criteria = codes::criteria().iter().map(|criterion| pb::Criterion {
        code: criterion.code.into(),
        name: criterion.name.into(),
        weight_percent: i32::try_from(criterion.weight_percent).expect("at most a hundred"),
    });
    pb::SetRubricRequest {
        request_id,
        code: RUBRIC_CODE.into(),
        name: RUBRIC_NAME.into(),
        is_sample: true,
        scale_max: RUBRIC_SCALE.into(),
        criteria: criteria.collect(),
        effective_from: Some(date(RUBRIC_FROM.day(1))),
    }
}
