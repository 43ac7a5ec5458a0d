//! Medians, percentiles, and the lines of the report.

use crate::world::{SIDES, Side};

/// What a figure is to reach: now, and with the next step.
pub(crate) struct Target {
    pub(crate) now: f64,
    pub(crate) next: f64,
}

/// Values of both sides, taken in turns.
#[derive(Default)]
pub(crate) struct Pairs {
    berth: Vec<f64>,
    ssh: Vec<f64>,
}

impl Pairs {
    /// Notes a value.
    pub(crate) fn add(&mut self, side: Side, value: f64) {
        match side {
            Side::Berth => self.berth.push(value),
            Side::Ssh => self.ssh.push(value),
        }
    }

    /// Prints the ratio of the medians, with the least and the greatest ratio of a pair.
    pub(crate) fn report(&self, name: &str, unit: &str, target: Option<Target>) {
        let [berth, ssh] = [&self.berth, &self.ssh].map(|values| percentile(values, 50.0));
        self.report_as(name, unit, [berth, ssh], target);
    }

    /// The same where the two figures come from elsewhere and the pairs only show the spread.
    pub(crate) fn report_as(&self, name: &str, unit: &str, [berth, ssh]: [f64; 2], target: Option<Target>) {
        let ratios: Vec<f64> = self.berth.iter().zip(&self.ssh).map(|(berth, ssh)| berth / ssh).collect();
        let spread = format!("{:.2}–{:.2}", percentile(&ratios, 0.0), percentile(&ratios, 100.0));
        let target = target.map_or(String::new(), |Target { now, next }| format!("{now} / {next}"));
        let figures = format!("{berth:.3} against {ssh:.3} {unit}");
        println!("{name:<34} {:>6.2}   {spread:<12} {target:<12} {figures}", berth / ssh);
    }
}

/// Prints the head of the table.
pub(crate) fn head() {
    println!("{:<34} {:>6}   {:<12} {:<12} berth against ssh", "", "ratio", "least–most", "target/next");
}

/// Prints a figure that has nothing to be compared with.
pub(crate) fn note(name: &str, text: &str) {
    println!("{name:<34} {text}");
}

/// The value below which `percent` of the values lie.
pub(crate) fn percentile(values: &[f64], percent: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (percent / 100.0 * (sorted.len().saturating_sub(1)) as f64).round() as usize;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

/// One value a side.
pub(crate) fn both<T>(mut make: impl FnMut(Side) -> crate::Result<T>) -> crate::Result<[T; 2]> {
    let [first, second] = SIDES;
    Ok([make(first)?, make(second)?])
}
