//! `sigsci feed`: exports the request feed of any number of sites to any number of sinks.

mod page;
mod site;
mod sites;

use crate::v0::Client;
use lorgnette_cli::arguments::{flag, option, time};
use lorgnette_cli::clap::{ArgAction, Command, value_parser};
use lorgnette_cli::{Context, Done, Exit, Failure, Job, Moment};
use lorgnette_feed::{FeedErrorKind, Mapping, Metrics, Settings, Sources, Spec, Watch};
use sites::Sites;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The command.
pub const FEED: Job = Job {
    group: None,
    name: "feed",
    about: "Export the requests of sites to files, syslog, Splunk, Elasticsearch or an HTTP endpoint",
    arguments,
    run: |context| -> Done<'_> { Box::pin(run(context)) },
};

/// The minimum age of requests in the feed, in seconds: five minutes according to its contract.
const LAG: i64 = 5 * 60;
/// The feed knows whole minutes only.
const STEP: i64 = 60;
/// The names of the mappings.
const MAPPINGS: &lorgnette_feed::KnownMappings = &[
    ("ecs", include_str!("../../mappings/ecs.json")),
    ("cim", include_str!("../../mappings/cim.json")),
];

fn arguments(command: Command) -> Command {
    let span = |name, usual: &'static str, help| {
        let option = option(name, "TIME", help).default_value(usual);
        option.value_parser(lorgnette_cli::duration)
    };
    command
        .arg(option("corp", "CORP", "Corp [env: SIGSCI_CORP]"))
        .arg(
            option("site", "SITE", "A site; may be repeated")
                .action(ArgAction::Append)
                .required_unless_present("all-sites"),
        )
        .arg(flag("all-sites", "All sites of the corp").conflicts_with("site"))
        .arg(
            option(
                "shard",
                "N/COUNT",
                "Export only one shard of the sites, by a stable hash of their names; 1/2 and 2/2 together are all sites",
            )
            .value_parser(shard),
        )
        .arg(time("from", "The start for sites that are new to the feed").required(true))
        .arg(time("until", "The end [default: five minutes ago]").conflicts_with("follow"))
        .arg(flag("follow", "Follow the feed without an end"))
        .arg(span(
            "sites-every",
            "10m",
            "How often --all-sites lists the sites again with --follow, to find new and removed ones",
        ))
        .arg(
            option("to", "SINK", "The sink for requests, see below; may be repeated")
                .required(true)
                .action(ArgAction::Append),
        )
        .arg(
            option("state", "FOLDER", "The folder for the persistent state of this feed")
                .required(true)
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(
            option("tag", "SIGNAL", "Only requests with one of these signals").action(ArgAction::Append),
        )
        .arg(
            option(
                "members",
                "LIST",
                "Export only these members of requests, or src=remoteIP under another name; a sink's own mapping takes precedence",
            )
            .value_delimiter(',')
            .action(ArgAction::Append),
        )
        .arg(span("window", "10m", "The length of the period that is requested at once"))
        .arg(
            option("parallel", "N", "How many sites are requested at once")
                .default_value("4")
                .value_parser(value_parser!(u16).range(1..=64)),
        )
        .arg(
            option("buffer", "SIZE", "How much may wait on disk for the slowest sink")
                .default_value("1GiB")
                .value_parser(|text: &str| lorgnette_feed::bytes(text).ok_or("expected a size such as 1GiB")),
        )
        .arg(span("drain", "30s", "How long sinks may take to drain after SIGTERM"))
        .arg(
            option("metrics", "ADDRESS", "Serve /metrics and /healthz at this address: 127.0.0.1:9464")
                .value_parser(value_parser!(SocketAddr)),
        )
        .after_help(HELP)
}

/// The text below the arguments in the help.
const HELP: &str = "\
Sinks, with their options after a question mark and separated by `&`:
  stdout:                    NDJSON
  file:PATH                  NDJSON; size=100MiB, age=1h (files of the folder PATH, called .part while
                             they are written), compress=gzip
  syslog+tcp://HOST:PORT     RFC 5424; facility=16, host=NAME, name=NAME, confirm=false
  syslog+tls://HOST:PORT     the same; root=FILE
  syslog+unix:/dev/log       the same on this machine
  splunk+https://HOST:8088   token=VARIABLE, index=NAME, sourcetype=NAME, ack=false
  elasticsearch+https://HOST:9200/INDEX
                             Elasticsearch and OpenSearch; key=VARIABLE
  http+https://HOST/PATH     POST of NDJSON; token=VARIABLE
Each takes mapping=ecs, mapping=cim or mapping=FILE. Secrets are in environment variables, which
token and key name.

Example:
  sigsci feed --corp acme --all-sites --from -1h --follow --state /var/lib/sigsci-feed \\
      --to 'file:/var/log/sigsci?size=100MiB&compress=gzip' \\
      --to 'splunk+https://splunk.example.com:8088?token=HEC_TOKEN&mapping=cim'";

fn shard(text: &str) -> Result<(u64, u64), String> {
    let wrong = || "expected N/COUNT, such as 1/2".to_owned();
    let (number, count) = text.split_once('/').ok_or_else(wrong)?;
    let (number, count): (u64, u64) = (
        number.parse().map_err(|_| wrong())?,
        count.parse().map_err(|_| wrong())?,
    );
    match (1..=count).contains(&number) {
        true => Ok((number, count)),
        false => Err(wrong()),
    }
}

async fn run(context: &Context<'_>) -> Result<(), Failure> {
    let matches = context.matches;
    let texts = |name: &str| -> Vec<String> {
        let texts = matches.get_many::<String>(name);
        texts.into_iter().flatten().cloned().collect()
    };
    let sinks: Result<Vec<Spec>, _> = texts("to")
        .iter()
        .map(|text| Spec::parse(text, MAPPINGS))
        .collect();
    let sinks = sinks.map_err(failure)?;
    let members = texts("members");
    let selection = (!members.is_empty()).then(|| Mapping::selection(members.iter().map(String::as_str)));
    let settings = settings(context)?;
    let client = Client::from(super::connect(context.connection)?);
    let corp = context.preset("corp")?;

    let sites = Sites {
        client,
        corp,
        shard: matches.get_one::<(u64, u64)>("shard").copied(),
        tags: texts("tag"),
    };
    let is_all = matches.get_flag("all-sites");
    let names = match is_all {
        true => sites.names().await?,
        false => texts("site"),
    };
    let now = sites.feeds(names);
    let every = matches.get_one::<Duration>("sites-every").copied();
    let later = every.filter(|_| is_all).map(|every| Watch {
        roster: Arc::new(sites),
        every,
    });
    // With --follow, new sites may still appear.
    if now.is_empty() && (later.is_none() || settings.until.is_some()) {
        return Err(Failure::usage("there are no sites to export"));
    }
    let sources = Sources { now, later };
    let metrics = Metrics::new(|line| {
        // The message contains text from the server, so it is kept to one line without control
        // characters.
        let line = Failure::local(line).line();
        let _ = writeln!(io::stderr(), "sigsci feed: {line}");
    });
    let stop = lorgnette_cli::stopped();
    let outcome = lorgnette_feed::run(settings, sources, sinks, selection, metrics, stop).await;
    outcome.map_err(failure)
}

fn settings(context: &Context<'_>) -> Result<Settings, Failure> {
    let matches = context.matches;
    let minute = |name: &str| -> Result<Option<i64>, Failure> {
        let moment = context.time(name)?;
        Ok(moment.map(|moment| moment.utc().timestamp().div_euclid(STEP) * STEP))
    };
    let now = Moment::now().utc().timestamp();
    let until = match (minute("until")?, matches.get_flag("follow")) {
        (None, false) => Some((now - LAG).div_euclid(STEP) * STEP),
        (until, _) => until,
    };
    let span = |name: &str| matches.get_one::<Duration>(name).copied().unwrap_or_default();
    let window = i64::try_from(span("window").as_secs()).unwrap_or(STEP);
    Ok(Settings {
        state: matches.get_one::<PathBuf>("state").cloned().unwrap_or_default(),
        from: minute("from")?.unwrap_or(now),
        until,
        window: (window.div_euclid(STEP) * STEP).max(STEP),
        step: STEP,
        lag: LAG,
        parallel: usize::from(matches.get_one::<u16>("parallel").copied().unwrap_or(4)),
        buffer: matches.get_one::<u64>("buffer").copied().unwrap_or(1 << 30),
        drain: span("drain"),
        metrics: matches.get_one::<SocketAddr>("metrics").copied(),
    })
}

fn failure(error: lorgnette_feed::Error) -> Failure {
    let exit = match error.kind() {
        FeedErrorKind::Closed => return Failure::output(&io::ErrorKind::BrokenPipe.into()),
        FeedErrorKind::Settings => Exit::Usage,
        FeedErrorKind::Refused => Exit::Credentials,
        FeedErrorKind::Disk | FeedErrorKind::Damaged => Exit::Local,
    };
    Failure::new(exit, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_shards_are_numbers_of_a_count() {
        assert_eq!(shard("2/3"), Ok((2, 3)));
        for wrong in ["0/3", "4/3", "1", "a/b", "1/0"] {
            assert!(shard(wrong).is_err(), "{wrong}");
        }
    }
}
