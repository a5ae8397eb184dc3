//! Fields that may be absent or null, and what values become.

use serde_json::Value;

use super::rule::{Place, Rule};

/// See [`Rule::optional`].
pub struct Optional<R>(pub(super) R);

/// See [`Rule::nullable`].
pub struct Nullable<R>(pub(super) R);

/// See [`Rule::nullish`].
pub struct Nullish<R>(pub(super) R);

/// See [`Rule::or`].
pub struct Or<R: Rule>(pub(super) R, pub(super) R::Out);

/// See [`Rule::or_default`].
pub struct OrDefault<R>(pub(super) R);

impl<R: Rule> Rule for OrDefault<R>
where
    R::Out: Default,
{
    type Out = R::Out;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<Self::Out> {
        match value {
            None => Some(R::Out::default()),
            some => self.0.check(some, at),
        }
    }
}

/// See [`Rule::map`].
pub struct Map<R, F>(pub(super) R, pub(super) F);

impl<R: Rule, T, F: Fn(R::Out) -> T> Rule for Map<R, F> {
    type Out = T;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<T> {
        self.0.check(value, at).map(&self.1)
    }
}

impl<R: Rule> Rule for Optional<R> {
    type Out = Option<R::Out>;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<Self::Out> {
        match value {
            None => Some(None),
            some => self.0.check(some, at).map(Some),
        }
    }
}

impl<R: Rule> Rule for Nullable<R> {
    type Out = Option<R::Out>;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<Self::Out> {
        match value {
            Some(Value::Null) => Some(None),
            other => self.0.check(other, at).map(Some),
        }
    }
}

impl<R: Rule> Rule for Nullish<R> {
    type Out = Option<Option<R::Out>>;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<Self::Out> {
        match value {
            None => Some(None),
            Some(Value::Null) => Some(Some(None)),
            some => self.0.check(some, at).map(|out| Some(Some(out))),
        }
    }
}

impl<R: Rule> Rule for Or<R>
where
    R::Out: Clone,
{
    type Out = R::Out;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<Self::Out> {
        match value {
            None => Some(self.1.clone()),
            some => self.0.check(some, at),
        }
    }
}
