//! Fuzzes any bytes as a stream of events: reading ends, and yields the events that the standard
//! defines, as a simple reference reader does.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lorgnette_fuzz::{client, response, run};
use lorgnette_runtime::{Call, EventStream, Undeclared};

lorgnette_runtime::operation!(FOLLOW: "follow" GET "/events"; accept("text/event-stream"));

#[derive(Debug, Default, PartialEq)]
struct Plain {
    event: String,
    data: String,
}

/// The events of a text, according to the steps of the HTML standard, "interpreting an event
/// stream".
fn plain(text: &str) -> Vec<Plain> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    // Text without a line end is not a line.
    text.truncate(text.rfind('\n').map_or(0, |end| end + 1));
    let (mut events, mut event, mut data) = (Vec::new(), String::new(), None::<String>);
    for line in text.lines() {
        if line.is_empty() {
            let kind = std::mem::take(&mut event);
            if let Some(data) = data.take() {
                let event = if kind.is_empty() {
                    "message".to_owned()
                } else {
                    kind
                };
                events.push(Plain { event, data });
            }
            continue;
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => value.clone_into(&mut event),
            "data" => match &mut data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => data = Some(value.to_owned()),
            },
            _ => {}
        }
    }
    events
}

fuzz_target!(|bytes: &[u8]| {
    let body = bytes.to_vec();
    let client = client(move |_| response(200, body.clone()));
    let found = run(async {
        let call = Call::new(&client, &FOLLOW);
        let mut stream = call
            .send::<EventStream<String>, Undeclared>()
            .await
            .expect("a stream")
            .into_inner();
        let mut found = Vec::new();
        while let Some(event) = stream.event().await? {
            found.push(Plain {
                event: event.event,
                data: event.data,
            });
        }
        Ok::<_, lorgnette_runtime::Error>(found)
    });
    match (found, std::str::from_utf8(bytes)) {
        (Ok(found), Ok(text)) => assert_eq!(found, plain(text)),
        (Ok(_), Err(_)) => {}
        (Err(error), Ok(_)) => assert!(error.is_limit(), "{error}"),
        (Err(error), Err(_)) => drop(error.to_string()),
    }
});
