//! How a vendor's contract differs from our description of the same API.

use super::pairs::Pairs;
use lorgnette_codegen::diff::surface::{Surface, SurfaceOperation, SurfaceShape};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// All differences, and figures on the accuracy of our description.
#[derive(Debug, Default, Serialize)]
pub struct Comparison {
    /// The API's name.
    pub api: String,
    /// How much of our description the vendor's contract confirms.
    pub figures: Figures,
    /// Operations that only the vendor's contract has.
    pub only_theirs: Vec<Alone>,
    /// Operations that only our description has.
    pub only_ours: Vec<Alone>,
    /// Operations of both that differ.
    pub operations: Vec<Differing>,
    /// Types of both that differ.
    pub types: Vec<Differing>,
    /// Our types for which several of the vendor's fit equally well.
    pub undecided: BTreeMap<String, Vec<String>>,
}

/// Counts of the items in our description that the vendor's contract confirms.
#[derive(Debug, Default, Serialize)]
pub struct Figures {
    /// Operations.
    pub operations: Count,
    /// Operations by the confidence that our description states.
    pub by_confidence: BTreeMap<String, Count>,
    /// Parameters of operations that both have.
    pub parameters: Count,
    /// Bodies and responses of operations that both have.
    pub bodies: Count,
    /// Members of types that both have.
    pub members: Count,
}

/// How many of our items are confirmed, and how many more the vendor's contract has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// All of our items.
    pub ours: usize,
    /// Our items that the vendor's contract has in the same form.
    pub confirmed: usize,
    /// Items that only the vendor's contract has.
    pub missing: usize,
}

impl Count {
    fn add(&mut self, is_confirmed: bool) {
        self.ours += 1;
        self.confirmed += usize::from(is_confirmed);
    }
}

/// An operation that only one side has.
#[derive(Debug, Serialize)]
pub struct Alone {
    /// Method and path.
    pub request: String,
    /// The name of its method in Rust.
    pub name: String,
    /// Our confidence in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<String>,
    /// The source of our knowledge.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

/// An operation or type that both sides have in different forms.
#[derive(Debug, Serialize)]
pub struct Differing {
    /// Method and path, or our type's name.
    pub what: String,
    /// Our name for it in Rust.
    pub ours: String,
    /// Its name in the vendor's contract.
    pub theirs: String,
    /// Our confidence in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<String>,
    /// The source of our knowledge.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// The differences.
    pub differences: Vec<Difference>,
}

/// One difference.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What differs: `query parameter limit`, `member id`, `status 404`.
    pub place: String,
    /// Our form of it; empty if only the vendor has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ours: Option<String>,
    /// The vendor's form of it; empty if only we have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theirs: Option<String>,
}

/// Compares `ours` with `theirs`; `contract` is our description, which states confidence and
/// evidence.
pub fn compare(api: &str, ours: &Surface, theirs: &Surface, pairs: &Pairs, contract: &Value) -> Comparison {
    let mut figures = Figures::default();
    let alone = pairs.alone();
    let (mut only_ours, mut operations) = (Vec::new(), Vec::new());
    figures.operations.missing = alone.1.len();
    for (request, name) in &alone.0 {
        let known = KnownEvidence::of(contract, &ours.operations[*name].at);
        figures.operations.add(false);
        known.count(&mut figures, false);
        only_ours.push(known.alone(request, name));
    }
    for (request, names) in &pairs.operations {
        let (Some(one), Some(other)) = names else { continue };
        let (operation, there) = (&ours.operations[one], &theirs.operations[other]);
        let known = KnownEvidence::of(contract, &operation.at);
        figures.operations.add(true);
        known.count(&mut figures, true);
        let differences = operation_differences(operation, there, pairs, &mut figures);
        if !differences.is_empty() {
            operations.push(Differing {
                what: request.clone(),
                ours: one.clone(),
                theirs: other.clone(),
                confidence: known.confidence,
                evidence: known.evidence,
                differences,
            });
        }
    }
    let mut types = Vec::new();
    for (one, other) in &pairs.types {
        let (Some(ty), Some(there)) = (ours.types.get(one), theirs.types.get(other)) else {
            continue;
        };
        let differences = shape_differences(&ty.shape, &there.shape, pairs, &mut figures.members);
        if !differences.is_empty() {
            let known = KnownEvidence::of(contract, &ty.at);
            types.push(Differing {
                what: one.clone(),
                ours: one.clone(),
                theirs: other.clone(),
                confidence: known.confidence,
                evidence: known.evidence,
                differences,
            });
        }
    }
    let none = KnownEvidence::default();
    let only_theirs = alone.1.iter().map(|(request, name)| none.alone(request, name));
    Comparison {
        api: api.to_owned(),
        only_theirs: only_theirs.collect(),
        only_ours,
        operations,
        types,
        undecided: pairs.undecided.clone(),
        figures,
    }
}

/// Our description's evidence for an item.
#[derive(Clone, Debug, Default)]
struct KnownEvidence {
    confidence: Option<String>,
    evidence: Vec<String>,
}

impl KnownEvidence {
    fn of(contract: &Value, pointer: &str) -> Self {
        let node = contract.pointer(pointer).unwrap_or(&Value::Null);
        let list = node.get("x-lorgnette-evidence").and_then(Value::as_array);
        let texts = list.into_iter().flatten().filter_map(Value::as_str);
        Self {
            confidence: node
                .get("x-lorgnette-confidence")
                .and_then(Value::as_str)
                .map(str::to_owned),
            evidence: texts.map(str::to_owned).collect(),
        }
    }

    fn count(&self, figures: &mut Figures, is_confirmed: bool) {
        let confidence = self.confidence.clone().unwrap_or_else(|| "not stated".to_owned());
        figures
            .by_confidence
            .entry(confidence)
            .or_default()
            .add(is_confirmed);
    }

    fn alone(&self, request: &str, name: &str) -> Alone {
        Alone {
            request: request.to_owned(),
            name: name.to_owned(),
            confidence: self.confidence.clone(),
            evidence: self.evidence.clone(),
        }
    }
}

/// The forms of items by name.
type Forms = BTreeMap<String, String>;

/// Compares two sets of items, and counts the confirmed ones.
fn forms(ours: &Forms, theirs: &Forms, pairs: &Pairs, count: &mut Count) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (place, form) in ours {
        let there = theirs.get(place);
        let is_same =
            there.is_some_and(|there| pairs.same(form, there) && is_optional(form) == is_optional(there));
        count.add(is_same);
        if !is_same {
            differences.push(Difference {
                place: place.clone(),
                ours: Some(form.clone()),
                theirs: there.cloned(),
            });
        }
    }
    let new: BTreeSet<&String> = theirs.keys().filter(|place| !ours.contains_key(*place)).collect();
    count.missing += new.len();
    differences.extend(new.into_iter().map(|place| Difference {
        place: place.clone(),
        ours: None,
        theirs: theirs.get(place).cloned(),
    }));
    differences
}

fn is_optional(form: &str) -> bool {
    form.contains("Option<") || form.contains("Nullable<") || form.ends_with(", optional")
}

fn operation_differences(
    one: &SurfaceOperation,
    other: &SurfaceOperation,
    pairs: &Pairs,
    figures: &mut Figures,
) -> Vec<Difference> {
    let parameters = |operation: &SurfaceOperation| -> Forms {
        let parameters = operation.parameters.iter();
        let forms = parameters.map(|it| {
            // Path parameters have no names on the wire.
            let place = match it.location.as_str() {
                "path" => format!("path parameter {}", position(operation, &it.wire)),
                location => format!("{location} parameter {}", it.wire),
            };
            let optional = if it.required { "" } else { ", optional" };
            (place, format!("{}{optional}", it.ty))
        });
        forms.collect()
    };
    let bodies = |operation: &SurfaceOperation| -> Forms {
        let bodies = operation.bodies.iter();
        let mut forms: Forms = bodies
            .map(|it| (format!("body {}", it.media_type), it.ty.clone()))
            .collect();
        for (status, carried) in &operation.statuses {
            forms.insert(format!("status {status}"), carried.ty.clone());
        }
        forms
    };
    let mut differences = forms(
        &parameters(one),
        &parameters(other),
        pairs,
        &mut figures.parameters,
    );
    differences.extend(forms(&bodies(one), &bodies(other), pairs, &mut figures.bodies));
    differences
}

/// Which parameter of its path a parameter is, from 1.
fn position(operation: &SurfaceOperation, wire: &str) -> usize {
    let before = operation
        .request
        .split(&format!("{{{wire}}}"))
        .next()
        .unwrap_or_default();
    before.matches('{').count() + 1
}

fn shape_differences(
    one: &SurfaceShape,
    other: &SurfaceShape,
    pairs: &Pairs,
    count: &mut Count,
) -> Vec<Difference> {
    match (one, other) {
        (SurfaceShape::Object { fields, .. }, SurfaceShape::Object { fields: there, .. }) => {
            let members = |fields: &[lorgnette_codegen::diff::surface::Field]| -> Forms {
                let forms = fields
                    .iter()
                    .map(|it| (format!("member {}", it.wire), it.ty.clone()));
                forms.collect()
            };
            forms(&members(fields), &members(there), pairs, count)
        }
        (SurfaceShape::Enum { values, .. }, SurfaceShape::Enum { values: there, .. }) => {
            let listed = |values: &[(String, Value)]| -> Forms {
                values
                    .iter()
                    .map(|(_, value)| (format!("value {value}"), String::new()))
                    .collect()
            };
            forms(&listed(values), &listed(there), pairs, count)
        }
        (SurfaceShape::Union { branches, .. }, SurfaceShape::Union { branches: there, .. }) => {
            let listed = |branches: &[lorgnette_codegen::diff::surface::SurfaceBranch]| -> Vec<String> {
                branches.iter().map(|it| it.ty.clone()).collect()
            };
            let (one, other) = (listed(branches), listed(there));
            let is_same =
                one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| pairs.same(one, other));
            count.add(is_same);
            if is_same {
                return Vec::new();
            }
            vec![Difference {
                place: "alternatives".to_owned(),
                ours: Some(one.join(", ")),
                theirs: Some(other.join(", ")),
            }]
        }
        (one, other) => {
            count.add(false);
            let kind = |shape: &SurfaceShape| {
                match shape {
                    SurfaceShape::Object { .. } => "an object",
                    SurfaceShape::Enum { .. } => "an enum",
                    SurfaceShape::Union { .. } => "alternatives",
                }
                .to_owned()
            };
            vec![Difference {
                place: "kind".to_owned(),
                ours: Some(kind(one)),
                theirs: Some(kind(other)),
            }]
        }
    }
}
