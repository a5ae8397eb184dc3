//! Secrets that open sessions and API keys.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::CredentialError;

/// Random bytes in a secret.
const BYTES: usize = 32;

/// A new secret: 32 random bytes in base64 without what is no letter and no digit, as clients of the contract expect.
///
/// # Errors
/// The system gives no random bytes.
pub fn generate() -> Result<String, CredentialError> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes)?;
    let text = STANDARD.encode(bytes);
    Ok(text.chars().filter(char::is_ascii_alphanumeric).collect())
}

/// What the database keeps of a secret.
#[must_use]
pub fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_plain_and_never_the_same() {
        let (one, two) = (generate().unwrap(), generate().unwrap());
        assert!((30..=43).contains(&one.len()), "{one}");
        assert!(one.chars().all(|c| c.is_ascii_alphanumeric()), "{one}");
        assert_ne!(one, two);
        assert_eq!(hash("abc").len(), 32);
        assert_eq!(hash("abc")[..2], [0xba, 0x78]);
    }
}
