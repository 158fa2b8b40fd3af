//! Some events, applied to what is in memory: what was touched, and what it counted for before.

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    cache::{BatchKey, Cache, DeliveryKey},
    delivery::Delivery,
    event::{Assignment, CampaignEvent, DeliveryEvent, Regency},
    notice::Batch,
};
use crate::pages::Funnel;

/// What events touched, as it was before them.
#[derive(Default)]
pub struct Part {
    pub deliveries: HashMap<DeliveryKey, Option<Delivery>>,
    /// What a batch counted for.
    pub batches: HashMap<BatchKey, Funnel>,
}

/// Changes of funnels.
pub type Changes = HashMap<(Uuid, Regency), Funnel>;

impl Part {
    /// Applies an event of a campaign; what it speaks of must be in the cache. `Err` says why it does not fit what is known.
    pub fn campaign(&mut self, cache: &mut Cache, campaign: Uuid, event: &CampaignEvent) -> Result<(), String> {
        match event {
            CampaignEvent::Assigned(assignment) => self.assign(cache, campaign, assignment),
            CampaignEvent::Released(released) => {
                for community in &released.communities {
                    self.touch(cache, (campaign, *community)).released = true;
                }
                Ok(())
            }
            CampaignEvent::Issued(issued) => {
                let key = (campaign, issued.batch);
                let batch = self.touch_batch(cache, key).ok_or("kelompok itu belum ditugaskan")?;
                batch.issue(issued);
                Ok(())
            }
            CampaignEvent::Drafted(..)
            | CampaignEvent::Amended(_)
            | CampaignEvent::Started { .. }
            | CampaignEvent::Became { .. }
            | CampaignEvent::Replaced { .. }
            | CampaignEvent::Noted => Ok(()),
        }
    }

    pub fn delivery(&mut self, cache: &mut Cache, event: &DeliveryEvent) {
        self.touch(cache, (event.campaign, event.community)).evolve(&event.fact);
    }

    fn assign(&mut self, cache: &mut Cache, campaign: Uuid, assignment: &Assignment) -> Result<(), String> {
        let key = (campaign, assignment.batch);
        if self.touch_batch(cache, key).is_some() {
            return Err("kelompok itu sudah ditugaskan".into());
        }
        cache.batches.insert(key, Some(Batch::assigned(assignment.regency, assignment.at)));
        for community in &assignment.communities {
            let delivery = self.touch(cache, (campaign, *community));
            if delivery.batch.is_some() {
                return Err(format!("KIM {community} sudah mendapat kampanye itu"));
            }
            delivery.batch = Some(assignment.batch);
        }
        Ok(())
    }

    /// What changed in funnels. Batches get to know who of theirs is still there, and who took notice.
    pub fn settle(&mut self, cache: &mut Cache) -> Changes {
        let mut changes = Changes::new();
        let touched: Vec<(DeliveryKey, Option<Delivery>)> =
            self.deliveries.iter().map(|(key, before)| (*key, before.clone())).collect();
        for ((campaign, community), before) in touched {
            let Some(Some(after)) = cache.deliveries.get(&(campaign, community)) else { continue };
            let Some(number) = after.batch else { continue };
            let after = after.clone();
            let Some(batch) = self.touch_batch(cache, (campaign, number)) else { continue };
            let before = before.unwrap_or_default();
            let mut change = after.counts();
            change.take_away(&before.counts());
            follow(batch, &before, -1);
            follow(batch, &after, 1);
            add(&mut changes, campaign, batch.regency, &change);
        }
        for ((campaign, number), before) in &self.batches {
            let Some(Some(batch)) = cache.batches.get(&(*campaign, *number)) else { continue };
            let mut change = batch.counts();
            change.take_away(before);
            add(&mut changes, *campaign, batch.regency, &change);
        }
        changes.retain(|_, change| !change.is_nothing());
        changes
    }

    fn touch<'c>(&mut self, cache: &'c mut Cache, key: DeliveryKey) -> &'c mut Delivery {
        let known = cache.deliveries.entry(key).or_default();
        self.deliveries.entry(key).or_insert_with(|| known.clone());
        known.get_or_insert_default()
    }

    fn touch_batch<'c>(&mut self, cache: &'c mut Cache, key: BatchKey) -> Option<&'c mut Batch> {
        let known = cache.batches.entry(key).or_default();
        self.batches.entry(key).or_insert_with(|| known.as_ref().map(Batch::counts).unwrap_or_default());
        known.as_mut()
    }
}

/// Counts a delivery in its batch, or takes it away.
fn follow(batch: &mut Batch, delivery: &Delivery, sign: i64) {
    if delivery.is_followed() {
        batch.followed += sign;
        for notice in &delivery.notices {
            batch.take_notice(*notice, sign);
        }
    }
}

/// In the regency, and in all together.
fn add(changes: &mut Changes, campaign: Uuid, regency: Regency, change: &Funnel) {
    for regency in [regency, Regency::ALL_TOGETHER] {
        changes.entry((campaign, regency)).or_default().add(change);
    }
}
