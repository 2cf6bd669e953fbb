//! The flags of what the server sends by itself.

use std::path::PathBuf;

use clap::Args;
use clap::builder::BoolishValueParser;

/// The flags of `serve` for webhooks and mails.
#[derive(Args)]
pub struct Delivery {
    /// Let webhooks reach private networks, such as 10.0.0.0/8 and this machine. Only for a server whose newsrooms' admins may reach them anyway.
    #[arg(long, env = "CLAIMSPAN_WEBHOOK_ALLOW_PRIVATE_NETWORKS", value_parser = BoolishValueParser::new())]
    pub webhook_allow_private_networks: bool,

    /// Certificates in PEM of authorities that receivers of webhooks may have, besides Mozilla's. For receivers with certificates of your own.
    #[arg(long, env = "CLAIMSPAN_WEBHOOK_CA", value_name = "FILE")]
    pub webhook_ca: Option<PathBuf>,

    /// The mail server, such as smtps://USER:PASSWORD@HOST:465, or smtp://USER:PASSWORD@HOST:587 for STARTTLS.
    ///
    /// Needs --mail-from and --public-url. Default: no mails are sent. Only a mail server on this machine is used without TLS.
    #[arg(long, env = "CLAIMSPAN_SMTP_URL", value_name = "URL", hide_env_values = true, requires_all = ["mail_from", "public_url"])]
    pub smtp_url: Option<String>,

    /// The address that mails come from, such as facts@example.org or Facts <facts@example.org>.
    #[arg(long, env = "CLAIMSPAN_MAIL_FROM", value_name = "ADDRESS", requires = "smtp_url")]
    pub mail_from: Option<String>,

    /// A certificate in PEM of an authority that the mail server may have, besides Mozilla's.
    #[arg(long, env = "CLAIMSPAN_SMTP_CA", value_name = "FILE", requires = "smtp_url")]
    pub smtp_ca: Option<PathBuf>,
}
