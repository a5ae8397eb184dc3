//! A role of Postgres for workers, which sees no password, no session and no key of anybody.

use std::io::IsTerminal as _;

use anyhow::{Context as _, bail};
use diesel::sql_types::{Bool, Text};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use postgres_protocol::password::scram_sha_256;
use safelight_core::config::{DatabaseConfig, Env};

use super::{open, password};
use crate::cli::WorkerRole;
use crate::say;

/// Where the password may come from, beside the options.
const VARIABLE: &str = "SAFELIGHT_WORKER_DB_PASSWORD";

/// The statements that let a role do what workers do, and nothing else. Of what is hidden by its column, rows may be changed and
/// deleted but not made; a table with `*` is hidden as a whole. To `system_metadata` rows may be added, and its policy says which.
const GRANTS: &str = "
with hidden (relation, hidden_column) as (values
    ('user', 'password'), ('user', 'pin_code'), ('user', 'oauth_id'),
    ('session', 'token'), ('session', 'pin_expires_at'), ('session', 'pin_ends_at'), ('session', 'login_network'),
    ('api_key', '*'), ('system_secret', '*'), ('system_config_version', '*')
),
relation as (
    select c.oid, c.relname as name, c.relkind as kind from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'S')
      and not exists (select from hidden where relation = c.relname and hidden_column = '*')
)
select case
    when kind = 'S' then format('grant usage on sequence %I to %I', name, $1)
    when kind = 'v' or name = '__diesel_schema_migrations' then format('grant select on %I to %I', name, $1)
    when name = 'system_metadata' then format('grant select, insert on %I to %I', name, $1)
    when exists (select from hidden where relation = name) then
        (select format('grant select (%1$s), update (%1$s), delete on %2$I to %3$I',
                       string_agg(quote_ident(a.attname), ', ' order by a.attnum), name, $1)
         from pg_attribute a
         where a.attrelid = relation.oid and a.attnum > 0 and not a.attisdropped
           and not exists (select from hidden where relation = name and hidden_column = a.attname))
    else format('grant select, insert, update, delete on %I to %I', name, $1)
end as statement, 1 as step
from relation
union all select format('grant connect on database %I to %I', current_database(), $1), 1
union all select format('grant usage on schema public to %I', $1), 1
-- First goes what an earlier release needed and this one does not.
union all select format('revoke all on all tables in schema public from %I', $1), 0
order by step";

#[derive(diesel::QueryableByName)]
struct Statement {
    #[diesel(sql_type = Text)]
    statement: String,
}

#[derive(diesel::QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    exists: bool,
    #[diesel(sql_type = Bool)]
    is_powerful: bool,
    #[diesel(sql_type = Bool)]
    is_owner: bool,
}

/// Makes the role, or gives one that is there the rights that this release needs, and a password where one is given. A password
/// that was made up is printed.
pub(crate) async fn worker_role(config: &DatabaseConfig, env: &Env, options: &WorkerRole) -> anyhow::Result<()> {
    let mut conn = open(config).await?;
    let found = look_for(&mut conn, &options.name).await?;
    if found.is_powerful || found.is_owner {
        bail!(
            "{} owns this database or may do everything in it: choose another name",
            options.name
        );
    }
    let is_given = options.password.is_given() || env.string(VARIABLE)?.is_some();
    let chosen = if found.exists && !is_given {
        None
    } else if !is_given && !std::io::stdin().is_terminal() {
        // What a script runs writes into a log, where no password belongs.
        bail!(
            "{} is not there yet: give its password in {VARIABLE}, or ask for one with --generate",
            options.name
        )
    } else {
        Some(password::choose(&options.password, env, VARIABLE)?)
    };
    let login = chosen
        .as_ref()
        // Only what the server checks passwords by is sent, so that the password is in no log.
        .map(|chosen| scram_sha_256(chosen.password.expose().as_bytes()));
    conn.transaction(async |conn| {
        set_up(conn, &options.name, found.exists, login.as_deref()).await?;
        grant(conn, &options.name).await
    })
    .await
    .context("the role could not be set up (this needs the right to make roles)")?;
    if let Some(chosen) = chosen.filter(|chosen| chosen.is_made_up) {
        say::result(chosen.password.expose());
    }
    say::note(&format!(
        "workers may use the role {} now; run this again after each update",
        options.name
    ));
    Ok(())
}

async fn look_for(conn: &mut AsyncPgConnection, name: &str) -> diesel::QueryResult<Found> {
    let query = "
        select count(*) > 0 as exists, coalesce(bool_or(rolsuper or rolbypassrls), false) as is_powerful,
               coalesce(bool_or(pg_has_role(oid, (select relowner from pg_class where oid = 'job'::regclass), 'member')), false)
                   as is_owner
        from pg_roles where rolname = $1";
    diesel::sql_query(query).bind::<Text, _>(name).get_result(conn).await
}

async fn set_up(
    conn: &mut AsyncPgConnection,
    name: &str,
    exists: bool,
    login: Option<&str>,
) -> diesel::QueryResult<()> {
    let verb = if exists { "alter" } else { "create" };
    let password = if login.is_some() { "password %L" } else { "" };
    let writer = format!("select format('{verb} role %I login noinherit {password}', $1, $2) as statement");
    let query = diesel::sql_query(writer);
    let query = query.bind::<Text, _>(name).bind::<Text, _>(login.unwrap_or_default());
    let role: Statement = query.get_result(conn).await?;
    conn.batch_execute(&role.statement).await
}

/// The server writes the statements, so that it is the server that quotes the names.
async fn grant(conn: &mut AsyncPgConnection, name: &str) -> diesel::QueryResult<()> {
    let grants: Vec<Statement> = diesel::sql_query(GRANTS).bind::<Text, _>(name).load(conn).await?;
    for grant in grants {
        conn.batch_execute(&grant.statement).await?;
    }
    Ok(())
}
