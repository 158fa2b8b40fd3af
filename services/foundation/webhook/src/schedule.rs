//! When a message that did not arrive is tried again, and when it is given up.

use std::time::Duration;

use rand::RngExt;

/// Standard Webhooks' schedule: after the first attempt, which is made at once.
const STANDARD: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(14),
    Duration::from_hours(20),
    Duration::from_hours(24),
];
/// What is added by chance, as a part of the delay, so that those who failed together do not come back together.
const JITTER: f64 = 0.2;
/// The longest that an endpoint as a whole is left alone because of its own failures: one that has recovered is found soon.
const LONGEST_REST: Duration = Duration::from_mins(5);
/// The longest that a receiver may ask for.
const LONGEST_WISH: Duration = Duration::from_hours(24);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Before the second attempt, the third, and so on. After the attempt that follows the last of them, a message is a dead letter.
    delays: Vec<Duration>,
    /// For so long nothing but failures: then the endpoint is suspended.
    pub suspend_after: Duration,
}

impl Default for Schedule {
    fn default() -> Self {
        Self::new(STANDARD, Duration::from_hours(5 * 24))
    }
}

impl Schedule {
    #[must_use]
    pub fn new(delays: impl Into<Vec<Duration>>, suspend_after: Duration) -> Self {
        Self { delays: delays.into(), suspend_after }
    }

    /// How long to wait after so many attempts (one or more), at `chance` from 0 to 1; `None` when there are no more. A receiver's
    /// wish can only put it off.
    pub(crate) fn again(&self, attempts: u32, wish: Option<Duration>, chance: f64) -> Option<Duration> {
        let delay = self.delays.get(usize::try_from(attempts.checked_sub(1)?).ok()?)?;
        let jittered = delay.mul_f64(1.0 + JITTER * chance);
        Some(jittered.max(granted(wish)))
    }

    /// How long an endpoint is left alone after so many failures in a row (one or more). It is never longer than the message that
    /// failed has to wait itself, but for a receiver's wish, which is for all its messages.
    pub(crate) fn rest(&self, failures: u32, wish: Option<Duration>) -> Duration {
        let first = self.delays.first().copied().unwrap_or_default();
        let doubled = first.saturating_mul(1 << failures.saturating_sub(1).min(16));
        doubled.min(LONGEST_REST).max(granted(wish))
    }

    pub(crate) fn chance() -> f64 {
        rand::rng().random()
    }
}

fn granted(wish: Option<Duration>) -> Duration {
    wish.unwrap_or_default().min(LONGEST_WISH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_schedule_ends_after_three_days_and_ten_attempts() {
        let schedule = Schedule::default();
        let delays: Vec<u64> =
            (1..=9).map(|n| schedule.again(n, None, 0.0).expect("another attempt").as_secs()).collect();
        assert_eq!(delays, [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
        assert_eq!(schedule.again(10, None, 0.0), None);
    }

    #[test]
    fn chance_puts_off_by_a_fifth_at_most() {
        let schedule = Schedule::default();
        assert_eq!(schedule.again(2, None, 1.0), Some(Duration::from_mins(6)));
        for _ in 0..100 {
            assert!((0.0..1.0).contains(&Schedule::chance()));
        }
    }

    #[test]
    fn a_wish_puts_off_within_bounds_and_never_hurries() {
        let schedule = Schedule::default();
        let again = |wish| schedule.again(1, Some(Duration::from_secs(wish)), 0.0).map(|delay| delay.as_secs());
        assert_eq!((again(0), again(4), again(60), again(1_000_000)), (Some(5), Some(5), Some(60), Some(86_400)));
        assert_eq!(schedule.again(10, Some(Duration::from_mins(1)), 0.0), None);
    }

    #[test]
    fn an_endpoint_rests_longer_with_each_failure_and_never_long() {
        let schedule = Schedule::default();
        let rest = |failures| schedule.rest(failures, None).as_secs();
        assert_eq!([1, 2, 3, 6, 7, 1000].map(rest), [5, 10, 20, 160, 300, 300]);
        assert_eq!(schedule.rest(1, Some(Duration::from_mins(10))).as_secs(), 600);
        let none = Schedule::new([], Duration::from_hours(1));
        assert_eq!((none.again(1, None, 0.0), none.rest(3, None)), (None, Duration::ZERO));
    }
}
