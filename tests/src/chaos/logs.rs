//! What the processes say of themselves, counted.

use std::collections::BTreeMap;

use super::stage::Stage;

/// How often each outcome of a job was logged, by all processes that ever ran.
pub(super) fn outcomes(stage: &Stage) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for service in stage.system.services() {
        for line in service.log().lines().filter(|line| line.contains("job ended")) {
            if let Some(word) = outcome(line) {
                *counted.entry(word).or_default() += 1;
            }
        }
    }
    counted
}

/// How often a lease ran out.
pub(super) fn losses(stage: &Stage) -> usize {
    let services = stage.system.services();
    let logs = services.iter().map(|service| service.log());
    logs.map(|log| log.lines().filter_map(lost).sum::<usize>()).sum()
}

fn outcome(line: &str) -> Option<String> {
    let rest = line.split_once("outcome=")?.1;
    let word = rest.trim_start_matches('"');
    Some(word.split(|c: char| !c.is_ascii_alphabetic()).next()?.to_owned())
}

fn lost(line: &str) -> Option<usize> {
    line.contains("leases ran out").then_some(())?;
    let digits = line.split_once("jobs=")?.1;
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_understood() {
        let line = r#"INFO job ended job.kind="X" outcome="stale" duration_ms=4"#;
        assert_eq!(outcome(line).as_deref(), Some("stale"));
        assert_eq!(
            lost(r#"WARN leases ran out queue="a" became="waiting" jobs=12"#),
            Some(12)
        );
        assert_eq!(lost("jobs=3"), None);
    }
}
