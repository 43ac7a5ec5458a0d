//! Curves: from points in time to the path of an SVG, on a grid of [`WIDTH`] by [`HEIGHT`].

use std::fmt::Write as _;

/// The grid that a curve is drawn on; the page stretches it.
pub(super) const WIDTH: f64 = 300.0;
pub(super) const HEIGHT: f64 = 60.0;

/// So much time is drawn at most, and at least, in milliseconds: what has just begun is not a speck at the edge.
const SPAN: i64 = 5 * 60 * 1_000;
const LEAST_SPAN: i64 = 60 * 1_000;

/// A curve breaks where nothing was read for so long, in milliseconds.
const GAP: i64 = 20_000;

/// A value at a moment, in milliseconds since 1970; none where the host told none.
pub(super) type At = (i64, Option<f64>);

/// The line, and the same closed down to the bottom, for the area below it. The newest point stands at the right edge.
pub(super) fn paths(points: &[At], most: f64) -> (String, String) {
    let (mut line, mut area) = (String::new(), String::new());
    let (Some((begin, _)), Some((end, _))) = (points.first(), points.last()) else { return (line, area) };
    let (end, span) = (*end, (end - begin).clamp(LEAST_SPAN, SPAN));
    let x = |at: i64| WIDTH * (1.0 - (end - at) as f64 / span as f64);
    for run in runs(points, end) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let (first_x, last_x) = (x(first.0), x(last.0));
        let _ = write!(area, "M{first_x:.1} {HEIGHT}");
        for (index, (at, value)) in run.iter().enumerate() {
            let (x, y) = (x(*at), y(*value, most));
            let _ = write!(line, "{}{x:.1} {y:.1}", if index == 0 { "M" } else { "L" });
            let _ = write!(area, "L{x:.1} {y:.1}");
        }
        let _ = write!(area, "L{last_x:.1} {HEIGHT}Z");
    }
    (line, area)
}

/// Points that hang together, those that are drawn.
fn runs(points: &[At], end: i64) -> Vec<Vec<(i64, f64)>> {
    let (mut runs, mut before) = (vec![Vec::new()], None);
    for (at, value) in points.iter().filter(|(at, _)| end - at <= SPAN) {
        let broken = before.is_some_and(|before| at - before > GAP);
        if (broken || value.is_none()) && runs.last().is_some_and(|run| !run.is_empty()) {
            runs.push(Vec::new());
        }
        if let (Some(value), Some(run)) = (value, runs.last_mut()) {
            run.push((*at, *value));
        }
        before = Some(*at);
    }
    runs
}

/// A line of some thickness stays on the grid at both ends.
fn y(value: f64, most: f64) -> f64 {
    let share = if most > 0.0 { (value / most).clamp(0.0, 1.0) } else { 0.0 };
    (HEIGHT - 1.0) - share * (HEIGHT - 2.0)
}

/// The top of the scale for rates in bytes: the next round number of the unit in which it is written.
pub(super) fn top(points: &[At], least: f64) -> f64 {
    let most = points.iter().filter_map(|(_, value)| *value).fold(least, f64::max);
    let unit = 1024f64.powf(most.max(1.0).log(1024.0).floor());
    let steps = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1024.0];
    steps.into_iter().map(|step| step * unit).find(|top| *top >= most).unwrap_or(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_point_stands_at_the_right_edge() {
        let points = [(0, Some(0.0)), (SPAN / 2, Some(50.0)), (SPAN, Some(100.0))];
        // Halves of the time lie further apart than a curve may break.
        let (line, _) = paths(&points, 100.0);
        assert_eq!(line, "M0.0 59.0M150.0 30.0M300.0 1.0");
        let near = [(0, Some(0.0)), (10_000, Some(200.0))];
        assert_eq!(paths(&near, 100.0).0, "M250.0 59.0L300.0 1.0", "nothing leaves the grid");
        assert_eq!(paths(&near, 100.0).1, "M250.0 60L250.0 59.0L300.0 1.0L300.0 60Z");
    }

    #[test]
    fn what_is_not_known_breaks_the_curve() {
        let points = [(0, Some(1.0)), (1_000, None), (2_000, Some(1.0)), (3_000, Some(1.0))];
        assert_eq!(paths(&points, 1.0).0.matches('M').count(), 2);
        assert_eq!(paths(&[], 1.0), (String::new(), String::new()));
        assert_eq!(paths(&[(0, None)], 1.0).0, "");
    }

    #[test]
    fn what_is_too_old_is_not_drawn() {
        let points = [(0, Some(1.0)), (SPAN + 1, Some(1.0))];
        assert_eq!(paths(&points, 1.0).0.matches('M').count(), 1);
    }

    #[test]
    fn the_scale_of_rates_is_a_round_number() {
        assert_eq!(top(&[(0, Some(37.0)), (1, None)], 1.0), 50.0);
        assert_eq!(top(&[(0, Some(200.0))], 1.0), 200.0);
        assert_eq!(top(&[(0, Some(180.0 * 1024.0 * 1024.0))], 1.0), 200.0 * 1024.0 * 1024.0);
        assert_eq!(top(&[], 10_240.0), 10_240.0);
    }
}
