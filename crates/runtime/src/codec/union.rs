//! Unions: values of one of several types, told apart by a tag or by what fits.

use super::decoder::Context;
use super::{Decoder, Encoder, Result, Wire, decoder};
use serde_json::Value;

/// One of the types of a union with a tag.
#[derive(Debug)]
pub struct Branch<T> {
    /// The values of the tag that mean this type.
    pub tags: &'static [&'static str],
    /// Reads it.
    pub decode: Reads<T>,
}

/// A function that reads a branch of a union.
type Reads<T> = fn(&mut Decoder<'_>) -> Result<T>;

impl Decoder<'_> {
    /// Reads the branch that the member `tag` names; `unknown` takes everything that names none of them.
    ///
    /// # Errors
    ///
    /// When the branch cannot be read.
    pub fn tagged<T>(&mut self, tag: &str, branches: &[Branch<T>], unknown: fn(Value) -> T) -> Result<T> {
        let value = self.value()?;
        let found = value
            .get(tag)
            .map(|tag| tag.as_str().map_or_else(|| tag.to_string(), str::to_owned));
        let branch = found.and_then(|found| {
            branches
                .iter()
                .find(|branch| branch.tags.contains(&found.as_str()))
        });
        match branch {
            Some(branch) => decoder::within(&value, self.source.context(), branch.decode),
            None => {
                self.kept_unknown();
                Ok(unknown(value))
            }
        }
    }

    /// Reads the branch that fits; `unknown` takes what fits none of them.
    ///
    /// The first branch that reads the value without passing over a member of it, and without a value that it has to keep as an
    /// unknown one, wins. If there is none, the one that passes over the fewest members wins; of several, the one that
    /// keeps the fewest unknown values, and then the first.
    ///
    /// # Errors
    ///
    /// When the input is not JSON.
    pub fn untagged<T>(&mut self, branches: &[Reads<T>], unknown: fn(Value) -> T) -> Result<T> {
        let value = self.value()?;
        let mut best: Option<((usize, usize), T)> = None;
        for decode in branches {
            let context = Context::default();
            let read = decoder::within(&value, &context, *decode);
            let misses = (context.ignored.get(), context.unknown.get());
            if let Ok(branch) = read
                && best.as_ref().is_none_or(|(fewest, _)| misses < *fewest)
            {
                best = Some((misses, branch));
            }
            if matches!(best, Some(((0, 0), _))) {
                break;
            }
        }
        let Some(((ignored, strange), branch)) = best else {
            self.kept_unknown();
            return Ok(unknown(value));
        };
        let context = self.source.context();
        context.ignored.set(context.ignored.get() + ignored);
        context.unknown.set(context.unknown.get() + strange);
        Ok(branch)
    }
}

impl Encoder<'_> {
    /// Writes a branch, with the first of `tags` as its member `tag` unless it has a value for that itself.
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

/// Makes a generated enum [`Wire`] whose branches are told apart by a member, and with it serde's traits.
///
/// A tag that is missing or that no branch has leads to `Unknown`, which is written as it came.
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
            fn wire(way: $crate::codec::Way<'_, '_, Self>) -> $crate::codec::Result<Option<Self>> {
                match way {
                    $crate::codec::Way::Read(from) => $crate::codec::read(from.tagged(
                        $tag,
                        &[$($crate::codec::Branch {
                            tags: &[$($value),*],
                            decode: |from| $crate::Wire::decode(from).map(Self::$variant),
                        }),*],
                        Self::Unknown,
                    )),
                    $crate::codec::Way::Write(value, to) => $crate::codec::wrote(match value {
                        $(Self::$variant(value) => to.tagged($tag, &[$($value),*], value),)*
                        Self::Unknown(value) => $crate::Wire::encode(value, to),
                    }),
                }
            }
        }
        $crate::__serde!($name);
    };
}

/// Makes a generated enum [`Wire`] whose branches nothing tells apart but whether they fit, and with it serde's traits.
///
/// How the branch is chosen: [`Decoder::untagged`]. What fits none leads to `Unknown`, which is written as it came.
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
            fn wire(way: $crate::codec::Way<'_, '_, Self>) -> $crate::codec::Result<Option<Self>> {
                match way {
                    $crate::codec::Way::Read(from) => $crate::codec::read(
                        from.untagged(&[$(|from| $crate::Wire::decode(from).map(Self::$variant)),*], Self::Unknown),
                    ),
                    $crate::codec::Way::Write(value, to) => $crate::codec::wrote(match value {
                        $(Self::$variant(value) => $crate::Wire::encode(value, to),)*
                        Self::Unknown(value) => $crate::Wire::encode(value, to),
                    }),
                }
            }
        }
        $crate::__serde!($name);
    };
}
