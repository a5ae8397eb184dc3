//! What a campaign says while it runs, and at its end: a page of Markdown.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::Options;
use super::fault::Fault;
use super::inflict::Ended;
use super::invariants::Checked;
use super::load::Uploads;
use super::logs;
use super::plan::Planned;
use super::stage::Stage;
use super::supervisor::Endings;

/// Says a line at its time.
pub(super) fn say(begun: Instant, what: &str) {
    eprintln!("{:7.1} s  {what}", begun.elapsed().as_secs_f64());
}

/// Says what is going to happen.
pub(super) fn announce(options: &Options, planned: &[Planned]) {
    eprintln!(
        "a campaign of {} minutes with the seed {}: {} faults",
        options.minutes,
        options.seed,
        planned.len()
    );
    for planned in planned {
        eprintln!("  {planned}");
    }
}

/// What is added to the line of a fault that has ended.
pub(super) fn note(ended: &Ended) -> String {
    match ended {
        Ended::Healed => String::new(),
        Ended::Skipped(reason) => format!(": skipped, {reason}"),
        Ended::Failed(reason) => format!(": FAILED, {reason}"),
    }
}

/// How often each fault came.
#[derive(Debug, Default)]
struct Times {
    healed: usize,
    skipped: Option<String>,
}

/// The report in the making.
pub(super) struct Tally {
    options: Options,
    faults: BTreeMap<Fault, Times>,
    violations: Vec<String>,
}

impl Tally {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            options: *options,
            faults: BTreeMap::new(),
            violations: Vec::new(),
        }
    }

    /// Notes the end of a fault.
    pub(super) fn note(&mut self, fault: Fault, ended: Ended) {
        let times = self.faults.entry(fault).or_default();
        match ended {
            Ended::Healed => times.healed += 1,
            Ended::Skipped(reason) => times.skipped = Some(reason),
            Ended::Failed(reason) => self.violations.push(format!("{}: {reason}", fault.name())),
        }
    }

    /// Notes that the campaign itself did not work.
    pub(super) fn broken(&mut self, what: &str) {
        self.violations.push(format!("the campaign: {what}"));
    }

    /// Puts everything together.
    pub(super) fn close(
        mut self,
        stage: &Stage,
        uploads: Uploads,
        endings: Endings,
        settled: Result<Duration, String>,
        checked: Checked,
    ) -> Report {
        let mut lines: Vec<(String, String)> = Vec::new();
        for (what, count) in checked.looked_at {
            lines.push((what.to_owned(), count.to_string()));
        }
        lines.push(("uploads repeated by clients".to_owned(), uploads.repeated.to_string()));
        lines.push(("leases that ran out".to_owned(), logs::losses(stage).to_string()));
        for (word, count) in logs::outcomes(stage) {
            lines.push((format!("attempts that ended as `{word}`"), count.to_string()));
        }
        lines.push((
            "starts given up while Postgres or Redis was away".to_owned(),
            endings.while_starting.to_string(),
        ));
        match settled {
            Ok(took) => lines.push((
                "quiet after the last upload".to_owned(),
                format!("{:.1} s", took.as_secs_f64()),
            )),
            Err(left) => self.violations.push(left),
        }
        self.violations.extend(uploads.wrong);
        self.violations.extend(endings.unexpected);
        self.violations.extend(checked.violations);
        Report {
            options: self.options,
            faults: self.faults,
            lines,
            violations: self.violations,
        }
    }
}

/// What came of a campaign.
pub struct Report {
    options: Options,
    faults: BTreeMap<Fault, Times>,
    lines: Vec<(String, String)>,
    violations: Vec<String>,
}

impl Report {
    /// Whether every promise was kept.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    /// The violations, the seed, and where the logs are kept.
    #[must_use]
    pub fn complaint(&self) -> String {
        let mut text = format!(
            "{} violations with the seed {} ({} minutes); logs are kept in {}\n",
            self.violations.len(),
            self.options.seed,
            self.options.minutes,
            kept(&self.options).display()
        );
        for violation in &self.violations {
            let _ = writeln!(text, "* {violation}");
        }
        text
    }

    /// Keeps the logs of all processes.
    ///
    /// # Errors
    /// When they cannot be copied.
    pub(super) fn keep(&self, stage: &Stage) -> Result<()> {
        let folder = kept(&self.options);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        for entry in std::fs::read_dir(stage.system.folder())?.flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|extension| extension == "log") {
                std::fs::copy(&path, folder.join(entry.file_name()))?;
            }
        }
        std::fs::write(folder.join("postgres.log"), stage.system.postgres().log()?)?;
        std::fs::write(folder.join("report.md"), format!("{self}\n{}", self.complaint()))?;
        Ok(())
    }
}

/// Where logs are kept.
fn kept(options: &Options) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| crate::binaries::repository().join("target"), PathBuf::from);
    target.join(format!("chaos/seed-{}", options.seed))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Options { minutes, seed } = self.options;
        writeln!(f, "`just chaos --minutes {minutes} --seed {seed}`\n")?;
        writeln!(f, "| fault | times |\n|---|---|")?;
        for fault in Fault::ALL {
            let times = self.faults.get(&fault);
            let healed = times.map_or(0, |times| times.healed);
            match times.and_then(|times| times.skipped.as_ref()) {
                Some(reason) => writeln!(f, "| {} | skipped: {reason} |", fault.name())?,
                None => writeln!(f, "| {} | {healed} |", fault.name())?,
            }
        }
        writeln!(f, "\n| what | |\n|---|---|")?;
        for (what, value) in &self.lines {
            writeln!(f, "| {what} | {value} |")?;
        }
        writeln!(f, "| **violations** | **{}** |", self.violations.len())
    }
}
