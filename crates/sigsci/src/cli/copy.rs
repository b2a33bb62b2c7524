//! `sigsci site copy`: creates a site with the lists, signals, rules and other settings of another.

mod kinds;

use crate::runtime::{Call, Client, Pages, Response, StatusCode, Undeclared, Value, serde_json};
use crate::v0;
use crate::v0::types::{Site, SiteCreate};
use kinds::{CopyKind, KINDS};
use lorgnette_cli::clap::{Arg, ArgAction, Command};
use lorgnette_cli::runtime::commands::Command as Operation;
use lorgnette_cli::{Context, Done, Exit, Failure, Job, Report, Rows, arguments};
use serde_json::Map;

/// The command.
pub const COPY: Job = Job {
    group: Some("site"),
    name: "copy",
    about: "Copy a site's lists, signals, rules and other settings to another site",
    arguments,
    run: |context| -> Done<'_> { Box::pin(run(context)) },
};

fn arguments(command: Command) -> Command {
    let kinds = KINDS.map(|kind| kind.name);
    command
        .arg(
            Arg::new("from")
                .value_name("SITE")
                .required(true)
                .help("Site to copy"),
        )
        .arg(
            Arg::new("to")
                .value_name("NEW")
                .required(true)
                .help("Site to copy to, which is created if it does not exist"),
        )
        .arg(arguments::option("corp", "TEXT", "Corp [env: SIGSCI_CORP]"))
        .arg(arguments::option(
            "display-name",
            "TEXT",
            "Display name of the new site [default: its name]",
        ))
        .arg(
            arguments::option("only", "KINDS", "Copy only these kinds")
                .value_delimiter(',')
                .action(ArgAction::Append)
                .value_parser(kinds),
        )
        .arg(arguments::flag(
            "dry-run",
            "Change nothing, and report what would be copied",
        ))
        .arg(arguments::yes())
        .after_help(
            "Nothing of the other site is changed or deleted: what it has already is reported as `exists`, \
             and as `differs` if it has the same name and something else in it. The same command can \
             therefore be repeated after a failure. Integrations, members, monitors and agents are not \
             copied, since they hold secrets or belong to one site.\n\n\
             Example: sigsci site copy production staging --only lists,signals,rules --dry-run",
        )
}

async fn run(context: &Context<'_>) -> Result<(), Failure> {
    let corp = context.preset("corp")?;
    let (from, to) = (
        context.text("from").unwrap_or_default(),
        context.text("to").unwrap_or_default(),
    );
    if from == to {
        return Err(Failure::usage("a site cannot be copied to itself"));
    }
    let client = v0::Client::from(super::connect(context.connection)?);
    let source = client.site_get(&corp, from).send().await?.into_inner();
    let mut copy = Copy {
        client: client.as_ref(),
        corp: &corp,
        from,
        to,
        is_dry: context.matches.get_flag("dry-run"),
        report: context.report()?,
    };
    let is_there = match client.site_get(&corp, to).send().await {
        Ok(_) => true,
        Err(error) if error.status() == Some(StatusCode::NOT_FOUND) => false,
        Err(error) => return Err(error.into()),
    };
    if !copy.is_dry {
        context.confirm(&format!("Settings of {from} will be copied to {to}."))?;
    }
    let site = [("kind", "site".into()), ("name", to.into())];
    match (is_there, copy.is_dry) {
        (true, _) => copy.report.item(site, Ok("exists"))?,
        (false, true) => copy.report.item(site, Ok("missing"))?,
        (false, false) => {
            let display_name = context.text("display-name").unwrap_or(to);
            let created = client
                .site_create(&corp, new_site(&source, to, display_name))
                .send()
                .await;
            if let Err(error) = created {
                // There is no destination to copy to.
                copy.report.item(site, Err(&error.into()))?;
                return copy.report.finish("items");
            }
            copy.report.item(site, Ok("created"))?;
        }
    }
    let only: Option<Vec<&String>> = context.matches.get_many("only").map(Iterator::collect);
    for kind in &KINDS {
        if only
            .as_ref()
            .is_none_or(|only| only.iter().any(|name| *name == kind.name))
        {
            copy.kind(kind, is_there).await?;
        }
    }
    copy.report.finish("items")
}

/// A site with the settings of another.
fn new_site(source: &Site, name: &str, display_name: &str) -> SiteCreate {
    let mut site = SiteCreate::new(name, display_name)
        .client_ip_rules(source.client_ip_rules.clone())
        .attack_thresholds(source.attack_thresholds.clone());
    site.agent_level.clone_from(&source.agent_level);
    site.agent_anon_mode.clone_from(&source.agent_anon_mode);
    site.block_http_code = source.block_http_code;
    site.block_redirect_url.clone_from(&source.block_redirect_url);
    site.block_duration_seconds = source.block_duration_seconds;
    site.immediate_block = source.immediate_block;
    site
}

/// A copy in progress.
///
/// Items are copied as JSON, through the tables of the operations, since members that the contract
/// does not know are also part of a rule.
struct Copy<'c> {
    client: &'c Client,
    corp: &'c str,
    from: &'c str,
    to: &'c str,
    is_dry: bool,
    report: Report,
}

impl Copy<'_> {
    /// Copies the items of a kind. One that fails does not stop the others.
    async fn kind(&mut self, kind: &CopyKind, is_there: bool) -> Result<(), Failure> {
        let listed = match self.list(kind, self.from).await {
            Ok(listed) => listed,
            Err(failure) => return self.report.item([("kind", kind.name.into())], Err(&failure)),
        };
        let known = match is_there {
            true => self.list(kind, self.to).await,
            false => Ok(Vec::new()),
        };
        let known = match known {
            Ok(known) => known,
            Err(failure) => return self.report.item([("kind", kind.name.into())], Err(&failure)),
        };
        for item in listed {
            let name = kind.title(&item);
            let result = match known.iter().find(|known| kind.is_same(known, &item)) {
                Some(known) if *known == item => Ok("exists"),
                Some(_) => Ok("differs"),
                None if self.is_dry => Ok("missing"),
                None => self.create(kind, item).await.map(|()| "created"),
            };
            let members = [("kind", kind.name.into()), ("name", name.into())];
            self.report.item(members, result.as_ref().map(|word| *word))?;
        }
        Ok(())
    }

    /// The items of a site, without the members that only that site has.
    async fn list(&self, kind: &CopyKind, site: &str) -> Result<Vec<Map<String, Value>>, Failure> {
        let command = operation(kind.tag, kind.list)?;
        let mut call = self.call(command, site);
        let limit = command.parameters().find(|parameter| parameter.name == "limit");
        let items = match command.paged {
            Some(paged) => {
                let mut pages: Pages<Value> = Pages::new(call, paged.paging, paged.count);
                let mut items = Vec::new();
                while let Some(page) = pages.page().await? {
                    items.extend(paged.take(page.into_inner()));
                }
                items
            }
            None => {
                if let Some(limit) = limit {
                    call.set(limit.index, &1000_i64);
                }
                let page: Response<Value> = call.send::<_, Undeclared>().await?;
                Rows::of(command).take(page.into_inner())
            }
        };
        Ok(items.into_iter().filter_map(|item| kind.to_send(item)).collect())
    }

    async fn create(&self, kind: &CopyKind, item: Map<String, Value>) -> Result<(), Failure> {
        let mut call = self.call(operation(kind.tag, kind.create)?, self.to);
        call.json(&Value::Object(item));
        let _: Response<Value> = call.send::<_, Undeclared>().await?;
        Ok(())
    }

    /// A call to an operation of a site.
    fn call(&self, command: &'static Operation, site: &str) -> Call<'_> {
        let mut call = Call::new(self.client, command.operation);
        for parameter in command.parameters() {
            match parameter.name {
                "corpName" => call.set(parameter.index, &self.corp.to_owned()),
                "siteName" => call.set(parameter.index, &site.to_owned()),
                _ => {}
            }
        }
        call
    }
}

fn operation(tag: &str, name: &str) -> Result<&'static Operation, Failure> {
    let found = v0::cli::API.find(tag, name);
    let missing = || Failure::new(Exit::Local, format!("this program has no operation {name}"));
    found.map(|(_, command)| command).ok_or_else(missing)
}
