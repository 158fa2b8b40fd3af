//! Counts straight from the events, slowly and plainly: for each question it reads the whole history again.

use std::collections::{BTreeMap, BTreeSet};

use kim_contract::{registry::v1 as proto, r#type::v1 as common};
use kim_projection::pages::{ActivityKind, Basis, Coverage, Existence, Figures, Month, Selection, Status, Training};
use kim_territory::{Adopted, Decree, Level, RegionCode, Territory, Zone};
use prost::Message;
use time::{Date, Duration};
use uuid::Uuid;

use crate::history::{self, Made, SEATS, code};

/// What an event says of a community's state.
#[derive(Clone, Copy, PartialEq)]
struct Said {
    happened: Date,
    recorded: Date,
    status: Status,
    seat: RegionCode,
    /// It takes the dormancy before it back.
    corrects: bool,
}

/// Which regions of an older territory a region of today is, or is a part of. One that cannot be told apart is covered where
/// the one that goes on for it is.
#[derive(Default)]
struct Cover {
    told: BTreeMap<RegionCode, BTreeSet<RegionCode>>,
    covered: BTreeMap<RegionCode, BTreeSet<RegionCode>>,
}

#[derive(Default)]
struct Story {
    said: Vec<Said>,
    name: String,
    members: i32,
    counted: Option<Date>,
    seat: Option<RegionCode>,
    /// As the record names it.
    named: Option<common::Region>,
    /// Activities: happened, recorded, kind.
    activities: Vec<(Date, Date, ActivityKind)>,
    /// Revivals: happened, recorded.
    revivals: Vec<(Date, Date)>,
}

pub struct Recount {
    /// What the log has adopted in the end: by it all is told.
    adopted: Adopted,
    /// What each territory that was adopted covers: see [`Cover`].
    covers: BTreeMap<Decree, Cover>,
    stories: BTreeMap<Uuid, Story>,
    /// id, region, from, to, recorded, participants.
    trainings: Vec<(Uuid, RegionCode, Date, Date, Date, Vec<Uuid>)>,
}

/// A community of a list: what the page must show.
#[derive(Debug, PartialEq)]
pub struct Listed {
    pub seat: RegionCode,
    pub name: String,
    pub id: Uuid,
    pub status: Status,
    pub last_activity: Option<(Date, ActivityKind)>,
    pub members: i32,
}

impl Recount {
    pub fn of(events: &[Made]) -> Self {
        let adopted = Adopted::default();
        let mut recount = Self { adopted, covers: BTreeMap::new(), stories: BTreeMap::new(), trainings: Vec::new() };
        for made in events {
            recount.learn(made);
        }
        for made in events {
            recount.hear(made);
        }
        for decree in recount.adopted.decrees() {
            recount.covers.insert(decree, Cover::of(&recount.adopted, decree));
        }
        recount
    }

    /// Where communities are today.
    pub fn seats(&self) -> BTreeSet<RegionCode> {
        self.stories.values().filter_map(|story| story.seat).collect()
    }

    /// Where each community is today.
    pub fn seat_of_each(&self) -> BTreeMap<Uuid, RegionCode> {
        self.stories.iter().filter_map(|(id, story)| Some((*id, story.seat?))).collect()
    }

    /// The regions of a territory that a region of today is, or is a part of.
    pub fn olds(&self, decree: Decree, today: RegionCode) -> Option<&BTreeSet<RegionCode>> {
        self.covers[&decree].told.get(&today)
    }

    pub fn adopted(&self) -> &Adopted {
        &self.adopted
    }

    fn learn(&mut self, made: &Made) {
        match made.event_type.strip_prefix("kim.registry.v1.").unwrap() {
            "TerritoryRegionsChanged" => {
                let body: proto::TerritoryRegionsChanged = read(made);
                let step = history::steps().iter().find(|step| step.to.key() == body.to_decree).unwrap();
                assert_eq!((step.from.key(), step.rows.len()), (body.from_decree.as_str(), body.changes.len()));
                self.adopted.adopt(step.to, Some(step.clone()));
            }
            "TerritoryAdopted" => {
                self.adopted.adopt(read::<proto::TerritoryAdopted>(made).decree.parse().unwrap(), None);
            }
            _ => {}
        }
    }

    /// Where a region that an event names is today.
    fn today(&self, region: Option<common::Region>) -> RegionCode {
        let region = region.unwrap();
        let decree: Decree = region.decree.parse().unwrap();
        if self.covers_from(decree) {
            return self.adopted.seat(&code(&region.code), decree);
        }
        let known = SEATS.iter().find(|(code, decree, _)| *code == region.code && *decree == region.decree);
        code(known.map_or(region.code.as_str(), |(_, _, today)| today))
    }

    fn covers_from(&self, decree: Decree) -> bool {
        self.adopted.decrees().any(|adopted| adopted == decree)
    }

    /// Whether a region of a territory has a seat in it that is there today.
    fn holds(&self, region: RegionCode, decree: Decree, seat: RegionCode) -> bool {
        let told = &self.covers[&decree].told;
        seat.ancestors().any(|around| told.get(&around).is_some_and(|olds| olds.contains(&region)))
    }

    /// Each community whose record names an older territory's region lies, by that territory, where the record says.
    pub fn check_seats(&self) {
        for story in self.stories.values() {
            let named = story.named.as_ref().unwrap();
            let decree: Decree = named.decree.parse().unwrap();
            let regions = code(&named.code).ancestors().filter(|region| self.adopted.cover(region, decree).is_some());
            for region in regions.filter(|_| self.covers_from(decree)) {
                assert!(self.holds(region, decree, story.seat.unwrap()), "{named:?} in {region}");
            }
        }
    }

    fn hear(&mut self, made: &Made) {
        let name = made.event_type.strip_prefix("kim.registry.v1.").unwrap();
        match name {
            "DormancyRuleSet" | "BaselineSet" | "TerritoryRegionsChanged" | "TerritoryAdopted" => return,
            "TrainingHeld" => {
                let training: proto::Training = read::<proto::TrainingHeld>(made).training.unwrap();
                let region = self.today(training.region);
                let ids = training.community_ids.iter().map(|id| id.parse().unwrap()).collect();
                let recorded = Zone::of(&region).date_of(made.recorded);
                let (from, to) = (day(training.held_from), day(training.held_to));
                self.trainings.push((made.aggregate, region, from, to, recorded, ids));
                return;
            }
            _ => {}
        }
        let moved = match name {
            "CommunitySeatMoved" => read::<proto::CommunitySeatMoved>(made).to,
            "CommunityMovedIn" => read::<proto::CommunityMovedIn>(made).to,
            "CommunityMovedOut" => return,
            _ => None,
        };
        let profile = match name {
            "CommunityDrafted" => read::<proto::CommunityDrafted>(made).profile,
            "CommunityAmended" => read::<proto::CommunityAmended>(made).profile,
            "ChangeAccepted" => read::<proto::ChangeAccepted>(made).profile,
            "CommunityCorrected" => read::<proto::CommunityCorrected>(made).after,
            _ => None,
        };
        let named = profile.as_ref().map_or(moved.clone(), |profile| profile.seat.clone());
        let seat = named.clone().map(|named| self.today(Some(named)));
        let story = self.stories.entry(made.aggregate).or_default();
        (story.seat, story.named) = (seat.or(story.seat), named.or(story.named.take()));
        if moved.is_some() {
            return;
        }
        if let Some(profile) = profile {
            (story.name, story.members) = (profile.name, profile.member_count);
        }
        let seat = story.seat.unwrap();
        let recorded = Zone::of(&seat).date_of(made.recorded);
        let status = story.said.last().map(|said| said.status);
        let mut corrects = false;
        let (status, happened) = match name {
            "CommunityDrafted" => (Status::Draft, Zone::of(&seat).date_of(made.time)),
            // The record's day stays; where it is, is mended.
            "CommunityAmended" | "ChangeAccepted" | "CommunityCorrected" => (status.unwrap(), Date::MIN),
            "CommunitySubmitted" => (Status::Submitted, day(read::<proto::CommunitySubmitted>(made).submitted_on)),
            "CommunityReturned" => (Status::Returned, day(read::<proto::CommunityReturned>(made).returned_on)),
            "CommunityRegistered" => (Status::Registered, day(read::<proto::CommunityRegistered>(made).registered_on)),
            "CommunityActivated" => (Status::Active, day(read::<proto::CommunityActivated>(made).active_from)),
            "CommunityBecameDormant" => {
                (Status::Dormant, day(read::<proto::CommunityBecameDormant>(made).dormant_from))
            }
            "DormancyCorrected" => {
                corrects = true;
                (Status::Active, day(read::<proto::DormancyCorrected>(made).dormant_from))
            }
            "CommunityRevitalised" => {
                let from = day(read::<proto::CommunityRevitalised>(made).active_from);
                story.revivals.push((from, recorded));
                (Status::Active, from)
            }
            "CommunityDissolved" => (Status::Dissolved, day(read::<proto::CommunityDissolved>(made).dissolved_on)),
            "CommunityMerged" => (Status::Merged, day(read::<proto::CommunityMerged>(made).merged_on)),
            "MembersCounted" => {
                let body: proto::MembersCounted = read(made);
                if story.counted.is_none_or(|counted| counted <= day(body.counted_on)) {
                    (story.members, story.counted) = (body.member_count, Some(day(body.counted_on)));
                }
                return;
            }
            "ActivityReported" => {
                let body: proto::ActivityReported = read(made);
                story.activities.push((
                    day(body.happened_on),
                    recorded,
                    KINDS[usize::try_from(body.kind).unwrap() - 1],
                ));
                return;
            }
            "DormancyReminded" | "RevitalisationPlanned" | "OfficerLeft" => return,
            other => panic!("the recount does not know {other}"),
        };
        story.said.push(Said { happened, recorded, status, seat, corrects });
    }

    pub fn figures(&self, region: RegionCode, decree: Decree, month: Month, basis: Basis) -> Figures {
        let mut existence = Existence::default();
        let mut active: BTreeSet<RegionCode> = BTreeSet::new();
        for story in self.stories.values() {
            if let Some((status, seat)) =
                story.on(month.last_day(), basis).filter(|(_, seat)| self.holds(region, decree, *seat))
            {
                *match status {
                    Status::Draft => &mut existence.draft,
                    Status::Submitted => &mut existence.submitted,
                    Status::Returned => &mut existence.returned,
                    Status::Registered => &mut existence.registered,
                    Status::Active => &mut existence.active,
                    Status::Dormant => &mut existence.dormant,
                    Status::Dissolved => &mut existence.dissolved,
                    Status::Merged => &mut existence.merged,
                } += 1;
                if status == Status::Active {
                    let covered = &self.covers[&decree].covered;
                    active.extend(seat.ancestors().filter_map(|around| covered.get(&around)).flatten());
                }
            }
            if story.seat.is_some_and(|seat| self.holds(region, decree, seat)) {
                let within = story.revivals.iter().filter(|revival| Month::of(by(basis, **revival)) == month).count();
                existence.revitalised += i64::try_from(within).unwrap();
            }
        }
        let all = |level| i64::try_from(Territory::of(decree).count(&region, level)).unwrap();
        let covered = |level| {
            let covered = active.iter().filter(|place| place.level() == level && region.contains(place)).count();
            i64::try_from(covered).unwrap()
        };
        let coverage = Coverage {
            regencies_covered: covered(Level::Regency),
            regencies: all(Level::Regency),
            districts_covered: covered(Level::District),
            districts: all(Level::District),
            villages_covered: covered(Level::Village),
            villages: all(Level::Village),
        };
        Figures { existence, coverage }
    }

    pub fn trainings(&self, region: RegionCode, decree: Decree, month: Month, basis: Basis) -> Vec<Training> {
        let end = month.last_day();
        let mut trainings = Vec::new();
        for (id, held_for, from, to, recorded, participants) in &self.trainings {
            let known = match basis {
                Basis::Happened => *from <= end,
                Basis::Recorded => *recorded <= end,
            };
            if !known {
                continue;
            }
            let here: Vec<&Story> = participants
                .iter()
                .filter_map(|id| self.stories.get(id))
                .filter(|story| self.holds(region, decree, story.seat.unwrap()))
                .collect();
            if here.is_empty() && !self.holds(region, decree, *held_for) {
                continue;
            }
            let dormant =
                |story: &Story, day| story.on(day, Basis::Happened).is_some_and(|(s, _)| s == Status::Dormant);
            let count =
                |is: &dyn Fn(&Story) -> bool| i64::try_from(here.iter().filter(|story| is(story)).count()).unwrap();
            trainings.push(Training {
                id: *id,
                region: *held_for,
                held_from: *from,
                held_to: *to,
                communities: count(&|_| true),
                dormant_before: count(&|story| dormant(story, *from) || dormant(story, *from - Duration::days(1))),
                revitalised_in_90_days: count(&|story| {
                    story.revivals.iter().any(|revival| follows(*from, *to, revival.0) && by(basis, *revival) <= end)
                }),
            });
        }
        trainings.sort_by_key(|training| (training.held_from, training.id));
        trainings
    }

    pub fn revived_after_training(&self, region: RegionCode, decree: Decree, month: Month, basis: Basis) -> i64 {
        let end = month.last_day();
        let mut count = 0;
        for (id, story) in &self.stories {
            if !self.holds(region, decree, story.seat.unwrap()) {
                continue;
            }
            for revival in &story.revivals {
                let followed = self.trainings.iter().any(|(_, _, from, to, recorded, participants)| {
                    participants.contains(id)
                        && follows(*from, *to, revival.0)
                        && (basis == Basis::Happened || *recorded <= end)
                });
                count += i64::from(followed && by(basis, *revival) <= end);
            }
        }
        count
    }

    pub fn list(
        &self,
        region: RegionCode,
        decree: Decree,
        month: Month,
        basis: Basis,
        selection: Selection,
    ) -> Vec<Listed> {
        let end = month.last_day();
        let mut listed = Vec::new();
        for (id, story) in &self.stories {
            let Some((status, seat)) = story.on(end, basis) else { continue };
            let times = match selection {
                Selection::All => usize::from(status != Status::Draft),
                Selection::Status(wanted) => usize::from(status == wanted),
                Selection::RevitalisedInYear => {
                    let year = month.plus(-11).first_day()..=end;
                    story.revivals.iter().filter(|revival| year.contains(&by(basis, **revival))).count()
                }
            };
            // What happened once stands where the community is now, as its figure does.
            let seat = if selection == Selection::RevitalisedInYear { story.seat.unwrap() } else { seat };
            if !self.holds(region, decree, seat) {
                continue;
            }
            let known = story.activities.iter().filter(|(happened, recorded, _)| match basis {
                Basis::Happened => *happened <= end,
                Basis::Recorded => *recorded <= end,
            });
            let last = known.max_by_key(|(happened, ..)| *happened).map(|(happened, _, kind)| (*happened, *kind));
            for _ in 0..times {
                listed.push(Listed {
                    seat,
                    name: story.name.clone(),
                    id: *id,
                    status,
                    last_activity: last,
                    members: story.members,
                });
            }
        }
        let ended = |listed: &Listed| match listed.status {
            Status::Dissolved if selection == Selection::All => 1,
            Status::Merged if selection == Selection::All => 2,
            _ => 0,
        };
        listed.sort_by(|a, b| (ended(a), a.seat, &a.name, a.id).cmp(&(ended(b), b.seat, &b.name, b.id)));
        listed
    }
}

impl Story {
    /// The state and the seat on a day, if it was there.
    fn on(&self, day: Date, basis: Basis) -> Option<(Status, RegionCode)> {
        match basis {
            Basis::Happened => {
                let mut standing: Vec<Said> = Vec::new();
                for said in self.said.iter().filter(|said| said.happened != Date::MIN) {
                    if said.corrects {
                        let dormancy = standing.iter().rposition(|said| said.status == Status::Dormant).unwrap();
                        standing.remove(dormancy);
                    } else {
                        standing.push(*said);
                    }
                }
                let last = standing.iter().rfind(|said| said.happened <= day)?;
                Some((last.status, self.seat?))
            }
            Basis::Recorded => self.said.iter().rfind(|said| said.recorded <= day).map(|said| (said.status, said.seat)),
        }
    }
}

fn follows(from: Date, to: Date, revival: Date) -> bool {
    from <= revival && revival <= to + Duration::days(90)
}

fn by(basis: Basis, (happened, recorded): (Date, Date)) -> Date {
    match basis {
        Basis::Happened => happened,
        Basis::Recorded => recorded,
    }
}

impl Cover {
    fn of(adopted: &Adopted, decree: Decree) -> Self {
        let mut cover = Self::default();
        for old in Level::ALL.into_iter().flat_map(|level| Territory::of(decree).within(&RegionCode::NATION, level)) {
            let told = adopted.cover(&old.code, decree);
            for part in told.iter().flatten() {
                cover.told.entry(*part).or_default().insert(old.code);
            }
            for part in told.unwrap_or_else(|| adopted.follow(&old.code, decree).into_iter().collect()) {
                cover.covered.entry(part).or_default().insert(old.code);
            }
        }
        cover
    }
}

fn read<M: Message + Default>(made: &Made) -> M {
    M::decode(made.payload.clone()).unwrap()
}

fn day(date: Option<common::Date>) -> Date {
    let date = date.unwrap();
    let month = u8::try_from(date.month).unwrap().try_into().unwrap();
    Date::from_calendar_date(date.year, month, u8::try_from(date.day).unwrap()).unwrap()
}

const KINDS: [ActivityKind; 7] = [
    ActivityKind::Dissemination,
    ActivityKind::LiteracyClass,
    ActivityKind::Coverage,
    ActivityKind::Meeting,
    ActivityKind::Training,
    ActivityKind::Economic,
    ActivityKind::Social,
];
