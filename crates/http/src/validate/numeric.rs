//! Numbers, in JSON bodies and in queries.

use serde_json::{Number, Value};

use super::{
    issue::{Issue, type_name},
    rule::{Place, Rule},
};

/// The largest whole number that JavaScript keeps exactly.
const MAX_SAFE: i64 = 9_007_199_254_740_991;

/// A whole number in a JSON body.
pub fn integer() -> Integer {
    Integer {
        bounds: Bounds::default(),
        words: false,
    }
}

/// A whole number written in a query, a path or a form.
pub fn query_integer() -> Integer {
    Integer {
        bounds: Bounds::default(),
        words: true,
    }
}

/// A number in a JSON body.
pub fn number() -> Decimal {
    Decimal {
        bounds: Bounds::default(),
        words: false,
    }
}

/// A number written in a query or a form.
pub fn query_number() -> Decimal {
    Decimal {
        bounds: Bounds::default(),
        words: true,
    }
}

/// See [`integer`].
pub struct Integer {
    bounds: Bounds,
    words: bool,
}

/// See [`number`].
pub struct Decimal {
    bounds: Bounds,
    words: bool,
}

/// Inclusive bounds, as they stand in the message.
#[derive(Default)]
struct Bounds {
    min: Option<f64>,
    max: Option<f64>,
}

impl Integer {
    /// Not less than this.
    #[must_use]
    pub fn min(mut self, min: i32) -> Self {
        self.bounds.min = Some(min.into());
        self
    }

    /// Not more than this.
    #[must_use]
    pub fn max(mut self, max: i32) -> Self {
        self.bounds.max = Some(max.into());
        self
    }
}

impl Decimal {
    /// Not less than this.
    pub fn min(mut self, min: impl Into<f64>) -> Self {
        self.bounds.min = Some(min.into());
        self
    }

    /// Not more than this.
    pub fn max(mut self, max: impl Into<f64>) -> Self {
        self.bounds.max = Some(max.into());
        self
    }
}

impl Rule for Integer {
    type Out = i64;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<i64> {
        let number = numeric(value, self.words, at)?;
        let Some(whole) = whole(&number) else {
            at.report(not_an_integer());
            return None;
        };
        if whole.abs() > MAX_SAFE {
            at.report(beyond_safe(whole > 0));
            return None;
        }
        self.bounds.check(number.as_f64()?, at).then_some(whole)
    }
}

impl Rule for Decimal {
    type Out = f64;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<f64> {
        let number = numeric(value, self.words, at)?.as_f64()?;
        self.bounds.check(number, at).then_some(number)
    }
}

impl Bounds {
    /// Whether the number lies within, reporting where it does not.
    fn check(&self, number: f64, at: &mut Place<'_>) -> bool {
        let mark = at.mark();
        if let Some(min) = self.min.filter(|min| number < *min) {
            at.report(Issue::new(
                [
                    ("origin", "number".into()),
                    ("code", "too_small".into()),
                    ("minimum", as_written(min)),
                    ("inclusive", true.into()),
                ],
                format!("Too small: expected number to be >={min}"),
            ));
        }
        if let Some(max) = self.max.filter(|max| number > *max) {
            at.report(Issue::new(
                [
                    ("origin", "number".into()),
                    ("code", "too_big".into()),
                    ("maximum", as_written(max)),
                    ("inclusive", true.into()),
                ],
                format!("Too big: expected number to be <={max}"),
            ));
        }
        at.clean_since(mark)
    }
}

/// A bound as JavaScript writes it: `2`, not `2.0`.
fn as_written(bound: f64) -> Value {
    Number::from_f64(bound).map_or(Value::Null, |number| {
        whole(&number).map_or_else(|| number.clone().into(), Value::from)
    })
}

/// The value as a number; `words` takes text, as queries are, and counts nothing as "not a number".
fn numeric(value: Option<&Value>, words: bool, at: &mut Place<'_>) -> Option<Number> {
    match value {
        Some(Value::Number(number)) => return Some(number.clone()),
        Some(Value::String(text)) if words => {
            if let Some(number) = parse(text.trim()) {
                return Some(number);
            }
        }
        None if words => {}
        other => {
            at.report(Issue::wrong_type("number", "number", type_name(other)));
            return None;
        }
    }
    at.report(
        Issue::new(
            [
                ("expected", "number".into()),
                ("code", "invalid_type".into()),
                ("received", "NaN".into()),
            ],
            "Invalid input: expected number, received NaN".to_owned(),
        )
        .fatal(),
    );
    None
}

/// A number as people write it; an empty text is zero, as in JavaScript.
fn parse(text: &str) -> Option<Number> {
    if text.is_empty() {
        return Some(0.into());
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    // Rust also reads "inf" and "nan", which no client means.
    let numeric = text.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    text.parse::<f64>().ok().filter(|_| numeric).and_then(Number::from_f64)
}

/// The number as a whole one, also when it was written `5.0`.
fn whole(number: &Number) -> Option<i64> {
    if let Some(whole) = number.as_i64() {
        return Some(whole);
    }
    let float = number.as_f64()?;
    if float.fract() != 0.0 {
        return None;
    }
    // Past the range of i64 only the sign matters: it is refused as unsafe.
    Some(
        format!("{float:.0}")
            .parse()
            .unwrap_or(if float > 0.0 { i64::MAX } else { -i64::MAX }),
    )
}

fn not_an_integer() -> Issue {
    Issue::new(
        [
            ("expected", "int".into()),
            ("format", "safeint".into()),
            ("code", "invalid_type".into()),
        ],
        "Invalid input: expected int, received number".to_owned(),
    )
    .fatal()
}

fn beyond_safe(above: bool) -> Issue {
    let note = ("note", "Integers must be within the safe integer range.".into());
    if above {
        let message = format!("Too big: expected int to be <={MAX_SAFE}");
        let code = ("code", "too_big".into());
        let keys = [
            code,
            ("maximum", MAX_SAFE.into()),
            note,
            ("origin", "number".into()),
            ("inclusive", true.into()),
        ];
        Issue::new(keys, message).fatal()
    } else {
        let message = format!("Too small: expected int to be >=-{MAX_SAFE}");
        let code = ("code", "too_small".into());
        let keys = [
            code,
            ("minimum", (-MAX_SAFE).into()),
            note,
            ("origin", "number".into()),
            ("inclusive", true.into()),
        ];
        Issue::new(keys, message).fatal()
    }
}
