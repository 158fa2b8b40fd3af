//! What a wording hashes to. Never another way: approvals name it.

use kim_values::DocumentHash;
use sha2::{Digest, Sha256};

use super::{Content, Media, MediaRole, MediaType, Wording};

/// Each part with its length before it, so that no two wordings are written alike.
struct Writer(Sha256);

impl Writer {
    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text.as_bytes());
    }

    fn number(&mut self, number: u64) {
        self.0.update(number.to_be_bytes());
    }
}

pub(super) fn of(wording: &Wording) -> DocumentHash {
    let mut writer = Writer(Sha256::new());
    writer.text("kim.dissemination.wording.1");
    writer.number(wording.contents.0.len() as u64);
    for content in wording.contents.each() {
        write_content(&mut writer, content);
    }
    writer.text(wording.note.as_ref().map_or("", |note| note.as_str()));
    DocumentHash(writer.0.finalize().into())
}

fn write_content(writer: &mut Writer, content: &Content) {
    writer.text(content.language.as_str());
    writer.text(content.title.as_str());
    writer.text(content.body.as_str());
    writer.number(content.links.len() as u64);
    for link in &content.links {
        writer.text(link.title.as_str());
        writer.text(&link.address.to_string());
    }
    writer.number(content.media.len() as u64);
    for media in &content.media {
        write_media(writer, media);
    }
}

fn write_media(writer: &mut Writer, media: &Media) {
    writer.0.update(media.hash.0);
    writer.number(match media.media_type {
        MediaType::Jpeg => 1,
        MediaType::Png => 2,
        MediaType::Webp => 3,
        MediaType::Pdf => 4,
        MediaType::Mp3 => 5,
        MediaType::Mp4 => 6,
    });
    writer.number(media.size);
    writer.number(match media.role {
        MediaRole::Illustration => 1,
        MediaRole::Poster => 2,
        MediaRole::Recording => 3,
        MediaRole::Attachment => 4,
    });
    writer.text(media.alt_text.as_ref().map_or("", |alt| alt.as_str()));
}
