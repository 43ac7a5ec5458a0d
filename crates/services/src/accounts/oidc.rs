//! Signing in by a provider of identities (OpenID Connect): the browser goes there with a state and comes back with a code.
//!
//! What has to come back is kept in the database under a hash of the state and of a cookie that only this browser has, ten minutes, and
//! taken once: so nobody finishes what another browser began, and nobody finishes anything twice.

use super::{Accounts, Entered, Known, identities::Vouched, object, sign_in::STRANGER};
use crate::{
    Caller, OidcSettings, ServiceError, Via, Visitor, clock,
    rate::{Rate, network},
    vault::random,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use sha2::{Digest, Sha256};
use std::{
    fmt,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use storage::FlowRecord;
use transport::{OidcAccess, OidcClaims, OidcError, OidcProvider};
use wire::{accounts::IdentityLink, vault::Secret};

/// How long somebody may take at the provider.
pub const FLOW_LIFE: Duration = Duration::from_secs(10 * 60);

/// How many sign-ins an address may begin a minute.
const STARTS: u32 = 30;

/// Most of a text that comes back with the browser.
const LONGEST: usize = 4096;

const NONE: &str = "no provider of identities is set up here; an admin names one in the settings under [oidc]";
const OVER: &str =
    "this sign-in was begun in another browser, was finished already, or took longer than ten minutes; begin it anew";

/// The provider, and what its word is worth.
pub(super) struct Oidc {
    provider: OidcProvider,
    settings: OidcSettings,
    starts: Mutex<Rate<IpAddr>>,
}

/// A sign-in that has begun.
pub struct OidcStart {
    /// Where the browser goes.
    pub url: String,
    /// For a cookie of this browser that lives as long as [`FLOW_LIFE`].
    pub cookie: Secret,
}

/// What the browser brings back.
#[derive(Default)]
pub struct OidcAnswer {
    /// What it was sent with.
    pub state: Option<String>,
    /// What the provider gave it.
    pub code: Option<Secret>,
    /// Who the provider says that it is (RFC 9207).
    pub iss: Option<String>,
    /// Why it gave none.
    pub error: Option<String>,
    /// The same in words.
    pub error_description: Option<String>,
}

/// What came of it.
#[derive(Debug)]
pub struct OidcDone {
    /// Somebody is signed in, at least half; nobody when an identity was linked to the account that asked for it.
    pub entered: Option<Entered>,
    /// The page to go on with; a path of this server.
    pub back: String,
}

impl fmt::Debug for OidcStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OidcStart(…)")
    }
}

impl Oidc {
    /// A provider that was not asked yet.
    pub(super) fn new(settings: OidcSettings) -> Result<Self, ServiceError> {
        let provider = OidcProvider::new(OidcAccess {
            issuer: settings.issuer.clone(),
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.clone(),
            scopes: settings.scopes.clone(),
            authority: settings.authority.clone(),
            timeout: settings.timeout,
        });
        let provider = provider.map_err(ServiceError::Provider)?;
        Ok(Self { provider, settings, starts: Mutex::new(Rate::new(STARTS)) })
    }

    /// What its word for somebody is worth here.
    fn vouched(&self, claims: &OidcClaims) -> Vouched {
        let settings = &self.settings;
        Vouched {
            issuer: self.provider.issuer().to_owned(),
            subject: claims.subject.clone(),
            known_as: claims.text(&settings.name_claim).unwrap_or_default().into_owned(),
            role: settings.roles.role(&claims.texts(&settings.role_claim)),
            roles_follow: !settings.role_claim.is_empty() && settings.roles.map_any(),
            may_create: settings.create_accounts,
            is_second_factor: settings.counts_as_second_factor,
            by: settings.name.clone(),
        }
    }
}

impl Accounts {
    /// What the provider is called whom one may sign in by.
    pub(super) fn provider_name(&self) -> Option<&str> {
        self.oidc.as_deref().map(|oidc| oidc.settings.name.as_str())
    }

    fn oidc(&self) -> Result<&Oidc, ServiceError> {
        self.oidc.as_deref().ok_or_else(|| ServiceError::Conflict(NONE.into()))
    }

    /// Begins a sign-in. `redirect` is the address to come back to, `back` the path to go on with afterwards.
    ///
    /// # Errors
    /// When there is no provider, it cannot be reached, or too many were begun from the address.
    pub async fn begin_oidc(&self, visitor: &Visitor, redirect: &str, back: &str) -> Result<OidcStart, ServiceError> {
        self.begin_flow(visitor, redirect, back, None).await
    }

    /// Begins to link an identity to the caller's account.
    ///
    /// # Errors
    /// As [`Accounts::begin_oidc`], and when the proof is wrong.
    pub async fn begin_link(
        &self,
        caller: &Caller,
        redirect: &str,
        link: IdentityLink,
    ) -> Result<OidcStart, ServiceError> {
        self.oidc()?;
        let account = self.prove_again(caller, &link.password).await?;
        let Via::SignIn(sign_in) = &caller.via else { return Err(over()) };
        self.begin_flow(&caller.visitor, redirect, "/account", Some((account.id, sign_in.clone()))).await
    }

    async fn begin_flow(
        &self,
        visitor: &Visitor,
        redirect: &str,
        back: &str,
        link: Option<(wire::AccountId, String)>,
    ) -> Result<OidcStart, ServiceError> {
        let oidc = self.oidc()?;
        if let Some(address) = visitor.address {
            let mut starts = oidc.starts.lock().unwrap_or_else(PoisonError::into_inner);
            starts.take(network(address), Instant::now()).map_err(ServiceError::TooManyTries)?;
        }
        let begun = oidc.provider.begin(redirect).await.map_err(ServiceError::Provider)?;
        let cookie = Secret::new(BASE64.encode(random::bytes::<32>()?.as_slice()));
        let now = clock::now();
        let flow = FlowRecord {
            id_hash: hash(cookie.expose(), &begun.state),
            nonce: begun.nonce,
            verifier: begun.verifier,
            redirect: redirect.to_owned(),
            back: if is_own(back) { back.to_owned() } else { "/".to_owned() },
            link,
            expires_at: clock::after(now, FLOW_LIFE.as_secs()),
        };
        self.storage.identities().begin(&flow, now).await?;
        Ok(OidcStart { url: begun.url, cookie })
    }

    /// Ends a sign-in, or a link, with what the browser brought back. `known` is who the browser is signed in as.
    ///
    /// # Errors
    /// When this browser began nothing of the kind, the provider refused, or its word is not enough here.
    pub async fn finish_oidc(
        &self,
        visitor: &Visitor,
        cookie: Option<&str>,
        answer: OidcAnswer,
        known: Option<&Known>,
    ) -> Result<OidcDone, ServiceError> {
        let done = self.finish_flow(visitor, cookie, answer, known).await;
        // What nobody began is nobody's try, and would only fill the log.
        if let Err(error @ ServiceError::Provider(_)) = &done {
            let (what, text) = ("an identity of the provider".to_owned(), format!("failed: {error}"));
            self.audit.note_guest(visitor, STRANGER, "account.sign_in", what, &text).await;
        }
        done
    }

    async fn finish_flow(
        &self,
        visitor: &Visitor,
        cookie: Option<&str>,
        answer: OidcAnswer,
        known: Option<&Known>,
    ) -> Result<OidcDone, ServiceError> {
        let oidc = self.oidc()?;
        let flow = self.taken(cookie, answer.state.as_deref()).await?;
        if answer.iss.is_some_and(|iss| iss != oidc.provider.issuer()) {
            return Err(ServiceError::Provider(OidcError::NotProven("the answer is another provider's".into())));
        }
        if let Some(error) = answer.error {
            let refused = OidcError::refused(&error, answer.error_description.as_deref());
            return Err(ServiceError::Provider(refused));
        }
        let code = answer.code.filter(|code| (1..=LONGEST).contains(&code.expose().len())).ok_or_else(over)?;
        let claims = oidc.provider.finish(&code, &flow.redirect, &flow.nonce, &flow.verifier).await;
        let vouched = oidc.vouched(&claims.map_err(ServiceError::Provider)?);
        let entered = match flow.link {
            Some(asked) => {
                self.link(known, asked, &vouched).await?;
                None
            }
            None => Some(self.let_in(visitor, vouched).await?),
        };
        Ok(OidcDone { entered, back: flow.back })
    }

    /// What this browser began.
    async fn taken(&self, cookie: Option<&str>, state: Option<&str>) -> Result<FlowRecord, ServiceError> {
        let fits = |text: &&str| (1..=LONGEST).contains(&text.len());
        let (Some(cookie), Some(state)) = (cookie.filter(fits), state.filter(fits)) else { return Err(over()) };
        self.storage.identities().take(&hash(cookie, state), clock::now()).await?.ok_or_else(over)
    }

    /// Links an identity, if whoever asked for it still is signed in, in this browser.
    async fn link(
        &self,
        known: Option<&Known>,
        (account, sign_in): (wire::AccountId, String),
        vouched: &Vouched,
    ) -> Result<(), ServiceError> {
        let caller = match known {
            Some(Known::Whole(caller)) if caller.account == account && caller.via == Via::SignIn(sign_in) => caller,
            _ => return Err(ServiceError::Forbidden("sign in again, and link the identity from your account page")),
        };
        let row = self.row_of(caller).await?;
        let what = format!("{} of {}", object(&row), vouched.issuer);
        let linked = self.storage.identities().link(&self.identity(&account, vouched)).await;
        let outcome = if linked.is_ok() { "done" } else { "failed: it is linked already" };
        self.audit.note(caller, "identity.link", what, outcome).await;
        self.events.changed(&account, wire::events::Topic::SignIns, None);
        Ok(linked?)
    }
}

fn over() -> ServiceError {
    ServiceError::bad(OVER)
}

/// Binds what was begun to one browser and one state.
fn hash(cookie: &str, state: &str) -> Vec<u8> {
    let begun = Sha256::new().chain_update(b"berth oidc flow v1:").chain_update(Sha256::digest(cookie));
    begun.chain_update(Sha256::digest(state)).finalize().to_vec()
}

/// Whether a path is a page of this server, and nothing that a browser could take for another one's.
fn is_own(path: &str) -> bool {
    let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    is_plain && path.len() <= 2048 && path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/api/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_server_are_gone_on_with() {
        for own in ["/", "/account", "/?in=a&q=b%20c", "/files/x1#top"] {
            assert!(is_own(own), "{own}");
        }
        for other in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a b",
            "/\n/evil",
            "/api/auth/logout",
            "evil",
            "/é",
        ] {
            assert!(!is_own(other), "{other:?}");
        }
        assert!(!is_own(&format!("/{}", "x".repeat(3000))));
    }

    #[test]
    fn one_cookie_and_one_state_make_one_key() {
        assert_eq!(hash("a", "b"), hash("a", "b"));
        assert!(hash("a", "b") != hash("b", "a") && hash("ab", "c") != hash("a", "bc"));
    }
}
