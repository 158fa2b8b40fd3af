//! serde's and the parsers' complaints in an operator's words.

use toml::{Table, Value};

/// What a complaint is about.
pub(super) enum Mistake<'m> {
    /// A key is not there.
    Missing { field: &'m str },
    /// A key that nobody reads; and the ones that would be read.
    Unknown { field: &'m str, known: Vec<&'m str> },
    /// A value that does not fit.
    Misfit,
}

pub(super) fn classify(message: &str) -> Mistake<'_> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    if message.starts_with("missing field") {
        if let Some(field) = quoted.next() {
            return Mistake::Missing { field };
        }
    } else if message.starts_with("unknown field")
        && let Some(field) = quoted.next()
    {
        return Mistake::Unknown { field, known: quoted.collect() };
    }
    Mistake::Misfit
}

pub(super) fn known_keys(field: &str, known: &[&str]) -> String {
    match known.iter().min_by_key(|known| distance(field, known)) {
        Some(near) if distance(field, near) <= 2 => format!("mungkin maksudnya {near}"),
        Some(_) => format!("yang ada: {}", known.join(", ")),
        None => "hapus".into(),
    }
}

/// Says what is wrong with the value that was written at `path`, and what to write instead.
pub(super) fn misfit(path: &str, written: Option<&Value>, message: &str) -> (String, String) {
    let shown = match written {
        Some(_) if is_delicate(path) => "nilainya".to_owned(),
        Some(Value::String(text)) => format!("{:?}", text.chars().take(80).collect::<String>()),
        Some(Value::Table(_)) => "sebuah bagian".into(),
        Some(Value::Array(_)) => "sebuah daftar".into(),
        Some(value) => value.to_string(),
        None => "nilainya".into(),
    };
    let what = if message.contains("socket address") {
        format!("{shown} bukan alamat")
    } else if message.starts_with("invalid value") {
        format!("{shown} di luar jangkauan")
    } else if message.starts_with("unknown variant") {
        format!("{shown} tidak dikenal")
    } else if let Some(expected) = expected(message) {
        format!("{shown} bukan {expected}")
    } else {
        format!("{shown} tidak cocok ({message})")
    };
    (what, remedy(path, message))
}

/// What to write where this complaint arose.
pub(super) fn remedy(path: &str, message: &str) -> String {
    if message.contains("socket address") || path.ends_with("listen") {
        return "tulis misalnya 127.0.0.1:7401".into();
    }
    if message.starts_with("unknown variant") {
        let known = message.split('`').skip(3).step_by(2).collect::<Vec<_>>();
        return format!("tulis salah satu: {}", known.join(", "));
    }
    match expected(message) {
        Some(expected) => format!("tulis {expected}"),
        None => "perbaiki nilainya".into(),
    }
}

fn expected(message: &str) -> Option<&str> {
    let (_, expected) = message.split_once("expected ")?;
    Some(match expected.trim_end_matches('.') {
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" | "integer"
        | "a nonzero u32" | "a nonzero u64" => "bilangan bulat",
        "f32" | "f64" => "bilangan",
        "a string" | "string" | "str" | "path string" | "a path string" => "teks",
        "a boolean" => "true atau false",
        "a sequence" => "daftar",
        "a map" => "sebuah bagian",
        "a UUID" | "a formatted UUID string" => "UUID",
        other if other.starts_with("struct ") => "sebuah bagian",
        other => other,
    })
}

/// Values that are not repeated on a screen.
fn is_delicate(path: &str) -> bool {
    let key = path.rsplit('.').next().unwrap_or(path);
    ["url", "secret", "password", "token", "seed"].iter().any(|word| key.contains(word)) && !key.ends_with("_file")
}

/// The n-th value to try where a key is not there: one of each kind, then texts that common types parse from.
pub(super) fn stand_in(n: usize) -> Option<Value> {
    const TEXTS: [&str; 6] =
        ["", "127.0.0.1:1", "http://127.0.0.1", "00000000-0000-0000-0000-000000000000", "2000-01-01", "00"];
    Some(match n {
        0 => Value::Integer(1),
        1 => Value::Boolean(false),
        2 => Value::Float(1.0),
        3 => Value::Array(Vec::new()),
        4 => Value::Table(Table::new()),
        _ => Value::String((*TEXTS.get(n - 5)?).to_owned()),
    })
}

/// Levenshtein's distance, for short keys.
fn distance(a: &str, b: &str) -> usize {
    let mut row = (0..=b.chars().count()).collect::<Vec<_>>();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.chars().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.chars().count()]
}
