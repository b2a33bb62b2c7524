//! Texts that match a pattern.

use fastrand::Rng;
use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind};

/// The maximum number of additional repetitions of a part without an upper bound.
const MORE: u32 = 3;

/// A text that matches; `None` if the pattern cannot be read.
pub(super) fn text(pattern: &str, long: bool, rng: &mut Rng) -> Option<String> {
    let pattern = regex_syntax::parse(pattern).ok()?;
    let mut text = String::new();
    write(&pattern, long, rng, &mut text);
    Some(text)
}

fn write(pattern: &Hir, long: bool, rng: &mut Rng, text: &mut String) {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(Class::Unicode(class)) => {
            // A readable character, if the class contains one.
            let has = |wanted: char| {
                class
                    .iter()
                    .any(|range| (range.start()..=range.end()).contains(&wanted))
            };
            let easy = ['a', '1', 'b', '2', 'x', '-'];
            let start = rng.usize(0..2);
            let found = easy.into_iter().skip(start).find(|wanted| has(*wanted));
            text.extend(found.or_else(|| class.iter().next().map(ClassUnicodeRange::start)));
        }
        HirKind::Class(Class::Bytes(class)) => {
            text.extend(class.iter().next().map(|range| char::from(range.start())));
        }
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min + MORE);
            let count = if long { most } else { repetition.min };
            for _ in 0..count {
                write(&repetition.sub, long, rng, text);
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, long, rng, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, long, rng, text)),
        HirKind::Alternation(branches) => {
            if let Some(branch) = branches.get(rng.usize(0..branches.len())) {
                write(branch, long, rng, text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_text_matches_patterns_of_contracts() {
        let mut rng = Rng::with_seed(0);
        let arn = text("^arn:aws:[a-z0-9-]+:[0-9]{3}:.+", false, &mut rng).unwrap_or_default();
        assert!(
            arn.starts_with("arn:aws:") && arn.split(':').count() == 5,
            "{arn}"
        );
        let address = text(r"^https?://\S+$", true, &mut rng).unwrap_or_default();
        assert!(address.starts_with("https://") && address.len() > 8, "{address}");
    }
}
