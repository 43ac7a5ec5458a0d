//! What a name, a password and a token's name must be like, said before the server has to.
//!
//! The server decides; these checks only save a round trip, so they follow the rules written at the wire's requests.

/// The shortest password.
pub const SHORTEST_PASSWORD: usize = 10;

/// What is wrong with an account's name.
pub fn username(name: &str) -> Option<String> {
    let known = |c: char| c.is_ascii_alphanumeric() || ".-_@".contains(c);
    match name.chars().count() {
        0 => Some("Choose a name to sign in with.".into()),
        65.. => Some("Use at most 64 characters.".into()),
        _ if !name.chars().all(known) => Some("Use letters, digits, “.”, “-”, “_” or “@” only.".into()),
        _ => None,
    }
}

/// What is wrong with a new password.
pub fn new_password(password: &str) -> Option<String> {
    let length = password.chars().count();
    (length < SHORTEST_PASSWORD).then(|| match length {
        0 => "Choose a password.".into(),
        _ => format!("Use at least {SHORTEST_PASSWORD} characters; {} more.", SHORTEST_PASSWORD - length),
    })
}

/// What is wrong with the password's second typing.
pub fn confirmation(password: &str, again: &str) -> Option<String> {
    (password != again).then(|| "The two passwords differ.".into())
}

/// What is wrong with a new passphrase of a vault.
pub fn new_passphrase(passphrase: &str) -> Option<String> {
    if passphrase.is_empty() { Some("Choose a passphrase.".into()) } else { new_password(passphrase) }
}

/// What is wrong with its second typing.
pub fn same_passphrase(passphrase: &str, again: &str) -> Option<String> {
    (passphrase != again).then(|| "The two passphrases differ.".into())
}

/// What is wrong with a field that must not stay empty.
pub fn filled(text: &str, what: &str) -> Option<String> {
    text.trim().is_empty().then(|| format!("Enter {what}."))
}

/// What is wrong with a code of an authenticator app.
pub fn app_code(text: &str) -> Option<String> {
    let digits: Vec<char> = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let is_code = digits.len() == 6 && digits.iter().all(char::is_ascii_digit);
    (!is_code).then(|| "Enter the six digits that the app shows.".into())
}

/// A key in groups of four, to be typed.
pub fn grouped(key: &str) -> String {
    let letters: Vec<char> = key.chars().collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

/// What is wrong with a name for a list entry.
pub fn label(text: &str) -> Option<String> {
    match text.trim().chars().count() {
        0 => Some("Give it a name.".into()),
        101.. => Some("Use at most 100 characters.".into()),
        _ => None,
    }
}

/// What is wrong with a passkey's name.
pub fn passkey_name(text: &str) -> Option<String> {
    match text.trim().chars().count() {
        0 => Some("Give it a name.".into()),
        61.. => Some("Use at most 60 characters.".into()),
        _ => None,
    }
}

/// How many days a token lives: none for ever, or a number between 1 and 3650.
pub fn days(text: &str) -> Result<Option<u32>, String> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse() {
            Ok(days @ 1..=3650) => Ok(Some(days)),
            _ => Err("Enter a number of days between 1 and 3650, or leave it empty.".into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_words() {
        for good in ["ada", "ada.lovelace@berth-1", "A_1"] {
            assert_eq!(username(good), None, "{good}");
        }
        for bad in ["", "ada lovelace", "é", &"x".repeat(65)] {
            assert!(username(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn short_passwords_say_how_much_is_missing() {
        assert_eq!(new_password("1234567").as_deref(), Some("Use at least 10 characters; 3 more."));
        assert_eq!(new_password("1234567890"), None);
        assert_eq!(new_password("éééééééééé"), None);
    }

    #[test]
    fn the_second_typing_must_be_the_same() {
        assert!(confirmation("a", "b").is_some() && confirmation("a", "a").is_none());
        assert!(same_passphrase("a", "b").is_some() && same_passphrase("a", "a").is_none());
        assert!(
            new_passphrase("").is_some_and(|text| text.contains("passphrase"))
                && new_passphrase("a long phrase").is_none()
        );
    }

    #[test]
    fn a_code_has_six_digits() {
        assert_eq!((app_code("123456"), app_code(" 123 456")), (None, None));
        assert!(app_code("12345").is_some() && app_code("1234567").is_some() && app_code("12345a").is_some());
        assert_eq!(grouped("ABCDEFGHIJ"), "ABCD EFGH IJ");
    }

    #[test]
    fn days_may_be_left_out() {
        assert_eq!((days(" "), days("30")), (Ok(None), Ok(Some(30))));
        assert!(days("0").is_err() && days("x").is_err() && days("3651").is_err());
    }
}
