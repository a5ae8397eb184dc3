//! The table of routes against the contract: every operation is answered or named as absent, and asks for the rights that
//! the contract says.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use safelight_tests::binaries;
use safelight_tests::contract::Document;

/// The heading of the list of absent routes in `docs/compatibility.md`.
const ABSENT: &str = "## Absent routes";
/// Operations that the document is silent about: `PATCH` twins of updates, and what lies outside of `/api`.
const TWINS: [&str; 14] = [
    "/api-keys/{id}",
    "/assets",
    "/assets/{id}",
    "/libraries/{id}",
    "/memories/{id}",
    "/people/{id}",
    "/sessions/{id}",
    "/stacks/{id}",
    "/tags/{id}",
    "/admin/users/{id}",
    "/admin/users/{id}/preferences",
    "/users/me",
    "/users/me/preferences",
    "/workflows/{id}",
];
const OUTSIDE: [&str; 2] = ["GET /.well-known/immich", "GET /custom.css"];

/// What `api-gateway routes` prints, a line each: method, path, who may call it, and with which permission.
pub(crate) fn printed() -> Vec<[String; 4]> {
    let output = Command::new(binaries::path("api-gateway").unwrap())
        .arg("routes")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        words
            .try_into()
            .unwrap_or_else(|_| panic!("no line of a table: {line}"))
    });
    lines.collect()
}

/// `METHOD /path` of each route, and who may call it.
fn table() -> BTreeMap<String, String> {
    let lines = printed().into_iter();
    lines
        .map(|[method, path, who, permission]| (route(&method, &path), format!("{who} {permission}")))
        .collect()
}

/// A route by one name: what its parameters are called is nobody's business.
fn route(method: &str, path: &str) -> String {
    let words = path.split('/').map(|word| match word.split_once('{') {
        Some((before, _)) => format!("{before}{{}}"),
        None => word.to_owned(),
    });
    format!("{method} {}", words.collect::<Vec<_>>().join("/"))
}

/// The routes that the documentation names as absent: `METHOD /path` in backticks.
fn absent() -> BTreeSet<String> {
    let text = std::fs::read_to_string(binaries::repository().join("docs/compatibility.md")).unwrap();
    let (_, section) = text.split_once(ABSENT).expect("a list of absent routes");
    let section = section.split("\n## ").next().unwrap();
    let marked = section.split('`').skip(1).step_by(2);
    marked
        .filter_map(|text| text.split_once(' ').filter(|(_, path)| path.starts_with('/')))
        .map(|(method, path)| route(method, &format!("/api{path}")))
        .collect()
}

/// Every operation of the contract with who may call it; nothing where the contract is silent about that.
fn contract(document: &Document) -> BTreeMap<String, Option<String>> {
    let mut operations = BTreeMap::new();
    for operation in document.operations() {
        let access = format!("{} {}", operation.who, operation.permission);
        operations.insert(
            route(&operation.method, &format!("/api{}", operation.path)),
            Some(access),
        );
    }
    for path in TWINS {
        let original = document.find("PUT", path).unwrap();
        let access = format!("{} {}", original.who, original.permission);
        operations.insert(route("PATCH", &format!("/api{path}")), Some(access));
    }
    for outside in OUTSIDE {
        operations.insert(outside.to_owned(), None);
    }
    operations
}

fn document() -> Option<&'static Document> {
    let document = Document::get();
    if document.is_none() {
        eprintln!("SKIPPED: no contract (set SAFELIGHT_CONTRACT)");
    }
    document
}

#[test]
fn every_operation_of_the_contract_is_there_or_named_as_absent() {
    let Some(document) = document() else { return };
    let (table, absent, contract) = (table(), absent(), contract(document));
    assert_eq!(
        contract.len(),
        270,
        "the contract has 254 operations, 14 twins and 2 outside"
    );
    let silent: Vec<&String> = contract
        .keys()
        .filter(|route| !table.contains_key(*route) && !absent.contains(*route))
        .collect();
    assert!(
        silent.is_empty(),
        "neither answered nor under {ABSENT:?} in docs/compatibility.md: {silent:#?}"
    );
    let unknown: Vec<&String> = absent.iter().filter(|route| !contract.contains_key(*route)).collect();
    assert!(
        unknown.is_empty(),
        "named as absent, but not in the contract: {unknown:#?}"
    );
}

#[test]
fn nothing_is_named_as_absent_that_is_there() {
    let (table, absent) = (table(), absent());
    assert!(table.len() > 90, "the table has {} routes", table.len());
    let both: Vec<&String> = absent.iter().filter(|route| table.contains_key(*route)).collect();
    assert!(
        both.is_empty(),
        "answered, and named as absent in docs/compatibility.md: {both:#?}"
    );
}

#[test]
fn routes_ask_for_the_rights_of_the_contract() {
    let Some(document) = document() else { return };
    let contract = contract(document);
    let wrong: Vec<String> = table()
        .iter()
        .filter_map(|(route, access)| {
            let expected = contract.get(route)?.as_ref()?;
            (expected != access).then(|| format!("{route}: {access} instead of {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
