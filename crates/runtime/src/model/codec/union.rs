//! How a union is decoded and encoded: its branch is chosen by the tag, or is the first that fits.

use super::decoder::Decoder;
use super::error::{Error, Result};
use super::fit::{Fit, Misses, REMEMBERED, is_container};
use super::tree::Tree;
use super::wire::{Encoder, Wire};
use serde_json::Value;
use std::borrow::Cow;

/// A branch of a union with a tag.
#[derive(Debug)]
pub struct Branch<T> {
    /// The values of the tag that select this branch.
    pub tags: &'static [&'static str],
    /// Reads the branch.
    pub decode: Reads<T>,
}

/// A function that reads a branch of a union.
type Reads<T> = fn(&mut Decoder<'_>) -> Result<T>;

impl Decoder<'_> {
    /// Reads the branch that the member `tag` names; `unknown` takes values whose tag names no
    /// branch.
    ///
    /// # Errors
    ///
    /// When the branch cannot be read.
    pub fn tagged<T>(
        &mut self,
        tag: &'static str,
        branches: &[Branch<T>],
        unknown: fn(Value) -> T,
    ) -> Result<T> {
        self.union(|tree| by_tag(tree, tag, branches), unknown)
    }

    /// Reads the branch that fits; `unknown` takes values that match no branch. `ty` is a unique
    /// name of the type.
    ///
    /// The first branch that names all members of the value and keeps no unknown value wins. If
    /// there is none, the branch with the fewest unnamed members wins; among several of those, the
    /// one with the fewest unknown values, and then the first. Reading takes time linear in the
    /// size of the input, however deep unions are nested.
    ///
    /// # Errors
    ///
    /// When the input is not JSON.
    pub fn untagged<T>(
        &mut self,
        ty: &'static str,
        branches: &[Reads<T>],
        unknown: fn(Value) -> T,
    ) -> Result<T> {
        self.union(|tree| by_fit(tree, ty, branches), unknown)
    }

    /// Reads a union; `choose` selects the branch and reads it.
    fn union<T>(
        &mut self,
        choose: impl FnOnce(Tree<'_>) -> Result<Option<T>>,
        unknown: fn(Value) -> T,
    ) -> Result<T> {
        if let Some(tree) = Tree::at(self.source) {
            return match choose(tree)? {
                Some(value) => Ok(value),
                None => {
                    tree.context().fits.unknown();
                    tree.copy().map(unknown)
                }
            };
        }
        let value = self.value()?;
        let context = self.source.context();
        let chosen = choose(Tree::new(&value, context));
        context.fits.forget();
        Ok(chosen?.unwrap_or_else(|| {
            context.fits.unknown();
            unknown(value)
        }))
    }
}

/// Reads the branch that the member `tag` names, if there is one.
fn by_tag<T>(tree: Tree<'_>, tag: &'static str, branches: &[Branch<T>]) -> Result<Option<T>> {
    let found = match tree.node().get(tag) {
        Some(Value::String(tag)) => Cow::Borrowed(tag.as_str()),
        Some(other) if !is_container(other) => Cow::Owned(other.to_string()),
        _ => return Ok(None),
    };
    let branch = branches
        .iter()
        .find(|branch| branch.tags.contains(&found.as_ref()));
    let Some(branch) = branch else { return Ok(None) };
    // `Encoder::tagged` writes the tag again; another spelling is kept like any unnamed member.
    let is_first = matches!(&found, Cow::Borrowed(found) if branch.tags.first() == Some(found));
    let mark = is_first.then_some((std::ptr::from_ref(tree.node()), tag));
    tree.context().tag.set(mark);
    let value = read(tree, branch.decode);
    tree.context().tag.set(None);
    value.map(Some)
}

/// Reads the branch that fits best, if one does.
fn by_fit<T>(tree: Tree<'_>, ty: &'static str, branches: &[Reads<T>]) -> Result<Option<T>> {
    let fits = &tree.context().fits;
    let read_at = |index: Option<usize>| {
        let decode = index.and_then(|index| branches.get(index));
        decode.map(|decode| read(tree, *decode)).transpose()
    };
    match fits.recall(tree.node(), ty) {
        Some(Fit::Reads { branch: None, .. }) => return Ok(None),
        Some(Fit::Reads { misses, .. }) if fits.trying() => {
            fits.add(misses);
            return Err(Error::deferred());
        }
        Some(Fit::Reads { branch, .. }) => return read_at(branch),
        Some(Fit::Fails) | None => {}
    }
    let budget = &tree.context().budget;
    let mut best: Option<(Misses, usize, Result<T>)> = None;
    for (index, decode) in branches.iter().enumerate() {
        let left = budget.left();
        let (value, misses) = fits.missed(|| fits.while_trying(|| read(tree, *decode)));
        match value {
            Err(error) if error.is_too_large() => return Err(error),
            Err(error) if !error.is_deferred() => budget.give_back(left),
            value if best.as_ref().is_none_or(|(fewest, ..)| misses < *fewest) => {
                best = Some((misses, index, value));
            }
            _ => budget.give_back(left),
        }
        if matches!(&best, Some((fewest, ..)) if *fewest == Misses::default()) {
            break;
        }
    }
    if tree.node().is_number() && best.as_ref().is_some_and(|(misses, ..)| misses.unknown > 0) {
        // A float would lose digits that an unknown value keeps.
        best = best.filter(|_| tree.node().is_f64());
    }
    if is_container(tree.node()) {
        let (misses, branch) = best
            .as_ref()
            .map_or((Misses::default(), None), |(misses, index, _)| {
                (*misses, Some(*index))
            });
        budget.take(REMEMBERED)?;
        fits.remember(tree.node(), ty, Fit::Reads { misses, branch });
    }
    match best {
        None => Ok(None),
        Some((_, index, Err(_))) if !fits.trying() => read_at(Some(index)),
        Some((misses, _, value)) => {
            fits.add(misses);
            value.map(Some)
        }
    }
}

fn read<T>(mut tree: Tree<'_>, decode: Reads<T>) -> Result<T> {
    decode(&mut Decoder { source: &mut tree })
}

impl Encoder<'_> {
    /// Writes a branch, with the first of `tags` as its member `tag` unless the branch itself has a
    /// value for it.
    ///
    /// # Errors
    ///
    /// When the branch cannot be written.
    pub fn tagged(&mut self, tag: &'static str, tags: &[&'static str], branch: &dyn Wire) -> Result<()> {
        let tag = tags.first().map(|value| (tag, *value));
        branch.encode(&mut Encoder {
            target: &mut *self.target,
            tag,
        })
    }
}

/// Implements [`Wire`] and serde's traits for a generated enum whose branches are distinguished by
/// a member.
///
/// A missing or unknown tag leads to `Unknown`, which is written back unchanged.
///
/// ```
/// # use lorgnette_runtime::Value;
/// # #[derive(Clone, Debug, PartialEq)]
/// # pub struct Basic { pub user: String }
/// # lorgnette_runtime::object!(Basic { 0 user: "user" });
/// # #[derive(Clone, Debug, PartialEq)]
/// # pub struct Bearer { pub token: String }
/// # lorgnette_runtime::object!(Bearer { 0 token: "token" });
/// #[derive(Clone, Debug, PartialEq)]
/// pub enum WebhookAuth {
///     Basic(Basic),
///     Bearer(Bearer),
///     Unknown(Value),
/// }
/// lorgnette_runtime::tagged_union!(WebhookAuth, "type" { Basic = "basic", Bearer = "bearer" | "jwt" });
///
/// let auth: WebhookAuth = serde_json::from_str(r#"{"type": "basic", "user": "ada"}"#)?;
/// assert_eq!(auth, WebhookAuth::Basic(Basic { user: "ada".into() }));
/// assert_eq!(serde_json::to_string(&auth)?, r#"{"type":"basic","user":"ada"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! tagged_union {
    ($name:ident, $tag:literal { $($variant:ident = $($value:literal)|*),* $(,)? }) => {
        #[allow(deprecated)]
        impl $crate::codec::Generated for $name {
            fn wire(way: $crate::codec::Way<'_, '_, Self>) -> $crate::codec::Result<()> {
                match way {
                    $crate::codec::Way::Read(from, slot) => {
                        *slot = Some(from.tagged(
                            $tag,
                            &[$($crate::codec::Branch {
                                tags: &[$($value),*],
                                decode: |from| $crate::Wire::decode(from).map(Self::$variant),
                            }),*],
                            Self::Unknown,
                        )?);
                        Ok(())
                    }
                    $crate::codec::Way::Write(value, to) => match value {
                        $(Self::$variant(value) => to.tagged($tag, &[$($value),*], value),)*
                        Self::Unknown(value) => $crate::Wire::encode(value, to),
                    },
                }
            }
        }
        $crate::__serde!($name);
    };
}

/// Implements [`Wire`] and serde's traits for a generated enum whose branches are distinguished
/// only by whether they match.
///
/// [`Decoder::untagged`] describes how the branch is chosen. A value that matches no branch leads
/// to `Unknown`, which is written back unchanged.
///
/// ```
/// # use lorgnette_runtime::Value;
/// #[derive(Clone, Debug, PartialEq)]
/// pub enum Offset {
///     Minutes(i64),
///     Name(String),
///     Unknown(Value),
/// }
/// lorgnette_runtime::untagged_union!(Offset { Minutes, Name });
///
/// let offsets: Vec<Offset> = serde_json::from_str(r#"[60, "UTC", [1]]"#)?;
/// assert_eq!(offsets[0], Offset::Minutes(60));
/// assert_eq!(offsets[1], Offset::Name("UTC".into()));
/// assert_eq!(serde_json::to_string(&offsets)?, r#"[60,"UTC",[1]]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! untagged_union {
    ($name:ident { $($variant:ident),* $(,)? }) => {
        #[allow(deprecated)]
        impl $crate::codec::Generated for $name {
            fn wire(way: $crate::codec::Way<'_, '_, Self>) -> $crate::codec::Result<()> {
                match way {
                    $crate::codec::Way::Read(from, slot) => {
                        *slot = Some(from.untagged(
                            $crate::__type_name!($name),
                            &[$(|from| $crate::Wire::decode(from).map(Self::$variant)),*],
                            Self::Unknown,
                        )?);
                        Ok(())
                    }
                    $crate::codec::Way::Write(value, to) => match value {
                        $(Self::$variant(value) => $crate::Wire::encode(value, to),)*
                        Self::Unknown(value) => $crate::Wire::encode(value, to),
                    },
                }
            }
        }
        $crate::__serde!($name);
    };
}
