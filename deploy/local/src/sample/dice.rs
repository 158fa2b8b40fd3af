//! Randomness that depends on what is asked, never on the order of asking: the months before are the same whatever today is.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// The nation's seed. Another one is another nation.
const SEED: u64 = 4_900;

/// What a throw is about; each topic has its own stream of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    Place = 1,
    Name,
    Record,
    Vigour,
    Enter,
    Lapse,
    Return,
    Dissolve,
    Correct,
    Beat,
    Diary,
    Training,
    Participant,
    Applicant,
    Tide,
    Request,
    Subject,
    Board,
    Survey,
    Change,
    Merger,
    Partnership,
    Assessment,
    Campaign,
    Material,
    Delivery,
    Session,
    Verification,
    Question,
    Notice,
}

/// Numbers drawn for one topic and one pair of keys, a community and a month for instance.
pub struct Dice(ChaCha8Rng);

impl Dice {
    #[must_use]
    pub fn of(topic: Topic, first: u64, second: u64) -> Self {
        let mut seed = [0; 32];
        for (bytes, part) in seed.chunks_exact_mut(8).zip([SEED, topic as u64, first, second]) {
            bytes.copy_from_slice(&part.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(seed))
    }

    /// From 0 up to, but not including, 1.
    pub fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// From 0 up to, but not including, `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: u32) -> u32 {
        let wide = u64::from(self.0.next_u32()) * u64::from(end);
        u32::try_from(wide >> 32).expect("the high half of a product of two u32")
    }

    /// From `first` to `last`, both included.
    pub fn between(&mut self, first: u32, last: u32) -> u32 {
        first + self.below(last - first + 1)
    }

    /// All bits by lot.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of these, each as likely as its weight says.
    pub fn weighed<T: Copy>(&mut self, of: &[(T, u32)]) -> T {
        let mut throw = self.below(of.iter().map(|(_, weight)| weight).sum());
        let found = of.iter().find(|(_, weight)| match throw.checked_sub(*weight) {
            Some(rest) => {
                throw = rest;
                false
            }
            None => true,
        });
        let (one, _) = found.expect("the throw lies below the sum");
        *one
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(u32::try_from(of.len()).expect("a short list")) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_the_same_answer_on_every_machine() {
        let throw = |topic, first, second| Dice::of(topic, first, second).below(1_000_000);
        assert_eq!(throw(Topic::Beat, 7, 24_300), throw(Topic::Beat, 7, 24_300));
        assert_ne!(throw(Topic::Beat, 7, 24_300), throw(Topic::Beat, 8, 24_300));
        assert_ne!(throw(Topic::Beat, 7, 24_300), throw(Topic::Lapse, 7, 24_300));
        // ChaCha8's own numbers: another generator would be another nation.
        assert_eq!(throw(Topic::Beat, 7, 24_300), PINNED);
    }

    const PINNED: u32 = 545_204;
}
