//! Panic guard around foreign parsers.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a foreign parser; a panic in it becomes an error with its message.
///
/// The process's panic hook is wrapped once, so that a guarded panic is not reported as a crash of
/// ours; all other panics go to the hook as before. Needs `panic = "unwind"`.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !GUARDED.try_with(Cell::get).unwrap_or(false) {
                usual(info);
            }
        }));
    });
    let outer = GUARDED.replace(true);
    // Nothing that the work touched is used again after a panic.
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    result.map_err(|panic| {
        let message = panic
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("unknown");
        format!("parser panicked: {}", message.chars().take(200).collect::<String>())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_and_the_next_call_works() {
        let broken: Result<(), _> = guarded(|| panic!("broken {}", 1));
        assert_eq!(broken.unwrap_err(), "parser panicked: broken 1");
        assert_eq!(guarded(|| 2), Ok(2));
        assert!(!GUARDED.get());
    }
}
