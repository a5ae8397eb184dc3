//! How much memory a thread holds at its peak.

use std::alloc::{GlobalAlloc, Layout, System};
use std::backtrace::Backtrace;
use std::cell::Cell;

thread_local! {
    static HELD: Cell<i64> = const { Cell::new(0) };
    static MOST: Cell<i64> = const { Cell::new(0) };
    static ALLOWED: Cell<i64> = const { Cell::new(i64::MAX) };
}

/// The allocator of the system, which counts for each thread.
pub(super) struct Measured;

fn count(bytes: usize, sign: i64) {
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    // A thread that is ending counts no more.
    let _ = HELD.try_with(|held| {
        held.set(held.get().saturating_add(bytes.saturating_mul(sign)));
        let _ = MOST.try_with(|most| most.set(most.get().max(held.get())));
        let _ = ALLOWED.try_with(|allowed| {
            if held.get() > allowed.get() {
                // Told once, for telling it allocates as well.
                allowed.set(i64::MAX);
                println!("more than allowed, by {bytes} bytes at\n{}", Backtrace::force_capture());
            }
        });
    });
}

// SAFETY: all is passed on to the allocator of the system.
unsafe impl GlobalAlloc for Measured {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 1);
        // SAFETY: as promised to this function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 1);
        // SAFETY: as promised to this function.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(layout.size(), -1);
        // SAFETY: as promised to this function.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Measures from when it is made.
pub(super) struct Peak(i64);

impl Peak {
    /// Who allocates more than `allowed` is printed.
    pub(super) fn from_here(allowed: u64) -> Self {
        let held = HELD.get();
        MOST.set(held);
        ALLOWED.set(held.saturating_add_unsigned(allowed));
        Self(held)
    }

    /// Bytes held at the most since then.
    pub(super) fn bytes(&self) -> u64 {
        ALLOWED.set(i64::MAX);
        u64::try_from(MOST.get() - self.0).unwrap_or_default()
    }
}
