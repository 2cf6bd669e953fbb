//! `schema`: prints the GraphQL schema, or checks a file against it.

use std::path::Path;

use anyhow::{Context, bail};

use crate::config::Schema;
use crate::graphql::{self, Root};

/// Runs the command.
pub fn run(options: &Schema) -> anyhow::Result<()> {
    let root = if options.federation { Root::Subgraph } else { Root::Plain };
    match &options.check {
        Some(file) => check(root, file)?,
        None => print!("{}", graphql::sdl(root)),
    }
    Ok(())
}

fn check(root: Root, file: &Path) -> anyhow::Result<()> {
    let name = file.display();
    let committed = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
    let own = graphql::sdl(root);
    if committed != own {
        let same = committed.lines().zip(own.lines()).take_while(|(a, b)| a == b).count();
        let line = |text: &str| text.lines().nth(same).unwrap_or_default().trim().to_owned();
        let (theirs, ours) = (line(&committed), line(&own));
        let difference = if theirs == ours {
            "they differ in white space or line ends".to_owned()
        } else {
            format!("line {} is `{theirs}`, and the program's is `{ours}`", same + 1)
        };
        bail!(
            "{name} is not this program's schema: {difference}; to update it, run \
             `claimspan schema{} > {name}`",
            if root == Root::Subgraph { " --federation" } else { "" }
        );
    }
    println!("{name} is this program's schema");
    Ok(())
}
