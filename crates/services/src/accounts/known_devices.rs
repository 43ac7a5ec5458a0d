//! Browsers that have signed in before. Each has a mark in a cookie, sealed by the server's key and bound to the name that
//! signed in there. Whoever brings one waits for the wrong tries made with that mark alone, so that somebody who guesses from
//! elsewhere keeps no owner out.
//!
//! A mark lets nobody in, opens nothing and is stored nowhere. What it cannot do: be taken back. A stolen one gives a
//! guesser a count of their own, which grows like every other.

use super::Accounts;
use crate::{
    ServiceError,
    vault::{aead, key::KeyBytes, random, server_key::ServerKey},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use std::sync::Arc;
use wire::vault::Secret;

const PURPOSE: &str = "berth known devices v1";

/// So long a mark's own number is, in bytes.
const NUMBER: usize = 16;

/// Makes marks and knows its own. Cheap to clone. Without a key it knows nobody.
#[derive(Clone, Default)]
pub(super) struct KnownDevices(Option<Arc<KeyBytes>>);

impl KnownDevices {
    async fn new(key: &ServerKey) -> Self {
        match key.derived(PURPOSE, true).await {
            Ok(key) => Self(key.map(Arc::new)),
            Err(error) => {
                tracing::warn!(%error, "no browser is known again when somebody else guesses at its owner's password");
                Self::default()
            }
        }
    }

    fn mark(&self, name: &str) -> Result<Option<Secret>, ServiceError> {
        let Some(key) = &self.0 else { return Ok(None) };
        let mut sealed = Vec::new();
        aead::seal_into(&mut sealed, key, &place(name), random::bytes::<NUMBER>()?.as_slice())?;
        Ok(Some(Secret::new(BASE64.encode(sealed))))
    }

    /// The number of a mark that was made for this name.
    pub(super) fn number(&self, name: &str, mark: Option<&Secret>) -> Option<String> {
        let sealed = BASE64.decode(mark?.expose()).ok()?;
        let number = aead::open(&sealed, self.0.as_ref()?, &place(name))?;
        Some(BASE64.encode(number))
    }
}

fn place(name: &str) -> Vec<u8> {
    format!("berth known device:{}", name.to_lowercase()).into_bytes()
}

impl Accounts {
    /// The same accounts, which know browsers again by marks of the server's key.
    pub(crate) async fn knowing_devices(mut self, key: &ServerKey) -> Self {
        self.known_devices = KnownDevices::new(key).await;
        self
    }

    /// A mark for the browser in which this name has just signed in; none when the server's key cannot be used.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn device_mark(&self, name: &str) -> Result<Option<Secret>, ServiceError> {
        self.known_devices.mark(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn devices() -> KnownDevices {
        KnownDevices(Some(Arc::new(random::bytes().unwrap())))
    }

    #[test]
    fn a_mark_is_known_for_its_name_by_the_key_that_made_it() {
        let (here, elsewhere) = (devices(), devices());
        let mark = here.mark("Alice").unwrap();
        let number = here.number("alice", mark.as_ref());
        assert!(number.is_some());
        assert_ne!(number, here.number("alice", here.mark("alice").unwrap().as_ref()), "each has a number of its own");
        assert_eq!(here.number("bob", mark.as_ref()), None);
        assert_eq!(elsewhere.number("alice", mark.as_ref()), None);
        assert_eq!(here.number("alice", None), None);
        for made_up in ["", "AAAA", "not base64!"] {
            assert_eq!(here.number("alice", Some(&Secret::new(made_up))), None);
        }
        assert!(KnownDevices::default().mark("alice").unwrap().is_none());
    }
}
