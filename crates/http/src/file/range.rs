//! The `Range` header.

/// What part of a file is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it: no range, another unit, or several separate ranges.
    Whole,
    /// From `start` to `end`, both included.
    Part {
        /// First byte.
        start: u64,
        /// Last byte.
        end: u64,
    },
    /// A range that the file has not got.
    Unsatisfiable,
}

/// Reads a `Range` header for a file of `length` bytes. Overlapping and adjacent ranges are merged.
pub(super) fn parse(header: Option<&str>, length: u64) -> Wanted {
    let Some(list) = header.and_then(|header| header.trim_start().strip_prefix("bytes=")) else {
        return Wanted::Whole;
    };
    let mut ranges: Vec<(u64, u64)> = list.split(',').filter_map(|item| one(item, length)).collect();
    ranges.sort_unstable();
    let mut merged: Option<(u64, u64)> = None;
    for (start, end) in ranges {
        merged = match merged {
            None => Some((start, end)),
            Some((begin, until)) if start <= until.saturating_add(1) => Some((begin, until.max(end))),
            Some(_) => return Wanted::Whole,
        };
    }
    merged.map_or(Wanted::Unsatisfiable, |(start, end)| Wanted::Part { start, end })
}

/// One of `a-b`, `a-`, `-n`; nothing where it lies outside of the file or makes no sense.
fn one(item: &str, length: u64) -> Option<(u64, u64)> {
    let (first, last) = item.trim().split_once('-')?;
    let end_of_file = length.checked_sub(1)?;
    let (first, last) = (first.trim(), last.trim());
    if first.is_empty() {
        let count: u64 = last.parse().ok().filter(|count| *count > 0)?;
        return Some((length.saturating_sub(count), end_of_file));
    }
    let start: u64 = first.parse().ok()?;
    let end = if last.is_empty() {
        end_of_file
    } else {
        last.parse().ok()?
    };
    let end = end.min(end_of_file);
    (start <= end).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(start: u64, end: u64) -> Wanted {
        Wanted::Part { start, end }
    }

    #[test]
    fn as_recorded() {
        let wanted = |header| parse(Some(header), 509_868);
        assert_eq!(wanted("bytes=0-99"), part(0, 99));
        assert_eq!(wanted("bytes=509000-"), part(509_000, 509_867));
        assert_eq!(wanted("bytes=-100"), part(509_768, 509_867));
        assert_eq!(wanted("bytes=509000-999999999"), part(509_000, 509_867));
        assert_eq!(wanted("bytes=600000-"), Wanted::Unsatisfiable);
        assert_eq!(wanted("bytes=20-10"), Wanted::Unsatisfiable);
        assert_eq!(wanted("bytes=abc"), Wanted::Unsatisfiable);
        assert_eq!(wanted("bytes=0-9,20-29"), Wanted::Whole);
        assert_eq!(wanted("bytes=0-9,10-29"), part(0, 29));
        assert_eq!(wanted("bytes=10-29, 0-15"), part(0, 29));
        assert_eq!(wanted("items=0-9"), Wanted::Whole);
        assert_eq!(parse(None, 10), Wanted::Whole);
    }

    #[test]
    fn edges() {
        assert_eq!(parse(Some("bytes=-1000"), 10), part(0, 9));
        assert_eq!(parse(Some("bytes=-0"), 10), Wanted::Unsatisfiable);
        assert_eq!(parse(Some("bytes=0-0"), 0), Wanted::Unsatisfiable);
        assert_eq!(parse(Some("bytes=0-18446744073709551615"), 10), part(0, 9));
        assert_eq!(parse(Some("bytes=9-9,x"), 10), part(9, 9));
    }
}
