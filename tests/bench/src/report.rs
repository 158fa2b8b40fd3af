//! Figures beside what they are measured against, as a table or as JSON.

use serde::Serialize;

use crate::{
    cpu::Cpu,
    machine::Machine,
    series::{Ratio, Series, median},
};

#[derive(Debug, Serialize)]
pub struct Figure {
    pub what: String,
    /// Operations a second, or what `unit` says.
    pub value: f64,
    pub unit: &'static str,
    pub ratios: Vec<Ratio>,
    /// The least value that is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<f64>,
    /// The largest value that is wanted, of what should be small.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
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
            at_most: None,
            cpu_us: Some(series.cpu()),
            cpu_us_after: Some(series.cpu_after()),
            latency_ms: series.latency(),
            others_cores: Some(series.others()),
        }
    }

    /// A value of its own, without rounds.
    pub fn plain(what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            what: what.into(),
            value,
            unit,
            ratios: Vec::new(),
            wanted: None,
            at_most: None,
            cpu_us: None,
            cpu_us_after: None,
            latency_ms: None,
            others_cores: None,
        }
    }

    pub fn wanted(self, wanted: f64) -> Self {
        Self { wanted: Some(wanted), ..self }
    }

    pub fn at_most(self, most: f64) -> Self {
        Self { at_most: Some(most), ..self }
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
    let own = match (figure.wanted, figure.at_most) {
        (Some(least), _) => format!("≥ {}{}", number(least), figure.unit),
        (None, Some(most)) => format!("≤ {}{}", number(most), figure.unit),
        (None, None) => String::new(),
    };
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
        let wanted = ratio.wanted.map_or_else(String::new, |wanted| format!("≥ {}", number(wanted)));
        if at == 0 && figure.wanted.is_none() && figure.at_most.is_none() {
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
