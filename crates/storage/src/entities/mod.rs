//! One row type a table. None of them leaves the crate.

#![expect(unreachable_pub, reason = "sea-orm's derive writes `pub` beside these structs and needs the same from them")]

pub(crate) mod account;
pub(crate) mod account_group;
pub(crate) mod account_key;
pub(crate) mod audit_chain;
pub(crate) mod audit_line;
pub(crate) mod credential;
pub(crate) mod credential_copy;
pub(crate) mod favourite;
pub(crate) mod folder;
pub(crate) mod folder_source;
pub(crate) mod grant;
pub(crate) mod group_member;
pub(crate) mod host;
pub(crate) mod host_authority;
pub(crate) mod host_filter;
pub(crate) mod host_key;
pub(crate) mod host_source;
pub(crate) mod identity;
pub(crate) mod import_frame;
pub(crate) mod invite;
pub(crate) mod netbox;
pub(crate) mod netbox_sync;
pub(crate) mod oidc_flow;
pub(crate) mod own_login;
pub(crate) mod passkey;
pub(crate) mod recording;
pub(crate) mod second_factor;
pub(crate) mod second_factor_code;
pub(crate) mod sign_in;
pub(crate) mod snippet;
pub(crate) mod terminal_session;
pub(crate) mod ticket;
pub(crate) mod token;
pub(crate) mod turn;
pub(crate) mod typed_command;
pub(crate) mod undo;
