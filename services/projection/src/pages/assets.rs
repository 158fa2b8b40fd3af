//! Style, scripts and the icon: in the binary, with a hash of the content in the address, so that they may be kept for good.

use std::{io::Write, sync::LazyLock};

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

struct Source {
    name: &'static str,
    extension: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

static SOURCES: [Source; 7] = [
    css("style", include_bytes!("../../assets/style.css")),
    css("dark", include_bytes!("../../assets/dark.css")),
    css("bulletin", include_bytes!("../../assets/bulletin.css")),
    script("htmx", include_bytes!("../../assets/vendor/htmx.min.js")),
    script("htmx-ext-sse", include_bytes!("../../assets/vendor/htmx-ext-sse.min.js")),
    script("live", include_bytes!("../../assets/live.js")),
    Source {
        name: "icon",
        extension: "svg",
        media_type: "image/svg+xml",
        bytes: include_bytes!("../../assets/icon.svg"),
    },
];

const fn css(name: &'static str, bytes: &'static [u8]) -> Source {
    Source { name, extension: "css", media_type: "text/css; charset=utf-8", bytes }
}

const fn script(name: &'static str, bytes: &'static [u8]) -> Source {
    Source { name, extension: "js", media_type: "text/javascript; charset=utf-8", bytes }
}

struct Asset {
    source: &'static Source,
    file: String,
    compressed: Vec<u8>,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    SOURCES
        .iter()
        .map(|source| {
            let hash = hex(&Sha256::digest(source.bytes)[..5]);
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(source.bytes).expect("a vector takes every byte");
            let compressed = encoder.finish().expect("a vector takes every byte");
            Asset { source, file: format!("{}-{hash}.{}", source.name, source.extension), compressed }
        })
        .collect()
});

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The address of an asset, with the hash of its content.
#[must_use]
pub fn address(name: &str) -> String {
    let asset = ASSETS.iter().find(|asset| asset.source.name == name).expect("templates name assets that exist");
    format!("/assets/{}", asset.file)
}

/// Hash over all assets: a page kept by a browser names their addresses, and is stale when one changes.
#[must_use]
pub fn build() -> &'static str {
    static BUILD: LazyLock<String> = LazyLock::new(|| {
        let mut all = Sha256::new();
        ASSETS.iter().for_each(|asset| all.update(asset.file.as_bytes()));
        all.update(env!("CARGO_PKG_VERSION"));
        hex(&all.finalize()[..4])
    });
    &BUILD
}

pub async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.file == file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let gzip = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|coding| coding.trim().starts_with("gzip")));
    let fixed = [
        (header::CONTENT_TYPE, asset.source.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
    ];
    if gzip {
        (fixed, [(header::CONTENT_ENCODING, "gzip")], asset.compressed.as_slice()).into_response()
    } else {
        (fixed, asset.source.bytes).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compressed(extension: &str) -> usize {
        ASSETS.iter().filter(|a| a.source.extension == extension).map(|a| a.compressed.len()).sum()
    }

    #[test]
    fn style_and_scripts_stay_within_their_budgets() {
        assert!(compressed("css") < 15 * 1024, "{}", compressed("css"));
        assert!(compressed("js") < 25 * 1024, "{}", compressed("js"));
    }

    #[test]
    fn vendored_files_are_those_that_the_readme_names() {
        let readme = include_str!("../../assets/vendor/README.md");
        for asset in ASSETS.iter().filter(|asset| asset.source.name.starts_with("htmx")) {
            let digest = hex(&Sha256::digest(asset.source.bytes));
            assert!(readme.contains(&digest), "{} is {digest}", asset.source.name);
        }
    }
}
