//! Whom a campaign is for and when, in events and answers.

use std::collections::BTreeSet;

use kim_contract::dissemination::v1 as pb;
use kim_desk::wire::{Paired, date, region, stored::stored_date};
use kim_values::PublicName;

use super::stored::stored_communities;
use crate::domain::{
    audience::{Audience, Listing},
    campaign::Plan,
    window::{MinuteOfDay, Window},
};

#[must_use]
pub fn plan(plan: &Plan) -> pb::CampaignPlan {
    pb::CampaignPlan {
        name: plan.name.to_string(),
        audience: Some(audience(&plan.audience)),
        window: Some(pb::CampaignWindow {
            from: Some(date::to_proto(plan.window.from)),
            until: Some(date::to_proto(plan.window.until)),
            starts_at_minute: plan.window.starts_at.minutes().into(),
        }),
        priority: plan.priority.to_proto(),
    }
}

#[must_use]
pub fn audience(audience: &Audience) -> pb::Audience {
    let (listing, listed) = match audience.listing() {
        Listing::Everybody => (pb::AudienceListing::Unspecified, None),
        Listing::Only(listed) => (pb::AudienceListing::Only, Some(listed)),
        Listing::Except(listed) => (pb::AudienceListing::Except, Some(listed)),
    };
    pb::Audience {
        regions: audience.regions().iter().map(|region| region::to_proto(*region)).collect(),
        seat_levels: numbers(audience.seat_levels()),
        statuses: numbers(audience.standings()),
        base_groups: numbers(audience.base_groups()),
        partnership: audience.partnership().to_proto(),
        listing: listing.into(),
        community_ids: listed.into_iter().flatten().map(ToString::to_string).collect(),
    }
}

pub(super) fn stored_plan(plan: Option<&pb::CampaignPlan>) -> Option<Box<Plan>> {
    let plan = plan?;
    let window = plan.window.as_ref()?;
    Some(Box::new(Plan {
        name: PublicName::stored(&plan.name),
        audience: stored_audience(plan.audience.as_ref()?)?,
        window: Window {
            from: stored_date(window.from)?,
            until: stored_date(window.until)?,
            starts_at: MinuteOfDay::new(u16::try_from(window.starts_at_minute).ok()?)?,
        },
        priority: Paired::from_proto(plan.priority)?,
    }))
}

fn stored_audience(audience: &pb::Audience) -> Option<Audience> {
    let listed = || Some(stored_communities(&audience.community_ids)?.into_iter().collect());
    let listing = match pb::AudienceListing::try_from(audience.listing).ok()? {
        pb::AudienceListing::Unspecified => Listing::Everybody,
        pb::AudienceListing::Only => Listing::Only(listed()?),
        pb::AudienceListing::Except => Listing::Except(listed()?),
    };
    let regions = audience.regions.iter().map(|region| region::stored(Some(region))).collect::<Option<_>>()?;
    let audience = Audience::new(
        regions,
        stored_numbers(&audience.seat_levels)?,
        stored_numbers(&audience.statuses)?,
        stored_numbers(&audience.base_groups)?,
        Paired::from_proto(audience.partnership)?,
        listing,
    );
    audience.ok()
}

fn numbers<E: Paired + Copy>(values: &BTreeSet<E>) -> Vec<i32> {
    values.iter().map(|value| value.to_proto()).collect()
}

fn stored_numbers<E: Paired + Ord>(values: &[i32]) -> Option<BTreeSet<E>> {
    values.iter().map(|value| E::from_proto(*value)).collect()
}
