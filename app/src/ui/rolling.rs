//! Long lists of rows of one height, of which only those in sight are drawn. The elements stay: what scrolls out of sight at
//! one end comes back at the other with another row in it, so that nothing is built while somebody scrolls.

/// Rows that are drawn above and below those that are seen.
const SPARE: usize = 6;
/// So many are drawn at most, however large the window is.
const DRAWN: usize = 400;

/// How many elements a list of so many rows has, of which `seen` pixels are in sight.
pub fn elements(seen: f64, height: f64, rows: usize) -> usize {
    ((seen / height) as usize + 2 + 2 * SPARE).min(DRAWN).min(rows)
}

/// The first row that is drawn when `top` pixels of the list lie above what is seen.
pub fn first(top: f64, height: f64, rows: usize, elements: usize) -> usize {
    ((top / height) as usize).saturating_sub(SPARE).min(rows - elements.min(rows))
}

/// The row that an element shows: each keeps its own as long as that is in sight.
pub const fn row_of(element: usize, first: usize, elements: usize) -> usize {
    let elements = if elements == 0 { 1 } else { elements };
    first + (element + elements - first % elements) % elements
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_row_in_sight_has_exactly_one_element(rows in 0usize..20_000, top in 0.0f64..900_000.0, seen in 200.0f64..4_000.0) {
            let elements = elements(seen, 52.0, rows);
            let first = first(top, 52.0, rows, elements);
            let mut shown: Vec<_> = (0..elements).map(|element| row_of(element, first, elements)).collect();
            shown.sort_unstable();
            prop_assert_eq!(shown, (first..first + elements).collect::<Vec<_>>());
            let last_seen = ((top + seen) / 52.0) as usize;
            prop_assert!(first + elements >= rows.min(last_seen));
        }
    }

    #[test]
    fn an_element_keeps_its_row_while_that_is_in_sight() {
        let before: Vec<_> = (0..40).map(|element| row_of(element, 100, 40)).collect();
        let after: Vec<_> = (0..40).map(|element| row_of(element, 103, 40)).collect();
        assert_eq!(before.iter().zip(&after).filter(|(before, after)| before != after).count(), 3);
    }
}
