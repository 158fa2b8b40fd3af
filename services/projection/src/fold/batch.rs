//! A batch of events, applied to what is in memory: what was touched, and what it was before.

use std::collections::{HashMap, HashSet};

use kim_eventlog::{Position, Recorded};
use time::Date;
use uuid::Uuid;

use super::{
    Place, Seat, Timeline,
    cache::{Cache, Known},
    community::{self, Attendance, Changed, Community},
    event::{Adoption, Baseline, CommunityEvent, DormancyRule, Event, OfficeNamed, RegionsChanged, Training},
    figures::Changes,
};
use crate::pages::{ActivityKind, Month};

/// What a batch touched.
#[derive(Default)]
pub struct Batch {
    /// Communities with an event in this batch.
    pub communities: HashSet<Uuid>,
    /// What a community was before the batch, if figures may depend on what changed.
    pub before: HashMap<Uuid, Before>,
    pub activities: HashMap<(Uuid, Month), Activity>,
    pub trainings: Vec<Held>,
    pub rules: Vec<Rule>,
    pub baselines: Vec<Baseline>,
    pub offices: Vec<(Uuid, OfficeNamed)>,
    pub relocations: Vec<Relocation>,
    pub adoptions: Vec<(Position, Adoption)>,
    /// Aggregates that are new in the read model.
    pub aggregates: i64,
    changes: Changes,
}

/// A community's rows before a batch; empty for one that was not there.
#[derive(Default)]
pub struct Before {
    pub name: String,
    /// `None` before it was there.
    pub seat: Option<Place>,
    pub happened: Timeline,
    pub recorded: Timeline,
    pub revivals: usize,
}

/// A day and what was done on it.
pub type Done = (Date, ActivityKind);

/// What a batch says of a community's activities of one month.
#[derive(Clone, Copy, Default)]
pub struct Activity {
    /// The newest that happened in the month.
    pub happened: Option<Done>,
    /// The newest of all, as known after the last one that was recorded in the month.
    pub known: Option<Done>,
}

/// A dormancy rule and where it holds.
pub struct Rule {
    pub aggregate: Uuid,
    pub place: Place,
    pub set: DormancyRule,
    pub recorded_on: Date,
}

/// What changed in the territory, and the places at which something counted until then: where each is now.
pub struct Relocation {
    pub position: Position,
    pub changed: RegionsChanged,
    pub places: HashMap<Place, Place>,
}

/// A training and those of its participants that are new to it.
pub struct Held {
    pub id: Uuid,
    pub place: Place,
    pub attendance: Attendance,
    pub communities: Vec<Uuid>,
}

impl Batch {
    /// Applies an event; its communities must be in the cache. `Err` says why it does not fit what is known.
    pub fn apply(&mut self, cache: &mut Cache, recorded: &Recorded, event: &Event) -> Result<(), String> {
        match event {
            Event::Community(event) => self.community(cache, recorded, event.clone()),
            Event::Training(training) => self.training(cache, recorded, training),
            Event::DormancyRule(rule) => {
                let Seat { place, zone } = cache.seats().find(rule.region);
                let recorded_on = zone.date_of(recorded.recorded_time);
                self.rules.push(Rule { aggregate: recorded.aggregate, place, set: rule.clone(), recorded_on });
                Ok(())
            }
            Event::Baseline(baseline) => {
                self.baselines.push(baseline.clone());
                Ok(())
            }
            Event::Office(named) => {
                self.offices.push((recorded.aggregate, named.clone()));
                Ok(())
            }
            Event::Regions(changed) => self.relocate(cache, recorded.position, changed),
            Event::Territory(adoption) => {
                cache.seats().adopt(adoption.decree, None);
                self.adoptions.push((recorded.position, adoption.clone()));
                Ok(())
            }
        }
    }

    /// What the batch changed in figures, rolled up to the nation; what regions are covered is not yet in it.
    pub fn changes(&mut self, cache: &Cache) -> Changes {
        let mut changes = std::mem::take(&mut self.changes);
        for id in self.before.keys() {
            if let Some(Known { community: Some(community), attended }) = cache.communities.get(id) {
                changes.count(community, attended, 1);
            }
        }
        changes.settle();
        changes.roll_up();
        changes.settle();
        changes
    }

    fn community(&mut self, cache: &mut Cache, recorded: &Recorded, event: CommunityEvent) -> Result<(), String> {
        let id = recorded.aggregate;
        let seats = cache.seats.get_or_insert_default();
        let known = cache.communities.entry(id).or_default();
        let is_new = known.community.is_none();
        let light = matches!(
            event,
            CommunityEvent::Reported { .. } | CommunityEvent::Reminded | CommunityEvent::RevitalisationPlanned
        );
        if !light {
            self.remember(id, known);
        }
        match community::evolve(&mut known.community, event, recorded.into(), seats)? {
            Changed::Activity { on, kind, recorded_on } => {
                let newest = known.community.as_ref().and_then(|c| c.last_activity);
                self.active(id, (on, kind), newest, recorded_on);
            }
            Changed::Figures | Changed::Nothing => {}
        }
        self.communities.insert(id);
        self.aggregates += i64::from(is_new);
        Ok(())
    }

    fn active(&mut self, id: Uuid, done: Done, newest: Option<Done>, recorded_on: Date) {
        let happened = &mut self.activities.entry((id, Month::of(done.0))).or_default().happened;
        if happened.is_none_or(|(day, _)| done.0 >= day) {
            *happened = Some(done);
        }
        self.activities.entry((id, Month::of(recorded_on))).or_default().known = newest;
    }

    fn training(&mut self, cache: &mut Cache, recorded: &Recorded, training: &Training) -> Result<(), String> {
        if !cache.held.insert(recorded.aggregate) {
            return Err("pelatihan itu sudah dicatat".into());
        }
        let Seat { place, zone } = cache.seats().find(training.region);
        let attendance = Attendance {
            training: recorded.aggregate,
            held_from: training.held_from,
            held_to: training.held_to,
            recorded_on: zone.date_of(recorded.recorded_time),
        };
        let mut communities = training.communities.clone();
        communities.sort_unstable();
        communities.dedup();
        for id in &communities {
            let known = cache.communities.entry(*id).or_default();
            self.remember(*id, known);
            known.attended.push(attendance);
        }
        self.trainings.push(Held { id: recorded.aggregate, place, attendance, communities });
        self.aggregates += 1;
        Ok(())
    }

    /// What lay in a region that has another code now, or none, was always there: the past, too, is told by the territory in
    /// force. All communities that had a seat in such a region must be in the cache.
    fn relocate(&mut self, cache: &mut Cache, position: Position, changed: &RegionsChanged) -> Result<(), String> {
        let step = &changed.step;
        let in_force = cache.seats().in_force();
        if in_force != step.from {
            return Err(format!("perubahan dari daftar wilayah {}, padahal yang berlaku {in_force}", step.from));
        }
        cache.seats().adopt(step.to, Some(step.clone()));
        let places: HashMap<Place, Place> =
            step.seats().iter().map(|(old, new)| (Place::from(old), Place::from(new))).collect();
        let had = |community: &Community| {
            let stays = community.happened.stays().iter().chain(community.recorded.stays());
            stays.map(|stay| stay.seat).any(|seat| places.contains_key(&seat))
        };
        for (id, known) in &mut cache.communities {
            if !known.community.as_ref().is_some_and(had) {
                continue;
            }
            self.remember(*id, known);
            self.communities.insert(*id);
            if let Some(community) = &mut known.community {
                community.relocate(|place| places.get(&place).copied().unwrap_or(place));
            }
        }
        self.relocations.push(Relocation { position, changed: changed.clone(), places });
        Ok(())
    }

    /// Before a community changes for the first time in this batch: takes away what it counted for.
    fn remember(&mut self, id: Uuid, known: &Known) {
        if self.before.contains_key(&id) {
            return;
        }
        let before = known.community.as_ref().map(|community| {
            self.changes.count(community, &known.attended, -1);
            Before {
                name: community.name.clone(),
                happened: community.happened.clone(),
                recorded: community.recorded.clone(),
                seat: Some(community.seat),
                revivals: community.revivals.len(),
            }
        });
        self.before.insert(id, before.unwrap_or_default());
    }
}
