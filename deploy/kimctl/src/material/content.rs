//! What a version says, from the files that a person wrote: one of each language.

use std::path::{Path, PathBuf};

use kim_contract::dissemination::v1::{Content, ContentLink, MediaRole};

use crate::document::{self, Document, Wrong};

/// A file to fill in.
pub const TEMPLATE: &str = include_str!("template.md");

const ROLES: [(&str, MediaRole); 4] = [
    ("ilustrasi", MediaRole::Illustration),
    ("poster", MediaRole::Poster),
    ("rekaman", MediaRole::Recording),
    ("lampiran", MediaRole::Attachment),
];

/// What is said in one language, with its media as files here.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// Without its media.
    pub content: Content,
    pub media: Vec<Attached>,
}

/// A medium as its file's head describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    pub path: PathBuf,
    pub role: MediaRole,
    pub alt_text: String,
}

/// One of each language, from as many files.
pub fn read(files: &[PathBuf]) -> anyhow::Result<Vec<Written>> {
    document::read(files, of, |written| &written.content.language)
}

fn of(Document { mut head, text }: Document, path: &Path) -> Result<Written, Wrong> {
    // A medium is named as seen from the text beside which it lies.
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut content =
        Content { language: head.required("bahasa"), title: head.required("judul"), body: text, ..Content::default() };
    content.links =
        head.parts("tautan", |link| ContentLink { title: link.required("judul"), address: link.required("alamat") });
    let media = head.parts("media", |media| Attached {
        path: folder.join(media.required("berkas")),
        role: media.word("peran", &ROLES).unwrap_or_default(),
        alt_text: media.text("keterangan"),
    });
    if content.body.is_empty() {
        head.wrong("isinya belum ditulis di bawah kepala");
    }
    head.end(Written { content, media })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn written(dir: &Path, name: &str, text: &str) -> PathBuf {
        let path = dir.join(name);
        fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn the_template_is_a_file_that_can_be_read() {
        let dir = tempfile::tempdir().unwrap();
        let file = written(dir.path(), "naskah.md", TEMPLATE);
        let read = read(&[file]).unwrap().remove(0);
        assert_eq!((read.content.language.as_str(), read.content.links.len()), ("id", 1));
        assert_eq!(
            read.content.body,
            "Tulis isinya di bawah garis ini, apa adanya.\n\nBeri satu baris kosong di antara dua alinea."
        );
        let poster = Attached {
            path: dir.path().join("poster.png"),
            role: MediaRole::Poster,
            alt_text: "Seorang ibu membaca buku bersama anaknya".into(),
        };
        assert_eq!(read.media, [poster]);
    }

    #[test]
    fn what_is_wrong_is_told_with_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let bad = "+++\nbahasa = \"id\"\n[[media]]\nberkas = \"a.png\"\nperan = \"pamflet\"\n+++\n";
        let error = format!("{:#}", read(&[written(dir.path(), "buruk.md", bad)]).unwrap_err());
        for part in ["buruk.md", "judul belum diisi", "media ke-1: peran", "isinya belum ditulis"] {
            assert!(error.contains(part), "{error} lacks {part}");
        }
        let good = "+++\nbahasa = \"id\"\njudul = \"Imunisasi\"\n+++\nDatanglah.\n";
        let files = [written(dir.path(), "satu.md", good), written(dir.path(), "dua.md", good)];
        let error = format!("{:#}", read(&files).unwrap_err());
        assert!(error.contains("dua.md: bahasa id sudah ada di berkas lain"), "{error}");
    }
}
