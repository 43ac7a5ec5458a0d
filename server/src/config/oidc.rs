//! `[oidc]`: by which provider of identities (OpenID Connect) one may sign in, and what its word is worth.

use super::{
    ConfigError, Setting,
    identity::{self, role},
    layers::Values,
    units,
};
use services::{OidcSettings, accounts::RoleRules};
use wire::plain::misleads;

pub(super) const SETTINGS: &[Setting] = &[
    Setting::new(
        "oidc.issuer",
        "",
        "Address of the provider's issuer, such as `https://id.example.org/realms/x`; none signs in by a provider when empty.",
    ),
    Setting::new("oidc.name", "single sign-on", "What the page calls the provider: \"Sign in with …\"."),
    Setting::new(
        "oidc.client_id",
        "",
        "The client that Berth is there. Its redirect address is `PUBLIC_URL/api/auth/oidc/callback`.",
    ),
    Setting::secret("oidc.client_secret", "", "The client's secret; better in a file."),
    Setting::new("oidc.client_secret_file", "", "File with the client's secret; a public client has none."),
    Setting::new("oidc.scopes", "profile email", "What is asked for beside `openid`, with spaces between."),
    Setting::new(
        "oidc.ca_file",
        "",
        "File (PEM) with an authority that vouches for the provider's certificate, beside the system's.",
    ),
    Setting::new("oidc.timeout", "10s", "How long one answer of the provider may take."),
    Setting::new(
        "oidc.create_accounts",
        "false",
        "Whether somebody whom no account is linked to gets one at the first sign-in.",
    ),
    Setting::new("oidc.name_claim", "preferred_username", "The claim that such an account is named after."),
    Setting::new(
        "oidc.role_claim",
        "",
        "The claim with groups or roles; a path for nested ones, as `realm_access.roles`. None when empty.",
    ),
    Setting::new("oidc.admin_values", "", "Values of it that make an admin, with commas between."),
    Setting::new("oidc.member_values", "", "Values of it that make a member."),
    Setting::new("oidc.viewer_values", "", "Values of it that make a viewer."),
    Setting::new(
        "oidc.default_role",
        "none",
        "The role of who has none of them: `none` (does not get in), `viewer`, `member` or `admin`.",
    ),
    Setting::new(
        "oidc.counts_as_second_factor",
        "false",
        "Whether the provider's word stands for the second factor, too.",
    ),
];

/// The provider; none when there is none.
#[derive(Debug, Clone)]
pub struct Oidc(pub Option<OidcSettings>);

impl Oidc {
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        let issuer: String = values.read("oidc.issuer", units::parsed)?;
        if issuer.is_empty() {
            return Ok(Self(None));
        }
        let client_id: String = values.read("oidc.client_id", units::parsed)?;
        if client_id.is_empty() {
            return values.refuse("oidc.client_id", "`oidc.issuer` is named, and no client");
        }
        let settings = OidcSettings {
            name: values.read("oidc.name", name)?,
            client_id,
            client_secret: identity::secret(values, "oidc.client_secret", "oidc.client_secret_file")?,
            scopes: values.read("oidc.scopes", words)?,
            authority: values.read("oidc.ca_file", identity::file)?,
            timeout: values.read("oidc.timeout", units::some_duration)?,
            create_accounts: values.read("oidc.create_accounts", units::parsed)?,
            name_claim: values.read("oidc.name_claim", units::parsed)?,
            role_claim: values.read("oidc.role_claim", units::parsed)?,
            roles: RoleRules {
                admin: values.read("oidc.admin_values", identity::list)?,
                member: values.read("oidc.member_values", identity::list)?,
                viewer: values.read("oidc.viewer_values", identity::list)?,
                default: values.read("oidc.default_role", role)?,
            },
            counts_as_second_factor: values.read("oidc.counts_as_second_factor", units::parsed)?,
            issuer,
        };
        if settings.create_accounts && settings.roles == RoleRules::default() {
            return values.refuse("oidc.default_role", "accounts are made, and nothing says with which role");
        }
        Ok(Self(Some(settings)))
    }
}

/// What stands on a button.
fn name(text: &str) -> Result<String, String> {
    match text.chars().count() {
        1..=40 if !text.chars().any(misleads) => Ok(text.to_owned()),
        _ => Err("it has 1 to 40 characters".into()),
    }
}

fn words(text: &str) -> Result<Vec<String>, String> {
    Ok(text.split_whitespace().map(str::to_owned).collect())
}
