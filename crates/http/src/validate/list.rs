//! Lists of values that all follow one rule.

use serde_json::Value;

use super::{
    bounds::Bound,
    issue::{Issue, Step, type_name},
    rule::{Place, Rule},
};

/// A list of at most `most` items, which follow `item`.
pub fn list<R: Rule>(most: Bound, item: R) -> List<R> {
    List {
        most,
        item,
        min: None,
        unique: false,
    }
}

/// See [`list`].
pub struct List<R> {
    most: Bound,
    item: R,
    min: Option<usize>,
    unique: bool,
}

impl<R> List<R> {
    /// At least so many items.
    pub fn min(mut self, items: usize) -> Self {
        self.min = Some(items);
        self
    }

    /// No item twice.
    pub fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    fn check_length(&self, length: usize, at: &mut Place<'_>) {
        if let Some(min) = self.min.filter(|min| length < *min) {
            at.report(Issue::new(
                [
                    ("origin", "array".into()),
                    ("code", "too_small".into()),
                    ("minimum", min.into()),
                    ("inclusive", true.into()),
                ],
                format!("Too small: expected array to have >={min} items"),
            ));
        }
    }
}

impl<R: Rule> Rule for List<R> {
    type Out = Vec<R::Out>;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<Self::Out> {
        let Some(Value::Array(items)) = value else {
            at.report(Issue::wrong_type("array", "array", type_name(value)));
            return None;
        };
        let most = self.most.most();
        if items.len() > most {
            at.report(Issue::too_big("array", most, "items").fatal());
            return None;
        }
        let mark = at.mark();
        let mut out = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            if at.is_full() {
                return None;
            }
            out.extend(at.enter(Step::Index(index), |at| self.item.check(Some(item), at)));
        }
        self.check_length(items.len(), at);
        if self.unique && !at.broken_since(mark) && has_twins(items) {
            at.report(Issue::custom("Array must have unique items"));
        }
        at.clean_since(mark).then_some(out)
    }
}

/// Whether two items are equal.
fn has_twins(items: &[Value]) -> bool {
    let mut seen = std::collections::HashSet::with_capacity(items.len());
    items.iter().any(|item| !seen.insert(item.to_string()))
}
