//! What spellings of one name have in common.

use kim_values::PublicName;

/// What two spellings of one name have in common: [`own_words`] without spaces.
#[must_use]
pub fn key(name: &PublicName) -> String {
    own_words(name.as_str()).concat()
}

/// The words of a name in lower case, of letters and digits only, without the leading ones for "KIM" unless it has no others.
#[must_use]
pub fn own_words(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let own = match words.as_slice() {
        ["komunitas" | "kelompok", "informasi", "masyarakat", own @ ..] | ["kim", own @ ..] | own => own,
    };
    let own = if own.is_empty() { words.as_slice() } else { own };
    own.iter().map(|&word| word.to_owned()).collect()
}

/// Whether these words say that it is a KIM, and nothing of which.
#[must_use]
pub fn is_any_kim(words: &[String]) -> bool {
    matches!(words, [kim] if kim == "kim")
        || matches!(words, [kind, of, whom]
            if ["komunitas", "kelompok"].contains(&kind.as_str()) && of == "informasi" && whom == "masyarakat")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_share_a_key() {
        let key = |raw: &str| key(&PublicName::parse(raw).expect("a valid name"));
        assert_eq!(key("KIM Pasir Huni"), "pasirhuni");
        assert_eq!(key("kim \"Pasirhuni\""), "pasirhuni");
        assert_eq!(key("Kelompok Informasi Masyarakat Pasir-Huni"), "pasirhuni");
        assert_eq!(key("Kimia Desa"), "kimiadesa");
        assert_eq!(key("KIM"), "kim");
    }
}
