//! From a row of the table to requests.

use reqwest::Method;
use safelight_tests::contract::{Document, Example};
use serde_json::{Value, json};

use super::rows::Row;
use super::rule::Access;
use super::world::{self, Kind};

/// One line of the table of routes.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) method: Method,
    /// With `/api` and `{parameters}`.
    pub(super) path: String,
    pub(super) access: Access,
}

impl Route {
    /// Its name in the table of rows: `PATCH` where it is the twin of `PUT` is the same.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The name of the route whose twin this is.
    pub(super) fn twin(&self) -> String {
        format!("PUT {}", self.path)
    }

    /// Whether nothing is different after it.
    pub(super) fn reads(&self) -> bool {
        self.method == Method::GET || self.path.starts_with("/api/search/") || self.path.starts_with("/api/download/")
    }
}

/// A request without its credentials.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) path: String,
    pub(super) body: Option<Value>,
}

impl Wish {
    /// Everything that the caller says, in which an id is no news.
    pub(super) fn text(&self) -> String {
        let body = self.body.as_ref().map(Value::to_string).unwrap_or_default();
        format!("{} {body}", self.path)
    }
}

/// The request that a route needs, about an asset of this kind in a world; and, where wanted, those that ask for one more of
/// its choices.
pub(super) fn wishes(route: &Route, row: Row, given: &str, kind: Kind, number: u32, with_variants: bool) -> Vec<Wish> {
    let named = |name: &str| id_for(route, row, name, kind, number);
    let document = Document::get();
    let path = route.path.strip_prefix("/api").unwrap_or(&route.path);
    let Some((document, operation)) =
        document.and_then(|document| Some((document, document.find(route.method.as_str(), path)?)))
    else {
        return vec![unknown(route, number)];
    };
    let mut example = document.example(operation, &named);
    let given = fill(given, kind, number);
    if let Some(query) = given.strip_prefix('?') {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        example.query = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    } else if !given.is_empty() {
        example.body = Some(serde_json::from_str(&given).unwrap());
    }
    let path = format!("/api{}", document.path(operation, &named));
    let mut examples = vec![example];
    if with_variants {
        examples.extend(document.variants(operation, &examples[0]));
    }
    let wish = |example: Example| Wish {
        path: format!("{path}{}", example.query_string()),
        body: example.body,
    };
    examples.into_iter().map(wish).collect()
}

/// The id for a parameter: what the resource of the route is about, else what the name says.
fn id_for(route: &Route, row: Row, name: &str, kind: Kind, number: u32) -> Option<String> {
    let about = |prefix: &str| route.path.starts_with(prefix);
    let thing = if about("/api/albums/{id}") {
        world::ALBUM
    } else if about("/api/notifications") {
        world::NOTIFICATION
    } else if about("/api/sessions") {
        world::SESSION
    } else if about("/api/api-keys") {
        world::KEY
    } else if about("/api/users") || about("/api/admin/users") {
        world::OWNER
    } else {
        kind.number()
    };
    match name {
        // What is put into an album is no album.
        "ids" if thing == world::ALBUM => Some(world::id(kind.number(), number)),
        "id" | "ids" => Some(world::id(thing, number)),
        "userId" if matches!(row, Row::Leave) || about("/api/albums/{id}/user/") => Some(world::member(number)),
        _ => world::id_of(name, kind, number),
    }
}

fn fill(given: &str, kind: Kind, number: u32) -> String {
    given
        .replace("{asset}", &world::id(kind.number(), number))
        .replace("{album}", &world::id(world::ALBUM, number))
        .replace("{notification}", &world::id(world::NOTIFICATION, number))
        .replace("{owner}", &world::id(world::OWNER, number))
}

/// A route of our own, which the document does not know.
fn unknown(route: &Route, number: u32) -> Wish {
    let words = route.path.split('/').map(|word| match word {
        "{id}" => world::id(world::NOTIFICATION, number),
        word if word.starts_with('{') => "x".to_owned(),
        word => word.to_owned(),
    });
    Wish {
        path: words.collect::<Vec<_>>().join("/"),
        body: (route.method != Method::GET).then(|| json!({})),
    }
}
