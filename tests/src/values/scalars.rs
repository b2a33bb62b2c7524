//! Texts and numbers within the bounds of their schemas.

use super::merged::Merged;
use super::{Maker, Manner, pattern};
use serde_json::Value;

/// Characters with a meaning in addresses, and some that are not ASCII.
const AWKWARD: &str = "Zoë & Co. +1/2?a=b#c%20;d:@~|";

/// A bound as a count.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounds are small"
)]
pub(super) fn whole(bound: f64) -> Option<usize> {
    (0.0..1e9).contains(&bound).then_some(bound as usize)
}

/// The range of whole numbers of a format; without a format, it is that of signed 64-bit numbers.
pub(super) fn width(format: &str) -> Option<(i128, i128)> {
    Some(match format {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" | "short" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" => (i64::MIN.into(), i64::MAX.into()),
        "uint8" => (0, u8::MAX.into()),
        "uint16" => (0, u16::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        "uint64" | "uint" | "unsigned" | "ulong" => (0, u64::MAX.into()),
        _ => return None,
    })
}

fn integer(value: i128) -> Value {
    let unsigned = || u64::try_from(value).map_or(Value::Null, Value::from);
    i64::try_from(value).map_or_else(|_| unsigned(), Value::from)
}

impl Maker<'_> {
    pub(super) fn text(&mut self, schema: &Merged<'_>) -> String {
        if let Some(pattern) = schema.word("pattern")
            && let Some(text) = pattern::text(pattern, self.manner == Manner::High, &mut self.rng)
        {
            return text;
        }
        if let Some(format) = schema.word("format")
            && let Some(text) = self.formatted(format, schema)
        {
            return text;
        }
        let known = schema.known_values();
        if !known.is_empty() && self.manner != Manner::Low {
            return self.pick(&known).unwrap_or_default().to_owned();
        }
        let least = schema.number("minLength").and_then(whole).unwrap_or(0);
        let least = least.max(usize::from(!self.may_be_empty));
        let most = schema.number("maxLength").and_then(whole);
        let fill = |text: &str, length: usize| text.chars().cycle().take(length).collect::<String>();
        let (text, length) = match (self.manner, most) {
            (Manner::Low, _) => ("a", least),
            (Manner::High, Some(most)) => (AWKWARD, most.min(4096)),
            (Manner::High, None) => (AWKWARD, AWKWARD.chars().count()),
            (Manner::Random(_), _) => (AWKWARD, self.rng.usize(least..=least + 12)),
            _ => ("text", 4),
        };
        let start = if matches!(self.manner, Manner::Random(_)) {
            self.rng.usize(0..12)
        } else {
            0
        };
        let length = length.clamp(least, most.unwrap_or(usize::MAX).max(least));
        let rotated: String = text
            .chars()
            .skip(start.min(text.len() - 1))
            .chain(text.chars())
            .collect();
        let made = fill(&rotated, length);
        // A header field does not carry spaces around its value: there would be none.
        if !self.may_be_empty && made.trim().is_empty() {
            return fill(rotated.trim_start(), length);
        }
        made
    }

    /// A text in a format; `None` if the format has no rules.
    fn formatted(&mut self, format: &str, schema: &Merged<'_>) -> Option<String> {
        let naive = schema.is("x-lorgnette-naive-utc");
        let chosen = |low: &str, high: &str, usual: &str| match self.manner {
            Manner::Low => low.to_owned(),
            Manner::High => high.to_owned(),
            _ => usual.to_owned(),
        };
        Some(match format {
            "date-time" if naive => chosen(
                "1970-01-01T00:00:00",
                "2099-12-31T23:59:59.999999",
                "2024-02-29T12:30:45.123",
            ),
            "date-time" => chosen(
                "1970-01-01T00:00:00Z",
                "2099-12-31T23:59:59.999999+14:00",
                "2024-02-29T12:30:45.123Z",
            ),
            "date" => chosen("1970-01-01", "2099-12-31", "2024-02-29"),
            "time" => chosen("00:00:00Z", "23:59:59.999+14:00", "12:30:45Z"),
            "duration" => chosen("PT0S", "P1Y2M3DT4H5M6S", "PT90S"),
            "uuid" => match self.manner {
                Manner::Random(_) => {
                    let (high, low) = (self.rng.u64(..), self.rng.u64(..));
                    let hex = format!("{high:016x}{low:016x}");
                    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
                    let parts = [part(0, 8), part(8, 12), format!("4{}", part(13, 16))];
                    format!("{}-a{}-{}", parts.join("-"), part(17, 20), part(20, 32))
                }
                Manner::Low => "00000000-0000-4000-8000-000000000000".to_owned(),
                _ => "5f0d2a6e-8c1b-4f3a-9d57-0123456789ab".to_owned(),
            },
            "email" => chosen(
                "a@b.example",
                "first.last+tag@mail.example.com",
                "user@example.com",
            ),
            "uri" | "url" => chosen(
                "http://a.example",
                "https://example.com:8443/a/b?c=d%20e&f=g#h",
                "https://example.com/hook",
            ),
            "ipv4" => chosen("0.0.0.0", "255.255.255.255", "192.0.2.1"),
            "ipv6" => chosen("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::1"),
            "byte" => chosen("", "//79/A==", "dGV4dA=="),
            _ => return None,
        })
    }

    /// A whole number.
    #[expect(clippy::cast_possible_truncation, reason = "bounds are small whole numbers")]
    #[expect(clippy::cast_precision_loss, reason = "bounds are small whole numbers")]
    pub(super) fn integer(&mut self, schema: &Merged<'_>) -> Value {
        let signed = (i64::MIN.into(), i64::MAX.into());
        let format = schema.word("format").and_then(width).unwrap_or(signed);
        // The range of numbers that a bound may name, which may be larger than that of the format.
        let named = (format.0.min(signed.0), format.1.max(signed.1));
        let (widest_least, widest_most) = self.widest;
        let mut least = format.0.max(widest_least.into());
        let mut most = match i128::from(widest_most) {
            widest if widest < signed.1 => format.1.min(widest),
            _ => format.1,
        };
        if let Some((bound, excluded)) = schema.bound("minimum", "exclusiveMinimum") {
            least = (bound.ceil() as i128).max(named.0);
            least += i128::from(excluded && least as f64 <= bound);
        }
        if let Some((bound, excluded)) = schema.bound("maximum", "exclusiveMaximum") {
            most = (bound.floor() as i128).min(named.1);
            most -= i128::from(excluded && most as f64 >= bound);
        }
        match self.manner {
            Manner::Low => integer(least),
            Manner::High => integer(most),
            Manner::Random(_) => {
                let from = least.max(-1_000_000);
                let to = most.clamp(from, from + 3_000_000_000);
                let bound = |bound: i128| i64::try_from(bound).unwrap_or(i64::MAX);
                self.rng.i64(bound(from)..=bound(to)).into()
            }
            Manner::Least | Manner::All => integer(42.clamp(least, most)),
        }
    }

    /// A number, with decimals where allowed.
    pub(super) fn number(&mut self, schema: &Merged<'_>) -> Value {
        let single = schema.word("format") == Some("float");
        let (low, high) = if single {
            (-0.5, 16_777_215.5)
        } else {
            (-1_673_970_951_000.25, 1e15 + 0.5)
        };
        // A value half a step inside an excluded bound, which every float represents exactly.
        let inside = |(bound, excluded), step: f64| if excluded { bound + step } else { bound };
        let least = schema
            .bound("minimum", "exclusiveMinimum")
            .map(|bound| inside(bound, 0.125));
        let most = schema
            .bound("maximum", "exclusiveMaximum")
            .map(|bound| inside(bound, -0.125));
        let value = match self.manner {
            Manner::Low => least.unwrap_or(low),
            Manner::High => most.unwrap_or(high),
            Manner::Random(_) => {
                let from = least.unwrap_or(-1000.0);
                let to = most.unwrap_or(from + 5000.0);
                let steps = f64::from(self.rng.u16(..)) / 65536.0;
                // Quarters, which every float represents exactly.
                ((from + steps * (to - from)) * 4.0).floor() / 4.0
            }
            Manner::Least | Manner::All => 42.5,
        };
        let value = value.clamp(least.unwrap_or(f64::MIN), most.unwrap_or(f64::MAX));
        serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number)
    }
}
