//! A text that a person writes in a file: a head of TOML between two lines of `+++`, and the text itself below.
//!
//! Whoever can write a letter can write the text, with empty lines between its paragraphs and no sign to escape; what a program
//! must find stands in the head.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use toml::{Table, Value};

const FENCE: &str = "+++";

/// A head whose fields are taken one by one, and the text below it.
#[derive(Debug)]
pub struct Document {
    pub head: Head,
    pub text: String,
}

/// Fields by their names. What is wrong with them is gathered, so that it can be told at once.
#[derive(Debug)]
pub struct Head {
    fields: Table,
    known: Vec<&'static str>,
    /// What stands before a field's name when something is wrong with it.
    place: String,
    wrong: Vec<String>,
}

/// All that is wrong with a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong(pub Vec<String>);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [one] => f.write_str(one),
            several => several.iter().try_for_each(|wrong| write!(f, "\n- {wrong}")),
        }
    }
}

impl std::error::Error for Wrong {}

/// What `document` makes of files of which each is in a language of its own.
pub fn read<T>(
    files: &[PathBuf],
    document: impl Fn(Document, &Path) -> Result<T, Wrong>,
    language: impl Fn(&T) -> &str,
) -> anyhow::Result<Vec<T>> {
    let mut read: Vec<T> = Vec::with_capacity(files.len());
    for path in files {
        let text = fs::read_to_string(path).with_context(|| format!("{} tidak terbaca", path.display()))?;
        let one = parse(&text).and_then(|parsed| document(parsed, path)).with_context(|| path.display().to_string())?;
        if read.iter().any(|other| language(other) == language(&one)) {
            let (path, language) = (path.display(), language(&one));
            bail!("{path}: bahasa {language} sudah ada di berkas lain; tulis satu berkas tiap bahasa");
        }
        read.push(one);
    }
    Ok(read)
}

/// The head and the text.
pub fn parse(text: &str) -> Result<Document, Wrong> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let wrong = |what: String| Wrong(vec![what]);
    let no_head =
        || wrong(format!("berkas harus diawali kepala di antara dua baris {FENCE}; lihat contohnya dengan template"));
    let below = text.strip_prefix(FENCE).and_then(|rest| rest.strip_prefix('\n')).ok_or_else(no_head)?;
    let (head, text) = below.split_once(&format!("\n{FENCE}\n")).ok_or_else(no_head)?;
    let fields = head.parse::<Table>().map_err(|error| {
        let before = error.span().map_or(0, |span| head[..span.start.min(head.len())].matches('\n').count());
        // The fence is the first line.
        wrong(format!("baris {}: tulis nama = \"isi\", dengan tanda kutip di kedua ujung isinya", before + 2))
    })?;
    Ok(Document { head: Head::of(fields, String::new()), text: text.trim().to_owned() })
}

impl Head {
    fn of(fields: Table, place: String) -> Self {
        Self { fields, known: Vec::new(), place, wrong: Vec::new() }
    }

    /// A field's text; empty when it is not there.
    pub fn text(&mut self, name: &'static str) -> String {
        self.known.push(name);
        match self.fields.remove(name) {
            None => String::new(),
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(_) => {
                self.wrong(format!("{name} harus berupa teks di antara tanda kutip"));
                String::new()
            }
        }
    }

    /// The text of a field that must be there.
    pub fn required(&mut self, name: &'static str) -> String {
        let before = self.wrong.len();
        let text = self.text(name);
        if text.is_empty() && self.wrong.len() == before {
            self.wrong(format!("{name} belum diisi"));
        }
        text
    }

    /// One of the words of a list.
    pub fn word<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.required(name);
        let found = words.iter().find(|(word, _)| *word == text.to_lowercase()).map(|(_, value)| *value);
        if found.is_none() && !text.is_empty() {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.wrong(format!("{name} tidak boleh \"{text}\"; pilih salah satu: {}", words.join(", ")));
        }
        found
    }

    /// What `each` makes of the parts of a name, `[[name]]` one by one.
    pub fn parts<T>(&mut self, name: &'static str, mut each: impl FnMut(&mut Head) -> T) -> Vec<T> {
        self.known.push(name);
        let Some(value) = self.fields.remove(name) else { return Vec::new() };
        let Value::Array(parts) = value else {
            self.wrong(format!("{name} ditulis sebagai [[{name}]], dengan isinya di bawahnya"));
            return Vec::new();
        };
        let mut made = Vec::with_capacity(parts.len());
        for (part, number) in parts.into_iter().zip(1..) {
            let Value::Table(fields) = part else {
                self.wrong(format!("{name} ditulis sebagai [[{name}]], dengan isinya di bawahnya"));
                continue;
            };
            let mut part = Head::of(fields, format!("{name} ke-{number}: "));
            made.push(each(&mut part));
            self.wrong.extend(part.ended());
        }
        made
    }

    pub fn wrong(&mut self, what: impl AsRef<str>) {
        self.wrong.push(format!("{}{}", self.place, what.as_ref()));
    }

    /// `value`, unless something was wrong or there is a field that nobody asked for.
    pub fn end<T>(self, value: T) -> Result<T, Wrong> {
        let wrong = self.ended();
        if wrong.is_empty() { Ok(value) } else { Err(Wrong(wrong)) }
    }

    fn ended(mut self) -> Vec<String> {
        let unknown: Vec<String> = self.fields.keys().cloned().collect();
        for name in unknown {
            self.wrong(format!("{name} tidak dikenal; yang dikenal: {}", self.known.join(", ")));
        }
        self.wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        let ended = parse(text).and_then(|Document { mut head, .. }| {
            head.required("judul");
            head.word("peran", &[("poster", 1), ("rekaman", 2)]);
            head.parts("tautan", |part| part.required("alamat"));
            head.end(())
        });
        ended.unwrap_err().to_string()
    }

    #[test]
    fn a_document_is_its_head_and_the_text_below_as_it_was_written() {
        let text = "\u{feff}+++\r\njudul = \"Satu\"\r\n[[tautan]]\r\nalamat = \"a\"\r\n[[tautan]]\r\nalamat = \"b\"\r\n+++\r\n\r\n\"Alinea\" satu.\r\n\r\nDua.\r\n";
        let Document { mut head, text } = parse(text).unwrap();
        assert_eq!((head.required("judul").as_str(), text.as_str()), ("Satu", "\"Alinea\" satu.\n\nDua."));
        assert_eq!(head.parts("tautan", |part| part.text("alamat")), ["a", "b"]);
        assert_eq!(head.end(()), Ok(()));
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_and_where() {
        assert_eq!(
            wrong("+++\njdul = \"Satu\"\nperan = \"pamflet\"\n[[tautan]]\nalamat = 1\n+++\nisi"),
            "\n- judul belum diisi\n\
             - peran tidak boleh \"pamflet\"; pilih salah satu: poster, rekaman\n\
             - tautan ke-1: alamat harus berupa teks di antara tanda kutip\n\
             - jdul tidak dikenal; yang dikenal: judul, peran, tautan"
        );
        assert!(wrong("judul: Satu\n\nisi").starts_with("berkas harus diawali kepala"));
        let unquoted = wrong("+++\njudul = \"Satu\"\nperan = poster\n+++\nisi");
        assert_eq!(unquoted, "baris 3: tulis nama = \"isi\", dengan tanda kutip di kedua ujung isinya");
        assert!(wrong("+++\njudul = \"a\"\nperan = \"poster\"\ntautan = \"a\"\n+++\nisi").contains("[[tautan]]"));
    }
}
