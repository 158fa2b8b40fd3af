//! Loads over all rounds, and their ratios round by round.

use serde::Serialize;

use crate::{cpu::Cpu, stand::Slice};

/// A load over all rounds.
#[derive(Debug)]
pub struct Series {
    pub what: String,
    pub slices: Vec<Slice>,
}

impl Series {
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), slices: Vec::new() }
    }

    pub fn rates(&self) -> Vec<f64> {
        self.slices.iter().map(Slice::rate).collect()
    }

    /// Processor microseconds of ours for one operation, with what was left to do after the load.
    pub fn cost(&self) -> f64 {
        self.cpu().ours() + self.cpu_after()
    }

    /// Processor microseconds for one operation.
    pub fn cpu(&self) -> Cpu {
        let mut sum = Cpu::default();
        let mut operations = 0;
        for slice in &self.slices {
            sum += slice.cpu;
            operations += slice.done.operations;
        }
        sum.scaled(1e6 / operations.max(1) as f64)
    }

    /// Processor microseconds for one operation that were used after the load, for what it had left to do.
    pub fn cpu_after(&self) -> f64 {
        let operations: u64 = self.slices.iter().map(|slice| slice.done.operations).sum();
        let after = |slice: &Slice| slice.cpu_after.postgres + slice.cpu_after.nats + slice.cpu_after.service;
        self.slices.iter().map(after).sum::<f64>() * 1e6 / operations.max(1) as f64
    }

    /// In milliseconds: the median and the 99th percentile, where the load measured them.
    pub fn latency(&self) -> Option<[f64; 2]> {
        percentiles(&self.slices)
    }

    /// Cores that others used meanwhile.
    pub fn others(&self) -> f64 {
        let wall: f64 = self.slices.iter().map(|slice| slice.wall.as_secs_f64()).sum();
        self.slices.iter().map(|slice| slice.cpu.others).sum::<f64>() / wall.max(1e-9)
    }
}

/// Median and spread of the rounds' ratios.
#[derive(Debug, Clone, Serialize)]
pub struct Ratio {
    pub to: String,
    pub median: f64,
    pub least: f64,
    pub most: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<f64>,
}

impl Ratio {
    /// Of two loads, round by round.
    pub fn of(figure: &Series, to: &Series, wanted: Option<f64>) -> Self {
        Self::by_round(figure, to, wanted, Slice::rate)
    }

    /// Of two loads that did not take turns one to one: medians, and the spread of the first against the other's median.
    pub fn of_medians(figure: &Series, to: &Series, wanted: Option<f64>) -> Self {
        let sorted = |series: &Series| {
            let mut rates = series.rates();
            rates.sort_by(f64::total_cmp);
            rates
        };
        let (rates, base) = (sorted(figure), median(&sorted(to)));
        Self::over(to, wanted, rates.into_iter().map(|rate| rate / base).collect())
    }

    /// Of two loads' 99th percentiles, round by round.
    pub fn of_p99(figure: &Series, to: &Series) -> Self {
        Self::by_round(figure, to, None, |slice| {
            percentiles(std::slice::from_ref(slice)).map_or(f64::NAN, |[_, p99]| p99)
        })
    }

    fn by_round(figure: &Series, to: &Series, wanted: Option<f64>, value: impl Fn(&Slice) -> f64) -> Self {
        let rounds = figure.slices.iter().zip(&to.slices);
        Self::over(to, wanted, rounds.map(|(figure, to)| value(figure) / value(to)).collect())
    }

    fn over(to: &Series, wanted: Option<f64>, mut ratios: Vec<f64>) -> Self {
        ratios.sort_by(f64::total_cmp);
        let (least, most) = (ratios.first().copied().unwrap_or(f64::NAN), ratios.last().copied().unwrap_or(f64::NAN));
        Self { to: to.what.clone(), median: median(&ratios), least, most, wanted }
    }
}

/// The median and the 99th percentile of all operations, in milliseconds.
fn percentiles(slices: &[Slice]) -> Option<[f64; 2]> {
    let all = slices.iter().flat_map(|slice| &slice.done.latencies);
    let mut sorted: Vec<f64> = all.map(|took| took.as_secs_f64() * 1e3).collect();
    sorted.sort_by(f64::total_cmp);
    let at = |percent: usize| sorted.get((sorted.len() * percent / 100).min(sorted.len().checked_sub(1)?)).copied();
    Some([at(50)?, at(99)?])
}

/// Of sorted values.
pub fn median(sorted: &[f64]) -> f64 {
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}
