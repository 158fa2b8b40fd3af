//! Light or dark: as the system says, or as the reader chose. The choice is a cookie, set by a form.

use axum::{
    extract::RawQuery,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == "tema").map_or(Self::System, |(_, value)| Self::named(value))
    }

    fn named(value: &str) -> Self {
        match value {
            "terang" => Self::Light,
            "gelap" => Self::Dark,
            _ => Self::System,
        }
    }

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "otomatis",
            Self::Light => "terang",
            Self::Dark => "gelap",
        }
    }
}

/// `POST /tema?pilih=gelap&kembali=/wilayah/14`: sets the cookie and goes back to a page of ours.
pub async fn choose(RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let value =
        |key: &str| form_urlencoded::parse(query.as_bytes()).find(|(k, _)| k == key).map(|(_, v)| v.into_owned());
    let theme = Theme::named(value("pilih").as_deref().unwrap_or_default());
    let age = if theme == Theme::System { 0 } else { 31_536_000 };
    let cookie = format!("tema={}; Path=/; Max-Age={age}; SameSite=Lax; HttpOnly", theme.word());
    let back = value("kembali").filter(|back| is_ours(back)).unwrap_or_else(|| "/".to_owned());
    let headers = [
        (header::SET_COOKIE, HeaderValue::from_str(&cookie).expect("a cookie of fixed words is a header value")),
        (header::LOCATION, HeaderValue::from_str(&back).unwrap_or(HeaderValue::from_static("/"))),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// An address within this site: one slash, then no second one that would make it another host's.
fn is_ours(address: &str) -> bool {
    address.starts_with('/')
        && !address.starts_with("//")
        && address.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_nowhere_else() {
        for (address, ours) in [
            ("/wilayah/14?bulan=2026-10", true),
            ("//example.org", false),
            ("/\\example.org", false),
            ("https://example.org", false),
            ("/a\r\nb", false),
        ] {
            assert_eq!(is_ours(address), ours, "{address}");
        }
    }

    #[test]
    fn the_cookie_is_read_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; tema=gelap"));
        assert_eq!(Theme::of(&headers), Theme::Dark);
        assert_eq!(Theme::of(&HeaderMap::new()), Theme::System);
    }
}
