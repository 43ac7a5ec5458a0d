//! Tables (RFC 4180) with a line of names at their top, as spreadsheets write them.

mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

/// Names inside of what is kept of a table: what parts its cells, and the names at its top.
const DELIMITER: &str = "delimiter";
const HEAD: &str = "head";

/// What may part cells.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What a spreadsheet takes for the begin of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Whether a cell is a formula, or one behind quotes.
fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(FORMULA)
}

/// A cell as it is meant: the quote is taken off that keeps a spreadsheet from computing it.
fn meant(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => cell,
    }
}

/// A cell that no spreadsheet computes.
pub(crate) fn harmless(cell: String) -> String {
    if is_formula(&cell) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests;
