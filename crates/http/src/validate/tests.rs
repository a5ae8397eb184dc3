//! The issues, against the recorded answers of the contract.

use serde_json::{Value, json};

use super::*;

fn issues<T: Shape>(input: &Value) -> Value {
    serde_json::to_value(read::<T>(Some(input)).err().unwrap_or_default()).unwrap()
}

struct SignUp;

impl Shape for SignUp {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let email = fields.read("email", email());
        let password = fields.read("password", text());
        let name = fields.read("name", text());
        email.and(password).and(name).map(|_| Self)
    }
}

#[test]
fn an_empty_sign_up_names_every_field() {
    assert_eq!(
        issues::<SignUp>(&json!({})),
        json!([
            {"expected": "string", "code": "invalid_type", "path": ["email"], "message": "Invalid input: expected email, received undefined"},
            {"expected": "string", "code": "invalid_type", "path": ["password"], "message": "Invalid input: expected string, received undefined"},
            {"expected": "string", "code": "invalid_type", "path": ["name"], "message": "Invalid input: expected string, received undefined"}
        ])
    );
}

#[test]
fn keys_of_an_issue_keep_the_recorded_order() {
    let text = issues::<SignUp>(&json!({"email": null, "password": null, "name": ""})).to_string();
    assert_eq!(
        text,
        r#"[{"expected":"string","code":"invalid_type","path":["email"],"message":"Invalid input: expected email, received object"},{"expected":"string","code":"invalid_type","path":["password"],"message":"Invalid input: expected string, received null"}]"#
    );
}

#[test]
fn a_missing_body_is_one_issue_at_the_top() {
    let found = serde_json::to_value(read::<SignUp>(None).err().unwrap()).unwrap();
    let expected = json!([{"expected": "object", "code": "invalid_type", "path": [], "message": "Invalid input: expected object, received undefined"}]);
    assert_eq!(found, expected);
}

struct Anything;

impl Shape for Anything {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        const ROLES: &Choices<u8> = &[("editor", 1), ("owner", 2), ("viewer", 3)];
        fields.read("id", uuid().optional());
        fields.read("role", choice(ROLES).optional());
        fields.read("shared", query_boolean().optional());
        fields.read("size", integer().min(1).optional());
        fields.read("latitude", number().max(90).optional());
        fields.read("lon", query_number().optional());
        fields.read("ids", list(Bound::Ids, uuid()).min(2).unique().optional());
        fields.read("when", instant().optional());
        fields.read("day", date().optional());
        fields.read("pin", pattern(r"/^\d{6}$/").optional());
        Some(Self)
    }
}

#[test]
fn every_rule_speaks_as_recorded() {
    let message = |input: Value| {
        issues::<Anything>(&input)[0]["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(message(json!({"id": "nope"})), "Invalid UUID");
    assert_eq!(
        message(json!({"id": "01234567-89ab-7def-8123-456789abcdef"})),
        "Invalid UUID"
    );
    assert_eq!(
        message(json!({"role": "x"})),
        r#"Invalid option: expected one of "editor"|"owner"|"viewer""#
    );
    assert_eq!(
        message(json!({"shared": "yes"})),
        r#"Invalid option: expected one of "true"|"false""#
    );
    assert_eq!(
        message(json!({"size": 1.5})),
        "Invalid input: expected int, received number"
    );
    assert_eq!(message(json!({"size": 0})), "Too small: expected number to be >=1");
    assert_eq!(message(json!({"latitude": 91})), "Too big: expected number to be <=90");
    assert_eq!(
        message(json!({"lon": "x"})),
        "Invalid input: expected number, received NaN"
    );
    assert_eq!(
        message(json!({"ids": []})),
        "Too small: expected array to have >=2 items"
    );
    let id = "00000000-0000-4000-8000-000000000000";
    assert_eq!(message(json!({"ids": [id, id]})), "Array must have unique items");
    assert_eq!(
        message(json!({"when": 5})),
        "Invalid input: expected ISO 8601 datetime string, received number"
    );
    assert_eq!(
        message(json!({"day": "2023-02-29"})),
        "Invalid input: expected ISO date string (YYYY-MM-DD), received string"
    );
    for pin in ["12", "١٢٣٤٥٦"] {
        assert_eq!(
            message(json!({"pin": pin})),
            r"Invalid string: must match pattern /^\d{6}$/"
        );
    }
}

#[test]
fn valid_values_pass() {
    let input = json!({
        "id": "00000000-0000-4000-8000-000000000000", "role": "owner", "shared": "true", "size": 5.0, "latitude": -1.5,
        "lon": "2.5", "when": "2024-02-29T10:00+02:00", "day": "2024-02-29", "pin": "123456", "unknown": 1
    });
    assert_eq!(issues::<Anything>(&input), json!([]));
}

#[test]
fn places_in_lists_are_numbers() {
    let found = issues::<Anything>(&json!({"ids": ["00000000-0000-4000-8000-000000000000", 5]}));
    assert_eq!(found[0]["path"], json!(["ids", 1]));
}
