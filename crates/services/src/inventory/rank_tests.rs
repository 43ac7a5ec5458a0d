use super::*;
use proptest::prelude::*;

fn texts<'a>(name: &'a str, tags: &'a [String], folder: &'a str) -> Texts<'a> {
    Texts { name, tags, address: "10.0.0.7", folder }
}

#[test]
fn the_name_goes_before_everything_else() {
    let tags = ["core-net".to_owned()];
    let scores = [
        score(texts("core", &[], ""), "core"),
        score(texts("core-1", &[], ""), "core"),
        score(texts("zrh-core-1", &[], ""), "core"),
        score(texts("hardcore", &[], ""), "core"),
        score(texts("sw1", &tags, ""), "core"),
        score(texts("sw1", &[], ""), "10.0.0"),
        score(texts("sw1", &[], "site / core"), "core"),
        score(texts("sw1", &[], ""), "core"),
    ];
    assert!(scores.is_sorted_by(|one, other| one < other), "{scores:?}");
}

#[test]
fn words_are_folded_and_few() {
    assert_eq!(
        words(" Zürich  #Core # "),
        [Word::Text("zurich".into()), Word::Tag("core".into()), Word::Text("#".into())]
    );
    assert_eq!(words(&"a ".repeat(100)).len(), WORDS);
    let long = words(&"é".repeat(1000));
    assert!(matches!(&long[..], [Word::Text(word)] if word.len() == LETTERS));
}

#[test]
fn slips_are_forgiven_as_far_as_a_word_is_long() {
    let is_near = |name: &str, word: &str| near(name, None, word);
    for (name, word) in [
        ("router-12", "ruoter"),
        ("router-12", "roter"),
        ("router-12", "routwr"),
        ("distribution", "distribtuoin"),
        ("zurich-core", "zurihc"),
        ("zurich", "zuri"),
        ("web01", "wb1"),
        ("zrh-core-sw-0412", "coer-sw-0412"),
        ("zrh_core_sw", "zrh_croe"),
        ("edge-rtr.example", "egde-rtr.ex"),
        ("core-sw", "coresw"),
    ] {
        assert!(is_near(name, word).is_some(), "{name} {word}");
    }
    for (name, word) in [("router", "ruotre"), ("web", "wbe"), ("switch", "router"), ("web01", "1bw"), ("a", "b")] {
        assert_eq!(is_near(name, word), None, "{name} {word}");
    }
    assert!(is_near("router", "ruoter") < is_near("rxuxoxtxexrx", "ruoter"), "a slip goes before gaps");
    assert!(near("sw1", slips_in("arista eos", "arsita"), "arsita").is_some(), "other texts as well");
}

proptest! {
    /// One letter left out, doubled or changed is near, whatever the word.
    #[test]
    fn one_slip_is_near(word in "[a-z]{5,12}", at in 0usize..5, letter in prop::char::range('a', 'z'), kind in 0..4) {
        let mut typed: Vec<char> = word.chars().collect();
        match kind {
            0 => { typed.remove(at); }
            1 => typed.insert(at, letter),
            2 => typed[at] = letter,
            _ if at + 1 < typed.len() => typed.swap(at, at + 1),
            _ => {}
        }
        let typed: String = typed.into_iter().collect();
        prop_assume!(typed.len() >= 4);
        prop_assert!(distance(&word, &typed, 1).is_some(), "{} {}", word, typed);
    }
}
