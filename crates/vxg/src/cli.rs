//! The command-line program for VXG Cloud VMS: every operation of its APIs.

mod admin;
mod channel;
mod clip;
mod connect;
mod import;
mod live;

use lorgnette_cli::{Program, ProgramApi, Setting};

/// The program.
pub static PROGRAM: Program = Program {
    name: "vxg",
    version: env!("CARGO_PKG_VERSION"),
    about: "Calls the APIs of VXG Cloud VMS",
    // A tag that several APIs have belongs to the first.
    apis: &[
        ProgramApi {
            name: "v3",
            table: &crate::v3::cli::API,
            connect: connect::v3,
        },
        ProgramApi {
            name: "v4",
            table: &crate::v4::cli::API,
            connect: connect::v4,
        },
        ProgramApi {
            name: "v5",
            table: &crate::v5::cli::API,
            connect: connect::v5,
        },
        ProgramApi {
            name: "v2",
            table: &crate::v2::cli::API,
            connect: connect::v2,
        },
        ProgramApi {
            name: "v6",
            table: &crate::v6::cli::API,
            connect: connect::v6,
        },
        ProgramApi {
            name: "gateway",
            table: &crate::gateway::cli::API,
            connect: connect::gateway,
        },
        ProgramApi {
            name: "admin",
            table: &crate::admin::cli::API,
            connect: connect::admin,
        },
    ],
    address: Some(connect::address_of),
    settings: &[
        Setting::optional(
            "server",
            &["VXG_SERVER"],
            "Server, where no token names it: web.example.com",
        ),
        Setting::optional(
            "license_key",
            &["VXG_LICENSE_KEY"],
            "License key of the account, for v2, v3 and v6",
        )
        .secret(),
        Setting::optional(
            "access_token",
            &["VXG_ACCESS_TOKEN"],
            "Access token of a channel, for v2 and v4",
        )
        .secret(),
        Setting::optional(
            "group_token",
            &["VXG_GROUP_TOKEN"],
            "Token of a group of channels, for v2 and v5",
        )
        .secret(),
        Setting::optional(
            "certificate",
            &["VXG_CERTIFICATE"],
            "File with the client certificate, for admin and v6",
        ),
        Setting::optional("key", &["VXG_KEY"], "File with the key of the client certificate"),
        Setting::optional(
            "root",
            &["VXG_ROOT"],
            "File with the authority of the server's certificate",
        ),
        Setting::optional(
            "gateway_email",
            &["VXG_GATEWAY_EMAIL"],
            "E-mail address, for the gateway",
        ),
        Setting::optional(
            "gateway_password",
            &["VXG_GATEWAY_PASSWORD"],
            "Password, for the gateway",
        )
        .secret(),
    ],
    defaults: &[],
    jobs: &[import::IMPORT, clip::CLIP, live::LIVE, admin::USER],
    examples: &[
        (
            "vxg channels list --all --output csv",
            "the channels of the account",
        ),
        (
            "vxg import cameras.csv",
            "channels for all cameras of a file that have none yet",
        ),
        (
            "vxg clip Yard --from yesterday+8h --to yesterday+9h -o yard.mp4",
            "an hour of what a channel recorded",
        ),
        (
            "vxg live Yard --query .hls --output raw",
            "the address of a channel's live video",
        ),
    ],
};
