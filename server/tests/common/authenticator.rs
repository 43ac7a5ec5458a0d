//! An authenticator app, written from RFC 6238 without the library that the server uses.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use std::time::{Duration, SystemTime};

/// How long a code is shown, in seconds.
const STEP: u64 = 30;

/// How far into a step the code of the one before is still given out, in seconds.
const EARLY: u64 = 20;

/// Computes codes, and remembers which it gave out.
pub(crate) struct Authenticator {
    secret: Vec<u8>,
    given: u64,
}

impl Authenticator {
    /// With a secret in base 32.
    pub(crate) fn new(secret: &str) -> Self {
        Self { secret: BASE32_NOPAD.decode(secret.as_bytes()).expect("base 32"), given: 0 }
    }

    /// The next code that the server takes: it allows for clocks that are a step off, so three come at once. Waits for the
    /// clock after that.
    pub(crate) async fn next(&mut self) -> String {
        // The step before is taken as long as this one goes on; near its end a busy machine might come too late with it.
        let before = u64::from(now() % STEP < EARLY);
        let step = (self.given + 1).max(now() / STEP - before);
        while now() / STEP + 1 < step {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        self.given = step;
        self.at(step)
    }

    /// The code that was given out last.
    pub(crate) fn last(&self) -> String {
        self.at(self.given)
    }

    /// A code that is right at no time near now.
    pub(crate) fn wrong(&self) -> String {
        let near: Vec<_> = (0..8).map(|ahead| self.at(now() / STEP + ahead - 3)).collect();
        let far = (0..).map(|number| format!("{number:06}")).find(|code| !near.contains(code));
        far.expect("a million are not eight")
    }

    fn at(&self, step: u64) -> String {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.secret).expect("any length");
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let at = usize::from(digest[19] & 15);
        let number = u32::from_be_bytes(digest[at..at + 4].try_into().expect("four")) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs()
}
