//! Names that a host tells, made fit for a page.

use wire::plain::misleads;

/// How much of a name is kept, in characters.
const MOST: usize = 200;

/// Without characters that mislead, and in a length that fits; `None` when nothing is left.
pub(super) fn shown(text: &str) -> Option<String> {
    let text: String = text.trim().chars().filter(|c| !misleads(*c)).take(MOST).collect();
    (!text.is_empty()).then_some(text)
}

/// A number that can be drawn; what programs write for "not known" is none.
pub(super) fn number(text: &str) -> Option<f32> {
    text.trim().parse().ok().filter(|number: &f32| number.is_finite())
}
