//! The recorded exchanges as they lie on disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Map, Value};

/// One line of a file of records.
#[derive(Debug)]
pub struct Record {
    /// Place in the order of all records.
    pub seq: u32,
    /// Name of the file, without extension.
    pub file: String,
    /// What the record shows.
    pub name: String,
    /// Only key sets and types are stable.
    pub volatile: bool,
    /// Request and answer; none for a record of the `WebSocket`.
    pub exchange: Option<Exchange>,
}

/// A request and its answer.
#[derive(Debug)]
pub struct Exchange {
    /// What was sent.
    pub request: Request,
    /// What came back.
    pub response: Response,
}

/// A recorded request.
#[derive(Debug, Deserialize)]
pub struct Request {
    /// HTTP method.
    pub method: String,
    /// Path, with placeholders.
    pub path: String,
    /// Headers beyond the usual.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Query parameters: text or a list of texts.
    #[serde(default)]
    pub query: Option<Map<String, Value>>,
    /// JSON, or an object with one of `raw`, `form`, `multipart`, `config of get with`.
    #[serde(default)]
    pub body: Option<Value>,
}

/// A recorded answer.
#[derive(Debug, Deserialize)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Headers, some as a description of their form.
    #[serde(default)]
    pub headers: BTreeMap<String, Value>,
    /// JSON, or a reduction.
    #[serde(default)]
    pub body: Value,
}

#[derive(Deserialize)]
struct Line {
    seq: u32,
    name: String,
    #[serde(default)]
    request: Option<Request>,
    #[serde(default)]
    response: Option<Value>,
    #[serde(default)]
    volatile: Option<Value>,
}

/// All records, in their order, and the folder of the media they name.
pub struct Records {
    records: Vec<Record>,
    media: PathBuf,
}

impl Records {
    /// Reads the records. `None`, with a word on standard error, when there are none on this machine.
    ///
    /// # Errors
    /// When a file cannot be understood.
    pub fn load() -> Result<Option<Self>> {
        let contract = crate::contract::folder();
        let folder = contract.join("recorded");
        if !folder.is_dir() {
            eprintln!(
                "SKIPPED: no recorded exchanges in {} (set SAFELIGHT_CONTRACT)",
                folder.display()
            );
            return Ok(None);
        }
        let mut records = Vec::new();
        for path in crate::media::files_in(&folder, &["jsonl"]) {
            records.extend(read(&path).with_context(|| path.display().to_string())?);
        }
        records.sort_by_key(|record| record.seq);
        Ok(Some(Self {
            records,
            media: contract.join("../photos"),
        }))
    }

    /// The records in the order of `seq`.
    pub fn iter(&self) -> impl Iterator<Item = &Record> {
        self.records.iter()
    }

    /// A file the records name, by its path below the folder of photos or among its videos.
    ///
    /// # Errors
    /// When it is not there.
    pub fn media(&self, name: &str) -> Result<Vec<u8>> {
        let below = self.media.join(name);
        let path = if below.is_file() {
            below
        } else {
            self.media.join("videos").join(name)
        };
        std::fs::read(&path).with_context(|| format!("no media {name}"))
    }
}

fn read(path: &Path) -> Result<Vec<Record>> {
    let file = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let text = std::fs::read_to_string(path)?;
    let records = text.lines().filter(|line| !line.trim().is_empty()).map(|line| {
        let line: Line = serde_json::from_str(line)?;
        let answered = line.response.filter(|response| response.get("status").is_some());
        let exchange = match (line.request, answered) {
            (Some(request), Some(response)) => Some(Exchange {
                request,
                response: serde_json::from_value(response)?,
            }),
            _ => None,
        };
        Ok(Record {
            seq: line.seq,
            file: file.to_owned(),
            name: line.name,
            volatile: line.volatile.is_some(),
            exchange,
        })
    });
    records.collect()
}
