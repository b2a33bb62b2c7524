//! Versions of generated crates: our own, moved by Cargo's steps, with the contract's version as
//! build metadata.

use super::rules::Bump;
use semver::{BuildMetadata, Prerelease, Version};

/// The version of a crate that was never released.
pub const FIRST: &str = "0.1.0";

/// The number of characters of a contract's version that are kept.
const LONG: usize = 100;

/// The minimum version after `released` for a change that requires `step`; `None` if `released` is
/// not a version.
///
/// Cargo treats the first nonzero number as the major version. So before 1.0.0 a breaking change
/// raises the second number, and all others raise the third: 0.1.4 becomes 0.2.0, or 0.1.5.
pub fn next(released: &str, step: Bump) -> Option<String> {
    let mut version = Version::parse(released).ok()?;
    version.build = BuildMetadata::EMPTY;
    if step == Bump::None {
        return Some(version.to_string());
    }
    version.pre = Prerelease::EMPTY;
    match (version.major, step) {
        (0, Bump::Major) | (1.., Bump::Minor) => (version.minor, version.patch) = (version.minor + 1, 0),
        (_, Bump::Major) => (version.major, version.minor, version.patch) = (version.major + 1, 0, 0),
        _ => version.patch += 1,
    }
    Some(version.to_string())
}

/// Whether a crate of version `least` may break callers of `released`.
pub fn is_breaking(released: &str, least: Option<&str>) -> bool {
    let breaking = next(released, Bump::Major).and_then(|next| Version::parse(&next).ok());
    let least = least.and_then(|least| Version::parse(least).ok());
    matches!((breaking, least), (Some(breaking), Some(least)) if !least.cmp_precedence(&breaking).is_lt())
}

/// Whether the step from `from` to `to` is breaking by Cargo's rules: the first nonzero number
/// differs. An invalid version is not a breaking step.
pub fn breaks(from: &str, to: &str) -> bool {
    let first = |version: &str| {
        let version = Version::parse(version).ok()?;
        Some(match (version.major, version.minor) {
            (0, 0) => (0, 0, version.patch),
            (0, minor) => (0, minor, 0),
            (major, _) => (major, 0, 0),
        })
    };
    matches!((first(from), first(to)), (Some(from), Some(to)) if from != to)
}

/// The higher of two versions, by precedence; `one` if `other` is not a version.
pub fn higher(one: String, other: &str) -> String {
    match (Version::parse(&one), Version::parse(other)) {
        (Ok(first), Ok(second)) if second.cmp_precedence(&first).is_gt() => other.to_string(),
        _ => one,
    }
}

/// Our version with the contract's as build metadata: `0.1.0+2.21.1`.
pub fn full(ours: &str, contract: &str) -> String {
    let ours = ours.split('+').next().unwrap_or(ours);
    let mut metadata = String::new();
    for character in contract.chars().take(LONG) {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => metadata.push(character),
            _ if metadata.ends_with('.') => {}
            _ => metadata.push('.'),
        }
    }
    let metadata = metadata.trim_matches('.');
    if metadata.is_empty() {
        ours.to_string()
    } else {
        format!("{ours}+{metadata}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_next_follows_cargos_rules_before_and_after_one() {
        let next = |version, step| next(version, step).unwrap_or_default();
        let steps =
            |version| [Bump::None, Bump::Patch, Bump::Minor, Bump::Major].map(|step| next(version, step));
        assert_eq!(steps("0.1.4"), ["0.1.4", "0.1.5", "0.1.5", "0.2.0"]);
        assert_eq!(steps("1.2.3+9"), ["1.2.3", "1.2.4", "1.3.0", "2.0.0"]);
        assert_eq!(next("new", Bump::Patch), "");
    }

    #[test]
    fn test_is_breaking_follows_cargos_rules() {
        assert!(is_breaking("0.1.4", Some("0.2.0")) && is_breaking("1.2.3", Some("2.0.0")));
        assert!(!is_breaking("0.1.4", Some("0.1.9")) && !is_breaking("1.2.3", Some("1.9.0")));
        assert!(!is_breaking("0.1.4", None) && !is_breaking("0.2.0", Some("0.2.0")));
    }

    #[test]
    fn test_breaks_follows_cargos_rules() {
        for (from, to, expected) in [
            ("0.1.0", "0.1.9+2", false),
            ("0.1.0", "0.2.0", true),
            ("1.4.0", "1.5.0", false),
            ("1.4.0", "2.0.0", true),
            ("0.0.1", "0.0.2", true),
            ("none", "2.0.0", false),
        ] {
            assert_eq!(breaks(from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn test_higher_takes_the_higher_and_ignores_what_is_no_version() {
        assert_eq!(higher("0.2.0".to_string(), "1.0.0"), "1.0.0");
        assert_eq!(higher("0.10.0".to_string(), "0.9.0"), "0.10.0");
        assert_eq!(higher("0.2.0".to_string(), ""), "0.2.0");
    }

    #[test]
    fn test_full_carries_the_contracts_version() {
        assert_eq!(full("0.2.0", "2.21.1"), "0.2.0+2.21.1");
        assert_eq!(full("0.2.0+old", "v 1 (beta)"), "0.2.0+v.1.beta");
        assert_eq!(full("0.2.0", ""), "0.2.0");
        assert!(semver::Version::parse(&full("0.2.0", "2026-01-05T00:00:00 (r1)")).is_ok());
    }
}
