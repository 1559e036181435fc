//! What can be wrong with a list that an operator gives.

/// A list that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct Defect {
    /// File, relative to the lexicon folder.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

impl Defect {
    pub(super) fn at(file: &str, text: &str, offset: usize, problem: String) -> Self {
        let line = text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1;
        Self { file: file.to_owned(), line, problem }
    }
}
