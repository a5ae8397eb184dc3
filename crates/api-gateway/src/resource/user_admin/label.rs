//! Storage labels: the name of a person's folder under the storage template.

/// What some file system or shell gives a meaning of its own; a dot could lead out of the folder.
const FORBIDDEN: [char; 10] = ['/', '\\', '.', '?', '<', '>', ':', '*', '|', '"'];
/// Longest name of a folder, in bytes.
const LONGEST: usize = 255;

/// What is left of a label that can be the name of a folder; `None` where nothing is.
pub(super) fn clean(label: &str) -> Option<String> {
    let kept: String = label
        .chars()
        .filter(|c| !c.is_control() && !FORBIDDEN.contains(c))
        .collect();
    let mut end = kept.len().min(LONGEST);
    while !kept.is_char_boundary(end) {
        end -= 1;
    }
    let name = kept.get(..end).unwrap_or_default().trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_names_of_folders() {
        for (label, name) in [
            ("User 3/../x", Some("User 3x")),
            ("../../etc", Some("etc")),
            (" ana\0\n ", Some("ana")),
            ("Zoë", Some("Zoë")),
            ("C:\\x", Some("Cx")),
            ("..", None),
            ("", None),
        ] {
            assert_eq!(clean(label).as_deref(), name, "{label:?}");
        }
        assert_eq!(clean(&"é".repeat(200)).unwrap().len(), 254);
    }
}
