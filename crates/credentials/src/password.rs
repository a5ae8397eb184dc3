//! Passwords and PINs, by bcrypt. One hash takes some 50 ms of a core on purpose: callers see to it that not too many are made at once.

use std::sync::LazyLock;

use crate::{CredentialError, PASSWORD_MAX_BYTES};

/// The cost factor of the contract.
const COST: u32 = 10;

/// Letters of a made-up password: none that look alike.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Length of a made-up password in letters: 5 bits each, 100 in all.
const LENGTH: usize = 20;

/// Compared with when there is no account, so that the answer takes as long as with one.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash("").ok());

/// The hash to store.
///
/// # Errors
/// A text with a byte of zero, or no random bytes.
pub fn hash(secret: &str) -> Result<String, CredentialError> {
    Ok(bcrypt::hash(secret, COST)?)
}

/// Whether the secret is the one of the hash; without a hash it is not, and that takes as long.
#[must_use]
pub fn matches(secret: &str, hash: Option<&str>) -> bool {
    // What cannot match is not hashed: it may be long.
    let hash = hash.filter(|_| can_match(secret));
    let secret = if hash.is_some() { secret } else { "" };
    match hash.or(NOBODY.as_deref()) {
        Some(known) => bcrypt::verify(secret, known).is_ok_and(|equal| equal && hash.is_some()),
        None => false,
    }
}

/// Whether the secret can be one that was set. bcrypt itself would look only at the first bytes, so that a longer text would do as well; an
/// older rule let an empty one be set.
#[must_use]
pub fn can_match(secret: &str) -> bool {
    !secret.is_empty() && secret.len() <= PASSWORD_MAX_BYTES && !secret.contains('\0')
}

/// A new password that can be read aloud.
///
/// # Errors
/// The system gives no random bytes.
pub fn make_up() -> Result<String, CredentialError> {
    let mut bytes = [0_u8; LENGTH];
    getrandom::fill(&mut bytes)?;
    // 256 is a multiple of 32: every letter is equally likely.
    let letters = bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32)));
    Ok(letters.map(|letter| char::from(*letter)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_secret_matches() {
        let hash = hash("secret").unwrap();
        assert!(hash.starts_with("$2b$10$"), "{hash}");
        assert!(matches("secret", Some(&hash)));
        for (secret, hash) in [("Secret", Some(hash.as_str())), ("", None), ("x", Some("no hash"))] {
            assert!(!matches(secret, hash), "{secret:?} {hash:?}");
        }
    }

    #[test]
    fn a_text_that_bcrypt_would_cut_matches_nothing() {
        let long = "x".repeat(72);
        let whole = hash(&long).unwrap();
        assert!(matches(&long, Some(&whole)));
        assert!(!matches(&format!("{long}y"), Some(&whole)));
        let empty = hash("").unwrap();
        assert!(!matches("", Some(&empty)));
    }

    #[test]
    fn made_up_ones_keep_the_rule() {
        let password = make_up().unwrap();
        assert_eq!(password.len(), LENGTH);
        crate::check_password(&password).unwrap();
    }
}
