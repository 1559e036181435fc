//! `[fetch]`: how web servers are asked.

use serde::{Deserialize, Serialize};

/// How to ask web servers. Defaults follow what established feed readers do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fetch {
    /// How the service names itself to web servers, with a way to reach its operator.
    pub user_agent: String,
    /// Longest time to connect, in seconds.
    pub connect_timeout_seconds: u64,
    /// Longest time from the request to the end of the answer's headers, in seconds.
    pub headers_timeout_seconds: u64,
    /// Longest pause between two pieces of an answer, in seconds.
    pub read_timeout_seconds: u64,
    /// Longest time for a whole answer with all redirects, in seconds.
    pub total_timeout_seconds: u64,
    /// Slowest body that is waited for, in bytes per second on the wire; 0 takes any.
    pub min_bytes_per_second: u64,
    /// Time that a body has before its rate counts, in seconds.
    pub slow_after_seconds: u64,
    /// Redirects followed.
    pub max_redirects: usize,
    /// Largest feed in bytes, after decompression.
    pub max_feed_bytes: usize,
    /// Largest article page in bytes, after decompression.
    pub max_page_bytes: usize,
    /// Pause between two requests to one registrable domain, in milliseconds.
    pub site_gap_milliseconds: u64,
    /// Domains below which every host is a site of its own, with its own pause and its own
    /// `Retry-After`, as those of services that host unrelated outlets.
    pub separate_hosts: Vec<String>,
    /// Requests under way at once, over all sites.
    pub concurrency: usize,
    /// Private, loopback and link-local networks that may be asked all the same (CIDR).
    pub allow_networks: Vec<String>,
    /// Whether robots.txt is asked before an article page is fetched.
    pub respect_robots: bool,
}

impl Default for Fetch {
    fn default() -> Self {
        Self {
            user_agent: concat!(
                "depesche/",
                env!("CARGO_PKG_VERSION"),
                " (news feed reader; contact not configured)"
            )
            .into(),
            connect_timeout_seconds: 5,
            headers_timeout_seconds: 15,
            read_timeout_seconds: 10,
            total_timeout_seconds: 30,
            min_bytes_per_second: 1_024,
            slow_after_seconds: 10,
            max_redirects: 5,
            max_feed_bytes: 10 * 1024 * 1024,
            max_page_bytes: 5 * 1024 * 1024,
            site_gap_milliseconds: 2_000,
            separate_hosts: Vec::new(),
            concurrency: 32,
            allow_networks: Vec::new(),
            respect_robots: true,
        }
    }
}
