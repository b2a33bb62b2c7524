//! A complete program with hand-written tables, for a small API of lamps.
//!
//! `cargo run -p lorgnette-cli --example lamps -- --help`

#![allow(non_upper_case_globals, reason = "tables are named as the contract's types")]

use lorgnette_cli::runtime::authenticate::{Fields, Origin, StaticFields};
use lorgnette_cli::runtime::commands::{self, Scheme, SchemePlace, Tag};
use lorgnette_cli::runtime::{Client, ClientBuilder, ClientError, command, command_type};
use lorgnette_cli::{Connection, Preset, Program, ProgramApi, Setting};
use std::process::ExitCode;

mod operations {
    use lorgnette_cli::runtime::operation;

    operation!(
        LIST: "lamps-list" GET "/houses/{house}/lamps", path "house", query "since", query "state",
        query "room".comma(), query "limit", query "page", query "until"; security(&[&["key"]])
    );
    operation!(GET: "lamps-get" GET "/houses/{house}/lamps/{lampId}", path "house", path "lampId"; security(&[&["key"]]));
    operation!(
        CREATE: "lamps-create" POST "/houses/{house}/lamps", path "house"; body_required(); security(&[&["key"]])
    );
    operation!(
        DELETE: "lamps-delete" DELETE "/houses/{house}/lamps/{lampId}", path "house", path "lampId"; security(&[&["key"]])
    );
    operation!(MANUAL: "lamps-manual" GET "/manuals/{name}", path "name"; accept("*/*"));
    operation!(PICTURE: "lamps-picture" PUT "/pictures/{name}", path "name"; body_required(); security(&[&["key"]]));
    operation!(FORM: "lamps-form" POST "/forms"; body_required(); security(&[&["key"]]));
    operation!(EVENTS: "lamps-events" GET "/events", query "from"; accept("text/event-stream"));
    operation!(NOTE: "lamps-note" GET "/note"; accept("text/plain"));
}

command_type!(State: ""; values "\"on\"", "\"off\"");
command_type!(Place: ""; object "room" Text, "floor" Integer);
command_type!(Lamp: ""; object "id" Integer, "name" Text, "state" (State), "place" (Place), "tags" [Text]);
command_type!(Lamps: ""; object "count" Integer, "lamps" [(Lamp)], "next" Text);
command_type!(
    NewLamp: "A lamp to be."; object "name" Text required "What it is called.", "state" (State) "On or off.",
    "place" (Place), "tags" [Text], "pin" Secret "Who may switch it."
);
command_type!(Upload: ""; object "title" Text required, "file" File required);
command_type!(Event: ""; object "lamp" Integer, "state" (State));

command!(
    LIST of operations: "lamps-list" "Lamps of a house."; alias("list");
    arguments(
        Text "Which house.", Millis "Since when, Unix milliseconds.", (State) "Only those.", [Text] "Only in these rooms.",
        Integer "How many on a page.", Integer "Which page.", Millis "Until when, Unix milliseconds."
    );
    response(Json (Lamps)); paged(link("next"), "lamps" (Lamp))
);
command!(
    GET of operations: "lamps-get" "One lamp."; alias("get"); arguments(Text "Which house.", Integer "Which lamp.");
    response(Json (Lamp))
);
command!(
    CREATE of operations: "lamps-create" "A new lamp."; alias("create"); arguments(Text "Which house.");
    bodies(Json "application/json" (NewLamp) "The lamp."); response(Json (Lamp))
);
command!(
    DELETE of operations: "lamps-delete" "Takes a lamp away."; alias("delete");
    arguments(Text "Which house.", Integer "Which lamp.")
);
command!(MANUAL of operations: "lamps-manual" "The manual."; arguments(Text ""); response(Bytes));
command!(
    PICTURE of operations: "lamps-picture" "A picture of a lamp."; arguments(Text "");
    bodies(Raw "image/*" Any "", Multipart[] "multipart/form-data" (Upload) ""); response(Text)
);
command!(
    FORM of operations: "lamps-form" "A lamp by form.";
    bodies(Form[] "application/x-www-form-urlencoded" (NewLamp) ""); response(Json Any)
);
command!(EVENTS of operations: "lamps-events" "What lamps do."; arguments(DateTime ""); response(Events (Event)));
command!(NOTE of operations: "lamps-note" "A note."; response(Text));

static LAMPS: Tag = Tag {
    name: "Lamps",
    command: "lamps",
    about: "Lamps and their switches.",
    commands: &[
        &LIST, &GET, &CREATE, &DELETE, &MANUAL, &PICTURE, &FORM, &EVENTS, &NOTE,
    ],
};

static TABLE: commands::Api = commands::Api {
    title: "Lamps",
    version: "1.0.0",
    base_url: Some("https://lamps.example.com"),
    schemes: &[Scheme {
        name: "key",
        place: SchemePlace::Header("X-Key"),
    }],
    tags: &[&LAMPS],
};

static PROGRAM: Program = Program {
    name: "lamps",
    version: env!("CARGO_PKG_VERSION"),
    about: "Switches lamps",
    apis: &[ProgramApi {
        name: "v1",
        table: &TABLE,
        connect,
    }],
    address: None,
    settings: &[Setting::optional("api_key", &["LAMPS_API_KEY"], "API key")
        .required()
        .secret()],
    defaults: &[Preset {
        name: "house",
        variable: "LAMPS_HOUSE",
        parameters: &["house"],
        about: "House",
    }],
    jobs: &[],
    examples: &[("lamps lamps list --output table", "the lamps of the house")],
};

fn connect(connection: &Connection) -> Result<Client, ClientError> {
    let key = Fields::new().header("x-key", &connection.secret("api_key")?)?;
    let url = connection
        .base_url()
        .unwrap_or_else(|| "https://lamps.example.com".to_owned());
    let origin = url
        .parse()
        .map_err(|_| ClientError::settings("the base URL is no address"))?;
    let builder = connection.settings(ClientBuilder::new(&url, "lamps", "1.0.0"));
    Ok(builder
        .authenticate(StaticFields::new(Origin::of(&origin)?, key))
        .build()?)
}

fn main() -> ExitCode {
    lorgnette_cli::main(&PROGRAM)
}
