//! What can be wrong with a lexicon.

/// A lexicon that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct LexiconError {
    /// File, relative to the lexicon folder.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

impl LexiconError {
    pub(crate) fn at(file: &str, text: &str, offset: usize, problem: String) -> Self {
        let line = text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1;
        Self { file: file.to_owned(), line, problem }
    }
}

impl From<crate::extract::ground::Defect> for LexiconError {
    fn from(defect: crate::extract::ground::Defect) -> Self {
        Self { file: defect.file, line: defect.line, problem: defect.problem }
    }
}
