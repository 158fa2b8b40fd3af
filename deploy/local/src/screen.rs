//! What the person sees: steps with their elapsed time, in place on a terminal and as lines elsewhere. Nothing that takes
//! longer than a few seconds is ever silent.

use kim_territory::spelling::{decimal, grouped};
use std::{
    fmt::Write as _,
    io::{IsTerminal, Write},
    time::{Duration, Instant},
};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tokio::task::JoinHandle;

/// How often a step says that it goes on, where lines cannot be redrawn.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// The person's terminal or log.
#[derive(Debug, Clone)]
pub struct Screen {
    /// On a terminal only.
    bars: Option<MultiProgress>,
}

impl Screen {
    #[must_use]
    pub fn detect() -> Screen {
        let terminal = std::io::stdout().is_terminal() && std::io::stderr().is_terminal();
        Screen { bars: terminal.then(MultiProgress::new) }
    }

    /// Whether lines can be redrawn.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.bars.is_some()
    }

    /// A line that stays.
    pub fn say(&self, line: &str) {
        let print = || {
            let mut out = std::io::stdout().lock();
            // A reader that has gone away (`up | head`) is no reason to stop.
            let _ = writeln!(out, "{line}").and_then(|()| out.flush());
        };
        match &self.bars {
            Some(bars) => bars.suspend(print),
            None => print(),
        }
    }

    /// Something that takes a while. Ends with [`Step::done`].
    #[must_use]
    pub fn step(&self, label: &str) -> Step {
        let bar = match &self.bars {
            Some(bars) => {
                let bar = bars.add(ProgressBar::new_spinner());
                bar.enable_steady_tick(Duration::from_millis(120));
                bar
            }
            None => ProgressBar::hidden(),
        };
        bar.set_style(style("{spinner} {prefix} {msg:.dim} {elapsed:.dim}"));
        bar.set_prefix(label.to_owned());
        let heartbeat = (!self.is_terminal()).then(|| {
            self.say(&format!("{label} …"));
            tokio::spawn(beat(self.clone(), label.to_owned(), bar.clone()))
        });
        Step { screen: self.clone(), label: label.to_owned(), bar, heartbeat, begun: Instant::now() }
    }

    /// A line at the foot that is redrawn in place; only on a terminal.
    #[must_use]
    pub fn foot(&self) -> Option<ProgressBar> {
        let bar = self.bars.as_ref()?.add(ProgressBar::new_spinner());
        bar.set_style(style("{msg}"));
        Some(bar)
    }
}

/// A step that goes on. Dropped without [`Step::done`], it disappears.
#[derive(Debug)]
pub struct Step {
    screen: Screen,
    label: String,
    bar: ProgressBar,
    heartbeat: Option<JoinHandle<()>>,
    begun: Instant,
}

impl Step {
    /// How much there is to do in all, in whatever is counted. From now on a bar is shown.
    pub fn set_length(&self, length: u64) {
        self.bar.set_length(length);
        self.bar.set_style(style("{spinner} {prefix} {wide_bar:.cyan} {percent:>3}% {msg:.dim} {elapsed:.dim}"));
    }

    /// How much is done.
    pub fn set_position(&self, position: u64) {
        self.bar.set_position(position);
    }

    /// What is being done just now, in a few words.
    pub fn note(&self, text: &str) {
        self.bar.set_message(text.to_owned());
    }

    /// It is done: the line stays, with the time that it took.
    pub fn done(self, what: &str) {
        let seconds = self.begun.elapsed().as_secs_f64();
        self.bar.finish_and_clear();
        self.screen.say(&format!("✓ {}: {what} ({} detik)", self.label, decimal(seconds)));
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if let Some(heartbeat) = &self.heartbeat {
            heartbeat.abort();
        }
        self.bar.finish_and_clear();
    }
}

async fn beat(screen: Screen, label: String, bar: ProgressBar) {
    let begun = Instant::now();
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        let mut line = format!("  {label}: {} detik", begun.elapsed().as_secs());
        if let Some(length) = bar.length().filter(|length| *length > 0) {
            let percent = bar.position() * 100 / length;
            let _ = write!(line, ", {percent}% ({} dari {})", grouped(bar.position()), grouped(length));
        }
        if !bar.message().is_empty() {
            let _ = write!(line, ", {}", bar.message());
        }
        screen.say(&line);
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates in this file are sound")
}
