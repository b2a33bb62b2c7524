//! The period of a report.

use lorgnette_cli::clap::Arg;
use lorgnette_cli::{Context, Failure, Moment, arguments};

/// The longest period that the server accepts in one request.
const LONGEST: i64 = 30 * 24 * 60 * 60 * 1000;

/// A period, in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct Period {
    pub from: i64,
    pub to: i64,
}

impl Period {
    /// The arguments that set a period.
    pub fn arguments(from: &'static str) -> [Arg; 2] {
        [
            arguments::time("from", "The start of the period").default_value(from),
            arguments::time("to", "The end of the period [default: now]"),
        ]
    }

    /// The period that the command line sets.
    pub fn of(context: &Context<'_>) -> Result<Self, Failure> {
        let now = Moment::now();
        let millis = |moment: Moment| moment.utc().timestamp_millis();
        let from = context.time("from")?.map_or(0, millis);
        let to = millis(context.time("to")?.unwrap_or(now));
        match from < to {
            true => Ok(Self { from, to }),
            false => Err(Failure::usage("the period ends before it begins")),
        }
    }

    /// The period in parts that the server accepts, the earliest first.
    pub fn parts(self) -> impl Iterator<Item = (i64, i64)> {
        let mut next = self.from;
        std::iter::from_fn(move || {
            let from = next;
            let to = self.to.min(from.saturating_add(LONGEST));
            next = to;
            (from < to).then_some((from, to))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_parts_join_without_gaps() {
        let parts = |from, to| Period { from, to }.parts().collect::<Vec<_>>();
        assert_eq!(parts(5, 6), [(5, 6)]);
        assert_eq!(parts(0, LONGEST), [(0, LONGEST)]);
        assert_eq!(
            parts(7, 2 * LONGEST + 8),
            [
                (7, LONGEST + 7),
                (LONGEST + 7, 2 * LONGEST + 7),
                (2 * LONGEST + 7, 2 * LONGEST + 8)
            ]
        );
    }
}
