//! How much a request may hold: items of lists, characters of texts, values of JSON. Each bound has a name, a variable
//! and a default; none is below what the official clients send.

use std::sync::OnceLock;

use safelight_core::config::{ConfigError, Env};

/// One bound. The list of them is [`TABLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Ids in a list.
    Ids,
    /// Objects in a list.
    Items,
    /// Files in one check of what is there already.
    Checks,
    /// People of an album.
    Members,
    /// Words of a fixed set in a list: permissions, codecs, states.
    Words,
    /// Characters of a name, a label, a key, an address.
    Name,
    /// Characters of any other text.
    Text,
    /// Characters of a style sheet or of the template of a mail.
    Document,
    /// Characters of a free-form object, as JSON.
    Record,
    /// Values in a JSON body: texts, numbers, lists, objects, each counted.
    Values,
    /// Lists and objects within each other in a JSON body.
    Depth,
    /// Mistakes told in one answer.
    Issues,
}

/// A bound, its variable, its default, and the most that the variable may say.
struct Line(Bound, &'static str, usize, usize);

/// Postgres refuses to index a text of more than 2,704 bytes, and a character takes four at most.
const INDEXED: usize = 600;
/// Deeper than that, what was stored could not be read again.
const READABLE: usize = 100;
const ANY: usize = usize::MAX;

const TABLE: [Line; 12] = [
    Line(Bound::Ids, "SAFELIGHT_MAX_IDS", 100_000, ANY),
    Line(Bound::Items, "SAFELIGHT_MAX_ITEMS", 20_000, ANY),
    Line(Bound::Checks, "SAFELIGHT_MAX_CHECKS", 10_000, ANY),
    Line(Bound::Members, "SAFELIGHT_MAX_MEMBERS", 1_000, ANY),
    Line(Bound::Words, "SAFELIGHT_MAX_WORDS", 500, ANY),
    Line(Bound::Name, "SAFELIGHT_MAX_NAME", 500, INDEXED),
    Line(Bound::Text, "SAFELIGHT_MAX_TEXT", 50_000, ANY),
    Line(Bound::Document, "SAFELIGHT_MAX_DOCUMENT", 1_000_000, ANY),
    Line(Bound::Record, "SAFELIGHT_MAX_RECORD", 65_536, ANY),
    Line(Bound::Values, "SAFELIGHT_MAX_VALUES", 250_000, ANY),
    Line(Bound::Depth, "SAFELIGHT_MAX_DEPTH", 64, READABLE),
    Line(Bound::Issues, "SAFELIGHT_MAX_ISSUES", 100, 1_000),
];

static CHOSEN: OnceLock<Bounds> = OnceLock::new();

/// The value of each bound, in the order of [`TABLE`].
#[derive(Clone, Debug)]
pub struct Bounds([usize; TABLE.len()]);

impl Default for Bounds {
    fn default() -> Self {
        Self(TABLE.map(|Line(_, _, default, _)| default))
    }
}

impl Bounds {
    /// The bounds the environment asks for.
    ///
    /// # Errors
    /// A variable that is no number, zero, or more than it may be.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let mut bounds = Self::default();
        for (value, Line(_, name, _, most)) in bounds.0.iter_mut().zip(TABLE) {
            if let Some(given) = env.parse::<usize>(name)? {
                if given == 0 || given > most {
                    return Err(ConfigError::invalid(
                        name,
                        format!("expected a number from 1 to {most}"),
                    ));
                }
                *value = given;
            }
        }
        Ok(bounds)
    }

    /// Makes these the bounds of this process; the first call counts.
    pub fn apply(&self) {
        CHOSEN.get_or_init(|| self.clone());
    }

    fn of(&self, bound: Bound) -> usize {
        let place = TABLE.iter().position(|Line(listed, ..)| *listed == bound);
        place.and_then(|place| self.0.get(place).copied()).unwrap_or(0)
    }
}

impl Bound {
    /// How much it is in this process.
    pub fn most(self) -> usize {
        CHOSEN
            .get()
            .map_or_else(|| Bounds::default().of(self), |chosen| chosen.of(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bound_is_listed_once_and_variables_count() {
        let env = Env::of([("SAFELIGHT_MAX_IDS", "7"), ("SAFELIGHT_MAX_ISSUES", "3")]);
        let bounds = Bounds::from_env(&env).unwrap();
        assert_eq!((bounds.of(Bound::Ids), bounds.of(Bound::Issues)), (7, 3));
        for (place, Line(bound, ..)) in TABLE.iter().enumerate() {
            assert_eq!(TABLE.iter().position(|line| line.0 == *bound), Some(place));
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (name, value) in [
            ("SAFELIGHT_MAX_NAME", "601"),
            ("SAFELIGHT_MAX_DEPTH", "0"),
            ("SAFELIGHT_MAX_IDS", "x"),
        ] {
            assert!(Bounds::from_env(&Env::of([(name, value)])).is_err(), "{name}={value}");
        }
    }

    #[test]
    fn official_clients_fit() {
        let bounds = Bounds::default();
        assert!(bounds.of(Bound::Checks) >= 5_000 && bounds.of(Bound::Ids) >= 100_000);
        assert!(bounds.of(Bound::Values) > bounds.of(Bound::Ids));
    }
}
