//! Escaping for XML and HTML.

/// Text as content or attribute value of XML or HTML; control characters are left out.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() && c != '\n' => {}
            c => out.push(c),
        }
    }
    out
}

/// Paragraphs as HTML.
pub(super) fn paragraphs(paragraphs: &[String]) -> String {
    let mut html = String::new();
    for paragraph in paragraphs {
        html.push_str("<p>");
        html.push_str(&escape(paragraph));
        html.push_str("</p>\n");
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_taken_for_markup() {
        assert_eq!(escape("<a href=\"x\">&amp;\u{7}"), "&lt;a href=&quot;x&quot;&gt;&amp;amp;");
        assert_eq!(paragraphs(&["1 < 2".into(), "]]>".into()]), "<p>1 &lt; 2</p>\n<p>]]&gt;</p>\n");
    }
}
