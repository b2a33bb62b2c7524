//! The vendor's API: sites with requests at fixed times, in a feed that behaves like the vendor's,
//! or worse.

use crate::http::{HttpReply, HttpRequest, pairs, serve};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// How the feed behaves.
#[derive(Clone, Copy, Debug)]
pub struct Manners {
    pub sites: u64,
    /// Requests of a site per minute.
    pub per_minute: u64,
    /// One in this many responses is a failure: 429, 400 with the text of the rate limit, 500, or
    /// no response.
    pub trouble: u64,
    /// One in this many pages repeats items of the previous page.
    pub repeats: u64,
    /// The length of cursors.
    pub cursor: usize,
    /// The time by the server's clock, if it states one.
    pub date: Option<u64>,
    /// The length of an additional value in each request.
    pub padding: usize,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            sites: 1,
            per_minute: 30,
            trouble: 0,
            repeats: 0,
            cursor: 20,
            date: None,
            padding: 0,
        }
    }
}

pub struct FeedApi {
    pub url: String,
    manners: Manners,
    /// Calls of the feed.
    pub calls: Arc<AtomicU64>,
    /// The range of existing sites: the first, and the one after the last.
    pub there: Arc<Mutex<Range<u64>>>,
    /// The sites whose windows were requested, in order.
    pub windows: Arc<Mutex<Vec<String>>>,
}

impl FeedApi {
    /// A server with this many sites that does nothing unusual.
    pub fn with_sites(sites: u64) -> Self {
        Self::start(Manners {
            sites,
            ..Manners::default()
        })
    }

    pub fn start(manners: Manners) -> Self {
        let calls = Arc::<AtomicU64>::default();
        let counted = Arc::clone(&calls);
        let windows = Arc::<Mutex<Vec<String>>>::default();
        let asked = Arc::clone(&windows);
        let there = Arc::new(Mutex::new(0..manners.sites));
        let listed = Arc::clone(&there);
        let port = serve(move |request| {
            let there = listed.lock().unwrap().clone();
            if request.path.ends_with("/sites") {
                return sites(there);
            }
            if request.query.contains_key("from") {
                let site = request
                    .path
                    .split('/')
                    .find(|part| part.starts_with("site") && *part != "sites");
                asked.lock().unwrap().push(site.unwrap().to_owned());
            }
            let number = counted.fetch_add(1, Ordering::SeqCst);
            if !there.contains(&site(request)) {
                return HttpReply::json(404, "{\"message\": \"no such site\"}");
            }
            answer(request, manners, number)
        });
        Self {
            url: format!("http://127.0.0.1:{port}/api/v0"),
            manners,
            calls,
            there,
            windows,
        }
    }

    /// The stable ids of all requests between two times.
    pub fn ids(&self, from: u64, until: u64) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for site in 0..self.manners.sites {
            for minute in from / 60..until / 60 {
                for number in 0..self.manners.per_minute {
                    ids.insert(format!("acme/site{site}/{site}-{minute}-{number}"));
                }
            }
        }
        ids
    }
}

fn sites(there: Range<u64>) -> HttpReply {
    let sites: Vec<String> = there
        .map(|site| format!("{{\"name\": \"site{site}\"}}"))
        .collect();
    HttpReply::json(200, format!("{{\"data\": [{}]}}", sites.join(",")))
}

/// The number of the requested site.
fn site(request: &HttpRequest) -> u64 {
    let parts: Vec<&str> = request.path.split('/').collect();
    let site = parts
        .iter()
        .position(|part| *part == "sites")
        .and_then(|place| parts[place + 1].strip_prefix("site"));
    site.unwrap().parse().unwrap()
}

const PAGE: u64 = 1000;

fn answer(request: &HttpRequest, manners: Manners, number: u64) -> HttpReply {
    if request
        .headers
        .get("x-api-token")
        .is_none_or(|token| token != "c4nary-token")
    {
        return HttpReply::json(401, "{\"message\": \"no\"}");
    }
    if manners.trouble > 0 && number % manners.trouble == manners.trouble - 1 {
        return match number / manners.trouble % 4 {
            0 => HttpReply {
                headers: vec![("retry-after", "0".to_owned())],
                ..HttpReply::json(429, "{\"message\": \"slow\"}")
            },
            1 => HttpReply::json(400, "{\"message\": \"Rate limit exceeded\"}"),
            2 => HttpReply::json(500, "{}"),
            _ => HttpReply::none(),
        };
    }
    let site = site(request);
    let given = match request.method.as_str() {
        "POST" => pairs(&String::from_utf8_lossy(&request.body)),
        _ => request.query.clone(),
    };
    if request.method == "GET" && request.query.get("next").is_some_and(|next| next.len() > 2000) {
        return HttpReply::json(414, "{}");
    }
    let cursor: Vec<u64> = match given.get("next") {
        Some(next) => next
            .split('.')
            .take(3)
            .map(|part| part.parse().unwrap())
            .collect(),
        None => {
            let (from, until) = (
                given["from"].parse().unwrap(),
                given["until"].parse::<u64>().unwrap(),
            );
            if until % 60 != 0 {
                return HttpReply::json(400, "{\"message\": \"whole minutes\"}");
            }
            vec![from, until, 0]
        }
    };
    let [from, until, skipped] = cursor[..] else {
        panic!("{given:?}")
    };
    let total = (until - from) / 60 * manners.per_minute;
    let begin = match manners.repeats > 0 && number.is_multiple_of(manners.repeats) {
        true => skipped.saturating_sub(5),
        false => skipped,
    };
    let end = (skipped + PAGE).min(total);
    let items: Vec<String> = (begin..end)
        .map(|index| {
            item(
                manners.padding,
                site,
                from / 60 + index / manners.per_minute,
                index % manners.per_minute,
            )
        })
        .collect();
    let next = match end < total {
        true => {
            let short = format!("{from}.{until}.{end}.");
            let padding = "x".repeat(manners.cursor.saturating_sub(short.len()));
            format!("https://elsewhere.example/feed?limit=1000&next={short}{padding}")
        }
        false => String::new(),
    };
    let mut reply = HttpReply::json(
        200,
        format!(
            "{{\"data\": [{}], \"next\": {{\"uri\": \"{next}\"}}}}",
            items.join(",")
        ),
    );
    if let Some(date) = manners.date {
        let date = chrono::DateTime::from_timestamp(i64::try_from(date).unwrap(), 0).unwrap();
        let date = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        reply.headers.push(("date", date));
    }
    reply
}

/// A request, with a member that no contract declares and a number that must keep its digits.
fn item(padding: usize, site: u64, minute: u64, number: u64) -> String {
    let time =
        chrono::DateTime::from_timestamp(i64::try_from(minute * 60 + number % 60).unwrap(), 0).unwrap();
    let signal = if number.is_multiple_of(2) { "XSS" } else { "SQLI" };
    format!(
        "{{\"id\": \"{site}-{minute}-{number}\", \"timestamp\": \"{}\", \"remoteIP\": \"10.0.0.{site}\", \"path\": \"/ü/{number}\", \
         \"headersIn\": [[\"Host\", \"a\"]], \"tags\": [{{\"type\": \"{signal}\"}}], \"new\": {{\"ratio\": 1.50}}, \"more\": \"{:.>padding$}\"}}",
        time.format("%Y-%m-%dT%H:%M:%SZ"),
        ""
    )
}
