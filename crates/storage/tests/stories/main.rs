//! One story a room, told to both databases: a temporary SQLite file and a throw-away PostgreSQL.
//!
//! SQLite's stories are tests of their own. PostgreSQL's are one test, because its cluster takes a second to start
//! and every test may run in a process of its own.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on should stop where it stands")]

mod accounts;
mod audit;
mod batch;
mod cascade;
mod cast;
mod commands;
mod copies;
mod history;
mod identities;
mod imports;
mod inventory;
mod netbox;
mod opening;
mod passkeys;
mod places;
mod recordings;
mod search;
mod second_factors;
mod sharing;
mod sign_ins;
mod terminal;
mod vault;

use storage::Storage;

/// A fresh SQLite database, whose folder goes when it is dropped.
struct SqliteFile {
    folder: tempfile::TempDir,
}

impl SqliteFile {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("data").join("berth.db")
    }

    fn url(&self) -> String {
        format!("sqlite://{}?mode=rwc", self.path().display())
    }
}

macro_rules! stories {
    ($($name:ident: $story:path;)+) => {
        mod on_sqlite {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    let file = SqliteFile::new();
                    let url = file.url();
                    $story(&Storage::open(&url).await.unwrap(), &url).await;
                }
            )+
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn all_on_postgres() {
            let postgres = testkit::postgres::Postgres::shared();
            $({
                println!("{}", stringify!($name));
                let url = postgres.new_database();
                $story(&Storage::open(&url).await.unwrap(), &url).await;
            })+
        }
    };
}

stories! {
    accounts: accounts::story;
    sign_ins_and_tokens: sign_ins::story;
    second_factors_and_devices: second_factors::story;
    identities_and_flows: identities::story;
    passkeys: passkeys::story;
    vault_and_host_keys: vault::story;
    copies_of_credentials: copies::story;
    hosts_and_folders: inventory::story;
    host_search: search::story;
    imports_of_hosts: imports::story;
    many_changes_at_once: batch::story;
    netbox_and_its_hosts: netbox::story;
    the_last_place: places::story;
    terminal_sessions: terminal::story;
    several_at_one_session: sharing::story;
    command_history: history::story;
    the_audit_log: audit::story;
    the_audit_log_is_tampered_with: audit::tampering;
    an_audit_log_from_before_the_chain: audit::before_the_chain;
    snippets: commands::story;
    recordings: recordings::story;
    an_account_takes_all_with_it: cascade::story;
    many_start_at_once: opening::many_start_at_once;
}
