//! `[ldap]`: in which directory names are looked up that no account with a password bears, and what its word is worth.

use super::{
    ConfigError, Setting,
    identity::{self, role},
    layers::Values,
    units,
};
use services::{LdapAccess, LdapSettings, accounts::RoleRules};

pub(super) const SETTINGS: &[Setting] = &[
    Setting::new(
        "ldap.url",
        "",
        "The directory, as `ldaps://ldap.example.org` or `ldap://…`; none is asked when empty.",
    ),
    Setting::new(
        "ldap.start_tls",
        "true",
        "Whether TLS begins after connecting by `ldap://`. Without it only a directory on this machine is asked.",
    ),
    Setting::new(
        "ldap.ca_file",
        "",
        "File (PEM) with an authority that vouches for the directory's certificate, beside the system's.",
    ),
    Setting::new("ldap.bind_dn", "", "As whom the directory is searched; as nobody when empty."),
    Setting::secret("ldap.bind_password", "", "That one's password; better in a file."),
    Setting::new("ldap.bind_password_file", "", "File with that password."),
    Setting::new("ldap.base", "", "Below which entry people are, as `ou=people,dc=example,dc=org`."),
    Setting::new(
        "ldap.filter",
        "(&(objectClass=person)(uid={name}))",
        "What finds a person; `{name}` stands for what was typed, escaped.",
    ),
    Setting::new(
        "ldap.id_attribute",
        "entryUUID",
        "The attribute that stays somebody's whatever they are called (Active Directory: `objectGUID`).",
    ),
    Setting::new(
        "ldap.name_attribute",
        "uid",
        "The attribute that an account is named after (Active Directory: `sAMAccountName`).",
    ),
    Setting::new("ldap.group_base", "", "Below which entry groups are; none are looked for when empty."),
    Setting::new(
        "ldap.group_filter",
        "(member={dn})",
        "What finds a person's groups; `{dn}` and `{name}` stand for the person, escaped.",
    ),
    Setting::new("ldap.group_attribute", "cn", "The attribute with a group's name."),
    Setting::new("ldap.admin_groups", "", "Groups that make an admin, with commas between."),
    Setting::new("ldap.member_groups", "", "Groups that make a member."),
    Setting::new("ldap.viewer_groups", "", "Groups that make a viewer."),
    Setting::new(
        "ldap.default_role",
        "none",
        "The role of who is in none of them: `none` (does not get in), `viewer`, `member` or `admin`.",
    ),
    Setting::new(
        "ldap.create_accounts",
        "false",
        "Whether somebody whom no account is linked to gets one at the first sign-in.",
    ),
    Setting::new("ldap.timeout", "5s", "How long the directory may take for a sign-in."),
];

/// The directory; none when there is none.
#[derive(Debug, Clone)]
pub struct Ldap(pub Option<LdapSettings>);

impl Ldap {
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        let access = access(values)?;
        if access.url.is_empty() {
            return Ok(Self(None));
        }
        if access.base.is_empty() {
            return values.refuse("ldap.base", "`ldap.url` is named, and not where people are");
        }
        let settings = LdapSettings {
            access,
            create_accounts: values.read("ldap.create_accounts", units::parsed)?,
            roles: RoleRules {
                admin: values.read("ldap.admin_groups", identity::list)?,
                member: values.read("ldap.member_groups", identity::list)?,
                viewer: values.read("ldap.viewer_groups", identity::list)?,
                default: values.read("ldap.default_role", role)?,
            },
        };
        if settings.create_accounts && settings.roles == RoleRules::default() {
            return values.refuse("ldap.default_role", "accounts are made, and nothing says with which role");
        }
        Ok(Self(Some(settings)))
    }
}

fn access(values: &Values) -> Result<LdapAccess, ConfigError> {
    let password = identity::secret(values, "ldap.bind_password", "ldap.bind_password_file")?;
    Ok(LdapAccess {
        url: values.read("ldap.url", units::parsed)?,
        start_tls: values.read("ldap.start_tls", units::parsed)?,
        authority: values.read("ldap.ca_file", identity::file)?,
        bind_dn: values.read("ldap.bind_dn", units::parsed)?,
        bind_password: password.unwrap_or_default(),
        base: values.read("ldap.base", units::parsed)?,
        filter: values.read("ldap.filter", filter)?,
        id_attribute: values.read("ldap.id_attribute", units::parsed)?,
        name_attribute: values.read("ldap.name_attribute", units::parsed)?,
        group_base: values.read("ldap.group_base", units::parsed)?,
        group_filter: values.read("ldap.group_filter", units::parsed)?,
        group_attribute: values.read("ldap.group_attribute", units::parsed)?,
        timeout: values.read("ldap.timeout", units::some_duration)?,
    })
}

fn filter(text: &str) -> Result<String, String> {
    if text.contains("{name}") { Ok(text.to_owned()) } else { Err("it has no place for the name: `{name}`".into()) }
}
