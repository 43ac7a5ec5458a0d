//! A provider of identities, asked as OpenID Connect has it: authorization code with PKCE, state and nonce.
//!
//! What an identity's token says is believed only after its signature, issuer, audience, expiry and nonce were checked, by the
//! library (docs/decisions/0027). The provider's own address book and keys are kept for some minutes; a key that is not among them
//! makes it be asked again. What this cannot do: remember who is on the way, or decide what an identity may do here.

mod error;
mod web;

pub use error::OidcError;

use futures::future::BoxFuture;
use openidconnect::{
    AdditionalClaims, AuthorizationCode, ClaimsVerificationError, Client, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, IdTokenVerifier, IssuerUrl,
    Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, SignatureVerificationError,
    StandardErrorResponse, StandardTokenResponse, SubjectIdentifier, TokenResponse, UserInfoClaims,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim,
        CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
        CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use web::Web;
use wire::{plain::is_blank, vault::Secret};

/// How long a provider's own description and keys are kept.
const KEPT: Duration = Duration::from_secs(10 * 60);

/// The longest subject, in bytes.
const LONGEST_SUBJECT: usize = 255;

/// Signatures that only the provider can make. Those with the client's own secret (HS256) prove nothing to us.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Claims beside those of the standard, whatever a provider calls them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Others {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for Others {}

type Fields = IdTokenFields<
    Others,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Known = Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Where a provider is, and as whom it is asked.
#[derive(Debug, Clone)]
pub struct OidcAccess {
    /// Its issuer's address; `http` on this machine only.
    pub issuer: String,
    /// As which client.
    pub client_id: String,
    /// The client's secret; a public client has none.
    pub client_secret: Option<Secret>,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// An authority (PEM) that vouches for the provider's certificate, beside this machine's.
    pub authority: Option<String>,
    /// How long one answer may take.
    pub timeout: Duration,
}

/// A provider.
#[derive(Debug)]
pub struct OidcProvider {
    access: OidcAccess,
    issuer: IssuerUrl,
    web: Web,
    described: Mutex<Option<(Instant, Arc<CoreProviderMetadata>)>>,
}

/// A sign-in that has begun: the browser goes to `url`, the rest stays here.
#[derive(Clone)]
pub struct OidcBegun {
    /// Where the browser goes.
    pub url: String,
    /// What it has to bring back.
    pub state: String,
    /// What the identity's token has to say.
    pub nonce: String,
    /// What goes with the code.
    pub verifier: String,
}

/// Somebody whom the provider vouches for.
#[derive(Clone)]
pub struct OidcClaims {
    /// Who, at this provider, for ever.
    pub subject: String,
    /// What else it says of them.
    pub all: Map<String, Value>,
}

impl fmt::Debug for OidcBegun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OidcBegun(…)")
    }
}

impl fmt::Debug for OidcClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcClaims").field("subject", &self.subject).finish_non_exhaustive()
    }
}

impl OidcProvider {
    /// A provider that was not asked yet.
    ///
    /// # Errors
    /// [`OidcError::BadAddress`] when the issuer is none that is asked.
    pub fn new(access: OidcAccess) -> Result<Self, OidcError> {
        let issuer = IssuerUrl::new(access.issuer.clone()).map_err(|error| OidcError::BadAddress(error.to_string()))?;
        web::allowed(issuer.url().as_str())?;
        let web = Web::new(access.authority.clone(), access.timeout);
        Ok(Self { access, issuer, web, described: Mutex::default() })
    }

    /// Its issuer's address.
    pub fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// Begins a sign-in that leads back to `redirect`.
    ///
    /// # Errors
    /// When the provider cannot be reached, or describes itself as somebody else.
    pub async fn begin(&self, redirect: &str) -> Result<OidcBegun, OidcError> {
        let client = self.client(&*self.description(false).await?, redirect)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let asked = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let scopes = self.access.scopes.iter().cloned().map(Scope::new);
        let (url, state, nonce) = asked.add_scopes(scopes).set_pkce_challenge(challenge).url();
        web::allowed(url.as_str())?;
        Ok(OidcBegun {
            url: url.into(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        })
    }

    /// Who came back with a code. `redirect`, `nonce` and `verifier` are those that the sign-in began with. Claims that are not in the
    /// identity's token are asked for where the provider has them; they have to be of the same subject.
    ///
    /// # Errors
    /// When the provider refuses the code, or what it answers does not prove anything.
    pub async fn finish(
        &self,
        code: &Secret,
        redirect: &str,
        nonce: &str,
        verifier: &str,
    ) -> Result<OidcClaims, OidcError> {
        let client = self.client(&*self.description(false).await?, redirect)?;
        let exchange = client.exchange_code(AuthorizationCode::new(code.expose().to_owned()))?;
        let exchange = exchange.set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()));
        let tokens = sent(exchange.request_async(&self.web)).await?;
        let nonce = Nonce::new(nonce.to_owned());
        let mut claims = match verified(&client, &tokens, &nonce) {
            // The provider signs with another key since it was last asked.
            Err(error) if is_unknown_key(&error) => {
                let client = self.client(&*self.description(true).await?, redirect)?;
                verified(&client, &tokens, &nonce)?
            }
            checked => checked?,
        };
        if client.user_info_url().is_some() {
            let subject = SubjectIdentifier::new(claims.subject.clone());
            let asked = client.user_info(tokens.access_token().clone(), Some(subject))?;
            let more: UserInfoClaims<Others, CoreGenderClaim> = sent(asked.request_async(&self.web)).await?;
            for (name, value) in map(&more) {
                claims.all.entry(name).or_insert(value);
            }
        }
        Ok(claims)
    }

    fn client(&self, described: &CoreProviderMetadata, redirect: &str) -> Result<Known, OidcError> {
        let secret = self.access.client_secret.as_ref().map(|secret| ClientSecret::new(secret.expose().to_owned()));
        let redirect =
            RedirectUrl::new(redirect.to_owned()).map_err(|error| OidcError::BadAddress(error.to_string()))?;
        let client_id = ClientId::new(self.access.client_id.clone());
        Ok(Known::from_provider_metadata(described.clone(), client_id, secret).set_redirect_uri(redirect))
    }

    /// What the provider says of itself, and its keys.
    async fn description(&self, anew: bool) -> Result<Arc<CoreProviderMetadata>, OidcError> {
        let kept = crate::tls::held(&self.described).clone();
        if let Some((_, described)) = kept.filter(|(at, _)| !anew && at.elapsed() < KEPT) {
            return Ok(described);
        }
        let described = sent(CoreProviderMetadata::discover_async(self.issuer.clone(), &self.web)).await?;
        let described = Arc::new(described);
        *crate::tls::held(&self.described) = Some((Instant::now(), Arc::clone(&described)));
        Ok(described)
    }
}

/// A question of the library's, as a type that says that it may be asked from any thread.
fn sent<'a, T>(question: impl Future<Output = T> + Send + 'a) -> BoxFuture<'a, T> {
    Box::pin(question)
}

/// The claims of the identity's token, when everything about it is right.
fn verified(client: &Known, tokens: &Tokens, nonce: &Nonce) -> Result<OidcClaims, ClaimsVerificationError> {
    let token = tokens.id_token().ok_or_else(|| ClaimsVerificationError::Other("there is no id_token".into()))?;
    let verifier: IdTokenVerifier<'_, CoreJsonWebKey> = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
    let claims = token.claims(&verifier, nonce)?;
    if claims.authorized_party().is_some_and(|party| party != client.client_id()) {
        return Err(ClaimsVerificationError::Other("its azp names another client".into()));
    }
    Ok(OidcClaims { subject: subject(claims.subject())?.to_owned(), all: map(claims) })
}

/// Who it is, if that is somebody (OpenID Connect Core, section 2).
fn subject(claim: &SubjectIdentifier) -> Result<&str, ClaimsVerificationError> {
    let text = claim.as_str();
    if is_blank(text) || text.len() > LONGEST_SUBJECT || text.chars().any(char::is_control) {
        return Err(ClaimsVerificationError::Other("its sub is none of 1 to 255 plain characters".into()));
    }
    Ok(text)
}

fn is_unknown_key(error: &ClaimsVerificationError) -> bool {
    let ClaimsVerificationError::SignatureVerification(why) = error else { return false };
    matches!(why, SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_))
}

fn map(claims: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

impl OidcClaims {
    /// A claim's text.
    pub fn text(&self, claim: &str) -> Option<Cow<'_, str>> {
        self.texts(claim).into_iter().next()
    }

    /// A claim's texts: a list's, or the one; of a nested claim by its path, as `realm_access.roles`.
    pub fn texts(&self, claim: &str) -> Vec<Cow<'_, str>> {
        let nested = || {
            let mut parts = claim.split('.');
            let first = self.all.get(parts.next()?)?;
            parts.try_fold(first, |value, part| value.get(part))
        };
        match self.all.get(claim).or_else(nested) {
            Some(Value::Array(values)) => values.iter().filter_map(word).collect(),
            Some(value) => word(value).into_iter().collect(),
            None => Vec::new(),
        }
    }
}

fn word(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(_) | Value::Bool(_) => Some(Cow::Owned(value.to_string())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn claims_are_read_as_lists_words_and_paths() {
        let Value::Object(all) = json!({
            "groups": ["ops", 7, {"x": 1}], "role": "admin", "realm_access": {"roles": ["a", "b"]}, "a.b": "dotted", "on": true,
        }) else {
            panic!("an object")
        };
        let claims = OidcClaims { subject: "1".into(), all };
        assert_eq!(claims.texts("groups"), ["ops", "7"]);
        assert_eq!((claims.text("role").as_deref(), claims.text("on").as_deref()), (Some("admin"), Some("true")));
        assert_eq!(
            (claims.texts("realm_access.roles"), claims.texts("a.b")),
            (vec!["a".into(), "b".into()], vec!["dotted".into()])
        );
        for none in ["", "missing", "realm_access", "realm_access.none", "role.x", "groups.0"] {
            assert!(claims.texts(none).is_empty(), "{none}");
        }
        assert!(!format!("{claims:?}").contains("admin"));
    }

    #[test]
    fn nobody_is_no_subject() {
        let is_one = |text: String| subject(&SubjectIdentifier::new(text)).is_ok();
        assert!(is_one("1".into()) && is_one("x".repeat(255)));
        assert!(!is_one(String::new()) && !is_one(" ".into()) && !is_one("x".repeat(256)));
        // Storage would take it for U+FFFD, and so for somebody else.
        assert!(!is_one("a\0b".into()));
    }

    #[test]
    fn only_this_machine_is_asked_in_the_clear() {
        let at = |issuer: &str| {
            OidcProvider::new(OidcAccess {
                issuer: issuer.into(),
                client_id: "berth".into(),
                client_secret: None,
                scopes: Vec::new(),
                authority: None,
                timeout: Duration::from_secs(1),
            })
        };
        for good in [
            "https://id.example.org",
            "https://id.example.org/realms/x",
            "http://127.0.0.1:9000",
            "http://localhost:9000",
            "http://[::1]:1",
        ] {
            assert!(at(good).is_ok(), "{good}");
        }
        for bad in [
            "http://id.example.org",
            "http://127.0.0.1.example",
            "ftp://id.example.org",
            "id.example.org",
            "",
            "https://u:p@id.example.org",
        ] {
            assert!(at(bad).is_err(), "{bad}");
        }
    }
}
