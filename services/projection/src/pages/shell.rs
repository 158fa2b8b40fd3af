//! What stands around every page: head, navigation, banner, notices.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    address::{Place, View},
    fragments::Notices,
    language::Language,
    theme::Theme,
};

/// The parts of the site that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Nation,
    Regions,
    Dissemination,
    Definitions,
    Other,
}

/// Everything that the frame of a page needs.
pub struct Shell {
    pub language: Language,
    pub title: String,
    pub part: Part,
    pub theme: Theme,
    /// The page itself, for the way back from the choice of a theme.
    pub here: String,
    pub other_language: String,
    /// What stands at the top when a figure is less sure than usual; empty where there is nothing to say.
    pub notices: Notices,
    /// The address of the live feed, on pages that have one.
    pub live: Option<String>,
    /// Links to the same view, as (relation, media type, address).
    pub alternates: Vec<(&'static str, String)>,
    /// What stands at the bottom of every printed sheet.
    pub printed: Option<String>,
    home: View,
}

impl Shell {
    #[must_use]
    pub fn new(view: &View, theme: Theme, title: String) -> Self {
        let part = match &view.place {
            Place::Region(code) if *code == kim_territory::RegionCode::NATION => Part::Nation,
            Place::Region(_) | Place::Communities(..) | Place::Regions | Place::Search(_) => Part::Regions,
            Place::Dissemination(_) | Place::Campaign(..) | Place::Bulletin(..) | Place::Programme(_) => {
                Part::Dissemination
            }
            Place::Definitions | Place::Definition(_) => Part::Definitions,
        };
        Self {
            language: view.language,
            title,
            part,
            theme,
            here: view.address(),
            other_language: view.in_language(view.language.other()).address(),
            notices: Notices::none(view.language),
            live: None,
            alternates: Vec::new(),
            printed: None,
            home: View { order: None, ..view.clone() },
        }
    }

    #[must_use]
    pub fn with_notices(self, notices: Notices) -> Self {
        Self { notices, ..self }
    }

    /// The navigation: only what there is. (address, word, current)
    #[must_use]
    pub fn navigation(&self) -> Vec<(String, &'static str, bool)> {
        let l = self.language;
        let to = |place| self.home.at(place).address();
        vec![
            (
                to(Place::Region(kim_territory::RegionCode::NATION)),
                l.say("Nasional", "Nation"),
                self.part == Part::Nation,
            ),
            (to(Place::Regions), l.say("Wilayah", "Regions"), self.part == Part::Regions),
            (
                to(Place::Dissemination(kim_territory::RegionCode::NATION)),
                l.say("Diseminasi", "Dissemination"),
                self.part == Part::Dissemination,
            ),
            (to(Place::Definitions), l.say("Definisi", "Definitions"), self.part == Part::Definitions),
        ]
    }

    #[must_use]
    pub fn search(&self) -> String {
        View::new(self.language, Place::Search(String::new())).path()
    }

    /// The address of the form that chooses a theme.
    #[must_use]
    pub fn theme_form(&self, theme: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("pilih", theme).append_pair("kembali", &self.here);
        format!("/tema?{}", query.finish())
    }

    #[must_use]
    pub fn follows_system(&self) -> bool {
        self.theme == Theme::System
    }

    #[must_use]
    pub fn is_light(&self) -> bool {
        self.theme == Theme::Light
    }

    #[must_use]
    pub fn is_dark(&self) -> bool {
        self.theme == Theme::Dark
    }
}

/// A page with its headers.
pub fn html(status: StatusCode, etag: Option<&str>, language: Language, page: &impl Template) -> Response {
    let body = page.render().expect("a template of texts and numbers renders into a string");
    let mut response = (
        status,
        [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
            (header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code())),
            (header::VARY, HeaderValue::from_static("cookie, accept, accept-encoding")),
        ],
        body,
    )
        .into_response();
    if let Some(etag) = etag.and_then(|etag| HeaderValue::from_str(etag).ok()) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

pub fn not_modified(etag: &str) -> Response {
    let tag = HeaderValue::from_str(etag).unwrap_or(HeaderValue::from_static("W/\"\""));
    (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response()
}
