//! `vxg admin user create`: creates a user of an installation, with a client certificate.

use super::connect;
use crate::admin;
use crate::admin::types::{AdminLicenseKey, AdminLimits, AdminUserCreate};
use crate::runtime::codec::to_value;
use lorgnette_cli::clap::{Command, value_parser};
use lorgnette_cli::{Context, Done, Failure, Job, Rows, arguments};

/// The command.
pub const USER: Job = Job {
    group: Some("admin"),
    name: "user",
    about: "Create users of an installation, by client certificate",
    arguments,
    run: |context| -> Done<'_> { Box::pin(create(context)) },
};

fn arguments(command: Command) -> Command {
    let text = |name, help| arguments::option(name, "TEXT", help);
    let count =
        |name, help| arguments::option(name, "COUNT", help).value_parser(value_parser!(i64).range(0..));
    let create = Command::new("create")
        .about("Create a user, and show the license key")
        .arg(text("suid", "Id of the user within the company, of letters and digits").required(true))
        .arg(text("usrc", "Id of the company, to which the certificate belongs").required(true))
        .arg(text("email", "E-mail address"))
        .arg(text("name", "Full name"))
        .arg(text("first-name", "First name"))
        .arg(text("last-name", "Last name"))
        .arg(count(
            "cameras",
            "How many cameras the user may have [default: any number]",
        ))
        .arg(count(
            "hosted-cameras",
            "How many of them the server may pull video from",
        ))
        .arg(arguments::time(
            "expires",
            "When the license key ends [default: never]",
        ))
        .arg(arguments::yes())
        .after_help(
            "VXG_CERTIFICATE and VXG_KEY name the files with the certificate and its key, VXG_SERVER the \
             server. The port is 9000 unless the address names another. The result holds the license key, \
             with which everything of the user's account can be done.\n\n\
             Example: vxg admin user create --suid anna1 --usrc acme --cameras 10 --expires +365d \
             --query .license_key.value --output raw",
        );
    command
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(create)
}

async fn create(context: &Context<'_>) -> Result<(), Failure> {
    let text = |name| context.text(name);
    let suid = text("suid").unwrap_or_default();
    if suid.is_empty() || !suid.chars().all(|character| character.is_ascii_alphanumeric()) {
        return Err(Failure::usage("--suid: expected letters and digits"));
    }
    let mut key = AdminLicenseKey::new();
    if let Some(expires) = context.time("expires")? {
        key = key.expire(expires.utc().naive_utc());
    }
    let mut user = AdminUserCreate::new(suid, text("usrc").unwrap_or_default(), key);
    if let Some(email) = text("email") {
        user = user.email(email);
    }
    if let Some(name) = text("name") {
        user = user.name(name);
    }
    if let Some(name) = text("first-name") {
        user = user.first_name(name);
    }
    if let Some(name) = text("last-name") {
        user = user.last_name(name);
    }
    let count = |name: &str| context.matches.get_one::<i64>(name).copied();
    let mut limits = AdminLimits::new();
    if let Some(cameras) = count("cameras") {
        limits = limits.total_cameras(cameras);
    }
    if let Some(cameras) = count("hosted-cameras") {
        limits = limits.hosted_cameras(cameras);
    }
    if limits != AdminLimits::new() {
        user = user.limits(limits);
    }
    let client = admin::Client::from(connect::admin(context.connection)?);
    context.confirm(&format!("The user {suid} will be created."))?;
    let created = client.users_create(&user).send().await?.into_inner();
    let created = to_value(&created).map_err(|error| Failure::local(error.to_string()))?;
    let mut output = context.output(Rows::ANY)?;
    output.whole(created)?;
    output.finish().map(drop)
}
