//! How one page of a list leads to the next.

/// How one page of a list leads to the next.
///
/// ```
/// use lorgnette_runtime::paging::Paging;
///
/// // `?page=2`, whose number the response repeats.
/// let _ = Paging::number("page").current("meta.page").count("meta.pages");
/// // `?after=…`, whose value the response holds.
/// let _ = Paging::cursor("after").next("meta.after").more("meta.has_more");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Paging {
    pub(crate) step: PageStep,
    /// The member of a page that says whether there are more; empty if none does.
    pub(crate) more: &'static str,
    /// The member of a page that holds the items, by its name on the wire; empty for a list that is
    /// the whole page.
    pub(crate) items: Option<&'static str>,
}

/// The part of a request that selects the page.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PageInput {
    /// A parameter of the query.
    Query(&'static str),
    /// A member of the JSON body, as a path: `page.number`.
    Body(&'static str),
}

/// The part of a response that identifies the next page.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PageOutput {
    /// A member of the JSON body, as a path: `meta.next`. Absent, null or empty means the end.
    Member(&'static str),
    /// A header; absent or empty means the end. In `Link`, it is the address with the relation
    /// `next`.
    Header(&'static str),
}

/// How the next page is found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PageStep {
    /// The request counts pages.
    Number {
        input: PageInput,
        /// The number of the first page, if it is known beforehand.
        first: Option<u64>,
        /// The member of a page that holds its number; empty if none does.
        current: &'static str,
        /// The member of a page that holds the number of pages; empty if none does.
        count: &'static str,
    },
    /// The request counts the items before the page.
    Offset {
        input: PageInput,
        /// The member of a page that holds the total number of items; empty if none does.
        total: &'static str,
    },
    /// The response holds a cursor that the next request repeats.
    Cursor { input: PageInput, output: PageOutput },
    /// The response holds the address of the next page.
    Link { output: PageOutput },
}

impl Paging {
    const fn new(step: PageStep) -> Self {
        Self {
            step,
            more: "",
            items: None,
        }
    }

    /// This parameter of the query counts pages. If the first request names no page,
    /// [`from`](Self::from) or [`current`](Self::current) give its number.
    ///
    /// If neither [`count`](Self::count) nor [`more`](Self::more) identifies the last page, the
    /// list ends at an empty or a repeated page.
    pub const fn number(parameter: &'static str) -> Self {
        Self::new(PageStep::Number {
            input: PageInput::Query(parameter),
            first: None,
            current: "",
            count: "",
        })
    }

    /// This query parameter is the number of items to skip, starting with 0. If neither
    /// [`total`](Self::total) nor [`more`](Self::more) identifies the last page, the list ends at
    /// an empty page.
    pub const fn offset(parameter: &'static str) -> Self {
        Self::new(PageStep::Offset {
            input: PageInput::Query(parameter),
            total: "",
        })
    }

    /// This query parameter takes the value of [`next`](Self::next) or
    /// [`next_header`](Self::next_header) of a page.
    pub const fn cursor(parameter: &'static str) -> Self {
        Self::new(PageStep::Cursor {
            input: PageInput::Query(parameter),
            output: PageOutput::Member(""),
        })
    }

    /// This member of a page, such as `meta.next`, holds the address of the next one: a full
    /// address, or one relative to that of the page. If the member is absent, null or empty, the
    /// page is the last.
    pub const fn link(member: &'static str) -> Self {
        Self::new(PageStep::Link {
            output: PageOutput::Member(member),
        })
    }

    /// This header of a response holds the address of the next page; in `Link`, it is the address
    /// with the relation `next`.
    pub const fn link_header(name: &'static str) -> Self {
        Self::new(PageStep::Link {
            output: PageOutput::Header(name),
        })
    }

    /// The page is selected by a member of the JSON body instead of a query parameter, by a path
    /// such as `page.number`.
    #[must_use]
    pub const fn in_body(mut self) -> Self {
        if let PageStep::Number { input, .. }
        | PageStep::Offset { input, .. }
        | PageStep::Cursor { input, .. } = &mut self.step
        {
            *input = match *input {
                PageInput::Query(name) | PageInput::Body(name) => PageInput::Body(name),
            };
        }
        self
    }

    /// This member of a page holds the cursor of the next one.
    #[must_use]
    pub const fn next(self, member: &'static str) -> Self {
        self.told(PageOutput::Member(member))
    }

    /// This header of a response holds the cursor of the next page.
    #[must_use]
    pub const fn next_header(self, name: &'static str) -> Self {
        self.told(PageOutput::Header(name))
    }

    const fn told(mut self, by: PageOutput) -> Self {
        if let PageStep::Cursor { output, .. } = &mut self.step {
            *output = by;
        }
        self
    }

    /// Sets the name of the member that holds the items of a page; empty for a list that is the
    /// whole page. If items are read one by one, an item that cannot be decoded is an error of that
    /// item only.
    #[must_use]
    pub const fn items(mut self, member: &'static str) -> Self {
        self.items = Some(member);
        self
    }

    /// This member of a page, such as `meta.has_more`, says whether another follows.
    #[must_use]
    pub const fn more(mut self, member: &'static str) -> Self {
        self.more = member;
        self
    }

    /// For numbered pages, the number of the first page.
    #[must_use]
    pub const fn from(mut self, number: u64) -> Self {
        if let PageStep::Number { first, .. } = &mut self.step {
            *first = Some(number);
        }
        self
    }

    /// For numbered pages, the member that holds the page's number, such as `pagination.page`. It
    /// takes precedence over the requested number.
    #[must_use]
    pub const fn current(mut self, member: &'static str) -> Self {
        if let PageStep::Number { current, .. } = &mut self.step {
            *current = member;
        }
        self
    }

    /// For numbered pages, the member that holds the number of pages, such as `pagination.pages`.
    #[must_use]
    pub const fn count(mut self, member: &'static str) -> Self {
        if let PageStep::Number { count, .. } = &mut self.step {
            *count = member;
        }
        self
    }

    /// For offsets, the member that holds the number of items, such as `meta.total_count`.
    #[must_use]
    pub const fn total(mut self, member: &'static str) -> Self {
        if let PageStep::Offset { total, .. } = &mut self.step {
            *total = member;
        }
        self
    }
}
