/// Longest name that is kept, in characters.
const LONGEST: usize = 255;

/// What is left of a file name that a client sent: the last part of a path, without control characters.
pub(crate) fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last.chars().filter(|c| !c.is_control()).collect();
    let count = visible.chars().count();
    // The extension is at the end, so the beginning gives way.
    visible.chars().skip(count.saturating_sub(LONGEST)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_control_characters_go() {
        assert_eq!(clean_name("../../etc/x.jpg"), "x.jpg");
        assert_eq!(clean_name("C:\\photos\\x.jpg"), "x.jpg");
        assert_eq!(clean_name("a\0b\n.jpg"), "ab.jpg");
        assert_eq!(clean_name("wood anemones ä.jpg"), "wood anemones ä.jpg");
        assert!(clean_name(&format!("{}.jpg", "x".repeat(999))).ends_with("xx.jpg"));
    }
}
