//! What dissemination calls what the plan has.

use std::collections::HashMap;

use anyhow::Context;
use kim_contract::dissemination::v1 as pb;

use super::Dissemination;
use crate::sample::{load::ids::Ids, plan::Plan};

impl Ids {
    pub fn programme(&self, programme: usize) -> anyhow::Result<String> {
        let told = self.programmes.get(&programme).cloned();
        told.with_context(|| format!("program {programme} belum ada di diseminasi"))
    }

    pub fn material(&self, material: usize) -> anyhow::Result<String> {
        self.materials.get(&material).cloned().with_context(|| format!("materi {material} belum ada di diseminasi"))
    }

    pub fn campaign(&self, campaign: usize) -> anyhow::Result<String> {
        let told = self.campaigns.get(&campaign).cloned();
        told.with_context(|| format!("kampanye {campaign} belum ada di diseminasi"))
    }

    pub fn question(&self, question: usize) -> anyhow::Result<String> {
        let told = self.questions.get(&question).cloned();
        told.with_context(|| format!("pertanyaan {question} belum ada di diseminasi"))
    }

    /// Asks dissemination for the ids of what an earlier run told. The registry's are known already.
    pub async fn recall_of_dissemination(&mut self, plan: &Plan, dissemination: &Dissemination) -> anyhow::Result<()> {
        self.recall_programmes(plan, dissemination.all_programmes().await?);
        self.recall_materials(plan, dissemination.all_materials().await?);
        self.recall_campaigns(plan, dissemination.all_campaigns().await?);
        self.recall_questions(plan, dissemination.all_questions().await?);
        Ok(())
    }

    /// An office has one of a name.
    fn recall_programmes(&mut self, plan: &Plan, found: Vec<pb::Programme>) {
        let named = |found: pb::Programme| {
            ((found.owning_office_id, found.profile.unwrap_or_default().name), found.programme_id)
        };
        let by_name: HashMap<(String, String), String> = found.into_iter().map(named).collect();
        for (place, programme) in plan.dissemination.programmes.iter().enumerate() {
            let Ok(office) = self.office(plan, programme.office) else { continue };
            let id = by_name.get(&(office, programme.name.clone()));
            self.programmes.extend(id.map(|id| (place, id.clone())));
        }
    }

    /// A programme's materials are drafted one after another.
    fn recall_materials(&mut self, plan: &Plan, found: Vec<pb::Material>) {
        let mut of_programme: HashMap<String, Vec<String>> = HashMap::new();
        for material in found.into_iter().rev() {
            of_programme.entry(material.programme_id).or_default().push(material.material_id);
        }
        let mut nth: HashMap<usize, usize> = HashMap::new();
        for (place, material) in plan.dissemination.materials.iter().enumerate() {
            let n = nth.entry(material.programme).or_default();
            let known = self.programmes.get(&material.programme).and_then(|programme| of_programme.get(programme));
            let id = known.and_then(|materials| materials.get(*n)).cloned();
            *n += 1;
            self.materials.extend(id.map(|id| (place, id)));
        }
    }

    /// An office has one of a name.
    fn recall_campaigns(&mut self, plan: &Plan, found: Vec<pb::Campaign>) {
        let named =
            |found: pb::Campaign| ((found.owning_office_id, found.plan.unwrap_or_default().name), found.campaign_id);
        let by_name: HashMap<(String, String), String> = found.into_iter().map(named).collect();
        for (place, campaign) in plan.dissemination.campaigns.iter().enumerate() {
            let Ok(office) = self.office(plan, campaign.office) else { continue };
            let id = by_name.get(&(office, campaign.name.clone()));
            self.campaigns.extend(id.map(|id| (place, id.clone())));
        }
    }

    /// A delivery has one.
    fn recall_questions(&mut self, plan: &Plan, found: Vec<pb::Question>) {
        let of_delivery = found.into_iter().map(|found| ((found.campaign_id, found.community_id), found.question_id));
        let of_delivery: HashMap<(String, String), String> = of_delivery.collect();
        for (place, question) in plan.dissemination.questions.iter().enumerate() {
            let delivery = self.campaign(question.campaign).ok().zip(self.community(plan, question.kim).ok());
            let id = delivery.and_then(|delivery| of_delivery.get(&delivery));
            self.questions.extend(id.map(|id| (place, id.clone())));
        }
    }
}
