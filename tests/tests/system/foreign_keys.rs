//! Every foreign key has an index: whoever removes a row finds those that point at it without reading a table.

use safelight_tests::TestSystem;
use tokio_postgres::Client;

/// Keys whose columns begin no index that has all rows with a value. One over part of the rows counts where it leaves out only
/// those that point at nothing.
const WITHOUT: &str = "
select format('%s(%s)', k.conrelid::regclass, string_agg(c.attname, ', ' order by c.attnum))
from pg_constraint k join pg_attribute c on c.attrelid = k.conrelid and c.attnum = any (k.conkey)
where k.contype = 'f' and k.connamespace = 'public'::regnamespace
  and not exists (
    select from pg_index i
    where i.indrelid = k.conrelid and i.indisvalid
      and (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey
      and (i.indpred is null or (cardinality(k.conkey) = 1 and pg_get_expr(i.indpred, i.indrelid) = (
        select format('(%I IS NOT NULL)', a.attname) from pg_attribute a
        where a.attrelid = k.conrelid and a.attnum = k.conkey[1]))))
group by k.oid, k.conrelid order by 1";

async fn without(sql: &Client) -> Vec<String> {
    let rows = sql.query(WITHOUT, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn every_foreign_key_has_an_index() {
    let system = TestSystem::builder().gateways(0).start().await.unwrap();
    let sql = system.sql().await.unwrap();
    // Queues are words of the program and never removed; an index of all jobs by queue would be written with each of them.
    assert_eq!(without(&sql).await, ["job(queue)"]);
    sql.batch_execute(
        "create table a_note (id uuid primary key, owner_id uuid references \"user\" on delete cascade);
         create index on a_note (owner_id) where id is not null",
    )
    .await
    .unwrap();
    assert_eq!(without(&sql).await, ["a_note(owner_id)", "job(queue)"]);
    sql.batch_execute("create index on a_note (owner_id) where owner_id is not null")
        .await
        .unwrap();
    assert_eq!(without(&sql).await, ["job(queue)"]);
}
