//! A statement whose conditions depend on the question.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::{
    QueryableByName,
    pg::Pg,
    query_builder::{BoxedSqlQuery, SqlQuery},
    sql_query,
    sql_types::{Array, BigInt, Binary, Date, Double, Text, Timestamp, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

/// A value that goes to the server beside the text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Id(Uuid),
    Ids(Vec<Uuid>),
    /// Days.
    Days(Vec<NaiveDate>),
    /// A wall clock.
    Clock(NaiveDateTime),
    Moment(DateTime<Utc>),
    Degrees(f64),
    Number(i64),
    Word(&'static str),
    Text(String),
    Bytes(Vec<u8>),
}

/// The conditions of a statement, joined by `and`, with their values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    texts: Vec<String>,
    values: Vec<Value>,
}

/// A row that is an id.
#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

impl Conditions {
    /// Adds a condition without values.
    pub(crate) fn add(&mut self, text: &str) {
        self.texts.push(text.to_owned());
    }

    /// Adds a condition whose `?` stand for these values.
    pub(crate) fn with<const N: usize>(&mut self, text: &str, values: [Value; N]) {
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

    /// Adds a value that no condition has, and gives the text that stands for it.
    pub(crate) fn value(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    /// The text after `where`.
    pub(crate) fn text(&self) -> String {
        self.texts.join(" and ")
    }

    /// The statement with the values.
    pub(crate) fn query(self, statement: String) -> BoxedSqlQuery<'static, Pg, SqlQuery> {
        let mut query = sql_query(statement).into_boxed();
        for value in self.values {
            query = match value {
                Value::Id(id) => query.bind::<SqlUuid, _>(id),
                Value::Ids(ids) => query.bind::<Array<SqlUuid>, _>(ids),
                Value::Days(days) => query.bind::<Array<Date>, _>(days),
                Value::Clock(clock) => query.bind::<Timestamp, _>(clock),
                Value::Moment(moment) => query.bind::<Timestamptz, _>(moment),
                Value::Degrees(degrees) => query.bind::<Double, _>(degrees),
                Value::Number(number) => query.bind::<BigInt, _>(number),
                Value::Word(word) => query.bind::<Text, _>(word),
                Value::Text(text) => query.bind::<Text, _>(text),
                Value::Bytes(bytes) => query.bind::<Binary, _>(bytes),
            };
        }
        query
    }

    /// Runs `statement`, whose one row has one column `body`.
    pub(crate) async fn body(self, conn: &mut AsyncPgConnection, statement: String) -> diesel::QueryResult<String> {
        Ok(self.query(statement).get_result::<Body>(conn).await?.body)
    }

    /// Runs `statement`, whose rows have one column `id`.
    pub(crate) async fn ids(self, conn: &mut AsyncPgConnection, statement: String) -> diesel::QueryResult<Vec<Uuid>> {
        let rows: Vec<IdRow> = self.query(statement).load(conn).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }
}

/// The row of such a statement.
#[derive(QueryableByName)]
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
        assert_eq!(conditions.value(Value::Number(7)), "$4");
    }
}
