//! The list of records that pass already and have to go on passing.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::report::{Outcome, Report};

/// Records whose outcome is nobody's promise, so they are never held: of a moment in which a job has not been done yet (an
/// asset or an account right after its upload or its deletion, a queue right after something was queued), of pages that cut
/// through equal dates, and of a choice by chance.
const UNDECIDED: [u32; 12] = [131, 233, 236, 606, 759, 760, 766, 768, 775, 921, 1012, 1013];

/// The numbers of the records that have to pass.
pub struct Expected(BTreeSet<u32>);

impl Expected {
    fn path() -> PathBuf {
        crate::binaries::repository().join("tests/replay/expected.txt")
    }

    /// Reads `tests/replay/expected.txt`: a record a line, its number first.
    ///
    /// # Errors
    /// When the file cannot be read or a line has no number.
    pub fn load() -> Result<Self> {
        let text = std::fs::read_to_string(Self::path()).with_context(|| Self::path().display().to_string())?;
        let lines = text
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        let numbers = lines.map(|line| {
            line.split_whitespace()
                .next()
                .unwrap_or_default()
                .parse()
                .context(line.to_owned())
        });
        Ok(Self(numbers.collect::<Result<_>>()?))
    }

    /// What differs in the records that have to pass; empty when all of them do.
    pub fn broken(&self, report: &Report) -> String {
        report
            .played()
            .iter()
            .filter(|played| self.0.contains(&played.seq))
            .map(super::report::Played::explain)
            .collect()
    }

    /// Adds the records that pass now to the list, without taking any away.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn widen(&self, report: &Report) -> Result<usize> {
        let mut text =
            String::from("# Records that pass and have to go on passing: number, file, name. See tests/README.md.\n");
        let mut added = 0;
        for played in report.played() {
            let known = self.0.contains(&played.seq);
            if known || (played.outcome == Outcome::Passed && !UNDECIDED.contains(&played.seq)) {
                added += usize::from(!known);
                let _ = writeln!(text, "{} {} {}", played.seq, played.file, played.title);
            }
        }
        std::fs::write(Self::path(), text).with_context(|| Self::path().display().to_string())?;
        Ok(added)
    }

    /// How many records have to pass.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none has to.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
