//! Tracking parameters: those that tell an advertiser or a publisher who follows a link, and never
//! which page it leads to.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The names, by host. `*` stands for every host.
const NAMES: &str = include_str!("tracking.txt");

#[derive(Default)]
struct Names {
    whole: HashSet<&'static str>,
    starts: Vec<&'static str>,
}

impl Names {
    fn contain(&self, name: &str) -> bool {
        self.whole.contains(name) || self.starts.iter().any(|start| name.starts_with(start))
    }
}

static BY_HOST: LazyLock<HashMap<&'static str, Names>> = LazyLock::new(|| {
    let mut all: HashMap<_, Names> = HashMap::new();
    let lines = NAMES.lines().map(|line| line.split('#').next().unwrap_or_default());
    for line in lines {
        let mut words = line.split_whitespace();
        let Some(hosts) = words.next() else { continue };
        let names: Vec<_> = words.collect();
        for host in hosts.split(',') {
            let of_host = all.entry(host).or_default();
            for name in &names {
                match name.strip_suffix('*') {
                    Some(start) => of_host.starts.push(start),
                    None => drop(of_host.whole.insert(name)),
                }
            }
        }
    }
    all
});

/// Whether the parameter `name` of an address at `host` only tracks readers. Both are in lower case.
pub fn is_tracking(host: &str, name: &str) -> bool {
    let holds = |host: &str| BY_HOST.get(host).is_some_and(|names| names.contain(name));
    if holds("*") {
        return true;
    }
    let mut host = host;
    loop {
        // A site in many countries is named once: `google.*`.
        let site = host.split('.').next().unwrap_or_default();
        if holds(host) || holds(&format!("{site}.*")) {
            return true;
        }
        let Some((_, above)) = host.split_once('.') else { return false };
        host = above;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_by_host() {
        for (host, name) in [
            ("example.org", "utm_source"),
            ("example.org", "utm_anything_new"),
            ("example.org", "gbraid"),
            ("example.org", "_ga"),
            ("m.youtube.com", "si"),
            ("www.google.co.uk", "ved"),
            ("x.com", "t"),
        ] {
            assert!(is_tracking(host, name), "{host} {name}");
        }
        for (host, name) in [
            ("example.org", "id"),
            ("example.org", "s"),
            ("example.org", "t"),
            ("example.org", "ref"),
            ("example.org", "page"),
            ("www.youtube.com", "v"),
            ("www.google.com", "q"),
            ("example.org", "v"),
        ] {
            assert!(!is_tracking(host, name), "{host} {name}");
        }
    }
}
