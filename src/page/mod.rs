//! HTML to article text and metadata (pure).
