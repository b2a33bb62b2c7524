//! Fuzzes any text as the link to the next page, and any bytes as a page: the walk ends, and
//! nothing is sent to another server.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lorgnette_fuzz::{BASE, SECRET, client, response, run};
use lorgnette_runtime::paging::Paging;
use lorgnette_runtime::{Call, Pages, Undeclared, object};
use serde_json::json;
use url::Url;

lorgnette_runtime::operation!(LIST: "list" GET "/list", query "page");

#[derive(Clone, Debug, PartialEq)]
struct LinkedPage {
    results: Vec<i64>,
}
object!(LinkedPage { 0 results: "results" default });

fuzz_target!(|data: &[u8]| {
    let Some((&kind, bytes)) = data.split_first() else {
        return;
    };
    // The server may repeat what it already knows.
    if String::from_utf8_lossy(bytes).contains("hunter2") {
        return;
    }
    let bytes = bytes.to_vec();
    let base: Url = BASE.parse().expect("an address");
    let mut sent = 0;
    let client = client(move |request| {
        let url = request.url();
        assert_eq!(url.origin(), base.origin(), "{url}");
        assert!(url.username().is_empty() && url.password().is_none(), "{url}");
        assert!(!url.as_str().contains(SECRET), "{url}");
        sent += 1;
        let link = String::from_utf8_lossy(&bytes);
        let page = match (kind % 3, sent) {
            (_, 6..) => b"{}".to_vec(),
            (0, _) => json!({"results": [sent], "meta": {"next": link}})
                .to_string()
                .into_bytes(),
            (1, _) => json!({"results": [sent], "meta": {"next": format!("{link}{sent}")}})
                .to_string()
                .into_bytes(),
            _ => bytes.clone(),
        };
        response(200, page)
    });
    let paging = match kind / 3 % 5 {
        0 => Paging::number("page").current("meta.next").count("meta.pages"),
        1 => Paging::cursor("page").next("meta.next"),
        2 => Paging::offset("page").total("meta.total"),
        _ => Paging::link("meta.next"),
    };
    run(async {
        let call = Call::new(&client, &LIST);
        let mut pages: Pages<LinkedPage, Undeclared> = Pages::new(call, paging, |page| page.results.len());
        let mut count = 0;
        while let Ok(Some(_)) = pages.page().await {
            count += 1;
            assert!(count < 10, "the list has no end");
        }
    });
});
