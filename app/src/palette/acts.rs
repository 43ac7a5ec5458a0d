//! What the palette can do beside opening things, and which of it a few letters mean.

/// Something that can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says what is done")]
pub enum Doing {
    AddHost,
    NewFolder,
    Import,
    NetBox,
    Undo,
    Hosts,
    Favourites,
    Recent,
    Commands,
    Monitor,
    Recordings,
    Credentials,
    Links,
    Account,
    Shortcuts,
    SystemTheme,
    DarkTheme,
    LightTheme,
    ContrastTheme,
    SignOut,
}

/// All of it: what it is called, and other words for it.
pub const ALL: [(Doing, &str, &str); 20] = [
    (Doing::AddHost, "Add host", "new create server"),
    (Doing::NewFolder, "New folder", "add create group"),
    (Doing::Import, "Import hosts", "yaml csv ssh_config ansible known_hosts upload"),
    (Doing::NetBox, "Hosts from NetBox", "import sync devices sites ipam dcim"),
    (Doing::Undo, "Undo a change of many hosts", "back restore"),
    (Doing::Hosts, "Go to the hosts", "dashboard home inventory"),
    (Doing::Favourites, "Go to the favourites", "star hosts"),
    (Doing::Recent, "Go to recent hosts", "last used"),
    (Doing::Commands, "Go to commands", "run many"),
    (Doing::Monitor, "Go to the monitor", "cpu memory gpu"),
    (Doing::Recordings, "Go to the recordings", "play asciicast"),
    (Doing::Credentials, "Go to the credentials", "vault keys passwords"),
    (Doing::Links, "Go to open links", "connections"),
    (Doing::Account, "Go to the account", "password tokens settings"),
    (Doing::Shortcuts, "Keyboard shortcuts", "keys help"),
    (Doing::SystemTheme, "Theme: as the system", "colours appearance"),
    (Doing::DarkTheme, "Theme: dark", "colours appearance night"),
    (Doing::LightTheme, "Theme: light", "colours appearance day"),
    (Doing::ContrastTheme, "Theme: high contrast", "colours appearance accessibility"),
    (Doing::SignOut, "Sign out", "log out leave"),
];

/// What the words mean, the best first; whether it begins with them. Without words, the first few.
pub fn found(words: &str) -> Vec<(Doing, &'static str, bool)> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let mut found: Vec<_> = ALL
        .into_iter()
        .filter_map(|(doing, title, others)| {
            let text = title.to_lowercase();
            let rank =
                words.iter().map(|word| rank(&text, others, word)).try_fold(0, |sum, rank| Some(sum.max(rank?)))?;
            Some((rank, doing, title))
        })
        .collect();
    found.sort_by_key(|(rank, ..)| *rank);
    let most = if words.is_empty() { 6 } else { 5 };
    found.into_iter().take(most).map(|(rank, doing, title)| (doing, title, rank == 0)).collect()
}

/// How well a word answers: the beginning of the title, of a word of it, of another word, anywhere.
fn rank(title: &str, others: &str, word: &str) -> Option<u8> {
    let begins = |text: &str| text.split([' ', ':']).any(|one| one.starts_with(word));
    match () {
        () if title.starts_with(word) => Some(0),
        () if begins(title) => Some(1),
        () if begins(others) => Some(2),
        () if word.len() > 2 && title.contains(word) => Some(3),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(words: &str) -> Option<Doing> {
        found(words).first().map(|(doing, ..)| *doing)
    }

    #[test]
    fn a_few_letters_mean_what_begins_with_them() {
        assert_eq!(first("add"), Some(Doing::AddHost));
        assert_eq!(first("ADD ho"), Some(Doing::AddHost));
        assert_eq!(first("dark"), Some(Doing::DarkTheme));
        assert_eq!(first("log"), Some(Doing::SignOut));
        assert_eq!(first("vault"), Some(Doing::Credentials));
        assert_eq!(first("xyzzy"), None);
        assert!(found("sign").first().is_some_and(|(_, _, begins)| *begins));
        assert!(found("dark").first().is_some_and(|(_, _, begins)| !*begins));
    }

    #[test]
    fn without_words_there_are_a_few() {
        assert_eq!(found(" ").len(), 6);
    }
}
