//! Who asks, and how: language by the address, theme by the cookie, page or file by ending or `Accept`.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
    response::Response,
};

use super::{
    address::View,
    assets,
    error::{Trouble, Written},
    fragments::is_late,
    language::Language,
    model::{AsOf, Feed, LogAsOf},
    theme::Theme,
};

/// What an answer is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Page,
    Csv,
    Json,
}

impl Form {
    /// Takes the ending off a last path segment: `14.01.csv` → (`14.01`, CSV).
    #[must_use]
    pub fn of_segment(segment: &str) -> (&str, Option<Self>) {
        for (ending, form) in [(".csv", Self::Csv), (".json", Self::Json)] {
            if let Some(rest) = segment.strip_suffix(ending) {
                return (rest, Some(form));
            }
        }
        (segment, None)
    }

    fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// The reader of a request.
#[derive(Clone, Debug)]
pub struct Reader {
    pub language: Language,
    pub theme: Theme,
    pub query: String,
    /// Asked for by ending, or by `Accept`.
    pub form: Form,
    headers: HeaderMap,
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let path = parts.uri.path();
        let english = path == "/en" || path.starts_with("/en/");
        let (_, ending) = Form::of_segment(path);
        Ok(Self {
            language: if english { Language::English } else { Language::Indonesian },
            theme: Theme::of(&parts.headers),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            form: ending.unwrap_or_else(|| accepted(&parts.headers)),
            headers: parts.headers.clone(),
        })
    }
}

/// A program that names a form of data gets it; whoever takes HTML gets the page.
fn accepted(headers: &HeaderMap) -> Form {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes = |kind: &str| accept.split(',').any(|part| part.split(';').next().is_some_and(|t| t.trim() == kind));
    if takes("text/html") {
        Form::Page
    } else if takes("application/json") {
        Form::Json
    } else if takes("text/csv") {
        Form::Csv
    } else {
        Form::Page
    }
}

impl Reader {
    /// The answer to a reader who cannot have what was asked for.
    #[must_use]
    pub fn refuse(&self, view: &View, trouble: &Trouble) -> Response {
        let written = if self.form == Form::Page { Written::Page } else { Written::Problem };
        trouble.respond(view, self.theme, written)
    }

    /// The tag of an answer: where its figures come from, and all else that it depends on.
    #[must_use]
    pub fn etag(&self, as_of: &AsOf, today: time::Date) -> String {
        let state = |log: &LogAsOf| match log.feed {
            Feed::Stopped { .. } => "stopped",
            feed if is_late(feed) => "late",
            _ => "live",
        };
        let states = as_of.logs.iter().map(|log| format!("{}{}", state(log), log.parked)).collect::<Vec<_>>().join("-");
        let (language, theme, form) = (self.language.code(), self.theme.word(), self.form.word());
        let (generation, positions, build) = (as_of.generation, as_of.positions(), assets::build());
        format!("W/\"{generation}-{positions}-{language}-{theme}-{form}-{states}-{today}-{build}\"")
    }

    /// Whether the reader has this answer already.
    #[must_use]
    pub fn knows(&self, etag: &str) -> bool {
        let known = self.headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        known.is_some_and(|known| known.split(',').any(|known| known.trim() == etag))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_form_is_taken_from_the_ending_or_from_accept() {
        assert_eq!(Form::of_segment("14.01.csv"), ("14.01", Some(Form::Csv)));
        assert_eq!(Form::of_segment("14.01"), ("14.01", None));
        for (accept, form) in [
            ("text/html,application/xhtml+xml,*/*;q=0.8", Form::Page),
            ("application/json", Form::Json),
            ("text/csv;q=0.9, */*", Form::Csv),
            ("*/*", Form::Page),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(accepted(&headers), form, "{accept}");
        }
    }
}
