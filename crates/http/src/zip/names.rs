//! Names of files in an archive: none twice, none that leads out of the folder it is unpacked into, none too long for a
//! file system.

use std::collections::{HashMap, HashSet};

/// The longest name in bytes, with room for a number.
const LONGEST: usize = 240;

/// The names given so far.
#[derive(Debug, Default)]
pub struct Names {
    given: HashSet<String>,
    /// The last number that a name got, so that each number is tried once, however many files share a name.
    turns: HashMap<String, u32>,
}

impl Names {
    /// A name that was not given before: `a.jpg`, then `a+1.jpg`, `a+2.jpg`.
    pub fn give(&mut self, wanted: &str) -> String {
        let wanted = harmless(wanted);
        let (base, extension) = split(&wanted);
        let base = shorten(base, LONGEST.saturating_sub(extension.len()));
        let plain = format!("{base}{extension}");
        if self.given.insert(plain.clone()) {
            return plain;
        }
        let turn = self.turns.entry(plain).or_default();
        loop {
            *turn = turn.saturating_add(1);
            let name = format!("{base}+{turn}{extension}");
            if self.given.insert(name.clone()) {
                return name;
            }
        }
    }
}

/// A name of one file, without separators and control characters.
fn harmless(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '/' | '\\') {
                '_'
            } else {
                c
            }
        })
        .collect();
    match plain.as_str() {
        "" | "." | ".." => "_".to_owned(),
        _ => plain,
    }
}

/// What stands before the extension, and the extension with its dot.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.').filter(|at| *at > 0 && name.len() - at < LONGEST / 2) {
        Some(at) => name.split_at(at),
        None => (name, ""),
    }
}

/// At most so many bytes, cut between two characters.
fn shorten(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_given_once() {
        let mut names = Names::default();
        let mut give = |name: &str| names.give(name);
        assert_eq!(give("a.jpg"), "a.jpg");
        assert_eq!(give("a.jpg"), "a+1.jpg");
        assert_eq!(give("a.jpg"), "a+2.jpg");
        assert_eq!(give("a+1.jpg"), "a+1+1.jpg");
        assert_eq!(give("b.tar.gz"), "b.tar.gz");
        assert_eq!(give("b.tar.gz"), "b.tar+1.gz");
        assert_eq!(give(".hidden"), ".hidden");
        assert_eq!(give(".hidden"), ".hidden+1");
    }

    #[test]
    fn a_hundred_thousand_files_of_one_name_take_no_time() {
        let started = std::time::Instant::now();
        let mut names = Names::default();
        let last = (0..100_000).map(|_| names.give("a.jpg")).last();
        assert_eq!(last.as_deref(), Some("a+99999.jpg"));
        assert_eq!(names.give("a+5.jpg"), "a+5+1.jpg");
        // Each name tried from the first would be five thousand million tries.
        assert!(started.elapsed() < std::time::Duration::from_secs(20));
    }

    #[test]
    fn no_name_leads_elsewhere() {
        for (name, expected) in [
            ("../../etc/passwd", ".._.._etc_passwd"),
            ("..", "_"),
            ("", "_"),
            ("C:\\x.jpg", "C:_x.jpg"),
            ("a\nb", "a_b"),
        ] {
            assert_eq!(harmless(name), expected);
        }
    }

    #[test]
    fn long_names_keep_their_extension_and_stay_different() {
        let mut names = Names::default();
        let long = format!("{}.jpg", "\u{20ac}".repeat(400));
        let (first, second) = (names.give(&long), names.give(&long));
        assert_eq!(first.len(), 234 + ".jpg".len());
        assert!(first.ends_with("\u{20ac}.jpg") && second.ends_with("\u{20ac}+1.jpg"));
    }
}
