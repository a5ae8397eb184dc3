//! What a rule is: a check of one value that gives a typed one.

use serde_json::Value;

use super::{
    issue::{Issue, Issues, Step},
    presence::{Map, Nullable, Nullish, Optional, Or, OrDefault},
};

/// Where a rule looks, and where it writes down what it finds.
pub struct Place<'a> {
    path: Vec<Step>,
    issues: &'a mut Issues,
}

impl<'a> Place<'a> {
    /// The top of an input.
    pub fn top(issues: &'a mut Issues) -> Self {
        Self {
            path: Vec::new(),
            issues,
        }
    }

    /// Writes down a mistake at this place.
    pub fn report(&mut self, mut issue: Issue) {
        issue.path.clone_from(&self.path);
        self.issues.push(issue);
    }

    /// Looks one step deeper.
    pub fn enter<T>(&mut self, step: Step, look: impl FnOnce(&mut Place<'_>) -> T) -> T {
        let mut path = self.path.clone();
        path.push(step);
        look(&mut Place {
            path,
            issues: self.issues,
        })
    }

    /// How many mistakes are known so far; a mark to compare with later.
    pub fn mark(&self) -> usize {
        self.issues.found()
    }

    /// Whether no further mistake would be told.
    pub fn is_full(&self) -> bool {
        self.issues.is_full()
    }

    /// Whether nothing was reported since `mark`.
    pub fn clean_since(&self, mark: usize) -> bool {
        self.issues.found() == mark
    }

    /// Whether a value was of the wrong type since `mark`, so that checks of the whole make no sense.
    pub fn broken_since(&self, mark: usize) -> bool {
        self.issues.broken_since(mark)
    }
}

/// A check of one value.
pub trait Rule {
    /// What a valid value becomes.
    type Out;

    /// Checks `value` (`None`: the field is absent). Gives nothing exactly when it reported something.
    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<Self::Out>;

    /// The field may be absent.
    fn optional(self) -> Optional<Self>
    where
        Self: Sized,
    {
        Optional(self)
    }

    /// The field may be null.
    fn nullable(self) -> Nullable<Self>
    where
        Self: Sized,
    {
        Nullable(self)
    }

    /// The field may be absent (`None`) or null (`Some(None)`): for updates, where null clears.
    fn nullish(self) -> Nullish<Self>
    where
        Self: Sized,
    {
        Nullish(self)
    }

    /// An absent field is an empty list, text or `false`.
    fn or_default(self) -> OrDefault<Self>
    where
        Self: Sized,
        Self::Out: Default,
    {
        OrDefault(self)
    }

    /// What a valid value becomes beyond this rule.
    fn map<T, F: Fn(Self::Out) -> T>(self, turn: F) -> Map<Self, F>
    where
        Self: Sized,
    {
        Map(self, turn)
    }

    /// What an absent field means.
    fn or(self, default: Self::Out) -> Or<Self>
    where
        Self: Sized,
        Self::Out: Clone,
    {
        Or(self, default)
    }
}
