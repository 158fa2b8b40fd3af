//! The live feed: when the read model moves on, the pieces of a page that changed are sent, and nothing else.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{Path, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{Stream, stream};
use kim_territory::RegionCode;
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use super::{
    Pages,
    address::{Place, View},
    fragments::{self, announcement},
    model::{Queries, State as ModelState},
    reader::Reader,
    region::{known, scene},
};
use crate::context::Context;

/// A reader gets at most one refresh in this time, and hears at most one announcement in the longer one.
const PAUSE: Duration = Duration::from_secs(1);
const SILENCE: Duration = Duration::from_secs(20);

/// What one reader's page shows, and what of it was sent.
struct Feed<Q> {
    pages: Pages<Q>,
    state: watch::Receiver<ModelState>,
    view: View,
    code: RegionCode,
    /// The markup of each piece as last sent or as the page came with.
    shown: Vec<(&'static str, String)>,
    headline: String,
    next: Instant,
    announced: Option<Instant>,
    waiting: Vec<Event>,
    first: bool,
}

/// `/langsung/14?…`: the view's own parameters, and `dari`, the state that the page was made from.
pub async fn feed<Q: Queries>(State(pages): State<Pages<Q>>, reader: Reader, Path(text): Path<String>) -> Response {
    let start = View::new(reader.language, Place::Regions);
    let code = match known(&pages, &reader, &text) {
        Ok(code) => code,
        Err(trouble) => return reader.refuse(&start, &trouble),
    };
    let view = match View::new(reader.language, Place::Region(code)).with_query(&reader.query) {
        Ok(view) => view,
        Err(bad) => return reader.refuse(&start, &bad.into()),
    };
    if let Err(trouble) = pages.month_of(&view) {
        return reader.refuse(&view, &trouble);
    }
    let from =
        form_urlencoded::parse(reader.query.as_bytes()).find(|(key, _)| key == "dari").map(|(_, v)| v.into_owned());
    let mut feed = Feed {
        state: pages.queries.state(),
        pages,
        view,
        code,
        shown: Vec::new(),
        headline: String::new(),
        next: Instant::now(),
        announced: None,
        waiting: Vec::new(),
        first: true,
    };
    feed.adopt(from.as_deref()).await;
    let draining = feed.pages.draining.clone();
    let events = futures::StreamExt::take_until(feed.events(), async move { draining.cancelled().await });
    let alive = KeepAlive::new().interval(Duration::from_secs(15));
    let mut response = Sse::new(events).keep_alive(alive).into_response();
    let headers = response.headers_mut();
    headers.insert(axum::http::header::CACHE_CONTROL, axum::http::HeaderValue::from_static("no-store"));
    response
}

impl<Q: Queries> Feed<Q> {
    /// Takes the present state as shown, if it is the one that the page was made from.
    async fn adopt(&mut self, from: Option<&str>) {
        let Ok(as_of) = self.pages.as_of().map(|as_of| as_of.of(&[Context::Registry])) else { return };
        if from != Some(&format!("{}-{}", as_of.generation, as_of.positions())) {
            return;
        }
        if let Ok(scene) = scene(&self.pages, &self.view, self.code, &as_of).await
            && let Ok(pieces) = fragments::of(&scene)
        {
            self.headline = announcement(&scene);
            // The foot is sent at once: by it the page says that it is live.
            self.shown = pieces.into_iter().filter(|f| f.name != "kaki").map(|f| (f.name, f.markup)).collect();
        }
    }

    fn events(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut feed| async move {
            loop {
                if let Some(event) = feed.waiting.pop() {
                    return Some((Ok(event), feed));
                }
                if !std::mem::take(&mut feed.first) {
                    feed.state.changed().await.ok()?;
                    sleep_until(feed.next).await;
                }
                feed.state.mark_unchanged();
                feed.refresh().await;
                feed.next = Instant::now() + PAUSE;
            }
        })
    }

    /// Puts what differs from what is shown into `waiting`. A trouble is not told here: the next state brings figures.
    async fn refresh(&mut self) {
        let Ok(as_of) = self.pages.as_of().map(|as_of| as_of.of(&[Context::Registry])) else { return };
        let Ok(mut scene) = scene(&self.pages, &self.view, self.code, &as_of).await else { return };
        scene.live = true;
        let Ok(pieces) = fragments::of(&scene) else { return };
        let said = announcement(&scene);
        for piece in pieces {
            match self.shown.iter_mut().find(|(name, _)| *name == piece.name) {
                Some((_, markup)) if *markup == piece.markup => continue,
                Some((_, markup)) => markup.clone_from(&piece.markup),
                None => self.shown.push((piece.name, piece.markup.clone())),
            }
            self.waiting.push(Event::default().event(piece.name).data(piece.markup));
        }
        let quiet = self.announced.is_none_or(|at| at.elapsed() >= SILENCE);
        if self.headline.is_empty() {
            self.headline = said;
        } else if said != self.headline && quiet {
            self.waiting.push(Event::default().event("kabar").data(said.clone()));
            self.announced = Some(Instant::now());
            self.headline = said;
        }
    }
}
