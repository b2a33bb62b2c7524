//! One side of a measurement, in a process of its own.
//!
//! `cargo xtask bench runtime` starts it several times and compares. Both sides make the same
//! request for the same list over loopback, and print their results.

mod by_hand;
mod generated;
mod memory;
mod requests;
mod server;
mod throughput;

use std::error::Error;

/// A failure here ends the measurement.
type BenchResult<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// One side of a measurement.
#[derive(clap::Parser)]
enum MeasuredSide {
    /// Serves the other sides, prints its address, and ends with its standard input.
    Serve {
        /// The number of items in the list.
        items: usize,
    },
    /// Serves a request feed of this many pages, in the same way.
    Requests { pages: usize },
    /// Makes calls one after the other, so that their instructions can be counted.
    Calls { side: Side, url: String, count: usize },
    /// Runs both sides in turn, 64 calls at once, and prints the calls per second of each pair of
    /// turns.
    Throughput { url: String, pairs: usize },
    /// Downloads 1 GiB without keeping it, and prints how many bytes of memory that took above
    /// idle.
    Download { url: String },
    /// Makes ten thousand calls at once that find no token, and prints how many requests for tokens
    /// they cause and how many calls fail.
    Waiters { url: String },
}

/// The side that sends a request.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Side {
    /// The generated client, with authentication, retries and pacing.
    Generated,
    /// Reqwest and serde, as written by hand for one operation.
    ByHand,
}

fn main() -> BenchResult {
    let command = <MeasuredSide as clap::Parser>::parse();
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build()?;
    runtime.block_on(async {
        match command {
            MeasuredSide::Serve { items } => server::serve(items).await,
            MeasuredSide::Requests { pages } => requests::serve(pages).await,
            MeasuredSide::Calls { side, url, count } => match side {
                Side::Generated => generated::calls(&generated::client(&url)?, count).await,
                Side::ByHand => by_hand::calls(&by_hand::client(&url)?, count).await,
            },
            MeasuredSide::Throughput { url, pairs } => throughput::measure(&url, pairs).await,
            MeasuredSide::Download { url } => memory::download(&url).await,
            MeasuredSide::Waiters { url } => generated::waiters(&url).await,
        }
    })
}
