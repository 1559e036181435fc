//! Headlines without the name of the site.

/// What stands between a headline and the name of the site, blanks included.
const SEPARATORS: [&str; 9] = [" | ", " - ", " – ", " — ", " :: ", " · ", " • ", " » ", " / "];

/// Lower-case letters and digits alone, for comparison.
fn bare(s: &str) -> String {
    s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The words of a host that can be a site's name: `www.tages-post.example` gives
/// `tagespostexample` and `tagespost`.
fn host_names(host: &str) -> Vec<String> {
    let host = host.strip_prefix("www.").unwrap_or(host);
    let mut names = vec![bare(host)];
    if let Some((rest, _)) = host.rsplit_once('.') {
        names.push(bare(rest));
        names.push(bare(rest.rsplit('.').next().unwrap_or(rest)));
    }
    names
}

/// The headline without site name and section.
///
/// `names` are names of the site as the page states them, `host` its host. A last or first
/// segment is cut off when it is one of them, as long as something else remains.
pub(super) fn without_site(title: &str, names: &[&str], host: Option<&str>) -> String {
    let mut known: Vec<String> = names.iter().map(|n| bare(n)).filter(|n| n.len() > 1).collect();
    known.extend(host.map(host_names).unwrap_or_default().into_iter().filter(|n| n.len() > 2));
    let mut title = title.trim();
    // Title, section, site: three segments are as many as were seen.
    for _ in 0..4 {
        let last = SEPARATORS
            .iter()
            .filter_map(|s| title.rfind(s).map(|at| (at, s.len())))
            .max_by_key(|(at, _)| *at)
            .and_then(|(at, len)| Some((title.get(..at)?, title.get(at + len..)?)));
        let first = SEPARATORS
            .iter()
            .filter_map(|s| title.find(s).map(|at| (at, s.len())))
            .min_by_key(|(at, _)| *at)
            .and_then(|(at, len)| Some((title.get(..at)?, title.get(at + len..)?)));
        let rest = match (first, last) {
            (_, Some((rest, name))) if known.contains(&bare(name)) => rest,
            (Some((name, rest)), _) if known.contains(&bare(name)) => rest,
            _ => break,
        };
        if bare(rest).is_empty() {
            break;
        }
        title = rest.trim();
    }
    title.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn site_names_are_cut_off() {
        let names = ["Die Tages-Post", "Politik"];
        let host = Some("www.tages-post.example");
        for (title, expected) in [
            ("Brücke gesperrt | Die Tages-Post", "Brücke gesperrt"),
            ("Brücke gesperrt - Politik - tages-post.example", "Brücke gesperrt"),
            ("Tages-Post: kein Trenner", "Tages-Post: kein Trenner"),
            ("Die Tages-Post | Brücke gesperrt", "Brücke gesperrt"),
            ("Berlin - Brücke gesperrt", "Berlin - Brücke gesperrt"),
            ("Ost-West-Konflikt – was nun?", "Ost-West-Konflikt – was nun?"),
            ("Die Tages-Post", "Die Tages-Post"),
            ("Die Tages-Post | Die Tages-Post", "Die Tages-Post"),
            ("", ""),
        ] {
            assert_eq!(without_site(title, &names, host), expected, "{title}");
        }
    }
}
