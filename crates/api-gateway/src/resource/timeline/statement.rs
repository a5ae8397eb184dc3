//! A statement whose conditions depend on the question.

use chrono::NaiveDateTime;
use diesel::{
    pg::Pg,
    query_builder::{BoxedSqlQuery, SqlQuery},
    sql_query,
    sql_types::{Double, Text, Timestamp, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

/// A value that goes to the server beside the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Id(Uuid),
    Moment(NaiveDateTime),
    Degrees(f64),
    Word(&'static str),
}

/// The conditions of a statement, joined by `and`, with their values.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    texts: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    /// Adds a condition without values.
    pub(super) fn add(&mut self, text: &str) {
        self.texts.push(text.to_owned());
    }

    /// Adds a condition whose `?` stand for these values.
    pub(super) fn with<const N: usize>(&mut self, text: &str, values: [Value; N]) {
        let mut numbered = String::new();
        let mut number = self.values.len();
        for piece in text.split_inclusive('?') {
            match piece.strip_suffix('?') {
                Some(before) => {
                    number += 1;
                    numbered.extend([before, "$", &number.to_string()]);
                }
                None => numbered.push_str(piece),
            }
        }
        self.texts.push(numbered);
        self.values.extend(values);
    }

    /// The text after `where`.
    pub(super) fn text(&self) -> String {
        self.texts.join(" and ")
    }

    /// Runs `statement`, whose one row has one column `body`.
    pub(super) async fn body(self, conn: &mut AsyncPgConnection, statement: String) -> diesel::QueryResult<String> {
        let mut query: BoxedSqlQuery<'_, Pg, SqlQuery> = sql_query(statement).into_boxed();
        for value in self.values {
            query = match value {
                Value::Id(id) => query.bind::<SqlUuid, _>(id),
                Value::Moment(moment) => query.bind::<Timestamp, _>(moment),
                Value::Degrees(degrees) => query.bind::<Double, _>(degrees),
                Value::Word(word) => query.bind::<Text, _>(word),
            };
        }
        Ok(query.get_result::<Body>(conn).await?.body)
    }
}

/// The row of such a statement.
#[derive(diesel::QueryableByName)]
struct Body {
    #[diesel(sql_type = Text)]
    body: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_over_all_conditions() {
        let mut conditions = Conditions::default();
        conditions.with("a = ?", [Value::Word("x")]);
        conditions.add("b is null");
        conditions.with("c between ? and ?", [Value::Degrees(1.0), Value::Degrees(2.0)]);
        assert_eq!(conditions.text(), "a = $1 and b is null and c between $2 and $3");
    }
}
