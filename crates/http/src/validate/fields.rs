//! Reading an object field by field.

use serde_json::{Map, Value};

use super::{
    compound::object,
    issue::{Issue, Issues, Step},
    nul,
    rule::{Place, Rule},
};

/// An input that can be read from an object.
pub trait Shape: Sized {
    /// Fields whose text is compared and kept nowhere: a NUL in it is no mistake.
    const COMPARED: &'static [&'static str] = &[];

    /// Reads every field, then builds the value. What it returns counts only if no field reported an issue.
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self>;
}

/// The fields of one object.
pub struct Fields<'a, 'i> {
    map: &'a Map<String, Value>,
    at: &'a mut Place<'i>,
    mark: usize,
}

impl<'a, 'i> Fields<'a, 'i> {
    pub(super) fn new(map: &'a Map<String, Value>, at: &'a mut Place<'i>) -> Self {
        let mark = at.mark();
        Self { map, at, mark }
    }

    /// Reads one field by a rule; nothing when an issue was reported.
    #[expect(clippy::needless_pass_by_value, reason = "a rule is made for the field it reads")]
    pub fn read<R: Rule>(&mut self, name: &str, rule: R) -> Option<R::Out> {
        let value = self.map.get(name);
        self.at.enter(Step::Key(name.to_owned()), |at| rule.check(value, at))
    }

    /// Whether the client sent this field, be it null.
    pub fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    /// Whether all fields so far have their types: checks of the whole run only then.
    pub fn sound(&self) -> bool {
        !self.at.broken_since(self.mark)
    }

    /// Reports a mistake that concerns the whole object.
    pub fn refuse(&mut self, message: impl Into<String>) {
        self.at.report(Issue::custom(message));
    }

    /// Reports a mistake of one field (or of a path below it) that no rule knows.
    pub fn refuse_field(&mut self, name: &str, message: impl Into<String>) {
        self.at
            .enter(Step::Key(name.to_owned()), |at| at.report(Issue::custom(message)));
    }
}

/// Reads a whole input; `None` is an absent body.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read<T: Shape>(value: Option<&Value>) -> Result<T, Issues> {
    let mut issues = Issues::default();
    let mut top = Place::top(&mut issues);
    if let Some(value) = value {
        nul::refuse(value, T::COMPARED, &mut top);
    }
    let shape = if top.clean_since(0) {
        object::<T>().check(value, &mut top)
    } else {
        None
    };
    shape.ok_or(issues)
}
