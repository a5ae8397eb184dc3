//! The access table: each route of the gateway, each kind of caller, each kind of asset. What the gateway answers is compared
//! with what one rule says ([`super::rule`]), and no answer may have anything in it that its caller may not see
//! ([`super::leaks`]). Requests are made from the document of the API; what a route is about stands in [`super::rows`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::{StreamExt as _, stream};
use reqwest::Method;
use safelight_tests::contract::Document;
use safelight_tests::{Answer, TestSystem};
use serde_json::Value;

use super::callers::{CALLERS, Caller, ExactKey, OtherKey};
use super::leaks::leaks;
use super::open::OPEN;
use super::requests::{Route, Wish, wishes};
use super::rows::{ROWS, Row};
use super::rule::{Access, Expected, expected};
use super::world::{self, Kind, LockedMoving, Moving, Ordinary, TrashedMoving};
use crate::gate::printed;

/// How many requests are on their way at once.
const AT_ONCE: usize = 12;
/// The world of all requests that change nothing.
const SHARED: u32 = 1;

/// All routes of the gateway.
fn routes() -> Vec<Route> {
    let lines = printed().into_iter();
    lines
        .map(|[method, path, who, permission]| Route {
            method: method.parse().unwrap(),
            path,
            access: Access { who, permission },
        })
        .collect()
}

/// The rows of a route.
fn rows(route: &Route) -> Vec<(Row, &'static str)> {
    let (name, twin) = (route.name(), route.twin());
    let own: Vec<_> = of(&name);
    if own.is_empty() && route.method == Method::PATCH {
        of(&twin)
    } else {
        own
    }
}

fn of(name: &str) -> Vec<(Row, &'static str)> {
    let open = OPEN.iter().filter(|route| **route == name).map(|_| (Row::Open, ""));
    let others = ROWS.iter().filter(|(route, ..)| *route == name);
    others.map(|(_, row, given)| (*row, *given)).chain(open).collect()
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let routes = routes();
    let without: Vec<String> = routes
        .iter()
        .filter(|route| rows(route).is_empty())
        .map(Route::name)
        .collect();
    assert!(
        without.is_empty(),
        "say in tests/tests/system/access/rows.rs what these routes are about, or name them in open.rs where they \
         name nothing of anybody's: {without:#?}"
    );
    let names: BTreeSet<String> = routes.iter().map(Route::name).collect();
    let rows = ROWS.iter().map(|(route, ..)| *route).chain(OPEN.iter().copied());
    let unknown: Vec<&str> = rows.filter(|route| !names.contains(*route)).collect();
    assert!(unknown.is_empty(), "there are no such routes any more: {unknown:#?}");
}

/// A request and what has to come of it.
struct Cell {
    route: Route,
    caller: Caller,
    kind: Kind,
    wish: Wish,
    world: u32,
    expected: Expected,
}

/// Of which kinds of assets a route is asked. The photo of a moving part is as any other photo in its place.
fn kinds(row: Row) -> &'static [Kind] {
    match row {
        Row::Look | Row::Bytes | Row::VideoBytes | Row::Change | Row::IntoAlbum | Row::IntoAlbums | Row::OutOfAlbum => {
            &[
                Ordinary,
                Kind::Archived,
                Kind::Locked,
                Kind::Trashed,
                Moving,
                LockedMoving,
                TrashedMoving,
            ]
        }
        _ => &[Ordinary],
    }
}

fn cells() -> Vec<Cell> {
    let fresh = AtomicU32::new(SHARED + 1);
    let mut cells = Vec::new();
    for route in routes() {
        for (row, given) in rows(&route) {
            for kind in kinds(row) {
                for caller in CALLERS {
                    let expected = expected(&route.access, row, caller, *kind);
                    let changes = !route.reads() && expected.may_change();
                    let world = if changes {
                        fresh.fetch_add(1, Ordering::Relaxed)
                    } else {
                        SHARED
                    };
                    // What the gate refuses is refused whatever else is asked.
                    let asks_more = route.reads() && matches!(row, Row::Open | Row::ReadAlbum) && expected.may_change();
                    let wishes = wishes(&route, row, given, *kind, world, asks_more);
                    for (index, wish) in wishes.into_iter().enumerate() {
                        // Some choices do not go together, or need the PIN.
                        let expected = if index == 0 {
                            expected.clone()
                        } else {
                            Expected::Anything
                        };
                        cells.push(Cell {
                            route: route.clone(),
                            caller,
                            kind: *kind,
                            wish,
                            world,
                            expected,
                        });
                    }
                }
            }
        }
    }
    // Lists are asked for while there is little in them.
    cells.sort_by_key(|cell| cell.world);
    cells
}

/// The house in which the table is asked.
struct House {
    system: TestSystem,
    sql: tokio_postgres::Client,
    http: reqwest::Client,
    base: String,
    permissions: Vec<String>,
}

impl House {
    async fn new(document: &Document) -> Self {
        let system = TestSystem::builder().start().await.unwrap();
        // A house with an administrator, as every house.
        system.client().sign_up_admin().await.unwrap();
        let sql = system.sql().await.unwrap();
        sql.batch_execute(world::FUNCTION).await.unwrap();
        let base = system.client().base().unwrap().to_owned();
        let redirects = reqwest::redirect::Policy::none();
        Self {
            system,
            sql,
            http: reqwest::Client::builder().redirect(redirects).build().unwrap(),
            base,
            permissions: document.permissions(),
        }
    }

    fn folder(&self) -> PathBuf {
        self.system.media().join("upload/access")
    }

    /// The keys that a route's permission decides about: with nothing else, and with everything else.
    async fn add_keys(&self, world: u32, permission: &str, callers: &[Caller]) {
        for caller in callers {
            let Some(secret) = caller.special_key(permission, world) else {
                continue;
            };
            let exact = [if permission == "-" { "asset.read" } else { permission }];
            let others: Vec<&str> = self.permissions.iter().map(String::as_str).collect();
            let others: Vec<&str> = others
                .into_iter()
                .filter(|word| *word != permission && *word != "all")
                .collect();
            let has: &[&str] = if *caller == ExactKey { &exact } else { &others };
            world::add_key(&self.sql, &secret, world, has).await;
        }
    }

    async fn ask(&self, cell: &Cell) -> Option<String> {
        let permission = &cell.route.access.permission;
        if cell.world != SHARED {
            world::make(&self.sql, cell.world, &self.folder()).await;
            self.add_keys(cell.world, permission, &[cell.caller]).await;
        }
        let url = format!("{}{}", self.base, cell.wish.path);
        let mut request = self
            .http
            .request(cell.route.method.clone(), url)
            .headers(cell.caller.headers(permission, cell.world));
        if let Some(body) = &cell.wish.body {
            request = request.json(body);
        }
        let wrong = match Answer::of(request).await {
            Ok(answer) => cell.wrong(&answer),
            Err(error) => Some(format!("{error:#}")),
        };
        wrong.map(|wrong| format!("{:?} {} of {:?} asset: {wrong}", cell.caller, cell.what(), cell.kind))
    }
}

impl Cell {
    fn what(&self) -> String {
        let body = self.wish.body.as_ref().map(Value::to_string).unwrap_or_default();
        format!("{} {} {body}", self.route.method, self.wish.path)
    }

    fn wrong(&self, answer: &Answer) -> Option<String> {
        let leaks = leaks(self.caller, &self.wish, self.world, &answer.body);
        if !leaks.is_empty() {
            return Some(format!("{} shows {}", answer.status, leaks.join(", ")));
        }
        let body = serde_json::from_slice(&answer.body).unwrap_or_default();
        self.expected.wrong(self.caller, answer.status, &body)
    }
}

#[tokio::test]
async fn every_route_answers_every_caller_by_one_rule() {
    let Some(document) = Document::get() else {
        eprintln!("SKIPPED: no contract (set SAFELIGHT_CONTRACT)");
        return;
    };
    let house = House::new(document).await;
    let cells = cells();
    assert!(cells.len() > 3000, "{} requests", cells.len());
    world::make(&house.sql, SHARED, &house.folder()).await;
    world::write_files(SHARED, &house.folder());
    let permissions: BTreeSet<&str> = cells.iter().map(|cell| cell.route.access.permission.as_str()).collect();
    for permission in permissions {
        house.add_keys(SHARED, permission, &[ExactKey, OtherKey]).await;
    }
    let wrong: Vec<String> = stream::iter(&cells)
        .map(|cell| house.ask(cell))
        .buffer_unordered(AT_ONCE)
        .filter_map(std::future::ready)
        .collect()
        .await;
    let mut by_route: BTreeMap<&str, usize> = BTreeMap::new();
    for cell in &cells {
        *by_route.entry(cell.route.path.as_str()).or_default() += 1;
    }
    eprintln!("{} requests to {} paths", cells.len(), by_route.len());
    assert!(
        wrong.is_empty(),
        "{} of {} answers are wrong:\n{}",
        wrong.len(),
        cells.len(),
        wrong.into_iter().take(60).collect::<Vec<_>>().join("\n")
    );
}
