//! The address of a webhook.

use url::Url;

use crate::domain::error::{Error, Reason, Result};
use crate::domain::text_input;

/// An address that events can be sent to: https, with a host, without credentials and without a
/// fragment. Whether the host has a public address is checked with each connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target(Url);

impl Target {
    /// Parses an address of at most 2,000 characters.
    pub fn parse(field: &str, text: &str) -> Result<Self> {
        let text = text_input::line(field, text, 2000)?;
        let refuse = |message: &str| Err(Error::invalid(field, Reason::InvalidUrl, message));
        let Ok(mut url) = Url::parse(&text) else {
            return refuse(
                "The address is invalid. Use a form such as https://hooks.example.org/claimspan.",
            );
        };
        if url.scheme() != "https" {
            return refuse("The address must begin with https://.");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse(
                "The address contains a user name or password. Remove it, and check the signature \
                 instead.",
            );
        }
        url.set_fragment(None);
        Ok(Self(url))
    }

    /// The host, which the audit log names. The rest of an address may be a secret.
    pub fn host(&self) -> String {
        self.0.host_str().unwrap_or_default().to_owned()
    }

    /// The address as text.
    pub fn into_string(self) -> String {
        self.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_without_credentials_is_accepted() {
        let target = Target::parse("url", "https://Hooks.example.org:443/a?b=c#d").expect("one");
        assert_eq!(target.host(), "hooks.example.org");
        assert_eq!(target.into_string(), "https://hooks.example.org/a?b=c");
        for refused in [
            "http://hooks.example.org/",
            "https://me@hooks.example.org/",
            "https://me:secret@hooks.example.org/",
            "https://",
            "ftp://hooks.example.org/",
            "hooks.example.org",
        ] {
            let refused = Target::parse("url", refused);
            assert!(matches!(refused, Err(Error::Invalid { reason: Reason::InvalidUrl, .. })));
        }
    }
}
