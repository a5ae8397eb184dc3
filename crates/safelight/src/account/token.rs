//! Secrets that identify: made here, stored only as a hash.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// Random bytes in a token.
const TOKEN_BYTES: usize = 32;

/// Letters of a made-up password: none that look alike.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Length of a made-up password in letters: 5 bits each, 100 in all.
const PASSWORD_LETTERS: usize = 20;

/// A new API key: 32 random bytes in base64 without what is no letter and no digit, as clients of the contract expect.
pub(super) fn new_key() -> anyhow::Result<String> {
    let mut bytes = [0_u8; TOKEN_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(STANDARD
        .encode(bytes)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect())
}

/// What is stored of a key.
pub(super) fn hash_of(key: &str) -> Vec<u8> {
    Sha256::digest(key.as_bytes()).to_vec()
}

/// A new password that can be read aloud.
pub(super) fn new_password() -> anyhow::Result<String> {
    let mut bytes = [0_u8; PASSWORD_LETTERS];
    getrandom::fill(&mut bytes)?;
    // 256 is a multiple of 32: every letter is equally likely.
    let letters = bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32)));
    Ok(letters.map(|letter| char::from(*letter)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_long_plain_and_never_the_same() {
        let (one, two) = (new_key().unwrap(), new_key().unwrap());
        assert!((30..=43).contains(&one.len()), "{one}");
        assert!(one.chars().all(|c| c.is_ascii_alphanumeric()));
        assert_ne!(one, two);
        assert_eq!(hash_of("abc").len(), 32);
        assert_eq!(hash_of("abc")[..2], [0xba, 0x78]);
    }

    #[test]
    fn passwords_are_long_enough() {
        assert_eq!(new_password().unwrap().len(), PASSWORD_LETTERS);
    }
}
