//! Reads a configuration and goes on after each mistake, so that an operator sees all of them at once.
//!
//! serde stops at the first mistake. So the tree is read again and again: a value that did not fit is noted and taken
//! out, a key that is not there is noted and given a stand-in, until the tree is read to its end; then the sections'
//! own checks speak. A configuration with a mistake is never handed out.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    path::Path,
};

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::{
    Args, Check, ConfigErrors, Problem, Problems,
    problems::join,
    wording::{self, Mistake},
};

const PREFIX: &str = "KIM__";

/// Reads the file that `args` names and the variables `KIM__SECTION__KEY`, which go before it.
///
/// # Errors
/// Every mistake: unknown keys, missing ones, values that do not fit, and what the sections' own checks say.
pub fn load<T: DeserializeOwned + Check>(args: Args) -> Result<T, ConfigErrors> {
    let Args { config, check_only: _ } = args;
    let text = match &config {
        Some(path) => std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?,
        None => String::new(),
    };
    from_text(&text, std::env::vars_os())
}

/// [`load`] for a `main`: with `--check-config` says "Konfigurasi baik." and exits with 0; prints every mistake and
/// exits with 2.
#[must_use]
pub fn load_or_exit<T: DeserializeOwned + Check>(args: Args) -> T {
    let check_only = args.check_only;
    match load(args) {
        Ok(_) if check_only => {
            println!("Konfigurasi baik.");
            std::process::exit(0)
        }
        Ok(configuration) => configuration,
        Err(errors) => {
            eprintln!("Konfigurasi salah ({} hal):\n{errors}", errors.problems().len());
            std::process::exit(2)
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> ConfigErrors {
    let what = format!("berkas {} tidak dapat dibaca ({error})", path.display());
    let remedy = "periksa jalur setelah --config dan hak aksesnya".into();
    ConfigErrors(vec![Problem { path: String::new(), what, remedy }])
}

/// Reads a configuration from a file's text and variables.
pub(super) fn from_text<T: DeserializeOwned + Check>(
    text: &str,
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<T, ConfigErrors> {
    let mut reading = Reading::default();
    let tree = match text.parse::<Table>() {
        Ok(tree) => tree,
        Err(error) => {
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
            reading.note(String::new(), format!("baris {line} bukan TOML ({})", error.message()), "perbaiki baris itu");
            Table::new()
        }
    };
    reading.tree = tree;
    reading.overlay(variables);
    let value = reading.read::<T>();
    reading.finish(value)
}

#[derive(Default)]
struct Reading {
    tree: Table,
    problems: Vec<Problem>,
    /// Paths about which enough was said: a check's complaint about a stand-in would only confuse.
    settled: BTreeSet<String>,
    /// Values from variables, as they were written.
    variables: BTreeMap<String, String>,
    /// Keys that were not there, and how many stand-ins were tried.
    stand_ins: BTreeMap<String, usize>,
}

impl Reading {
    fn note(&mut self, path: String, what: String, remedy: impl Into<String>) {
        let what = if self.variables.contains_key(&path) {
            format!("{what} (dari variabel {})", variable_name(&path))
        } else {
            what
        };
        if !self.settled.contains(&path) || path.is_empty() {
            self.problems.push(Problem { path: path.clone(), what, remedy: remedy.into() });
        }
        self.settled.insert(path);
    }

    fn overlay(&mut self, variables: impl Iterator<Item = (OsString, OsString)>) {
        for (name, value) in variables {
            let Some(keys) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
            let path = keys.split("__").map(str::to_lowercase).collect::<Vec<_>>();
            let dotted = path.join(".");
            let Some(value) = value.to_str() else {
                self.note(dotted, format!("isi variabel {} bukan UTF-8", name.display()), "tulis sebagai UTF-8");
                continue;
            };
            if path.iter().any(String::is_empty) || !put(&mut self.tree, &path, literal(value)) {
                let what = format!("variabel {} tidak menunjuk sebuah kunci", name.display());
                self.note(dotted, what, "tulis KIM__BAGIAN__KUNCI");
                continue;
            }
            self.variables.insert(dotted, value.to_owned());
        }
    }

    /// The configuration as far as it can be read; `None` when some key has no stand-in that fits.
    fn read<T: DeserializeOwned>(&mut self) -> Option<T> {
        // Each round settles one path or tries one stand-in, so this many rounds are never needed.
        for _ in 0..10_000 {
            let mut unknown = Vec::new();
            let mut track = serde_path_to_error::Track::new();
            let result = {
                let mut ignored = |path: serde_ignored::Path| unknown.push(path.to_string());
                let value = Value::Table(self.tree.clone());
                let outer = serde_ignored::Deserializer::new(value, &mut ignored);
                T::deserialize(serde_path_to_error::Deserializer::new(outer, &mut track))
            };
            match result {
                Ok(value) => {
                    for path in unknown {
                        self.note(path, "kunci tidak dikenal".into(), "hapus atau perbaiki ejaannya");
                    }
                    return Some(value);
                }
                Err(error) => {
                    let path = match track.path().to_string() {
                        dot if dot == "." => String::new(),
                        path => path,
                    };
                    if !self.settle(&path, error.message()) {
                        return None;
                    }
                }
            }
        }
        None
    }

    /// Notes the mistake and changes the tree so that the next round gets further; `false` when it cannot.
    fn settle(&mut self, path: &str, message: &str) -> bool {
        match wording::classify(message) {
            Mistake::Missing { field } => {
                let full = join(path, field);
                self.stand_ins.insert(full.clone(), 0);
                put(&mut self.tree, &split(&full), Value::Table(Table::new()))
            }
            Mistake::Unknown { field, known } => {
                let last = path.rsplit('.').next().unwrap_or_default();
                let full = if last == field { path.to_owned() } else { join(path, field) };
                self.note(full.clone(), "kunci tidak dikenal".into(), wording::known_keys(field, &known));
                take(&mut self.tree, &split(&full)).is_some()
            }
            Mistake::Misfit => self.misfit(path, message),
        }
    }

    fn misfit(&mut self, path: &str, message: &str) -> bool {
        let keys = split(path);
        if let Some(tried) = self.stand_ins.get(path).copied() {
            if tried == 0 {
                self.note(path.to_owned(), "belum diisi".into(), wording::remedy(path, message));
            }
            let Some(stand_in) = wording::stand_in(tried) else { return false };
            self.stand_ins.insert(path.to_owned(), tried + 1);
            return put(&mut self.tree, &keys, stand_in);
        }
        // A variable's "2025" may have been meant as text.
        if let Some(written) = self.variables.get(path)
            && !matches!(look(&self.tree, &keys), Some(Value::String(_)))
        {
            let text = Value::String(written.clone());
            return put(&mut self.tree, &keys, text);
        }
        let written = match self.variables.get(path) {
            Some(written) => Some(Value::String(written.clone())),
            None => look(&self.tree, &keys).cloned(),
        };
        let (what, remedy) = wording::misfit(path, written.as_ref(), message);
        self.note(path.to_owned(), what, remedy);
        // The key itself, or, when serde points beside it, the nearest section that holds it.
        (1..=keys.len()).rev().any(|n| take(&mut self.tree, &keys[..n]).is_some())
    }

    fn finish<T: Check>(self, value: Option<T>) -> Result<T, ConfigErrors> {
        let Self { mut problems, settled, .. } = self;
        let mut checked = Problems::default();
        if let Some(value) = &value {
            value.check(&mut checked);
        }
        let about_settled = |path: &str| {
            settled.iter().any(|settled| {
                !settled.is_empty()
                    && (path == settled || path.strip_prefix(settled).is_some_and(|rest| rest.starts_with('.')))
            })
        };
        problems.extend(checked.into_found().into_iter().filter(|problem| !about_settled(&problem.path)));
        problems.sort_by(|a, b| a.path.cmp(&b.path));
        problems.dedup();
        match value {
            Some(value) if problems.is_empty() => Ok(value),
            _ => Err(ConfigErrors(problems)),
        }
    }
}

fn variable_name(path: &str) -> String {
    format!("{PREFIX}{}", path.replace('.', "__").to_uppercase())
}

fn split(path: &str) -> Vec<String> {
    path.split('.').filter(|key| !key.is_empty()).map(str::to_owned).collect()
}

/// A variable's text as the TOML value that it looks like, or as text.
fn literal(text: &str) -> Value {
    match text.parse::<Value>() {
        Ok(value @ (Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Array(_))) => value,
        _ => Value::String(text.to_owned()),
    }
}

fn look<'t>(tree: &'t Table, keys: &[String]) -> Option<&'t Value> {
    let (first, rest) = keys.split_first()?;
    let value = tree.get(first)?;
    if rest.is_empty() { Some(value) } else { look(value.as_table()?, rest) }
}

fn put(tree: &mut Table, keys: &[String], value: Value) -> bool {
    let Some((first, rest)) = keys.split_first() else { return false };
    if rest.is_empty() {
        tree.insert(first.clone(), value);
        return true;
    }
    match tree.entry(first.clone()).or_insert_with(|| Value::Table(Table::new())) {
        Value::Table(inner) => put(inner, rest, value),
        _ => false,
    }
}

fn take(tree: &mut Table, keys: &[String]) -> Option<Value> {
    let (first, rest) = keys.split_first()?;
    if rest.is_empty() { tree.remove(first) } else { take(tree.get_mut(first)?.as_table_mut()?, rest) }
}
