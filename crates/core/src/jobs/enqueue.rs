use diesel::sql_types::Uuid as SqlUuid;
use diesel::sql_types::{Array, Bool, Double, Integer, Jsonb, Nullable, SmallInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use uuid::Uuid;

use super::kind::{DeleteFiles, DeleteFilesPayload, JobKind, NoPayload, Payload as _};
use super::new_job::NewJob;
use super::wake::Wakes;
use super::words::{Class, Source};
use crate::db::{DbError, prepared};

/// What happens where a row of the same kind and key waits already: the more urgent class, the earlier time, `force`,
/// `notify` and the source `upload` win, so that a bulk row never swallows what an upload asked for.
macro_rules! merge {
    () => {
        "
on conflict (kind, dedup_key) where state in ('waiting', 'delayed') do update set
    class = least(job.class, excluded.class),
    run_at = least(job.run_at, excluded.run_at),
    state = case when excluded.state = 'waiting' then 'waiting' else job.state end,
    force = job.force or excluded.force,
    notify = job.notify or excluded.notify,
    source = case when 'upload' in (job.source, excluded.source) then 'upload'
                  else coalesce(excluded.source, job.source) end,
    payload = case when excluded.payload_version >= job.payload_version then excluded.payload else job.payload end,
    payload_version = greatest(excluded.payload_version, job.payload_version),
    requires = excluded.requires,
    requires_settings = null"
    };
}

macro_rules! insert {
    () => {
        "insert into job (id, queue, kind, dedup_key, payload, payload_version, class, source, force, notify, requires, state, run_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
         case when $12 > 0 then 'delayed' else 'waiting' end, now() + $12 * interval '1 second')"
    };
}

/// A job for every `id` of a table `subject`; in their order, so that two runs over the same assets cannot wait for each other in a
/// circle.
macro_rules! insert_set {
    ($subject:literal) => {
        concat!(
            "insert into job (id, queue, kind, dedup_key, payload, payload_version, class, source, force) \
             select uuid_v7(), $1, $2, subject.id::text, $3, $4, $5, $6, $7 \
             from (",
            $subject,
            ") subject order by subject.id",
            merge!()
        )
    };
}

/// One job; its text never changes, since this is on the way of every upload.
const INSERT: &str = concat!(insert!(), merge!());

/// One job that gives way to one that waits.
const INSERT_NEW: &str = concat!(
    insert!(),
    " on conflict (kind, dedup_key) where state in ('waiting', 'delayed') do nothing"
);

/// Enqueues a job in the caller's transaction. After the commit the caller gives `wakes` to [`super::Waker::send`].
pub async fn enqueue<K: JobKind>(
    conn: &mut AsyncPgConnection,
    wakes: &mut Wakes,
    job: NewJob<K>,
) -> Result<(), DbError> {
    insert(conn, wakes, job, INSERT).await
}

/// [`enqueue`], but where the same job waits already that one stays as it is.
pub(super) async fn enqueue_new<K: JobKind>(
    conn: &mut AsyncPgConnection,
    wakes: &mut Wakes,
    job: NewJob<K>,
) -> Result<(), DbError> {
    insert(conn, wakes, job, INSERT_NEW).await
}

async fn insert<K: JobKind>(
    conn: &mut AsyncPgConnection,
    wakes: &mut Wakes,
    job: NewJob<K>,
    statement: &'static str,
) -> Result<(), DbError> {
    let payload = serde_json::to_value(&job.payload).map_err(|error| DbError::Unknown(error.to_string()))?;
    prepared(statement)
        .bind::<SqlUuid, _>(Uuid::now_v7())
        .bind::<Text, _>(K::QUEUE.as_str())
        .bind::<Text, _>(K::NAME)
        .bind::<Nullable<Text>, _>(job.dedup_key)
        .bind::<Jsonb, _>(payload)
        .bind::<Integer, _>(K::Payload::VERSION)
        .bind::<SmallInt, _>(job.class.unwrap_or(Class::Normal).number())
        .bind::<Nullable<Text>, _>(job.source.map(Source::as_str))
        .bind::<Bool, _>(job.force)
        .bind::<Bool, _>(job.notify)
        .bind::<Array<Text>, _>(job.requires)
        .bind::<Double, _>(job.delay.as_secs_f64())
        .execute(conn)
        .await?;
    wakes.add(K::QUEUE, 1);
    Ok(())
}

/// Has files deleted that no row names any more, after the caller's transaction.
pub async fn enqueue_deletion(
    conn: &mut AsyncPgConnection,
    wakes: &mut Wakes,
    files: Vec<String>,
) -> Result<(), DbError> {
    if files.is_empty() {
        return Ok(());
    }
    enqueue(
        conn,
        wakes,
        NewJob::<DeleteFiles>::with_payload(DeleteFilesPayload { files }),
    )
    .await
}

/// What all jobs of a set have in common.
#[derive(Debug, Clone, Copy)]
pub struct BulkOptions {
    /// Usually [`Class::Bulk`].
    pub class: Class,
    /// Usually none: runs over the library cause no follow-ups.
    pub source: Option<Source>,
    /// Do it even where the result exists.
    pub force: bool,
}

impl BulkOptions {
    /// What a person asked for and waits for.
    pub const fn interactive() -> Self {
        Self {
            class: Class::Interactive,
            source: None,
            force: false,
        }
    }
}

impl Default for BulkOptions {
    fn default() -> Self {
        Self {
            class: Class::Bulk,
            source: None,
            force: false,
        }
    }
}

/// Enqueues one job for every id that `subjects` selects (a query with one column `id`, without binds), in one
/// statement. Returns how many rows were written or merged into.
pub async fn enqueue_set<K: JobKind<Payload = NoPayload>>(
    conn: &mut AsyncPgConnection,
    wakes: &mut Wakes,
    options: BulkOptions,
    subjects: &'static str,
) -> Result<usize, DbError> {
    enqueue_set_with::<K>(conn, wakes, options, &NoPayload {}, subjects).await
}

/// [`enqueue_set`] for kinds that carry something: every job of the set gets the same. `subjects` must not hold text of
/// users.
pub async fn enqueue_set_with<K: JobKind>(
    conn: &mut AsyncPgConnection,
    wakes: &mut Wakes,
    options: BulkOptions,
    payload: &K::Payload,
    subjects: &str,
) -> Result<usize, DbError> {
    let payload = serde_json::to_value(payload).map_err(|error| DbError::Unknown(error.to_string()))?;
    let rows = diesel::sql_query(format!(insert_set!("{subjects}"), subjects = subjects))
        .bind::<Text, _>(K::QUEUE.as_str())
        .bind::<Text, _>(K::NAME)
        .bind::<Jsonb, _>(payload)
        .bind::<Integer, _>(K::Payload::VERSION)
        .bind::<SmallInt, _>(options.class.number())
        .bind::<Nullable<Text>, _>(options.source.map(Source::as_str))
        .bind::<Bool, _>(options.force)
        .execute(conn)
        .await?;
    wakes.add(K::QUEUE, u64::try_from(rows).unwrap_or(u64::MAX));
    Ok(rows)
}

/// Its text never changes, so it is planned once.
const INSERT_EACH: &str = insert_set!("select distinct unnest($8::uuid[]) as id");

/// Enqueues one job for each of `subjects`, in one statement and in the order of their ids.
///
/// # Errors
/// The database.
pub async fn enqueue_each<K: JobKind<Payload = NoPayload>>(
    conn: &mut AsyncPgConnection,
    wakes: &mut Wakes,
    options: BulkOptions,
    subjects: &[Uuid],
) -> Result<(), DbError> {
    if subjects.is_empty() {
        return Ok(());
    }
    let payload = serde_json::to_value(NoPayload {}).map_err(|error| DbError::Unknown(error.to_string()))?;
    let rows = prepared(INSERT_EACH)
        .bind::<Text, _>(K::QUEUE.as_str())
        .bind::<Text, _>(K::NAME)
        .bind::<Jsonb, _>(payload)
        .bind::<Integer, _>(K::Payload::VERSION)
        .bind::<SmallInt, _>(options.class.number())
        .bind::<Nullable<Text>, _>(options.source.map(Source::as_str))
        .bind::<Bool, _>(options.force)
        .bind::<Array<SqlUuid>, _>(subjects)
        .execute(conn)
        .await?;
    wakes.add(K::QUEUE, u64::try_from(rows).unwrap_or(u64::MAX));
    Ok(())
}
