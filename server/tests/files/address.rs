//! Paths of a host in addresses.

/// A path in a query.
pub(crate) fn encoded(path: impl AsText) -> String {
    path.text().bytes().map(|byte| format!("%{byte:02X}")).collect()
}

pub(crate) trait AsText {
    fn text(&self) -> &str;
}

impl AsText for &serde_json::Value {
    fn text(&self) -> &str {
        self.as_str().unwrap()
    }
}

impl AsText for &str {
    fn text(&self) -> &str {
        self
    }
}

impl AsText for &String {
    fn text(&self) -> &str {
        self
    }
}
