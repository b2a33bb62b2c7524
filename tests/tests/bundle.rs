//! The main file and its fragments, as a vendor serves them, are bundled into the committed
//! contract, byte for byte and without losses.
//!
//! After a change of the bundling, `cargo xtask bundle
//! tests/fixtures/served/sevensignal-v2/api/gateway-v2.json --output
//! specs/sevensignal-v2/openapi.json` writes it again.

#![allow(clippy::unwrap_used, clippy::panic)]

use lorgnette_codegen::load::{Files, load, to_text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const ENTRY: &str = "gateway-v2.json";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn served() -> Files {
    let folder = root().join("tests/fixtures/served/sevensignal-v2/api");
    let mut files = Files::new();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(&folder)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/");
                files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

fn committed() -> PathBuf {
    root().join("specs/sevensignal-v2/openapi.json")
}

#[test]
fn test_served_files_bundle_to_the_committed_contract() {
    let text = to_text(&load(&served(), ENTRY).unwrap());
    assert!(
        text == fs::read_to_string(committed()).unwrap(),
        "the bundle differs from {}",
        committed().display()
    );
}

/// A place: file and pointer.
type FilePlace = (String, String);

/// Compares the served files with the bundle, node by node, and follows references on both sides at
/// once.
struct Accounts {
    served: BTreeMap<String, Value>,
    bundle: Value,
    /// The places in the bundle for places in the served files, and vice versa.
    became: BTreeMap<FilePlace, String>,
    was: BTreeMap<String, FilePlace>,
    waiting: Vec<(FilePlace, String)>,
    /// Places whose content replaced a reference.
    in_place: Vec<FilePlace>,
}

impl Accounts {
    fn compare(&mut self, file: &str, source: &Value, bundled: &Value, at: &str) {
        match (source, bundled) {
            (Value::Object(source), Value::Object(bundled)) => {
                if let Some(Value::String(reference)) = source.get("$ref") {
                    let (target_file, pointer) = target(file, reference);
                    let Some(Value::String(now)) = bundled.get("$ref") else {
                        assert_eq!(
                            source.len(),
                            1,
                            "members beside a reference that was put in place at {at}"
                        );
                        let content = self.served[&target_file].pointer(&pointer).unwrap().clone();
                        self.compare(&target_file, &content, &Value::Object(bundled.clone()), at);
                        self.in_place.push((target_file, pointer));
                        return;
                    };
                    let now = now.strip_prefix('#').unwrap().to_owned();
                    self.waiting.push(((target_file, pointer), now));
                }
                assert!(
                    source.keys().eq(bundled.keys()),
                    "other members, or another order, at {at} of {file}"
                );
                for (key, value) in source {
                    let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                    if key != "$ref" || !value.is_string() {
                        self.compare(file, value, &bundled[key], &at);
                    }
                }
            }
            (Value::Array(source), Value::Array(bundled)) => {
                assert_eq!(source.len(), bundled.len(), "at {at} of {file}");
                for (index, (source, bundled)) in source.iter().zip(bundled).enumerate() {
                    self.compare(file, source, bundled, &format!("{at}/{index}"));
                }
            }
            _ => assert_eq!(source, bundled, "at {at} of {file}"),
        }
    }

    fn settle(&mut self) {
        while let Some((place, now)) = self.waiting.pop() {
            if let Some(known) = self.became.get(&place) {
                assert_eq!(*known, now, "{place:?} has two names");
                continue;
            }
            assert_eq!(
                self.was.insert(now.clone(), place.clone()),
                None,
                "two things share {now}"
            );
            self.became.insert(place.clone(), now.clone());
            let source = self.served[&place.0].pointer(&place.1).unwrap().clone();
            let bundled = self
                .bundle
                .pointer(&now)
                .unwrap_or_else(|| panic!("nothing at {now}"))
                .clone();
            self.compare(&place.0, &source, &bundled, &now);
        }
    }
}

fn target(file: &str, reference: &str) -> FilePlace {
    let (path, pointer) = reference.split_once('#').unwrap();
    if path.is_empty() {
        return (file.to_owned(), pointer.to_owned());
    }
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        if part == ".." {
            parts.pop().unwrap();
        } else {
            parts.push(part);
        }
    }
    (parts.join("/"), pointer.to_owned())
}

#[test]
fn test_bundle_holds_every_reachable_node_once_and_nothing_else() {
    let served: BTreeMap<String, Value> = served()
        .into_iter()
        .map(|(name, text)| (name, serde_json::from_str(&text).unwrap()))
        .collect();
    let mut bundle: Value = serde_json::from_str(&fs::read_to_string(committed()).unwrap()).unwrap();
    // The hub's own components are compared with it; those that bundling added are found through
    // references.
    let hub = served[ENTRY].clone();
    let whole = bundle.clone();
    let mut there = BTreeSet::new();
    bundle["components"]
        .as_object_mut()
        .unwrap()
        .retain(|section, entries| {
            let entries = entries.as_object_mut().unwrap();
            entries.retain(|name, _| {
                let own = hub["components"][section].get(name).is_some();
                own || !there.insert(format!("/components/{section}/{name}"))
            });
            hub["components"].get(section).is_some()
        });
    let mut accounts = Accounts {
        served,
        bundle: whole,
        became: BTreeMap::new(),
        was: BTreeMap::new(),
        waiting: Vec::new(),
        in_place: Vec::new(),
    };
    accounts.compare(ENTRY, &hub, &bundle, "");
    accounts.settle();
    let met: BTreeSet<String> = accounts.was.keys().cloned().collect();
    assert_eq!(
        there, met,
        "components that no reference leads to, or the other way round"
    );

    // A path item is inserted only once, since no two paths share one.
    let in_place: BTreeSet<&FilePlace> = accounts.in_place.iter().collect();
    assert_eq!(in_place.len(), accounts.in_place.len());
    // Only unused parts of fragments are left out.
    let mut left_out = Vec::new();
    for (file, tree) in accounts.served.iter().filter(|(file, _)| *file != ENTRY) {
        for key in tree.as_object().unwrap().keys() {
            let place = (file.clone(), format!("/{key}"));
            if !accounts.became.contains_key(&place) && !in_place.contains(&place) {
                left_out.push(format!("{file}#/{key}"));
            }
        }
    }
    assert_eq!(left_out, UNUSED);
}

/// These files are served, but nothing refers to them, so no operation can reach them.
const UNUSED: [&str; 36] = [
    "eyes/schema.json#/DeleteAgentIdList",
    "metadata/methods.json#/users-summary",
    "metadata/methods.json#/groups-with-id-sensors",
    "metadata/methods.json#/organizations-with-id-sensors",
    "metadata/methods.json#/sensor-registrations",
    "metadata/methods.json#/sensor-registrations-with-id",
    "metadata/methods.json#/sensor-registrations-import",
    "metadata/schema.json#/RoleRequest",
    "metadata/schema.json#/PermissionRequest",
    "metadata/schema.json#/OrganizationRequest",
    "metadata/schema.json#/OrganizationsInstancesRequest",
    "metadata/schema.json#/InstanceRequest",
    "metadata/schema.json#/GroupRequest",
    "metadata/schema.json#/PostLoginRequest",
    "metadata/schema.json#/PostLoginResponse",
    "metadata/schema.json#/CredentialsExchangeRequest",
    "metadata/schema.json#/CredentialsExchangeResponse",
    "metadata/schema.json#/UserImportListRequest",
    "metadata/schema.json#/UserImportRequest",
    "metadata/schema.json#/PageModelInstance",
    "metadata/schema.json#/UserSummaryResponse",
    "metadata/schema.json#/ApplicationAccessResponse",
    "metadata/schema.json#/SensorRegistration",
    "metadata/schema.json#/SensorRegistrationCreateRequest",
    "metadata/schema.json#/SensorRegistrationPatchRequest",
    "metadata/schema.json#/PageModelSensorRegistration",
    "metadata/schema.json#/SensorRegistrationCsvImportResponse",
    "metadata/schema.json#/SensorRegistrationCsvImportError",
    "on-demand-tests/schema.json#/EyeIdFilter",
    "on-demand-tests/schema.json#/ChannelFilter",
    "on-demand-tests/schema.json#/ApIdFilter",
    "on-demand-tests/schema.json#/BandFilter",
    "on-demand-tests/schema.json#/StartFilter",
    "on-demand-tests/schema.json#/EndFilter",
    "on-demand-tests/schema.json#/PageFilter",
    "on-demand-tests/schema.json#/SizeFilter",
];
