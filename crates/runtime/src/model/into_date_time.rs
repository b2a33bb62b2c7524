//! Accepts dates and times in any time zone as arguments.

use chrono::{DateTime, FixedOffset, TimeZone, Utc};
use std::time::SystemTime;

/// A date and time with an offset from UTC: chrono's `DateTime` in any time zone, or a
/// `SystemTime`.
///
/// ```
/// use lorgnette_runtime::IntoDateTime;
/// use lorgnette_runtime::chrono::{DateTime, Utc};
/// use std::time::{Duration, SystemTime};
///
/// let yesterday = SystemTime::now() - Duration::from_secs(24 * 60 * 60);
/// assert_eq!(yesterday.into_date_time(), DateTime::<Utc>::from(yesterday));
/// ```
pub trait IntoDateTime {
    /// The same moment with its offset.
    fn into_date_time(self) -> DateTime<FixedOffset>;
}

impl<Zone: TimeZone> IntoDateTime for DateTime<Zone> {
    fn into_date_time(self) -> DateTime<FixedOffset> {
        self.fixed_offset()
    }
}

impl IntoDateTime for SystemTime {
    fn into_date_time(self) -> DateTime<FixedOffset> {
        DateTime::<Utc>::from(self).fixed_offset()
    }
}
