//! Text, and types that are written as text: UUIDs and secrets.

use super::decoder::{Decoder, Sink, Want};
use super::error::{Error, Result};
use super::lenient::Reading;
use super::scalar::nothing;
use super::wire::{Encoder, Wire};
use crate::model::secret::{self, Secret};
use uuid::Uuid;

/// Accepts text that `read` understands.
struct TextTaker<'r> {
    expected: &'static str,
    /// The value for null; if `None`, null is rejected.
    null: Option<&'r mut bool>,
    read: &'r mut dyn FnMut(&str) -> bool,
}

impl Sink for TextTaker<'_> {
    fn expected(&self) -> &'static str {
        self.expected
    }
    fn null(&mut self) -> Result<()> {
        let null = self.null.as_deref_mut();
        let null = null.ok_or_else(|| Error::unexpected("null", self.expected))?;
        *null = true;
        Ok(())
    }
    fn text(&mut self, text: &str) -> Result<()> {
        if (self.read)(text) {
            Ok(())
        } else {
            Err(Error::unexpected("other text", self.expected))
        }
    }
}

impl Decoder<'_> {
    /// Reads text and converts it by `parse`; `expected` names the expected form in errors.
    ///
    /// # Errors
    ///
    /// When the value is not text, or `parse` returns `None`.
    pub fn parse<T>(
        &mut self,
        expected: &'static str,
        mut parse: impl FnMut(&str) -> Option<T>,
    ) -> Result<T> {
        let mut value = None;
        let mut read = |text: &str| {
            value = parse(text);
            value.is_some()
        };
        self.source.read(
            Want::Text,
            &mut TextTaker {
                expected,
                null: None,
                read: &mut read,
            },
        )?;
        value.ok_or_else(nothing)
    }

    /// The same, or `None` for null. Since text can be read without stating that it is optional,
    /// this saves a step.
    ///
    /// # Errors
    ///
    /// As for [`Decoder::parse`].
    pub fn parse_or_null<T>(
        &mut self,
        expected: &'static str,
        mut parse: impl FnMut(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        let (mut value, mut is_null) = (None, false);
        let mut read = |text: &str| {
            value = parse(text);
            value.is_some()
        };
        let mut sink = TextTaker {
            expected,
            null: Some(&mut is_null),
            read: &mut read,
        };
        self.source.read(Want::Any, &mut sink)?;
        if value.is_none() && !is_null {
            return Err(nothing());
        }
        Ok(value)
    }

    /// Reads text.
    ///
    /// # Errors
    ///
    /// When the value is not text.
    pub fn text(&mut self) -> Result<String> {
        let text = self.parse("text", |text| Some(text.to_owned()))?;
        self.charge(text.len())?;
        Ok(text)
    }
}

impl Wire for String {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        to.text(self)
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        from.text()
    }
    fn decode_or_null(from: &mut Decoder<'_>, slot: &mut Option<Self>) -> Result<()> {
        *slot = from.parse_or_null("text", |text| Some(text.to_owned()))?;
        if let Some(text) = slot {
            from.charge(text.len())?;
        }
        Ok(())
    }
    fn empty() -> Option<Self> {
        Some(Self::new())
    }
    fn from_event(data: &str, _: &mut Reading) -> Result<Self> {
        Ok(data.to_owned())
    }
}

/// Text that is only written.
impl Wire for str {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        to.text(self)
    }
}

impl Wire for Uuid {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        to.text(self.hyphenated().encode_lower(&mut Self::encode_buffer()))
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        from.parse("a UUID", |text| Self::try_parse(text).ok())
    }
    fn decode_or_null(from: &mut Decoder<'_>, slot: &mut Option<Self>) -> Result<()> {
        *slot = from.parse_or_null("a UUID", |text| Self::try_parse(text).ok())?;
        Ok(())
    }
}

impl Wire for Secret {
    /// # Errors
    ///
    /// Fails also if the secret is a mask that the server sent, see [`Secret::masked_on_purpose`].
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        if self.is_mask() && !to.target.takes_masks() {
            return Err(Error::new(
                "a secret of asterisks only is the mask that a server shows, and sending it would overwrite the real \
                 secret; set the real one, leave it out, or use Secret::masked_on_purpose",
            ));
        }
        secret::is_written(self);
        to.text(self.expose())
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        from.text().map(Self::new)
    }
    fn empty() -> Option<Self> {
        Some(Self::default())
    }
}

__serde!(Secret);
