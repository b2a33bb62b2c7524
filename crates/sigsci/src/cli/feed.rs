//! `sigsci feed`: the request feed of any number of sites into any number of sinks.

mod site;

use lorgnette_cli::clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use lorgnette_cli::{Context, Done, Exit, Failure, Job};
use lorgnette_feed::{Kind, Line, Mapping, Metrics, Settings, Source, Spec};
use serde::Deserialize;
use site::Site;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The command.
pub const FEED: Job = Job {
    group: None,
    name: "feed",
    about: "Carry the requests of sites into files, syslog, Splunk, Elasticsearch or by HTTP",
    arguments,
    run: |context| -> Done<'_> { Box::pin(run(context)) },
};

/// Requests younger than this are not in the feed yet, in seconds.
const LAG: i64 = 5 * 60;
/// The feed knows whole minutes only.
const STEP: i64 = 60;
/// Names of mappings.
const MAPPINGS: &lorgnette_feed::Known = &[
    ("ecs", include_str!("../../mappings/ecs.json")),
    ("cim", include_str!("../../mappings/cim.json")),
];

fn arguments(command: Command) -> Command {
    let time = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("TIME").allow_hyphen_values(true).help(help)
    };
    let span = |name: &'static str, usual: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("TIME")
            .default_value(usual)
            .value_parser(lorgnette_cli::duration)
            .help(help)
    };
    command
        .arg(Arg::new("corp").long("corp").value_name("CORP").help("Corp [env: SIGSCI_CORP]"))
        .arg(
            Arg::new("site")
                .long("site")
                .value_name("SITE")
                .action(ArgAction::Append)
                .required_unless_present("all-sites")
                .help("A site; may be named several times"),
        )
        .arg(
            Arg::new("all-sites")
                .long("all-sites")
                .action(ArgAction::SetTrue)
                .conflicts_with("site")
                .help("All sites of the corp"),
        )
        .arg(
            Arg::new("shard")
                .long("shard")
                .value_name("N/COUNT")
                .value_parser(shard)
                .help("Take one part of the sites, by a hash of their names that does not change: 1/2 and 2/2 are all"),
        )
        .arg(time("from", "Where to begin, for sites that have not begun yet").required(true))
        .arg(time("until", "Where to end [default: five minutes ago]").conflicts_with("follow"))
        .arg(
            Arg::new("follow")
                .long("follow")
                .action(ArgAction::SetTrue)
                .help("Go on for ever"),
        )
        .arg(
            Arg::new("to")
                .long("to")
                .value_name("SINK")
                .required(true)
                .action(ArgAction::Append)
                .help("Where requests go; may be named several times, see below"),
        )
        .arg(
            Arg::new("state")
                .long("state")
                .value_name("FOLDER")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("A folder of this feed's own, for what has to outlast it"),
        )
        .arg(
            Arg::new("tag")
                .long("tag")
                .value_name("SIGNAL")
                .action(ArgAction::Append)
                .help("Only requests with one of these signals"),
        )
        .arg(
            Arg::new("members")
                .long("members")
                .value_name("LIST")
                .value_delimiter(',')
                .action(ArgAction::Append)
                .help("Only these members of requests; a sink's own mapping stands over them"),
        )
        .arg(span("window", "10m", "How much is asked for at once"))
        .arg(
            Arg::new("parallel")
                .long("parallel")
                .value_name("N")
                .default_value("4")
                .value_parser(value_parser!(u16).range(1..=64))
                .help("How many sites are asked at once"),
        )
        .arg(
            Arg::new("buffer")
                .long("buffer")
                .value_name("SIZE")
                .default_value("1GiB")
                .value_parser(|text: &str| lorgnette_feed::bytes(text).ok_or("expected a size such as 1GiB"))
                .help("How much may wait on disk for the slowest sink"),
        )
        .arg(span("drain", "30s", "How long sinks have to take the rest after SIGTERM"))
        .arg(
            Arg::new("metrics")
                .long("metrics")
                .value_name("ADDRESS")
                .value_parser(value_parser!(SocketAddr))
                .help("Answer /metrics and /healthz here: 127.0.0.1:9464"),
        )
        .after_help(
            "Sinks:\n\
             \x20 stdout:                                        NDJSON\n\
             \x20 file:PATH                                      NDJSON; size=100MiB and age=1h make a folder of files of PATH,\n\
             \x20                                                compress=gzip\n\
             \x20 syslog+tcp://HOST:PORT, syslog+tls://HOST:PORT RFC 5424; facility=16, name=NAME, root=FILE\n\
             \x20 syslog+unix:/dev/log                           the same on this machine\n\
             \x20 splunk+https://HOST:8088                       token=VARIABLE, index=NAME, sourcetype=NAME, ack=false\n\
             \x20 elasticsearch+https://HOST:9200/INDEX          key=VARIABLE\n\
             \x20 http+https://HOST/PATH                         token=VARIABLE\n\
             Options stand behind a question mark, with & between them; mapping=ecs, mapping=cim or mapping=FILE is one of all.\n\n\
             Example:\n\
             \x20 sigsci feed --corp acme --all-sites --from -1h --follow --state /var/lib/sigsci-feed \\\n\
             \x20     --to 'file:/var/log/sigsci?size=100MiB&compress=gzip' --to 'splunk+https://hec:8088?token=HEC_TOKEN&mapping=cim'",
        )
}

fn shard(text: &str) -> Result<(u64, u64), String> {
    let wrong = || "expected N/COUNT, such as 1/2".to_owned();
    let (number, count) = text.split_once('/').ok_or_else(wrong)?;
    let (number, count): (u64, u64) = (number.parse().map_err(|_| wrong())?, count.parse().map_err(|_| wrong())?);
    match (1..=count).contains(&number) {
        true => Ok((number, count)),
        false => Err(wrong()),
    }
}

async fn run(context: &Context<'_>) -> Result<(), Failure> {
    let matches = context.matches;
    let client = super::connect(context.connection)?;
    let corp = context.preset("corp")?;
    let sites: Vec<String> = match matches.get_flag("all-sites") {
        true => site::all(&client, &corp).await?,
        false => matches.get_many::<String>("site").into_iter().flatten().cloned().collect(),
    };
    let shard = matches.get_one::<(u64, u64)>("shard").copied();
    let tags: Vec<String> = matches.get_many::<String>("tag").into_iter().flatten().cloned().collect();
    let sources: Vec<Arc<dyn Source>> = sites
        .iter()
        .filter(|site| shard.is_none_or(|shard| is_in(shard, &corp, site)))
        .map(|site| Arc::new(Site::new(client.clone(), &corp, site, &tags)) as Arc<dyn Source>)
        .collect();
    if sources.is_empty() {
        return Err(Failure::usage("there are no sites"));
    }
    let sinks = matches.get_many::<String>("to").into_iter().flatten();
    let sinks: Result<Vec<Spec>, _> = sinks.map(|text| Spec::parse(text, MAPPINGS)).collect();
    let sinks = sinks.map_err(failure)?;
    // Wrong settings are said before anything is fetched.
    sinks.iter().try_for_each(|sink| sink.sink().map(drop)).map_err(failure)?;
    let members: Vec<String> = matches.get_many::<String>("members").into_iter().flatten().cloned().collect();
    let selection = (!members.is_empty()).then(|| Mapping::selection(members.iter().map(String::as_str)));
    let settings = settings(context, matches, tags)?;
    let metrics = Metrics::default();
    let serving = matches.get_one::<SocketAddr>("metrics").map(|address| {
        let served = lorgnette_feed::serve(*address, metrics.clone());
        tokio::spawn(async move { served.await })
    });
    if let Some(serving) = &serving {
        // An address that is taken shows at once.
        tokio::time::sleep(Duration::from_millis(20)).await;
        if serving.is_finished() {
            return Err(Failure::local("nothing can listen at the address of --metrics"));
        }
    }
    let outcome = lorgnette_feed::run(settings, sources, sinks, selection, metrics, stopped()).await;
    if let Some(serving) = serving {
        serving.abort();
    }
    outcome.map_err(failure)
}

fn settings(context: &Context<'_>, matches: &ArgMatches, tags: Vec<String>) -> Result<Settings, Failure> {
    let minute = |name: &str| -> Result<Option<i64>, Failure> {
        let moment = context.time(name)?;
        Ok(moment.map(|moment| moment.utc().timestamp().div_euclid(STEP) * STEP))
    };
    let now = lorgnette_cli::Moment::now().utc().timestamp();
    let until = match (minute("until")?, matches.get_flag("follow")) {
        (Some(until), _) => Some(until),
        (None, true) => None,
        (None, false) => Some((now - LAG).div_euclid(STEP) * STEP),
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
        filter: (!tags.is_empty()).then_some(has_tag),
        wanted: tags,
        time: "timestamp",
        drain: span("drain"),
    })
}

/// Whether a request has one of these signals. The server is asked for them, too; what it gives besides is left out.
fn has_tag(line: &Line, wanted: &[String]) -> bool {
    #[derive(Deserialize)]
    struct Request<'l> {
        #[serde(borrow, default)]
        tags: Vec<Tag<'l>>,
    }
    #[derive(Deserialize)]
    struct Tag<'l> {
        #[serde(borrow, rename = "type", default)]
        kind: std::borrow::Cow<'l, str>,
    }
    let request = serde_json::from_str::<Request<'_>>(line.json.get());
    request.is_ok_and(|request| request.tags.iter().any(|tag| wanted.iter().any(|wanted| *wanted == tag.kind)))
}

/// Whether a site is in this part of all. The hash is that of SipHash with keys of zero, which does not change.
fn is_in((number, count): (u64, u64), corp: &str, site: &str) -> bool {
    let mut hasher = DefaultHasher::new();
    (corp, site).hash(&mut hasher);
    hasher.finish() % count == number - 1
}

/// Ends when the process is asked to.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

fn failure(error: lorgnette_feed::Error) -> Failure {
    let exit = match error.kind() {
        Kind::Settings => Exit::Usage,
        Kind::Refused => Exit::Credentials,
        _ => Exit::Local,
    };
    Failure::new(exit, error.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn line(json: &str) -> Line {
        Line {
            id: String::new(),
            json: serde_json::value::RawValue::from_string(json.to_owned()).unwrap(),
        }
    }

    #[test]
    fn test_requests_are_chosen_by_signal() {
        let wanted = ["XSS".to_owned()];
        assert!(has_tag(&line(r#"{"tags": [{"type": "SQLI"}, {"type": "XSS", "value": "\n"}]}"#), &wanted));
        assert!(!has_tag(&line(r#"{"tags": [{"type": "SQLI"}]}"#), &wanted));
        assert!(!has_tag(&line("{}"), &wanted));
    }

    #[test]
    fn test_each_site_is_in_one_part() {
        let sites: Vec<String> = (0..100).map(|number| format!("site-{number}")).collect();
        let parts = |site: &str| (1..=3).filter(|number| is_in((*number, 3), "c", site)).count();
        assert!(sites.iter().all(|site| parts(site) == 1));
        let first = sites.iter().filter(|site| is_in((1, 3), "c", site)).count();
        assert!((20..=47).contains(&first), "{first}");
        // Two machines of two versions have to agree.
        assert!(is_in((1, 2), "acme", "www") != is_in((2, 2), "acme", "www"));
    }

    #[test]
    fn test_shards_are_numbers_of_a_count() {
        assert_eq!(shard("2/3"), Ok((2, 3)));
        for wrong in ["0/3", "4/3", "1", "a/b", "1/0"] {
            assert!(shard(wrong).is_err(), "{wrong}");
        }
    }
}
