//! The pages: everything between a plain view model and HTML.
//!
//! [`model`] says what a page needs to know and [`Queries`] how it asks for it. An address is taken apart by [`address`],
//! figures become sentences in [`finding`] and [`format`], pictures in [`chart`] and [`tiles`]; [`fragments`] are the
//! pieces that [`live`] refreshes in place. No page needs a script.

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    response::Response,
    routing::{get, post},
};
use kim_territory::{Decree, Zone};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use tower_http::compression::{CompressionLayer, CompressionLevel};

mod address;
mod assets;
mod chart;
mod communities;
mod definition;
mod dissemination;
mod error;
mod export;
mod finding;
mod format;
mod fragments;
mod language;
mod live;
mod model;
mod naming;
mod reader;
mod region;
mod scene;
mod search;
mod shell;
mod snapshots;
#[cfg(test)]
mod tests;
mod theme;
mod tiles;

use crate::context::Context;
use address::{Place, View};
pub use dissemination::{
    BulletinQuery, BulletinView, COUNTED_FROM, Campaign, CampaignFunnel, CampaignQuery, CampaignStatus, CampaignView,
    Content, ContentLink, DisseminationQuery, DisseminationView, Edition, Funnel, Material, NoticeKind, PartFunnel,
    Programme, ProgrammeQuery, ProgrammeView, Revision, RevisionReason, Rung, Step, Unacknowledged, Unanswered,
    WAITING_UP_TO,
};
use error::Trouble;
use fragments::Notices;
pub use model::*;
use reader::Reader;
use shell::Shell;
use snapshots::Snapshots;
use theme::Theme;

/// The pages over a read model.
pub struct Pages<Q> {
    queries: Arc<Q>,
    snapshots: Arc<Snapshots<Q>>,
    /// Ends the live feeds, which else would hold up a drain.
    draining: CancellationToken,
    clock: fn() -> OffsetDateTime,
}

impl<Q> Clone for Pages<Q> {
    fn clone(&self) -> Self {
        Self {
            queries: self.queries.clone(),
            snapshots: self.snapshots.clone(),
            draining: self.draining.clone(),
            clock: self.clock,
        }
    }
}

impl<Q: Queries> Pages<Q> {
    /// Live feeds end when `draining` is cancelled.
    #[must_use]
    pub fn new(queries: Arc<Q>, draining: CancellationToken) -> Self {
        let snapshots = Arc::new(Snapshots::new(queries.clone()));
        Self { queries, snapshots, draining, clock: OffsetDateTime::now_utc }
    }

    /// The same pages at another time of day: which month is running hangs on it.
    #[must_use]
    pub fn with_clock(self, clock: fn() -> OffsetDateTime) -> Self {
        Self { clock, ..self }
    }

    /// All routes, with compression and the headers that every answer carries.
    pub fn router(self) -> Router {
        Router::new()
            .route("/", get(region::nation))
            .route("/en", get(region::nation))
            .route("/nasional.csv", get(region::nation))
            .route("/nasional.json", get(region::nation))
            .route("/en/nation.csv", get(region::nation))
            .route("/en/nation.json", get(region::nation))
            .route("/wilayah", get(search::regions))
            .route("/en/region", get(search::regions))
            .route("/wilayah/{code}", get(region::region))
            .route("/en/region/{code}", get(region::region))
            .route("/kim", get(communities::nation))
            .route("/en/kim", get(communities::nation))
            .route("/kim.csv", get(communities::nation))
            .route("/kim.json", get(communities::nation))
            .route("/en/kim.csv", get(communities::nation))
            .route("/en/kim.json", get(communities::nation))
            .route("/wilayah/{code}/{page}", get(region::below))
            .route("/en/region/{code}/{page}", get(region::below))
            .route("/diseminasi", get(dissemination::nation))
            .route("/diseminasi.csv", get(dissemination::nation))
            .route("/diseminasi.json", get(dissemination::nation))
            .route("/en/dissemination", get(dissemination::nation))
            .route("/en/dissemination.csv", get(dissemination::nation))
            .route("/en/dissemination.json", get(dissemination::nation))
            .route("/kampanye/{id}", get(dissemination::campaign))
            .route("/en/campaign/{id}", get(dissemination::campaign))
            .route("/program/{id}", get(dissemination::programme))
            .route("/en/programme/{id}", get(dissemination::programme))
            .route("/kampanye/{id}/buletin", get(dissemination::bulletin))
            .route("/en/campaign/{id}/bulletin", get(dissemination::bulletin))
            .route("/cari", get(search::search))
            .route("/en/search", get(search::search))
            .route("/definisi", get(definition::all))
            .route("/en/definition", get(definition::all))
            .route("/definisi/{indicator}", get(definition::one))
            .route("/en/definition/{indicator}", get(definition::one))
            .route("/langsung/{code}", get(live::feed))
            .route("/en/live/{code}", get(live::feed))
            .route("/tema", post(theme::choose))
            .route("/assets/{file}", get(assets::serve))
            .fallback(no_such_page)
            .layer(CompressionLayer::new().quality(CompressionLevel::Precise(5)))
            .layer(axum::middleware::map_response(with_policy))
            .with_state(self)
    }

    fn as_of(&self) -> Result<AsOf, QueryError> {
        match &*self.queries.state().borrow() {
            State::Serving(as_of) => Ok(as_of.clone()),
            State::Loading => Err(QueryError::Loading),
        }
    }

    async fn region(&self, query: RegionQuery, as_of: &AsOf) -> Result<Arc<RegionView>, QueryError> {
        self.snapshots.region(query, as_of).await
    }

    fn now(&self) -> OffsetDateTime {
        (self.clock)()
    }

    /// Months are Jakarta's: a national figure has one calendar.
    fn running_month(&self) -> Month {
        Month::of(Zone::JAKARTA.date_of(self.now()))
    }

    /// The month that a view shows: the one named, or the last closed one.
    fn month_of(&self, view: &View) -> Result<Month, Trouble> {
        let last = self.running_month();
        match view.month {
            None => Ok(last.plus(-1).max(Month::FIRST)),
            Some(asked) if asked < Month::FIRST || asked > last => Err(Trouble::MonthOutOfRange { asked, last }),
            Some(asked) => Ok(asked),
        }
    }

    /// The territory that a view is of: the one named, if it is or was in force.
    fn territory_of(&self, named: Option<Decree>) -> Result<Decree, Trouble> {
        let adopted = self.as_of().map(|as_of| as_of.territories).unwrap_or_default();
        match named {
            None => Ok(adopted.last().copied().unwrap_or(Decree::CURRENT)),
            Some(named) if adopted.contains(&named) => Ok(named),
            Some(other) => Err(QueryError::NotInForce(other).into()),
        }
    }

    /// The frame of a page that shows no figures of its own.
    fn shell(&self, view: &View, theme: Theme, title: String) -> Shell {
        let shell = Shell::new(view, theme, title);
        match self.as_of() {
            Ok(as_of) => shell.with_notices(Notices::new(view.language, &as_of.of(&[Context::Registry]))),
            Err(_) => shell,
        }
    }
}

async fn no_such_page(reader: Reader) -> Response {
    let nation = View::new(reader.language, Place::Region(kim_territory::RegionCode::NATION));
    reader.refuse(&nation, &Trouble::NoSuchPage)
}

/// Nothing from another host, nothing inline, no frame around a page.
async fn with_policy(mut response: Response) -> Response {
    const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                          form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    headers.insert(opener, HeaderValue::from_static("same-origin"));
    response
}
