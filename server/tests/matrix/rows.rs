//! The table. A new operation of the REST interface, server function or other route of `router.rs` needs a row here.

mod accounts;
mod files;
mod functions;
mod inventory;
mod netbox;
mod terminal;

use super::row::Row;

/// Every row, in the order in which they are done.
pub(super) fn all() -> Vec<Row> {
    let rooms = [accounts::rows(), inventory::rows(), netbox::rows(), files::rows(), terminal::rows()];
    [rooms.concat(), functions::rows(), terminal::cleanups()].concat()
}
