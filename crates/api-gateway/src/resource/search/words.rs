//! Words of a question, each of which may stand in any of five columns of two tables.
//!
//! No one plan is good for all words: what stands in every hundredth row is found soon by reading the library in the order of the
//! answer, and for what stands nowhere that reads the whole library. So those that may be meant are looked up first, by the index
//! of each column, up to a number. Where there are fewer, only those are asked about.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::filter::{Question, is_like, pattern};
use crate::{
    http::error::ApiError,
    resource::statement::{Conditions, Value},
};

/// Of more assets than these, a page is soon found in the order of the answer.
const MOST: i64 = 10_000;
/// Letters and digits in a row by which the indexes find a word.
const SHORTEST: usize = 3;

/// Narrows a question down to the assets in which its rarest-looking word stands, where those are few.
///
/// # Errors
/// The database.
pub(super) async fn narrow(
    conn: &mut AsyncPgConnection,
    caller: Uuid,
    words: &[String],
    question: &mut Question,
) -> Result<(), ApiError> {
    let Some(word) = longest(words) else { return Ok(()) };
    let mut conditions = Conditions::default();
    conditions.value(Value::Id(caller));
    conditions.value(Value::Text(pattern(word)));
    conditions.value(Value::Number(MOST + 1));
    let ids = conditions.ids(conn, candidates()).await?;
    if i64::try_from(ids.len()).is_ok_and(|found| found <= MOST) {
        question.conditions.with("a.id = any(?)", [Value::Ids(ids)]);
    }
    Ok(())
}

/// The word with most letters and digits in a row. Without three of them an index is read from end to end.
fn longest(words: &[String]) -> Option<&str> {
    let run = |word: &str| {
        let runs = word.split(|letter: char| !letter.is_alphanumeric());
        runs.map(|run| run.chars().count()).max().unwrap_or_default()
    };
    let word = words.iter().max_by_key(|word| run(word))?;
    (run(word) >= SHORTEST).then_some(word)
}

/// The assets of `$1` with `$2` in any of the columns, each part from an index of its own (migrations `search` and
/// `large_libraries`), at most `$3`.
fn candidates() -> String {
    let like = |columns: &[&str]| {
        let each: Vec<String> = columns
            .iter()
            .map(|column| is_like(column).replace('?', "$2"))
            .collect();
        each.join(" or ")
    };
    let tagged = "select a.id from asset_exif e join asset a on a.id = e.asset_id where a.owner_id = $1";
    format!(
        "select id from ((select a.id from asset a where a.owner_id = $1 and {} limit $3)
         union all ({tagged} and {} limit $3)
         union all ({tagged} and coalesce(e.city, e.state, e.country) is not null and ({}) limit $3)) found limit $3",
        like(&["a.original_file_name"]),
        like(&["e.description"]),
        like(&["e.city", "e.state", "e.country"]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_with_the_longest_run_is_looked_up() {
        let of = |text: &str| {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            longest(&words).map(str::to_owned)
        };
        assert_eq!(of("old harbour of x").as_deref(), Some("harbour"));
        assert_eq!(of("#12345 a-b-c-d-e-f").as_deref(), Some("#12345"));
        assert_eq!(of("a-b-c-d of"), None);
        assert_eq!(of("日本語").as_deref(), Some("日本語"));
    }

    #[test]
    fn every_column_of_words_is_looked_up() {
        let statement = candidates();
        for column in super::super::filter::FOUND_BY_WORDS {
            assert!(
                statement.contains(&is_like(column).replace('?', "$2")),
                "{column}: {statement}"
            );
        }
    }
}
