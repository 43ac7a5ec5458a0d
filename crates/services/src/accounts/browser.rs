//! What a browser calls itself, in a few words: "Firefox on Windows". A guess for people; nothing is decided by it.

use wire::plain::misleads;

/// The first that is found wins, so who also calls itself by another's name stands before that one.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

const SYSTEMS: &[(&str, &str)] = &[
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

const LONGEST: usize = 40;

/// Browser and system, as far as they can be told.
pub(super) fn words(user_agent: Option<&str>) -> String {
    let Some(text) = user_agent.filter(|text| !text.trim().is_empty()) else { return "Unknown browser".into() };
    let found = |of: &[(&str, &'static str)]| of.iter().find(|(mark, _)| text.contains(mark)).map(|(_, name)| *name);
    match (found(BROWSERS), found(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.into(),
        (None, Some(system)) => format!("A browser on {system}"),
        // A script's own name says more than a guess.
        (None, None) => text.chars().filter(|letter| !misleads(*letter)).take(LONGEST).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn common_browsers_are_named() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0";
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
        let firefox = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0";
        for (text, said) in [
            (chrome, "Chrome on Linux"),
            (edge, "Edge on Windows"),
            (phone, "Safari on iPhone"),
            (firefox, "Firefox on macOS"),
            ("curl/8.5.0", "curl"),
            ("my\u{7}-script/1", "my-script/1"),
            (" ", "Unknown browser"),
        ] {
            assert_eq!(words(Some(text)), said);
        }
        assert_eq!(words(None), "Unknown browser");
        assert_eq!(words(Some(&"x".repeat(300))).len(), 40);
    }
}
