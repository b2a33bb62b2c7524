//! Sends one API's types through JSON and back.
//!
//! Walking contract and source side by side finds the schema of each type; values come from the
//! schema alone.

use crate::apis::Api;
use crate::changes::{Change, Changed, changes};
use crate::documents::Documents;
use crate::given::{Trip, Type};
use crate::kept::{Leave, losses};
use lorgnette_tests::accounting::{Meeting, compare};
use lorgnette_tests::contract::{Contract, ContractOperation};
use lorgnette_tests::json_schema::{Loose, Schemas, objections};
use lorgnette_tests::places::{Parts, Places};
use lorgnette_tests::reach::{held_within, within};
use lorgnette_tests::surface::{RustType, Surface, SurfaceShape};
use lorgnette_tests::values::{Maker, Manner, Side};
use lorgnette_tests::workspace;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The number of random values for each schema.
const RANDOM: u64 = 16;

/// A secret.
const CANARY: &str = "c4nary-hunter2";

/// The values that are also changed.
const CHANGED: [Manner; 3] = [Manner::All, Manner::Random(1), Manner::Random(2)];

/// The results of the types of one API.
#[derive(Default)]
pub struct Tally {
    /// Types that were tried.
    pub types: usize,
    /// Their schemas.
    pub schemas: usize,
    /// Values that the schemas allow.
    pub values: usize,
    /// The same values after a change.
    pub changed: BTreeMap<Change, usize>,
    /// Unknown members that were added to values of responses, and the number that was written
    /// back.
    pub unknown: (usize, usize),
    /// Secrets that were put into values, none of which may be shown.
    pub secrets: usize,
    /// The faults, one per line.
    pub faults: Vec<String>,
}

/// The judges of an API's types.
struct TypeJudge<'a> {
    contract: &'a Contract,
    places: Places<'a>,
    schemas: &'a Schemas,
    surface: &'a Surface,
    /// The same schemas, where a value may be of several branches.
    loose: Loose,
    tally: Tally,
}

/// A type with one of its schemas.
#[derive(Clone, Copy)]
struct Case<'a> {
    ty: &'a Type,
    meeting: &'a Meeting,
    leave: Leave,
    /// Whether a response contains it.
    is_received: bool,
}

/// Judges all types of an API.
pub fn judge(api: &Api) -> Tally {
    let entries = workspace::apis().unwrap();
    let entry = entries.iter().find(|entry| entry.name == api.name).unwrap();
    let documents = Documents::read(entry);
    let contract = &documents.values;
    let schemas = Schemas::of(contract).unwrap();
    let surface = Surface::read(&entry.folder()).unwrap();
    let met = compare(
        &lorgnette_tests::contract::of(entry, true).unwrap(),
        &surface,
        true,
    )
    .types;
    let operations = contract.operations();
    let sent: BTreeSet<String> = within(contract, operations.iter().flat_map(requests));
    let received = held_within(contract, operations.iter().flat_map(responses));
    let replaces = |operation: &&ContractOperation| ["PUT", "PATCH"].contains(&operation.method.as_str());
    let replaces = within(contract, operations.iter().filter(replaces).flat_map(bodies));
    let mut judge = TypeJudge {
        contract,
        surface: &surface,
        loose: Loose::of(contract).unwrap(),
        places: Places::new(contract, &schemas),
        schemas: &schemas,
        tally: Tally::default(),
    };
    // A form with a file is not JSON: it is written on the wire, where the calls are judged.
    let is_form = |ty: &&Type| match surface.types.get(ty.name).map(|ty| &ty.shape) {
        Some(SurfaceShape::Struct { members, .. }) => members.iter().any(|member| has_file(&member.ty)),
        _ => false,
    };
    for ty in api.types.iter().filter(|ty| !is_form(ty)) {
        let meetings = met.get(ty.name).into_iter().flatten();
        let before = judge.tally.schemas;
        for meeting in meetings {
            let leave = Leave {
                null_may_go: !replaces.contains(&meeting.pointer),
                empty_may_come: !sent.contains(&meeting.pointer),
            };
            let is_received = received.contains(&meeting.pointer);
            judge.schema(Case {
                ty,
                meeting,
                leave,
                is_received,
            });
        }
        if judge.tally.schemas == before {
            judge
                .tally
                .faults
                .push(format!("{}: no schema became this type", ty.name));
        }
        judge.tally.types += 1;
    }
    judge.tally
}

/// Whether values of a type are or contain files.
fn has_file(ty: &RustType) -> bool {
    ty.name == "Upload" || ty.arguments.iter().any(has_file)
}

/// The schemas of an operation's bodies.
fn bodies(operation: &ContractOperation) -> impl Iterator<Item = &String> {
    operation.bodies.iter().filter_map(|(_, schema)| schema.as_ref())
}

/// The schemas of an operation's responses.
fn responses(operation: &ContractOperation) -> impl Iterator<Item = &String> {
    let contents = operation.responses.iter().flat_map(|response| &response.contents);
    contents.filter_map(|(_, schema)| schema.as_ref())
}

/// The schemas of everything that a request contains.
fn requests(operation: &ContractOperation) -> impl Iterator<Item = &String> {
    let parameters = operation.parameters.iter();
    bodies(operation).chain(parameters.filter_map(|parameter| parameter.schema.as_ref()))
}

impl TypeJudge<'_> {
    /// Tries a type with all values of a schema.
    fn schema(&mut self, case: Case<'_>) {
        let pointer = &case.meeting.pointer;
        let validator = self.places.validator(pointer).unwrap();
        let manners = [Manner::Least, Manner::All, Manner::Low, Manner::High];
        let manners = manners.into_iter().chain((1..=RANDOM).map(Manner::Random));
        let made = manners.filter_map(|manner| {
            let mut maker = Maker::new(self.contract, manner, Side::Both).checked_by(self.schemas);
            Some((Some(manner), maker.value(pointer)?))
        });
        let mut open: VecDeque<(Option<Manner>, Value)> = made.collect();
        let mut seen = BTreeSet::new();
        while let Some((manner, value)) = open.pop_front() {
            // Null is not a value of the type, but its absence.
            if value.is_null() || !seen.insert(value.to_string()) {
                continue;
            }
            let name = manner.map_or("listed".to_owned(), |manner| format!("{manner:?}"));
            let against = objections(&validator, &value);
            if !against.is_empty() && !self.loose.allows(pointer, &value) {
                let against = format!("was made, but is not allowed: {against:?}");
                self.report(case, &name, &value, [against]);
                continue;
            }
            let parts = self.places.of(pointer, &value);
            if manner.is_some() {
                open.extend(parts.listed("").into_iter().map(|listed| (None, listed.clone())));
            }
            if manner.is_some() {
                self.secrets(case, &value, &parts);
            }
            self.tally.values += 1;
            let written = self.allowed(case, &name, &value, &parts);
            let is_changed = manner.is_some_and(|manner| CHANGED.contains(&manner));
            if let (Some(written), true) = (written, is_changed) {
                for changed in changes(&value, &parts) {
                    self.changed(case, &name, (&value, &written, &parts), &changed);
                }
            }
        }
        if seen.is_empty() {
            self.report(case, "", &Value::Null, ["no value could be made".to_owned()]);
        }
        self.tally.schemas += 1;
    }

    /// The shape of the judged type.
    fn shape(&self, case: Case<'_>) -> Option<&SurfaceShape> {
        self.surface.types.get(case.ty.name).map(|ty| &ty.shape)
    }

    /// Judges a value that the contract allows, and returns the written value if it could be read.
    fn allowed(&mut self, case: Case<'_>, name: &str, value: &Value, parts: &Parts<'_>) -> Option<Value> {
        let trip = match trip(case, value) {
            Ok(trip) => trip,
            Err(error) => {
                self.report(case, name, value, [error]);
                return None;
            }
        };
        let mut wrong = losses(value, &trip.written, parts, case.leave);
        let validator = self.places.validator(&case.meeting.pointer).unwrap();
        let mut against = objections(&validator, &trip.written);
        // The contract may not distinguish its branches: the value was of several already, or it is
        // now that a null is gone.
        if !against.is_empty()
            && (wrong.is_empty() || !objections(&validator, value).is_empty())
            && self.loose.allows(&case.meeting.pointer, &trip.written)
        {
            against.clear();
        }
        wrong.extend(
            against
                .iter()
                .map(|against| format!("{} is not allowed: {against}", trip.written)),
        );
        // A form that is any text has the type of the form beside it that lists values.
        let is_enum = matches!(self.shape(case), Some(SurfaceShape::Enum { .. }));
        let is_text = is_enum && parts.listed("").is_empty();
        if trip.shown.contains("Unknown(") && !parts.has_stranger(value) && !is_text {
            wrong.push(format!("is taken for an unknown value: {}", trip.shown));
        }
        self.report(case, name, value, wrong);
        Some(trip.written)
    }

    /// Judges a changed value; `value` is the original, with its written form and its parts.
    fn changed(
        &mut self,
        case: Case<'_>,
        name: &str,
        (value, written, parts): (&Value, &Value, &Parts<'_>),
        changed: &Changed,
    ) {
        let pointer = &case.meeting.pointer;
        let name = format!("{name}, {:?} at {}", changed.change, changed.at);
        let wanted = match changed.change {
            Change::Null | Change::Date | Change::Number => {
                let validator = self.places.validator(pointer).unwrap();
                if objections(&validator, &changed.value).is_empty() {
                    *self.tally.changed.entry(changed.change).or_default() += 1;
                    let parts = self.places.of(pointer, &changed.value);
                    self.allowed(case, &name, &changed.value, &parts);
                }
                return;
            }
            Change::Alias => value,
            Change::Member | Change::Listed | Change::Tag => &changed.value,
        };
        *self.tally.changed.entry(changed.change).or_default() += 1;
        let wrong = match trip(case, &changed.value) {
            // Types that are only sent need not keep the unknown member, but must keep everything
            // else.
            Ok(trip)
                if changed.change == Change::Member
                    && !case.is_received
                    && losses(written, &trip.written, parts, case.leave).is_empty() =>
            {
                Vec::new()
            }
            Ok(trip) => losses(wanted, &trip.written, parts, case.leave),
            Err(error) => vec![error],
        };
        if changed.change == Change::Member && case.is_received {
            self.tally.unknown.0 += 1;
            self.tally.unknown.1 += usize::from(wrong.is_empty());
        }
        self.report(case, &name, &changed.value, wrong);
    }

    /// Puts a secret into every declared secret and into unknown members, and searches the `Debug`
    /// output for it.
    fn secrets(&mut self, case: Case<'_>, value: &Value, parts: &Parts<'_>) {
        // The contract says that the type holds any members, and so they are not secrets.
        let is_open = matches!(self.shape(case), Some(SurfaceShape::Struct { rest: Some(_), .. }));
        let mut hidden = value.clone();
        let mut count = 0;
        for at in parts.pointers() {
            let is_secret = parts.schemas(at).any(|schema| schema["format"] == "password");
            match hidden.pointer_mut(at) {
                Some(part @ Value::String(_)) if is_secret => *part = CANARY.into(),
                Some(Value::Object(members))
                    if parts.is_struct(at) && case.is_received && !(at.is_empty() && is_open) =>
                {
                    members.insert("ofTomorrow".to_owned(), CANARY.into());
                }
                _ => continue,
            }
            count += 1;
        }
        // A value that the type rejects is not shown.
        let Ok(trip) = (case.ty.round_trip)(&hidden) else {
            return;
        };
        if trip.shown.contains(CANARY) {
            self.report(case, "secrets", &hidden, ["is shown with its secrets".to_owned()]);
        }
        self.tally.secrets += count;
    }

    fn report(&mut self, case: Case<'_>, name: &str, value: &Value, wrong: impl IntoIterator<Item = String>) {
        for wrong in wrong {
            let (ty, pointer) = (case.ty.name, &case.meeting.pointer);
            self.tally
                .faults
                .push(format!("{ty} {pointer} [{name}]: {wrong}; the value was {value}"));
        }
    }
}

/// A value that is read as the type and written back, with the tag that a union keeps for the type.
fn trip(case: Case<'_>, value: &Value) -> Result<Trip, String> {
    let mut trip = (case.ty.round_trip)(value)?;
    if let (Some(tag), Some(members)) = (&case.meeting.tag, trip.written.as_object_mut())
        && let Some(kept) = value.get(tag)
    {
        members.entry(tag).or_insert_with(|| kept.clone());
    }
    Ok(trip)
}
