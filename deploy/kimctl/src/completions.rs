//! `kimctl completions`: what a shell asks for while somebody types.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::{cli::Cli, refusal};

/// A script for the shell, in which every command stands.
#[must_use]
pub fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut refusal::worded(Cli::command()), "kimctl", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::{ENGLISH, Said};

    /// Every command that does something, by the words that lead to it.
    fn leaves(command: &clap::Command, path: &[String]) -> Vec<(Vec<String>, clap::Command)> {
        if !command.has_subcommands() {
            return vec![(path.to_vec(), command.clone())];
        }
        let below = |below: &clap::Command| leaves(below, &[path, &[below.get_name().to_owned()]].concat());
        command.get_subcommands().flat_map(below).collect()
    }

    fn all() -> Vec<(Vec<String>, clap::Command)> {
        let all = leaves(&refusal::worded(Cli::command()), &[]);
        assert!(all.len() > 40, "{} commands", all.len());
        all
    }

    #[test]
    fn every_command_stands_in_the_script_of_each_shell() {
        let [bash, zsh, fish] = [Shell::Bash, Shell::Zsh, Shell::Fish].map(script);
        let joined = |path: &[String]| [&[String::new()], path].concat().join("__subcmd__");
        for (path, _) in all() {
            let (last, above) = path.split_last().expect("a leaf has a name");
            let in_bash = format!("kimctl{},{last})", joined(above).replace('-', "__subcmd__"));
            assert!(bash.lines().any(|line| line.trim() == in_bash), "bash: {path:?}");
            let in_zsh = format!("_kimctl{}_commands()", joined(&path));
            assert!(zsh.contains(&in_zsh), "zsh: {path:?}");
            let after = match above.last() {
                None => "__fish_kimctl_needs_command".to_owned(),
                Some(above) => format!("__fish_kimctl_using_subcommand {above}"),
            };
            let offers = |line: &str| line.contains(&after) && line.contains(&format!("-a \"{last}\""));
            assert!(fish.lines().any(offers), "fish: {path:?}");
        }
    }

    #[test]
    fn every_command_and_all_that_it_takes_is_explained_without_words_of_claps_own() {
        let mut wrong = Vec::new();
        for (path, command) in all() {
            if command.get_about().is_none_or(|about| about.to_string().is_empty()) {
                wrong.push(format!("{path:?} does not say what it does"));
            }
            let unsaid = |arg: &&clap::Arg| arg.get_help().is_none_or(|help| help.to_string().is_empty());
            let unsaid = command.get_arguments().filter(unsaid);
            wrong.extend(unsaid.map(|arg| format!("{path:?} does not say what {} is", arg.get_id())));
            let typed = ["kimctl"].into_iter().chain(path.iter().map(String::as_str)).chain(["--help"]);
            let Err(Said::Asked(help)) = refusal::parse::<Cli>(typed.map(Into::into)) else {
                panic!("{path:?} has no help")
            };
            assert!(help.contains("Pakai:") && help.contains("--json"), "{path:?}: {help}");
            let english = ENGLISH.iter().filter(|english| help.contains(**english));
            wrong.extend(english.map(|english| format!("{path:?} says {english}")));
        }
        assert_eq!(wrong, Vec::<String>::new());
    }
}
