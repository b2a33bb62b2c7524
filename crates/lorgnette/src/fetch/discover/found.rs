//! The contracts that a text names.

use url::Url;

/// The maximum number of contracts: no page for human readers names more.
pub const CONTRACTS: usize = 500;

/// The maximum number of further places to search.
const FURTHER: usize = 16;

/// The assumed kind of a fetched text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// A page or a contract, depending on the text.
    Page,
    /// A script of the page.
    Script,
    /// Swagger UI's settings, as JSON.
    Settings,
}

/// A contract that a page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its name on the page, if the page has several.
    pub name: Option<String>,
    /// The place of the contract.
    pub at: At,
    /// The viewer that named it.
    pub form: &'static str,
}

/// The place of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// It has its own address.
    Address(Url),
    /// It is on the page: this is its text.
    Inline(String),
    /// It is the text that was read.
    Here,
}

/// A further place to search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Further {
    /// The address of the place.
    pub address: Url,
    /// The format to read it as.
    pub looks: Looks,
}

/// The findings in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextFindings {
    /// The contracts that it names.
    pub contracts: Vec<Candidate>,
    /// Contracts that it names, but that have a lower priority.
    pub fallbacks: Vec<Candidate>,
    /// Further addresses to search, in order.
    pub further: Vec<Further>,
    /// Contracts that could not be read.
    pub unread: Vec<String>,
    /// The base of the page's references, if it is a page.
    pub base: Option<Url>,
    /// The name of the contract that the page's own address selects.
    pub preferred: Option<String>,
}

impl TextFindings {
    /// Records an unreadable contract.
    pub fn unread(&mut self, what: String) {
        if self.unread.len() < FURTHER {
            self.unread.push(what);
        }
    }

    /// Adds a place to search, unless it is already known.
    pub fn further(&mut self, further: Further) {
        if self.further.len() < FURTHER && !self.further.contains(&further) {
            self.further.push(further);
        }
    }
}
