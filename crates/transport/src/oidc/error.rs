//! What can go wrong between here and a provider of identities. No code, token or secret is in any text; a provider's own words are
//! short and plain.

use openidconnect::{
    ClaimsVerificationError, ConfigurationError, DiscoveryError, RequestTokenError, StandardErrorResponse,
    UserInfoError, core::CoreErrorResponseType,
};
use thiserror::Error;
use wire::plain::{marks_direction, misleads};

/// Most of a provider's own words that are passed on.
const LONGEST: usize = 300;

/// Why nobody was vouched for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OidcError {
    /// An address is none that is asked.
    #[error("the address {0}: write it like https://id.example.org; http is for this machine alone")]
    BadAddress(String),
    /// There is no connection.
    #[error("the provider of identities cannot be reached: {0}")]
    Unreachable(String),
    /// It answers something that OpenID Connect does not know.
    #[error("the provider of identities did not answer as it should: {0}")]
    BadAnswer(String),
    /// It refuses.
    #[error("the provider of identities refused: {0}")]
    Refused(String),
    /// What it says of somebody proves nothing.
    #[error("what the provider of identities says cannot be believed: {0}")]
    NotProven(String),
}

impl OidcError {
    /// A refusal in the provider's own words.
    pub fn refused(code: &str, description: Option<&str>) -> Self {
        let text = match description.filter(|text| !text.trim().is_empty()) {
            Some(description) => format!("{code}: {description}"),
            None => code.to_owned(),
        };
        Self::Refused(plain(&text))
    }
}

/// Somebody else's words, bounded and without what controls a terminal or a log, is not seen, or turns others around.
fn plain(text: &str) -> String {
    text.chars()
        .map(|letter| if misleads(letter) || marks_direction(letter) { ' ' } else { letter })
        .take(LONGEST)
        .collect()
}

impl From<ConfigurationError> for OidcError {
    fn from(error: ConfigurationError) -> Self {
        Self::BadAnswer(plain(&error.to_string()))
    }
}

impl From<ClaimsVerificationError> for OidcError {
    fn from(error: ClaimsVerificationError) -> Self {
        let why = std::error::Error::source(&error).map(|why| format!(": {why}")).unwrap_or_default();
        Self::NotProven(plain(&format!("{error}{why}")))
    }
}

impl From<DiscoveryError<Self>> for OidcError {
    fn from(error: DiscoveryError<Self>) -> Self {
        match error {
            DiscoveryError::Request(error) => error,
            DiscoveryError::Response(status, ..) => {
                Self::BadAnswer(format!("it answers {status} when it is asked who it is"))
            }
            DiscoveryError::Parse(error) => Self::BadAnswer(plain(&error.to_string())),
            other => Self::BadAnswer(plain(&other.to_string())),
        }
    }
}

impl From<RequestTokenError<Self, StandardErrorResponse<CoreErrorResponseType>>> for OidcError {
    fn from(error: RequestTokenError<Self, StandardErrorResponse<CoreErrorResponseType>>) -> Self {
        match error {
            RequestTokenError::Request(error) => error,
            RequestTokenError::ServerResponse(refused) => {
                Self::refused(refused.error().as_ref(), refused.error_description().map(String::as_str))
            }
            // The answer itself may hold tokens.
            RequestTokenError::Parse(error, _) => {
                let path = error.path().to_string();
                let place = if path == "." { "something in it" } else { &path };
                Self::BadAnswer(plain(&format!("{place} is missing or of another kind than it should be")))
            }
            RequestTokenError::Other(why) => Self::BadAnswer(plain(&why)),
        }
    }
}

impl From<UserInfoError<Self>> for OidcError {
    fn from(error: UserInfoError<Self>) -> Self {
        match error {
            UserInfoError::Request(error) => error,
            UserInfoError::ClaimsVerification(error) => error.into(),
            UserInfoError::Response(status, ..) => {
                Self::BadAnswer(format!("it answers {status} when it is asked for the claims"))
            }
            UserInfoError::Parse(error) => Self::BadAnswer(plain(&error.to_string())),
            other => Self::BadAnswer(plain(&other.to_string())),
        }
    }
}
