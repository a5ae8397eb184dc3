//! What came out of a replay.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::record::Record;

/// How one record went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As recorded.
    Passed,
    /// Not as recorded, and where.
    Failed(Vec<String>),
    /// The request could not be made.
    Blocked(String),
}

/// A record and how it went.
#[derive(Clone, Debug)]
pub struct Played {
    /// Place in the order of all records.
    pub seq: u32,
    /// File of the record.
    pub file: String,
    /// Name, method and path.
    pub title: String,
    /// How it went.
    pub outcome: Outcome,
}

/// All records that were played.
#[derive(Default)]
pub struct Report {
    played: Vec<Played>,
}

impl Report {
    pub(super) fn push(&mut self, record: &Record, outcome: Outcome) {
        let request = record.exchange.as_ref().map(|exchange| &exchange.request);
        let line = request
            .map(|request| format!("{} {}", request.method, request.path))
            .unwrap_or_default();
        let title = format!("{} | {line}", record.name);
        self.played.push(Played {
            seq: record.seq,
            file: record.file.clone(),
            title,
            outcome,
        });
    }

    /// The records that were played, in their order.
    pub fn played(&self) -> &[Played] {
        &self.played
    }

    /// Passed and played, per file and in all.
    pub fn summary(&self) -> String {
        let mut files: BTreeMap<&str, (u32, u32, u32)> = BTreeMap::new();
        for played in &self.played {
            for name in [played.file.as_str(), "~ in all"] {
                let (passed, blocked, all) = files.entry(name).or_default();
                *all += 1;
                match played.outcome {
                    Outcome::Passed => *passed += 1,
                    Outcome::Blocked(_) => *blocked += 1,
                    Outcome::Failed(_) => {}
                }
            }
        }
        let mut text = String::new();
        for (file, (passed, blocked, all)) in files {
            let _ = writeln!(text, "{file:<18} {passed:>4} of {all:>4} pass, {blocked:>4} blocked");
        }
        text
    }

    /// Everything that did not pass in one file of records (all files for `all`).
    pub fn diffs(&self, file: &str) -> String {
        let mut text = String::new();
        for played in self.played.iter().filter(|played| file == "all" || played.file == file) {
            text.push_str(&played.explain());
        }
        text
    }
}

impl Played {
    /// What differs, as text; empty when it passed.
    pub fn explain(&self) -> String {
        let lines = match &self.outcome {
            Outcome::Passed => return String::new(),
            Outcome::Blocked(why) => vec![format!("blocked: {why}")],
            Outcome::Failed(diffs) => diffs.clone(),
        };
        let mut text = format!("{} {} {}\n", self.seq, self.file, self.title);
        for line in lines {
            let _ = writeln!(text, "    {line}");
        }
        text
    }
}

/// At most 300 characters of a text.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
