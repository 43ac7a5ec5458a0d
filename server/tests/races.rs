//! Ends that race, as clients and hosts see them, on the real binary and over a real sshd: whoever wins, everybody hears of
//! the same end, it is written down and counted once, and nothing is held afterwards: the server's tasks and descriptors
//! (sockets, files, links) and the host's processes are counted before and after every pair.
//!
//! `live` races the ends of a session that runs, `dial` those of one that is still being opened. Every pair of ends that
//! can meet is in one of them. The idle limit is in neither: whoever hears of an end keeps the session from being idle, and
//! it is decided by the same comparison as the longest duration; the engine's own tests race it on a clock of their own.

mod dial;
mod house;
mod live;
