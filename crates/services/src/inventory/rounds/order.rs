//! In which order hosts have their turn: what others are reached through comes first.

use super::super::chain::MAX_HOPS;

/// The selected places in waves: each host's jump hosts stand in earlier ones. Inside a wave the order stays.
pub(super) fn waves(selected: &[usize], jump: impl Fn(usize) -> Option<usize>) -> Vec<Vec<usize>> {
    let mut waves = vec![Vec::new(); MAX_HOPS + 2];
    for &at in selected {
        let hops = std::iter::successors(jump(at), |hop| jump(*hop)).take(MAX_HOPS + 1).count();
        waves[hops].push(at);
    }
    waves.retain(|wave| !wave.is_empty());
    waves
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn jump_hosts_come_first() {
        let jumps = [None, Some(3), Some(1), None, Some(0)];
        assert_eq!(waves(&[0, 1, 2, 3, 4], |at| jumps[at]), [vec![0, 3], vec![1, 4], vec![2]]);
        assert_eq!(waves(&[2, 4], |at| jumps[at]), [vec![4], vec![2]], "whether they are selected or not");
    }

    #[test]
    fn a_circle_ends() {
        assert_eq!(waves(&[0, 1, 2], |at| [Some(1), Some(0), None][at]), [vec![2], vec![0, 1]]);
    }

    proptest! {
        #[test]
        fn everybody_has_one_turn_after_their_jump_host(
            jumps in prop::collection::vec(prop::option::of(0_usize..50), 1..50),
        ) {
            // Nobody is reached through one that comes later, so there is no circle; and no chain is too long.
            let jump = |at: usize| jumps[at].filter(|jump| *jump < at);
            let hops = |at: usize| std::iter::successors(jump(at), |hop| jump(*hop)).count();
            let selected: Vec<_> = (0..jumps.len()).filter(|at| hops(*at) <= MAX_HOPS).collect();
            let waves = waves(&selected, jump);
            let wave_of = |at: usize| waves.iter().position(|wave| wave.contains(&at));
            let mut all: Vec<_> = waves.concat();
            all.sort_unstable();
            prop_assert_eq!(&all, &selected);
            for at in selected {
                if let Some(jump) = jump(at) {
                    prop_assert!(wave_of(jump) < wave_of(at));
                }
            }
        }
    }
}
