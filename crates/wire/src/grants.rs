//! Sharing: what other accounts may do with hosts that are not theirs, and groups of accounts (SPEC §2).

use crate::{
    AccountId, CredentialId, FolderId, GrantId, GroupId, HostId, Timestamp, accounts::Role, inventory::HostSelection,
};
use serde::{Deserialize, Serialize};

/// The most grants that one request makes.
pub const MOST_GRANTS: usize = 20_000;

/// What somebody may do with another account's host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct HostRights {
    /// Open terminals and run commands on it.
    pub connect: bool,
    /// See and change its files.
    pub files: bool,
    /// Watch other people's sessions on it.
    pub watch: bool,
    /// Sign in there with the credential that its owner put on it, to connect or use files, without ever seeing it.
    pub credential: bool,
}

impl HostRights {
    /// Whether anything at all.
    pub const fn any(self) -> bool {
        self.connect || self.files || self.watch || self.credential
    }

    /// Whether somebody who may do this signs in at a host with its owner's credential.
    pub const fn lends(self) -> bool {
        self.credential && (self.connect || self.files)
    }

    /// The words for what is allowed, in one order everywhere.
    pub fn words(self) -> Vec<&'static str> {
        let all = [
            (self.connect, "connect"),
            (self.files, "files"),
            (self.watch, "watch"),
            (self.credential, "with its credential"),
        ];
        all.into_iter().filter_map(|(given, word)| given.then_some(word)).collect()
    }

    /// Whether this allows all that the other one does.
    pub const fn covers(self, other: Self) -> bool {
        (self.connect || !other.connect)
            && (self.files || !other.files)
            && (self.watch || !other.watch)
            && (self.credential || !other.credential)
    }

    /// What either allows.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self {
            connect: self.connect || other.connect,
            files: self.files || other.files,
            watch: self.watch || other.watch,
            credential: self.credential || other.credential,
        }
    }
}

/// Whose a host is that its owner shares with whoever looks at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Shared {
    /// The owner.
    pub owner_id: AccountId,
    /// The owner's name.
    pub owner: String,
    /// What may be done with it.
    pub rights: HostRights,
    /// Whether the owner's credential is there to sign in with; missing where there is none or it is not shared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<SharedCredential>,
}

/// How a credential stands that somebody else shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SharedCredential {
    /// It was handed over, and signs in while the vault of whoever uses it is open.
    Ready,
    /// It was not handed over yet: that takes its owner with an open vault.
    Waiting,
}

/// With whom something is shared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Grantee {
    /// One account.
    Account(AccountId),
    /// Everybody in a group, whoever that is at the time.
    Group(GroupId),
}

/// What is shared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum GrantObject {
    /// One host.
    Host(HostId),
    /// All hosts in a folder and in the folders inside, whichever those are at the time.
    Folder(FolderId),
}

/// Body of POST `/api/grants`: hosts and folders, and with whom to share them. What is shared with the same ones already gets
/// the rights that are said here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct GrantRequest {
    /// Which hosts; none when left out.
    pub hosts: Option<HostSelection>,
    /// Which folders.
    pub folder_ids: Vec<FolderId>,
    /// With whom.
    pub to: Vec<Grantee>,
    /// What they may do. Nothing at all ends the sharing with them.
    pub rights: HostRights,
}

/// Answer of POST `/api/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantReport {
    /// How many hosts.
    pub hosts: u64,
    /// How many folders.
    pub folders: u64,
    /// With how many accounts and groups.
    pub with: u64,
}

/// Something that is shared with somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantView {
    /// Its id.
    pub id: GrantId,
    /// What is shared.
    pub object: GrantObject,
    /// The host's name, or the folder's.
    pub object_name: String,
    /// With whom.
    pub to: Grantee,
    /// Their name.
    pub to_name: String,
    /// What they may do.
    pub rights: HostRights,
    /// Since when.
    pub created_at: Timestamp,
}

/// Query of GET `/api/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default)]
pub struct GrantQuery {
    /// Those of this host alone.
    pub host_id: Option<HostId>,
    /// Those of this folder alone.
    pub folder_id: Option<FolderId>,
}

/// Accounts under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupView {
    /// Its id.
    pub id: GroupId,
    /// Its name, no other group's in any case.
    pub name: String,
    /// Who is in it.
    pub members: Vec<AccountId>,
}

/// Body of POST `/api/groups` and PUT `/api/groups/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GroupDraft {
    /// 1 to 100 characters.
    pub name: String,
    /// Who is in it, all of them.
    #[serde(default)]
    pub members: Vec<AccountId>,
}

/// Body of PUT `/api/hosts/{id}/own-login`: what one signs in with on a host of another account. Left out, a username is the
/// one that the host's owner says, and a password is asked for every time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct OwnLoginDraft {
    /// A username.
    pub username: Option<String>,
    /// A credential of one's own.
    pub credential_id: Option<CredentialId>,
}

/// An account, as admins see it who share something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountView {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Whether it may not sign in.
    pub disabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
}
