use super::*;
use proptest::prelude::*;

fn groups(sizes: &[u64]) -> Vec<HostGroup> {
    let group = |(at, hosts): (usize, &u64)| HostGroup { label: at.to_string(), folder_id: None, hosts: *hosts };
    sizes.iter().enumerate().map(group).collect()
}

#[test]
fn headings_stand_above_their_rows() {
    let lines = Lines::grouped(&groups(&[2, 0, 3]), &HashSet::from(["0".to_owned()]));
    let seen: Vec<_> = (0..lines.count()).filter_map(|line| lines.at(line)).collect();
    assert_eq!(seen, [Line::Heading(0), Line::Heading(1), Line::Heading(2), Line::Row(2), Line::Row(3), Line::Row(4)]);
    assert_eq!((lines.of_row(1), lines.of_row(2), lines.of_row(5)), (None, Some(3), None));
    assert_eq!((lines.group(1), lines.group(5), lines.group(6)), (Some(1), Some(2), None));
    assert_eq!(lines.of_group(2), Some(2));
    assert_eq!(Lines::flat(3).at(2), Some(Line::Row(2)));
    assert_eq!(Lines::flat(0).at(0), None);
}

#[test]
fn only_the_windows_that_are_seen_are_wanted() {
    assert_eq!(Lines::flat(1_000).windows(95..130), [0, 1]);
    assert_eq!(Lines::flat(50).windows(20..400), [0]);
    let lines = Lines::grouped(&groups(&[500, 30]), &HashSet::from(["0".to_owned()]));
    assert_eq!(lines.windows(0..40), [5], "what is folded away is not asked for");
}

proptest! {
    #[test]
    fn each_row_that_is_seen_has_its_line(sizes in prop::collection::vec(0u64..40, 0..30), folds in any::<u32>()) {
        let folded = (0..sizes.len()).filter(|at| folds >> (at % 32) & 1 == 1).map(|at| at.to_string()).collect();
        let lines = Lines::grouped(&groups(&sizes), &folded);
        for line in 0..lines.count() {
            match lines.at(line) {
                Some(Line::Row(row)) => prop_assert_eq!(lines.of_row(row), Some(line)),
                Some(Line::Heading(group)) => prop_assert_eq!(lines.of_group(group), Some(line)),
                None => prop_assert!(false, "line {line} is empty"),
            }
        }
        let open: u64 = sizes.iter().enumerate().filter(|(at, _)| !folded.contains(&at.to_string())).map(|(_, size)| size).sum();
        prop_assert_eq!(lines.count() as u64, open + sizes.len() as u64);
    }
}
