//! Numbers, booleans, nothing, and boxes.

use super::decoder::{Decoder, Sink, Want};
use super::error::{Error, Result};
use super::lenient::Reading;
use super::wire::{Encoder, Wire};

/// Accepts whole numbers.
struct Whole(Option<i128>);

impl Sink for Whole {
    fn expected(&self) -> &'static str {
        "an integer"
    }
    fn integer(&mut self, value: i64) -> Result<()> {
        self.0 = Some(value.into());
        Ok(())
    }
    fn unsigned(&mut self, value: u64) -> Result<()> {
        self.0 = Some(value.into());
        Ok(())
    }
    fn float(&mut self, value: f64) -> Result<()> {
        // Beyond 2^64, none of our integer types fits anyway.
        if value.fract() != 0.0 || value.abs() > 18_446_744_073_709_551_616.0 {
            return Err(Error::unexpected(
                "a number with decimals or out of range",
                self.expected(),
            ));
        }
        #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
        let whole = value as i128;
        self.0 = Some(whole);
        Ok(())
    }
}

/// Accepts numbers, and notes whether one has more digits than are kept.
#[derive(Default)]
struct Number {
    value: Option<f64>,
    is_rounded: bool,
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "the nearest number is what a float member asks for, and 128 bits hold it"
)]
impl Sink for Number {
    fn expected(&self) -> &'static str {
        "a number"
    }
    fn integer(&mut self, value: i64) -> Result<()> {
        self.value = Some(value as f64);
        self.is_rounded = i128::from(value) != value as f64 as i128;
        Ok(())
    }
    fn unsigned(&mut self, value: u64) -> Result<()> {
        self.value = Some(value as f64);
        self.is_rounded = i128::from(value) != value as f64 as i128;
        Ok(())
    }
    fn float(&mut self, value: f64) -> Result<()> {
        self.value = Some(value);
        Ok(())
    }
}

struct Boolean(Option<bool>);

impl Sink for Boolean {
    fn expected(&self) -> &'static str {
        "a boolean"
    }
    fn bool(&mut self, value: bool) -> Result<()> {
        self.0 = Some(value);
        Ok(())
    }
}

impl Decoder<'_> {
    /// Reads a number without decimals, such as `42` or `42.0`.
    ///
    /// # Errors
    ///
    /// When the value is not such a number.
    pub fn integer(&mut self) -> Result<i128> {
        let mut sink = Whole(None);
        self.source.read(Want::Integer, &mut sink)?;
        sink.0.ok_or_else(nothing)
    }

    /// Reads a number.
    ///
    /// # Errors
    ///
    /// When the value is not a number.
    pub fn float(&mut self) -> Result<f64> {
        let mut sink = Number::default();
        self.source.read(Want::Float, &mut sink)?;
        if sink.is_rounded {
            // Another branch of a union may keep all digits.
            self.kept_unknown();
        }
        sink.value.ok_or_else(nothing)
    }

    /// Reads a boolean.
    ///
    /// # Errors
    ///
    /// When the value is not a boolean.
    pub fn bool(&mut self) -> Result<bool> {
        let mut sink = Boolean(None);
        self.source.read(Want::Bool, &mut sink)?;
        sink.0.ok_or_else(nothing)
    }
}

pub(super) fn nothing() -> Error {
    Error::new("expected a value, found nothing")
}

macro_rules! integers {
    ($($integer:ident: $expected:literal,)*) => {$(
        impl Wire for $integer {
            fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
                to.integer(*self)
            }
            fn decode(from: &mut Decoder<'_>) -> Result<Self> {
                $integer::try_from(from.integer()?).map_err(|_| Error::unexpected("another integer", $expected))
            }
            fn empty() -> Option<Self> {
                Some(0)
            }
        }
    )*};
}

integers! {
    i8: "an integer from -128 to 127",
    i16: "an integer of 16 bits",
    i32: "an integer of 32 bits",
    i64: "an integer of 64 bits",
    u8: "an integer from 0 to 255",
    u16: "an integer of 16 bits, not negative",
    u32: "an integer of 32 bits, not negative",
    u64: "an integer of 64 bits, not negative",
}

impl Wire for f64 {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        to.float(*self)
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        from.float()
    }
    fn empty() -> Option<Self> {
        Some(0.0)
    }
}

impl Wire for f32 {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        to.single(*self)
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the nearest number is what the member asks for"
        )]
        from.float().map(|value| value as f32)
    }
    fn empty() -> Option<Self> {
        Some(0.0)
    }
}

impl Wire for bool {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        to.bool(*self)
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        from.bool()
    }
    fn empty() -> Option<Self> {
        Some(false)
    }
}

/// The empty value: written as null, read from anything.
impl Wire for () {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        to.null()
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        from.value().map(drop)
    }
    fn absent() -> Option<Self> {
        Some(())
    }
    fn from_body(_: &[u8], _: &mut Reading) -> Result<Self> {
        Ok(())
    }
}
