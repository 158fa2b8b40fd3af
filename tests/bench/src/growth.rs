//! What a command, a rebuilt event and a page cost when the log is ten times as long: two nations side by side, in turn.

use std::time::Duration;

use crate::{
    commands::Reporters,
    import::Activities,
    nation::Nation,
    page, rebuild,
    report::{Figure, Report},
    series::{Ratio, Series},
    serve::Identity,
    stand::{Done, Span, Stand},
};

const IN_FLIGHT: usize = 64;
/// The registry remembers one community of this many, so that most commands are on one that has to be read.
const REMEMBERED: usize = 10;
const REBUILDS: usize = 2;
const REQUESTS: usize = 2_000;
/// `PostgreSQL`'s memory. A command on any of 8,000 communities touches a page of the log's index of its own; with the laptop's 64 MB
/// the long log's pages find no room beside the short one's, and each command reads and evicts some.
const SHARED_BUFFERS: &str = "1GB";
/// The most that a cost may grow.
const WANTED: f64 = 1.1;

struct Side {
    nation: Nation,
    reporters: Reporters,
    commands: Series,
    rebuilds: Series,
    pages: Series,
}

pub async fn measure(span: Span, events: [i64; 2], communities: usize) -> anyhow::Result<Report> {
    let mut stand = Stand::roomy(SHARED_BUFFERS).await?;
    let identity = Identity::of(&stand.servers)?;
    let mut sides = Vec::new();
    for (suffix, events) in ["_short", "_long"].into_iter().zip(events) {
        let cached = (communities / REMEMBERED).max(1);
        let nation = Nation::start(&mut stand, &identity, suffix, communities, events, Some(cached)).await?;
        // The log was filled behind the registry's back: it has seen none of the communities yet.
        Activities::new(nation.caller().await?, nation.communities.clone()).each_once().await?;
        nation.followed(&stand.servers).await?;
        let reporters = nation.reporters(nation.communities.clone()).await?;
        reporters.run(IN_FLIGHT, Duration::from_secs(4)).await?;
        let name = format!("{events} events");
        let series = |what: &str| Series::new(format!("{what}, {name}"));
        let (commands, rebuilds, pages) = (series("commands"), series("rebuilt events"), series("pages"));
        sides.push(Side { nation, reporters, commands, rebuilds, pages });
    }
    for round in 0..span.rounds {
        for side in &mut sides {
            side.commands.slices.push(stand.slice(side.reporters.run(IN_FLIGHT, span.slice())).await?);
            side.nation.followed(&stand.servers).await?;
        }
        for side in &mut sides {
            let pages = side.nation.projection.pages.port();
            side.pages.slices.push(stand.slice(look(pages)).await?);
        }
        if round < REBUILDS {
            for side in &mut sides {
                side.rebuilds.slices.push(stand.slice(rebuild::rebuild(&side.nation)).await?);
            }
        }
    }
    let [short, long] = &sides[..] else { unreachable!("there are two") };
    let mut figures = Vec::new();
    for (before, after) in
        [(&short.commands, &long.commands), (&short.rebuilds, &long.rebuilds), (&short.pages, &long.pages)]
    {
        figures.push(Figure::rate(before, vec![]));
        figures.push(Figure::rate(after, vec![Ratio::of(after, before, Some(1.0 / WANTED))]));
    }
    let processor = |before: &Series, after: &Series| after.cost() / before.cost();
    for (what, before, after) in [
        ("processor time of a command", &short.commands, &long.commands),
        ("processor time of a rebuilt event", &short.rebuilds, &long.rebuilds),
        ("processor time of a page", &short.pages, &long.pages),
    ] {
        figures.push(Figure::plain(format!("{what}, long : short"), processor(before, after), "").at_most(WANTED));
    }
    Ok(Report {
        measure: "growth",
        how: span.to_string(),
        machine: stand.machine.clone(),
        figures,
        notes: vec![format!(
            "{communities} communities in both nations, each with a registry, a projection and a broker of its own; the registry \
             has one of {REMEMBERED} in memory; PostgreSQL has {SHARED_BUFFERS} of shared buffers."
        )],
    })
}

async fn look(port: u16) -> anyhow::Result<Done> {
    let paths = page::months("/").into_iter().chain(page::provinces()).collect::<Vec<_>>();
    page::look(port, &paths, REQUESTS).await
}
