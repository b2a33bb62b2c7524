//! Matches operations and types of two surfaces that are the same under different names.
//!
//! Operations are paired by method and full path. Types are paired by where paired operations use
//! them, and from there member by member.

use lorgnette_codegen::diff::surface::{Surface, SurfaceOperation, SurfaceShape, SurfaceType};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use url::Url;

/// A request with the name of its method in Rust.
pub type NamedRequest<'a> = (&'a str, &'a str);

/// Our types, each with the vendor's type that it describes more precisely.
const KNOWN_TO_US: [(&str, &str); 2] = [("NaiveDateTime", "DateTime"), ("Secret", "String")];

/// The pairs of two surfaces.
#[derive(Debug, Default)]
pub struct Pairs {
    /// Operations by method and path with their names in both surfaces, in the order of the paths.
    pub operations: BTreeMap<String, (Option<String>, Option<String>)>,
    /// Our types with the vendor's.
    pub types: BTreeMap<String, String>,
    /// Our types for which several of the vendor's fit equally well.
    pub undecided: BTreeMap<String, Vec<String>>,
    /// The vendor's types that hold the same data as a paired one, with our type of that pair.
    pub twins: BTreeMap<String, String>,
}

impl Pairs {
    /// Pairs the operations and types of `ours` with those of `theirs`. `given` holds pairs of
    /// types that the user has decided.
    pub fn new(ours: &Surface, theirs: &Surface, given: &BTreeMap<String, String>) -> Self {
        let mut pairs = Self::default();
        for (name, operation) in &ours.operations {
            pairs.operations.entry(request(ours, operation)).or_default().0 = Some(name.clone());
        }
        for (name, operation) in &theirs.operations {
            pairs.operations.entry(request(theirs, operation)).or_default().1 = Some(name.clone());
        }
        let mut votes = Votes::default();
        for (ours_name, theirs_name) in pairs.both() {
            let (one, other) = (&ours.operations[ours_name], &theirs.operations[theirs_name]);
            votes.operation(ours, theirs, one, other);
        }
        votes.run(ours, theirs);
        pairs.decide(ours, theirs, &votes.counts, given);
        pairs
    }

    /// The names of the operations that both surfaces have.
    pub fn both(&self) -> impl Iterator<Item = (&str, &str)> {
        let operations = self.operations.values();
        operations.filter_map(|(ours, theirs)| Some((ours.as_deref()?, theirs.as_deref()?)))
    }

    /// The requests of only one surface: ours first, then theirs.
    pub fn alone(&self) -> (Vec<NamedRequest<'_>>, Vec<NamedRequest<'_>>) {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for (request, names) in &self.operations {
            match names {
                (Some(name), None) => ours.push((request.as_str(), name.as_str())),
                (None, Some(name)) => theirs.push((request.as_str(), name.as_str())),
                _ => {}
            }
        }
        (ours, theirs)
    }

    /// Whether two types, as text, are equal except for names of paired types, optionality, and
    /// facts that a contract cannot express.
    pub fn same(&self, ours: &str, theirs: &str) -> bool {
        let (ours, theirs) = (essence(ours), essence(theirs));
        ours.len() == theirs.len()
            && ours.iter().zip(&theirs).all(|(ours, theirs)| {
                ours == theirs
                    || KNOWN_TO_US.contains(&(*ours, *theirs))
                    || self.types.get(*ours).is_some_and(|paired| paired == theirs)
            })
    }

    /// The best pairs first: by similar members, then by the number of common uses.
    fn decide(
        &mut self,
        ours: &Surface,
        theirs: &Surface,
        counts: &BTreeMap<(String, String), usize>,
        given: &BTreeMap<String, String>,
    ) {
        let mut ranked: Vec<((u32, usize), &str, &str)> = Vec::new();
        for ((one, other), count) in counts {
            let (Some(a), Some(b)) = (ours.types.get(one), theirs.types.get(other)) else {
                continue;
            };
            ranked.push(((likeness(a, b), *count), one, other));
        }
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
        let mut taken: BTreeSet<&str> = given.values().map(String::as_str).collect();
        self.types.clone_from(given);
        for (rank, one, other) in &ranked {
            if self.types.contains_key(*one) || taken.contains(other) {
                continue;
            }
            let rivals = ranked.iter().filter(|(rival_rank, rival_one, rival)| {
                rival_one == one && rival_rank == rank && !taken.contains(rival)
            });
            let rivals: Vec<String> = rivals.map(|(_, _, rival)| (*rival).to_owned()).collect();
            // The same name on both sides decides ties.
            if rivals.len() > 1 && !rivals.iter().any(|rival| rival == one) {
                self.undecided.insert((*one).to_owned(), rivals);
                continue;
            }
            let other = if rivals.len() > 1 { one } else { other };
            self.undecided.remove(*one);
            taken.insert(other);
            self.types.insert((*one).to_owned(), (*other).to_owned());
        }
        self.undecided.retain(|one, _| !self.types.contains_key(one));
        for (_, one, other) in &ranked {
            let Some(paired) = self.types.get(*one).filter(|_| !taken.contains(other)) else {
                continue;
            };
            if holds_the_same(&theirs.types[paired].shape, &theirs.types[*other].shape) {
                self.twins.insert((*other).to_owned(), (*one).to_owned());
            }
        }
    }
}

/// The number of places that two types share.
#[derive(Default)]
struct Votes {
    counts: BTreeMap<(String, String), usize>,
    queue: VecDeque<(String, String)>,
}

impl Votes {
    fn operation(
        &mut self,
        ours: &Surface,
        theirs: &Surface,
        one: &SurfaceOperation,
        other: &SurfaceOperation,
    ) {
        for (status, carried) in &one.statuses {
            if let Some(carried_there) = other.statuses.get(status) {
                self.texts(ours, theirs, &carried.ty, &carried_there.ty);
            }
        }
        self.texts(ours, theirs, &one.success, &other.success);
        for (body, there) in one.bodies.iter().zip(&other.bodies) {
            self.texts(ours, theirs, &body.ty, &there.ty);
        }
        for parameter in &one.parameters {
            let there = other
                .parameters
                .iter()
                .find(|there| (&there.wire, &there.location) == (&parameter.wire, &parameter.location));
            if let Some(there) = there {
                self.texts(ours, theirs, &parameter.ty, &there.ty);
            }
        }
    }

    fn texts(&mut self, ours: &Surface, theirs: &Surface, one: &str, other: &str) {
        let (one, other) = (essence(one), essence(other));
        if one.len() != other.len() {
            return;
        }
        for (one, other) in one.iter().zip(&other) {
            if ours.types.contains_key(*one) && theirs.types.contains_key(*other) {
                let pair = ((*one).to_owned(), (*other).to_owned());
                let count = self.counts.entry(pair.clone()).or_default();
                *count += 1;
                if *count == 1 {
                    self.queue.push_back(pair);
                }
            }
        }
    }

    fn run(&mut self, ours: &Surface, theirs: &Surface) {
        while let Some((one, other)) = self.queue.pop_front() {
            match (&ours.types[&one].shape, &theirs.types[&other].shape) {
                (
                    SurfaceShape::Object { fields, rest },
                    SurfaceShape::Object {
                        fields: there,
                        rest: rest_there,
                    },
                ) => {
                    for field in fields {
                        if let Some(there) = there.iter().find(|there| there.wire == field.wire) {
                            self.texts(ours, theirs, &field.ty, &there.ty);
                        }
                    }
                    if let (Some((_, one)), Some((_, other))) = (rest, rest_there) {
                        self.texts(ours, theirs, one, other);
                    }
                }
                (SurfaceShape::Union { branches, .. }, SurfaceShape::Union { branches: there, .. }) => {
                    for (index, branch) in branches.iter().enumerate() {
                        let tagged = there.iter().find(|there| {
                            !branch.tags.is_empty() && there.tags.iter().any(|tag| branch.tags.contains(tag))
                        });
                        if let Some(there) = tagged.or_else(|| there.get(index)) {
                            self.texts(ours, theirs, &branch.ty, &there.ty);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether two types of a surface are equal, except for facts that only one of them states.
fn holds_the_same(known: &SurfaceShape, other: &SurfaceShape) -> bool {
    let (SurfaceShape::Object { fields, .. }, SurfaceShape::Object { fields: there, .. }) = (known, other)
    else {
        return known == other;
    };
    fields.len() == there.len()
        && fields.iter().all(|field| {
            there.iter().any(|it| {
                let (one, other) = (essence(&field.ty), essence(&it.ty));
                let is_known =
                    |(one, other): (&&str, &&str)| one == other || KNOWN_TO_US.contains(&(one, other));
                it.wire == field.wire && one.len() == other.len() && one.iter().zip(&other).all(is_known)
            })
        })
}

/// The similarity of two types, from 0 to 1000: the share of members, values or branches that both
/// have.
fn likeness(one: &SurfaceType, other: &SurfaceType) -> u32 {
    let (one, other) = (words(one), words(other));
    let all = one.union(&other).count();
    let shared = one.intersection(&other).count();
    u32::try_from((shared * 1000).checked_div(all).unwrap_or(1000)).unwrap_or(0)
}

fn words(ty: &SurfaceType) -> BTreeSet<String> {
    match &ty.shape {
        SurfaceShape::Object { fields, .. } => fields.iter().map(|field| field.wire.clone()).collect(),
        SurfaceShape::Enum { values, .. } => values.iter().map(|(_, value)| value.to_string()).collect(),
        SurfaceShape::Union { branches, .. } => branches.iter().map(|branch| branch.ty.clone()).collect(),
    }
}

/// The identifiers of a type, without wrappers for optional values, boxes and encodings.
pub fn essence(ty: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut rest = ty;
    while let Some(start) = rest.find(is_part) {
        let end = rest[start..]
            .find(|c| !is_part(c))
            .map_or(rest.len(), |end| start + end);
        let ident = &rest[start..end];
        rest = &rest[end..];
        let is_path = rest.starts_with("::");
        if !is_path && !["Option", "Box", "Nullable", "Response", "impl", "Into"].contains(&ident) {
            found.push(ident);
        }
    }
    found
}

/// Method and full path, regardless of the names of path parameters and of a slash at the end.
fn request(surface: &Surface, operation: &SurfaceOperation) -> String {
    let (method, path) = operation
        .request
        .split_once(' ')
        .unwrap_or(("", &operation.request));
    let server = operation.server.as_ref().or(surface.head.base_url.as_ref());
    let base = server.map_or_else(String::new, |server| match Url::parse(server) {
        Ok(url) => url.path().trim_end_matches('/').to_owned(),
        Err(_) => server.trim_end_matches('/').to_owned(),
    });
    let mut plain = String::new();
    let mut inside = false;
    for character in path.chars() {
        match character {
            '{' => inside = true,
            '}' => {
                inside = false;
                plain.push_str("{}");
            }
            _ if inside => {}
            other => plain.push(other),
        }
    }
    format!("{method} {base}{}", plain.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lorgnette_codegen::diff::surface::Field;

    fn object(members: &[(&str, &str)]) -> SurfaceType {
        let fields = members.iter().map(|(wire, ty)| Field {
            wire: (*wire).into(),
            field: (*wire).into(),
            ty: (*ty).into(),
            ..Field::default()
        });
        SurfaceType {
            shape: SurfaceShape::Object {
                fields: fields.collect(),
                rest: None,
            },
            ..SurfaceType::default()
        }
    }

    fn surface(base: &str, request: &str, success: &str, types: &[(&str, SurfaceType)]) -> Surface {
        let mut surface = Surface::default();
        surface.head.base_url = Some(base.into());
        let operation = SurfaceOperation {
            request: request.into(),
            success: success.into(),
            ..SurfaceOperation::default()
        };
        surface.operations.insert("x".into(), operation);
        surface.types = types
            .iter()
            .map(|(name, ty)| ((*name).to_owned(), ty.clone()))
            .collect();
        surface
    }

    #[test]
    fn test_essence_drops_paths_and_wrappers() {
        assert_eq!(essence("Option<Box<types::Clip>>"), ["Clip"]);
        assert_eq!(essence("Response<Vec<Clip>>"), ["Vec", "Clip"]);
    }

    #[test]
    fn test_operations_are_paired_by_full_path() {
        let ours = surface("https://a.example/api/v4", "GET /clips/{id}/", "Response<A>", &[]);
        let theirs = surface(
            "https://b.example",
            "GET /api/v4/clips/{clip_id}",
            "Response<B>",
            &[],
        );
        let pairs = Pairs::new(&ours, &theirs, &BTreeMap::new());
        assert_eq!(pairs.both().collect::<Vec<_>>(), [("x", "x")]);
    }

    #[test]
    fn test_types_are_paired_by_place_and_then_by_member() {
        let (a, b) = (object(&[("item", "Option<Inner>")]), object(&[("id", "i64")]));
        let ours = surface(
            "",
            "GET /a",
            "Response<A>",
            &[("A", a.clone()), ("Inner", b.clone())],
        );
        let there = object(&[("item", "Other")]);
        let theirs = surface("", "GET /a", "Response<B>", &[("B", there), ("Other", b)]);
        let pairs = Pairs::new(&ours, &theirs, &BTreeMap::new());
        assert_eq!(pairs.types["A"], "B");
        assert_eq!(pairs.types["Inner"], "Other");
        assert!(pairs.same("Vec<Inner>", "Vec<Option<Other>>"));
        assert!(!pairs.same("Vec<Inner>", "Inner"));
    }

    #[test]
    fn test_types_that_fit_equally_well_are_left_undecided() {
        let part = object(&[("id", "i64")]);
        let whole = object(&[("a", "Part"), ("b", "Part")]);
        let ours = surface(
            "",
            "GET /a",
            "Response<A>",
            &[("A", whole), ("Part", part.clone())],
        );
        let there = object(&[("a", "One"), ("b", "Two")]);
        let types = [("B", there), ("One", part.clone()), ("Two", part)];
        let theirs = surface("", "GET /a", "Response<B>", &types);
        let pairs = Pairs::new(&ours, &theirs, &BTreeMap::new());
        assert_eq!(pairs.undecided["Part"], ["One", "Two"]);
        let given = BTreeMap::from([("Part".to_owned(), "Two".to_owned())]);
        assert_eq!(Pairs::new(&ours, &theirs, &given).types["Part"], "Two");
    }
}
