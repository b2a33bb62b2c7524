//! The pages of a list, and the items of all of them.

use super::step::Paging;
use super::walk::Walk;
use crate::call::{self, Call};
use crate::error::{Error, Undeclared};
use crate::from_response::{FromResponse, kinds};
use crate::model::{Operation, Response, codec};
use crate::transport::{self, Client, RawResponse};
use futures_core::Stream;
use std::fmt;
use std::future::poll_fn;
use std::iter::Peekable;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec::IntoIter;

/// Lets a generated builder, whose operation answers with one page of a list, give the whole list:
/// the member that holds the items of a page with the type of an item, and how one page leads to
/// the next.
///
/// ```ignore
/// pages!(Agents => types::AgentsPage, responses::Error404; results: types::Agent; number("page").from(1));
/// ```
#[macro_export]
macro_rules! pages {
    (
        $name:ident => $page:ty $(, $error:ty)?; $items:ident: $item:ty;
        $start:ident($argument:expr) $(. $option:ident($value:expr))*
    ) => {
        impl $name<'_> {
            /// The list a page at a time, from the page that the parameters ask for to the last.
            ///
            /// A page is asked for when the one before it has been taken. An error ends the list.
            #[allow(deprecated)]
            pub fn pages(self) -> $crate::Pages<$page $(, $error)?> {
                let paging = $crate::paging::Paging::$start($argument)$(.$option($value))*;
                $crate::Pages::new(self.0, paging, |page| $crate::paging::List::is_empty(&page.$items))
            }

            /// The items of all pages, one after the other, from the page that the parameters ask
            /// for to the last.
            ///
            /// A page is asked for when the items before it have been taken. An error ends the
            /// list, but for that of an item that is not what the contract says: the list goes on
            /// behind it.
            #[allow(deprecated)]
            pub fn stream(self) -> $crate::Items<$item $(, $error)?> {
                self.pages().items(|page| $crate::paging::List::into_vec(page.$items))
            }
        }
    };
}

/// A list a page at a time.
///
/// It ends after the last page, before an empty page that is not the first, and when a page leads
/// back to one that it gave. An error comes once and is the end. A link to another server is an
/// error, for credentials must not go there.
#[must_use = "nothing is sent before a page is asked for"]
pub struct Pages<T, E = Undeclared> {
    state: State<T, E>,
    is_empty: fn(&T) -> bool,
    /// The member that holds the items, if those that cannot be read are left out.
    tolerated: Option<&'static str>,
    items: Option<&'static str>,
}

enum State<T, E> {
    /// Nothing is on its way; `None` once the list has ended.
    Resting(Option<Box<Walk>>),
    Fetching(Fetching<T, E>),
}

type Fetching<T, E> = Pin<Box<dyn Future<Output = Fetched<T, E>> + Send>>;

/// A page, if there is one, and the way on, if there is one.
type Fetched<T, E> = (Option<Result<Page<T>, Error<E>>>, Option<Box<Walk>>);

/// A page, and the items of it that could not be read.
struct Page<T> {
    page: Response<T>,
    left_out: Option<LeftOut>,
}

/// Items that could not be read: where they stood, and what was wrong, of a response that is kept
/// to tell it.
struct LeftOut {
    response: RawResponse,
    client: Client,
    operation: &'static Operation,
    items: Peekable<IntoIter<(usize, codec::Error)>>,
}

impl<T: FromResponse + Send + 'static, E: FromResponse + Send + 'static> Pages<T, E> {
    /// The pages that begin with what `call` asks for.
    #[doc(hidden)]
    pub fn new(call: Call<'_>, paging: Paging, is_empty: fn(&T) -> bool) -> Self {
        let client = call.client.clone();
        let items = paging.items;
        let walk = Walk::new(client, paging, call.into_request());
        Self {
            state: State::Resting(Some(Box::new(walk))),
            is_empty,
            tolerated: None,
            items,
        }
    }

    /// The items of the pages.
    #[doc(hidden)]
    pub fn items<I: Send + 'static>(mut self, take: fn(T) -> Vec<I>) -> Items<I, E> {
        self.tolerated = self.items;
        Items(Box::pin(Spread {
            pages: self,
            take,
            items: Vec::new().into_iter(),
            at: 0,
            left_out: None,
        }))
    }

    /// The next page; `None` when there are no more.
    ///
    /// # Errors
    ///
    /// As the operation's `send`, and when the link to the next page leads to another server or is
    /// none. That error comes once and is the end.
    pub async fn page(&mut self) -> Result<Option<Response<T>>, Error<E>> {
        let page = poll_fn(|cx| self.poll(cx)).await.transpose()?;
        Ok(page.map(|page| page.page))
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Page<T>, Error<E>>>> {
        loop {
            match &mut self.state {
                State::Resting(walk) => {
                    let Some(walk) = walk.take() else {
                        return Poll::Ready(None);
                    };
                    self.state = State::Fetching(Box::pin(fetch(walk, self.is_empty, self.tolerated)));
                }
                State::Fetching(fetching) => {
                    let (page, walk) = ready!(fetching.as_mut().poll(cx));
                    self.state = State::Resting(walk);
                    return Poll::Ready(page);
                }
            }
        }
    }
}

/// Asks for pages until there is one to give.
async fn fetch<T: FromResponse, E: FromResponse>(
    mut walk: Box<Walk>,
    is_empty: fn(&T) -> bool,
    tolerated: Option<&'static str>,
) -> Fetched<T, E> {
    loop {
        let request = match walk.ahead() {
            Some(Ok(request)) => request,
            Some(Err(failure)) => return (Some(Err(Error::new(failure, None))), None),
            None => return (None, None),
        };
        let operation = request.operation;
        let is_lenient = walk.client().is_lenient(&request.settings);
        let mut response = match transport::call(walk.client(), request, kinds::<T, E>()).await {
            Ok(response) => response,
            Err(failure) => return (Some(Err(call::typed(failure, walk.client(), is_lenient))), None),
        };
        let body = response.bytes().unwrap_or_default();
        if let Some(items) = tolerated {
            response.reading.tolerate_items(items);
        }
        let page = match T::read(&mut response) {
            Ok(page) => page,
            Err(error) => {
                let failure = response.undecodable(error, walk.client(), operation);
                return (Some(Err(Error::new(failure, None))), None);
            }
        };
        let left_out = response.reading.take_left_out();
        if walk.arrive(&body, is_empty(&page) && left_out.is_empty()) {
            if left_out.is_empty() {
                let page = response.into_response(page);
                return (Some(Ok(Page { page, left_out: None })), Some(walk));
            }
            // The errors of what was left out quote the response.
            let misfits = response.reading.take_misfits();
            let headers = response.headers.clone();
            let page = Response::new(response.status, headers, page).with_misfits(misfits);
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

/// The items of a list, over all its pages.
///
/// It ends as [`Pages`] does, with the items of the last page. An item that is not what the
/// contract says is an error in its place, and the list goes on behind it.
#[must_use = "nothing is sent before an item is asked for"]
pub struct Items<I, E = Undeclared>(Pin<Box<dyn Stream<Item = Result<I, Error<E>>> + Send>>);

impl<I, E> Items<I, E> {
    /// The next item; `None` when there are no more.
    ///
    /// # Errors
    ///
    /// As [`Pages::page`], which comes once and is the end, and when the item is not what the
    /// contract says, which is not.
    pub async fn item(&mut self) -> Result<Option<I>, Error<E>> {
        poll_fn(|cx| self.0.as_mut().poll_next(cx)).await.transpose()
    }
}

impl<I, E> Stream for Items<I, E> {
    type Item = Result<I, Error<E>>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl<I, E> fmt::Debug for Items<I, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Items")
    }
}

/// Pages with the items of the one that is being given.
struct Spread<T, I, E> {
    pages: Pages<T, E>,
    take: fn(T) -> Vec<I>,
    items: IntoIter<I>,
    /// The place of the next item in its page.
    at: usize,
    left_out: Option<LeftOut>,
}

impl<T, I, E> Spread<T, I, E> {
    /// The next item of the page.
    fn next(&mut self) -> Option<Result<I, Error<E>>> {
        let at = self.at;
        self.at += 1;
        if let Some(left_out) = &mut self.left_out {
            // Behind the last item that could be read there are only others.
            let is_next = |(place, _): &(usize, _)| *place <= at || self.items.len() == 0;
            if let Some((_, error)) = left_out.items.next_if(is_next) {
                let LeftOut { response, client, .. } = left_out;
                let failure = response.undecodable(error, client, left_out.operation);
                return Some(Err(Error::new(failure, None)));
            }
        }
        self.items.next().map(Ok)
    }
}

/// Items are moved out, never pinned.
impl<T, I, E> Unpin for Spread<T, I, E> {}

impl<T: FromResponse + Send + 'static, I, E: FromResponse + Send + 'static> Stream for Spread<T, I, E> {
    type Item = Result<I, Error<E>>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.next() {
                return Poll::Ready(Some(item));
            }
            match ready!(self.pages.poll(cx)) {
                Some(Ok(Page { page, left_out })) => {
                    self.items = (self.take)(page.into_inner()).into_iter();
                    (self.at, self.left_out) = (0, left_out);
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}
