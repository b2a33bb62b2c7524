//! The original places of a document's parts in the contract.
//!
//! A pass that moves a part records the move: `/definitions/Lamp` is now
//! `/components/schemas/Lamp`. So errors, notes and changes name places in the original contract,
//! which readers can open.

use std::collections::HashMap;

/// The moved parts, pass by pass.
#[derive(Clone, Debug, Default)]
pub struct Origins(Vec<HashMap<String, String>>);

impl Origins {
    /// Adds the moves of one pass: the pointer of each part after and before the pass.
    pub fn moved(&mut self, parts: impl IntoIterator<Item = (String, String)>) {
        let parts: HashMap<String, String> =
            parts.into_iter().filter(|(now, before)| now != before).collect();
        if !parts.is_empty() {
            self.0.push(parts);
        }
    }

    /// The original place of the part that is now at `pointer`.
    pub fn of(&self, pointer: &str) -> String {
        let mut place = pointer.to_string();
        for parts in self.0.iter().rev() {
            let mut end = place.len();
            loop {
                if let Some(before) = parts.get(&place[..end]) {
                    place = format!("{before}{}", &place[end..]);
                    break;
                }
                match place[..end].rfind('/') {
                    Some(slash) if slash > 0 => end = slash,
                    _ => break,
                }
            }
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_origins_lead_back_through_every_pass() {
        let mut origins = Origins::default();
        let part = |now: &str, before: &str| (now.to_string(), before.to_string());
        origins.moved([part("/definitions/B", "/definitions/A/$defs/B")]);
        origins.moved([
            part("/components/schemas", "/definitions"),
            part("/paths/~1a/put/requestBody", "/paths/~1a/put/parameters/1"),
        ]);
        origins.moved([part("/paths/~1b", "/paths/~1a")]);
        let places = [
            (
                "/components/schemas/B/properties/b",
                "/definitions/A/$defs/B/properties/b",
            ),
            ("/components/schemas/Bee", "/definitions/Bee"),
            (
                "/paths/~1b/put/requestBody/schema",
                "/paths/~1a/put/parameters/1/schema",
            ),
            ("/info", "/info"),
        ];
        for (now, before) in places {
            assert_eq!(origins.of(now), before);
        }
    }
}
