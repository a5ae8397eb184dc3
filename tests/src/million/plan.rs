//! The plans that Postgres writes into its log.

use anyhow::{Context as _, Result};
use serde_json::Value;

/// A table that is read from end to end by nobody who waits for an answer.
const LARGE: [&str; 11] = [
    "asset",
    "asset_exif",
    "asset_file",
    "asset_job_status",
    "asset_metadata",
    "asset_video",
    "asset_audio",
    "album_asset",
    "asset_fact",
    "album_content",
    "job",
];

/// What Postgres did for one statement.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The text of the statement.
    pub statement: String,
    root: Value,
}

/// How one table was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// `Seq Scan`, `Index Scan`, `Bitmap Heap Scan`, ...
    pub kind: String,
    /// The table.
    pub table: String,
    /// The index, where one was used.
    pub index: Option<String>,
    /// Rows that were looked at, whether they were wanted or not.
    pub rows: f64,
}

/// All plans in a piece of the log that were asked for by a program, whose connections are named after it.
pub(super) fn read(log: &str) -> Result<Vec<Plan>> {
    let entries = log.split("\n@").map(|entry| entry.trim_start_matches('@'));
    let of_program = |entry: &&str| {
        let asker = entry.split_once(" LOG:").map(|(asker, _)| asker);
        asker.is_some_and(|asker| asker.starts_with("safelight ")) && entry.contains("  plan:\n")
    };
    entries.filter(of_program).map(Plan::of).collect()
}

impl Plan {
    fn of(entry: &str) -> Result<Self> {
        let (_, json) = entry.split_once("  plan:\n").context("an entry without a plan")?;
        // What lies behind are further lines of the same entry.
        let mut values = serde_json::Deserializer::from_str(json).into_iter::<Value>();
        let mut entry = values.next().context("an empty plan")??;
        let root = entry.get_mut("Plan").map(Value::take).context("no plan")?;
        let statement = entry.get("Query Text").and_then(Value::as_str).unwrap_or_default();
        Ok(Self {
            statement: statement.to_owned(),
            root,
        })
    }

    /// Pages that were looked at, wherever they were.
    pub fn pages(&self) -> u64 {
        [
            "Shared Hit Blocks",
            "Shared Read Blocks",
            "Temp Read Blocks",
            "Temp Written Blocks",
        ]
        .iter()
        .filter_map(|name| self.root.get(name)?.as_u64())
        .sum()
    }

    /// How each table was read.
    pub fn scans(&self) -> Vec<Scan> {
        let mut scans = Vec::new();
        gather(&self.root, &mut scans);
        scans
    }

    /// The large tables that were read from end to end.
    pub fn read_whole(&self) -> Vec<String> {
        let scans = self.scans().into_iter();
        let whole = scans.filter(|scan| scan.kind == "Seq Scan" && LARGE.contains(&scan.table.as_str()));
        // One that was begun and not gone on with costs nothing.
        whole.filter(|scan| scan.rows > 0.0).map(|scan| scan.table).collect()
    }

    /// The plan as Postgres told it.
    pub fn text(&self) -> String {
        format!("{}\n{:#}", self.statement, self.root)
    }
}

fn gather(node: &Value, scans: &mut Vec<Scan>) {
    let text = |name: &str| node.get(name).and_then(Value::as_str).map(str::to_owned);
    let number = |name: &str| node.get(name).and_then(Value::as_f64).unwrap_or_default();
    if let (Some(kind), Some(table)) = (text("Node Type"), text("Relation Name"))
        && kind.ends_with("Scan")
    {
        let each = number("Actual Rows") + number("Rows Removed by Filter") + number("Rows Removed by Index Recheck");
        scans.push(Scan {
            kind,
            table,
            index: text("Index Name"),
            rows: each * number("Actual Loops"),
        });
    }
    for below in node.get("Plans").and_then(Value::as_array).into_iter().flatten() {
        gather(below, scans);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "@ LOG:  started
@safelight api-gateway LOG:  duration: 0.1 ms  plan:
\t{
\t  \"Query Text\": \"select 1\",
\t  \"Plan\": {\"Node Type\": \"Limit\", \"Actual Rows\": 1, \"Actual Loops\": 1, \"Shared Hit Blocks\": 3, \"Shared Read Blocks\": 4,
\t    \"Plans\": [{\"Node Type\": \"Seq Scan\", \"Relation Name\": \"job\", \"Actual Rows\": 2, \"Actual Loops\": 5,
\t      \"Rows Removed by Filter\": 1}]}
\t}
@[unknown] LOG:  duration: 0.1 ms  plan:
\t{\"Query Text\": \"a test asks\", \"Plan\": {}}
";

    #[test]
    fn plans_of_programs_are_read() {
        let plans = read(LOG).unwrap();
        let [plan] = plans.as_slice() else { panic!("{plans:?}") };
        assert_eq!((plan.statement.as_str(), plan.pages()), ("select 1", 7));
        let scan = Scan {
            kind: "Seq Scan".to_owned(),
            table: "job".to_owned(),
            index: None,
            rows: 15.0,
        };
        assert_eq!(plan.scans(), [scan]);
        assert_eq!(plan.read_whole(), ["job"]);
    }
}
