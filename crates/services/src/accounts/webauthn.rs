//! WebAuthn, with the library that does its checks, and what was asked of authenticators and not answered yet.
//!
//! What was asked is kept in memory: for five minutes, for one answer, and no more of it than has a bound. A restart forgets it, and
//! the page begins anew. Everything here is computing with what others sent; nothing goes out, so it is no part of `transport`.

use crate::{
    PasskeySettings, ServiceError,
    rate::{Rate, network},
    vault::random,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use storage::PasskeyRecord;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder, WebauthnError,
};
use wire::{AccountId, accounts::PasskeyCeremony};

/// How long somebody may look for the authenticator.
const LIFE: Duration = Duration::from_secs(5 * 60);

/// How many ceremonies may wait for an answer at once; one more takes the place of the oldest.
const AT_ONCE: usize = 10_000;

/// A credential's id is no longer, in bytes (WebAuthn Level 3, section 4, "Credential ID").
const LONGEST_ID: usize = 1_023;

/// How many an address may begin a minute.
const STARTS: u32 = 30;

/// The same for every account: each authenticator makes another secret of it for each of its credentials, and who gives no name cannot be
/// given a salt of their own.
const SALT: &[u8] = b"berth vault by passkey v1";

const OVER: &str = "this took longer than five minutes, or was answered already; begin it anew";
const UNREADABLE: &str = "this is not what a browser makes of an authenticator's answer";
const BROKEN: ServiceError = ServiceError::Internal("a passkey could not be asked for");

/// What an authenticator was asked.
pub(super) enum Asked {
    /// Who somebody is.
    SignIn(DiscoverableAuthentication),
    /// A new credential, for an account and by one of its sign-ins.
    Add { by: (AccountId, String), name: String, state: PasskeyRegistration },
    /// A key for the vault, by one of the account's sign-ins.
    OpenVault { by: (AccountId, String), state: DiscoverableAuthentication },
}

/// Why an authenticator's answer is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// It does not prove what it has to.
    Wrong,
    /// Its count of signatures went back: there may be two of it.
    WentBack,
}

/// What checks passkeys.
pub(super) struct Passkeys {
    webauthn: Webauthn,
    pub(super) settings: PasskeySettings,
    waiting: Mutex<Waiting>,
    starts: Mutex<Rate<IpAddr>>,
}

impl Passkeys {
    /// For the server at this address.
    pub(super) fn new(settings: PasskeySettings) -> Result<Self, ServiceError> {
        let unusable = || ServiceError::bad(format!("passkeys cannot belong to {}", settings.origin));
        let origin = Url::parse(&settings.origin).map_err(|_| unusable())?;
        let name = origin.domain().ok_or_else(unusable)?;
        let builder = WebauthnBuilder::new(name, &origin).map_err(|_| unusable())?.rp_name("Berth").timeout(LIFE);
        let webauthn = builder.build().map_err(|_| unusable())?;
        let (waiting, starts) = (Mutex::new(Waiting::default()), Mutex::new(Rate::new(STARTS)));
        Ok(Self { webauthn, settings, waiting, starts })
    }

    /// Asks for a new credential. `known` are those that the account has.
    pub(super) fn ask_for_new(
        &self,
        by: (AccountId, String),
        account_name: &str,
        name: String,
        known: &[PasskeyRecord],
    ) -> Result<PasskeyCeremony, ServiceError> {
        let known: Vec<CredentialID> = known.iter().map(|known| known.credential_id.clone()).collect();
        let begun = self.webauthn.start_passkey_registration(handle(&by.0), account_name, account_name, Some(known));
        let (asked, state) = begun.map_err(|_| BROKEN)?;
        let mut options = plain(&asked.public_key)?;
        // The library asks for one that needs a name with it; it is to be found without.
        options["authenticatorSelection"]["residentKey"] = json!("required");
        options["authenticatorSelection"]["requireResidentKey"] = json!(true);
        self.wait_for(Asked::Add { by, name, state }, options)
    }

    /// Asks who somebody is.
    ///
    /// # Errors
    /// When the address asks too often.
    pub(super) fn ask_who(&self, from: Option<IpAddr>) -> Result<PasskeyCeremony, ServiceError> {
        if let Some(address) = from {
            let mut starts = self.starts.lock().unwrap_or_else(PoisonError::into_inner);
            starts.take(network(address), Instant::now()).map_err(ServiceError::TooManyTries)?;
        }
        let (asked, state) = self.webauthn.start_discoverable_authentication().map_err(|_| BROKEN)?;
        self.wait_for(Asked::SignIn(state), plain(&asked.public_key)?)
    }

    /// Asks for a key of the vault from one of these.
    pub(super) fn ask_for_key(
        &self,
        by: (AccountId, String),
        known: &[PasskeyRecord],
    ) -> Result<PasskeyCeremony, ServiceError> {
        let (asked, state) = self.webauthn.start_discoverable_authentication().map_err(|_| BROKEN)?;
        let mut options = plain(&asked.public_key)?;
        let allowed =
            known.iter().map(|known| json!({"type": "public-key", "id": BASE64.encode(&known.credential_id)}));
        options["allowCredentials"] = allowed.collect();
        self.wait_for(Asked::OpenVault { by, state }, options)
    }

    fn wait_for(&self, asked: Asked, options: Value) -> Result<PasskeyCeremony, ServiceError> {
        let ceremony = BASE64.encode(random::bytes::<16>()?.as_slice());
        self.waiting().put(ceremony.clone(), asked, Instant::now());
        Ok(PasskeyCeremony { ceremony, options, prf_salt: BASE64.encode(Sha256::digest(SALT)) })
    }

    /// What was asked; of all who come with it, the first gets it.
    pub(super) fn take(&self, ceremony: &str) -> Result<Asked, ServiceError> {
        self.waiting().take(ceremony, Instant::now()).ok_or_else(over)
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks a new credential: what it is called, and what checks it from then on.
    pub(super) fn check_new(&self, state: &PasskeyRegistration, answer: Value) -> Result<Checked, ServiceError> {
        let answer: RegisterPublicKeyCredential = readable(answer)?;
        let passkey = self.webauthn.finish_passkey_registration(&answer, state).map_err(|error| {
            tracing::debug!(%error, "a new passkey was not accepted");
            ServiceError::bad(
                "the browser's answer does not fit what was asked; try again, with another device if need be",
            )
        })?;
        // The answer has it twice: what the authenticator wrote is kept, and nothing compares it with what stands beside it.
        let id = passkey.cred_id();
        if !(1..=LONGEST_ID).contains(&id.len()) || id.as_slice() != answer.raw_id.as_slice() {
            return Err(ServiceError::bad(
                "a credential's id has 1 to 1,023 bytes, the same ones throughout the answer; try again, with another device",
            ));
        }
        Ok(Checked { credential_id: id.clone(), public: written(&passkey)?, counter: 0 })
    }

    /// Checks an answer by a credential that is known: what is to be kept of it from then on.
    pub(super) fn check(
        &self,
        state: DiscoverableAuthentication,
        answer: &PublicKeyCredential,
        known: &PasskeyRecord,
    ) -> Result<Checked, Doubt> {
        if answer.get_user_unique_id() != Some(handle(&known.account_id).as_bytes().as_slice()) {
            return Err(Doubt::Wrong);
        }
        let mut passkey: Passkey = serde_json::from_str(&known.public).map_err(|_| Doubt::Wrong)?;
        let done = self.webauthn.finish_discoverable_authentication_v2(answer, state, &passkey);
        let done = done.map_err(|error| match error {
            WebauthnError::CredentialPossibleCompromise => Doubt::WentBack,
            error => {
                tracing::debug!(%error, "a passkey was not accepted");
                Doubt::Wrong
            }
        })?;
        passkey.update_credential(&done);
        let public = written(&passkey).map_err(|_| Doubt::Wrong)?;
        Ok(Checked { credential_id: known.credential_id.clone(), public, counter: done.counter() })
    }
}

/// A credential that was checked.
pub(super) struct Checked {
    pub(super) credential_id: Vec<u8>,
    pub(super) public: String,
    pub(super) counter: u32,
}

/// What was asked and not answered yet.
#[derive(Default)]
struct Waiting(HashMap<String, (Instant, Asked)>);

impl Waiting {
    fn put(&mut self, ceremony: String, asked: Asked, now: Instant) {
        self.0.retain(|_, (since, _)| now.saturating_duration_since(*since) < LIFE);
        if self.0.len() >= AT_ONCE {
            let oldest = self.0.iter().min_by_key(|(_, (since, _))| *since).map(|(ceremony, _)| ceremony.clone());
            oldest.and_then(|oldest| self.0.remove(&oldest));
        }
        self.0.insert(ceremony, (now, asked));
    }

    fn take(&mut self, ceremony: &str, now: Instant) -> Option<Asked> {
        let (since, asked) = self.0.remove(ceremony)?;
        (now.saturating_duration_since(since) < LIFE).then_some(asked)
    }
}

/// It took too long, or is none of what was asked.
pub(super) fn over() -> ServiceError {
    ServiceError::bad(OVER)
}

/// What an authenticator calls an account. It tells nothing of it.
fn handle(account: &AccountId) -> Uuid {
    let digest = Sha256::new().chain_update(b"berth passkey user v1:").chain_update(account.as_str()).finalize();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    Uuid::from_bytes(bytes)
}

fn plain(options: &impl Serialize) -> Result<Value, ServiceError> {
    serde_json::to_value(options).map_err(|_| BROKEN)
}

/// An answer as the browser wrote it.
pub(super) fn readable<T: DeserializeOwned>(answer: Value) -> Result<T, ServiceError> {
    serde_json::from_value(answer).map_err(|_| ServiceError::bad(UNREADABLE))
}

fn written(passkey: &Passkey) -> Result<String, ServiceError> {
    serde_json::to_string(passkey).map_err(|_| ServiceError::Internal("a passkey could not be written down"))
}

#[cfg(test)]
#[path = "webauthn_tests.rs"]
mod tests;
