//! What runs: version and commit.

use std::sync::LazyLock;

/// Version of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The commit that the program was built from, as the builder told in the environment variable
/// `BUILD_COMMIT`; else `unknown`. The build asks no version control of its own, so it is the same
/// from an archive as from a clone.
pub const COMMIT: &str = match option_env!("BUILD_COMMIT") {
    Some(commit) => commit,
    None => "unknown",
};

/// Both, as `depesche --version` says them.
#[must_use]
pub fn text() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| format!("{VERSION} ({COMMIT})"));
    &TEXT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_commit_are_told() {
        assert!(text().starts_with(VERSION), "{}", text());
        assert!(text().ends_with(&format!(" ({COMMIT})")), "{}", text());
        assert!(!COMMIT.is_empty());
    }
}
