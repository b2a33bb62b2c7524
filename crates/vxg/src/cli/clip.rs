//! `vxg clip`: writes the recording of a period to a file.

use super::channel;
use crate::v4::types::ClipCreate;
use lorgnette_cli::clap::{Arg, Command};
use lorgnette_cli::{Context, Done, Exit, Failure, Job, Moment, arguments};
use std::time::Duration;

/// The command.
pub const CLIP: Job = Job {
    group: None,
    name: "clip",
    about: "Save what a channel recorded in a period as a file",
    arguments,
    run: |context| -> Done<'_> { Box::pin(run(context)) },
};

fn arguments(command: Command) -> Command {
    let time = |arg: Arg| arg.required(true);
    command
        .arg(channel::argument())
        .arg(time(arguments::time("from", "The start of the period")))
        .arg(time(arguments::time("to", "Where it ends")))
        .arg(arguments::option("title", "TEXT", "Title of the clip"))
        .arg(arguments::flag(
            "wait-for-data",
            "Have the server wait for recordings that are still on their way",
        ))
        .arg(arguments::flag(
            "keep",
            "Leave the clip on the server; without, it is deleted when it is saved",
        ))
        .arg(
            arguments::option("within", "TIME", "How long to wait for the clip [default: 30m]")
                .value_parser(lorgnette_cli::duration),
        )
        .after_help(
            "The server makes a clip of the period, and the command waits for it and saves it. The file is written completely \
             or not at all.\n\n\
             Example: vxg clip Yard --from yesterday+8h --to yesterday+9h -o yard.mp4",
        )
}

async fn run(context: &Context<'_>) -> Result<(), Failure> {
    let Some(path) = context.file() else {
        return Err(Failure::usage("-o FILE is missing"));
    };
    let time = |name: &'static str| {
        let time = context.time(name)?.map(Moment::utc);
        time.ok_or_else(|| Failure::usage(format!("--{name} is missing")))
    };
    let (from, to) = (time("from")?.naive_utc(), time("to")?.naive_utc());
    if from >= to {
        return Err(Failure::usage("the period ends before it begins"));
    }
    let client = channel::client(context).await?;
    let mut clip = ClipCreate::new(from, to);
    if let Some(title) = context.text("title") {
        clip = clip.title(title);
    }
    if context.matches.get_flag("wait-for-data") {
        clip = clip.wait_for_data(true);
    }
    let unread = |what: &str| Failure::new(Exit::Unreadable, format!("the server does not say {what}"));
    let created = client.clips_create(&clip).send().await?.into_inner();
    let id = created.id.ok_or_else(|| unread("the id of the clip"))?;
    let mut clip = client.clips_retrieve(id).wait();
    if let Some(within) = context.matches.get_one::<Duration>("within") {
        clip = clip.within(*within);
    }
    let clip = clip.await?.into_inner();
    let address = clip.url.ok_or_else(|| unread("where the clip is"))?;
    let file = client.as_ref().download(address.expose()).await?;
    file.into_inner().save_to(path).await?;
    if !context.matches.get_flag("keep") {
        // The file exists, as requested.
        if let Err(error) = client.clips_delete(id).send().await {
            context.warn(&format!("clip {id} is still on the server: {error}"));
        }
    }
    Ok(())
}
