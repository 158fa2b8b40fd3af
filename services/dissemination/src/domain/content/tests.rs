use super::{
    samples::{content, contents, media, wording},
    *,
};

const BODY: &str = "Imunisasi melindungi anak.\n\nDatanglah ke posyandu.";

#[test]
fn contents_have_each_language_once_and_indonesian_first() {
    assert_eq!(contents(BODY).languages(), ["id", "jv"].map(|tag| Language::parse(tag).expect("a language")));
    let flaw = |contents| Contents::new(contents).expect_err("a flaw");
    let jv = Language::parse("jv").expect("a language");
    assert_eq!(flaw(vec![]), ContentFlaw::IndonesianMissing);
    assert_eq!(flaw(vec![content("jv", BODY)]), ContentFlaw::IndonesianMissing);
    let doubled = [content("jv", BODY), content("id", BODY), content("jv", BODY)].to_vec();
    assert_eq!(flaw(doubled), ContentFlaw::LanguageDoubled(jv));
    let tags = ["id", "aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh", "ii", "jj", "kk", "ll"];
    assert_eq!(flaw(tags.map(|tag| content(tag, BODY)).to_vec()), ContentFlaw::TooManyLanguages);
    let with = |change: fn(&mut Content)| {
        let mut content = content("id", BODY);
        change(&mut content);
        vec![content]
    };
    let id = Language::INDONESIAN;
    assert_eq!(flaw(with(|c| c.links = vec![c.links[0].clone(); 21])), ContentFlaw::TooManyLinks(id));
    assert_eq!(flaw(with(|c| c.media = (0..21).map(media).collect())), ContentFlaw::TooManyMedia(id));
    assert_eq!(flaw(with(|c| c.media.push(media(1)))), ContentFlaw::MediaDoubled(id));
    let long = "\u{a9a5}".repeat(20_000);
    let all = tags[..12].iter().map(|tag| content(tag, &long)).collect();
    assert_eq!(flaw(all), ContentFlaw::TooLong);
}

#[test]
fn a_reader_gets_the_language_asked_for_or_indonesian() {
    let contents = contents(BODY);
    for (asked, shown) in [("jv", "jv"), ("id", "id"), ("min", "id")] {
        let asked = Language::parse(asked).expect("a language");
        assert_eq!(contents.in_language(asked).language.as_str(), shown);
    }
}

#[test]
fn a_hash_is_of_all_that_is_said_and_of_the_order_of_nothing_else() {
    let whole = wording(BODY, None);
    let hash = whole.hash();
    // Never another one: approvals in the log name it.
    assert_eq!(hash.to_string(), "9ebe3b20f094421fc9931882c4984477461d036787ebf5144b547b7704cd780c");
    let mut turned: Vec<Content> = whole.contents.each().cloned().collect();
    turned.reverse();
    assert_eq!(Wording { contents: Contents::new(turned).expect("contents"), note: None }.hash(), hash);
    let changed: [fn(&mut Wording); 7] = [
        |w| w.contents.0[0].title = PublicName::stored("Imunisasi bayi"),
        |w| w.contents.0[1].body = Body::stored("Imunisasi melindungi."),
        |w| w.contents.0[0].links.clear(),
        |w| w.contents.0[0].media[0].hash = DocumentHash([2; 32]),
        |w| w.contents.0[0].media[0].role = MediaRole::Attachment,
        |w| w.contents.0.truncate(1),
        |w| w.note = Some(Note::stored("Jadwalnya salah.")),
    ];
    for change in changed {
        let mut other = whole.clone();
        change(&mut other);
        assert_ne!(other.hash(), hash, "{other:?}");
    }
}
