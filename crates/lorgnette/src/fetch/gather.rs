//! Fetches one API's contract from its source, or finds that it has not changed.
//!
//! First, all files in the lock are requested at once, on the condition that they have changed. If
//! none has, nothing more is done. If one has, the files that have arrived are used, and the rest
//! are fetched.

use super::address;
use super::exchange::{Ask, FetchedContent, KnownVersion, Origins};
use super::find::{self, Located};
use super::follow;
use super::lock::{FilePart, Pin, PinnedFile};
use super::session::Session;
use crate::digest::digest;
use crate::failure::CommandFailure;
use lorgnette_codegen::catalogue::{Entry, Prose};
use lorgnette_codegen::{load, prose};
use tokio::task::JoinSet;
use url::Url;

/// The result of a request.
pub enum Gathered {
    /// Nothing has changed.
    Unchanged,
    /// A contract has arrived in full.
    Arrived(Box<Arrived>),
}

/// A contract that has arrived in full.
pub struct Arrived {
    /// The document to be written.
    pub text: String,
    /// Its record for the lock file, still without a date.
    pub pin: Pin,
    /// Warnings, one sentence each.
    pub warnings: Vec<String>,
}

/// The task for one API.
pub struct Wish<'a> {
    /// The catalogue's entry.
    pub api: &'a Entry,
    /// The address to start from.
    pub start: &'a Url,
    /// Which contract to use if there are several.
    pub choose: Option<&'a str>,
    /// Where references may lead besides the contract's own origin.
    pub origins: &'a [String],
    /// The previous pin, if it concerns the same source and the document that was written then
    /// still exists.
    pub pin: Option<&'a Pin>,
}

/// Fetches a contract.
///
/// # Errors
///
/// When the contract cannot be found or fetched in full, or the files are not a contract.
pub async fn gather(session: &Session, wish: &Wish<'_>) -> Result<Gathered, CommandFailure> {
    let start = Ask::new(wish.start.clone());
    let news = match wish.pin {
        None => None,
        Some(pin) => Some(News::ask(session, pin).await?),
    };
    if news.as_ref().is_some_and(News::is_nothing) {
        return Ok(Gathered::Unchanged);
    }
    let sought = find::seek(session, &start, wish.choose).await?;
    // Most pages are generated for each request, so only the addresses that they name matter.
    if let (Some(News { contract: false, .. }), Some(pin), Some(address)) =
        (&news, wish.pin, sought.address())
    {
        let root = pin
            .files
            .iter()
            .find(|file| file.part == FilePart::Contract && file.address == pin.contract);
        if root.is_some_and(|root| *root.asked.as_ref().unwrap_or(&root.address) == address::shown(address)) {
            return Ok(Gathered::Unchanged);
        }
    }
    arrive(session, wish, sought.locate().await?).await
}

async fn arrive(session: &Session, wish: &Wish<'_>, located: Located) -> Result<Gathered, CommandFailure> {
    let origins = Origins::new(&located.address, wish.origins)?;
    let followed = follow::follow(session, &located, &origins).await?;
    let mut document = followed.document;
    if wish.api.prose == Prose::Drop {
        prose::drop_prose(&mut document);
    }
    let text = load::to_text(&document);
    let last = located.fetched.len().saturating_sub(1);
    let pages = located
        .fetched
        .iter()
        .enumerate()
        .map(|(index, (asked, answer))| {
            let part = if index == last && located.is_file {
                FilePart::Contract
            } else {
                FilePart::Page
            };
            pinned(asked, answer, part)
        });
    let references = followed
        .files
        .iter()
        .map(|(asked, answer)| pinned(asked, answer, FilePart::Contract));
    let mut files: Vec<PinnedFile> = pages.chain(references).collect();
    // If the page contains the contract, the page is the contract.
    if !located.is_file {
        for file in &mut files {
            file.part = FilePart::Contract;
        }
    }
    let pin = Pin {
        name: wish.api.name.clone(),
        source: address::shown(wish.start),
        choose: wish.choose.map(str::to_owned),
        prose: prose_word(wish.api).to_owned(),
        contract: address::shown(&located.address),
        date: String::new(),
        written: digest(text.as_bytes()),
        files,
    };
    Ok(Gathered::Arrived(Box::new(Arrived {
        text,
        pin,
        warnings: followed.warnings,
    })))
}

/// The catalogue's setting for the vendor's wording.
pub fn prose_word(api: &Entry) -> &'static str {
    match api.prose {
        Prose::Keep => "keep",
        Prose::Drop => "drop",
    }
}

fn pinned(asked: &Url, answer: &FetchedContent, part: FilePart) -> PinnedFile {
    PinnedFile {
        address: address::shown(&answer.address),
        asked: (*asked != answer.address).then(|| address::shown(asked)),
        part,
        media_type: answer.media_type.clone(),
        etag: answer.etag.clone(),
        last_modified: answer.last_modified.clone(),
        sha256: digest(answer.body()),
    }
}

/// The changes since the last fetch.
#[derive(Default)]
struct News {
    pages: bool,
    contract: bool,
}

impl News {
    fn is_nothing(&self) -> bool {
        !self.pages && !self.contract
    }

    /// Requests every file of a pin, on the condition that it has changed.
    async fn ask(session: &Session, pin: &Pin) -> Result<Self, CommandFailure> {
        let mut news = Self::default();
        let mut open: JoinSet<(usize, Url, Result<FetchedContent, CommandFailure>)> = JoinSet::new();
        let mut next = 0;
        loop {
            while open.len() < session.parallel
                && let Some(file) = pin.files.get(next)
            {
                let mut ask = Ask::new(address::parse(file.asked.as_deref().unwrap_or(&file.address))?);
                ask.known = Some(KnownVersion {
                    etag: file.etag.clone(),
                    last_modified: file.last_modified.clone(),
                });
                let (session, number) = (session.clone(), next);
                open.spawn(async move { (number, ask.address.clone(), session.get(&ask).await) });
                next += 1;
            }
            let Some(done) = open.join_next().await else {
                break;
            };
            let (number, asked, answer) =
                done.map_err(|error| CommandFailure::new(format!("a request was given up: {error}")))?;
            let file = &pin.files[number];
            let is_same = match answer {
                // A missing file may no longer be needed: the complete search decides.
                Err(_) => false,
                Ok(answer) => {
                    let is_same = answer.address.as_str() == file.address
                        && answer
                            .body
                            .as_ref()
                            .is_none_or(|body| digest(body) == file.sha256);
                    if answer.body.is_some() {
                        session.keep(asked, answer);
                    }
                    is_same
                }
            };
            if !is_same {
                match file.part {
                    FilePart::Page => news.pages = true,
                    FilePart::Contract => news.contract = true,
                }
            }
        }
        Ok(news)
    }
}
