//! The REST interface, one file a room: each handler is an adapter around one service call.

pub(super) mod account_keeping;
pub(super) mod accounts;
pub(super) mod audit;
pub(super) mod auth;
pub(super) mod authorities;
pub(super) mod commands;
pub(super) mod connection_files;
pub(super) mod connections;
pub(super) mod devices;
pub(super) mod files;
pub(super) mod grants;
pub(super) mod history;
pub(super) mod host_bulk;
pub(super) mod host_list;
pub(super) mod identities;
pub(super) mod imports;
pub(super) mod inventory;
pub(super) mod library;
pub(super) mod links;
pub(super) mod monitor;
pub(super) mod netbox;
pub(super) mod passkeys;
pub(super) mod recordings;
pub(super) mod rounds;
pub(super) mod second_factor;
pub(super) mod sharing;
pub(super) mod terminal;
pub(super) mod transfers;
pub(super) mod vault;

use super::{faults::Refusal, gate::Signed};
