//! Finds a contract from the address in the catalogue: reads the page and its links until a
//! contract is found.
//!
//! `discover` reads pages; this module fetches them in turn and chooses among the contracts.

use super::address;
use super::discover::{self, At, Candidate, Further, Looks};
use super::exchange::{self, Ask, FetchedContent};
use super::session::Session;
use crate::failure::CommandFailure;
use std::collections::VecDeque;
use std::fmt::Write;
use url::Url;

/// The maximum number of pages, scripts and settings that are read before common addresses are
/// tried.
const READ: usize = 20;

/// A contract that was found, and how it was found.
pub struct Located {
    /// The contract's text.
    pub text: String,
    /// The base address of its references.
    pub address: Url,
    /// Whether only public addresses may follow.
    pub public_only: bool,
    /// The fetched files, with the requested addresses: the contract itself last, unless it is on a
    /// page.
    pub fetched: Vec<(Url, FetchedContent)>,
    /// Whether the last of them is the contract.
    pub is_file: bool,
}

/// Finds the contract.
///
/// # Errors
///
/// When no contract is found, several are found and none is chosen, or the page cannot be fetched.
pub async fn seek<'s>(
    session: &'s Session,
    start: &Ask,
    choose: Option<&str>,
) -> Result<Sought<'s>, CommandFailure> {
    let mut finder = Finder {
        session,
        page: start.address.clone(),
        public_only: start.public_only,
        preferred: None,
        fetched: Vec::new(),
        tried: Vec::new(),
    };
    let candidates = finder.candidates(start, choose).await?;
    // The address itself comes last, and only if it exists.
    let preferred = finder.preferred.as_deref().filter(|name| {
        candidates
            .iter()
            .any(|(candidate, _)| candidate.name.as_deref() == Some(*name))
    });
    let told = choice(&candidates, choose.or(preferred), &finder.page)?;
    Ok(Sought { finder, told })
}

/// A contract whose place is known.
pub struct Sought<'s> {
    finder: Finder<'s>,
    told: Told,
}

impl Sought<'_> {
    /// The contract's address as written on the page; `None` if the contract has already arrived.
    pub fn address(&self) -> Option<&Url> {
        match &self.told.0.at {
            At::Address(url) => Some(url),
            At::Inline(_) | At::Here => None,
        }
    }

    /// Fetches the contract.
    ///
    /// # Errors
    ///
    /// When the contract cannot be fetched, or is not text.
    pub async fn locate(self) -> Result<Located, CommandFailure> {
        self.finder.locate(self.told).await
    }
}

struct Finder<'s> {
    session: &'s Session,
    /// The page that references are relative to.
    page: Url,
    public_only: bool,
    /// The name of the contract that the page's address selects.
    preferred: Option<String>,
    fetched: Vec<(Url, FetchedContent)>,
    /// The visited addresses with their results, for the error.
    tried: Vec<String>,
}

/// A contract, and the number of the response whose page names it.
type Told = (Candidate, usize);

impl Finder<'_> {
    async fn candidates(&mut self, start: &Ask, choose: Option<&str>) -> Result<Vec<Told>, CommandFailure> {
        let first = Further {
            address: start.address.clone(),
            looks: Looks::Page,
        };
        let mut seen = vec![first.clone()];
        let mut queue = VecDeque::from([first]);
        let mut fallbacks: Vec<Told> = Vec::new();
        while let Some(next) = queue.pop_front() {
            let is_first = self.fetched.is_empty();
            let text = match self.read(&next).await {
                Ok(text) => text,
                Err(failure) if is_first => return Err(failure),
                Err(failure) => {
                    self.tried
                        .push(format!("{}: {}", next.address, failure.message()));
                    continue;
                }
            };
            let number = self.fetched.len() - 1;
            if next.looks == Looks::Page {
                self.page = self.fetched[number].1.address.clone();
            }
            let found = discover::read(&text, next.looks, &self.page.clone());
            if let Some(base) = found.base {
                self.page = base;
            }
            self.preferred = self.preferred.take().or(found.preferred);
            self.tried.extend(found.unread.iter().cloned());
            if !found.contracts.is_empty() {
                return Ok(found.contracts.into_iter().map(|found| (found, number)).collect());
            }
            self.tried.push(format!("{}: nothing", next.address));
            fallbacks.extend(found.fallbacks.into_iter().map(|found| (found, number)));
            for further in found.further {
                // A page's own scripts come from its own origin; others are libraries.
                let is_own = further.looks == Looks::Settings
                    || exchange::origin(&further.address) == exchange::origin(&self.page);
                if is_own && !seen.contains(&further) && seen.len() < READ {
                    seen.push(further.clone());
                    queue.push_back(further);
                }
            }
        }
        if fallbacks.is_empty() {
            fallbacks = self.guess().await;
        }
        if fallbacks.is_empty() {
            return Err(self.nothing(choose));
        }
        Ok(fallbacks)
    }

    /// Tries the common addresses of contracts on servers.
    async fn guess(&mut self) -> Vec<Told> {
        for guess in discover::guesses(&self.page) {
            let before = self.fetched.len();
            let Ok(text) = self.read(&guess).await else {
                self.tried.push(format!("{}: not there", guess.address));
                continue;
            };
            let found = discover::read(&text, guess.looks, &self.page);
            // A server that returns its page for every address proves nothing.
            if found.contracts.is_empty() || found.base.is_some() {
                self.fetched.truncate(before);
                self.tried.push(format!("{}: no contract", guess.address));
                continue;
            }
            return found.contracts.into_iter().map(|found| (found, before)).collect();
        }
        Vec::new()
    }

    async fn read(&mut self, further: &Further) -> Result<String, CommandFailure> {
        let answer = self.get(&further.address).await?;
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        self.public_only |= answer.public_only;
        self.fetched.push((further.address.clone(), answer));
        Ok(text)
    }

    async fn get(&self, address: &Url) -> Result<FetchedContent, CommandFailure> {
        let ask = Ask {
            address: address.clone(),
            public_only: self.public_only,
            known: None,
            origins: None,
        };
        self.session.get(&ask).await
    }

    async fn locate(mut self, (candidate, number): Told) -> Result<Located, CommandFailure> {
        let (text, is_file) = match candidate.at {
            At::Inline(text) => (text, false),
            At::Here => {
                let answer = self.fetched.remove(number);
                let text = exchange::text(&answer.1)?;
                self.fetched.push(answer);
                (text, true)
            }
            At::Address(address) => {
                let answer = self.get(&address).await.map_err(|failure| {
                    let message = format!(
                        "the page names a contract that cannot be fetched ({})",
                        candidate.form
                    );
                    failure.after(&message)
                })?;
                self.public_only |= answer.public_only;
                let text = exchange::text(&answer)?;
                self.fetched.push((address, answer));
                (text, true)
            }
        };
        let address = if is_file {
            self.fetched
                .last()
                .map_or(self.page.clone(), |(_, answer)| answer.address.clone())
        } else {
            self.page.clone()
        };
        Ok(Located {
            text,
            address,
            public_only: self.public_only,
            fetched: self.fetched,
            is_file,
        })
    }

    fn nothing(&self, choose: Option<&str>) -> CommandFailure {
        let page = self
            .fetched
            .first()
            .map(|(_, answer)| String::from_utf8_lossy(answer.body()));
        if page.is_some_and(|page| discover::is_login(&page)) {
            return CommandFailure::new("the page asks for a login, and shows no contract before it")
                .at(address::shown(&self.page))
                .help(
                    "name the environment variable with its credentials in `fetch.credentials`, see the top of \
                     specs/apis.toml; or save the page after logging in, and give it with `--from`",
                );
        }
        let mut message = format!(
            "no contract was found from this page. Looked for: {}",
            discover::FORMS
        );
        message.push_str(". Looked at:");
        for tried in &self.tried {
            message.push_str("\n      ");
            message.push_str(tried);
        }
        let chosen = choose.map_or_else(String::new, |choice| format!(" (and for {choice:?})"));
        CommandFailure::new(format!("{message}{chosen}"))
            .at(address::shown(&self.page))
            .help(
                "find the contract's address in the browser (developer tools, network, \"json\" or \"yaml\"), and set `source` in \
                 specs/apis.toml to it, or give it with `--from`",
            )
    }
}

/// The candidate that the catalogue or the command chose, or the only one.
fn choice(candidates: &[Told], choose: Option<&str>, page: &Url) -> Result<Told, CommandFailure> {
    let address = |candidate: &Candidate| match &candidate.at {
        At::Address(address) => address.to_string(),
        At::Inline(_) | At::Here => "on the page itself".to_owned(),
    };
    let Some(choice) = choose else {
        return match candidates {
            [one] => Ok(one.clone()),
            several => Err(listed("the page shows several contracts", several, page, &address)
                .help("choose one by its name or its address: `fetch = { choose = \"...\" }` in specs/apis.toml, or `--choose`")),
        };
    };
    let chosen = candidates.iter().find(|(candidate, _)| {
        let is_address = page
            .join(choice)
            .is_ok_and(|url| candidate.at == At::Address(url));
        candidate.name.as_deref() == Some(choice) || is_address
    });
    match (chosen, candidates) {
        (Some(chosen), _) => Ok(chosen.clone()),
        // This is a contract's own address, or a page that leads to one, so there is no choice.
        (None, [one]) if one.0.name.is_none() => Ok(one.clone()),
        _ => {
            let message = format!("the page shows no contract called {choice:?}; it shows");
            Err(listed(&message, candidates, page, &address)
                .help("correct `fetch.choose` in specs/apis.toml, or `--choose`"))
        }
    }
}

fn listed(
    message: &str,
    candidates: &[Told],
    page: &Url,
    address: &impl Fn(&Candidate) -> String,
) -> CommandFailure {
    let mut text = format!("{message}:");
    for (candidate, _) in candidates {
        let name = candidate.name.as_deref().unwrap_or("(without a name)");
        let _ = write!(text, "\n      {name}: {}", address(candidate));
    }
    CommandFailure::new(text).at(address::shown(page))
}
