//! Calls per second with 64 of them under way, each side in turn, so that what else the machine
//! does touches both.

use crate::{BenchResult, by_hand, generated};
use std::future::Future;
use std::time::Instant;
use tokio::task::JoinSet;

const AT_ONCE: usize = 64;
/// How many calls each of them makes in one turn.
const EACH: usize = 100;

/// Measures so many pairs of turns, and prints for each the calls per second of both sides.
///
/// # Errors
///
/// When a call fails.
pub async fn measure(url: &str, pairs: usize) -> BenchResult {
    let generated = generated::client(url)?;
    let by_hand = by_hand::client(url)?;
    // Connections are open, and code is warm.
    turn(|| generated_calls(generated.clone())).await?;
    turn(|| by_hand_calls(by_hand.clone())).await?;
    for pair in 0..pairs {
        let (ours, theirs);
        // The order of the sides alternates as well.
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

/// Calls per second of one turn.
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
