//! What offices of provinces and regencies tell their own communities.

use kim_territory::{Level, RegionCode, Territory, spelling};
use time::{Date, Duration};

use super::{
    Dissemination,
    audience::{ACTIVE, Audience, EVERYBODY, OWN_PARTNERS},
    campaign::{Campaign, CancellationReason, Priority, Turn, campaign_key},
    is_lasting, lesson,
    material::{self, Material, Revision, WithdrawalReason},
    programme::Programme,
    standing::Known,
};
use crate::sample::{
    codes,
    dice::{Dice, Topic},
    month::{Month, STOPS, stop_after, stop_before},
    places::key,
    plan::Plan,
    subject, territory,
};

/// The share of provinces' and of regencies' offices that run a campaign of their own, by year from 2020 on; as the last year after.
/// No source counts them. In the pandemic offices had other cares; the platform brings more each year, and most regencies still have none.
const PROVINCES: [f64; 7] = [0.18, 0.13, 0.26, 0.50, 0.66, 0.79, 0.84];
const REGENCIES: [f64; 7] = [0.05, 0.04, 0.07, 0.12, 0.16, 0.20, 0.22];
const SINCE: i32 = 2020;
/// An office that has begun goes on, in most years.
const GOES_ON: f64 = 0.85;
/// How likely it tells its topic a second time in the year.
const TWICE: f64 = 0.3;
/// As many communities an office must know before it writes to them.
const WORTHWHILE: usize = 3;
/// How likely one is given up as a draft, paused for a week, or put before others as important.
const GIVEN_UP: f64 = 0.04;
const PAUSED: f64 = 0.03;
const IMPORTANT: f64 = 0.06;
/// How likely what is told must be corrected while it runs, or withdrawn: rare, and it happens.
const CORRECTED: f64 = 0.06;
const WITHDRAWN: f64 = 0.02;
/// How likely a programme of a year is closed in the next one: many are forgotten.
const CLOSED: f64 = 0.5;
/// How many weeks a campaign runs.
const WEEKS: (u32, u32) = (2, 4);

impl Dissemination {
    /// The campaigns of the office of `office`, year by year.
    pub(super) fn plan_local(&mut self, office: RegionCode, plan: &Plan, known: &[Known]) {
        let own: Vec<&Known> =
            known.iter().zip(&plan.kims).filter(|(_, kim)| office.contains(&kim.record.seat)).map(|(k, _)| k).collect();
        if !is_lasting(office) {
            return;
        }
        for year in SINCE..=plan.until.plus(3).year() {
            let mut dice = Dice::of(Topic::Campaign, key(&office), u64::from(year.unsigned_abs()));
            let opens = opens(&mut dice, year);
            let established = stop_before(opens, ESTABLISHED);
            let worthwhile = own.iter().filter(|known| known.status_at(established).is_some()).count() >= WORTHWHILE;
            if runs(office, year, &mut dice) && worthwhile {
                self.tell_locally(office, opens, &own, dice);
            }
        }
    }

    fn tell_locally(&mut self, office: RegionCode, opens: Date, own: &[&Known], mut dice: Dice) {
        let established = stop_before(opens, ESTABLISHED);
        // The list that has it comes to dissemination with what the registry is told on a stop.
        let topic = subject::topic_given((stop_before(established, 1), opens), &mut dice);
        let place = Territory::of(territory::in_force(established));
        let place = place.get(&territory::code_on(established, office)).expect("offices are of the territory").title();
        let (lesson, year) = (lesson::about(topic), opens.year());
        let until = Month::new(year, 12).last_day();
        let closed = dice.chance(CLOSED).then(|| Month::new(year + 1, 1).day(15));
        let name = format!("{}, {place} {year}", codes::topic_name(topic));
        self.programmes.push(Programme { office, name, topic, established, until: Some(until), closed });
        let programme = self.programmes.len() - 1;

        let mut turns = Material::written(opens, true, &mut material::dice(campaign_key(office, opens)));
        let mut ends = false;
        if dice.chance(CORRECTED) {
            turns.extend(Material::revised(stop_after(opens, 3), Revision::Correction));
        } else if dice.chance(WITHDRAWN) {
            let reasons = [WithdrawalReason::Outdated, WithdrawalReason::PublishedInError];
            turns.push((stop_after(opens, 2), material::Turn::Withdrawn(*dice.pick(&reasons))));
            ends = true;
        }
        self.materials.push(Material { programme, lesson, languages: lesson::spoken_in(office), turns });
        let material = self.materials.len() - 1;

        let again = stop_after(opens, dice.between(9, 14));
        let mut all = vec![opens];
        all.extend((dice.chance(TWICE) && again.year() == year && !ends).then_some(again));
        for from in all {
            let partners = own.iter().filter(|known| known.has_partner(Some(office), established)).count();
            let audience = audience(partners >= WORTHWHILE, &mut dice);
            let weeks = i64::from(dice.between(WEEKS.0, WEEKS.1));
            let until = from + Duration::weeks(weeks) - Duration::DAY;
            self.campaigns.push(Campaign {
                office,
                programme,
                material,
                name: format!("{} di {place}, {} {year}", lesson.title(), spelling::month(from.month())),
                audience,
                from,
                until,
                priority: if dice.chance(IMPORTANT) { Priority::Important } else { Priority::Ordinary },
                turns: turns_of(from, if ends { from } else { until }, &mut dice),
            });
        }
    }
}

/// Stops before a campaign opens on which its programme is established: time enough for a draft that is given back.
const ESTABLISHED: u32 = 9;

/// From February on, when the budget is known, and not in the year's last weeks.
fn opens(dice: &mut Dice, year: i32) -> Date {
    let (first, last) = if year == SINCE { (5, 10) } else { (2, 10) };
    let month = u8::try_from(dice.between(first, last)).expect("a month");
    Month::new(year, month).day(*dice.pick(&STOPS))
}

/// Whether the office has a campaign in `year`: of the offices that began by then, most years.
fn runs(office: RegionCode, year: i32, dice: &mut Dice) -> bool {
    let shares = if office.level() == Level::Province { PROVINCES } else { REGENCIES };
    let year = usize::try_from(year - SINCE).expect("not before the first year").min(shares.len() - 1);
    let rank = Dice::of(Topic::Campaign, key(&office), 0).unit();
    rank < shares[year] / GOES_ON && dice.chance(GOES_ON)
}

fn audience(has_partners: bool, dice: &mut Dice) -> Audience {
    match dice.below(100) {
        ..30 if has_partners => OWN_PARTNERS,
        ..75 => ACTIVE,
        _ => EVERYBODY,
    }
}

/// One that opens on `from` and is not paused beyond `until`.
fn turns_of(from: Date, until: Date, dice: &mut Dice) -> Vec<(Date, Turn)> {
    let mut turns = Campaign::planned(from);
    if dice.chance(GIVEN_UP) {
        let reasons = [CancellationReason::NotNeeded, CancellationReason::NotNeeded, CancellationReason::Disaster];
        turns[1].1 = Turn::Cancelled(*dice.pick(&reasons));
    } else if dice.chance(PAUSED) && stop_after(from, 2) < until {
        turns.extend([(stop_after(from, 1), Turn::Paused), (stop_after(from, 2), Turn::Resumed)]);
    }
    turns
}
