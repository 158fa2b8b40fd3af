//! Names out of capitals. The build script uses it for lists that were published in capitals only.

/// Short forms with vowels in them; those without any are told by that.
const SHORT_FORMS: [&str; 6] = ["DKI", "UPT", "PJKA", "HTI", "KNPI", "SMK"];

/// `BANGKINANG KOTA` → `Bangkinang Kota`. Roman numerals and short forms stay as they are, `DAN` becomes `dan`.
pub fn title_case(name: &str) -> String {
    let mut cased = String::with_capacity(name.len());
    let mut rest = name;
    while !rest.is_empty() {
        let end = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        push_word(&mut cased, word);
        let separators = tail.find(in_word).unwrap_or(tail.len());
        cased.push_str(&tail[..separators]);
        rest = &tail[separators..];
    }
    cased
}

/// Apostrophes stand inside words (`KI'E`), and the lists write some as quotation marks (`RA"AS`).
fn in_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’' | '"')
}

fn push_word(cased: &mut String, word: &str) {
    if word == "DAN" && !cased.is_empty() {
        cased.push_str("dan");
    } else if stays(word) {
        cased.push_str(word);
    } else {
        let mut chars = word.chars();
        cased.extend(chars.by_ref().take(1));
        cased.extend(chars.flat_map(char::to_lowercase));
    }
}

fn stays(word: &str) -> bool {
    let roman = word.chars().all(|c| matches!(c, 'I' | 'V' | 'X'));
    let letters = word.chars().all(|c| c.is_ascii_uppercase());
    let voiceless = letters && !word.contains(['A', 'E', 'I', 'O', 'U', 'Y']);
    roman || voiceless || SHORT_FORMS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::title_case;

    #[test]
    fn capitals_become_a_name_as_people_write_it() {
        for (capitals, name) in [
            ("KABUPATEN KAMPAR", "Kabupaten Kampar"),
            ("DKI JAKARTA", "DKI Jakarta"),
            ("VII KOTO SUNGAI SARIK", "VII Koto Sungai Sarik"),
            ("2 X 11 ENAM LINGKUANG", "2 X 11 Enam Lingkuang"),
            ("AIR MOLEK II", "Air Molek II"),
            ("PETANDUK-II", "Petanduk-II"),
            ("LUBUK PAKAM I,II", "Lubuk Pakam I,II"),
            ("PULAU-PULAU BATU", "Pulau-Pulau Batu"),
            ("PANGKAJENE DAN KEPULAUAN", "Pangkajene dan Kepulauan"),
            ("DANAU KEMBAR", "Danau Kembar"),
            ("DAN", "Dan"),
            ("KI'E", "Ki'e"),
            ("RA\"AS", "Ra\"as"),
            ("MISOOL (MISOOL UTARA)", "Misool (Misool Utara)"),
            ("STM HILIR", "STM Hilir"),
            ("UPT. II", "UPT. II"),
            ("P.O. LAMA", "P.O. Lama"),
            ("", ""),
        ] {
            assert_eq!(title_case(capitals), name, "{capitals}");
        }
    }
}
