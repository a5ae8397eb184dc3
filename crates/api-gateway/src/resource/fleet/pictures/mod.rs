//! Why assets have no pictures: by the state of their jobs.

mod state;

use std::collections::HashSet;

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Double, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use uuid::Uuid;

use self::state::{Facts, told};
use super::nobody::serves;
use crate::prelude::*;
use crate::{
    access::{self},
    http::{
        reply::ok,
        validate::{Bound, list, shape, uuid},
    },
};

/// Of the jobs that an asset has on its way to its pictures, the one that says most: what runs before what waits, and that before
/// what was given up. `$1` is the lease in seconds, `$2` the assets, `$3` who asks: the reason of a failure names files of the
/// owner, and is for the owner only.
const FACTS: &str = concat!(
    "
select asset.id, coalesce(j.kind, '') as kind, coalesce(j.state, '') as state, coalesce(j.failures, 0) as failures,
  coalesce(extract(epoch from j.run_at - now()), 0)::float8 as due_in_seconds,
  case when asset.owner_id = $3 then jsonb_path_query_first(j.history, '$[last to 0].reason') #>> '{}' end as reason,
  coalesce(queue.is_paused, false) as is_paused,
  coalesce(j.state = 'active' and j.lease_until < now(), false) as is_lost,
  ",
    serves!("j.queue"),
    " as is_served
from asset
left join lateral (
    select found.* from unnest(array['AssetGenerateThumbnails', 'AssetExtractMetadata']) with ordinality way (kind, step)
    cross join lateral (
        (select 0 as rank, job.* from job
         where job.kind = way.kind and job.dedup_key = asset.id::text and job.state = 'active' limit 1)
        union all
        (select 1, job.* from job
         where job.kind = way.kind and job.dedup_key = asset.id::text and job.state in ('waiting', 'delayed') limit 1)
        union all
        (select 2, job.* from job
         where job.kind = way.kind and job.dedup_key = asset.id::text and job.state = 'parked' order by job.id desc limit 1)
    ) found
    order by found.rank, way.step limit 1
) j on true
left join queue on queue.name = j.queue
where asset.id = any($2) and asset.thumbhash is null"
);

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(embed)]
    facts: Facts,
}

shape! {
    /// The assets that are asked about.
    pub(super) struct Asked {
        ids: Vec<Uuid> = "assetIds", list(Bound::Items, uuid());
    }
}

/// Why one of them has no pictures.
#[derive(Serialize)]
struct Why {
    id: Uuid,
    /// For programs.
    code: &'static str,
    /// For people.
    message: String,
}

/// `POST /fleet/pictures`: an answer for each of these assets that has no pictures and that the caller may see.
pub(super) async fn why(auth: Auth, body: Body<Asked>, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let seen = access::asset::granted(&mut conn, &auth, Permission::AssetRead, &body.0.ids).await?;
    let rows = facts(&mut conn, &auth, state.config.lease.as_secs_f64(), seen).await?;
    let answers = rows.into_iter().map(|Row { id, facts }| {
        let (code, message) = told(&facts);
        Why { id, code, message }
    });
    Ok(ok(&answers.collect::<Vec<_>>()))
}

async fn facts(
    conn: &mut AsyncPgConnection,
    auth: &Auth,
    lease: f64,
    assets: HashSet<Uuid>,
) -> Result<Vec<Row>, ApiError> {
    Ok(sql_query(FACTS)
        .bind::<Double, _>(lease)
        .bind::<Array<SqlUuid>, _>(assets.into_iter().collect::<Vec<_>>())
        .bind::<SqlUuid, _>(auth.id())
        .load(conn)
        .await?)
}
