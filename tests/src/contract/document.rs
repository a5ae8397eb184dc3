//! The document of the API: which operations there are, who may call them, what they answer.

use std::path::Path;
use std::sync::OnceLock;

use anyhow::{Context, Result};
use serde_json::Value;

use super::schema::Schemas;

/// The name of the document in the folder of the contract.
const FILE: &str = "openapi-3.0.1.json";
/// Routes without a permission of their own need the one that grants everything, except these.
const FREE: [&str; 3] = ["/auth/validateToken", "/api-keys/me", "/workflows/triggers"];

/// The parsed document.
pub struct Document {
    root: Value,
    operations: Vec<Operation>,
}

/// One method of one path.
#[derive(Debug)]
pub struct Operation {
    /// In capitals.
    pub method: String,
    /// With `{parameters}`, below `/api`.
    pub path: String,
    /// `public`, `user`, `shared` or `admin`.
    pub who: &'static str,
    /// What an API key needs, or `-`.
    pub permission: String,
    /// JSON pointer of the operation.
    pointer: String,
}

impl Document {
    /// The document of this machine, read once; none where there is none.
    ///
    /// # Panics
    /// When it is there and cannot be understood: then no test means anything.
    #[expect(clippy::panic, reason = "a broken contract ends every test")]
    pub fn get() -> Option<&'static Self> {
        static DOCUMENT: OnceLock<Option<Document>> = OnceLock::new();
        let found = DOCUMENT.get_or_init(|| {
            let path = super::folder().join(FILE);
            let read = || Self::read(&path).unwrap_or_else(|error| panic!("{}: {error:#}", path.display()));
            path.is_file().then(read)
        });
        found.as_ref()
    }

    fn read(path: &Path) -> Result<Self> {
        Self::parse(serde_json::from_slice(&std::fs::read(path)?)?)
    }

    /// Takes a document that is already JSON.
    ///
    /// # Errors
    /// When it has no paths.
    pub fn parse(root: Value) -> Result<Self> {
        let paths = root.get("paths").and_then(Value::as_object).context("no paths")?;
        let operations = paths.iter().flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            methods.map(move |(method, operation)| Operation::new(path, method, operation))
        });
        let operations = operations.collect();
        Ok(Self { root, operations })
    }

    /// The whole document.
    pub(super) fn root(&self) -> &Value {
        &self.root
    }

    /// Every operation.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The words of everything that an API key may be allowed.
    pub fn permissions(&self) -> Vec<String> {
        let words = self.root.pointer("/components/schemas/Permission/enum");
        let words = words.and_then(Value::as_array).into_iter().flatten();
        words.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The operation that answers `method` on an address below `/api`. `PATCH` has the answers of `PUT` where the
    /// document is silent about it.
    pub fn find(&self, method: &str, path: &str) -> Option<&Operation> {
        let exactly = |method: &str| {
            let same = self.operations.iter().filter(|operation| operation.method == method);
            let found = same.filter_map(|operation| Some((operation, fit(&operation.path, path)?)));
            found
                .min_by_key(|(_, parameters)| *parameters)
                .map(|(operation, _)| operation)
        };
        exactly(method).or_else(|| (method == "PATCH").then(|| exactly("PUT")).flatten())
    }

    /// What is wrong with the JSON body of an answer; nothing where the document does not describe it.
    pub fn violations(&self, operation: &Operation, status: u16, body: &Value) -> Vec<String> {
        let Some(described) = self.root.pointer(&format!("{}/responses", operation.pointer)) else {
            return Vec::new();
        };
        let Some(answer) = described.get(status.to_string()) else {
            let known: Vec<&String> = described
                .as_object()
                .into_iter()
                .flat_map(serde_json::Map::keys)
                .collect();
            return vec![format!(": status {status} is not one of {known:?}")];
        };
        match answer.pointer("/content/application~1json/schema") {
            Some(schema) => Schemas::new(&self.root).violations(schema, body),
            None => Vec::new(),
        }
    }
}

impl Operation {
    /// Where it is in the document.
    pub(super) fn pointer(&self) -> &str {
        &self.pointer
    }

    fn new(path: &str, method: &str, operation: &Value) -> Self {
        let who = if operation.get("security").is_none() {
            "public"
        } else if operation.get("x-immich-admin-only").is_some() {
            "admin"
        } else if takes_share_key(operation) {
            "shared"
        } else {
            "user"
        };
        let permission = match operation.get("x-immich-permission").and_then(Value::as_str) {
            Some(permission) => permission,
            None if who == "public" || FREE.contains(&path) => "-",
            None => "all",
        };
        Self {
            method: method.to_uppercase(),
            path: path.to_owned(),
            who,
            permission: permission.to_owned(),
            pointer: format!("/paths/{}/{method}", path.replace('~', "~0").replace('/', "~1")),
        }
    }
}

/// Whether the key of a shared link may stand in the query.
fn takes_share_key(operation: &Value) -> bool {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let is = |parameter: &Value, name, value| parameter.get(name).and_then(Value::as_str) == Some(value);
    parameters
        .into_iter()
        .flatten()
        .any(|parameter| is(parameter, "name", "key") && is(parameter, "in", "query"))
}

/// How many parameters it takes for `template` to be `path`; nothing when it is another path.
fn fit(template: &str, path: &str) -> Option<usize> {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    if template.len() != path.len() {
        return None;
    }
    let mut parameters = 0;
    for (expected, word) in template.iter().zip(path) {
        if expected.starts_with('{') {
            parameters += 1;
        } else if *expected != word {
            return None;
        }
    }
    Some(parameters)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Document {
        let answers =
            json!({"200": {"content": {"application/json": {"schema": {"type": "object", "required": ["id"]}}}}});
        Document::parse(json!({"paths": {
            "/things/{id}": {"get": {"security": [], "x-immich-permission": "thing.read", "responses": answers},
                "put": {"security": [], "parameters": [{"name": "key", "in": "query"}], "responses": answers}},
            "/things/me": {"get": {"responses": answers}, "delete": {"security": [], "x-immich-admin-only": true}},
        }}))
        .unwrap()
    }

    #[test]
    fn the_words_of_the_path_are_stronger_than_its_parameters() {
        let document = document();
        let found = |method, path| document.find(method, path).map(|operation| operation.path.as_str());
        assert_eq!(found("GET", "/things/me"), Some("/things/me"));
        assert_eq!(found("GET", "/things/7"), Some("/things/{id}"));
        assert_eq!(found("PATCH", "/things/7"), Some("/things/{id}"));
        assert_eq!(found("POST", "/things/7"), None);
        assert_eq!(found("GET", "/things/7/x"), None);
    }

    #[test]
    fn who_may_call() {
        let document = document();
        let words = |method, path| {
            let operation = document.find(method, path).unwrap();
            format!("{} {}", operation.who, operation.permission)
        };
        assert_eq!(words("GET", "/things/7"), "user thing.read");
        assert_eq!(words("PUT", "/things/7"), "shared all");
        assert_eq!(words("GET", "/things/me"), "public -");
        assert_eq!(words("DELETE", "/things/me"), "admin all");
    }

    #[test]
    fn answers_that_nobody_described_are_violations() {
        let document = document();
        let operation = document.find("GET", "/things/7").unwrap();
        assert!(document.violations(operation, 200, &json!({"id": 1})).is_empty());
        assert_eq!(document.violations(operation, 200, &json!({})), ["/id: missing"]);
        assert_eq!(document.violations(operation, 201, &json!({"id": 1})).len(), 1);
    }
}
