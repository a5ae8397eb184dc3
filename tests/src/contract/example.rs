//! A request made from the document: what an operation needs and no more, and small changes of it.

use serde_json::{Map, Value, json};

use super::{Document, Operation};

/// How deep schemas are followed; deeper ones are empty objects.
const DEPTH: usize = 8;

/// What a request carries beside its path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Example {
    /// Names and values of the query.
    pub query: Vec<(String, String)>,
    /// The JSON body; none where the operation has none.
    pub body: Option<Value>,
}

/// Gives the id that stands for a name (`assetId`, `ids`), where there is one.
pub type Ids<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Example {
    /// The query as it stands behind the path, with its question mark.
    pub fn query_string(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.query {
            text.push(if text.is_empty() { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            text.push_str(&value.replace(':', "%3A").replace('+', "%2B").replace('/', "%2F"));
        }
        text
    }
}

impl Document {
    /// A request that the document calls valid, as far as it can be told from it: all that is required and nothing else.
    pub fn example(&self, operation: &Operation, ids: Ids<'_>) -> Example {
        let query = self.parameters(operation, "query");
        let required = query.iter().filter(|parameter| parameter["required"] == true);
        let query = required.filter_map(|parameter| {
            let name = parameter["name"].as_str()?;
            Some((
                name.to_owned(),
                text_of(&self.value(&parameter["schema"], name, ids, 0)),
            ))
        });
        let schema = self.body(operation);
        Example {
            query: query.collect(),
            body: schema.map(|schema| self.value(schema, "", ids, 0)),
        }
    }

    /// The path of an operation with a value for each parameter.
    pub fn path(&self, operation: &Operation, ids: Ids<'_>) -> String {
        let parameters = self.parameters(operation, "path");
        let words = operation.path.split('/').map(|word| {
            let Some(name) = word.strip_prefix('{').and_then(|word| word.strip_suffix('}')) else {
                return word.to_owned();
            };
            let schema = parameters.iter().find(|parameter| parameter["name"] == name);
            let schema = schema.map_or(&Value::Null, |parameter| &parameter["schema"]);
            text_of(&self.value(schema, name, ids, 0))
        });
        words.collect::<Vec<_>>().join("/")
    }

    /// The same request with one more of the choices that it offers: each optional flag switched on, each word of each
    /// optional choice.
    pub fn variants(&self, operation: &Operation, example: &Example) -> Vec<Example> {
        let mut variants = Vec::new();
        for parameter in self.parameters(operation, "query") {
            let name = parameter["name"].as_str().unwrap_or_default();
            for choice in self.choices(&parameter["schema"]) {
                let mut variant = example.clone();
                variant.query.retain(|(known, _)| known != name);
                variant.query.push((name.to_owned(), text_of(&choice)));
                variants.push(variant);
            }
        }
        let properties = self.body(operation).map(|schema| &self.resolved(schema)["properties"]);
        for (name, schema) in properties.and_then(Value::as_object).into_iter().flatten() {
            for choice in self.choices(schema) {
                let mut variant = example.clone();
                if let Some(Value::Object(body)) = &mut variant.body {
                    body.insert(name.clone(), choice);
                }
                variants.push(variant);
            }
        }
        variants
    }

    fn parameters(&self, operation: &Operation, place: &str) -> Vec<&Value> {
        let parameters = self.operation(operation)["parameters"].as_array();
        let here = parameters.into_iter().flatten();
        here.filter(|parameter| parameter["in"] == place).collect()
    }

    fn body(&self, operation: &Operation) -> Option<&Value> {
        let content = self.operation(operation).pointer("/requestBody/content")?.as_object()?;
        content.values().next()?.get("schema")
    }

    fn operation(&self, operation: &Operation) -> &Value {
        self.root().pointer(operation.pointer()).unwrap_or(&Value::Null)
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let parts = ["allOf", "oneOf", "anyOf"];
        let part = parts.iter().find_map(|part| schema[*part].get(0));
        if let Some(part) = part {
            return self.resolved(part);
        }
        match schema["$ref"].as_str().and_then(|name| name.strip_prefix('#')) {
            Some(pointer) => self
                .root()
                .pointer(pointer)
                .map_or(schema, |found| self.resolved(found)),
            None => schema,
        }
    }

    fn choices(&self, schema: &Value) -> Vec<Value> {
        let schema = self.resolved(schema);
        match (&schema["enum"], schema["type"].as_str()) {
            (Value::Array(words), _) => words.clone(),
            (_, Some("boolean")) => vec![true.into()],
            _ => Vec::new(),
        }
    }

    fn value(&self, schema: &Value, name: &str, ids: Ids<'_>, depth: usize) -> Value {
        let schema = self.resolved(schema);
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        match schema["type"].as_str() {
            Some("boolean") => false.into(),
            Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or_else(|| 1.into()),
            Some("array") => json!([self.value(&schema["items"], name, ids, depth + 1)]),
            Some("object") if depth < DEPTH => {
                let required = schema["required"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str);
                let properties = required.map(|name| {
                    let property = schema["properties"].get(name).unwrap_or(&Value::Null);
                    let value = self.value(property, name, ids, depth + 1);
                    (name.to_owned(), value)
                });
                Value::Object(properties.collect::<Map<_, _>>())
            }
            Some("object") => json!({}),
            _ => text(schema, name, ids),
        }
    }
}

fn text(schema: &Value, name: &str, ids: Ids<'_>) -> Value {
    if let Some(id) = ids(name) {
        return id.into();
    }
    match schema["format"].as_str() {
        Some("date-time") => "2024-03-01T10:00:00.000Z".into(),
        Some("date") => "2024-03-01".into(),
        Some("uuid") => "00000000-0000-4000-8000-00000000dead".into(),
        _ => "x".into(),
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn what_is_required_has_a_value_and_each_choice_a_variant() {
        let uuid = json!({"type": "string", "format": "uuid"});
        let document = Document::parse(json!({
            "components": {"schemas": {"Wish": {"type": "object", "required": ["ids", "name"], "properties": {
                "ids": {"type": "array", "items": uuid}, "name": {"enum": ["b", "a"]}, "force": {"type": "boolean"},
                "note": {"type": "string"}}}}},
            "paths": {"/things/{id}": {"put": {
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": uuid},
                    {"name": "when", "in": "query", "required": true, "schema": {"type": "string", "format": "date"}},
                    {"name": "size", "in": "query", "schema": {"enum": ["s", "l"]}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Wish"}}}}}}},
        }))
        .unwrap();
        let operation = document.find("PUT", "/things/{id}").unwrap();
        let ids = |name: &str| name.starts_with("id").then(|| "7".to_owned());
        let example = document.example(operation, &ids);
        assert_eq!(document.path(operation, &ids), "/things/7");
        assert_eq!(example.query_string(), "?when=2024-03-01");
        assert_eq!(example.body, Some(json!({"ids": ["7"], "name": "b"})));
        let variants = document.variants(operation, &example);
        let queries: Vec<String> = variants.iter().take(2).map(Example::query_string).collect();
        assert_eq!(queries, ["?when=2024-03-01&size=s", "?when=2024-03-01&size=l"]);
        let bodies: Vec<&Value> = variants.iter().skip(2).filter_map(|one| one.body.as_ref()).collect();
        assert_eq!(
            bodies,
            [
                &json!({"ids": ["7"], "name": "b"}),
                &json!({"ids": ["7"], "name": "a"}),
                &json!({"ids": ["7"], "name": "b", "force": true}),
            ]
        );
    }
}
