//! The component names of things from other files.
//!
//! A thing is called by the folder of its file and its own key:
//! `access-points/schema.json#/AgentAccessPoint` becomes `access-points.AgentAccessPoint`. The
//! file's stem comes between them if it carries meaning (`common/paging.json#/Page` becomes
//! `common.paging.Page`), or if two things would share a name. Both get the longer name then, so
//! that the names do not depend on the order. A component in two sections has the same name in
//! both.

use super::sources::{Sources, Target};
use super::things::{BundlePlace, PlacedNodes, Thing};
use super::version::Version;
use crate::document::{Document, child};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// File stems that carry no meaning.
const GENERIC: [&str; 8] = [
    "schema",
    "schemas",
    "methods",
    "index",
    "definitions",
    "parameters",
    "responses",
    "components",
];

/// The place of every component. `order` is the order in which they were found.
pub fn places(
    sources: &Sources<'_>,
    document: &Document,
    things: &[Thing],
    placed: &PlacedNodes,
    order: &[usize],
    version: Version,
) -> Vec<BundlePlace> {
    let parts: Vec<Option<(Option<usize>, String)>> = things
        .iter()
        .enumerate()
        .map(|(number, thing)| {
            if thing.adopted.is_some() {
                None
            } else {
                part_of(things, placed, number, &mut Vec::new())
            }
        })
        .collect();
    let independent: Vec<usize> = order
        .iter()
        .copied()
        .filter(|number| parts[*number].is_none() && things[*number].adopted.is_none())
        .collect();
    let names = name(sources, things, &independent, &taken(document, version));
    let own = |number: usize| {
        let thing = &things[number];
        thing.adopted.clone().or_else(|| {
            let name = names.get(&thing.target)?;
            Some(child(version.section(thing.kind)?, name))
        })
    };
    (0..things.len())
        .map(|number| match &parts[number] {
            None => BundlePlace {
                pointer: own(number).unwrap_or_default(),
                own: true,
            },
            Some((None, inside)) => BundlePlace {
                pointer: inside.clone(),
                own: false,
            },
            Some((Some(container), inside)) => {
                let container = own(*container).unwrap_or_default();
                BundlePlace {
                    pointer: format!("{container}{inside}"),
                    own: false,
                }
            }
        })
        .collect()
}

/// The component that contains a node, and the node's place in it: `#/A/properties/b` is within
/// `#/A` if that is bundled anyway. The containing component is itself not part of another.
fn part_of(
    things: &[Thing],
    placed: &PlacedNodes,
    number: usize,
    asked: &mut Vec<usize>,
) -> Option<(Option<usize>, String)> {
    if asked.contains(&number) {
        return None;
    }
    asked.push(number);
    let Target { file, pointer } = &things[number].target;
    let mut ancestor = pointer.as_str();
    let found = loop {
        let (shorter, _) = ancestor.rsplit_once('/')?;
        ancestor = shorter;
        if let Some(found) = placed.get(&Target {
            file: *file,
            pointer: ancestor.to_owned(),
        }) {
            break found;
        }
    };
    let (container, inside) = found;
    let inside = format!("{inside}{}", &pointer[ancestor.len()..]);
    match container {
        Some(outer) if things[*outer].adopted.is_none() => match part_of(things, placed, *outer, asked) {
            Some((outermost, before)) => Some((outermost, format!("{before}{inside}"))),
            None if asked.contains(outer) && *outer == asked[0] => None,
            None => Some((Some(*outer), inside)),
        },
        _ => Some((*container, inside)),
    }
}

/// The names of the entry file's own components.
fn taken(document: &Document, version: Version) -> HashSet<String> {
    let sections = version
        .sections()
        .iter()
        .filter_map(|section| document.pointer(section)?.as_object());
    sections.flat_map(|section| section.keys().cloned()).collect()
}

/// Names for components that are not part of another. No two targets share one.
fn name(
    sources: &Sources<'_>,
    things: &[Thing],
    numbers: &[usize],
    taken: &HashSet<String>,
) -> HashMap<Target, String> {
    let mut targets: Vec<&Target> = Vec::new();
    let mut known = HashSet::new();
    for number in numbers {
        let target = &things[*number].target;
        if known.insert(target) {
            targets.push(target);
        }
    }
    let mut levels = vec![0; targets.len()];
    let mut candidates: Vec<String> = Vec::new();
    for _ in 0..3 {
        candidates = targets
            .iter()
            .zip(&levels)
            .map(|(target, level)| candidate(sources, target, *level))
            .collect();
        let mut sharing: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, name) in candidates.iter().enumerate() {
            sharing.entry(name).or_default().push(index);
        }
        let clashes: Vec<usize> = sharing
            .into_iter()
            .filter(|(name, indexes)| indexes.len() > 1 || taken.contains(*name))
            .flat_map(|(_, indexes)| indexes)
            .collect();
        if clashes.is_empty() {
            break;
        }
        for index in clashes {
            levels[index] += 1;
        }
    }
    // Remaining clashes differ only in characters that component names cannot have; they get
    // numbers.
    let mut used: BTreeSet<String> = taken.iter().cloned().collect();
    let mut named = HashMap::new();
    for (target, name) in targets.into_iter().zip(candidates) {
        let mut unique = name.clone();
        let mut count = 2;
        while !used.insert(unique.clone()) {
            unique = format!("{name}_{count}");
            count += 1;
        }
        named.insert(target.clone(), unique);
    }
    named
}

/// Candidate names of a thing: folder and key first, then with the stem, then with everything.
fn candidate(sources: &Sources<'_>, target: &Target, level: usize) -> String {
    let file = sources.name(target.file);
    let (folders, name) = file.rsplit_once('/').unwrap_or(("", file));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let folder = folders.rsplit('/').next().unwrap_or_default();
    let key = key(file, &target.pointer);
    let generic = GENERIC.contains(&stem.to_ascii_lowercase().as_str());
    let stem = if target.pointer.is_empty() || (level == 0 && generic) {
        ""
    } else {
        stem
    };
    let parts: Vec<&str> = match level {
        0 | 1 => vec![folder, stem, &key],
        _ => folders
            .split('/')
            .chain([stem])
            .chain(target.pointer.split('/'))
            .chain(target.pointer.is_empty().then_some(key.as_str()))
            .collect(),
    };
    let says = |part: &&str| !matches!(*part, "" | "." | "..");
    let parts: Vec<&str> = parts.into_iter().filter(says).collect();
    let allowed = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
            c
        } else {
            '_'
        }
    };
    parts.join(".").chars().map(allowed).collect()
}

/// The key of a component: the last part of its pointer that carries meaning, or its file's stem.
pub fn key(file: &str, pointer: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let tokens: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
        .collect();
    match tokens.last() {
        None => stem.to_owned(),
        // `#/A/properties/b` and `#/A/items` mean little without their owners.
        Some(_) if tokens.len() > 1 && !is_container(&tokens) => tokens
            .iter()
            .filter(|token| token.as_str() != "properties")
            .cloned()
            .collect::<Vec<_>>()
            .join("."),
        Some(last) => last.clone(),
    }
}

/// Whether all but the last part of a pointer only name a collection.
fn is_container(tokens: &[String]) -> bool {
    let collections = [
        "$defs",
        "definitions",
        "schemas",
        "parameters",
        "responses",
        "requestBodies",
        "headers",
        "examples",
        "links",
        "callbacks",
        "components",
        "securitySchemes",
        "securityDefinitions",
        "paths",
        "pathItems",
    ];
    tokens[..tokens.len() - 1]
        .iter()
        .all(|token| collections.contains(&token.as_str()))
}
