//! The items of a list, over all its pages.

use super::pages::{LeftOut, Page, Pages};
use super::raw_items;
use crate::error::{Error, Undeclared};
use crate::from_response::FromResponse;
use bytes::Bytes;
use futures_core::Stream;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec::IntoIter;

/// The items of a list, over all its pages.
///
/// The list ends like [`Pages`], with the items of the last page. An item that does not match the
/// contract is an error in its place, and the list continues after it.
#[must_use = "nothing is sent before an item is asked for"]
pub struct Items<I, E = Undeclared> {
    items: Pin<Box<dyn ItemSource<I, E> + Send>>,
    /// The number of items that may still be returned.
    left: Option<usize>,
}

/// The source of the items.
pub(super) trait ItemSource<I, E>: Stream<Item = Result<I, Error<E>>> {
    /// The same items as raw JSON.
    fn raw(self: Pin<Box<Self>>) -> Pin<Box<dyn ItemSource<Bytes, E> + Send>>;
}

impl<I: Send + 'static, E: FromResponse + Send + 'static> Items<I, E> {
    /// The items that `take` extracts from each page.
    #[doc(hidden)]
    pub fn of<T: Send + 'static>(pages: Pages<T, E>, take: fn(T) -> Vec<I>) -> Self {
        Self {
            items: Box::pin(Spread::new(pages.tolerating(), take)),
            left: None,
        }
    }

    /// The items as the JSON text that the server sent, for programs that pass them on. The entry
    /// of a map is an object with one member.
    ///
    /// Call this before requesting an item: otherwise, the remaining items of the current page are
    /// left out.
    pub fn raw(self) -> Items<Bytes, E> {
        Items {
            items: self.items.raw(),
            left: self.left,
        }
    }
}

impl<I, E> Items<I, E> {
    /// Limits the list to this many items. No further page is requested.
    pub const fn limit(mut self, items: usize) -> Self {
        self.left = Some(items);
        self
    }

    /// The next item; `None` when there are no more.
    ///
    /// # Errors
    ///
    /// As for [`Pages::page`], which ends the list, and when the item does not match the contract,
    /// which does not.
    pub async fn item(&mut self) -> Result<Option<I>, Error<E>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }
}

impl<I, E> Stream for Items<I, E> {
    type Item = Result<I, Error<E>>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == Some(0) {
            return Poll::Ready(None);
        }
        let item = ready!(self.items.as_mut().poll_next(cx));
        if matches!(item, Some(Ok(_))) {
            self.left = self.left.map(|left| left - 1);
        }
        Poll::Ready(item)
    }
}

impl<I, E> fmt::Debug for Items<I, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Items")
    }
}

/// Pages, with the items of the current one.
pub(super) struct Spread<T, I, E> {
    pages: Pages<T, E>,
    take: fn(T) -> Vec<I>,
    items: IntoIter<I>,
    /// The index of the next item in its page.
    at: usize,
    left_out: Option<LeftOut>,
}

impl<T, I, E> Spread<T, I, E> {
    pub(super) fn new(pages: Pages<T, E>, take: fn(T) -> Vec<I>) -> Self {
        Self {
            pages,
            take,
            items: Vec::new().into_iter(),
            at: 0,
            left_out: None,
        }
    }

    /// The next item of the page.
    fn next(&mut self) -> Option<Result<I, Error<E>>> {
        let at = self.at;
        self.at += 1;
        if let Some(left_out) = &mut self.left_out {
            // After the last readable item, only unreadable ones remain.
            let is_last = self.items.len() == 0;
            if let Some(failure) = left_out.next_if(|place| place <= at || is_last) {
                return Some(Err(Error::new(failure, None)));
            }
        }
        self.items.next().map(Ok)
    }
}

/// Items are moved out, never pinned.
impl<T, I, E> Unpin for Spread<T, I, E> {}

impl<T: Send + 'static, I, E: FromResponse + Send + 'static> Stream for Spread<T, I, E> {
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

impl<T: Send + 'static, I: Send + 'static, E: FromResponse + Send + 'static> ItemSource<I, E>
    for Spread<T, I, E>
{
    fn raw(self: Pin<Box<Self>>) -> Pin<Box<dyn ItemSource<Bytes, E> + Send>> {
        let pages = Pin::into_inner(self).pages;
        Box::pin(Spread::new(raw_items::pages(pages), |page| page))
    }
}
