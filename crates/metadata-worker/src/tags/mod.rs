//! What `ExifTool` finds in one file, as a list of (group, name, value).

mod value;

use std::fmt;

/// The tags of one file, in the order in which exiftool found them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tags {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    group: String,
    name: String,
    value: String,
}

/// A line for each tag: `  IFD0:Make = Canon`.
impl fmt::Display for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Entry { group, name, value } in &self.entries {
            writeln!(f, "  {group}:{name} = {}", value.escape_debug())?;
        }
        Ok(())
    }
}

impl Tags {
    /// Tags as they were found: group, name, value.
    pub(crate) fn found(tags: Vec<[String; 3]>) -> Self {
        let entry = |[group, name, value]: [String; 3]| Entry {
            group,
            name,
            value: value::tidy(&value),
        };
        Self {
            entries: tags.into_iter().map(entry).collect(),
        }
    }

    /// The values of a tag, best first: those of the named groups in that order, then the others as exiftool found them,
    /// and what it composed from others last. Empty values are left out.
    pub(crate) fn all<'a>(&'a self, name: &'a str, groups: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
        let of_name = move || {
            self.entries
                .iter()
                .filter(move |entry| entry.name == name && !entry.value.is_empty())
        };
        let preferred = groups
            .iter()
            .flat_map(move |group| of_name().filter(move |entry| entry.group == *group));
        let rest = move |composed: bool| {
            of_name().filter(move |entry| {
                !groups.contains(&entry.group.as_str()) && (entry.group == "Composite") == composed
            })
        };
        preferred
            .chain(rest(false))
            .chain(rest(true))
            .map(|entry| entry.value.as_str())
    }

    /// The best value of a tag (see [`Tags::all`]).
    pub(crate) fn text<'a>(&'a self, name: &'a str, groups: &'a [&'a str]) -> Option<&'a str> {
        self.all(name, groups).next()
    }

    /// The value of a tag in exactly this group.
    pub(crate) fn exact(&self, group: &str, name: &str) -> Option<&str> {
        let entry = self
            .entries
            .iter()
            .find(|entry| entry.name == name && entry.group == group)?;
        Some(entry.value.as_str()).filter(|value| !value.is_empty())
    }

    /// The values of tags whose name begins like this, as exiftool found them. Empty values are left out.
    pub(crate) fn beginning_with(&self, prefix: &str) -> impl Iterator<Item = &str> {
        let is_wanted = move |entry: &&Entry| entry.name.starts_with(prefix) && !entry.value.is_empty();
        self.entries.iter().filter(is_wanted).map(|entry| entry.value.as_str())
    }

    /// The first number in the best value of a tag: `200`, `8 8 8`, `50%`.
    pub(crate) fn number(&self, name: &str, groups: &[&str]) -> Option<f64> {
        self.all(name, groups).find_map(value::leading_number)
    }

    /// The first number in the value of a tag in exactly this group.
    pub(crate) fn exact_number(&self, group: &str, name: &str) -> Option<f64> {
        self.exact(group, name).and_then(value::leading_number)
    }

    /// Whether the file said anything under this name, even nothing (an empty text).
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// The groups that hold a tag, in order.
    pub(crate) fn groups_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.entries
            .iter()
            .filter(move |entry| entry.name == name)
            .map(|entry| entry.group.as_str())
    }

    #[cfg(test)]
    pub(crate) fn of(entries: &[(&str, &str)]) -> Self {
        let entry = |(key, value): &(&str, &str)| {
            let (group, name) = key.split_once(':').unwrap_or(("", key));
            [group, name, value].map(str::to_owned)
        };
        Self::found(entries.iter().map(entry).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_spelling_and_texts_lose_their_edges() {
        let tags = Tags::of(&[("IFD0:ImageDescription", "1.10"), ("IFD0:Make", " Can\0on\0 \0")]);
        assert_eq!(tags.text("ImageDescription", &[]), Some("1.10"));
        assert_eq!(tags.text("Make", &[]), Some("Canon"), "no database keeps a zero byte");
    }

    #[test]
    fn the_named_group_comes_first_and_composite_last() {
        let tags = Tags::of(&[("Composite:ISO", "75"), ("Canon:ISO", "74"), ("ExifIFD:ISO", "80")]);
        assert_eq!(tags.text("ISO", &["ExifIFD"]), Some("80"));
        assert_eq!(tags.all("ISO", &[]).collect::<Vec<_>>(), ["74", "80", "75"]);
        assert_eq!(tags.number("ISO", &["Composite"]), Some(75.0));
    }
}
