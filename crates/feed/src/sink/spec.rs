//! The sinks that a command line names: `file:/var/log/requests.ndjson`,
//! `splunk+https://splunk.example.com:8088`.

use super::bulk::Bulk;
use super::event::Sink;
use super::file::{FileSink, Files};
use super::post::Post;
use super::splunk::{Collector, Splunk};
use super::standard::Standard;
use super::syslog::{Head, Syslog, Where};
use super::units::{bytes, span};
use crate::error::Error;
use crate::mapping::{KnownMappings, Mapping};
use lorgnette_runtime::Secret;
use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;
use std::time::Duration;

/// The description of a sink. It contains no secrets: options such as `token=NAME` name an
/// environment variable.
///
/// | sink | options |
/// |---|---|
/// | `stdout:` | |
/// | `file:PATH` | `size=100MiB` and `age=1h` (files of a folder PATH), `compress=gzip` |
/// | `syslog+tcp://HOST:PORT` | `facility=16`, `host=NAME`, `name=NAME`, `confirm=false` |
/// | `syslog+tls://HOST:PORT` | the same, and `root=FILE` |
/// | `syslog+unix:PATH` | the same as for TCP |
/// | `splunk+https://HOST:PORT` | `token=VARIABLE`, `index=NAME`, `sourcetype=NAME`, `ack=false` |
/// | `elasticsearch+https://HOST:PORT/INDEX` | `key=VARIABLE` |
/// | `http+https://HOST/PATH` | `token=VARIABLE` |
///
/// All take `mapping=NAME` or `mapping=FILE`. Options follow a question mark, separated by `&`.
#[derive(Debug)]
pub struct Spec {
    /// The key of the sink's saved progress: the address without options.
    pub name: String,
    /// The mapping of lines for this sink.
    pub mapping: Option<Mapping>,
    scheme: String,
    rest: String,
    options: BTreeMap<String, String>,
}

impl Spec {
    /// Reads the description of a sink. `mappings` are those that options can name.
    ///
    /// # Errors
    ///
    /// When the text does not describe a sink, or an option is unknown or invalid.
    pub fn parse(text: &str, mappings: &KnownMappings) -> Result<Self, Error> {
        let (address, options) = text.split_once('?').unwrap_or((text, ""));
        let (scheme, rest) = address.split_once(':').ok_or_else(|| unknown(text))?;
        let mut known = BTreeMap::new();
        for option in options.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').unwrap_or((option, "true"));
            known.insert(name.to_owned(), value.to_owned());
        }
        let allowed: &[&str] = match scheme {
            "stdout" => &[],
            "file" => &["size", "age", "compress"],
            "syslog+tcp" | "syslog+unix" => &["facility", "host", "name", "confirm"],
            "syslog+tls" => &["facility", "host", "name", "confirm", "root"],
            "splunk+https" | "splunk+http" => &["token", "index", "sourcetype", "ack"],
            "elasticsearch+https" | "elasticsearch+http" => &["key"],
            "http+https" | "http+http" => &["token"],
            _ => return Err(unknown(text)),
        };
        if let Some(other) = known
            .keys()
            .find(|name| !allowed.contains(&name.as_str()) && *name != "mapping")
        {
            let allowed: Vec<&str> = allowed.iter().copied().chain(["mapping"]).collect();
            return Err(Error::settings(format!(
                "{address}: unknown option `{other}`; the options are {}",
                allowed.join(", ")
            )));
        }
        if address.contains('@') {
            return Err(Error::settings(format!(
                "`{scheme}:`: credentials do not belong in an address; options name variables that hold them"
            )));
        }
        let mapping = known
            .get("mapping")
            .map(|name| Mapping::named(name, mappings))
            .transpose()?;
        Ok(Self {
            name: address.to_owned(),
            mapping,
            scheme: scheme.to_owned(),
            rest: rest.to_owned(),
            options: known,
        })
    }

    /// Creates the sink.
    ///
    /// # Errors
    ///
    /// When an option is invalid, or a secret is missing.
    pub fn sink(&self) -> Result<Box<dyn Sink>, Error> {
        let option = |name: &str| self.options.get(name).cloned();
        let url = || {
            let scheme = if self.scheme.ends_with("+http") {
                "http"
            } else {
                "https"
            };
            format!("{scheme}:{}", self.rest)
        };
        let is_confirmed = option("confirm").as_deref() != Some("false");
        Ok(match self.scheme.as_str() {
            "stdout" => Box::new(Standard),
            "file" => Box::new(FileSink::new(Files {
                path: PathBuf::from(&self.rest),
                size: option("size").map(|text| self.bytes(&text)).transpose()?,
                age: option("age").map(|text| self.span(&text)).transpose()?,
                is_compressed: match option("compress").as_deref() {
                    None => false,
                    Some("gzip") => true,
                    Some(_) => return Err(self.wrong("compress", "gzip")),
                },
            })),
            "syslog+tcp" => {
                let (host, port) = self.host(514)?;
                Box::new(Syslog::new(Where::Tcp(host, port), self.head()?, is_confirmed)?)
            }
            "syslog+tls" => {
                let (host, port) = self.host(6514)?;
                let root = option("root").map(PathBuf::from);
                Box::new(Syslog::new(
                    Where::Tls(host, port, root),
                    self.head()?,
                    is_confirmed,
                )?)
            }
            "syslog+unix" => Box::new(Syslog::new(
                Where::Unix(PathBuf::from(&self.rest)),
                self.head()?,
                is_confirmed,
            )?),
            "splunk+https" | "splunk+http" => {
                let token = self
                    .secret("token")?
                    .ok_or_else(|| self.wrong("token", "the name of a variable"))?;
                let collector = Collector {
                    index: option("index"),
                    source_type: option("sourcetype"),
                    is_acknowledged: option("ack").as_deref() != Some("false"),
                };
                Box::new(Splunk::new(&url(), &token, collector)?)
            }
            "elasticsearch+https" | "elasticsearch+http" => {
                let url = url();
                let split = url.trim_end_matches('/').rsplit_once('/');
                let split =
                    split.filter(|(server, index)| server.len() > "https://".len() && !index.contains(':'));
                let (server, index) = split.ok_or_else(|| self.wrong("the address", "HOST/INDEX"))?;
                Box::new(Bulk::new(server, index, self.secret("key")?.as_ref())?)
            }
            _ => Box::new(Post::new(&url(), self.secret("token")?.as_ref())?),
        })
    }

    fn wrong(&self, option: &str, expected: &str) -> Error {
        Error::settings(format!("{}: {option}: expected {expected}", self.name))
    }

    /// The secret in the environment variable that an option names.
    fn secret(&self, option: &str) -> Result<Option<Secret>, Error> {
        let Some(variable) = self.options.get(option) else {
            return Ok(None);
        };
        let value = env::var(variable).ok().filter(|value| !value.is_empty());
        match value {
            Some(value) => Ok(Some(Secret::new(value))),
            None => Err(Error::settings(format!(
                "{}: {option}: {variable} is not set",
                self.name
            ))),
        }
    }

    fn host(&self, usual: u16) -> Result<(String, u16), Error> {
        let wrong = || self.wrong("the address", "HOST:PORT");
        let host = self
            .rest
            .strip_prefix("//")
            .ok_or_else(wrong)?
            .trim_end_matches('/');
        let (host, port) = match host.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| wrong())?),
            _ => (host, usual),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        match host.is_empty() {
            true => Err(wrong()),
            false => Ok((host.to_owned(), port)),
        }
    }

    fn head(&self) -> Result<Head, Error> {
        let facility = match self.options.get("facility") {
            None => 16,
            Some(text) => text
                .parse()
                .ok()
                .filter(|facility| *facility < 24)
                .ok_or_else(|| self.wrong("facility", "0 to 23"))?,
        };
        let host = self
            .options
            .get("host")
            .cloned()
            .or_else(|| env::var("HOSTNAME").ok());
        let of_system = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
        Ok(Head {
            facility,
            host: host.or_else(of_system).unwrap_or_default(),
            name: self
                .options
                .get("name")
                .cloned()
                .unwrap_or_else(|| "feed".to_owned()),
        })
    }

    fn bytes(&self, text: &str) -> Result<u64, Error> {
        bytes(text).ok_or_else(|| self.wrong("size", "a size such as 100MiB"))
    }

    fn span(&self, text: &str) -> Result<Duration, Error> {
        span(text).ok_or_else(|| self.wrong("age", "a time such as 1h"))
    }
}

fn unknown(text: &str) -> Error {
    let scheme = text.split(':').next().unwrap_or_default();
    Error::settings(format!(
        "`{scheme}` is not a sink; there are stdout:, file:, syslog+tcp:, syslog+tls:, syslog+unix:, splunk+https:, \
         elasticsearch+https: and http+https:"
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn test_sinks_are_known_by_their_names() {
        for text in [
            "stdout:",
            "file:/tmp/a.ndjson",
            "file:/tmp/a?size=100MiB&age=1h&compress=gzip&mapping=ecs",
            "syslog+tcp://127.0.0.1:601?facility=1",
            "syslog+unix:/dev/log",
            "elasticsearch+https://es.example.com:9200/requests",
            "http+https://example.com/in",
        ] {
            let spec = Spec::parse(text, &[("ecs", "{}")]).unwrap();
            spec.sink().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert!(text.starts_with(&spec.name));
        }
    }

    #[test]
    fn test_what_is_wrong_is_said() {
        for (text, expected) in [
            ("kafka:x", "`kafka` is not a sink"),
            (
                "file:/a?rotate=1",
                "unknown option `rotate`; the options are size, age, compress, mapping",
            ),
            ("file:/a?size=big", "expected a size"),
            ("syslog+tcp:host", "HOST:PORT"),
            ("splunk+https://h:8088", "the name of a variable"),
            ("splunk+https://h:8088?token=FEED_NO_SUCH_VARIABLE", "is not set"),
            ("elasticsearch+https://h:9200", "HOST/INDEX"),
            ("stdout:?mapping=/no/such/file", "/no/such/file"),
        ] {
            let error = Spec::parse(text, &[])
                .and_then(|spec| spec.sink().map(drop))
                .unwrap_err();
            assert!(error.to_string().contains(expected), "{text}: {error}");
        }
    }
}
