//! Terminal sessions and tickets, as they must survive the process that runs them.

mod invites;
mod places;
mod sessions;
mod tickets;
mod tmux;

pub use invites::InviteRecord;
pub use places::Reservation;
pub use sessions::SessionRecord;
pub use tickets::TicketHolder;

use crate::{Db, entities::terminal_session::Column};
use sea_orm::{ColumnTrait, sea_query::SimpleExpr};
use wire::terminal::Status;

/// The statuses of sessions that hold a place.
const LIVE: [Status; 3] = [Status::Starting, Status::Active, Status::Detached];

/// The terminal sessions and their tickets.
#[derive(Debug, Clone)]
pub struct Terminal(pub(crate) Db);

fn is_live() -> SimpleExpr {
    has_status(&LIVE)
}

fn has_status(statuses: &[Status]) -> SimpleExpr {
    Column::Status.is_in(statuses.iter().map(crate::words::word))
}
