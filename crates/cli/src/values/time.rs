//! Times as people write them: `-6h`, `yesterday`, `2025-01-31`, RFC 3339, seconds since 1970.

use chrono::{
    DateTime, Days, Local, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, TimeZone, Utc,
};
use lorgnette_runtime::commands::Kind;
use serde_json::Value;

/// A moment that a command line names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(DateTime<Local>);

impl Moment {
    /// Now.
    pub fn now() -> Self {
        Self(Local::now())
    }

    /// The moment in UTC.
    pub fn utc(self) -> DateTime<Utc> {
        self.0.to_utc()
    }

    /// The moment in the form that this kind requires; `None` if the kind is not a time.
    pub fn of_kind(self, kind: Kind) -> Option<Value> {
        let utc = self.0.to_utc();
        Some(match kind {
            Kind::Seconds => utc.timestamp().into(),
            Kind::Millis => utc.timestamp_millis().into(),
            Kind::DateTime => utc.to_rfc3339_opts(SecondsFormat::AutoSi, true).into(),
            Kind::NaiveDateTime => utc.naive_utc().format("%Y-%m-%dT%H:%M:%S%.f").to_string().into(),
            Kind::Date => self.0.date_naive().to_string().into(),
            _ => return None,
        })
    }
}

/// Reads a time; `None` if its form is unknown. Dates and times without a zone are in the machine's
/// time zone.
///
/// | form | example |
/// |---|---|
/// | a span before or after now | `-6h`, `+90s`, `-1w2d`, `-15m` |
/// | a word | `now`, `today`, `yesterday`, `tomorrow`: the last three at midnight |
/// | a word and a span | `yesterday+6h` |
/// | a date, or a date and time | `2025-01-31`, `2025-01-31T08:30`, `2025-01-31 08:30:15` |
/// | RFC 3339 | `2025-01-31T08:30:15Z`, `2025-01-31T08:30:15.5+01:00` |
/// | seconds since 1970 | `1738312215`, `@1738312215` |
/// | milliseconds since 1970, from 100,000,000,000 on | `1738312215000` |
pub fn moment(text: &str, now: Moment) -> Option<Moment> {
    let text = text.trim();
    let midnight = |days: i64| {
        let day = now.0.date_naive();
        let day = match days {
            ..0 => day.checked_sub_days(Days::new(days.unsigned_abs()))?,
            _ => day.checked_add_days(Days::new(days.unsigned_abs()))?,
        };
        local(day.and_time(NaiveTime::MIN))
    };
    let words: [(&str, &dyn Fn() -> Option<Moment>); 4] = [
        ("now", &|| Some(now)),
        ("today", &|| midnight(0)),
        ("yesterday", &|| midnight(-1)),
        ("tomorrow", &|| midnight(1)),
    ];
    for (word, named) in words {
        let Some(rest) = text.strip_prefix(word) else {
            continue;
        };
        return match rest.trim() {
            "" => named(),
            rest => shifted(named()?, rest),
        };
    }
    if text.starts_with(['-', '+']) {
        return shifted(now, text);
    }
    if let Ok(number) = text.strip_prefix('@').unwrap_or(text).parse::<i64>() {
        let utc = match number.unsigned_abs() {
            ..100_000_000_000 => DateTime::from_timestamp(number, 0),
            _ => DateTime::from_timestamp_millis(number),
        };
        return utc.map(|utc| Moment(utc.with_timezone(&Local)));
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(Moment(moment.with_timezone(&Local)));
    }
    if let Ok(day) = text.parse::<NaiveDate>() {
        return local(day.and_time(NaiveTime::MIN));
    }
    let forms = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
    ];
    let parsed = forms
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    local(parsed?)
}

/// A date and time in the machine's time zone. An ambiguous local time means the earlier moment; a
/// skipped local time means the time an hour later.
fn local(naive: NaiveDateTime) -> Option<Moment> {
    let later = || {
        Local
            .from_local_datetime(&(naive + TimeDelta::hours(1)))
            .earliest()
    };
    Local
        .from_local_datetime(&naive)
        .earliest()
        .or_else(later)
        .map(Moment)
}

/// The moment a duration such as `-1d6h` away.
fn shifted(from: Moment, span: &str) -> Option<Moment> {
    let (sign, mut rest) = match span.split_at_checked(1)? {
        ("-", rest) => (-1, rest),
        ("+", rest) => (1, rest),
        _ => return None,
    };
    let mut seconds: i64 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: i64 = rest[..digits].parse().ok()?;
        let mut units = rest[digits..].chars();
        let unit = match units.next()? {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
        rest = units.as_str();
    }
    let span = TimeDelta::try_seconds(seconds.checked_mul(sign)?)?;
    from.0.checked_add_signed(span).map(Moment)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment(DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Local))
    }

    fn read(text: &str) -> Option<Moment> {
        moment(text, at("2025-03-01T12:00:00Z"))
    }

    #[test]
    fn test_spans_are_counted_from_now() {
        for (text, expected) in [
            ("-6h", "2025-03-01T06:00:00Z"),
            ("+90s", "2025-03-01T12:01:30Z"),
            ("-1w2d", "2025-02-20T12:00:00Z"),
            ("now-15m", "2025-03-01T11:45:00Z"),
            ("now", "2025-03-01T12:00:00Z"),
        ] {
            assert_eq!(read(text), Some(at(expected)), "{text}");
        }
    }

    #[test]
    fn test_days_begin_at_midnight_of_the_machine() {
        let now = at("2025-03-01T12:00:00Z");
        let midnight = |day: &str| local(day.parse::<NaiveDate>().unwrap().and_time(NaiveTime::MIN)).unwrap();
        let today = now.0.date_naive();
        assert_eq!(moment("today", now), Some(midnight(&today.to_string())));
        assert_eq!(
            moment("yesterday", now),
            Some(midnight(&today.pred_opt().unwrap().to_string()))
        );
        assert_eq!(moment("2025-01-31", now), Some(midnight("2025-01-31")));
        let six = moment("yesterday+6h", now).unwrap();
        assert_eq!((six.0 - moment("yesterday", now).unwrap().0).num_hours(), 6);
    }

    #[test]
    fn test_numbers_are_seconds_or_milliseconds() {
        let moment = at("2025-01-31T08:30:15Z");
        for text in [
            "1738312215",
            "@1738312215",
            "1738312215000",
            "2025-01-31T09:30:15+01:00",
        ] {
            assert_eq!(read(text), Some(moment), "{text}");
        }
    }

    #[test]
    fn test_what_is_no_time_is_none() {
        for text in [
            "",
            "-",
            "-6",
            "-6x",
            "6h",
            "noon",
            "nowish",
            "2025-13-01",
            "-99999999999999999w",
            "@",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn test_times_are_written_as_the_kind_says() {
        let moment = at("2025-01-31T08:30:15.250Z");
        let written = |kind| moment.of_kind(kind).unwrap_or_default();
        assert_eq!(written(Kind::Seconds), 1_738_312_215);
        assert_eq!(written(Kind::Millis), 1_738_312_215_250_i64);
        assert_eq!(written(Kind::DateTime), "2025-01-31T08:30:15.250Z");
        assert_eq!(written(Kind::NaiveDateTime), "2025-01-31T08:30:15.250");
        assert_eq!(moment.of_kind(Kind::Text), None);
    }
}
