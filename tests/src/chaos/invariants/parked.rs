//! What was given up is what cannot be done, and nothing else.

use std::collections::HashSet;

use super::super::load::Acknowledged;
use super::super::samples::Sort;
use super::Checked;
use super::facts::Facts;

/// The kind of job that looks into a damaged picture.
const KIND: &str = "AssetGenerateThumbnails";

pub(super) fn check(facts: &Facts, acknowledged: &[Acknowledged], checked: &mut Checked) {
    let damaged = acknowledged.iter().filter(|upload| upload.sort == Sort::Damaged);
    let mut expected: HashSet<&str> = damaged.map(|upload| upload.id.as_str()).collect();
    checked.count("damaged files, each parked once", expected.len());
    for job in &facts.parked {
        let what = format!("parked job {} of {}", job.kind, job.subject);
        if job.kind != KIND || !expected.remove(job.subject.as_str()) {
            checked.broken(format!("{what} should not be: {}", job.history));
        } else if job.failures == 0 || !job.history.contains("\"reason\"") {
            checked.broken(format!("{what} has no reason: {}", job.history));
        }
    }
    for id in expected {
        checked.broken(format!("the damaged asset {id} has no parked job"));
    }
    for row in &facts.open {
        checked.broken(format!("left over: {row}"));
    }
}
