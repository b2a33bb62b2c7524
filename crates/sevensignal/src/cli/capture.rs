//! `sevensignal capture`: writes the packets that a sensor receives to a file.

use crate::v2;
use crate::v2::types::{
    Band, PacketCaptureTestRequest, PacketCaptureTestRequestMode,
    PacketCaptureTestStatusResponseCaptureStatus as CaptureStatus,
};
use lorgnette_cli::clap::{Arg, Command, value_parser};
use lorgnette_cli::{Context, Done, Exit, Failure, Job, arguments};
use std::time::Duration;

/// The command.
pub const CAPTURE: Job = Job {
    group: None,
    name: "capture",
    about: "Capture packets with a sensor, and save them as a file",
    arguments,
    run: |context| -> Done<'_> { Box::pin(run(context)) },
};

fn arguments(command: Command) -> Command {
    command
        .arg(
            Arg::new("sensor")
                .value_name("SENSOR")
                .required(true)
                .help("Id of the sensor, or its name"),
        )
        .arg(
            arguments::option("channel", "NUMBER", "Channel to listen on")
                .value_parser(value_parser!(i64).range(1..=233))
                .required_unless_present("access-point")
                .conflicts_with("access-point"),
        )
        .arg(
            arguments::option(
                "band",
                "GHZ",
                "Band of the channel [default: 2.4 to channel 14, 5 above]",
            )
            .value_parser(["2.4", "5", "6"])
            .conflicts_with("access-point"),
        )
        .arg(
            arguments::option(
                "access-point",
                "ID",
                "Capture the traffic of this access point instead",
            )
            .value_parser(value_parser!(i64)),
        )
        .arg(
            arguments::option("seconds", "COUNT", "How long to capture, 3600 at most")
                .value_parser(value_parser!(i64).range(1..=3600))
                .default_value("10"),
        )
        .arg(arguments::option("filter", "TEXT", "Capture filter"))
        .arg(
            arguments::option("within", "TIME", "How long to wait for the file [default: 15m]")
                .value_parser(lorgnette_cli::duration),
        )
        .after_help(
            "The file is written completely or not at all. A capture that becomes too large is saved up to \
             that point.\n\nExample: sevensignal capture 4711 --channel 36 --seconds 30 -o lobby.pcap",
        )
}

async fn run(context: &Context<'_>) -> Result<(), Failure> {
    let Some(path) = context.file() else {
        return Err(Failure::usage("-o FILE is missing"));
    };
    let request = request(context);
    let client = v2::Client::from(super::connect(context.connection)?);
    let sensor = sensor(&client, context.text("sensor").unwrap_or_default()).await?;
    let started = client.start_packet_capture(sensor).body(&request).send().await?;
    let started = started.into_inner();
    let Some(test) = started.test_id else {
        return Err(Failure::new(
            Exit::Unreadable,
            "the server started a capture but did not return its id",
        ));
    };
    let mut status = client.packet_capture_status(sensor, &test).wait();
    if let Some(within) = context.matches.get_one::<Duration>("within") {
        status = status.within(*within);
    }
    let status = status.await?.into_inner();
    match status.capture_status {
        Some(CaptureStatus::FileSizeExceeded) => {
            context.warn("the capture became too large, and ended early");
        }
        Some(CaptureStatus::CaptureError | CaptureStatus::ChannelSetError) => {
            let why = status.error_message.or(status.test_status);
            let why = why.map(|why| format!(": {why}")).unwrap_or_default();
            let what = format!("the sensor failed to capture{why}");
            return Err(Failure::new(Exit::Server, what));
        }
        _ => {}
    }
    let file = client.download_packet_capture(sensor, &test).send().await?;
    file.into_inner().save_to(path).await?;
    Ok(())
}

/// What to capture.
fn request(context: &Context<'_>) -> PacketCaptureTestRequest {
    let number = |name: &str| context.matches.get_one::<i64>(name).copied();
    let seconds = number("seconds").unwrap_or(10);
    let request = match (number("access-point"), number("channel")) {
        (Some(access_point), _) => {
            PacketCaptureTestRequest::new(PacketCaptureTestRequestMode::AccessPoint, seconds)
                .access_point_id(access_point)
        }
        (None, channel) => {
            let channel = channel.unwrap_or(1);
            let band = match (context.text("band"), channel) {
                (Some("2.4"), _) | (None, ..=14) => Band::TwoPointFourGhz,
                (Some("6"), _) => Band::SixGhz,
                _ => Band::FiveGhz,
            };
            PacketCaptureTestRequest::new(PacketCaptureTestRequestMode::Channel, seconds)
                .channel(channel)
                .band(band)
        }
    };
    match context.text("filter") {
        Some(filter) => request.capture_filter(filter),
        None => request,
    }
}

/// The id of a sensor that is given by id or name.
async fn sensor(client: &v2::Client, named: &str) -> Result<i64, Failure> {
    if let Ok(id) = named.parse() {
        return Ok(id);
    }
    let sensors = client.eyes_sensors().send().await?.into_inner().results;
    let mut found = sensors
        .iter()
        .filter(|sensor| sensor.common_name.as_deref() == Some(named))
        .filter_map(|sensor| sensor.common_id);
    match (found.next(), found.next()) {
        (Some(id), None) => Ok(id),
        (Some(_), Some(_)) => Err(Failure::usage(format!(
            "several sensors are called `{named}`; name one by its id"
        ))),
        (None, _) => Err(Failure::new(
            Exit::NotFound,
            format!("no sensor is called `{named}`; see `sevensignal eyes eyes-sensors`"),
        )),
    }
}
