//! Memory for whole pictures. What the kernel gives it clears page by page, and that is a part of the cost of decoding.

/// Bytes of a huge page.
const HUGE: usize = 2 << 20;

/// So many zeros. Large ones are asked for in huge pages, where the kernel has some: one fault for two megabytes instead of 512.
pub(super) fn zeros(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    #[cfg(target_os = "linux")]
    if length >= 2 * HUGE {
        let before = bytes.as_mut_ptr().align_offset(HUGE);
        let whole = length.saturating_sub(before) / HUGE * HUGE;
        if let Some(range) = bytes.get_mut(before..).and_then(|rest| rest.get_mut(..whole)) {
            #[expect(unsafe_code, reason = "no safe binding takes a range that stays borrowed")]
            // SAFETY: the range is borrowed and whole pages, and the advice changes no byte of it. The kernel may refuse it, which costs
            // nothing but time.
            unsafe {
                libc::madvise(range.as_mut_ptr().cast(), range.len(), libc::MADV_HUGEPAGE)
            };
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_zeros_whatever_the_length() {
        for length in [0, 1, HUGE * 3 + 17] {
            let zeros = zeros(length);
            assert!(zeros.len() == length && zeros.iter().all(|&byte| byte == 0), "{length}");
        }
    }
}
