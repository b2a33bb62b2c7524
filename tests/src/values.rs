//! Makes values for schemas: JSON that a contract allows, derived from the contract alone.
//!
//! The conformance tests send such values through the generated clients, and read them with the
//! generated types. They are deliberately made without the generator and without Rust types.

mod merged;
mod pattern;
mod scalars;

use crate::contract::{Contract, flag};
use crate::json_schema::{Schemas, objections};
use fastrand::Rng;
use merged::{Additional, Merged};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Selects one of the values that a schema allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Manner {
    /// Only required members.
    Least,
    /// All members, with ordinary values.
    All,
    /// All members, at the lower bounds: the smallest numbers, the shortest texts and lists, null
    /// where it is allowed.
    Low,
    /// All members, at the upper bounds, with characters that have a meaning in addresses.
    High,
    /// Random values, always the same for the same seed.
    Random(u64),
}

/// The direction of the value, since some members occur only in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// To the server: without members that are `readOnly`.
    Request,
    /// From the server: without members that are `writeOnly`.
    Answer,
    /// Both: with all members.
    Both,
}

/// The depth below which optional members are left out.
const DEEP: usize = 6;
/// The depth below which there is no value: a schema requires itself.
const ENDLESS: usize = 24;
/// The number of values that are tried to find one that matches only one branch.
const ATTEMPTS: usize = 24;

/// Makes values.
pub struct Maker<'c> {
    contract: &'c Contract,
    manner: Manner,
    side: Side,
    rng: Rng,
    depth: usize,
    /// Determines which values of a choice match only one branch.
    schemas: Option<&'c Schemas>,
    /// The offset of the ordinary value from the first one.
    shift: usize,
    /// The minimum and maximum of whole numbers.
    widest: (i64, i64),
    /// Whether lists and texts may be empty. In parameters they may not, since an empty one counts
    /// as absent.
    may_be_empty: bool,
}

impl<'c> Maker<'c> {
    /// A maker of values that `contract` allows.
    pub fn new(contract: &'c Contract, manner: Manner, side: Side) -> Self {
        let seed = if let Manner::Random(seed) = manner {
            seed
        } else {
            0
        };
        Self {
            contract,
            manner,
            side,
            rng: Rng::with_seed(seed),
            depth: 0,
            schemas: None,
            shift: 0,
            widest: (i64::MIN, i64::MAX),
            may_be_empty: true,
        }
    }

    /// The same maker, with whole numbers that JavaScript holds exactly.
    #[must_use]
    pub fn within_javascript(mut self) -> Self {
        let most = (1 << 53) - 1;
        self.widest = (-most, most);
        self
    }

    /// The same maker, with values for `oneOf` that match only one branch, if there are any.
    #[must_use]
    pub fn checked_by(mut self, schemas: &'c Schemas) -> Self {
        self.schemas = Some(schemas);
        self
    }

    /// A value for the schema at `pointer`; `None` if there is no finite one.
    pub fn value(&mut self, pointer: &str) -> Option<Value> {
        if self.depth > ENDLESS {
            return None;
        }
        self.depth += 1;
        let value = self.merged(&Merged::of(self.contract, &[pointer.to_owned()]));
        self.depth -= 1;
        value
    }

    /// A value for the schema of a parameter.
    pub fn parameter(&mut self, pointer: &str) -> Option<Value> {
        self.may_be_empty = false;
        let value = self.value(pointer);
        self.may_be_empty = true;
        value.filter(|value| !value.is_null())
    }

    fn merged(&mut self, schema: &Merged<'_>) -> Option<Value> {
        let nullable = self.may_be_empty && schema.is_nullable();
        if nullable && (self.manner == Manner::Low || self.by_chance(8)) {
            return Some(Value::Null);
        }
        if let Some(values) = schema.values() {
            return self.pick(&values);
        }
        if let Some((keyword, branches)) = schema.choice() {
            return self.unambiguous(schema, keyword, &branches);
        }
        let mut types = schema.types();
        // Null is not a value of a parameter, but its absence.
        types.retain(|kind| self.may_be_empty || *kind != "null");
        let kind = self.pick(&types)?;
        match kind {
            "object" => self.object(schema),
            "array" => self.array(schema),
            "string" => Some(Value::String(self.text(schema))),
            "integer" => Some(self.integer(schema)),
            "number" if schema.word("format").and_then(scalars::width).is_some() => {
                Some(self.integer(schema))
            }
            "number" => Some(self.number(schema)),
            "boolean" => Some(match self.manner {
                Manner::Low => false.into(),
                Manner::Random(_) => self.rng.bool().into(),
                _ => true.into(),
            }),
            "null" => Some(Value::Null),
            _ => Some(match self.manner {
                Manner::Least => json!("anything"),
                Manner::Low => json!(0),
                _ => json!({"any": ["value", 1.5, true, null, {}]}),
            }),
        }
    }

    /// A value of one branch. It matches only that branch if a `oneOf` has no other way to
    /// distinguish its branches.
    fn unambiguous(&mut self, schema: &Merged<'_>, keyword: &str, branches: &[String]) -> Option<Value> {
        let first = self.choice(schema, keyword, branches);
        let whole = branches
            .first()
            .and_then(|branch| branch.strip_suffix("/oneOf/0"));
        let validator = whole
            .zip(self.schemas)
            .and_then(|(whole, schemas)| schemas.validator(whole).ok());
        let Some(validator) = validator.filter(|_| schema.discriminator().is_none()) else {
            return first;
        };
        let fits = |value: &Value| objections(&validator, value).is_empty();
        if first.as_ref().is_none_or(fits) {
            return first;
        }
        let (shift, manner) = (self.shift, self.manner);
        let mut found = None;
        // Requirements without properties may be the same in all branches.
        for manner in [manner, Manner::All] {
            self.manner = manner;
            found = found.or_else(|| {
                (1..ATTEMPTS).find_map(|attempt| {
                    self.shift = shift + attempt;
                    self.choice(schema, keyword, branches).filter(fits)
                })
            });
        }
        (self.shift, self.manner) = (shift, manner);
        found.or(first)
    }

    /// One branch of a `oneOf` or `anyOf`, with the members that stand beside the keyword.
    fn choice(&mut self, schema: &Merged<'_>, keyword: &str, branches: &[String]) -> Option<Value> {
        let mut order: Vec<usize> = (0..branches.len()).collect();
        match self.manner {
            Manner::High => order.reverse(),
            Manner::Random(_) => self.rng.shuffle(&mut order),
            _ => {}
        }
        let tag = schema.discriminator();
        for index in order {
            let branch = &branches[index];
            let whole = Merged::of_parts(self.contract, schema, keyword, branch);
            let value = if whole.is_only_object() {
                self.merged(&whole)
            } else {
                self.value(branch)
            };
            let Some(mut value) = value else { continue };
            // No text may match a pattern.
            if whole.word("pattern").is_some()
                && let Some(Ok(validator)) = self.schemas.map(|schemas| schemas.validator(branch))
                && !objections(&validator, &value).is_empty()
            {
                continue;
            }
            if let (Some((name, mapping)), Value::Object(members)) = (tag, &mut value) {
                let target = self.contract.at(branch).get("$ref").and_then(Value::as_str);
                if let Some(target) = target {
                    members.insert(name.to_owned(), tag_of(mapping, target).into());
                }
            }
            return Some(value);
        }
        None
    }

    fn object(&mut self, schema: &Merged<'_>) -> Option<Value> {
        let mut object = Map::new();
        for (name, at) in schema.properties() {
            let node = self.contract.at(&self.contract.resolve(&at));
            let not_sent = match self.side {
                Side::Request => flag(node, "readOnly").unwrap_or(false),
                Side::Answer => flag(node, "writeOnly").unwrap_or(false),
                Side::Both => false,
            };
            let required = schema.requires(&name);
            let wanted = match self.manner {
                _ if not_sent => false,
                _ if required => true,
                Manner::Least => false,
                Manner::Random(_) => self.depth < DEEP && self.rng.u8(0..3) > 0,
                _ => self.depth < DEEP,
            };
            if !wanted {
                continue;
            }
            let may_be_empty = std::mem::replace(&mut self.may_be_empty, true);
            let value = self.value(&at);
            self.may_be_empty = may_be_empty;
            match value {
                Some(value) => drop(object.insert(name, value)),
                None if required => return None,
                None => {}
            }
        }
        if let Some(additional) = schema.additional() {
            let bound = |keyword| schema.number(keyword).and_then(scalars::whole);
            let wanted = bound("minProperties").unwrap_or(0).saturating_sub(object.len());
            let room = bound("maxProperties")
                .unwrap_or(usize::MAX)
                .saturating_sub(object.len());
            let names: &[&str] = match self.manner {
                _ if self.depth >= DEEP => &[],
                Manner::Least | Manner::Low => &[],
                Manner::High => &["extra one", "ключ/~1\"\\"],
                _ => &["extra"],
            };
            let names = names.iter().map(|name| (*name).to_owned());
            let more = (1..).map(|number| format!("more{number}"));
            let count = names.len().max(wanted).min(room);
            let names: Vec<String> = match schema.pattern() {
                Some((pattern, _)) => self.matching(pattern, count),
                None => names.chain(more).take(count).collect(),
            };
            for name in names {
                let value = match additional {
                    Additional::Of(ref pointer) => self.value(pointer),
                    Additional::Any => Some(json!("more")),
                };
                if let Some(value) = value {
                    object.insert(name, value);
                }
            }
        }
        Some(Value::Object(object))
    }

    /// The given number of names that match a pattern.
    fn matching(&mut self, pattern: &str, count: usize) -> Vec<String> {
        let mut names = BTreeSet::new();
        for _ in 0..ATTEMPTS * count {
            if names.len() < count {
                names.extend(pattern::text(pattern, self.manner == Manner::High, &mut self.rng));
            }
        }
        names.into_iter().collect()
    }

    fn array(&mut self, schema: &Merged<'_>) -> Option<Value> {
        let bound = |keyword| schema.number(keyword).and_then(scalars::whole);
        let least = bound("minItems")
            .unwrap_or(0)
            .max(usize::from(!self.may_be_empty));
        let most = bound("maxItems").unwrap_or(usize::MAX).max(least);
        let length = match self.manner {
            Manner::Least | Manner::Low => least,
            Manner::All => least.max(1),
            Manner::High if most <= 32 => most,
            Manner::High => least.max(2),
            Manner::Random(_) => least + self.rng.usize(0..3),
        };
        let length = if self.depth < DEEP {
            length.min(most)
        } else {
            least
        };
        let unique = schema.is("uniqueItems");
        let items = schema.pointer_of("items");
        let mut list: Vec<Value> = Vec::new();
        for _ in 0..length {
            let item = match &items {
                Some(items) => self.item(items, &list, unique),
                None => Some(json!("item")),
            };
            match item {
                Some(item) if unique && list.contains(&item) => break,
                Some(item) => list.push(item),
                None => break,
            }
        }
        (list.len() >= least).then_some(Value::Array(list))
    }

    /// An item. For a list without repetitions, it is one that is not in the list yet, if possible.
    fn item(&mut self, items: &str, list: &[Value], unique: bool) -> Option<Value> {
        let item = self.value(items)?;
        if !unique || !list.contains(&item) {
            return Some(item);
        }
        for seed in 0..16 {
            let mut other = Maker::new(self.contract, Manner::Random(seed), self.side);
            other.depth = self.depth;
            other.widest = self.widest;
            other.may_be_empty = self.may_be_empty;
            match other.value(items) {
                Some(other) if !list.contains(&other) => return Some(other),
                _ => {}
            }
        }
        Some(item)
    }

    /// True in one of `n` cases for random values, otherwise always false.
    fn by_chance(&mut self, n: u8) -> bool {
        matches!(self.manner, Manner::Random(_)) && self.rng.u8(0..n) == 0
    }

    /// One of several: the last of them at the upper bounds.
    fn pick<T: Clone>(&mut self, values: &[T]) -> Option<T> {
        let shift = self.shift % values.len().max(1);
        let index = match self.manner {
            Manner::High => values.len().checked_sub(1 + shift)?,
            Manner::Random(_) if !values.is_empty() => self.rng.usize(0..values.len()),
            _ => shift,
        };
        values.get(index).cloned()
    }
}

/// The value of the discriminator that selects the schema at `target`.
fn tag_of(mapping: &Value, target: &str) -> String {
    let name = target.rsplit('/').next().unwrap_or(target);
    let mapped = mapping.as_object().into_iter().flatten().find(|(_, to)| {
        to.as_str()
            .is_some_and(|to| to == target || to.rsplit('/').next() == Some(name))
    });
    mapped.map_or(name, |(value, _)| value).to_owned()
}

#[cfg(test)]
mod tests;
