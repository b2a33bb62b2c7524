//! `vxg live`: prints the addresses of a channel's live video.

use super::channel;
use crate::runtime::codec::to_value;
use lorgnette_cli::clap::Command;
use lorgnette_cli::{Context, Done, Failure, Job, Rows};

/// The command.
pub const LIVE: Job = Job {
    group: None,
    name: "live",
    about: "Show the addresses of a channel's live video",
    arguments,
    run: |context| -> Done<'_> { Box::pin(run(context)) },
};

fn arguments(command: Command) -> Command {
    command.arg(channel::argument()).after_help(
        "Anyone who has one of the addresses can watch until it expires. A stream that is starting is \
         waited for.\n\nExample: vxg live Yard --query .hls --output raw",
    )
}

async fn run(context: &Context<'_>) -> Result<(), Failure> {
    let client = channel::client(context).await?;
    let live = client.live_watch_retrieve().send().await?;
    let live = to_value(&live.into_inner()).map_err(|error| Failure::local(error.to_string()))?;
    let mut output = context.output(Rows::ANY)?;
    output.whole(live)?;
    output.finish().map(drop)
}
