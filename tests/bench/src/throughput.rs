//! Measures calls per second with 64 of them in flight. The sides take turns, so that other load on
//! the machine affects both.

use crate::{BenchResult, by_hand, generated};
use std::future::Future;
use std::time::Instant;
use tokio::task::JoinSet;

const AT_ONCE: usize = 64;
/// The number of calls in one turn.
const EACH: usize = 100;

/// Measures this many pairs of turns, and prints the calls per second of both sides for each.
///
/// # Errors
///
/// When a call fails.
pub async fn measure(url: &str, pairs: usize) -> BenchResult {
    let generated = generated::client(url)?;
    let by_hand = by_hand::client(url)?;
    // This turn opens connections and warms up the code.
    turn(|| generated_calls(generated.clone())).await?;
    turn(|| by_hand_calls(by_hand.clone())).await?;
    for pair in 0..pairs {
        let (ours, theirs);
        // The order of the sides also alternates.
        if pair % 2 == 0 {
            ours = turn(|| generated_calls(generated.clone())).await?;
            theirs = turn(|| by_hand_calls(by_hand.clone())).await?;
        } else {
            theirs = turn(|| by_hand_calls(by_hand.clone())).await?;
            ours = turn(|| generated_calls(generated.clone())).await?;
        }
        println!("{ours:.1} {theirs:.1}");
    }
    Ok(())
}

async fn generated_calls(client: sevensignal_v2::Client) -> BenchResult {
    generated::calls(&client, EACH).await
}

async fn by_hand_calls(client: by_hand::Client) -> BenchResult {
    by_hand::calls(&client, EACH).await
}

/// The calls per second of one turn.
async fn turn<F: Future<Output = BenchResult> + Send + 'static>(calls: impl Fn() -> F) -> BenchResult<f64> {
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..AT_ONCE {
        tasks.spawn(calls());
    }
    while let Some(outcome) = tasks.join_next().await {
        outcome??;
    }
    #[expect(clippy::cast_precision_loss, reason = "a few thousand calls")]
    let calls = (AT_ONCE * EACH) as f64;
    Ok(calls / begun.elapsed().as_secs_f64())
}
