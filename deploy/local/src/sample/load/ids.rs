//! What the services call what the plan has.

use std::collections::HashMap;

use anyhow::Context;
use kim_contract::{registry::v1 as pb, r#type::v1 as pbt};
use kim_territory::{Decree, RegionCode};

use super::{messages, registry::Registry};
use crate::sample::{places::key, plan::Plan, territory::code_by};

/// Ids by place in the plan.
#[derive(Debug, Default)]
pub struct Ids {
    offices: HashMap<usize, String>,
    communities: HashMap<usize, String>,
    trainings: HashMap<usize, String>,
    partnerships: HashMap<usize, String>,
    assessments: HashMap<usize, String>,
    pub(super) programmes: HashMap<usize, String>,
    pub(super) materials: HashMap<usize, String>,
    pub(super) campaigns: HashMap<usize, String>,
    pub(super) questions: HashMap<usize, String>,
}

/// What a command made, to be called by its id later.
#[derive(Debug)]
pub enum Made {
    Nothing,
    Office(usize, String),
    Community(usize, String),
    Training(usize, String),
    Partnership(usize, String),
    Assessment(usize, String),
    Programme(usize, String),
    Material(usize, String),
    Campaign(usize, String),
    Question(usize, String),
}

impl Ids {
    /// Asks the registry for the ids of what an earlier run told.
    pub async fn recall(plan: &Plan, registry: &Registry) -> anyhow::Result<Self> {
        let mut ids = Self::default();
        ids.recall_communities(plan, registry.all_communities().await?);
        ids.recall_offices(plan, registry.all_offices().await?);
        ids.recall_trainings(plan, registry.all_trainings().await?);
        ids.recall_partnerships(plan, registry.all_partnerships().await?);
        ids.recall_assessments(plan, registry.all_assessments().await?);
        Ok(ids)
    }

    pub fn keep(&mut self, made: Made) {
        let (ids, place, id) = match made {
            Made::Nothing => return,
            Made::Office(place, id) => (&mut self.offices, place, id),
            Made::Community(place, id) => (&mut self.communities, place, id),
            Made::Training(place, id) => (&mut self.trainings, place, id),
            Made::Partnership(place, id) => (&mut self.partnerships, place, id),
            Made::Assessment(place, id) => (&mut self.assessments, place, id),
            Made::Programme(place, id) => (&mut self.programmes, place, id),
            Made::Material(place, id) => (&mut self.materials, place, id),
            Made::Campaign(place, id) => (&mut self.campaigns, place, id),
            Made::Question(place, id) => (&mut self.questions, place, id),
        };
        ids.insert(place, id);
    }

    pub fn community(&self, plan: &Plan, kim: usize) -> anyhow::Result<String> {
        let record = &plan.kims[kim].record;
        let told = self.communities.get(&kim).cloned();
        told.with_context(|| format!("{} di {} belum ada di registri", record.name, key(&record.seat)))
    }

    pub fn office(&self, plan: &Plan, region: RegionCode) -> anyhow::Result<String> {
        let office = plan.offices.iter().position(|office| office.region == region);
        let told = office.and_then(|office| self.offices.get(&office)).cloned();
        told.with_context(|| format!("kantor di {region} belum ada di registri"))
    }

    pub fn training(&self, training: usize) -> anyhow::Result<String> {
        self.trainings.get(&training).cloned().with_context(|| format!("bimtek {training} belum ada di registri"))
    }

    pub fn partnership(&self, partnership: usize) -> anyhow::Result<String> {
        let told = self.partnerships.get(&partnership).cloned();
        told.with_context(|| format!("kemitraan {partnership} belum ada di registri"))
    }

    /// `None` for one that is not there: not assessed yet, or withdrawn.
    #[must_use]
    pub fn assessment(&self, assessment: usize) -> Option<String> {
        self.assessments.get(&assessment).cloned()
    }

    fn recall_communities(&mut self, plan: &Plan, found: Vec<pb::Community>) {
        let by_name = found.into_iter().map(|community| {
            let profile = community.profile.unwrap_or_default();
            ((place(profile.seat), profile.name), community.community_id)
        });
        let mut by_name: HashMap<(Place, String), String> = by_name.collect();
        for (i, kim) in plan.kims.iter().enumerate() {
            let id = places(kim.record.seat).find_map(|place| by_name.remove(&(place, kim.record.name.clone())));
            self.communities.extend(id.map(|id| (i, id)));
        }
    }

    fn recall_offices(&mut self, plan: &Plan, found: Vec<pb::Office>) {
        let by_region = found.into_iter().map(|office| (place(office.region), office.office_id));
        let mut by_region: HashMap<Place, String> = by_region.collect();
        for (i, office) in plan.offices.iter().enumerate() {
            let id = places(office.region).find_map(|place| by_region.remove(&place));
            self.offices.extend(id.map(|id| (i, id)));
        }
    }

    fn recall_trainings(&mut self, plan: &Plan, found: Vec<pb::TrainingSummary>) {
        let by_title = found.into_iter().map(|training| (training.title, training.training_id));
        let by_title: HashMap<String, String> = by_title.collect();
        for (i, training) in plan.trainings.iter().enumerate() {
            self.trainings.extend(by_title.get(&training.session.title()).map(|id| (i, id.clone())));
        }
    }

    /// An office proposes a community one agreement on a day.
    fn recall_partnerships(&mut self, plan: &Plan, found: Vec<pb::Partnership>) {
        let by_partners = found
            .into_iter()
            .map(|found| ((found.office_id, found.community_id, day(found.from.as_ref())), found.partnership_id));
        let by_partners: HashMap<_, String> = by_partners.collect();
        for (i, (kim, partnership)) in plan.partnerships.iter().enumerate() {
            let partners = self.office(plan, partnership.office).ok().zip(self.communities.get(kim).cloned());
            let from = day(Some(&messages::date(partnership.from)));
            let id = partners.and_then(|(office, community)| by_partners.get(&(office, community, from)));
            self.partnerships.extend(id.map(|id| (i, id.clone())));
        }
    }

    /// Years have no number, quarters have.
    fn recall_assessments(&mut self, plan: &Plan, found: Vec<pb::Assessment>) {
        let by_period = found.into_iter().map(|found| {
            let period = found.period.unwrap_or_default();
            ((found.community_id, period.year, period.number), found.assessment_id)
        });
        let by_period: HashMap<(String, i32, i32), String> = by_period.collect();
        for (i, (kim, assessment)) in plan.assessments.iter().enumerate() {
            let period = messages::assessment::period(assessment.period);
            let community = self.communities.get(kim).cloned().unwrap_or_default();
            let id = by_period.get(&(community, period.year, period.number));
            self.assessments.extend(id.map(|id| (i, id.clone())));
        }
    }
}

/// A region's code and decree.
type Place = (String, String);

pub(super) fn place(region: Option<pbt::Region>) -> Place {
    let region = region.unwrap_or_default();
    (region.code, region.decree)
}

/// All that a region which is called `today` by today's territory has been called: where it has kept its code, the registry still has the
/// decree by which it was told.
pub(super) fn places(today: RegionCode) -> impl Iterator<Item = Place> {
    let by = move |decree| Some((code_by(decree, today)?.to_string(), decree.to_string()));
    Decree::ALL.into_iter().filter_map(by)
}

/// A date that can be a key.
fn day(date: Option<&pbt::Date>) -> (i32, i32, i32) {
    date.map_or((0, 0, 0), |date| (date.year, date.month, date.day))
}
