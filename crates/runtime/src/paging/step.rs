//! How one page of a list leads to the next.

/// How one page of a list leads to the next.
#[derive(Clone, Copy, Debug)]
pub struct Paging {
    pub(crate) step: Step,
    /// The member of a page that holds the items, by its name on the wire; empty for a list that is
    /// the whole page.
    pub(crate) items: Option<&'static str>,
}

/// The way to the next page.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// A query parameter counts pages.
    Number {
        parameter: &'static str,
        /// The number of the first page, if the contract says it.
        first: Option<u64>,
        /// The member of a page that says how many there are; empty if none does.
        count: &'static str,
    },
    /// A member of a page holds the address of the next one.
    Link { member: &'static str },
}

impl Paging {
    /// This query parameter counts pages. The last one is followed by an empty page, or repeated.
    pub const fn number(parameter: &'static str) -> Self {
        let step = Step::Number {
            parameter,
            first: None,
            count: "",
        };
        Self { step, items: None }
    }

    /// The member of a page that holds its items is called so. An item of it that cannot be read is
    /// an error of that item alone, where items are given one by one.
    #[must_use]
    pub const fn items(mut self, member: &'static str) -> Self {
        self.items = Some(member);
        self
    }

    /// The first page has this number. Without, it is 0 or 1, which the answers tell.
    #[must_use]
    pub const fn from(self, number: u64) -> Self {
        match self.step {
            Step::Number { parameter, count, .. } => Self {
                step: Step::Number {
                    parameter,
                    first: Some(number),
                    count,
                },
                ..self
            },
            Step::Link { .. } => self,
        }
    }

    /// This member of a page, such as `pagination.pages`, says how many pages there are.
    #[must_use]
    pub const fn count(self, member: &'static str) -> Self {
        match self.step {
            Step::Number { parameter, first, .. } => Self {
                step: Step::Number {
                    parameter,
                    first,
                    count: member,
                },
                ..self
            },
            Step::Link { .. } => self,
        }
    }

    /// This member of a page, such as `meta.next`, holds the address of the next one: a full
    /// address or one relative to that of the page. Where it is absent, null or empty, the page is
    /// the last.
    pub const fn link(member: &'static str) -> Self {
        Self {
            step: Step::Link { member },
            items: None,
        }
    }
}
