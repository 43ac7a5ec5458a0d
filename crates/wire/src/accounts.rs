//! Accounts, sign-in and API tokens: SPEC §2 and §12.

use crate::{AccountId, vault::Secret};
use serde::{Deserialize, Serialize};

mod devices;
mod identities;
mod keeping;
mod passkeys;
mod second_factor;
mod tokens;

pub use devices::{DeviceView, DevicesEnded};
pub use identities::{IdentityLink, IdentityLinking, IdentityView, PassphraseChoice, VaultOpener};
pub use keeping::{AccountAdded, AccountDraft, AccountPatch, AccountStanding};
pub use passkeys::{
    PasskeyAdded, PasskeyAnswer, PasskeyCeremony, PasskeyDraft, PasskeyPatch, PasskeyRemoval, PasskeyView,
};
pub use second_factor::{
    RecoveryCodes, SecondFactorConfirm, SecondFactorOn, SecondFactorProof, SecondFactorSetUp, SecondFactorView,
    SecondStep, TotpDraft,
};
pub use tokens::{Scope, TokenCreated, TokenDraft, TokenView};

/// What an account may do at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, other accounts' sessions included.
    Admin,
    /// Own hosts and sessions.
    Member,
    /// Watches recordings and audit, opens nothing.
    Viewer,
}

impl Role {
    /// The role's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Viewer => "viewer",
        }
    }
}

/// What stands between a visitor and the dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignInStatus {
    /// No account exists yet: the set-up code makes the first admin.
    SetupNeeded,
    /// Nobody is signed in.
    SignedOut,
    /// The password was right; a code of the second factor is missing. Nothing else is open until then.
    SecondFactorNeeded,
    /// The server requires a second factor, and the account has none. Nothing is open but setting one up.
    SecondFactorSetupNeeded,
    /// An account is signed in.
    SignedIn,
}

/// Answer of `/api/auth/login` and `/api/auth/status`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuthStatus {
    /// What stands between the visitor and the dashboard.
    pub status: SignInStatus,
    /// Who is signed in.
    pub username: Option<String>,
    /// The signed-in account's id.
    pub user_id: Option<AccountId>,
    /// The signed-in account's role.
    pub role: Option<Role>,
    /// Names this sign-in in "signed in on these devices"; it is not the cookie and opens nothing.
    pub session_id: Option<String>,
    /// Whether the vault is open; it is not after a password was reset without the recovery code, nor after a sign-in by somebody
    /// else's word until its passphrase is given.
    pub vault_open: bool,
    /// What opens the vault, which is also what the account proves itself with; missing while nobody is known. Of half a sign-in: what has
    /// to come along with a code of the app; missing when nothing has to.
    #[serde(default)]
    pub vault_opener: Option<VaultOpener>,
    /// What the provider of identities is called whom one may sign in by; missing when there is none.
    #[serde(default)]
    pub provider: Option<String>,
    /// Under which address of this server one may sign in with a passkey; missing where passkeys are switched off.
    #[serde(default)]
    pub passkey_origin: Option<String>,
}

/// Body of POST `/api/auth/setup`: makes the first admin.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetupRequest {
    /// The one-time code that the server printed on its console.
    pub code: Secret,
    /// 1 to 64 letters, digits, `.`, `-`, `_` or `@`.
    pub username: String,
    /// At least 10 characters.
    pub password: Secret,
}

/// Answer of POST `/api/auth/setup`. The account is signed in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetupDone {
    /// Opens the vault when the password is lost; shown once.
    pub recovery_code: Secret,
}

/// Body of POST `/api/auth/login`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInRequest {
    /// The account's name.
    pub username: String,
    /// Its password.
    pub password: Secret,
    /// A code of the second factor, for those who have it at hand; without it the answer may be `second_factor_needed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
}

/// Asks for a new password; the vault is wrapped again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordChange {
    /// The password of now.
    pub current: Secret,
    /// At least 10 characters.
    pub new: Secret,
}
