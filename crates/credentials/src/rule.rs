/// The fewest bytes of a password.
pub const PASSWORD_MIN_BYTES: usize = 8;
/// The most: bcrypt reads no more, so of two longer ones that begin alike each would open the account of the other.
pub const PASSWORD_MAX_BYTES: usize = 72;

/// Why a text cannot become a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Shorter than [`PASSWORD_MIN_BYTES`].
    #[error("a password has at least {PASSWORD_MIN_BYTES} bytes")]
    TooShort,
    /// Longer than [`PASSWORD_MAX_BYTES`].
    #[error("a password has at most {PASSWORD_MAX_BYTES} bytes (letters beyond a-z may take several)")]
    TooLong,
    /// It has a byte of zero, which ends the text for other programs that hash.
    #[error("a password has no NUL character")]
    Nul,
}

/// The one rule for passwords, at every place that sets one. What was set under an older rule still opens its account.
///
/// # Errors
/// Why the text is none.
pub fn check_password(text: &str) -> Result<(), PasswordError> {
    match text.len() {
        length if length < PASSWORD_MIN_BYTES => Err(PasswordError::TooShort),
        length if length > PASSWORD_MAX_BYTES => Err(PasswordError::TooLong),
        _ if text.contains('\0') => Err(PasswordError::Nul),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_to_seventy_two_bytes_without_nul() {
        for (text, verdict) in [
            (String::new(), Err(PasswordError::TooShort)),
            ("1234567".to_owned(), Err(PasswordError::TooShort)),
            ("12345678".to_owned(), Ok(())),
            ("éééé".to_owned(), Ok(())),
            ("x".repeat(72), Ok(())),
            ("x".repeat(73), Err(PasswordError::TooLong)),
            ("é".repeat(37), Err(PasswordError::TooLong)),
            ("1234\x005678".to_owned(), Err(PasswordError::Nul)),
        ] {
            assert_eq!(check_password(&text), verdict, "{text:?}");
        }
    }
}
