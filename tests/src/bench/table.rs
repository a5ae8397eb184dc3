//! What a benchmark prints: a table that can be pasted into the documentation.

use std::fmt;

/// Rows of what was measured, the figure, and how it compares with the peer.
#[derive(Debug, Default)]
pub struct Table {
    title: String,
    rows: Vec<[String; 3]>,
}

impl Table {
    /// An empty table.
    pub(super) fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            rows: Vec::new(),
        }
    }

    /// Adds a figure.
    pub(super) fn row(&mut self, what: &str, figure: impl Into<String>) {
        self.rows.push([what.to_owned(), figure.into(), String::new()]);
    }

    /// Adds a figure and its ratio to that of a peer.
    pub(super) fn against(&mut self, what: &str, figure: impl Into<String>, peer: impl Into<String>) {
        self.rows.push([what.to_owned(), figure.into(), peer.into()]);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "### {}\n\n| what | figure | peer in the same run |\n|---|---|---|",
            self.title
        )?;
        for [what, figure, peer] in &self.rows {
            writeln!(f, "| {what} | {figure} | {peer} |")?;
        }
        Ok(())
    }
}
