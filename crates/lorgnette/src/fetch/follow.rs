//! Follows the references of a contract's main file: fetches each file once, several at a time.
//!
//! References are relative to the final address of the file that they are in. Files are named by
//! their path relative to the contract's own file, so that the joined document does not depend on
//! the server's name.

use super::address;
use super::exchange::{self, Ask, FetchedContent, Origins};
use super::find::Located;
use super::session::Session;
use crate::failure::CommandFailure;
use lorgnette_codegen::diagnostics;
use lorgnette_codegen::document::Document;
use lorgnette_codegen::load::{Survey, Wanted};
use std::collections::{HashMap, VecDeque};
use tokio::task::JoinSet;
use url::Url;

/// A contract that has arrived in full.
pub struct Followed {
    /// All files in one document.
    pub document: Document,
    /// The files besides the main file, with the requested addresses, sorted by them.
    pub files: Vec<(Url, FetchedContent)>,
    /// Remarks on the files, one sentence each.
    pub warnings: Vec<String>,
}

/// Follows every reference of a contract.
///
/// # Errors
///
/// When a reference leads nowhere or to a forbidden address, its file cannot be fetched, or the
/// files are not a contract.
pub async fn follow(
    session: &Session,
    located: &Located,
    origins: &Origins,
) -> Result<Followed, CommandFailure> {
    let entry = called(&located.address);
    let survey = Survey::new(&entry, located.text.clone());
    let mut follower = Follower {
        session,
        root: located.address.clone(),
        public_only: located.public_only,
        origins,
        survey: survey.map_err(|error| generator(&error, &located.address))?,
        names: HashMap::from([(located.address.clone(), entry.clone())]),
        places: HashMap::from([(entry, (located.address.clone(), 0))]),
        waiting: HashMap::new(),
        queue: VecDeque::new(),
        files: Vec::new(),
    };
    if let (true, Some((asked, _))) = (located.is_file, located.fetched.last()) {
        let entry = called(&located.address);
        follower.names.insert(asked.clone(), entry);
    }
    follower.run().await?;
    let document = follower.survey.bundle().map_err(|error| follower.place(&error))?;
    let mut files = follower.files;
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    let warnings = follower.survey.repeated().iter().map(|(file, member)| {
        let address = follower.places.get(file).map_or(&follower.root, |(url, _)| url);
        let file = address::shown(address);
        format!("duplicate member {member:?} in one object of {file}: the first is left out")
    });
    Ok(Followed {
        document,
        warnings: warnings.collect(),
        files,
    })
}

/// The name of the main file.
fn called(address: &Url) -> String {
    let name = address.path().rsplit('/').next().filter(|name| !name.is_empty());
    name.unwrap_or("contract").to_owned()
}

struct Follower<'s> {
    session: &'s Session,
    /// The address of the main file.
    root: Url,
    public_only: bool,
    origins: &'s Origins,
    survey: Survey,
    /// The names of the files, by requested and by final addresses.
    names: HashMap<Url, String>,
    /// The final address of each file, and how many references it is away from the main file.
    places: HashMap<String, (Url, usize)>,
    /// References to files that have not arrived, by address.
    waiting: HashMap<Url, Vec<Wanted>>,
    queue: VecDeque<(Url, usize)>,
    files: Vec<(Url, FetchedContent)>,
}

impl Follower<'_> {
    async fn run(&mut self) -> Result<(), CommandFailure> {
        let mut open: JoinSet<(Url, usize, Result<FetchedContent, CommandFailure>)> = JoinSet::new();
        self.note_wanted()?;
        loop {
            while open.len() < self.session.parallel
                && let Some((address, depth)) = self.queue.pop_front()
            {
                let session = self.session.clone();
                let ask = Ask {
                    address: address.clone(),
                    public_only: self.public_only,
                    known: None,
                    origins: Some(self.origins.clone()),
                };
                open.spawn(async move { (address, depth, session.get(&ask).await) });
            }
            let Some(done) = open.join_next().await else {
                return Ok(());
            };
            let (asked, depth, answer) =
                done.map_err(|error| CommandFailure::new(format!("a request was given up: {error}")))?;
            let answer = answer.map_err(|failure| self.referred(&asked, failure))?;
            self.arrived(asked, depth, answer)?;
            self.note_wanted()?;
        }
    }

    /// Queues required files that have neither arrived nor been requested.
    fn note_wanted(&mut self) -> Result<(), CommandFailure> {
        loop {
            let all = self.survey.wanted();
            if all.is_empty() {
                return Ok(());
            }
            for wanted in all {
                let (address, depth) = self.address(&wanted)?;
                if let Some(name) = self.names.get(&address) {
                    self.survey
                        .link(&wanted, name)
                        .map_err(|error| self.place(&error))?;
                } else if let Some(waiting) = self.waiting.get_mut(&address) {
                    waiting.push(wanted);
                } else {
                    self.waiting.insert(address.clone(), vec![wanted]);
                    self.queue.push_back((address, depth));
                }
            }
        }
    }

    /// The address that a reference points to, and its distance from the main file.
    fn address(&self, wanted: &Wanted) -> Result<(Url, usize), CommandFailure> {
        let (base, depth) = self
            .places
            .get(&wanted.from)
            .map_or((&self.root, 0), |(url, depth)| (url, *depth));
        let at = |failure: CommandFailure| failure.at(format!("{}#{}", address::shown(base), wanted.pointer));
        let mut url = base.join(&wanted.path).map_err(|error| {
            at(CommandFailure::new(format!(
                "the reference {:?} is not an address: {error}",
                wanted.path
            )))
        })?;
        url.set_fragment(None);
        if depth >= self.session.depth {
            let limit = self.session.depth;
            return Err(at(CommandFailure::new(format!(
                "more than {limit} consecutive references lead to new files"
            ))
            .help("check whether the server generates them endlessly")));
        }
        Ok((url, depth + 1))
    }

    fn arrived(&mut self, asked: Url, depth: usize, answer: FetchedContent) -> Result<(), CommandFailure> {
        let address = answer.address.clone();
        let name = match self.names.get(&address) {
            Some(name) => name.clone(),
            None => {
                let name = self.name(&address);
                let text = exchange::text(&answer)?;
                self.survey
                    .add(&name, text)
                    .map_err(|error| generator(&error, &address))?;
                self.places.insert(name.clone(), (address.clone(), depth));
                self.names.insert(address.clone(), name.clone());
                name
            }
        };
        self.names.insert(asked.clone(), name.clone());
        for wanted in self.waiting.remove(&asked).unwrap_or_default() {
            self.survey
                .link(&wanted, &name)
                .map_err(|error| self.place(&error))?;
        }
        self.files.push((asked, answer));
        Ok(())
    }

    /// The name of the file at an address: its path relative to the main file, or with its server's
    /// name.
    fn name(&self, address: &Url) -> String {
        if exchange::origin(address) == exchange::origin(&self.root)
            && let Some(relative) = self.root.make_relative(address).filter(|way| !way.is_empty())
        {
            return relative;
        }
        address
            .as_str()
            .split_once(':')
            .map_or(address.as_str(), |(_, rest)| rest)
            .to_owned()
    }

    /// A failure to fetch, with the place of a reference to the file.
    fn referred(&self, asked: &Url, failure: CommandFailure) -> CommandFailure {
        let Some(wanted) = self.waiting.get(asked).and_then(|all| all.first()) else {
            return failure;
        };
        let from = self.places.get(&wanted.from).map_or(&self.root, |(url, _)| url);
        let place = format!("{}#{}", address::shown(from), wanted.pointer);
        failure
            .after(&format!("the reference {:?} cannot be followed", wanted.path))
            .at(place)
    }

    /// An error of the generator, with the address of the file that it names.
    fn place(&self, error: &diagnostics::Error) -> CommandFailure {
        let address = self.places.get(&error.file).map_or(&self.root, |(url, _)| url);
        generator(error, address)
    }
}

fn generator(error: &diagnostics::Error, address: &Url) -> CommandFailure {
    let mut error = error.clone();
    error.file = address::shown(address);
    CommandFailure::of_generator(&error, "")
}
