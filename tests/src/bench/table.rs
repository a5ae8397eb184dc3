//! What a benchmark prints: a table that can be pasted into the documentation.

use std::fmt;

/// Rows of what was measured, the figure, and how it compares with the peer or with the goal.
#[derive(Debug)]
pub struct Table {
    title: String,
    beside: &'static str,
    rows: Vec<[String; 3]>,
}

impl Table {
    /// An empty table.
    pub(super) fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            beside: "peer in the same run",
            rows: Vec::new(),
        }
    }

    /// An empty table that sets goals beside the figures.
    pub(super) fn with_goals(title: &str) -> Self {
        Self {
            beside: "goal",
            ..Self::new(title)
        }
    }

    /// Adds a figure.
    pub(super) fn row(&mut self, what: &str, figure: impl Into<String>) {
        self.rows.push([what.to_owned(), figure.into(), String::new()]);
    }

    /// Adds a figure and what stands beside it: the peer's and the ratio to it, or a goal.
    pub(super) fn against(&mut self, what: &str, figure: impl Into<String>, peer: impl Into<String>) {
        self.rows.push([what.to_owned(), figure.into(), peer.into()]);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "### {}\n\n| what | figure | {} |\n|---|---|---|",
            self.title, self.beside
        )?;
        for [what, figure, peer] in &self.rows {
            writeln!(f, "| {what} | {figure} | {peer} |")?;
        }
        Ok(())
    }
}
