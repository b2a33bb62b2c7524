//! Who gets which of several names, so that none is given twice and no place in a list decides.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Gives everybody the first of their candidates that nobody else wants and nobody has; nothing
/// where there is none. `key` says which names are the same.
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
        // A name that several operations claim goes to none of them.
        taken.extend(
            wanted
                .into_iter()
                .filter(|(_, count)| *count > 1)
                .map(|(name, _)| name),
        );
    }
}
