//! `angus metrics`: the metrics of a stream over a period, a row for each hour, day or week.

use crate::v1::types::{Entity, Metric, TimeBucket};
use crate::{runtime, v1};
use lorgnette_cli::arguments::{flag, time};
use lorgnette_cli::clap::Command;
use lorgnette_cli::{Context, Done, Failure, Job, Rows};
use runtime::NaiveDate;
use runtime::chrono::{Datelike, Days, Utc};
use runtime::serde_json::{Value, json};
use std::collections::BTreeMap;

/// The command.
pub const METRICS: Job = Job {
    group: None,
    name: "metrics",
    about: "Write the metrics of a period, a row for each day or week",
    arguments,
    run: |context| -> Done<'_> { Box::pin(run(context)) },
};

fn arguments(command: Command) -> Command {
    command
        .arg(time("from", "The start of the period").default_value("-4w"))
        .arg(time("to", "The end of the period [default: now]"))
        .arg(flag("hourly", "A row for each hour").conflicts_with("weekly"))
        .arg(flag("weekly", "A row for each week, starting on Monday"))
        .after_help(
            "Counts of a week are the sums of its days; times are averages, weighted by the people \
             who were interested.\n\nExample: angus metrics --weekly -o weeks.csv",
        )
}

async fn run(context: &Context<'_>) -> Result<(), Failure> {
    let client = v1::Client::from(super::connect(context.connection)?);
    let bucket = match context.matches.get_flag("hourly") {
        true => TimeBucket::ByHour,
        false => TimeBucket::ByDay,
    };
    let mut request = client
        .entities_list()
        .metrics([
            Metric::PassingBy,
            Metric::Interested,
            Metric::StopTime,
            Metric::AttentionTime,
            Metric::Category,
            Metric::Gender,
        ])
        .time(bucket);
    let from = context
        .time("from")?
        .ok_or_else(|| Failure::usage("--from is missing"))?;
    request = request.from_date(from.utc());
    let to = context
        .time("to")?
        .map_or_else(Utc::now, lorgnette_cli::Moment::utc);
    request = request.to_date(to);
    let is_weekly = context.matches.get_flag("weekly");
    let mut rows: BTreeMap<String, Totals> = BTreeMap::new();
    let mut entities = request.stream();
    while let Some((start, entity)) = entities.item().await? {
        let row = match is_weekly {
            true => week(&start)?,
            false => start,
        };
        rows.entry(row).or_default().add(&entity);
    }
    let mut output = context.output(Rows::ANY)?;
    output.begin_list();
    for (start, totals) in &rows {
        output.item(totals.row(start))?;
    }
    output.finish().map(drop)
}

/// The Monday of the week that contains a day.
fn week(start: &str) -> Result<String, Failure> {
    let day: Option<NaiveDate> = start.get(..10).and_then(|day| day.parse().ok());
    let monday = day.and_then(|day| {
        let days = u64::from(day.weekday().num_days_from_monday());
        day.checked_sub_days(Days::new(days))
    });
    let monday = monday.map(|monday| monday.to_string());
    monday.ok_or_else(|| Failure::usage("the server names a day that is not a date; leave out --weekly"))
}

/// The totals of rows.
#[derive(Debug, Default)]
struct Totals {
    counts: BTreeMap<&'static str, i64>,
    stop_time: Average,
    attention_time: Average,
}

/// An average weighted by the number of people.
#[derive(Clone, Copy, Debug, Default)]
struct Average {
    total: f64,
    people: f64,
}

impl Average {
    fn add(&mut self, seconds: Option<f64>, people: f64) {
        if let Some(seconds) = seconds {
            self.total += seconds * people;
            self.people += people;
        }
    }

    fn value(self) -> Option<f64> {
        (self.people > 0.0).then(|| self.total / self.people)
    }
}

impl Totals {
    fn add(&mut self, entity: &Entity) {
        let people = entity.interested.as_ref().and_then(|count| count.value);
        let passing = entity.passing_by.as_ref().and_then(|count| count.value);
        let (gender, category) = (entity.gender.as_ref(), entity.category.as_ref());
        let counts = [
            ("passing_by", passing),
            ("interested", people),
            ("female", gender.and_then(|gender| gender.female)),
            ("male", gender.and_then(|gender| gender.male)),
            ("unknown_gender", gender.and_then(|gender| gender.question)),
            ("senior_female", category.and_then(|counts| counts.senior_female)),
            ("senior_male", category.and_then(|counts| counts.senior_male)),
            ("young_female", category.and_then(|counts| counts.young_female)),
            ("young_male", category.and_then(|counts| counts.young_male)),
        ];
        for (name, count) in counts {
            if let Some(count) = count {
                *self.counts.entry(name).or_default() += count;
            }
        }
        let people = f64::from(people.and_then(|people| u32::try_from(people).ok()).unwrap_or(0));
        let seconds = |seconds: &Option<v1::types::Seconds>| seconds.as_ref().and_then(|time| time.value);
        self.stop_time.add(seconds(&entity.stop_time), people);
        self.attention_time.add(seconds(&entity.attention_time), people);
    }

    fn row(&self, start: &str) -> Value {
        let count = |name: &str| self.counts.get(name);
        json!({
            "start": start,
            "passing_by": count("passing_by"),
            "interested": count("interested"),
            "stop_time": self.stop_time.value(),
            "attention_time": self.attention_time.value(),
            "female": count("female"),
            "male": count("male"),
            "unknown_gender": count("unknown_gender"),
            "senior_female": count("senior_female"),
            "senior_male": count("senior_male"),
            "young_female": count("young_female"),
            "young_male": count("young_male"),
        })
    }
}
