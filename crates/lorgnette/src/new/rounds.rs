//! Assigns candidate names so that none is assigned twice and the order of a list has no influence.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Assigns to each entry the first of its candidates that no other entry claims and none has, or
/// `None` if there is no such candidate. `key` determines which names are equal.
pub fn given(
    wanting: Vec<Vec<String>>,
    key: impl Fn(&str) -> String,
    taken: &mut BTreeSet<String>,
) -> Vec<Option<String>> {
    let mut given = vec![None; wanting.len()];
    let mut queues: Vec<VecDeque<String>> = wanting.into_iter().map(VecDeque::from).collect();
    loop {
        let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
        for name in queues.iter().filter_map(VecDeque::front) {
            *wanted.entry(key(name)).or_default() += 1;
        }
        if wanted.is_empty() {
            return given;
        }
        for (queue, given) in queues.iter_mut().zip(&mut given) {
            let Some(name) = queue.pop_front() else {
                continue;
            };
            if wanted.get(&key(&name)) == Some(&1) && taken.insert(key(&name)) {
                *given = Some(name);
                queue.clear();
            }
        }
        // A name that several entries claim is assigned to none of them.
        taken.extend(
            wanted
                .into_iter()
                .filter(|(_, count)| *count > 1)
                .map(|(name, _)| name),
        );
    }
}
