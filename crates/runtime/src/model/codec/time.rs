//! Dates and times.

use super::decoder::Decoder;
use super::error::Result;
use super::wire::{Encoder, Wire};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, SecondsFormat};

impl Wire for DateTime<FixedOffset> {
    /// RFC 3339 with the value's own offset, and with decimals of the second only if there are any.
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        to.text(&self.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        from.parse("a date and time as in RFC 3339", date_time)
    }
    fn decode_or_null(from: &mut Decoder<'_>, slot: &mut Option<Self>) -> Result<()> {
        *slot = from.parse_or_null("a date and time as in RFC 3339", date_time)?;
        Ok(())
    }
}

impl Wire for NaiveDateTime {
    /// A date-time without zone, with decimals of the second only if there are any.
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        to.text(&self.format("%Y-%m-%dT%H:%M:%S%.f").to_string())
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        from.parse("a date and time without zone", naive)
    }
    fn decode_or_null(from: &mut Decoder<'_>, slot: &mut Option<Self>) -> Result<()> {
        *slot = from.parse_or_null("a date and time without zone", naive)?;
        Ok(())
    }
}

impl Wire for NaiveDate {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        to.text(&self.format("%Y-%m-%d").to_string())
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        from.parse("a date as in 2024-01-31", |text| {
            Self::parse_from_str(text, "%Y-%m-%d").ok()
        })
    }
}

/// RFC 3339, optionally followed by the zone's name in brackets, as Java prints it:
/// `2023-01-18T15:51:20.437Z[UTC]`.
fn date_time(text: &str) -> Option<DateTime<FixedOffset>> {
    let bare = match text.strip_suffix(']') {
        Some(rest) => rest.split_once('[')?.0,
        None => text,
    };
    DateTime::parse_from_rfc3339(bare).ok()
}

/// A date-time without zone, with `T` or a blank before the time. One with a zone is converted to
/// UTC, which those without a zone imply.
fn naive(text: &str) -> Option<NaiveDateTime> {
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .or_else(|| date_time(text).map(|time| time.naive_utc()))
}
