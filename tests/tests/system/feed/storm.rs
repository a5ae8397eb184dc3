//! Many write at once, in transactions of every kind, while several read.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use anyhow::Result;
use safelight_tests::servers::TestDatabase;
use safelight_tests::wait_until;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use super::late::{asset, person};
use super::mirror::Mirror;
use super::{database, program};

const WRITERS: u64 = 8;
const TRANSACTIONS: u64 = 25;
const ROUNDS: u64 = 3;

/// Numbers that come the same for a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        // xorshift64
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

/// What the writers share.
struct Stage {
    people: Vec<Uuid>,
    albums: Vec<Uuid>,
    committed: AtomicU64,
    writing: AtomicU64,
}

fn statement(stage: &Stage, dice: &mut Dice, number: u64) -> String {
    let owner = stage.people[dice.below(stage.people.len() as u64) as usize];
    let album = stage.albums[dice.below(stage.albums.len() as u64) as usize];
    let any = format!("(select id from asset where owner_id = '{owner}' order by md5(id::text || '{number}') limit 1)");
    match dice.below(10) {
        0..=2 => asset(owner, &format!("{number}-{}", dice.below(1_000_000))),
        3 => format!("update asset set is_favorite = not is_favorite where id = {any}"),
        4 => format!("update asset_exif set city = 'City {number}' where asset_id = {any}"),
        5 => format!("delete from asset where id = {any}"),
        6 => format!(
            "insert into album_asset (album_id, asset_id) select '{album}', id from asset where id = {any} on conflict do nothing"
        ),
        7 => format!("delete from album_asset where album_id = '{album}' and asset_id = {any}"),
        8 => format!(
            "insert into user_metadata (user_id, key, value) values ('{owner}', 'k{}', '{number}') \
             on conflict (user_id, key) do update set value = excluded.value",
            number % 3
        ),
        _ => format!(
            "delete from album_user where album_id = '{album}' and user_id = '{owner}'; \
                insert into album_user (album_id, user_id, role) values ('{album}', '{owner}', 'viewer') on conflict do nothing"
        ),
    }
}

/// One transaction: it may undo a part of itself, wait until others have committed, and come to nothing.
async fn transaction(sql: &Client, stage: &Stage, dice: &mut Dice, number: u64) -> Result<(), tokio_postgres::Error> {
    sql.batch_execute("begin; select pg_current_xact_id()").await?;
    for step in 0..=dice.below(4) {
        let change = statement(stage, dice, number * 10 + step);
        let manner = match dice.below(5) {
            0 => "savepoint part; {}; rollback to part",
            1 => "savepoint part; {}; release part",
            _ => "{}",
        };
        sql.batch_execute(&manner.replace("{}", &change)).await?;
    }
    if dice.below(4) == 0 {
        let seen = stage.committed.load(Ordering::Relaxed);
        // Those who wait for a row that is held here commit nothing: so not for ever.
        for _ in 0..200 {
            if stage.committed.load(Ordering::Relaxed) > seen + 3 || stage.writing.load(Ordering::Relaxed) < 3 {
                break;
            }
            sql.batch_execute("select 1").await?;
        }
    }
    let end = if dice.below(6) == 0 { "rollback" } else { "commit" };
    sql.batch_execute(end).await?;
    stage.committed.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

async fn write(sql: Client, stage: Arc<Stage>, writer: u64, round: u64) {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ ((round * WRITERS + writer + 1) << 17));
    for number in 0..TRANSACTIONS {
        let number = (round * WRITERS + writer) * TRANSACTIONS + number;
        if let Err(error) = transaction(&sql, &stage, &mut dice, number).await {
            // These lock in no order: one of two that meet is undone, and an asset may be gone by the time it is put into an album.
            let meets = [
                &SqlState::T_R_DEADLOCK_DETECTED,
                &SqlState::FOREIGN_KEY_VIOLATION,
                &SqlState::UNIQUE_VIOLATION,
            ];
            assert!(error.code().is_some_and(|code| meets.contains(&code)), "{error:?}");
            sql.batch_execute("rollback").await.unwrap();
        }
    }
    stage.writing.fetch_sub(1, Ordering::Relaxed);
}

async fn stage(database: &TestDatabase) -> Stage {
    let sql = database.connect().await.unwrap();
    // Whoever meets another is told soon.
    sql.batch_execute(
        "do $$ begin execute format('alter database %I set deadlock_timeout = ''50ms''', current_database()); end $$",
    )
    .await
    .unwrap();
    let (mut people, mut albums) = (Vec::new(), Vec::new());
    for name in ["a", "b", "c"] {
        people.push(person(&sql, name).await);
        let made = "insert into album (album_name) values ($1) returning id::text";
        let row = sql.query_one(made, &[&name]).await.unwrap();
        albums.push(row.get::<_, &str>(0).parse().unwrap());
    }
    Stage {
        people,
        albums,
        committed: AtomicU64::new(0),
        writing: AtomicU64::new(0),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reader_has_what_is_there_whoever_writes() {
    let database = database().await.unwrap();
    let stage = Arc::new(stage(&database).await);
    let sql = database.connect().await.unwrap();
    let mut mirrors = Vec::new();
    let all: Vec<Uuid> = stage.people.iter().chain(&stage.albums).copied().collect();
    for (limit, scopes) in [(1, &all[..1]), (3, &all[..]), (50, &all[2..5])] {
        mirrors.push(Mirror::new(program(&database).await.unwrap(), limit, scopes));
    }
    for round in 0..ROUNDS {
        stage.writing.store(WRITERS, Ordering::Relaxed);
        let over = Arc::new(AtomicBool::new(false));
        let readers: Vec<_> = mirrors
            .drain(..)
            .map(|mut mirror| {
                let over = Arc::clone(&over);
                tokio::spawn(async move {
                    while !over.load(Ordering::Relaxed) {
                        mirror.follow().await?;
                    }
                    // Everything has ended by now.
                    mirror.follow().await?;
                    anyhow::Ok(mirror)
                })
            })
            .collect();
        for writer in 0..WRITERS {
            tokio::spawn(write(
                database.connect().await.unwrap(),
                Arc::clone(&stage),
                writer,
                round,
            ));
        }
        wait_until("everything is written", async || {
            Ok(stage.writing.load(Ordering::Relaxed) == 0)
        })
        .await
        .unwrap();
        over.store(true, Ordering::Relaxed);
        for reader in readers {
            let mirror = reader.await.unwrap().unwrap();
            mirror.compare(&sql).await.unwrap();
            assert_eq!(mirror.resets, 0);
            mirrors.push(mirror);
        }
    }
    assert!(stage.committed.load(Ordering::Relaxed) > ROUNDS * WRITERS * TRANSACTIONS / 2);
}
