//! What the worker and its child say to each other: one order in, lines of JSON out.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::recipe::Recipe;

/// What the child is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The original, by the descriptor that was handed over, as all files here.
    pub input: PathBuf,
    /// The part of the result; it exists.
    pub output: PathBuf,
    /// Where samples wait until the index is written: a file without a name, on the file system of the result.
    pub samples: PathBuf,
    /// Where the notes of a first pass may be kept.
    pub scratch: Option<PathBuf>,
    /// The devices that may be used.
    pub devices: Vec<PathBuf>,
    /// What becomes of the streams.
    pub recipe: Recipe,
    /// Elements that are known to fail here.
    pub set_aside: Vec<String>,
    /// How long the original is, in milliseconds, where the rows tell.
    pub duration_ms: Option<u64>,
}

/// A line of the child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "lowercase")]
pub enum Report {
    /// It is at work with these elements: who is to blame when it crashes.
    Elements {
        /// Their names.
        names: Vec<String>,
    },
    /// How far it is; said at a steady tick, whether anything has changed or not.
    Progress(Progress),
    /// The result is complete.
    Done,
    /// There is no result.
    Failed(Failure),
}

/// How far the child is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Passes that are done.
    pub passes_done: u32,
    /// Passes there are.
    pub passes: u32,
    /// Milliseconds of the original that have been read in this pass.
    pub read_ms: u64,
    /// Milliseconds of the result that are made in this pass.
    pub made_ms: u64,
    /// Milliseconds there are, where anybody knows.
    pub duration_ms: Option<u64>,
    /// Bytes of the result that are written.
    pub bytes: u64,
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Whose fault it is.
    pub fault: Fault,
    /// What happened, for people.
    pub message: String,
    /// What the element said of it, for the log; empty where there is no more to say.
    #[serde(default)]
    pub words: String,
}

/// Whose fault a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fault {
    /// The file is broken, or of a kind nobody here understands: no try will heal it.
    File,
    /// A stream cannot be taken over as it is; it may be encoded.
    Taking,
    /// An element is not installed on this machine.
    Missing,
    /// The original is not there, or cannot be read.
    Original,
    /// The result cannot be written.
    Store,
    /// An element failed for a reason of its own, such as a driver.
    Element,
}

impl Failure {
    /// A failure for people to read.
    pub fn new(fault: Fault, message: impl Into<String>) -> Self {
        Self {
            fault,
            message: message.into(),
            words: String::new(),
        }
    }

    /// The same for those who look after machines: an element's own words, where it said any.
    #[must_use]
    pub fn in_its_own_words(self) -> Self {
        if self.words.is_empty() {
            return self;
        }
        Self {
            message: self.words,
            ..Self::new(self.fault, "")
        }
    }

    /// The same, with an element's own words.
    #[must_use]
    pub fn with_words(self, words: String) -> Self {
        Self { words, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_lines() {
        let progress = Report::Progress(Progress {
            passes: 1,
            read_ms: 40,
            ..Progress::default()
        });
        let reports = [
            progress,
            Report::Done,
            Report::Elements {
                names: vec!["x264enc".to_owned()],
            },
            Report::Failed(Failure::new(Fault::File, "two\nlines")),
        ];
        for report in reports {
            let line = serde_json::to_string(&report).unwrap();
            assert!(!line.contains('\n'));
            assert_eq!(serde_json::from_str::<Report>(&line).unwrap(), report);
        }
    }
}
