//! The trainings of a month: who is invited, who comes, and who comes back after it.

use time::Duration;

use super::{Simulation, staying_first};
use crate::sample::{
    dice::{Dice, Topic},
    life::{Cause, Return, Standing},
    month::Month,
    places::{key, staying},
    tide::{DORMANT_AFTER, WAVES},
    training::{INVITED_IN_VAIN, Session, Training, cancelled, sessions},
};

impl Simulation {
    pub(super) fn train(&mut self, month: Month) {
        for session in sessions(month) {
            let index = self.trainings.len();
            let wave = WAVES.iter().find(|(region, _)| session.region.to_string() == *region && month.year() == 2022);
            let (mut invited, mut participants) = (Vec::new(), Vec::new());
            let mut dormant = Vec::new();
            for (i, life) in self.lives.iter().enumerate().filter(|(_, life)| session.region.contains(&life.seat)) {
                let mut dice = Dice::of(Topic::Participant, u64::from(life.number), month.key());
                let comes = match life.standing {
                    Standing::Dormant { since, .. } => {
                        since < month && dice.chance(if wave.is_some() { 0.9 } else { 0.7 })
                    }
                    Standing::Active { last, .. } => {
                        life.entered < month && last > month.plus(-DORMANT_AFTER + 1) && dice.chance(0.55)
                    }
                    Standing::Mute | Standing::Gone => false,
                };
                if comes {
                    participants.push(life.number);
                    if matches!(life.standing, Standing::Dormant { returns: None, .. }) {
                        dormant.push(i);
                    }
                }
                if comes || (life.may_be_invited(month) && dice.chance(INVITED_IN_VAIN)) {
                    invited.push(life.number);
                }
            }
            match wave {
                Some((_, wave)) => self.plan_wave(index, &session, wave, dormant),
                None => self.plan_returns(index, &session, &dormant),
            }
            self.trainings.push(Training { session, invited, participants, turns: session.turns() });
        }
        if let Some(session) = cancelled(month) {
            let of_region = self.lives.iter().filter(|life| session.region.contains(&life.seat));
            let invited = of_region.filter(|life| life.may_be_invited(month.plus(-1))).map(|life| life.number);
            let (invited, turns) = (invited.collect(), session.turns_to_nothing());
            self.trainings.push(Training { session, invited, participants: Vec::new(), turns });
        }
    }

    /// As many come back in each month as the wave says.
    fn plan_wave(&mut self, index: usize, session: &Session, wave: &[(Month, u32)], dormant: Vec<usize>) {
        let total = wave.iter().map(|(_, count)| count).sum();
        let mut chosen = self.chosen(dormant, total, Topic::Return, Month::of(session.from), staying_first).into_iter();
        for &(month, count) in wave {
            let first = (session.to + Duration::days(2)).max(month.day(1));
            let last = (session.to + Duration::days(89)).min(month.day(28));
            let days = u32::try_from((last - first).whole_days()).expect("the wave lies within 90 days");
            for i in chosen.by_ref().take(count as usize) {
                let mut dice = Dice::of(Topic::Return, u64::from(self.lives[i].number), key(&session.region));
                let on = first + Duration::days(i64::from(dice.between(0, days)));
                self.lives[i].plan(Return { on, after: Cause::Training(index) });
            }
        }
    }

    /// Some come back within 90 days, some later, some not.
    fn plan_returns(&mut self, index: usize, session: &Session, dormant: &[usize]) {
        for &i in dormant {
            let life = &mut self.lives[i];
            let mut dice = Dice::of(Topic::Return, u64::from(life.number), Month::of(session.from).key());
            let throw = dice.unit() / staying(&life.seat);
            let days = if throw < 0.40 {
                dice.between(3, 88)
            } else if throw < 0.52 {
                dice.between(95, 330)
            } else {
                continue;
            };
            let on = session.to + Duration::days(i64::from(days));
            life.plan(Return {
                on: on.replace_day(on.day().min(28)).expect("a day that each month has"),
                after: Cause::Training(index),
            });
        }
    }
}
