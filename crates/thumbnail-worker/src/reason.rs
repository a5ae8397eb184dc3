//! What is told of a job that made no pictures.

use safelight_core::jobs::JobError;

use crate::pipeline::PictureError;

/// What becomes of the job, with a reason for people.
pub(crate) fn reason(error: &PictureError) -> JobError {
    match error {
        PictureError::Cancelled => JobError::Cancelled,
        error if error.is_permanent() => JobError::permanent(plain(&error.to_string())),
        error => JobError::retry(plain(&error.to_string())),
    }
}

/// Characters of a reason that are kept.
const LONGEST_REASON: usize = 1_000;

/// A reason may quote the file: no text of it is endless, and Postgres takes none with zeros in it.
fn plain(reason: &str) -> String {
    let shown = |character: char| if character.is_control() { ' ' } else { character };
    reason.chars().take(LONGEST_REASON).map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_short_and_plain_whatever_the_file_says() {
        let error = PictureError::corrupt("RAW", format!("made by Nobody\0\n{}", "x".repeat(5_000)));
        let JobError::Permanent(told) = reason(&error) else {
            panic!("it is permanent");
        };
        assert_eq!(told.chars().count(), LONGEST_REASON);
        assert!(
            told.starts_with("the RAW file is damaged: made by Nobody  xxx"),
            "{told}"
        );
    }
}
