//! Contents for tests.

use kim_values::{DocumentHash, Link, PublicName};

use super::{AltText, Body, Content, ContentLink, Contents, Language, Media, MediaRole, MediaType, Note, Wording};

pub fn content(language: &str, body: &str) -> Content {
    Content {
        language: Language::parse(language).expect("a language"),
        title: PublicName::stored("Imunisasi anak"),
        body: Body::parse(body).expect("a body"),
        links: vec![ContentLink {
            title: PublicName::stored("Jadwal"),
            address: Link::stored("https://kemkes.go.id/imunisasi"),
        }],
        media: vec![media(1)],
    }
}

pub fn media(n: u8) -> Media {
    let alt_text = AltText::parse("Poster imunisasi").ok();
    Media::new(DocumentHash([n; 32]), MediaType::Png, 20_000, MediaRole::Poster, alt_text).expect("a medium")
}

pub fn contents(body: &str) -> Contents {
    Contents::new(vec![content("jv", body), content("id", body)]).expect("contents")
}

/// `note` is there for a revision.
pub fn wording(body: &str, note: Option<&str>) -> Wording {
    Wording { contents: contents(body), note: note.map(|note| Note::parse(note).expect("a note")) }
}
