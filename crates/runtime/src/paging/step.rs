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
    pub(crate) step: Step,
    /// The member of a page that says whether there are more; empty if none does.
    pub(crate) more: &'static str,
    /// The member of a page that holds the items, by its name on the wire; empty for a list that is
    /// the whole page.
    pub(crate) items: Option<&'static str>,
}

/// What of a request says which page is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Input {
    /// A parameter of the query.
    Query(&'static str),
    /// A member of the JSON body, as a path: `page.number`.
    Body(&'static str),
}

/// Where a response says what the next page is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Output {
    /// A member of the JSON body, as a path: `meta.next`. Absent, null or empty means the end.
    Member(&'static str),
    /// A header; absent or empty means the end. Of `Link`, it is the address with the relation
    /// `next`.
    Header(&'static str),
}

/// The way to the next page.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// The request counts pages.
    Number {
        input: Input,
        /// The number of the first page, if it is known beforehand.
        first: Option<u64>,
        /// The member of a page that says its number; empty if none does.
        current: &'static str,
        /// The member of a page that says how many pages there are; empty if none does.
        count: &'static str,
    },
    /// The request counts the items before the page.
    Offset {
        input: Input,
        /// The member of a page that says how many items there are; empty if none does.
        total: &'static str,
    },
    /// The response holds what the next request repeats.
    Cursor { input: Input, output: Output },
    /// The response holds the address of the next page.
    Link { output: Output },
}

impl Paging {
    const fn new(step: Step) -> Self {
        Self {
            step,
            more: "",
            items: None,
        }
    }

    /// This parameter of the query counts pages. Where the first page is not asked for by its
    /// number, [`from`](Self::from) or [`current`](Self::current) say which it is.
    ///
    /// Where no [`count`](Self::count) and no [`more`](Self::more) says what the last page is, an
    /// empty page follows it, or it is repeated.
    pub const fn number(parameter: &'static str) -> Self {
        Self::new(Step::Number {
            input: Input::Query(parameter),
            first: None,
            current: "",
            count: "",
        })
    }

    /// This parameter of the query says how many items to skip, which begins with 0. Where no
    /// [`total`](Self::total) and no [`more`](Self::more) says what the last page is, an empty page
    /// follows it.
    pub const fn offset(parameter: &'static str) -> Self {
        Self::new(Step::Offset {
            input: Input::Query(parameter),
            total: "",
        })
    }

    /// This parameter of the query takes what [`next`](Self::next) or
    /// [`next_header`](Self::next_header) of a page says.
    pub const fn cursor(parameter: &'static str) -> Self {
        Self::new(Step::Cursor {
            input: Input::Query(parameter),
            output: Output::Member(""),
        })
    }

    /// This member of a page, such as `meta.next`, holds the address of the next one: a full
    /// address, or one relative to that of the page. Where it is absent, null or empty, the page is
    /// the last.
    pub const fn link(member: &'static str) -> Self {
        Self::new(Step::Link {
            output: Output::Member(member),
        })
    }

    /// This header of a response holds the address of the next page; of `Link`, it is the address
    /// with the relation `next`.
    pub const fn link_header(name: &'static str) -> Self {
        Self::new(Step::Link {
            output: Output::Header(name),
        })
    }

    /// What asks for a page is no parameter of the query, but a member of the JSON body, by a path
    /// such as `page.number`.
    #[must_use]
    pub const fn in_body(mut self) -> Self {
        if let Step::Number { input, .. } | Step::Offset { input, .. } | Step::Cursor { input, .. } =
            &mut self.step
        {
            *input = match *input {
                Input::Query(name) | Input::Body(name) => Input::Body(name),
            };
        }
        self
    }

    /// This member of a page holds the cursor of the next one.
    #[must_use]
    pub const fn next(self, member: &'static str) -> Self {
        self.told(Output::Member(member))
    }

    /// This header of a response holds the cursor of the next page.
    #[must_use]
    pub const fn next_header(self, name: &'static str) -> Self {
        self.told(Output::Header(name))
    }

    const fn told(mut self, by: Output) -> Self {
        if let Step::Cursor { output, .. } = &mut self.step {
            *output = by;
        }
        self
    }

    /// The member of a page that holds its items is called so. An item of it that cannot be read is
    /// an error of that item alone, where items are given one by one. It is empty for a list that
    /// is the whole page.
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

    /// Of pages that are counted, the first has this number.
    #[must_use]
    pub const fn from(mut self, number: u64) -> Self {
        if let Step::Number { first, .. } = &mut self.step {
            *first = Some(number);
        }
        self
    }

    /// Of pages that are counted, this member, such as `pagination.page`, says which it is. It goes
    /// before what was asked for.
    #[must_use]
    pub const fn current(mut self, member: &'static str) -> Self {
        if let Step::Number { current, .. } = &mut self.step {
            *current = member;
        }
        self
    }

    /// Of pages that are counted, this member, such as `pagination.pages`, says how many there are.
    #[must_use]
    pub const fn count(mut self, member: &'static str) -> Self {
        if let Step::Number { count, .. } = &mut self.step {
            *count = member;
        }
        self
    }

    /// Of items that are counted, this member, such as `meta.total_count`, says how many there are.
    #[must_use]
    pub const fn total(mut self, member: &'static str) -> Self {
        if let Step::Offset { total, .. } = &mut self.step {
            *total = member;
        }
        self
    }
}
