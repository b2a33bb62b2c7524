//! Further forms of a success, each requested by a separate method, and the header `Accept`.

use super::bodies::{self, Form};
use super::model::Alternative;
use heck::ToSnakeCase;

/// Adds the media types of errors to what every request accepts, unless a success of another form
/// has the same media type.
pub fn accept_errors(accept: &mut Vec<String>, made: &mut [Alternative], mut of_errors: Vec<String>) {
    let usual = accept.clone();
    of_errors.retain(|media_type| !usual.contains(media_type));
    let is_free = |media_type: &&String| !made.iter().any(|form| meet(&form.accept, media_type));
    accept.extend(of_errors.iter().filter(is_free).cloned());
    let forms: Vec<String> = made.iter().map(|form| form.accept.clone()).collect();
    let is_success = |media_type: &String| usual.iter().chain(&forms).any(|other| meet(other, media_type));
    of_errors.retain(|media_type| !is_success(media_type));
    for form in made {
        for media_type in &of_errors {
            form.accept = format!("{}, {media_type}", form.accept);
        }
    }
}

/// Adds a form of a success that can be requested by a method named after its media type.
pub fn add(made: &mut Vec<Alternative>, form: Form) {
    let essence = bodies::essence(&form.accept);
    let subtype = match essence.split_once('/') {
        Some(("*", _)) => "any",
        Some((range, "*")) => range,
        Some((_, subtype)) => subtype,
        None => "",
    };
    let words = subtype.replace(|character: char| !character.is_ascii_alphanumeric(), " ");
    let name = format!("send_as_{}", words.to_snake_case());
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    let is_free = |name: &String| made.iter().all(|other| other.method != *name);
    if made.iter().all(|other| other.accept != form.accept)
        && let Some(method) = std::iter::once(name.clone()).chain(numbered).find(is_free)
    {
        made.push(Alternative {
            method,
            accept: form.accept,
            payload: form.payload,
        });
    }
}

/// Whether a request for the one media type would also accept the other.
fn meet(one: &str, other: &str) -> bool {
    let (one, other) = (bodies::essence(one), bodies::essence(other));
    let inside = |range: &str, media_type: &str| match range.split_once('*') {
        Some((start, _)) => range == "*/*" || media_type.starts_with(start),
        None => range == media_type,
    };
    inside(&one, &other) || inside(&other, &one)
}
