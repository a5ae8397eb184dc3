//! What programs read of a library of a million assets, half of it one person's: the plans of the very statements, as Postgres
//! tells them after it has run them. A statement on a request's path reads what it answers with, never the library.

mod access;
mod albums;
mod counts;
mod jobs;
mod nights;
mod search;
mod timeline;

use anyhow::{Context as _, Result};
use reqwest::Method;
use safelight_tests::million::{Plan, Turn};
use safelight_tests::{Answer, Client};
use serde_json::Value;

/// Pages of a statement that answers with some rows.
const FEW: u64 = 100;
/// Pages for each asset in an answer: its row and that of its tags, and the way to both by their indexes.
const EACH: u64 = 12;

/// Asks, and writes down what was read that should not have been.
struct Ledger<'a> {
    turn: &'a Turn,
    found: Vec<String>,
}

impl<'a> Ledger<'a> {
    fn of(turn: &'a Turn) -> Self {
        let found = Vec::new();
        Self { turn, found }
    }

    /// Asks for something of which every statement may look at so many pages as `most` makes of the answer.
    async fn ask(
        &mut self,
        who: &Client,
        request: &str,
        body: Option<&Value>,
        most: impl Fn(&Value) -> u64,
    ) -> (Value, Vec<Plan>) {
        let mut answer = Value::Null;
        let asking = async {
            answer = send(who, request, body).await?;
            Ok(())
        };
        let plans = self.turn.plans(asking).await.unwrap();
        let most = most(&answer);
        let body = body.map(|body| cut(&body.to_string())).unwrap_or_default();
        self.hold(&format!("{request} {body}"), &plans, most);
        (answer, plans)
    }

    async fn get(&mut self, who: &Client, path: &str, most: impl Fn(&Value) -> u64) -> Value {
        self.ask(who, &format!("GET {path}"), None, most).await.0
    }

    /// The same for something that is a large part of the library: to read a table from end to end may be the shortest way.
    async fn wide(&mut self, who: &Client, path: &str, most: impl Fn(&Value) -> u64) -> Value {
        let mut answer = Value::Null;
        let asking = async {
            answer = send(who, &format!("GET {path}"), None).await?;
            Ok(())
        };
        let plans = self.turn.plans(asking).await.unwrap();
        let most = most(&answer);
        self.bound(path, &plans, most, true);
        answer
    }

    /// None of these may look at more pages, or read a large table from end to end.
    fn hold(&mut self, what: &str, plans: &[Plan], most: u64) {
        self.bound(what, plans, most, false);
    }

    fn bound(&mut self, what: &str, plans: &[Plan], most: u64, may_read_whole: bool) {
        let worst = plans.iter().max_by_key(|plan| plan.pages());
        let Some(worst) = worst else {
            self.found.push(format!("{what}: no statement was seen"));
            return;
        };
        eprintln!("{:>8} of {most:>8} pages: {what}", worst.pages());
        for plan in plans {
            let (pages, whole) = (plan.pages(), plan.read_whole());
            if pages > most || !(may_read_whole || whole.is_empty()) {
                let plan = plan.text();
                self.found.push(format!(
                    "{what}: {pages} pages of {most}, read whole: {whole:?}: {plan}"
                ));
            }
        }
    }

    /// The end: everything was as it should be.
    fn close(self) {
        let headlines: Vec<&str> = self.found.iter().filter_map(|found| found.lines().next()).collect();
        assert!(
            self.found.is_empty(),
            "{}\n\n{}",
            headlines.join("\n"),
            self.found.join("\n\n")
        );
    }
}

async fn send(who: &Client, request: &str, body: Option<&Value>) -> Result<Value> {
    let (method, path) = request.split_once(' ').context("a method and a path")?;
    let answer = who.send(Method::from_bytes(method.as_bytes())?, path, body).await?;
    let is_json = answer.header("content-type").starts_with("application/json");
    let answer = answer.ok().with_context(|| request.to_owned())?;
    if is_json { answer.json() } else { Ok(Value::Null) }
}

/// A statement that answers with some rows.
fn few(_answer: &Value) -> u64 {
    FEW
}

/// A statement that answers with the assets in the list at `pointer`.
fn each(pointer: &str) -> impl Fn(&Value) -> u64 {
    move |answer| {
        let list = answer.pointer(pointer).and_then(Value::as_array);
        FEW + EACH * list.map_or(0, Vec::len) as u64
    }
}

fn cut(text: &str) -> String {
    text.chars().take(100).collect()
}

/// The statements that were asked of the tables of assets, for a test that they were seen.
fn about_assets(plans: &[Plan]) -> usize {
    let asked = |plan: &&Plan| plan.scans().iter().any(|scan| scan.table.starts_with("asset"));
    plans.iter().filter(asked).count()
}

/// The status of an answer, whatever it is.
async fn status(who: &Client, path: &str) -> Result<u16> {
    let answer: Answer = who.get(path).await?;
    Ok(answer.status)
}
