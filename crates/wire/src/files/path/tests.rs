use super::*;
use proptest::prelude::*;

fn path(text: &str) -> RemotePath {
    text.parse().unwrap()
}

fn name(text: &str) -> RemoteName {
    text.parse().unwrap()
}

proptest! {
    #[test]
    fn json_keeps_every_byte(bytes in proptest::collection::vec(1_u8.., 1..60)) {
        let path = RemotePath::from_bytes(bytes).unwrap();
        let json = serde_json::to_string(&path).unwrap();
        prop_assert_eq!(serde_json::from_str::<RemotePath>(&json).unwrap(), path);
    }

    #[test]
    fn cleaning_settles_at_once_and_stays_where_it_began(text in "[/.ab]{1,12}") {
        let clean = path(&text).cleaned();
        prop_assert_eq!(&clean.cleaned(), &clean);
        prop_assert_eq!(clean.is_absolute(), path(&text).is_absolute());
        let tail = clean.to_text().trim_start_matches("../").to_owned();
        prop_assert!(tail == ".." || !tail.split('/').any(|part| part == ".."), "{clean}");
    }

    #[test]
    fn what_is_joined_lies_within_and_comes_apart_again(at in "/[/ab]{0,8}", last in "[abc]{1,3}") {
        let (directory, last) = (path(&at), name(&last));
        let whole = directory.join(&last);
        prop_assert!(whole.is_within(&directory));
        prop_assert_eq!(whole.name(), Some(last));
        prop_assert_eq!(whole.parent(), Some(directory.cleaned()));
    }
}

#[test]
fn what_is_no_name_is_refused() {
    for (text, why) in [
        ("", InvalidName::Empty),
        ("a\0b", InvalidName::Nul),
        ("a/b", InvalidName::NotOneName),
        ("/", InvalidName::NotOneName),
        (".", InvalidName::NotOneName),
        ("..", InvalidName::NotOneName),
        (&"x".repeat(5000), InvalidName::TooLong),
    ] {
        assert_eq!(text.parse::<RemoteName>(), Err(why), "{text:?}");
    }
    assert_eq!("a\0".parse::<RemotePath>(), Err(InvalidName::Nul));
    for fine in ["...", "-rf", " ", "a\nb", "\u{202e}gpj.exe", &"x".repeat(255)] {
        assert_eq!(name(fine).to_text(), fine);
    }
}

#[test]
fn cleaning_and_going_up() {
    for (text, clean, parent) in [
        ("/", "/", None),
        ("/..", "/", None),
        ("/a", "/a", Some("/")),
        ("//a/./b//", "/a/b", Some("/a")),
        ("/a/../../b/c", "/b/c", Some("/b")),
        ("a", "a", Some(".")),
        ("./a/..", ".", None),
        ("../a", "../a", Some("..")),
        ("a/../../..", "../..", None),
    ] {
        assert_eq!(path(text).cleaned(), path(clean), "{text}");
        assert_eq!(path(text).parent(), parent.map(path), "{text}");
    }
}

#[test]
fn within_is_not_the_same_beginning() {
    assert!(path("/srv/data").is_within(&path("/srv/")));
    assert!(path("/srv").is_within(&path("/")));
    assert!(path("/srv").is_within(&path("/srv")));
    assert!(!path("/srv2").is_within(&path("/srv")));
    assert!(!path("/srv/../etc").is_within(&path("/srv")));
}

#[test]
fn a_relative_path_is_found_from_a_directory() {
    assert_eq!(path("../x").resolved_in(&path("/srv/data")), path("/srv/x"));
    assert_eq!(path("/x").resolved_in(&path("/srv/data")), path("/x"));
}
