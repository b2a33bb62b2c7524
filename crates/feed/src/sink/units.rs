//! Sizes and times in options.

use std::time::Duration;

/// A size such as `100MiB`; a plain number is in bytes. `None` for anything else, and for zero.
pub fn bytes(text: &str) -> Option<u64> {
    let (number, unit) = split(text)?;
    let unit = match unit.trim() {
        "" | "B" => 1,
        "KiB" | "K" => 1 << 10,
        "MiB" | "M" => 1 << 20,
        "GiB" | "G" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(unit).filter(|bytes| *bytes > 0)
}

/// A time such as `90s`, `10m`, `1h`, `1d`.
pub fn span(text: &str) -> Option<Duration> {
    let (number, unit) = split(text)?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    let seconds = number.checked_mul(unit).filter(|seconds| *seconds > 0)?;
    Some(Duration::from_secs(seconds))
}

fn split(text: &str) -> Option<(u64, &str)> {
    let unit = text.trim_start_matches(|character: char| character.is_ascii_digit());
    let number = text.strip_suffix(unit)?.parse().ok()?;
    Some((number, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_sizes_and_times_have_units() {
        assert_eq!(
            [bytes("1"), bytes("2KiB"), bytes("1 GiB")],
            [Some(1), Some(2048), Some(1 << 30)]
        );
        assert_eq!([bytes(""), bytes("0"), bytes("1TB"), bytes("x")], [None; 4]);
        assert_eq!(span("90s"), Some(Duration::from_secs(90)));
        assert_eq!(
            [span("1"), span("0s"), span("m"), span("99999999999999999d")],
            [None; 4]
        );
    }
}
