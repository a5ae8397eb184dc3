//! What is in a database, as far as the question goes whose it is. Only reads.

use diesel::sql_types::{Bool, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};

/// The findings.
#[derive(Debug, Clone, Default)]
pub(super) struct Inventory {
    /// The name of the database.
    pub(super) database: String,
    /// The schema in which unqualified tables would be made; none when the search path names no existing schema.
    pub(super) schema: Option<String>,
    /// Tables outside the system's own schemas that belong to no extension, as schema and name.
    pub(super) tables: Vec<(String, String)>,
    /// Whether our own first migration is recorded.
    pub(super) is_ours: bool,
}

#[derive(diesel::QueryableByName)]
struct Place {
    #[diesel(sql_type = Text)]
    database: String,
    #[diesel(sql_type = Nullable<Text>)]
    schema: Option<String>,
    #[diesel(sql_type = Bool)]
    has_migrations: bool,
}

#[derive(diesel::QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    schema: String,
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(diesel::QueryableByName)]
struct Ours {
    #[diesel(sql_type = Bool)]
    ours: bool,
}

const TABLES: &str = "select n.nspname::text as schema, c.relname::text as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
      and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    order by 1, 2";

/// Looks, and writes nothing.
pub(super) async fn take(conn: &mut AsyncPgConnection) -> anyhow::Result<Inventory> {
    let place = diesel::sql_query(
        "select current_database()::text as database, current_schema()::text as schema, \
         to_regclass('__diesel_schema_migrations') is not null as has_migrations",
    );
    let place = place.get_result::<Place>(conn).await?;
    let tables = diesel::sql_query(TABLES).load::<Table>(conn).await?;
    let is_ours = place.has_migrations && {
        let first = "select exists (select from __diesel_schema_migrations where version = '20261123000000') as ours";
        diesel::sql_query(first).get_result::<Ours>(conn).await?.ours
    };
    let tables = tables.into_iter().map(|table| (table.schema, table.name)).collect();
    Ok(Inventory {
        database: place.database,
        schema: place.schema,
        tables,
        is_ours,
    })
}
