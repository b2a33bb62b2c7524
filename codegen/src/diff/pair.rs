//! Pairs equal items of two lists: first by the most reliable sign, then by others.

/// An item with its index in its list.
pub type Indexed<'t, T> = (usize, &'t T);

/// An item before and after; one side is missing if it was added or removed.
pub type Pair<'t, T> = (Option<Indexed<'t, T>>, Option<Indexed<'t, T>>);

/// Pairs the items of two lists by `signs`, the most reliable first; an item is paired once. Items
/// of `after` come first, in their order, then those that only `before` has.
pub fn pairs<'t, T>(before: &'t [T], after: &'t [T], signs: &[fn(&T) -> String]) -> Vec<Pair<'t, T>> {
    let mut partner: Vec<Option<usize>> = vec![None; after.len()];
    let mut taken = vec![false; before.len()];
    for sign in signs {
        for (index, new) in after
            .iter()
            .enumerate()
            .filter(|(index, _)| partner[*index].is_none())
            .collect::<Vec<_>>()
        {
            let found = before
                .iter()
                .enumerate()
                .find(|(index, old)| !taken[*index] && sign(old) == sign(new));
            if let Some((old, _)) = found {
                taken[old] = true;
                partner[index] = Some(old);
            }
        }
    }
    let kept = after.iter().enumerate().map(|(index, new)| {
        let old = partner[index].map(|old| (old, &before[old]));
        (old, Some((index, new)))
    });
    let removed = before
        .iter()
        .enumerate()
        .filter(|(index, _)| !taken[*index])
        .map(|old| (Some(old), None));
    kept.chain(removed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_pairs_by_the_surest_sign_first() {
        // A name, and a label that identifies more reliably.
        struct Thing(&'static str, i32);
        let before = [Thing("a", 1), Thing("b", 2), Thing("c", 3)];
        let after = [Thing("a", 2), Thing("b", 9), Thing("d", 4)];
        let indices: Vec<(Option<usize>, Option<usize>)> = pairs(
            &before,
            &after,
            &[|thing| thing.1.to_string(), |thing| thing.0.to_string()],
        )
        .into_iter()
        .map(|(old, new)| (old.map(|old| old.0), new.map(|new| new.0)))
        .collect();
        // `b` was renamed to `a`: the old `a` and the new `b` remain, and are unrelated.
        assert_eq!(
            indices,
            [
                (Some(1), Some(0)),
                (None, Some(1)),
                (None, Some(2)),
                (Some(0), None),
                (Some(2), None)
            ]
        );
    }
}
