//! The flags of what the server sends by itself.

use std::path::PathBuf;

use clap::Args;
use clap::builder::BoolishValueParser;

/// The flags of `serve` for webhooks.
#[derive(Args)]
pub struct Delivery {
    /// Let webhooks reach private networks, such as 10.0.0.0/8 and this machine. Only for a server whose newsrooms' admins may reach them anyway.
    #[arg(long, env = "CLAIMSPAN_WEBHOOK_ALLOW_PRIVATE_NETWORKS", value_parser = BoolishValueParser::new())]
    pub webhook_allow_private_networks: bool,

    /// Certificates in PEM of authorities that receivers of webhooks may have, besides Mozilla's. For receivers with certificates of your own.
    #[arg(long, env = "CLAIMSPAN_WEBHOOK_CA", value_name = "FILE")]
    pub webhook_ca: Option<PathBuf>,
}
