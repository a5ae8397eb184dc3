//! Whether an expression in the settings is one that the scheduler can follow.

use croner::parser::{CronParser, Seconds, Year};

/// The names of months and days, as people may write them instead of numbers.
const NAMES: [&str; 19] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "sun", "mon", "tue", "wed",
    "thu", "fri", "sat",
];
/// Whole expressions with a name.
const PRESETS: [&str; 7] = [
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@hourly",
    "@midnight",
];

/// Checks a cron expression of five fields, six with seconds in front, or a name such as `@daily`.
///
/// # Errors
/// What is wrong with it, for people: `Unknown alias: nop`. Letters that are no month or day are named by their first three,
/// as the contract's answers do.
pub fn check_cron(expression: &str) -> Result<(), String> {
    let expression = expression.trim();
    if PRESETS.contains(&expression.to_lowercase().as_str()) {
        return Ok(());
    }
    if let Some(alias) = words(expression).find(|word| !NAMES.contains(&word.to_lowercase().as_str())) {
        return Err(format!("Unknown alias: {}", alias.to_lowercase()));
    }
    let fields = expression.split_whitespace().count();
    if fields < 5 {
        return Err("Too few fields".to_owned());
    }
    if fields > 6 {
        return Err("Too many fields".to_owned());
    }
    let parser = CronParser::builder()
        .seconds(Seconds::Optional)
        .year(Year::Disallowed)
        .build();
    parser.parse(expression).map(drop).map_err(|error| error.to_string())
}

/// Runs of letters, cut after every third.
fn words(expression: &str) -> impl Iterator<Item = String> {
    expression.split(|c: char| !c.is_ascii_alphabetic()).flat_map(|run| {
        let letters: Vec<char> = run.chars().collect();
        letters
            .chunks(3)
            .map(|chunk| chunk.iter().collect())
            .collect::<Vec<String>>()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_of_the_admin_page_pass() {
        for good in [
            "0 0 * * *",
            "0 02 * * *",
            "*/5 * * * *",
            "0 0 4 * * MON-FRI",
            "30 1 1 jan *",
            "@daily",
            " 0 3 * * 0 ",
        ] {
            assert_eq!(check_cron(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(check_cron("nope"), Err("Unknown alias: nop".to_owned()));
        assert_eq!(check_cron("0 0 * * xyz"), Err("Unknown alias: xyz".to_owned()));
        assert_eq!(check_cron("0 0 * *"), Err("Too few fields".to_owned()));
        assert_eq!(check_cron(""), Err("Too few fields".to_owned()));
        assert_eq!(check_cron("0 0 0 * * * *"), Err("Too many fields".to_owned()));
        assert!(check_cron("99 0 * * *").is_err());
    }
}
