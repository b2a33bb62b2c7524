//! What a composition gathers from its parts, and what these make.

use super::known::{Known, Pair};
use super::rank::{View, rank, widens};
use crate::diagnostics::Notes;
use crate::ir::{
    Alias, Annotations, Branch, Discriminator, Enum, Member, Object, Own, Provenance, Shape, Stated, Type,
    TypeDef, TypeRef, Union, Unsettled,
};

/// What the parts of one composition say.
pub(super) struct Members {
    pub(super) name: String,
    pub(super) provenance: Provenance,
    words: Annotations,
    note: String,
    discriminator: Option<Discriminator>,
    nullable: bool,
    pub(super) members: Vec<Member>,
    /// Later statements on a member that has one.
    repeated: Vec<Member>,
    required: Vec<String>,
    rest: Option<TypeRef>,
    /// Later statements on members that have no name.
    more_rest: Vec<TypeRef>,
    aliases: Vec<(String, String)>,
    choices: Vec<Choice>,
    /// What is neither an object nor a choice, with the type that it is.
    others: Vec<(Option<String>, Other)>,
    extends: Vec<String>,
    nullable_bases: Vec<bool>,
    is_object: bool,
}

/// Alternatives, and the type that has them.
struct Choice {
    base: Option<String>,
    branches: Vec<Branch>,
    discriminator: Option<String>,
}

/// What is neither an object nor a choice.
#[derive(Clone)]
enum Other {
    Used(TypeRef),
    Values(Enum),
}

/// What a composition has come to.
pub(super) struct Merged {
    pub(super) words: Annotations,
    pub(super) note: String,
    pub(super) nullable: bool,
    pub(super) extends: Vec<String>,
    pub(super) outcome: Outcome,
}

/// A type, or another name for a use of one.
pub(super) enum Outcome {
    Shape(Shape),
    Alias(TypeRef, bool),
}

impl Members {
    pub(super) fn new(name: &str, provenance: Provenance) -> Self {
        Self {
            name: name.to_string(),
            provenance,
            words: Annotations::default(),
            note: String::new(),
            discriminator: None,
            nullable: false,
            members: Vec::new(),
            repeated: Vec::new(),
            required: Vec::new(),
            rest: None,
            more_rest: Vec::new(),
            aliases: Vec::new(),
            choices: Vec::new(),
            others: Vec::new(),
            extends: Vec::new(),
            nullable_bases: Vec::new(),
            is_object: false,
        }
    }

    /// Takes in what the composition says itself, or a part of it without a name; words of the outermost win.
    pub(super) fn own(&mut self, own: Own, is_outermost: bool) {
        let before = std::mem::take(&mut self.words);
        self.words = match is_outermost {
            true => own.said.or(before),
            false => before.or(own.said),
        };
        if is_outermost || self.note.is_empty() {
            self.note = own.note;
        }
        self.nullable |= own.nullable && is_outermost;
        let tag = own.discriminator.as_ref().map(|it| it.wire.clone());
        if is_outermost && own.branches.is_empty() {
            self.discriminator = own.discriminator;
        }
        if !own.branches.is_empty() {
            self.choices.push(Choice {
                base: None,
                branches: own.branches,
                discriminator: tag,
            });
        }
        self.require(own.required);
        match own.stated {
            Stated::Nothing => {}
            Stated::Object(object) => self.object(object),
            Stated::Used(used) => self.others.push((None, Other::Used(used))),
            Stated::Values(values) => self.others.push((None, Other::Values(values))),
        }
    }

    /// Takes in another type.
    pub(super) fn base(&mut self, name: &str, def: &TypeDef, nullable: bool) {
        self.nullable_bases.push(nullable || def.nullable);
        let is_extended = match &def.shape {
            Shape::Object(_) => true,
            Shape::Enum(_) => false,
            Shape::Union(union) => union
                .unsettled
                .as_ref()
                .is_some_and(|it| it.discriminator.is_some() || it.beside.is_some()),
        };
        let above = def.extends.iter().map(String::as_str);
        for base in is_extended.then_some(name).into_iter().chain(above) {
            if !self.extends.iter().any(|known| known == base) {
                self.extends.push(base.to_string());
            }
        }
        match &def.shape {
            Shape::Object(object) => self.object(object.clone()),
            Shape::Enum(values) => self
                .others
                .push((Some(name.to_string()), Other::Values(values.clone()))),
            Shape::Union(union) => {
                // A type that lists this one among its alternatives lends its members, and not the choice.
                let mut branches = union.branches.iter();
                if branches.all(|branch| branch.ty.named() != Some(&self.name)) {
                    let unsettled = union.unsettled.as_ref();
                    self.choices.push(Choice {
                        base: Some(name.to_string()),
                        branches: union.branches.clone(),
                        discriminator: unsettled.and_then(|it| it.discriminator.clone()),
                    });
                }
                let beside = union.unsettled.as_ref().and_then(|it| it.beside.clone());
                beside.into_iter().for_each(|beside| self.object(beside));
            }
        }
    }

    /// Takes in what an alias stands for.
    pub(super) fn alias(&mut self, name: &str, alias: &Alias, nullable: bool) {
        self.nullable_bases.push(nullable || alias.used.nullable);
        match &alias.used.ty {
            Type::Any => {}
            Type::Map(rest) => self.object(Object {
                rest: (!alias.is_implicit).then(|| (String::new(), (**rest).clone())),
                ..Object::default()
            }),
            ty => {
                let used = Other::Used(TypeRef::of(ty.clone()));
                self.others.push((Some(name.to_string()), used));
            }
        }
    }

    fn require(&mut self, names: Vec<String>) {
        for name in names {
            if !self.required.contains(&name) {
                self.required.push(name);
            }
        }
    }

    fn object(&mut self, object: Object) {
        self.is_object = true;
        self.require(object.missing);
        self.aliases.extend(object.aliases);
        match object.rest {
            Some((_, rest)) if self.rest.as_ref().is_none_or(|known| known.ty == Type::Any) => {
                self.rest = Some(rest);
            }
            Some((_, rest)) if rest.ty != Type::Any => self.more_rest.push(rest),
            _ => {}
        }
        for mut member in object.members {
            if std::mem::take(&mut member.required) {
                self.require(vec![member.wire.clone()]);
            }
            match self.members.iter_mut().find(|known| known.wire == member.wire) {
                Some(known) => {
                    known.provenance = member.provenance.clone();
                    self.repeated.push(member);
                }
                None => self.members.push(member),
            }
        }
    }

    /// What all this makes.
    pub(super) fn finish(mut self, pairs: &mut Vec<Pair>, known: &Known<'_>, notes: &mut Notes) -> Merged {
        for later in std::mem::take(&mut self.repeated) {
            self.repeat(later, pairs, known, notes);
        }
        for later in std::mem::take(&mut self.more_rest) {
            let earlier = self.rest.take().unwrap_or_default();
            self.rest = self
                .together("value", &earlier, &later, pairs, known, 0)
                .or(Some(later));
        }
        if !self.nullable_bases.is_empty() && self.nullable_bases.iter().all(|nullable| *nullable) {
            self.nullable = true;
        }
        let simple = match self.members.is_empty() && self.choices.len() <= 1 {
            true => self.without_members(pairs, known, notes),
            false => None,
        };
        let outcome = match simple {
            Some(outcome) => outcome,
            None => self.with_members(known, notes),
        };
        Merged {
            words: self.words,
            note: self.note,
            nullable: self.nullable,
            extends: self.extends,
            outcome,
        }
    }

    fn with_members(&mut self, known: &Known<'_>, notes: &mut Notes) -> Outcome {
        if !self.others.is_empty() && (!self.members.is_empty() || !self.choices.is_empty()) {
            notes.add(
                self.provenance.pointer(),
                "only the members are here",
                "The contract composes them with a value that has no members.",
            );
        }
        let mut choices = std::mem::take(&mut self.choices).into_iter();
        let choice = choices.next();
        for choice in choices {
            self.flatten(choice, known, notes);
        }
        let required = std::mem::take(&mut self.required);
        let mut members = std::mem::take(&mut self.members);
        for member in &mut members {
            member.required = required.contains(&member.wire);
        }
        let is_missing = |wire: &String| members.iter().all(|member| member.wire != *wire);
        let missing = required.into_iter().filter(is_missing).collect();
        let is_empty = members.is_empty();
        let rest = self.rest.take();
        if let (true, None, None) = (is_empty, &choice, &self.discriminator) {
            let is_implicit = rest.is_none();
            let map = Type::Map(Box::new(rest.unwrap_or_default()));
            return Outcome::Alias(TypeRef::of(map), is_implicit);
        }
        let mut aliases = std::mem::take(&mut self.aliases);
        aliases.retain(|(alias, _)| members.iter().all(|member| member.wire != *alias));
        let object = Object {
            members,
            rest: rest.map(|rest| (String::new(), rest)),
            aliases,
            missing,
            unknown: String::new(),
            discriminator: self.discriminator.take().map(Box::new),
        };
        Outcome::Shape(match choice {
            Some(choice) => self.union(choice, (!is_empty).then_some(object)),
            None => Shape::Object(object),
        })
    }

    fn union(&self, choice: Choice, beside: Option<Object>) -> Shape {
        Shape::Union(Union {
            tag: None,
            branches: choice.branches,
            unsettled: Some(Box::new(Unsettled {
                discriminator: choice.discriminator,
                beside,
                said: self.words.clone(),
            })),
        })
    }

    /// A composition of which no part has members: the type that it comes to, if it is none with members all the same.
    fn without_members(
        &mut self,
        pairs: &mut Vec<Pair>,
        known: &Known<'_>,
        notes: &mut Notes,
    ) -> Option<Outcome> {
        if let Some(choice) = self.choices.pop() {
            if !self.others.is_empty() {
                self.choices.push(choice);
                return None;
            }
            return Some(match choice.base {
                Some(base) => Outcome::Alias(TypeRef::of(Type::Named(base)), false),
                None => Outcome::Shape(self.union(choice, None)),
            });
        }
        if self.is_object && (self.others.is_empty() || self.rest.is_some()) {
            return None;
        }
        let mut others = std::mem::take(&mut self.others).into_iter();
        let (mut base, mut first) = others.next()?;
        for (other, later) in others {
            if let (Other::Used(one), Other::Used(two)) = (&first, &later)
                && let Some(both) = self.together("item", one, two, pairs, known, 0)
            {
                (base, first) = (None, Other::Used(both));
                continue;
            }
            if later.view().kind() != first.view().kind() {
                notes.add(
                    self.provenance.pointer(),
                    "only the last of several types is here",
                    "The contract composes types that have no value in common.",
                );
            }
            if let (Other::Values(one), Other::Values(two)) = (&mut first, &later)
                && widens(one, two)
            {
                for value in &two.values {
                    if one.values.iter().all(|known| known.value != value.value) {
                        one.values.push(value.clone());
                    }
                }
                base = None;
                notes.add(
                    self.provenance.pointer(),
                    "the values of several enums are here",
                    "The contract composes enums of which none has them all.",
                );
            } else if rank(later.view(), known) >= rank(first.view(), known) {
                (base, first) = (other, later);
            }
        }
        Some(match (first, base) {
            (Other::Values(_), Some(base)) => Outcome::Alias(TypeRef::of(Type::Named(base)), false),
            (Other::Values(values), None) => Outcome::Shape(Shape::Enum(values)),
            (Other::Used(used), _) => Outcome::Alias(used, false),
        })
    }

    /// The alternatives of a second choice become members that may be absent.
    fn flatten(&mut self, choice: Choice, known: &Known<'_>, notes: &mut Notes) {
        for name in choice.branches.iter().filter_map(|branch| branch.ty.named()) {
            let members = known
                .types
                .get(name)
                .map(TypeDef::own_members)
                .unwrap_or_default();
            for member in members {
                if self.members.iter().all(|known| known.wire != member.wire) {
                    self.members.push(member.clone());
                }
            }
        }
        notes.add(
            self.provenance.pointer(),
            "the members of all alternatives are here, each of them optional",
            "The contract composes several choices.",
        );
    }
}

impl Other {
    fn view(&self) -> View<'_> {
        match self {
            Self::Used(used) => View::Used(used),
            Self::Values(values) => View::Values(values),
        }
    }
}
