//! Ten write at once while everybody asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;
use tokio_postgres::Client as Sql;
use tokio_postgres::error::SqlState;

use super::{Answers, MONTHS, Person, QUESTIONS, Stage, ask, photo};

const WRITERS: u64 = 10;
const TRANSACTIONS: u64 = 12;

/// A library whose commits come one after the other, so that every answer that there ever was is known. The transactions
/// overlap all the same.
struct Library {
    person: Person,
    history: Mutex<Vec<Answers>>,
}

fn dice(seed: &mut u64, below: u64) -> u64 {
    // xorshift64
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed % below
}

fn statement(person: &str, seed: &mut u64) -> String {
    let number = dice(seed, 1_000_000_000);
    let month = MONTHS[dice(seed, 3) as usize];
    let any =
        format!("id = (select id from asset where owner_id = '{person}' order by md5(id::text || '{number}') limit 1)");
    match dice(seed, 9) {
        0..=2 => photo(person, number),
        3 => format!("update asset set local_date_time = '{month}T10:00:00' where {any}"),
        4 => format!("update asset set is_favorite = not is_favorite where {any}"),
        5 => format!("delete from asset where {any}"),
        6 => format!(
            "update asset set deleted_at = case when deleted_at is null then now() end, \
            status = case when deleted_at is null then 'trashed' else 'active' end where {any}"
        ),
        7 => format!(
            "update asset_exif set city = 'City {number}', latitude = 1, longitude = {} where asset_{any}",
            number % 90
        ),
        _ => format!(
            "update asset set visibility = case visibility when 'timeline' then 'archive' else 'timeline' end where {any}"
        ),
    }
}

async fn transaction(sql: &Sql, library: &Library, seed: &mut u64) -> Result<(), tokio_postgres::Error> {
    sql.batch_execute("begin").await?;
    for _ in 0..=dice(seed, 3) {
        let change = statement(&library.person.id, seed);
        let manner = match dice(seed, 5) {
            0 => "savepoint part; {}; rollback to part",
            1 => "savepoint part; {}; release part",
            _ => "{}",
        };
        sql.batch_execute(&manner.replace("{}", &change)).await?;
    }
    if dice(seed, 6) == 0 {
        return sql.batch_execute("rollback").await;
    }
    // Whoever began early may come late here.
    let mut history = library.history.lock().await;
    sql.batch_execute("commit").await?;
    history.push(library.person.plain().await.unwrap());
    Ok(())
}

async fn write(sql: Sql, library: Arc<Library>, writer: u64, left: Arc<AtomicU64>) {
    let mut seed = 0x9e37_79b9_7f4a_7c15 ^ ((writer + 1) << 21);
    for _ in 0..TRANSACTIONS {
        if let Err(error) = transaction(&sql, &library, &mut seed).await {
            assert_eq!(error.code(), Some(&SqlState::T_R_DEADLOCK_DETECTED), "{error:?}");
            sql.batch_execute("rollback").await.unwrap();
        }
    }
    left.fetch_sub(1, Ordering::Relaxed);
}

/// Asks until everything is written. Each answer is one of those that there were between question and answer.
async fn read(library: Arc<Library>, gateway: usize, left: Arc<AtomicU64>) -> usize {
    let mut asked = 0;
    let mut turn = 0;
    while left.load(Ordering::Relaxed) > 0 {
        let question = QUESTIONS[turn % QUESTIONS.len()];
        turn += 1;
        let before = library.history.lock().await.len() - 1;
        let answer = ask(&library.person.clients[gateway], question).await.unwrap();
        let history = library.history.lock().await;
        let possible = &history[before..];
        assert!(
            possible.iter().any(|answers| answers[question] == answer),
            "{question} by gateway {gateway}: {answer:#} is none of {} answers: {:#}",
            possible.len(),
            possible[0][question]
        );
        asked += 1;
    }
    asked
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_that_of_the_plain_statement() {
    let mut stage = Stage::of(3).await.unwrap();
    let left = Arc::new(AtomicU64::new(WRITERS));
    let mut libraries = Vec::new();
    for person in stage.people.drain(..) {
        let history = Mutex::new(vec![person.plain().await.unwrap()]);
        libraries.push(Arc::new(Library { person, history }));
    }
    let mut readers = Vec::new();
    for library in &libraries {
        for gateway in 0..2 {
            readers.push(tokio::spawn(read(Arc::clone(library), gateway, Arc::clone(&left))));
        }
    }
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let library = Arc::clone(&libraries[writer as usize % libraries.len()]);
        let sql = stage.system.sql().await.unwrap();
        sql.batch_execute("set deadlock_timeout = '50ms'").await.unwrap();
        writers.push(tokio::spawn(write(sql, library, writer, Arc::clone(&left))));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    for reader in readers {
        assert!(reader.await.unwrap() > 5);
    }
    for library in libraries {
        let library = Arc::into_inner(library).unwrap();
        assert!(library.history.into_inner().len() > 20);
        stage.people.push(library.person);
    }
    stage.compare().await.unwrap();
}
