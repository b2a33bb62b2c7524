//! Calls an operation for a command line: from the arguments to the output.

use super::curl;
use super::options::of_request;
use super::reading::ReadingContext;
use super::request::RequestValues;
use super::responses::{self, LONGEST, Received, Redirected};
use crate::confirm::{confirm as ask, is_asked};
use crate::connection::Connection;
use crate::failure::{Exit, Failure};
use crate::output::{Format, Output, OutputTarget, Query, Rows, Style};
use crate::program::{Program, ProgramApi};
use crate::terminal;
use crate::values::Moment;
use clap::ArgMatches;
use indicatif::{ProgressBar, ProgressStyle};
use lorgnette_runtime::commands::{Command, Paged, Response as Kind};
use lorgnette_runtime::http::header::LOCATION;
use lorgnette_runtime::wait::Wait;
use lorgnette_runtime::{ByteStream, Client, EventStream, JsonLines, Pages, Response, Undeclared};
use serde_json::Value;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The default interval between two calls of `--until`, and the default limit of the whole wait.
const EVERY: Duration = Duration::from_secs(5);
const WITHIN: Duration = Duration::from_secs(600);

/// The request that a command line describes.
struct Asked<'a> {
    command: &'static Command,
    matches: &'a ArgMatches,
    request: RequestValues,
    style: Style,
    out: Option<PathBuf>,
    is_quiet: bool,
}

/// Calls the operation of a command line, and writes the result.
///
/// # Errors
///
/// When the command line is invalid, the call fails, or the output cannot be written.
pub async fn run(
    program: &'static Program,
    api: &'static ProgramApi,
    command: &'static Command,
    matches: &ArgMatches,
    connection: &Connection,
    style: Style,
) -> Result<(), Failure> {
    let reading = ReadingContext {
        matches,
        flags: &of_request(program, command),
        connection,
        now: Moment::now(),
    };
    let request = RequestValues::read(command, &reading).await?;
    let asked = Asked {
        command,
        matches,
        request,
        style,
        out: matches.get_one::<String>("out").map(PathBuf::from),
        is_quiet: matches.get_flag("quiet"),
    };
    if matches.get_flag("dry-run") || matches.get_flag("curl") {
        let prepared = curl::prepare(program, api, command, connection, &asked.request)?;
        let text = match matches.get_flag("curl") {
            true => format!("{prepared}\n"),
            false => curl::http(&prepared, asked.request.payload.as_ref()),
        };
        let mut target = asked.target()?;
        target.write(&terminal::text(&text))?;
        return target.finish();
    }
    if let Some(why) = command.deprecated {
        asked.hint(&format!("{} is deprecated: {why}", command.name));
    }
    if !command.is_read() && !matches.get_flag("yes") {
        confirm(program, api, &asked, connection)?;
    }
    let client = (api.connect)(connection)?;
    asked.send(&client).await
}

/// Asks for confirmation on a terminal before something is changed.
fn confirm(
    program: &'static Program,
    api: &'static ProgramApi,
    asked: &Asked<'_>,
    connection: &Connection,
) -> Result<(), Failure> {
    if !is_asked() {
        return Ok(());
    }
    let prepared = curl::prepare(program, api, asked.command, connection, &asked.request)?;
    let line = terminal::line(&format!("{} {}", prepared.method(), prepared.url()));
    ask(&format!("{line}\n{}", asked.command.about))
}

impl Asked<'_> {
    fn hint(&self, what: &str) {
        if !self.is_quiet && io::stderr().is_terminal() {
            eprintln!("hint: {}", terminal::line(what));
        }
    }

    fn target(&self) -> Result<OutputTarget, Failure> {
        match &self.out {
            Some(path) => OutputTarget::file(path),
            None => Ok(OutputTarget::standard()),
        }
    }

    async fn send(self, client: &Client) -> Result<(), Failure> {
        let is_all = self.matches.try_contains_id("all").is_ok() && self.matches.get_flag("all");
        let limit = match self.matches.try_get_one::<u64>("limit") {
            Ok(limit) => limit.copied(),
            Err(_) => None,
        };
        let until = self.matches.get_one::<String>("until");
        let until = until.map(|text| Query::new("until", text)).transpose()?;
        let operation = self.command.operation.id();
        match (self.command.response, self.command.paged, until) {
            (_, _, Some(until)) => {
                let value = self.until(client, &until).await?;
                self.write(value)
            }
            (Kind::Json(_), Some(paged), None) if is_all || limit.is_some() => {
                self.pages(client, paged, limit).await
            }
            (Kind::Json(_), ..) if self.waits() => {
                let value = self.wait(client).await?;
                self.write(value)
            }
            (Kind::Events(_), ..) => self.events(client).await,
            (Kind::Lines(_), ..) => self.lines(client).await,
            (Kind::Bytes, ..) => {
                let response: Response<Received> = self.request.call(client).send::<_, Undeclared>().await?;
                self.download(response.into_inner().0).await
            }
            (Kind::Text, ..) => {
                let response: Response<Received> = self.request.call(client).send::<_, Undeclared>().await?;
                let bytes = response.into_inner().0.bytes(LONGEST).await?;
                self.text(&bytes)
            }
            (Kind::Redirect, ..) => {
                let response: Response<Redirected> =
                    self.request.call(client).send::<_, Undeclared>().await?;
                let location = response.headers().get(LOCATION).cloned();
                match location.as_ref().and_then(|location| location.to_str().ok()) {
                    Some(location) => self.write(Value::String(location.to_owned())),
                    None => Ok(()),
                }
            }
            (Kind::Json(_) | Kind::Nothing, ..) => {
                let response: Response<Received> = self.request.call(client).send::<_, Undeclared>().await?;
                if self.style.format == Format::Raw && self.style.query.is_none() {
                    return self.download(response.into_inner().0).await;
                }
                let value = match self.command.response {
                    // Unexpected content is shown if it is JSON.
                    Kind::Nothing => responses::json(operation, response, LONGEST)
                        .await
                        .unwrap_or_default(),
                    _ => responses::json(operation, response, LONGEST).await?,
                };
                match (value, self.command.response) {
                    (Value::Null, Kind::Nothing) => Ok(()),
                    (value, _) => self.write(value),
                }
            }
        }
    }

    /// Writes one result.
    fn write(mut self, value: Value) -> Result<(), Failure> {
        let mut output = self.output(false)?;
        output.whole(value)?;
        self.finish(output)
    }

    /// Writes text.
    fn text(self, bytes: &[u8]) -> Result<(), Failure> {
        let text = String::from_utf8_lossy(bytes);
        if self.style.query.is_some() || self.style.format != Format::Json {
            return self.write(Value::String(text.into_owned()));
        }
        let mut target = self.target()?;
        match target.is_terminal() {
            true => target.write(&terminal::text(&text))?,
            false => target.bytes(bytes)?,
        }
        target.finish()
    }

    fn output(&mut self, is_growing: bool) -> Result<Output, Failure> {
        let target = match (&self.out, is_growing) {
            (Some(path), true) => OutputTarget::growing(path)?,
            _ => self.target()?,
        };
        let mut style = std::mem::take(&mut self.style);
        if !target.is_terminal() {
            style.width = None;
        }
        Ok(Output::new(style, Rows::of(self.command), target))
    }

    fn finish(&self, output: Output) -> Result<(), Failure> {
        let left_out = output.finish()?;
        if !left_out.is_empty() {
            self.hint(&format!(
                "no room for {}; choose with --columns",
                left_out.join(", ")
            ));
        }
        Ok(())
    }

    /// Writes the items of all pages as they arrive.
    async fn pages(mut self, client: &Client, paged: Paged, limit: Option<u64>) -> Result<(), Failure> {
        let mut pages: Pages<Value> = Pages::new(self.request.call(client), paged.paging, paged.count);
        let mut output = self.output(false)?;
        output.begin_list();
        let mut left = limit.unwrap_or(u64::MAX);
        while left > 0 {
            let Some(page) = pages.page().await? else { break };
            let items = paged.take(page.into_inner());
            for item in items {
                if left == 0 {
                    break;
                }
                output.item(item)?;
                left -= 1;
            }
        }
        self.finish(output)
    }

    /// Writes events as they arrive, one per line.
    async fn events(mut self, client: &Client) -> Result<(), Failure> {
        if self.style.format == Format::Json {
            self.style.format = Format::Ndjson;
        }
        let events = self
            .request
            .call(client)
            .send::<EventStream<String>, Undeclared>()
            .await?;
        let mut events = events.into_inner();
        let mut output = self.output(true)?;
        while let Some(event) = events.event().await? {
            let data = serde_json::from_str(&event.data).unwrap_or(Value::String(event.data));
            output.item(data)?;
            output.flush()?;
        }
        self.finish(output)
    }

    /// Writes documents as they arrive, one per line.
    async fn lines(mut self, client: &Client) -> Result<(), Failure> {
        if self.style.format == Format::Json {
            self.style.format = Format::Ndjson;
        }
        let lines = self
            .request
            .call(client)
            .send::<JsonLines<Value>, Undeclared>()
            .await?;
        let mut lines = lines.into_inner();
        let mut output = self.output(true)?;
        while let Some(document) = lines.item().await? {
            output.item(document)?;
            output.flush()?;
        }
        self.finish(output)
    }

    /// Writes a file to the path of `-o`, or to standard output.
    async fn download(self, mut stream: ByteStream) -> Result<(), Failure> {
        let bar = self.progress(stream.content_length());
        let Some(path) = &self.out else {
            let mut target = OutputTarget::standard();
            if target.is_terminal() && !is_text(stream.media_type()) {
                return Err(Failure::usage(
                    "this is not text; write it to a file with -o FILE",
                ));
            }
            while let Some(chunk) = stream.chunk().await? {
                match target.is_terminal() {
                    true => target.write(&terminal::text(&String::from_utf8_lossy(&chunk)))?,
                    false => target.bytes(&chunk)?,
                }
            }
            return target.finish();
        };
        let saved = stream
            .save_with(path, |written, _| bar.set_position(written))
            .await;
        bar.finish_and_clear();
        saved?;
        Ok(())
    }

    /// A progress bar on standard error, if that is a terminal.
    fn progress(&self, length: Option<u64>) -> ProgressBar {
        if self.is_quiet || self.out.is_none() || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let template = match length {
            Some(_) => "{bytes} of {total_bytes} {wide_bar} {bytes_per_sec} {eta}",
            None => "{bytes} {spinner} {bytes_per_sec}",
        };
        let bar = length.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar
    }

    /// Whether to wait for the job that the operation reports on.
    fn waits(&self) -> bool {
        self.command.until.is_some() && self.matches.get_flag("wait")
    }

    /// Waits for the job, as the contract describes it.
    async fn wait(&self, client: &Client) -> Result<Value, Failure> {
        let Some(until) = self.command.until else {
            return Err(Failure::usage("there is nothing to wait for"));
        };
        let response: Response<Value> =
            Wait::<Value, Undeclared>::new(self.request.call(client), until).await?;
        Ok(response.into_inner())
    }

    /// Repeats the call until the query is true.
    async fn until(&self, client: &Client, until: &Query) -> Result<Value, Failure> {
        let time = |name: &str, usual| self.matches.get_one::<Duration>(name).copied().unwrap_or(usual);
        let (every, within) = (time("every", EVERY), time("within", WITHIN));
        let started = Instant::now();
        loop {
            let response: Response<Received> = self.request.call(client).send::<_, Undeclared>().await?;
            let value = responses::json(self.command.operation.id(), response, LONGEST).await?;
            if until.holds(&value)? {
                return Ok(value);
            }
            if started.elapsed() + every > within {
                let what = format!("the program of --until was not true within {within:?}");
                return Err(Failure::new(Exit::Network, what));
            }
            sleep(every).await;
        }
    }
}

/// Whether a terminal can show a body of this media type.
fn is_text(media_type: Option<&str>) -> bool {
    let media_type = media_type.unwrap_or_default().to_ascii_lowercase();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.starts_with("text/")
        || essence.ends_with("json")
        || essence.ends_with("xml")
        || essence.ends_with("yaml")
}
