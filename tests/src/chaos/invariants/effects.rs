//! No effect comes twice. A job is counted by the transaction that ends it, and an account is charged by the one that takes
//! an upload: where nothing is ever run again on purpose, both sums are exact.

use super::super::load::Acknowledged;
use super::super::samples::Sort;
use super::Checked;
use super::facts::Facts;

pub(super) fn check(facts: &Facts, acknowledged: &[Acknowledged], checked: &mut Checked) {
    let count = |wanted: fn(Sort) -> bool| acknowledged.iter().filter(|upload| wanted(upload.sort)).count();
    let exact = [
        ("metadataExtraction", acknowledged.len()),
        ("thumbnailGeneration", count(|sort| sort != Sort::Damaged)),
        (
            "videoConversion",
            count(|sort| matches!(sort, Sort::Playable | Sort::Foreign)),
        ),
    ];
    for (queue, wanted) in exact {
        let done = facts.completed.get(queue).copied().unwrap_or_default();
        if usize::try_from(done) != Ok(wanted) {
            checked.broken(format!("{queue}: {done} jobs were completed for {wanted} assets"));
        }
    }
    checked.count(
        "jobs completed, counted exactly",
        exact.iter().map(|(_, count)| count).sum(),
    );
    let bytes: usize = acknowledged.iter().map(|upload| upload.bytes).sum();
    if i64::try_from(bytes) != Ok(facts.usage) {
        checked.broken(format!("accounts are charged {} bytes for {bytes}", facts.usage));
    }
}
