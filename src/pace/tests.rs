//! The decisions of the poll stage.
