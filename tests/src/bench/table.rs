//! What a benchmark prints: a table that can be pasted into the documentation.

use std::fmt;

/// Rows of what was measured, the figure, and how it compares with the peer or with the goal; or of any other columns.
#[derive(Debug)]
pub struct Table {
    title: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub(super) fn new(title: &str) -> Self {
        Self::with_columns(title, &["what", "figure", "peer in the same run"])
    }

    /// An empty table that sets goals beside the figures.
    pub(super) fn with_goals(title: &str) -> Self {
        Self::with_columns(title, &["what", "figure", "goal"])
    }

    /// An empty table with columns of its own.
    pub(super) fn with_columns(title: &str, columns: &[&str]) -> Self {
        Self {
            title: title.to_owned(),
            columns: columns.iter().map(|&column| column.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a figure.
    pub(super) fn row(&mut self, what: &str, figure: impl Into<String>) {
        self.against(what, figure, "");
    }

    /// Adds a figure and what stands beside it: the peer's and the ratio to it, or a goal.
    pub(super) fn against(&mut self, what: &str, figure: impl Into<String>, peer: impl Into<String>) {
        self.cells([what.to_owned(), figure.into(), peer.into()]);
    }

    /// Adds a row, a cell for each column.
    pub(super) fn cells(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = "---|".repeat(self.columns.len());
        writeln!(f, "### {}\n\n| {} |\n|{line}", self.title, self.columns.join(" | "))?;
        for row in &self.rows {
            writeln!(f, "| {} |", row.join(" | "))?;
        }
        Ok(())
    }
}
