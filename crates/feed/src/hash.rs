//! Hashes that are equal on every machine and in every version, since they are stored on disk and
//! shared by two machines.

use sha2::{Digest, Sha256};

/// A 128-bit hash: collisions are negligible even among a billion inputs.
pub fn fingerprint(bytes: &[u8]) -> u128 {
    let hash = Sha256::digest(bytes);
    hash.iter()
        .take(16)
        .fold(0, |all, byte| all << 8 | u128::from(*byte))
}

/// The shard of a name among `parts` shards, counted from 0. It is the same on every machine.
pub fn part(name: &str, parts: u64) -> u64 {
    let part = fingerprint(name.as_bytes()) % u128::from(parts.max(1));
    u64::try_from(part).unwrap_or_default()
}

/// A file name that shows its subject. Different names give different files.
pub fn file_name(name: &str) -> String {
    let readable = name.chars().take(60);
    let readable: String = readable
        .map(|character| match character.is_ascii_alphanumeric() {
            true => character,
            false => '-',
        })
        .collect();
    format!("{readable}-{:08x}", fingerprint(name.as_bytes()) >> 96)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_hashes_are_those_of_sha_256() {
        assert_eq!(fingerprint(b"abc"), 0xba78_16bf_8f01_cfea_4141_40de_5dae_2223);
    }

    #[test]
    fn test_each_name_is_in_one_part() {
        let names: Vec<String> = (0..300).map(|number| format!("acme/site-{number}")).collect();
        let mut counts = [0; 3];
        for name in &names {
            counts[usize::try_from(part(name, 3)).unwrap_or_default()] += 1;
        }
        assert!(counts.iter().all(|count| (70..130).contains(count)), "{counts:?}");
        // Machines with different versions must agree.
        assert_eq!(
            [part("acme/www", 2), part("acme/shop", 2), part("acme/api", 2)],
            [0, 0, 1]
        );
    }

    #[test]
    fn test_files_of_two_names_are_two() {
        assert_ne!(file_name("file:/a-b"), file_name("file:/a/b"));
        assert!(file_name("file:/a-b").starts_with("file--a-b-"));
    }
}
