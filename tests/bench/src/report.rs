//! Figures beside what they are measured against, as a table or as JSON.

use serde::Serialize;

use crate::{cpu::Cpu, machine::Machine, stand::Slice};

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

    /// Processor microseconds for one operation.
    fn cpu(&self) -> Cpu {
        let mut sum = Cpu::default();
        let mut operations = 0;
        for slice in &self.slices {
            sum += slice.cpu;
            operations += slice.done.operations;
        }
        sum.scaled(1e6 / operations.max(1) as f64)
    }

    /// Processor microseconds for one operation that were used after the load, for what it had left to do.
    fn cpu_after(&self) -> f64 {
        let operations: u64 = self.slices.iter().map(|slice| slice.done.operations).sum();
        let after = |slice: &Slice| slice.cpu_after.postgres + slice.cpu_after.nats + slice.cpu_after.service;
        self.slices.iter().map(after).sum::<f64>() * 1e6 / operations.max(1) as f64
    }

    /// In milliseconds: the median and the 99th percentile, where the load measured them.
    fn latency(&self) -> Option<[f64; 2]> {
        let mut all: Vec<f64> =
            self.slices.iter().flat_map(|slice| &slice.done.latencies).map(|took| took.as_secs_f64() * 1e3).collect();
        all.sort_by(f64::total_cmp);
        let at = |percent: usize| all.get((all.len() * percent / 100).min(all.len().checked_sub(1)?)).copied();
        Some([at(50)?, at(99)?])
    }

    /// Cores that others used meanwhile.
    fn others(&self) -> f64 {
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
        let mut ratios: Vec<f64> = figure.rates().iter().zip(to.rates()).map(|(a, b)| a / b).collect();
        ratios.sort_by(f64::total_cmp);
        let (least, most) = (ratios.first().copied().unwrap_or(f64::NAN), ratios.last().copied().unwrap_or(f64::NAN));
        Self { to: to.what.clone(), median: median(&ratios), least, most, wanted }
    }
}

/// Of sorted values.
pub fn median(sorted: &[f64]) -> f64 {
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}

#[derive(Debug, Serialize)]
pub struct Figure {
    pub what: String,
    /// Operations a second, or what `unit` says.
    pub value: f64,
    pub unit: &'static str,
    pub ratios: Vec<Ratio>,
    /// Least value that is wanted, or the largest for a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<f64>,
    /// Processor microseconds for one operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_us: Option<Cpu>,
    /// The same after the load, for what it had left to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_us_after: Option<f64>,
    /// In milliseconds: the median and the 99th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<[f64; 2]>,
    /// Cores that others used meanwhile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others_cores: Option<f64>,
}

impl Figure {
    pub fn rate(series: &Series, ratios: Vec<Ratio>) -> Self {
        let mut rates = series.rates();
        rates.sort_by(f64::total_cmp);
        Self {
            what: series.what.clone(),
            value: median(&rates),
            unit: "/s",
            ratios,
            wanted: None,
            cpu_us: Some(series.cpu()),
            cpu_us_after: Some(series.cpu_after()),
            latency_ms: series.latency(),
            others_cores: Some(series.others()),
        }
    }
}

/// What one measurement found.
#[derive(Debug, Serialize)]
pub struct Report {
    pub measure: &'static str,
    pub machine: Machine,
    pub how: String,
    pub figures: Vec<Figure>,
    /// What must be known beside the figures.
    pub notes: Vec<String>,
}

impl Report {
    pub fn print(&self, json: bool) -> anyhow::Result<()> {
        if json {
            println!("{}", serde_json::to_string(self)?);
            return Ok(());
        }
        let m = &self.machine;
        println!("\n## {}\n", self.measure);
        println!(
            "{} cores ({}), {} MB, PostgreSQL {}, fdatasync {:.2} ms; {}\n",
            m.cores, m.processor, m.memory_mb, m.postgres, m.fdatasync_ms, self.how
        );
        let mut rows = vec![
            [
                "what",
                "figure",
                "ratio: median (least–most)",
                "wanted",
                "ms: median, p99",
                "µs of CPU each: PostgreSQL · NATS · service · bench · tools (+ after)",
                "others' cores",
            ]
            .map(str::to_owned)
            .to_vec(),
        ];
        for figure in &self.figures {
            rows.extend(lines(figure));
        }
        table(&rows);
        for note in &self.notes {
            println!("\n{note}");
        }
        Ok(())
    }
}

fn lines(figure: &Figure) -> Vec<Vec<String>> {
    let cpu = figure.cpu_us.map_or_else(String::new, |c| {
        let after = figure.cpu_us_after.unwrap_or_default();
        let during = [c.postgres, c.nats, c.service, c.bench, c.tools].map(|us| format!("{us:.0}")).join(" · ");
        format!("{during} (+ {after:.0})")
    });
    let latency = figure.latency_ms.map_or_else(String::new, |[median, p99]| format!("{median:.1}, {p99:.1}"));
    let others = figure.others_cores.map_or_else(String::new, |cores| format!("{cores:.2}"));
    let own = figure.wanted.map_or_else(String::new, |wanted| format!("{}{}", number(wanted), figure.unit));
    let mut lines = vec![vec![
        figure.what.clone(),
        format!("{}{}", number(figure.value), figure.unit),
        String::new(),
        own,
        latency,
        cpu,
        others,
    ]];
    for (at, ratio) in figure.ratios.iter().enumerate() {
        let text = format!("{:.2} ({:.2}–{:.2}) of {}", ratio.median, ratio.least, ratio.most, ratio.to);
        let wanted = ratio.wanted.map_or_else(String::new, |wanted| format!("≥ {wanted}"));
        if at == 0 && figure.wanted.is_none() {
            lines[0][2] = text;
            lines[0][3] = wanted;
        } else {
            lines.push(vec![String::new(), String::new(), text, wanted, String::new(), String::new(), String::new()]);
        }
    }
    lines
}

fn number(value: f64) -> String {
    if value >= 1000.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

fn table(rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let wide = |text: &str| text.chars().count();
    let widths: Vec<usize> =
        (0..columns).map(|at| rows.iter().map(|row| wide(&row[at])).max().unwrap_or_default()).collect();
    for (at, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(&widths).map(|(text, width)| format!("{text}{}", " ".repeat(width - wide(text))));
        println!("| {} |", cells.collect::<Vec<_>>().join(" | "));
        if at == 0 {
            println!("|{}|", widths.iter().map(|width| "-".repeat(width + 2)).collect::<Vec<_>>().join("|"));
        }
    }
}
