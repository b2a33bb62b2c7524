//! The pages of a list.

use super::step::Paging;
use super::walk::{Arrived, Walk};
use crate::call::{self, Call};
use crate::error::{Error, Failure, Undeclared};
use crate::from_response::{FromResponse, kinds};
use crate::model::{Operation, Response, codec};
use crate::transport::{self, Client, RawResponse, ResponseKinds};
use futures_core::Stream;
use std::fmt;
use std::future::poll_fn;
use std::iter::Peekable;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec::IntoIter;

/// Adds `pages` and `stream` to a generated builder whose operation returns one page of a list. It
/// takes the member that holds the items of a page (`_` if the page is the list) with the type of
/// an item, and how one page leads to the next.
///
/// ```ignore
/// pages!(Agents => types::AgentsPage, responses::Error404; results: types::Agent; number("page").from(1));
/// ```
#[macro_export]
macro_rules! pages {
    (
        $name:ident => $page:ty $(, $error:ty)?; $items:tt: $item:ty;
        $start:ident($argument:expr) $(. $option:ident($($value:expr)?))*
    ) => {
        impl $name<'_> {
            /// The list page by page, from the page that the parameters request to the last.
            ///
            /// A page is requested when the one before it has been taken. An error ends the list.
            #[allow(deprecated)]
            pub fn pages(self) -> $crate::Pages<$page $(, $error)?> {
                let paging = $crate::paging::Paging::$start($argument)$(.$option($($value)?))*;
                $crate::Pages::new(self.0, paging, |page: &$page| {
                    $crate::paging::List::<$item>::count($crate::__items!(& page $items))
                })
            }

            /// The items of all pages, one after another, from the page that the parameters request
            /// to the last.
            ///
            /// A page is requested when the items before it have been taken. An error ends the
            /// list, except for an item that does not match the contract: the list continues after
            /// it.
            #[allow(deprecated)]
            pub fn stream(self) -> $crate::Items<$item $(, $error)?> {
                $crate::Items::of(self.pages(), |page: $page| {
                    $crate::paging::List::into_vec($crate::__items!(page $items))
                })
            }
        }
    };
}

/// The items of a page: a member of it, or the page itself.
#[doc(hidden)]
#[macro_export]
macro_rules! __items {
    (& $page:ident _) => {
        $page
    };
    ($page:ident _) => {
        $page
    };
    (& $page:ident $items:ident) => {
        &$page.$items
    };
    ($page:ident $items:ident) => {
        $page.$items
    };
}

/// A list, page by page.
///
/// The list ends after the last page; an empty last page is returned only if it is the first. An
/// error ends the list. A link to another server is an error, since credentials must not be sent
/// there, and so is a page that leads back to an earlier one.
#[must_use = "nothing is sent before a page is asked for"]
pub struct Pages<T, E = Undeclared> {
    state: PagesState<T, E>,
    reader: PageReader<T>,
}

enum PagesState<T, E> {
    /// No request is in flight; `None` once the list has ended.
    Resting(Option<Box<Walk>>),
    Fetching(Fetching<T, E>),
}

/// How a page is read.
pub(super) struct PageReader<T> {
    pub(super) kinds: ResponseKinds,
    pub(super) read: fn(&mut RawResponse, &str) -> codec::Result<T>,
    /// The number of items on a page.
    pub(super) count: fn(&T) -> usize,
    /// The member that holds the items.
    pub(super) items: Option<&'static str>,
    /// Whether items that cannot be read are left out.
    pub(super) is_tolerant: bool,
}

impl<T> Clone for PageReader<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for PageReader<T> {}

type Fetching<T, E> = Pin<Box<dyn Future<Output = Fetched<T, E>> + Send>>;

/// A page and the step to the next, if they exist.
type Fetched<T, E> = (Option<Result<Page<T>, Error<E>>>, Option<Box<Walk>>);

/// A page, and the items of it that could not be read.
pub(super) struct Page<T> {
    pub(super) page: Response<T>,
    pub(super) left_out: Option<LeftOut>,
}

/// Items that could not be decoded: their positions and faults, with the response for the error.
pub(super) struct LeftOut {
    response: Box<RawResponse>,
    client: Client,
    operation: &'static Operation,
    items: Peekable<IntoIter<(usize, codec::Error)>>,
}

impl LeftOut {
    /// The error of the next such item, if `is_next` accepts its position.
    pub(super) fn next_if(&mut self, is_next: impl FnOnce(usize) -> bool) -> Option<Box<Failure>> {
        let (_, error) = self.items.next_if(|(place, _)| is_next(*place))?;
        Some(self.response.undecodable(error, &self.client, self.operation))
    }
}

impl<T: FromResponse + Send + 'static, E: FromResponse + Send + 'static> Pages<T, E> {
    /// The pages from the one that `call` requests.
    #[doc(hidden)]
    pub fn new(call: Call<'_>, paging: Paging, count: fn(&T) -> usize) -> Self {
        let client = call.client.clone();
        let items = paging.items;
        let walk = Walk::new(client, paging, call.into_request());
        let reader = PageReader {
            kinds: kinds::<T, E>(),
            read: |response, _| T::read(response),
            count,
            items,
            is_tolerant: false,
        };
        Self::of(Some(Box::new(walk)), reader)
    }

    /// The next page; `None` when there are no more.
    ///
    /// # Errors
    ///
    /// As for the operation's `send`, and when the link to the next page leads to another server or
    /// is invalid. The error ends the list.
    pub async fn page(&mut self) -> Result<Option<Response<T>>, Error<E>> {
        let page = poll_fn(|cx| self.poll(cx)).await.transpose()?;
        Ok(page.map(|page| page.page))
    }
}

impl<T: Send + 'static, E: FromResponse + Send + 'static> Pages<T, E> {
    /// The pages of a walk.
    pub(super) const fn of(walk: Option<Box<Walk>>, reader: PageReader<T>) -> Self {
        Self {
            state: PagesState::Resting(walk),
            reader,
        }
    }

    /// The same pages, without items that cannot be decoded.
    pub(super) const fn tolerating(mut self) -> Self {
        self.reader.is_tolerant = true;
        self
    }

    /// The step to the remaining pages, and how they are read. There is no step while a request is
    /// in flight.
    pub(super) fn into_walk(self) -> (Option<Box<Walk>>, PageReader<T>) {
        match self.state {
            PagesState::Resting(walk) => (walk, self.reader),
            PagesState::Fetching(_) => (None, self.reader),
        }
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Page<T>, Error<E>>>> {
        loop {
            match &mut self.state {
                PagesState::Resting(walk) => {
                    let Some(walk) = walk.take() else {
                        return Poll::Ready(None);
                    };
                    self.state = PagesState::Fetching(Box::pin(fetch(walk, self.reader)));
                }
                PagesState::Fetching(fetching) => {
                    let (page, walk) = ready!(fetching.as_mut().poll(cx));
                    self.state = PagesState::Resting(walk);
                    return Poll::Ready(page);
                }
            }
        }
    }
}

/// Requests pages until there is one to return.
async fn fetch<T, E: FromResponse>(mut walk: Box<Walk>, reader: PageReader<T>) -> Fetched<T, E> {
    loop {
        let request = match walk.ahead() {
            Some(Ok(request)) => request,
            Some(Err(failure)) => return (Some(Err(Error::new(failure, None))), None),
            None => return (None, None),
        };
        let operation = request.operation;
        let is_lenient = walk.client().is_lenient(&request.settings);
        let mut response = match transport::call(walk.client(), request, reader.kinds).await {
            Ok(response) => response,
            Err(failure) => return (Some(Err(call::typed(failure, walk.client(), is_lenient))), None),
        };
        let body = response.bytes().unwrap_or_default();
        if let Some(items) = reader.items.filter(|_| reader.is_tolerant) {
            response.reading.tolerate_items(items);
        }
        let page = match (reader.read)(&mut response, reader.items.unwrap_or_default()) {
            Ok(page) => page,
            Err(error) => {
                let failure = response.undecodable(error, walk.client(), operation);
                return (Some(Err(Error::new(failure, None))), None);
            }
        };
        let left_out = response.reading.take_left_out();
        let arrived = Arrived {
            headers: &response.headers,
            body: &body,
            items: (reader.count)(&page) + left_out.len(),
        };
        if walk.arrive(&arrived) {
            if left_out.is_empty() {
                let page = response.into_response(page);
                return (Some(Ok(Page { page, left_out: None })), Some(walk));
            }
            // The errors of skipped items quote the response.
            let misfits = response.reading.take_misfits();
            let headers = response.headers.clone();
            let page = Response::new(response.status, headers, page);
            let page = page.with_misfits(misfits).with_raw_body(Some(body));
            let left_out = Some(LeftOut {
                response,
                client: walk.client().clone(),
                operation,
                items: left_out.into_iter().peekable(),
            });
            return (Some(Ok(Page { page, left_out })), Some(walk));
        }
    }
}

impl<T: FromResponse + Send + 'static, E: FromResponse + Send + 'static> Stream for Pages<T, E> {
    type Item = Result<Response<T>, Error<E>>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(cx)
            .map(|page| page.map(|page| page.map(|page| page.page)))
    }
}

impl<T, E> fmt::Debug for Pages<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pages")
    }
}
