//! Drafts of better names for operations whose names were made by a program.

use super::confidence::Confidence;
use super::rounds;
use crate::poor;
use lorgnette_codegen::document::{OperationPlace, operations};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A better name for one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The operation's JSON pointer.
    pub pointer: String,
    /// Its id in the contract; empty if it has none.
    pub old: String,
    /// A better one.
    pub new: String,
    /// How sure that is.
    pub confidence: Confidence,
}

/// Better names for the operations of a contract, none of them twice and none that another
/// operation has. `own` are the names that the generator gives, by the operation's pointer.
pub fn drafted(contract: &Value, own: &BTreeMap<String, String>) -> Vec<Name> {
    let places: Vec<OperationPlace<'_>> = operations(contract).collect();
    // Ids of the form `get_pets` were chosen on purpose, unless all ids are method and path.
    let echoes = places.iter().filter(|place| is_echo(place, id(place))).count();
    let all_echo = echoes * 2 > places.len();
    let own = |place: &OperationPlace<'_>| match own.get(&place.pointer) {
        Some(name) => name.clone(),
        None => snake(id(place)),
    };
    let names: BTreeSet<String> = places.iter().map(own).collect();
    let mut taken = BTreeSet::new();
    let mut wanting = Vec::new();
    for place in &places {
        let name = own(place);
        match better(place, &name, all_echo, &names) {
            Some((candidates, confidence)) => wanting.push((place, name, confidence, candidates)),
            None => {
                taken.insert(plain(&name));
            }
        }
    }
    let candidates = wanting
        .iter()
        .map(|(.., candidates)| candidates.clone())
        .collect();
    let given = rounds::given(candidates, plain, &mut taken);
    let drafts = wanting.into_iter().zip(given);
    drafts
        .filter_map(|((place, name, confidence, _), new)| {
            let new = new.filter(|new| plain(new) != plain(&name))?;
            Some(Name {
                pointer: place.pointer.clone(),
                old: id(place).to_owned(),
                new,
                confidence,
            })
        })
        .collect()
}

fn id<'p>(place: &OperationPlace<'p>) -> &'p str {
    place
        .operation
        .get("operationId")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Whether an id is method and path.
fn is_echo(place: &OperationPlace<'_>, id: &str) -> bool {
    let (method, path, id) = (place.method, place.path, plain(id));
    [format!("{method}{path}"), format!("{path}{method}")]
        .iter()
        .any(|echo| plain(echo) == id)
}

/// Better names for an operation, the best first, if its own was generated.
fn better(
    place: &OperationPlace<'_>,
    own: &str,
    all_echo: bool,
    names: &BTreeSet<String>,
) -> Option<(Vec<String>, Confidence)> {
    let id = id(place);
    // `getItemUsingGET_1`: a function's name, then method and number.
    if let Some((function, method)) = id.rsplit_once("Using") {
        let method = method.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
        if method.eq_ignore_ascii_case(place.method) && !function.is_empty() {
            let function = snake(function);
            let more = of_request(place).into_iter();
            return Some((std::iter::once(function).chain(more).collect(), Confidence::High));
        }
    }
    let is_number = id.chars().all(|c| c.is_ascii_digit());
    let is_mechanical = id.is_empty()
        || is_number
        || (all_echo && is_echo(place, id))
        || poor::first_of(own).is_some_and(|first| names.contains(first))
        || poor::is_long_method(own);
    let candidates = is_mechanical.then(|| of_request(place));
    candidates
        .filter(|candidates| !candidates.is_empty())
        .map(|candidates| (candidates, Confidence::Medium))
}

/// Names after method and path, the shortest first that says enough: `list_pets`, `get_pet`,
/// `feed_pet`, then `list_shop_pets`.
fn of_request(place: &OperationPlace<'_>) -> Vec<String> {
    /// The maximum number of consecutive path words in one name.
    const RUN: usize = 3;
    let segments: Vec<&str> = place.path.split('/').filter(|part| !part.is_empty()).collect();
    let is_parameter = |part: &str| part.starts_with('{');
    // Prefixes such as `api` and `v1` carry no meaning.
    let is_prefix = |part: &str| {
        part == "api"
            || part
                .strip_prefix('v')
                .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
    };
    let mut words: Vec<String> = Vec::new();
    // The number of segments after the last parameter that is not at the end.
    let mut run = 0;
    for (at, part) in segments.iter().enumerate() {
        if is_parameter(part) {
            let is_last = segments[at..].iter().all(|part| is_parameter(part));
            run = if is_last { run } else { 0 };
        } else if !is_prefix(part) && !snake(part).is_empty() {
            words.push(snake(part));
            run += 1;
        }
    }
    let is_one = segments.last().is_some_and(|part| is_parameter(part));
    let start = if run > RUN { 2 } else { run.max(1) };
    let counts = (start..=words.len()).chain((1..start.min(words.len() + 1)).rev());
    let names = counts.map(|count| named(place.method, &words, count, run, is_one));
    let mut names: Vec<String> = names.filter(|name| !poor::is_long_method(name)).collect();
    // Only the end of a long path, and its owner.
    if let Some(owner) = words.len().checked_sub(run + 1)
        && let Some(last) = words.last()
    {
        names.push(named(
            place.method,
            &[words[owner].clone(), last.clone()],
            2,
            0,
            is_one,
        ));
    }
    names
}

/// The name of the last `count` words of a path, of which `run` come after a parameter.
fn named(method: &str, words: &[String], count: usize, run: usize, is_one: bool) -> String {
    let (parents, last) = words[words.len() - count..].split_at(count - 1);
    let noun = last.concat();
    let one = singular(&noun);
    // A sub-resource: `pet_photos`. Consecutive words stay unchanged.
    let mut parent = String::new();
    for (at, word) in parents.iter().enumerate() {
        let is_thing = count - at > run;
        parent += &if is_thing { singular(word) } else { word.clone() };
        parent.push('_');
    }
    match (method, is_one) {
        ("get", false) if noun == one => format!("get_{parent}{noun}"),
        ("get", false) => format!("list_{parent}{noun}"),
        ("get", true) => format!("get_{parent}{one}"),
        ("post", false) if noun != one => format!("create_{parent}{one}"),
        // `POST /pets/{id}/feed` is an action.
        ("post", false) if run == 1 && words.len() > 1 => {
            let owner = words.len() - 2;
            let more = words[words.len() - count..].len().saturating_sub(2);
            let before = words[owner - more..owner].iter().map(|word| singular(word) + "_");
            format!("{noun}_{}{}", before.collect::<String>(), singular(&words[owner]))
        }
        ("post", false) if run > 1 && count > 1 => format!("{parent}{noun}"),
        ("put", _) => format!("replace_{parent}{one}"),
        ("patch", _) => format!("update_{parent}{one}"),
        ("post", false) => format!("create_{parent}{noun}"),
        ("delete", true) => format!("delete_{parent}{one}"),
        ("delete", false) => format!("delete_{parent}{noun}"),
        (method, _) => format!("{method}_{parent}{noun}"),
    }
}

fn snake(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut text = String::new();
    for (at, c) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        // `getCVEAllowlist`: an acronym is one word.
        let is_start = c.is_ascii_uppercase()
            && (before.is_some_and(|c| !c.is_ascii_uppercase())
                || after.is_some_and(char::is_ascii_lowercase));
        if (is_start || !c.is_ascii_alphanumeric()) && !text.is_empty() && !text.ends_with('_') {
            text.push('_');
        }
        if c.is_ascii_alphanumeric() {
            text.push(c.to_ascii_lowercase());
        }
    }
    text.trim_matches('_').to_owned()
}

/// The singular of an English plural, as far as its ending says.
fn singular(noun: &str) -> String {
    match noun {
        noun if noun.ends_with("ies") && noun.len() > 4 => format!("{}y", &noun[..noun.len() - 3]),
        noun if ["sses", "shes", "ches", "xes"]
            .iter()
            .any(|end| noun.ends_with(end)) =>
        {
            noun[..noun.len() - 2].to_owned()
        }
        noun if noun.ends_with('s') && !["ss", "us", "is"].iter().any(|end| noun.ends_with(end)) => {
            noun[..noun.len() - 1].to_owned()
        }
        noun => noun.to_owned(),
    }
}

/// A name as the generator tells names apart: without what only separates words.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, json};

    fn drafted(operations: &[(&str, &str, Option<&str>)]) -> Vec<(String, Confidence)> {
        let mut paths: Map<String, Value> = Map::new();
        for (method, path, id) in operations {
            let item = paths.entry((*path).to_owned()).or_insert_with(|| json!({}));
            item[*method] = id.map_or(json!({}), |id| json!({"operationId": id}));
        }
        let names = super::drafted(&json!({"paths": paths}), &BTreeMap::new());
        names
            .into_iter()
            .map(|name| (name.new, name.confidence))
            .collect()
    }

    fn one(method: &str, path: &str, id: Option<&str>) -> String {
        let names = drafted(&[(method, path, id)]);
        names.into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn test_ids_made_by_a_program_get_the_name_of_their_function() {
        assert_eq!(
            drafted(&[("post", "/x", Some("addItemUsingPOST_1"))]),
            [("add_item".to_owned(), Confidence::High)]
        );
        assert_eq!(one("get", "/x", Some("listThings")), "");
    }

    #[test]
    fn test_operations_without_a_name_are_called_after_their_request() {
        for (method, path, name) in [
            ("get", "/api/v1/pets", "list_pets"),
            ("get", "/pets/{id}", "get_pet"),
            ("post", "/pets", "create_pet"),
            ("post", "/pets/{id}/feed", "feed_pet"),
            ("put", "/categories/{id}", "replace_category"),
            ("patch", "/boxes/{id}", "update_box"),
            ("delete", "/pets/{id}", "delete_pet"),
            ("get", "/status", "get_status"),
            ("get", "/userGroups", "list_user_groups"),
            ("get", "/security/summary", "get_security_summary"),
            ("get", "/folders/trash/items", "list_folders_trash_items"),
            ("put", "/system/CVEAllowlist", "replace_system_cve_allowlist"),
            ("post", "/oauth2/token", "oauth2_token"),
        ] {
            assert_eq!(one(method, path, None), name, "{method} {path}");
            let echo = format!("{method}{}", path.replace(['/', '{', '}'], "_"));
            // An id that is as good as the draft is kept.
            let drafted = if plain(&echo) == plain(name) { "" } else { name };
            assert_eq!(one(method, path, Some(&echo)), drafted, "{echo}");
        }
        assert_eq!(one("get", "/{id}", None), "");
    }

    #[test]
    fn test_ids_of_method_and_path_stay_where_others_are_better() {
        let names = drafted(&[
            ("post", "/folders", Some("post_folders")),
            ("get", "/folders/{folder_id}", Some("get_folders_id")),
            ("put", "/folders/{folder_id}", Some("put_folders_id")),
        ]);
        assert_eq!(names, []);
    }

    #[test]
    fn test_numbers_that_tell_operations_apart_become_words() {
        let names = drafted(&[
            ("get", "/shops", Some("list")),
            ("get", "/shops/{id}/pets", Some("list_1")),
            ("get", "/oauth2", Some("oauth_2")),
        ]);
        assert_eq!(names, [("list_pets".to_owned(), Confidence::Medium)]);
    }

    #[test]
    fn test_names_too_long_are_drafted_anew() {
        let path = "/files/{file_id}/metadata/enterprise/classification_that_nobody_has_named_yet_in_short";
        let long = "get_files_id_metadata_enterprise_classification_that_nobody_has_named_yet_in_short";
        assert_eq!(
            one("get", path, Some(long)),
            "get_classification_that_nobody_has_named_yet_in_short"
        );
    }

    #[test]
    fn test_no_name_is_drafted_twice_or_taken_from_another() {
        let names = drafted(&[
            ("get", "/shops/{id}/pets", None),
            ("get", "/homes/{id}/pets", None),
            ("get", "/stores", Some("createPet")),
            ("post", "/pets", None),
        ]);
        let names: Vec<String> = names.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["list_shop_pets", "list_home_pets"]);
    }
}
