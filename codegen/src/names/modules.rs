//! Names the module of every tag, and with it the cargo feature.
//!
//! Before: the tags `Lamp Posts`, `default` and `types`.
//! After: their modules are `lamp_posts`, `default_api` and `types_api`; the last two cannot be
//! called as they are.

use crate::catalogue;
use crate::ir::{Api, Tag};
use crate::names::published::Published;
use crate::naming::Scope;
use crate::naming::modules::{is_free, natural};
use std::collections::BTreeSet;

/// Runs the pass; the catalogue may rename modules.
pub(crate) fn apply(api: &mut Api, entry: &catalogue::Entry, published: &Published) {
    let natural = |name: &str| natural(name, &entry.naming.rename_tags);
    let wanted: Vec<String> = api.tags.iter().map(|tag| natural(&tag.name)).collect();
    // Names of the last release are kept, unless the catalogue sets others. If operations have
    // moved between tags, the tag of that name keeps the module.
    let published_module = |(index, tag): (usize, &Tag)| {
        let mut operations = api.operations.iter().filter(|operation| operation.tag == index);
        let module = operations.find_map(|operation| Some(&published.operation(operation)?.module));
        module
            .filter(|_| !entry.naming.rename_tags.contains_key(&tag.name))
            .cloned()
    };
    let mut kept: Vec<Option<String>> = api.tags.iter().enumerate().map(published_module).collect();
    let mut held = BTreeSet::new();
    for is_natural in [true, false] {
        for (module, wanted) in kept.iter_mut().zip(&wanted) {
            let is_turn = module
                .as_ref()
                .is_some_and(|module| (module == wanted) == is_natural);
            if is_turn && !module.as_ref().is_some_and(|module| held.insert(module.clone())) {
                *module = None;
            }
        }
    }
    let odd = kept.iter().zip(&wanted);
    let odd = odd.filter_map(|(kept, wanted)| kept.as_ref().filter(|kept| *kept != wanted));
    let odd: BTreeSet<String> = odd.cloned().collect();
    let free = wanted.iter().filter(|name| is_free(name));
    let mut modules = Scope::reserving(free.chain(&odd).map(String::as_str));
    for ((tag, wanted), kept) in api.tags.iter_mut().zip(&wanted).zip(kept) {
        tag.module = match kept {
            Some(kept) => kept,
            None if is_free(wanted) && !odd.contains(wanted) => wanted.clone(),
            None if is_free(wanted) => modules.claim(wanted),
            None => modules.claim(&format!("{wanted}_api")),
        };
    }
}

#[cfg(test)]
mod tests {
    use crate::ir::{Api, Tag};
    use crate::names::published::Published;
    use crate::names::testing::entry;

    /// The modules of these tags; the catalogue renames those of `renamed`.
    fn modules(tags: &[&str], renamed: &[(&str, &str)]) -> Vec<String> {
        let mut entry = entry();
        let renamed = renamed
            .iter()
            .map(|(tag, module)| ((*tag).to_string(), (*module).to_string()));
        entry.naming.rename_tags = renamed.collect();
        let tag = |name: &&str| Tag {
            name: (*name).to_string(),
            ..Tag::default()
        };
        let mut api = Api {
            tags: tags.iter().map(tag).collect(),
            ..Api::default()
        };
        super::apply(&mut api, &entry, &Published::default());
        api.tags.into_iter().map(|tag| tag.module).collect()
    }

    #[test]
    fn test_modules_are_unique_and_not_reserved() {
        let tags = [
            "Access Points",
            "types",
            "types_api",
            "move",
            "2fa",
            "用户",
            "密码",
            "default",
        ];
        assert_eq!(
            modules(&tags, &[]),
            [
                "access_points",
                "types_api_2",
                "types_api",
                "move_api",
                "n2fa",
                "yong_hu",
                "mi_ma",
                "default_api"
            ]
        );
    }

    #[test]
    fn test_catalogue_names_modules() {
        assert_eq!(modules(&["a", "b"], &[("a", "things")]), ["things", "b"]);
    }
}
