//! The server as its clients see it: listening on a port, with a database of its own and, where a host is needed, a real
//! sshd. One module a room.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod account_keeping;
mod assets;
mod audit;
mod auth;
mod cli;
mod commands;
mod common;
mod connections;
mod connections_contract;
mod devices;
mod doors;
mod errors;
mod events;
mod files;
mod ftp;
mod gate;
mod grants;
mod history;
mod host_bulk;
mod host_list;
mod imports;
mod inventory;
mod ldap;
mod limits;
mod links;
mod literal;
mod matrix;
mod metrics;
mod monitor;
mod netbox;
mod oidc;
mod policy;
mod questions;
mod races;
mod recordings;
mod rounds;
mod scopes;
mod second_factor;
mod second_factor_policy;
mod secrets;
mod soak;
mod stop;
mod terminal;
mod terminal_cuts;
mod terminal_faults;
mod terminal_flow;
mod terminal_proxy;
mod terminal_ws;
mod time;
mod tls;
mod tmux;
mod vault_file;
mod viewers;
