//! The foot: how far to trust what stands above it.

use std::time::Duration;

use askama::Template;
use kim_territory::{NOTICE, Zone};
use time::OffsetDateTime;

use super::super::{
    address::{Place, View},
    format::{lag, moment, month, number, percent},
    language::Language,
    model::{AsOf, Feed, LogAsOf, Month},
    scene::Scene,
};
use crate::context::Context;

#[derive(Template)]
#[template(path = "fragments/foot.html")]
pub struct Foot {
    l: Language,
    /// `Langsung · tertinggal 0,2 detik`, or since when not.
    feed: String,
    feed_is_live: bool,
    live: bool,
    lost: &'static str,
    colon: &'static str,
    positions: Vec<String>,
    decree: &'static str,
    formula: String,
    formula_address: String,
    completeness: String,
    period: String,
    files: Vec<(&'static str, String)>,
    permanent: String,
    notice: &'static str,
}

impl Foot {
    #[must_use]
    pub fn of(scene: &Scene) -> Self {
        let foot = Self::new(&scene.view, scene.month, scene.is_running(), &scene.as_of);
        Self { live: scene.live, ..foot }
    }

    #[must_use]
    pub fn new(view: &View, shown: Month, running: bool, as_of: &AsOf) -> Self {
        let l = view.language;
        let zone = zone(view);
        let (feed, feed_is_live) = match worst(as_of) {
            Feed::Live { lag: behind } => {
                (l.say(format!("tertinggal {}", lag(l, behind)), format!("{} behind", lag(l, behind))), true)
            }
            Feed::Silent { since } | Feed::Stopped { since } => (
                l.say(
                    format!("Tidak langsung sejak {}", moment(l, since, zone)),
                    format!("Not live since {}", moment(l, since, zone)),
                ),
                false,
            ),
        };
        let files = match &view.place {
            Place::Region(_)
            | Place::Communities(..)
            | Place::Dissemination(_)
            | Place::Programme(_)
            | Place::Campaign(..) => {
                vec![("CSV", view.file("csv")), ("JSON", view.file("json"))]
            }
            _ => Vec::new(),
        };
        let when = month(l, shown);
        Self {
            l,
            feed,
            feed_is_live,
            live: false,
            lost: l.say("Sambungan langsung terputus sejak", "The live connection has been down since"),
            colon: l.say(".", ":"),
            positions: as_of.logs.iter().map(|log| position(l, zone, log)).collect(),
            decree: as_of.decree.name(),
            formula: l.say(format!("Rumus {}", as_of.formula), format!("Formula {}", as_of.formula)),
            formula_address: View::new(l, Place::Definitions).address(),
            completeness: if as_of.parked() == 0 {
                l.say("Lengkap: tidak ada catatan yang ditahan", "Complete: no record is held back").to_owned()
            } else {
                let share = percent(l, as_of.aggregates() - as_of.parked(), as_of.aggregates());
                l.say(
                    format!("{share} lengkap: {} catatan ditahan", number(l, as_of.parked())),
                    format!("{share} complete: {} records held back", number(l, as_of.parked())),
                )
            },
            period: if running {
                l.say(format!("{when} masih berjalan"), format!("{when} is still running"))
            } else {
                l.say(
                    format!("{when} belum dikunci: laporan terlambat masih mengubahnya"),
                    format!("{when} is not locked: late reports still change it"),
                )
            },
            files,
            permanent: view.in_month(shown).address(),
            notice: NOTICE,
        }
    }
}

/// `Posisi registri`.
#[must_use]
pub fn position_of(l: Language, context: Context) -> &'static str {
    match context {
        Context::Registry => l.say("Posisi registri", "Registry position"),
        Context::Dissemination => l.say("Posisi diseminasi", "Dissemination position"),
    }
}

fn position(l: Language, zone: Zone, log: &LogAsOf) -> String {
    let (name, position) = (position_of(l, log.context), number(l, log.position));
    let recorded = moment(l, log.recorded_time, zone);
    l.say(format!("{name} {position}, dicatat {recorded}"), format!("{name} {position}, recorded {recorded}"))
}

/// How that of the logs is heard that is heard worst.
fn worst(as_of: &AsOf) -> Feed {
    let feeds = as_of.logs.iter().map(|log| log.feed);
    let rank = |feed: &Feed| match *feed {
        Feed::Live { lag } => (0, lag),
        Feed::Silent { .. } => (1, Duration::ZERO),
        Feed::Stopped { .. } => (2, Duration::ZERO),
    };
    feeds.max_by_key(rank).unwrap_or(Feed::Live { lag: Duration::ZERO })
}

/// What stands at the bottom of every printed sheet: when it was made, and where from.
#[must_use]
pub fn printed(view: &View, shown: Month, now: OffsetDateTime) -> String {
    let l = view.language;
    let (made, address) = (moment(l, now, zone(view)), view.in_month(shown).address());
    l.say(format!("Kemitraan KIM · dibuat {made} · {address}"), format!("Kemitraan KIM · made {made} · {address}"))
}

/// The zone that a page's times are said in: of the region it is about.
#[must_use]
pub fn zone(view: &View) -> Zone {
    match &view.place {
        Place::Region(code) | Place::Communities(code, ..) | Place::Dissemination(code) | Place::Campaign(_, code) => {
            Zone::of(code)
        }
        _ => Zone::JAKARTA,
    }
}
