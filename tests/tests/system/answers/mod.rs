//! Answers that are kept: they are those of the plain statement, whatever others write.

mod clients;
mod old;
mod storm;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use safelight_tests::{Client, Kind, TestSystem};
use serde_json::Value;
use tokio_postgres::Client as Sql;

/// Months in which things happen.
const MONTHS: [&str; 3] = ["2024-01-01", "2024-02-01", "2024-03-01"];

/// What is asked of a library. The last two depend on more than a month by the clock of the photo.
const QUESTIONS: [&str; 6] = [
    "buckets?visibility=timeline&withPartners=true&withStacked=true",
    "bucket?timeBucket=2024-02-01&visibility=timeline&withCoordinates=true",
    "buckets?isTrashed=true&order=asc",
    "buckets?isFavorite=true",
    "buckets?orderBy=createdAt",
    "bucket?orderBy=createdAt&timeBucket=2024-03-01",
];

/// Two gateways that keep answers and one that never does, with a few people who have libraries.
struct Stage {
    system: TestSystem,
    people: Vec<Person>,
}

struct Person {
    id: String,
    /// One for each gateway; the last never keeps an answer.
    clients: Vec<Client>,
}

impl Person {
    /// The answers of the plain statements.
    async fn plain(&self) -> Result<Answers> {
        answers(self.clients.last().unwrap()).await
    }
}

type Answers = BTreeMap<&'static str, Value>;

async fn answers(client: &Client) -> Result<Answers> {
    let mut answers = Answers::new();
    for question in QUESTIONS {
        answers.insert(question, ask(client, question).await?);
    }
    Ok(answers)
}

async fn ask(client: &Client, question: &str) -> Result<Value> {
    client.get_json(&format!("/api/timeline/{question}")).await
}

impl Stage {
    async fn of(people: usize) -> Result<Self> {
        let system = TestSystem::builder().gateways(2).start().await?;
        system
            .start_with(Kind::ApiGateway, &[("SAFELIGHT_ANSWER_CACHE", "0")])
            .await?;
        let sql = system.sql().await?;
        let mut stage = Self {
            system,
            people: Vec::new(),
        };
        for number in 0..people {
            let made = "with made as (insert into \"user\" (email) values ($1) returning id), \
                session as (insert into session (token, user_id) select sha256(convert_to($1, 'UTF8')), id from made) \
                select id::text from made";
            let name = format!("person-{number}");
            let id: String = sql.query_one(made, &[&name]).await?.get(0);
            let clients = (0..3).map(|gateway| stage.system.client_of(gateway)?.with_token(&name));
            let clients = clients.collect::<Result<_>>()?;
            stage.people.push(Person { id, clients });
        }
        Ok(stage)
    }

    /// Everybody has the same answer as the plain statement, by each gateway, again and again.
    async fn compare(&self) -> Result<()> {
        for person in &self.people {
            let plain = person.plain().await?;
            for client in person.clients.iter().cycle().take(6) {
                assert_eq!(answers(client).await?, plain);
            }
        }
        Ok(())
    }
}

/// A statement that adds a photo of a person to one of [`MONTHS`], and to another by when it was added.
fn photo(person: &str, number: u64) -> String {
    let (taken, added) = (MONTHS[number as usize % 3], MONTHS[(number / 3) as usize % 3]);
    format!(
        "with made as (insert into asset (owner_id, type, original_path, original_file_name, checksum, file_created_at, \
            file_modified_at, local_date_time, created_at) \
         values ('{person}', 'IMAGE', '/{number}', '{number}', sha256('{number}'), '{taken}T12:00:00Z', now(), '{taken}T12:00:00', \
            '{added}T00:00:00Z') on conflict do nothing returning id) \
         insert into asset_exif (asset_id) select id from made"
    )
}

/// The number in the answer to a query.
async fn number(sql: &Sql, query: &str) -> i64 {
    sql.query_one(query, &[]).await.unwrap().get(0)
}

/// Long enough for whatever is done in slices.
const LONG: Duration = Duration::from_secs(60);
