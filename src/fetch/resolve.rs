//! Name resolution that gives only addresses that may be asked.
//!
//! The connection is made to the addresses given here and to no others, so a name that changes its
//! address between check and connection (DNS rebinding) gains nothing.

use super::address::Guard;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::SocketAddr;
use std::sync::Arc;

/// All addresses of a host are forbidden.
#[derive(Debug, thiserror::Error)]
#[error("address is not public")]
pub(super) struct Blocked;

/// The system's resolver.
#[derive(Debug)]
pub(super) struct System;

impl Resolve for System {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// A resolver behind the guard.
pub(super) struct Resolver {
    pub(super) guard: Guard,
    pub(super) names: Arc<dyn Resolve>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, found) = (self.guard.clone(), self.names.resolve(name));
        Box::pin(async move {
            let found: Vec<SocketAddr> = found.await?.collect();
            let any = !found.is_empty();
            let permitted: Vec<SocketAddr> =
                found.into_iter().filter(|a| guard.permits(a.ip())).collect();
            if any && permitted.is_empty() {
                return Err(Blocked.into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}
