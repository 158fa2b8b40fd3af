//! How far something is: a bar on a terminal, a line every few seconds elsewhere. On standard error, since standard output
//! is for data.

use kim_territory::spelling::grouped;
use std::{
    io::{IsTerminal, stderr},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::times::span;

/// How often a line is written where none can be redrawn.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Something that takes a while. Dropped, its bar disappears.
pub struct Progress {
    label: &'static str,
    bar: Option<ProgressBar>,
    begun: Instant,
    said: Instant,
}

impl Progress {
    #[must_use]
    pub fn begin(label: &'static str) -> Self {
        let bar = stderr().is_terminal().then(|| {
            let bar =
                ProgressBar::new_spinner().with_prefix(label).with_style(style("{spinner} {prefix} {elapsed:.dim}"));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            eprintln!("{label} …");
        }
        let now = Instant::now();
        Self { label, bar, begun: now, said: now }
    }

    /// How much of how much is done. To be called often.
    pub fn set(&mut self, done: i64, all: i64) {
        let text = format!("{} dari {}", grouped(done), grouped(all));
        match &self.bar {
            Some(bar) => {
                let all = all.max(1).unsigned_abs();
                if bar.length() != Some(all) {
                    bar.set_length(all);
                    bar.set_style(style("{spinner} {prefix} {wide_bar:.cyan} {percent:>3}% {msg:.dim} {elapsed:.dim}"));
                }
                bar.set_position(done.unsigned_abs());
                bar.set_message(text);
            }
            None if self.said.elapsed() >= LINE_EVERY => {
                self.said = Instant::now();
                let percent = done * 100 / all.max(1);
                eprintln!("  {}: {percent}% ({text}), {}", self.label, span(self.begun.elapsed().as_secs()));
            }
            None => {}
        }
    }

    /// How long it has taken so far.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates in this file are sound")
}
