//! Which files of xterm.js the server has, and what is taken from each. app/scripts/vendor.mjs puts them there.

/// File name and exported class.
pub(super) const MODULES: [(&str, &str); 7] = [
    ("xterm-6.0.0", "Terminal"),
    ("addon-fit-0.11.0", "FitAddon"),
    ("addon-search-0.16.0", "SearchAddon"),
    ("addon-web-links-0.12.0", "WebLinksAddon"),
    ("addon-unicode-graphemes-0.4.0", "UnicodeGraphemesAddon"),
    ("addon-clipboard-0.2.0", "ClipboardAddon"),
    ("addon-webgl-0.19.0", "WebglAddon"),
];

#[cfg(test)]
mod tests {
    use super::MODULES;

    #[test]
    fn the_files_are_those_that_npm_brings() {
        let manifest: serde_json::Value = serde_json::from_str(include_str!("../../package.json")).expect("JSON");
        for (file, _) in MODULES {
            let (name, version) = file.rsplit_once('-').expect("a version");
            assert_eq!(manifest["dependencies"][format!("@xterm/{name}")], version, "{file}");
        }
    }
}
