//! What a new local nation is filled with.
//!
//! [`nation`] simulates who does what in which month, [`diary`] chooses the days, [`plan`] puts all into the order in which it is
//! written down, and the loader tells it to the services. Beside the story, and changing nothing of it, [`board`], [`survey`],
//! [`change`], [`partnership`] and [`assessment`] say what else is told of a registered community, and [`dissemination`] what communities
//! are told and answer. Where it all is, is planned by today's codes; [`territory`] says when the territories come into force, and what a
//! place is called by each.

pub mod assessment;
pub mod board;
pub mod change;
pub mod codes;
pub mod command;
pub mod diary;
pub mod dice;
pub mod dissemination;
pub mod errand;
#[cfg(test)]
mod facts;
pub mod life;
pub mod load;
pub mod month;
pub mod nation;
pub mod office;
pub mod partnership;
pub mod places;
pub mod plan;
pub mod record;
pub mod subject;
pub mod survey;
pub mod territory;
pub mod tide;
pub mod training;
mod waiting;
pub mod zone;

use std::{fmt, path::PathBuf, str::FromStr};

use kim_territory::{RegionCode, Zone, spelling::grouped};
use time::OffsetDateTime;

use self::{
    load::{Services, load_plan},
    month::Month,
    plan::Plan,
};
use crate::screen::Screen;

/// The value of `KIM_SAMPLE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// The whole simulated nation.
    Nation,
    /// One province, in seconds.
    Riau,
    /// Nothing: an empty log that is not a simulated one.
    None,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "KIM_SAMPLE={0:?} tidak dikenal; pilih nation (seluruh negeri), riau (satu provinsi, beberapa detik) atau none (kosong)"
)]
pub struct UnknownSample(String);

impl FromStr for Sample {
    type Err = UnknownSample;

    fn from_str(text: &str) -> Result<Sample, UnknownSample> {
        match text.trim() {
            "nation" => Ok(Sample::Nation),
            "riau" => Ok(Sample::Riau),
            "none" => Ok(Sample::None),
            _ => Err(UnknownSample(text.to_owned())),
        }
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Sample::Nation => "nation",
            Sample::Riau => "riau",
            Sample::None => "none",
        })
    }
}

impl Sample {
    /// What of the nation it is.
    #[must_use]
    pub fn region(self) -> Option<RegionCode> {
        match self {
            Sample::Nation => Some(RegionCode::NATION),
            Sample::Riau => Some(places::code("14")),
            Sample::None => None,
        }
    }

    /// A sample is simulated, and its log says so for good.
    #[must_use]
    pub fn is_simulated(self) -> bool {
        self != Sample::None
    }
}

/// Where a sample goes, and with whose rights.
#[derive(Debug, Clone)]
pub struct Target {
    pub sample: Sample,
    /// The registry's gRPC, `http://127.0.0.1:7401`.
    pub registry: String,
    /// Dissemination's gRPC.
    pub dissemination: String,
    /// Token of the simulator.
    pub simulator: String,
    /// Token of the simulator as a second person, who reviews what the first one writes.
    pub reviewer: String,
    /// Token of the national office.
    pub national: String,
    /// A folder for the loader's own notes on how far it came, kept from run to run.
    pub notes: PathBuf,
}

/// Loads what is not loaded yet. Called at every start, so what is there already is nothing to do; may be killed anywhere,
/// and goes on there. Servers and services may be restarted under it: a failed call is tried again.
pub async fn load(target: &Target, screen: &Screen) -> anyhow::Result<()> {
    let Some(region) = target.sample.region() else { return Ok(()) };
    let step = screen.step("Negeri contoh");
    step.note("menyusun");
    let until = last_closed_month(OffsetDateTime::now_utc());
    let plan = tokio::task::spawn_blocking(move || Plan::of(until, region)).await?;
    let mut reached = None;
    let services = Services {
        registry: &target.registry,
        dissemination: &target.dissemination,
        simulator: &target.simulator,
        reviewer: &target.reviewer,
    };
    load_plan(&plan, services, &target.notes, |progress| {
        step.set_length(progress.total);
        step.set_position(progress.done);
        let told = [progress.communities, progress.activities, progress.reports].map(grouped);
        let told = format!("{} KIM, {} kegiatan, {} laporan kampanye", told[0], told[1], told[2]);
        step.note(&format!("{}, {told}", progress.month));
        reached = Some(told);
    })
    .await?;
    step.done(&match reached {
        Some(told) => format!("{told} sampai {until}"),
        None => format!("sudah dimuat sampai {until}"),
    });
    Ok(())
}

/// The month before the one that it is in Jakarta.
fn last_closed_month(now: OffsetDateTime) -> Month {
    Month::of(Zone::JAKARTA.date_of(now)).plus(-1)
}

/// The day that the baseline speaks of.
const BASELINE_AS_OF: time::Date = time::macros::date!(2020 - 02 - 29);
