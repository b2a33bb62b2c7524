//! The contracts that a text names.

use url::Url;

/// A page that names more contracts is not one that a person reads.
pub const CONTRACTS: usize = 500;

/// More places to look at are not taken down.
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
    /// Where it is.
    pub at: At,
    /// The viewer that named it.
    pub form: &'static str,
}

/// The place of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// At an address of its own.
    Address(Url),
    /// On the page: this is its text.
    Inline(String),
    /// It is the text that was read.
    Here,
}

/// Something else to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Further {
    /// Where it is.
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
    /// The unreadable contracts.
    pub unread: Vec<String>,
    /// The base of the page's references, if it is a page.
    pub base: Option<Url>,
    /// The contract that the page's own address asks to be shown, by its name.
    pub preferred: Option<String>,
}

impl TextFindings {
    /// Records an unreadable contract.
    pub fn unread(&mut self, what: String) {
        if self.unread.len() < FURTHER {
            self.unread.push(what);
        }
    }

    /// Adds a place to look at, unless it is known.
    pub fn further(&mut self, further: Further) {
        if self.further.len() < FURTHER && !self.further.contains(&further) {
            self.further.push(further);
        }
    }
}
