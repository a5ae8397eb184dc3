//! Statements of hot paths: their text never changes, so each connection parses and plans them once.
//!
//! `diesel::sql_query` is prepared anew at every use, which costs a round trip and the planning of what may be a page of SQL.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::DieselReserveSpecialization;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Untyped};

/// A statement whose `$1`, `$2` and so on are given by [`Prepared::bind`], in their order. Rows are read by the names of their
/// columns.
pub const fn prepared(text: &'static str) -> Prepared<NoBinds> {
    Prepared { text, binds: NoBinds }
}

/// See [`prepared`].
#[derive(Debug, Clone, Copy)]
#[must_use = "a statement does nothing until it is executed or loaded"]
pub struct Prepared<B> {
    text: &'static str,
    binds: B,
}

/// No values.
#[derive(Debug, Clone, Copy)]
pub struct NoBinds;

/// The values before, and one more.
#[derive(Debug, Clone, Copy)]
pub struct Bound<B, V, T> {
    before: B,
    value: V,
    sql_type: PhantomData<T>,
}

impl<B> Prepared<B> {
    /// Gives the next value.
    pub fn bind<T, V>(self, value: V) -> Prepared<Bound<B, V, T>> {
        Prepared {
            text: self.text,
            binds: Bound {
                before: self.binds,
                value,
                sql_type: PhantomData,
            },
        }
    }
}

impl<B: QueryFragment<Pg>> QueryFragment<Pg> for Prepared<B>
where
    Pg: DieselReserveSpecialization,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.text);
        self.binds.walk_ast(out.reborrow())
    }
}

impl QueryFragment<Pg> for NoBinds {
    fn walk_ast<'b>(&'b self, _out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        Ok(())
    }
}

impl<B, V, T> QueryFragment<Pg> for Bound<B, V, T>
where
    B: QueryFragment<Pg>,
    V: ToSql<T, Pg>,
    Pg: HasSqlType<T>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.before.walk_ast(out.reborrow())?;
        out.push_bind_param_value_only(&self.value)
    }
}

// Known by its text, as the library does where a query has no static id.
impl<B> QueryId for Prepared<B> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<B> Query for Prepared<B> {
    type SqlType = Untyped;
}
