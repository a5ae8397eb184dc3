//! What `exiftool -json -G1` prints about one file, as a list of (group, name, value).

mod value;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

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

impl Tags {
    /// Reads the JSON of one `-execute`: an array with one object, `"Group:Name": value`. No output (a file of which
    /// exiftool knows nothing) is an empty list.
    pub(crate) fn parse(json: &str) -> Result<Self, serde_json::Error> {
        if json.trim().is_empty() {
            return Ok(Self::default());
        }
        let mut files: Vec<Self> = serde_json::from_str(json)?;
        Ok(files.pop().unwrap_or_default())
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

    /// The first number in the best value of a tag: `200`, `8 8 8`, `50%`.
    pub(crate) fn number(&self, name: &str, groups: &[&str]) -> Option<f64> {
        self.all(name, groups).find_map(value::leading_number)
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
            Entry {
                group: group.to_owned(),
                name: name.to_owned(),
                value: value::tidy(value),
            }
        };
        Self {
            entries: entries.iter().map(entry).collect(),
        }
    }
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct File;
        impl<'de> Visitor<'de> for File {
            type Value = Tags;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object of tags")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tags, A::Error> {
                let mut entries = Vec::with_capacity(map.size_hint().unwrap_or(64));
                while let Some((key, raw)) = map.next_entry::<String, Box<RawValue>>()? {
                    let (group, name) = key.split_once(':').unwrap_or(("", &key));
                    let value = value::text_of(raw.get()).map_err(A::Error::custom)?;
                    entries.push(Entry {
                        group: group.to_owned(),
                        name: name.to_owned(),
                        value,
                    });
                }
                Ok(Tags { entries })
            }
        }
        deserializer.deserialize_map(File)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_spelling_and_texts_lose_their_edges() {
        let tags = Tags::parse(
            r#"[{"SourceFile":"/a","IFD0:ImageDescription":1.10,"IFD0:Make":" Canon\u0000 ","XMP-dc:Title":["a","b"]}]"#,
        )
        .unwrap();
        assert_eq!(tags.text("ImageDescription", &[]), Some("1.10"));
        assert_eq!(tags.text("Make", &[]), Some("Canon"));
        assert_eq!(tags.text("Title", &[]), Some("a"));
    }

    #[test]
    fn the_named_group_comes_first_and_composite_last() {
        let tags = Tags::of(&[("Composite:ISO", "75"), ("Canon:ISO", "74"), ("ExifIFD:ISO", "80")]);
        assert_eq!(tags.text("ISO", &["ExifIFD"]), Some("80"));
        assert_eq!(tags.all("ISO", &[]).collect::<Vec<_>>(), ["74", "80", "75"]);
        assert_eq!(tags.number("ISO", &["Composite"]), Some(75.0));
    }

    #[test]
    fn no_output_is_no_tags_and_nonsense_is_an_error() {
        assert!(Tags::parse(" \n").unwrap().entries.is_empty());
        assert!(Tags::parse("[{").is_err());
    }
}
