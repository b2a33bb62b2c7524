//! Names the module of every tag.
//!
//! Before: the tags `Lamp Posts`, `default` and `types`.
//! After: their modules are `lamp_posts`, `default_api` and `types_api`; the last two cannot be called as they are.

use crate::catalogue;
use crate::ir::Api;
use crate::naming::Scope;
use crate::naming::modules::{is_free, natural};

/// Runs the pass; the catalogue may rename modules.
pub(crate) fn apply(api: &mut Api, entry: &catalogue::Api) {
    let natural = |name: &str| natural(name, &entry.naming.rename_tags);
    let wanted: Vec<String> = api.tags.iter().map(|tag| natural(&tag.name)).collect();
    let free = wanted.iter().filter(|name| is_free(name)).map(String::as_str);
    let mut modules = Scope::reserving(free);
    for (tag, wanted) in api.tags.iter_mut().zip(&wanted) {
        tag.module = match is_free(wanted) {
            true => wanted.clone(),
            false => modules.claim(&format!("{wanted}_api")),
        };
    }
}

#[cfg(test)]
mod tests {
    use crate::ir::{Api, Tag};
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
        super::apply(&mut api, &entry);
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
