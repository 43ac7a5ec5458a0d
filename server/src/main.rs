//! The process.
use app as _;

fn main() {}
