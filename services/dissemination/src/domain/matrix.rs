//! Every command in every state, as a table that can be read.

use std::fmt::{Debug, Write};

use super::Refusal;

/// A row for each command, a column for each state: the state's name after it, `·` where nothing happens, or `!` and why it is refused.
pub fn matrix<S: Clone, C: Clone, E>(
    states: &[(&str, Option<S>)],
    commands: &[(&str, C)],
    decide: impl Fn(Option<&S>, C) -> Result<Vec<E>, Refusal>,
    evolve: impl Fn(Option<S>, &E) -> Option<S>,
    name: impl Fn(&S) -> String,
) -> String {
    let mut rows = vec![states.iter().fold(vec![String::new()], |mut row, (state, _)| {
        row.push((*state).to_owned());
        row
    })];
    for (command, what) in commands {
        let mut row = vec![(*command).to_owned()];
        row.extend(states.iter().map(|(_, state)| match decide(state.as_ref(), what.clone()) {
            Err(refusal) => format!("!{}", reason(&refusal)),
            Ok(events) if events.is_empty() => "·".to_owned(),
            Ok(events) => name(&events.iter().fold(state.clone(), &evolve).expect("an event is of something")),
        }));
        rows.push(row);
    }
    drawn(&rows)
}

fn drawn(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let mut table = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "{cell:width$}  ");
        }
        table.push_str(line.trim_end());
        table.push('\n');
    }
    table
}

/// Compares with the file beside the test.
pub fn assert_same(table: &str, expected: &str) {
    assert!(
        table == expected,
        "
{table}"
    );
}

/// A refusal's own name: `NotRunning` of `Campaign(NotRunning(Draft))`.
pub fn reason(refusal: &impl Debug) -> String {
    let text = format!("{refusal:?}");
    let mut names = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|name| !name.is_empty());
    let first = names.next().expect("a refusal has a name").to_owned();
    match first.as_str() {
        "Programme" | "Material" | "Campaign" | "Delivery" | "Question" | "Endpoint" => {
            names.next().expect("an error's name").into()
        }
        _ => first,
    }
}
