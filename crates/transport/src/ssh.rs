//! SSH by russh. No russh type leaves this module.
//!
//! One link is one connection with many channels. Two traits of russh shape what is here. A channel that nobody reads
//! freezes its whole connection, so each channel has one task that always reads. And a connection given up in the middle
//! of its key exchange would live on, so it hangs on a leash until sign-in is done. A third is left as it is: a channel
//! that this side closes first leaves a few kilobytes in russh until its link ends.

mod agent;
mod algorithms;
mod auth;
mod closing;
mod deadline;
mod dial;
mod exec;
mod gather;
mod greeting;
mod guard;
mod leash;
mod link;
mod place;
mod running;
mod shell;
mod signing;
mod subsystem;
mod tmux;
mod traffic;
mod trust;

pub use auth::{Asked, HostPrompt, Question};
pub use dial::{Wish, dial, dial_for, scan_host_key, scan_host_key_like};
pub use exec::{RunLimits, RunOutput, Stream};
pub use link::{Link, WeakLink};
pub use place::ChannelUse;
pub use running::{CommandEnd, RunningCommand};
pub(crate) use subsystem::{Incoming, Outgoing};
pub use tmux::TmuxName;
pub use trust::HostTrust;
