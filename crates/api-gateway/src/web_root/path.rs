//! From the path of a request to the name of a file below the web root.

use percent_encoding::percent_decode_str;

/// The name, relative and without any way out: no parent, no hidden file, no empty part. An empty name is the root itself;
/// `None` is a path that names no file and no page.
pub(super) fn relative(path: &str) -> Option<String> {
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    let name = decoded.strip_prefix('/')?;
    if name.contains(['\\', '\0']) {
        return None;
    }
    let name = name.strip_suffix('/').unwrap_or(name);
    if name.is_empty() {
        return Some(String::new());
    }
    let visible = name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    visible.then(|| name.to_owned())
}

/// Whether a path is a page of a shared link: `/share/<key>` or `/s/<slug>`, and what lies below.
pub(super) fn is_shared_link(name: &str) -> bool {
    let mut parts = name.split('/');
    matches!(parts.next(), Some("share" | "s")) && parts.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_below_the_root_and_in_sight() {
        for (path, name) in [
            ("/", ""),
            ("/photos/", "photos"),
            ("/_app/immutable/a%20b.js", "_app/immutable/a b.js"),
            ("/a..b", "a..b"),
        ] {
            assert_eq!(relative(path).as_deref(), Some(name), "{path}");
        }
        for path in [
            "/../etc/passwd",
            "/a/%2e%2e/%2E%2E/etc/passwd",
            "/%2fetc/passwd",
            "//etc/passwd",
            "/..%5c..%5cx",
            "/.env",
            "/a/.git/config",
            "/a%00.js",
            "/%ff",
            "photos",
        ] {
            assert_eq!(relative(path), None, "{path}");
        }
    }

    #[test]
    fn pages_of_links() {
        assert!(is_shared_link("share/abc") && is_shared_link("s/x/photos/1"));
        assert!(!is_shared_link("share") && !is_shared_link("shared-links") && !is_shared_link("s"));
    }
}
